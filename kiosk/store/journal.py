"""The journal of one terminal: its facts, found by day, person, kind, receipt or amount, and read page by page.

Those of the terminals that it follows stand before its own: they are found under numbers below zero, in the order of their lives.
"""

from collections.abc import Sequence
from itertools import chain

from kiosk.domain.codec import canonical
from kiosk.domain.facts import SALE_COMPLETED, Fact, SealedFact, read_fact
from kiosk.domain.holding import receipt_of, worth_of
from kiosk.domain.journal import Filter
from kiosk.store.database import Connection
from kiosk.store.opening import open_own

PAGE_MAX = 500
FIRST = -(2**40)
"""Below every number: the first fact of a predecessor has the next one."""


_OWN = "FROM facts WHERE seq = ?"
_PAST = "FROM past_facts JOIN past_index USING (dev, inc, seq) WHERE n = ?"


def index_in(conn: Connection, fact: Fact) -> None:
    """Make a fact findable; within the transaction that seals it."""
    conn.execute(
        "INSERT INTO fact_index VALUES (?, ?, ?, ?, ?, ?, ?)",
        (fact.seq, fact.kind, fact.day, fact.employee, receipt_of(fact), worth_of(fact), fact.moment.wall_ms),
    )


def index_past_in(conn: Connection, fact: Fact) -> None:
    """Make a predecessor's fact findable, behind those that are there already."""
    (last,) = conn.execute("SELECT coalesce(max(n), ?) FROM past_index", (FIRST,)).fetchone()
    conn.execute("INSERT INTO past_index VALUES (?, ?, ?, ?)", (last + 1, fact.dev, fact.inc, fact.seq))
    conn.execute(
        "INSERT INTO fact_index VALUES (?, ?, ?, ?, ?, ?, ?)",
        (last + 1, fact.kind, fact.day, fact.employee, receipt_of(fact), worth_of(fact), fact.moment.wall_ms),
    )


def page_in(conn: Connection, wanted: Filter, before: int, limit: int) -> list[int]:
    """Numbers of facts that fit, the newest first, all below `before` (0: from the end).

    Pages go by the last number and not by an offset, so the thousandth page is as quick as the first and none is skipped
    while the shop sells on.
    """
    where, values = _where(wanted)
    if before:
        where.append("seq < ?")
        values.append(before)
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    found = conn.execute(
        f"SELECT seq FROM fact_index {condition} ORDER BY seq DESC LIMIT ?", (*values, min(limit, PAGE_MAX))
    )
    return [seq for (seq,) in found.fetchall()]


def opened_in(conn: Connection, numbers: Sequence[int]) -> list[Fact]:
    """These facts, opened, in the same order."""
    return [open_own(conn.execute(f"SELECT data {_OWN if seq > 0 else _PAST}", (seq,)).fetchone()[0]) for seq in numbers]


def sealed_in(conn: Connection, wanted: Filter, after: int) -> list[tuple[int, SealedFact]]:
    """Facts that fit, as they were sealed, the oldest first, each with the number it is found by: a page of those above `after`."""
    where, values = _where(wanted)
    query = f"SELECT seq FROM fact_index WHERE {' AND '.join([*where, 'seq > ?'])} ORDER BY seq LIMIT ?"
    found: list[tuple[int, SealedFact]] = []
    for (seq,) in conn.execute(query, (*values, after, PAGE_MAX)).fetchall():
        row = conn.execute(f"SELECT seq, data, hash, signature {_OWN if seq > 0 else _PAST}", (seq,)).fetchone()
        found.append((seq, SealedFact(*row)))
    return found


def sale_of_serial_in(conn: Connection, serial: str) -> Fact | None:
    """The last sale of this terminal, or of those it follows, in which a piece with this number was sold.

    It looks through all of them: seldom asked.
    """
    wanted = serial.strip()
    if not wanted:
        return None
    asked = canonical({"serial": wanted})[1:-1].decode()
    holds = "instr(CAST(data AS TEXT), ?) > 0"
    own = f"SELECT data FROM fact_index JOIN facts USING (seq) WHERE fact_index.kind = ? AND {holds} ORDER BY seq DESC"
    past = f"SELECT data FROM past_index JOIN past_facts USING (dev, inc, seq) WHERE kind = ? AND {holds} ORDER BY n DESC"
    for (data,) in chain.from_iterable(conn.execute(query, (SALE_COMPLETED, asked)) for query in (own, past)):
        fact = read_fact(data)
        if any(line.get("serial") == wanted and line["quantity"] > 0 for line in fact.body["lines"]):
            return fact
    return None


def people_in(conn: Connection) -> list[str]:
    """Everybody who ever did something here, by number. Skips from person to person through the index."""
    found: list[str] = []
    last = ""
    while (row := conn.execute("SELECT min(employee) FROM fact_index WHERE employee > ?", (last,)).fetchone())[0]:
        last = str(row[0])
        found.append(last)
    return found


def last_by(conn: Connection, kind: str) -> dict[str, int]:
    """When each person's newest fact of a kind happened here (wall clock, ms), by number: what a predecessor saw is no proof."""
    query = "SELECT employee, at_ms, max(seq) FROM fact_index WHERE kind = ? AND seq > 0 GROUP BY employee"
    found = conn.execute(query, (kind,))
    return {employee: at_ms for employee, at_ms, _ in found}


def _where(wanted: Filter) -> tuple[list[str], list[str | int]]:
    """The conditions. A unary plus keeps SQLite off an index: the rarest of what is asked for is named without it."""
    where: list[str] = []
    values: list[str | int] = []
    rare = bool(wanted.receipt) or (wanted.amount_from is not None and wanted.amount_from == wanted.amount_to)
    if wanted.receipt:
        where.append("receipt = ? AND receipt <> ''")
        values.append(wanted.receipt)
    plus = "+" if rare else ""
    if wanted.employee:
        where.append(f"{plus}employee = ?")
        values.append(wanted.employee)
    if wanted.kinds:
        where.append(f"{plus}kind IN ({', '.join('?' * len(wanted.kinds))})")
        values += wanted.kinds
    for condition, day in (("day >= ?", wanted.day_from), ("day <= ?", wanted.day_to)):
        if day:
            where.append(f"{plus}{condition}")
            values.append(day)
    for condition, amount in (("amount >= ?", wanted.amount_from), ("amount <= ?", wanted.amount_to)):
        if amount is not None:
            where.append(condition)
            values.append(amount)
    return where, values
