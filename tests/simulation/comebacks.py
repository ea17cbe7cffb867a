"""Goods that come back inside a run: returns at any till, also of another one's receipt, and sales that are voided as a whole."""

import random
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, select

from kiosk.domain.account import entries_in
from kiosk.domain.errors import Refused
from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, Fact
from kiosk.domain.returning import returned_in
from kiosk.domain.voiding import void_body
from kiosk.store.database import Connection as Ledger
from kiosk.store.returned import given_in, is_voided_in, void_in
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_returns import returned_lines
from sync.hub.taken_back import TWICE
from tests.simulation.real_hub import RealHub
from tests.simulation.stores import opened, sale_body
from tests.simulation.terminal import SimTerminal
from tests.simulation.timeline import Timeline

PACE_MS = 9_000
WHAT = ("return", "return", "return", "void")
LATEST = 12
"""Customers come back with one of the last receipts of a till, so that some come twice."""

Line = tuple[str, int]
"""Receipt and line."""


def plan(time: Timeline, terminals: Sequence[SimTerminal], bad_ms: int) -> None:
    """Put what comes back into the queue, from a source of chance of its own: other plans stay as they are."""
    chance, given = time.source("comebacks"), Counter[Line]()
    for terminal in terminals:
        at_ms = 6_000
        while (at_ms := at_ms + chance.randrange(PACE_MS // 4, 2 * PACE_MS)) < bad_ms:
            what, sold_by = chance.choice(WHAT), chance.choice(terminals)
            time.after(at_ms, _deed(time, terminal, sold_by if what == "return" else terminal, what, (chance, given)))


def judge(hub: RealHub, projected: Sequence[Fact]) -> list[str]:
    """Whether the hub's account of what came back is the facts', and whoever gave money twice is a task for somebody."""
    came: dict[tuple[str, int, str], int] = Counter()
    sold: dict[Line, int] = {}
    for fact in projected:
        for back in returned_in(fact):
            came[back.receipt, back.line, fact.dev] += back.quantity_milli
            sold[back.receipt, back.line] = back.sold_milli
    there, asked = hub.transact(_stored, reading=True)
    wrong = [] if there == came else [f"returns: the hub counts {len(there)} lines otherwise than the {len(came)} of the facts"]
    by_line = Counter[Line]()
    for (receipt, line, dev), milli in came.items():
        by_line[receipt, line] += milli
        if milli > sold[receipt, line]:
            wrong.append(f"returns: {dev} itself took back {milli} of {sold[receipt, line]} on {receipt}")
    twice = {place for place, milli in by_line.items() if milli > sold[place]}
    if twice != asked:
        wrong.append(f"returns: {len(twice)} lines came back twice, and a person is asked about {len(asked)}")
    return wrong


def _stored(connection: Connection) -> tuple[dict[tuple[str, int, str], int], set[Line]]:
    at, of = returned_lines.c, tasks.c
    rows = connection.execute(select(at.receipt, at.line, at.dev, at.quantity_milli)).all()
    details = [msgspec.json.decode(detail) for detail in connection.scalars(select(of.detail).where(of.kind == TWICE))]
    return {(receipt, line, dev): milli for receipt, line, dev, milli in rows}, {(one["receipt"], one["line"]) for one in details}


def _deed(
    time: Timeline, terminal: SimTerminal, sold_by: SimTerminal, what: str, plans: tuple[random.Random, Counter[Line]]
) -> Callable[[], None]:
    """`plans` are chance, and what came back so far, wherever: no till knows all of that."""
    chance, given = plans

    def act() -> None:
        sale = _one_of(sold_by, chance)
        if sale is None:
            return
        done: list[str] = []
        work = _return if what == "return" else _void
        if terminal.act(lambda: terminal.ledger.run(lambda conn: done.append(work(conn, time, terminal, sale)))):
            time.saw(done[-1])
            line = sale.body["lines"][0]
            given[sale.body["receipt"], 1] += line["quantity"]
            if given[sale.body["receipt"], 1] > line["quantity"]:
                time.saw("came back twice")

    return act


def _one_of(terminal: SimTerminal, chance: random.Random) -> Fact | None:
    """One of the last sales of a till that can come back: pieces over the counter, for money, with no gift card in it."""
    found: list[Fact] = []
    for data in reversed(terminal.truth):
        fact = opened(data)
        line = fact.body["lines"][0] if fact.kind == SALE_COMPLETED else {}
        if line.get("line") and line["quantity"] > 0 and fact.body["number"] and not entries_in(fact):
            found.append(fact)
        if len(found) == LATEST:
            break
    return chance.choice(found) if found else None


def _return(conn: Ledger, time: Timeline, terminal: SimTerminal, sale: Fact) -> str:
    """All of a line comes back at this till. What the till knows to be back is refused by its ledger."""
    ledger, line = terminal.ledger, sale.body["lines"][0]
    number = ledger.next_receipt_in(conn)
    milli, store = -line["quantity"], terminal.identity.place.store
    body = sale_body(str(number), store, line["name"], milli, number.number)
    body["lines"][0]["returned"] = {"receipt": sale.body["receipt"], "line": line["line"], "sold": line["quantity"]}
    sealed = terminal.append_in(conn, SALE_COMPLETED, body)
    ledger.record_sale_in(conn, time.new_id(), number, sealed.seq, ())
    return "returned" if sale.dev == terminal.dev else "returned at another till"


def _void(conn: Ledger, time: Timeline, terminal: SimTerminal, sale: Fact) -> str:
    """A sale is undone as a whole, as the till does it: by its mirror image, once, and not when something came back."""
    ledger, receipt = terminal.ledger, str(sale.body["receipt"])
    if is_voided_in(conn, receipt) or any(given_in(conn, receipt, terminal.dev).values()):
        raise Refused("void.already", receipt=receipt)
    void, number = time.new_id(), ledger.next_receipt_in(conn)
    body = void_body({"sale": "", **sale.body}, void, number, "r", "9")
    sealed = terminal.append_in(conn, SALE_VOIDED, body)
    ledger.record_sale_in(conn, void, number, sealed.seq, ())
    void_in(conn, receipt, str(number))
    return "voided"
