"""What a terminal keeps of the one that it follows: its facts, receipts, tickets, shift and cart."""

import json
from collections.abc import Sequence

from kiosk.domain import facts
from kiosk.domain.facts import Fact, SealedFact, read_fact
from kiosk.store import journal, returned
from kiosk.store.database import Connection


def put_in(conn: Connection, found: Sequence[SealedFact]) -> None:
    """Keep a predecessor's facts, with its receipts and the tickets that it took."""
    for sealed in found:
        fact = read_fact(sealed.data)
        new = conn.execute(
            "INSERT OR IGNORE INTO past_facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (fact.dev, fact.inc, fact.seq, fact.kind, fact.day, sealed.data, sealed.hash, sealed.signature),
        )
        if new.rowcount:
            returned.count_in(conn, fact)
            journal.index_past_in(conn, fact)
        if fact.kind == facts.SALE_COMPLETED:
            receipt = str(fact.body["receipt"])
            place = (receipt, fact.moment.wall_ms, fact.dev, fact.inc, fact.seq)
            conn.execute("INSERT OR IGNORE INTO past_sales VALUES (?, ?, ?, ?, ?)", place)
            for ticket in fact.body.get("tickets", []):
                conn.execute("INSERT OR IGNORE INTO tickets VALUES (?, ?)", (ticket, receipt))


def sale_in(conn: Connection, receipt: str) -> bytes | None:
    """The fact of a predecessor's receipt, or of its latest when `receipt` is empty."""
    where = "WHERE s.receipt = ?" if receipt else "ORDER BY s.at DESC, s.seq DESC LIMIT 1"
    found = conn.execute(
        f"SELECT f.data FROM past_sales s JOIN past_facts f USING (dev, inc, seq) {where}", (receipt,) if receipt else ()
    ).fetchone()
    return bytes(found[0]) if found else None


def day_in(conn: Connection, day: str) -> list[bytes]:
    """The predecessors' facts of a business day, oldest first."""
    found = conn.execute("SELECT data FROM past_facts WHERE day = ? ORDER BY inc, seq", (day,)).fetchall()
    return [bytes(data) for (data,) in found]


def shifts_in(conn: Connection) -> int:
    """How many shifts the predecessors opened."""
    found = conn.execute("SELECT count(*) FROM past_facts WHERE kind = ?", (facts.SHIFT_OPENED,)).fetchone()
    return int(found[0])


def open_shift(found: Sequence[Fact]) -> str:
    """The shift that was open when a history ends, as it is kept in `meta`; empty when none was."""
    shifts: dict[str, str] = {}
    for fact in found:
        if fact.kind == facts.SHIFT_OPENED:
            body = fact.body
            shifts[body["shift"]] = json.dumps(
                {
                    "id": body["shift"], "number": body["number"], "day": fact.day, "employee": fact.employee,
                    "float_minor": body["float"], "opened_ms": fact.moment.wall_ms, "drawer": body.get("drawer", ""),
                }
            )  # fmt: skip
        elif fact.kind == facts.SHIFT_CLOSED:
            if "shift" in fact.body:
                shifts.pop(fact.body["shift"], None)
            else:
                shifts.clear()
    return list(shifts.values())[-1] if shifts else ""


def ended_sales(found: Sequence[Fact]) -> frozenset[str]:
    """The carts that a history finished or gave up: they do not come back."""
    over = (facts.SALE_COMPLETED, facts.SALE_ABANDONED)
    return frozenset(str(fact.body.get("sale", "")) for fact in found if fact.kind in over)
