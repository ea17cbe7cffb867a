"""Stock flows inside a run: written off, received against notices (also by two cut-off tills), sent to another store."""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from sqlalchemy import Connection, select

from kiosk.domain.codec import Json
from kiosk.domain.delivery import Notice, NoticeLine, is_transfer, sent_notice, shortfall, transfer_number
from kiosk.domain.facts import DELIVERY_RECEIVED, STOCK_MOVED, TRANSFER_SENT, Fact
from kiosk.domain.feed import DEVICE, NOTICE
from kiosk.domain.receipt import ReceiptNumber
from kiosk.domain.stock import WRITTEN_OFF
from kiosk.domain.stockwork import RECEIVE, WHY, Touch, Work, WorkLine, damaged, set_to
from kiosk.services import receiving
from kiosk.store import rows
from kiosk.store.database import Connection as Ledger
from sync.hub import deliveries, feedlog
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_deliveries import deliveries as came
from sync.hub.storage.schema_deliveries import notices
from sync.hub.storage.schema_stock import stock_losses
from tests.simulation.goods import ARTICLES
from tests.simulation.hub_disk import TENANT
from tests.simulation.network import Network
from tests.simulation.real_hub import RealHub
from tests.simulation.terminal import SimTerminal
from tests.simulation.timeline import Timeline

ONE = 1_000
SHARE = 0.4
"""In so many runs goods come and go this way. The others are as they were without it."""

PACE_MS, NOTICE_EVERY_MS, FEW = 9_000, 15_000, 10
WHAT = ("write off", "receive", "receive", "send")
SUPPLIER = "Supplier"
UNDER_WAY_MS = 40_000
"""How long a lorry takes at most; a second till may be shown the same slip."""


@dataclass(frozen=True)
class Freight:
    """What really came under a number, article by article: (whole, broken) thousandths. Nobody in the run knows it before."""

    notice: Notice
    came: tuple[tuple[str, int, int], ...]


class StockFlows:
    """What people do with goods that are not sold, in one run, from a source of chance of its own."""

    def __init__(self, time: Timeline, hub: RealHub, network: Network, terminals: Sequence[SimTerminal]) -> None:
        self._time, self._hub, self._network, self._terminals = time, hub, network, terminals
        self._chance: random.Random = time.source("stock flows")
        self._numbers = itertools.count(1)
        self._freight: dict[str, Freight] = {}
        self._received: dict[str, set[str]] = {}
        self._left: list[Notice] = []

    def plan(self, bad_ms: int) -> None:
        """Put all of it into the queue."""
        chance, time, pace_ms = self._chance, self._time, max(PACE_MS, bad_ms // FEW)
        if chance.random() >= SHARE:
            return
        for at_ms in range(2_500, bad_ms, max(NOTICE_EVERY_MS, bad_ms // FEW)):
            time.after(at_ms, self._announce)
        for terminal in self._terminals:
            at_ms = 5_500
            while (at_ms := at_ms + chance.randrange(pace_ms // 4, 2 * pace_ms)) < bad_ms:
                time.after(at_ms, partial(self._act, terminal, chance.choice(WHAT)))

    def _announce(self) -> None:
        """Head office hears what a supplier will send to a store."""
        chance, hub = self._chance, self._hub
        number, store = f"N{next(self._numbers)}", chance.choice(hub.stores)
        notice = Notice(number, SUPPLIER, store, self._some_goods())
        self._load(notice)
        if not self._network.up:
            return
        now_ms = self._network.hub_ms()

        def work(connection: Connection) -> None:
            deliveries.keep(connection, TENANT, [notice], now_ms)
            feedlog.publish(connection, TENANT, deliveries.changes_of(notice, None))

        hub.transact(work)
        self._network.ring()

    def _some_goods(self) -> tuple[NoticeLine, ...]:
        chance = self._chance
        return tuple(NoticeLine(name, ONE * chance.randint(1, 5)) for name in chance.sample(ARTICLES, chance.randint(1, 2)))

    def _load(self, notice: Notice) -> None:
        """What of it really arrives: sometimes less or more, sometimes broken."""
        chance, there = self._chance, []
        for line in notice.lines:
            milli = line.quantity_milli + ONE * chance.choice((0, 0, 0, 0, -1, 1))
            broken = ONE if milli and chance.random() < 0.1 else 0
            there.append((line.article, milli - broken, broken))
        self._freight[notice.number] = Freight(notice, tuple(there))

    def _act(self, terminal: SimTerminal, what: str) -> None:
        self._do(terminal, {"write off": self._write_off, "receive": self._receive_some, "send": self._send}[what])

    def _do(self, terminal: SimTerminal, work: Callable[[Ledger, SimTerminal], str]) -> None:
        done: list[str] = []
        self._left.clear()
        if not terminal.act(lambda: terminal.ledger.run(lambda conn: done.append(work(conn, terminal)))) or not done[-1]:
            return
        self._time.saw(done[-1])
        for notice in self._left:
            self._travel(notice)

    def _write_off(self, conn: Ledger, terminal: SimTerminal) -> str:
        chance, store = self._chance, terminal.identity.place.store
        detail = {"value": chance.randrange(5_000), "approved_by": chance.choice(("", "9")), "why": chance.choice(WHY), "note": "n"}
        goods: Json = {"article": chance.choice(ARTICLES), "quantity": -ONE, "serials": []}
        body = {"location": store, "reason": WRITTEN_OFF, "promise": "", "lines": [goods], "detail": detail}
        terminal.append_in(conn, STOCK_MOVED, body)
        return "written off"

    def _receive_some(self, conn: Ledger, terminal: SimTerminal) -> str:
        """The oldest notice that this till knows of, whoever else may have received it."""
        known = rows.read_all(conn, "device_rows", NOTICE, Notice)
        told = next((one for one in known if one.supplier == SUPPLIER or self._chance.random() < 0.3), None)
        return self._receive(told, conn, terminal) if told is not None else ""

    def _receive(self, notice: Notice, conn: Ledger, terminal: SimTerminal) -> str:
        """What came is booked in as the product's till does it, and refused where this till has it already."""
        receiving.check_not_received_in(conn, notice.number)
        work = receiving.of_notice(Work(self._time.new_id(), RECEIVE, 1, 0, Touch(0, 0)), notice)
        due = {line.article: line for line in receiving.lines_of(notice)}
        lines = tuple(
            _arrived(due.get(article, WorkLine(article)), whole, broken)
            for article, whole, broken in self._freight[notice.number].came
        )
        if any(notice.number in told for dev, told in self._received.items() if dev != terminal.dev):
            self._time.saw("delivery received twice")
        self._received.setdefault(terminal.dev, set()).add(notice.number)
        said = receiving.bodies_of(work, lines, terminal.identity.place.store, {"value": 0, "approved_by": ""})
        for kind, body in said:
            terminal.append_in(conn, kind, body)
        if shortfall(said[0][1], notice):
            self._time.saw("delivery other than its notice")
        if not is_transfer(notice.number):
            return "delivery received"
        return "transfer received" if notice.lines else "transfer received before it was told"

    def _send(self, conn: Ledger, terminal: SimTerminal) -> str:
        """Goods leave for the other store with a slip; whoever is shown it there receives them, told of them or not."""
        place = terminal.identity.place
        to = next((store for store in self._hub.stores if store != place.store), "")
        if not to:
            return ""
        number = transfer_number(ReceiptNumber(place.store, place.terminal, terminal.identity.series, next(self._numbers)))
        notice = Notice(number, place.store, to, self._some_goods())
        self._load(notice)
        goods = [{"article": one.article, "quantity": one.quantity_milli, "serials": []} for one in notice.lines]
        gone = [{**one, "quantity": -line.quantity_milli} for one, line in zip(goods, notice.lines, strict=True)]
        said: Json = {"location": place.store, "detail": {"value": 0, "approved_by": ""}}
        terminal.append_in(conn, TRANSFER_SENT, {**said, "transfer": number, "to": to, "lines": goods})
        terminal.append_in(conn, STOCK_MOVED, {**said, "reason": "transferred_out", "promise": "", "lines": gone})
        self._left.append(notice)
        return "sent to another store"

    def _travel(self, notice: Notice) -> None:
        """The lorry arrives, and one till or two are shown its slip."""
        chance = self._chance
        there = [one for one in self._terminals if one.identity.place.store == notice.store]
        for till in chance.sample(there, min(len(there), chance.choice((1, 1, 2)))):
            receive = partial(self._receive_slip, notice.number)
            self._time.after(chance.randrange(500, UNDER_WAY_MS), partial(self._do, till, receive))

    def _receive_slip(self, number: str, conn: Ledger, terminal: SimTerminal) -> str:
        told = rows.read(conn, "device_rows", NOTICE, number, Notice)
        blind = Notice(number, self._freight[number].notice.supplier, terminal.identity.place.store, ())
        return self._receive(told or blind, conn, terminal)


def _arrived(line: WorkLine, whole: int, broken: int) -> WorkLine:
    touch = Touch(0, 0)
    return damaged(set_to(line, whole + broken, touch), broken, touch) if broken else set_to(line, whole, touch)


def judge(hub: RealHub, projected: Sequence[Fact]) -> list[str]:
    """Whether every delivery, transfer and loss is at the hub once, and who received twice or otherwise is somebody's task."""
    there = hub.transact(_stored, reading=True)
    got = [fact for fact in projected if fact.kind == DELIVERY_RECEIVED]
    sent = {one.number: one for one in (sent_notice(fact) for fact in projected if fact.kind == TRANSFER_SENT)}
    lost = {_name(fact): _loss(fact) for fact in projected if fact.kind == STOCK_MOVED and fact.body["reason"] == WRITTEN_OFF}
    by_notice = Counter(str(fact.body["notice"]) for fact in got)
    twice = Counter({number: times - 1 for number, times in by_notice.items() if times > 1})
    differ = {str(fact.body["notice"]) for fact in got if shortfall(fact.body, sent.get(fact.body["notice"]))}
    by_till = Counter((fact.dev, str(fact.body["notice"])) for fact in got)
    wrong = [f"stock flows: {dev} itself received {number} {n} times" for (dev, number), n in by_till.items() if n > 1]
    for what, wanted, found in (
        ("deliveries", {_name(fact): str(fact.body["notice"]) for fact in got}, there.came),
        ("received twice", twice, there.asked[deliveries.TWICE]),
        ("other than their notices", differ, set(there.asked[deliveries.DIFFERS])),
        ("losses", lost, there.lost),
        ("done", {number for number in there.notices if by_notice[number]}, {n for n, done in there.notices.items() if done}),
        ("under way", set(), sent.keys() - there.notices.keys()),
        ("told to tills", {number for number, done in there.notices.items() if not done}, there.told),
    ):
        if wanted != found:
            wrong.append(f"stock flows: {what}: the hub has {found} in place of {wanted}"[:400])
    return wrong


Place = tuple[str, int, int]


def _name(fact: Fact) -> Place:
    return fact.dev, fact.inc, fact.seq


def _loss(fact: Fact) -> tuple[str, int, str, str]:
    detail = fact.body.get("detail", {})
    return detail.get("why", ""), detail.get("value", 0), fact.employee, detail.get("approved_by", "")


@dataclass(frozen=True)
class _Stored:
    """What the hub has: deliveries by fact, tasks by notice, notices and whether they came, which tills are told, losses."""

    came: dict[Place, str]
    asked: dict[str, Counter[str]]
    notices: dict[str, bool]
    told: set[str]
    lost: dict[Place, tuple[str, int, str, str]]


def _stored(connection: Connection) -> _Stored:
    at, of, due, gone = came.c, tasks.c, notices.c, stock_losses.c
    arrived = connection.execute(select(at.dev, at.inc, at.seq, at.notice)).all()
    asked: dict[str, Counter[str]] = {deliveries.TWICE: Counter(), deliveries.DIFFERS: Counter()}
    for kind, detail in connection.execute(select(of.kind, of.detail).where(of.kind.in_(asked))):
        asked[kind][msgspec.json.decode(detail)["notice"]] += 1
    losses = connection.execute(
        select(gone.dev, gone.inc, gone.seq, gone.why, gone.value_minor, gone.employee, gone.approved_by).where(
            gone.reason == WRITTEN_OFF
        )
    ).all()
    return _Stored(
        {(dev, inc, seq): notice for dev, inc, seq, notice in arrived},
        asked,
        {number: done > 0 for number, done in connection.execute(select(due.number, due.done_ms))},
        {key for _, key, _ in feedlog.rows_now(connection, TENANT, DEVICE, NOTICE)},
        {(dev, inc, seq): (why, int(value), by, agreed) for dev, inc, seq, why, value, by, agreed in losses},
    )
