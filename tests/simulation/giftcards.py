"""Gift cards inside a run: loaded, paid with, given back at tills that know little of each other; the hub owes what facts say."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from kiosk.domain.account import entries_in, fold
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, Fact
from kiosk.domain.tax import OUTSIDE
from kiosk.domain.tender import GIFT_CARD, STORE_CREDIT
from kiosk.domain.voiding import void_body
from kiosk.domain.voucher import MULTI
from kiosk.store import accounts
from kiosk.store.database import Connection as Ledger
from kiosk.store.returned import is_voided_in, void_in
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_vouchers import voucher_accounts
from sync.hub.voucher_accounts import OVERSPENT
from tests.simulation.real_hub import RealHub
from tests.simulation.stores import opened, sale_body
from tests.simulation.terminal import SimTerminal
from tests.simulation.timeline import Timeline

PACE_MS, FEW = 20_000, 4
"""In long runs there are not more of them."""

WHAT = ("load", "load", "pay", "pay", "pay", "pay", "credit", "void")
SHARED = ("GC1", "GC2")
"""Cards that go from till to till; each till has one more that nobody takes elsewhere."""
WORTH = (1_000, 2_500, 5_000)
_STATES = {"load": "card loaded", "pay": "paid by card", "credit": "credit given", "void": "card sale undone"}
LATEST = 6
"""One of the last sales with a card is undone."""

Key = tuple[str, str]
"""Kind and number."""


def own_card(dev: str) -> str:
    """The card whose customer comes to one till only."""
    return f"GC-{dev}"


def plan(time: Timeline, terminals: Sequence[SimTerminal], bad_ms: int) -> None:
    """Put what people do with cards into the queue, from a source of chance of its own: other plans stay as they are."""
    chance, left, pace_ms = time.source("gift cards"), Counter[Key](), max(PACE_MS, bad_ms // FEW)
    credits: list[str] = []
    for terminal in terminals:
        at_ms = 5_000
        while (at_ms := at_ms + chance.randrange(pace_ms // 4, 2 * pace_ms)) < bad_ms:
            time.after(at_ms, _Deed(time, terminal, chance.choice(WHAT), chance, left, credits).act)


def judge(hub: RealHub, projected: Sequence[Fact]) -> list[str]:
    """Whether the hub owes what the facts say, and a person is asked about each account that is below nothing, and no other."""
    wanted = fold(projected)
    there, asked = hub.transact(_stored, reading=True)
    sums = {key: (one.loaded_minor, one.loaded_minor - one.left_minor) for key, one in wanted.items()}
    wrong = [
        f"gift cards: the hub has {there.get(key)} (loaded, spent) on {key[1]} in place of {sums.get(key)}"
        for key in sorted(sums.keys() | there.keys())
        if there.get(key) != sums.get(key)
    ]
    below = Counter({key: -one.left_minor for key, one in wanted.items() if one.left_minor < 0})
    if asked != below:
        wrong.append(f"gift cards: {dict(below)} are overspent, and a person is asked about {dict(asked)}")
    alone = [one.code for one in wanted.values() if len(one.by) == 1 and one.left_minor < 0]
    return [*wrong, *(f"gift cards: one till alone took more from {code} than was on it" for code in alone)]


def _stored(connection: Connection) -> tuple[dict[Key, tuple[int, int]], Counter[Key]]:
    at, of = voucher_accounts.c, tasks.c
    rows = connection.execute(select(at.kind, at.code, at.loaded_minor, at.spent_minor)).all()
    open_ones = select(of.detail).where(of.kind == OVERSPENT, of.done_ms == 0)
    details = [msgspec.json.decode(detail) for detail in connection.scalars(open_ones)]
    asked = Counter[Key]()
    for one in details:
        asked[one["voucher"], one["code"]] += one["amount_minor"]
    return {(kind, code): (int(loaded), int(spent)) for kind, code, loaded, spent in rows}, asked


class _Deed:
    """One thing that somebody does with a card at a till. `left` is what nobody in the run knows: what is on each card."""

    def __init__(
        self, time: Timeline, terminal: SimTerminal, what: str, chance: random.Random, left: Counter[Key], credits: list[str]
    ) -> None:
        self._time, self._terminal, self._what = time, terminal, what
        self._chance, self._left, self._credits = chance, left, credits

    def act(self) -> None:
        """Do it; what the till refuses changes nothing."""
        terminal, before = self._terminal, len(self._terminal.truth)
        work = {"load": self._load, "pay": self._pay, "credit": self._credit, "void": self._void}[self._what]
        if not terminal.act(lambda: terminal.ledger.run(work)):
            return
        self._time.saw(_STATES[self._what])
        for one in (entry for data in terminal.truth[before:] for entry in entries_in(opened(data))):
            self._left[one.kind, one.code] += one.loaded_minor - one.spent_minor
            if self._left[one.kind, one.code] < 0:
                self._time.saw("card overspent")
            if self._what == "credit":
                self._credits.append(one.code)

    def _load(self, conn: Ledger) -> None:
        """A card is sold, or loaded once more."""
        amount = self._chance.choice(WORTH)
        line = {**self._goods(amount), "voucher": MULTI, "voucher_code": self._card(), "until": 0}
        self._ring(conn, amount, line, {"kind": "cash", "amount": amount})

    def _pay(self, conn: Ledger) -> None:
        """Goods are paid as far as a card goes, as this till knows it."""
        kind, code = GIFT_CARD, self._card()
        if self._credits and self._chance.random() < 0.3:
            kind, code = STORE_CREDIT, self._chance.choice(self._credits)
        known = accounts.known_in(conn, kind, code, self._terminal.dev)
        if known is None or known.left_minor <= 0:
            raise Refused("voucher.empty")
        amount = min(known.left_minor, self._chance.choice(WORTH))
        self._ring(conn, amount, self._goods(amount), {"kind": kind, "amount": amount, "reference": code})

    def _credit(self, conn: Ledger) -> None:
        """Goodwill: money that goes back as store credit."""
        amount = self._chance.choice(WORTH)
        code = f"SC{self._chance.getrandbits(40)}"
        back = {"kind": STORE_CREDIT, "amount": -amount, "reference": code, "issued": {"until": 0}}
        self._ring(conn, -amount, {**self._goods(-amount), "quantity": -1_000}, back)

    def _void(self, conn: Ledger) -> None:
        """One of the last sales with a card at this till is undone, unless what it loaded was spent since."""
        found: list[Fact] = []
        for data in reversed(self._terminal.truth):
            fact = opened(data)
            if fact.kind == SALE_COMPLETED and entries_in(fact):
                found.append(fact)
            if len(found) == LATEST:
                break
        if not found:
            raise Refused("void.already")
        sale, ledger = self._chance.choice(found), self._terminal.ledger
        receipt = str(sale.body["receipt"])
        if is_voided_in(conn, receipt):
            raise Refused("void.already", receipt=receipt)
        void, number = self._time.new_id(), ledger.next_receipt_in(conn)
        body = void_body({"sale": "", **sale.body}, void, number, "r", "9")
        try:
            sealed = self._terminal.append_in(conn, SALE_VOIDED, body)
        except Refused:
            self._time.saw("card spent since")
            raise
        ledger.record_sale_in(conn, void, number, sealed.seq, ())
        void_in(conn, receipt, str(number))

    def _ring(self, conn: Ledger, total: int, line: Json, tender: Json) -> None:
        ledger = self._terminal.ledger
        number = ledger.next_receipt_in(conn)
        tax = [{"class": OUTSIDE, "rate_bp": 0, "net": total, "tax": 0}]
        said = {"total": total, "lines": [{"line": 1, **line}], "tax": tax, "tenders": [tender], "movements": []}
        body: dict[str, Any] = {**sale_body(str(number), "", "", 0, number.number), **said}
        sealed = self._terminal.append_in(conn, SALE_COMPLETED, body)
        ledger.record_sale_in(conn, self._time.new_id(), number, sealed.seq, ())

    def _goods(self, amount: int) -> Json:
        return {"name": "with a card", "unit": "piece", "quantity": 1_000, "amount": amount}

    def _card(self) -> str:
        return self._chance.choice((*SHARED, *(own_card(self._terminal.dev),) * 2))
