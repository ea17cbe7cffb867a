"""The journal of one terminal: its facts, found by day, person, kind, receipt or amount, and read page by page."""

from collections.abc import Sequence

from kiosk.domain.codec import canonical
from kiosk.domain.facts import SALE_COMPLETED, Fact, SealedFact, read_fact
from kiosk.domain.holding import receipt_of, worth_of
from kiosk.domain.journal import Filter
from kiosk.store.database import Connection
from kiosk.store.opening import open_own

PAGE_MAX = 500


def index_in(conn: Connection, fact: Fact) -> None:
    """Make a fact findable; within the transaction that seals it."""
    conn.execute(
        "INSERT INTO fact_index VALUES (?, ?, ?, ?, ?, ?, ?)",
        (fact.seq, fact.kind, fact.day, fact.employee, receipt_of(fact), worth_of(fact), fact.moment.wall_ms),
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
    return [open_own(conn.execute("SELECT data FROM facts WHERE seq = ?", (seq,)).fetchone()[0]) for seq in numbers]


def sealed_in(conn: Connection, wanted: Filter, after: int) -> list[SealedFact]:
    """Facts that fit, as they were sealed, the oldest first, a page of those above `after`."""
    where, values = _where(wanted)
    inner = f"SELECT seq FROM fact_index WHERE {' AND '.join([*where, 'seq > ?'])} ORDER BY seq LIMIT ?"
    query = f"SELECT seq, data, hash, signature FROM facts WHERE seq IN ({inner}) ORDER BY seq"
    return [SealedFact(*row) for row in conn.execute(query, (*values, after, PAGE_MAX)).fetchall()]


def sale_of_serial_in(conn: Connection, serial: str) -> Fact | None:
    """The last sale of this terminal in which a piece with this number was sold. It looks through all of them: seldom asked."""
    wanted = serial.strip()
    if not wanted:
        return None
    asked = canonical({"serial": wanted})[1:-1].decode()
    found = conn.execute(
        "SELECT f.data FROM fact_index i JOIN facts f ON f.seq = i.seq WHERE i.kind = ? AND instr(CAST(f.data AS TEXT), ?) > 0 "
        "ORDER BY i.seq DESC", (SALE_COMPLETED, asked),
    )  # fmt: skip
    for (data,) in found:
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
    """When each person's newest fact of a kind happened here (wall clock, ms), by number."""
    found = conn.execute("SELECT employee, at_ms, max(seq) FROM fact_index WHERE kind = ? GROUP BY employee", (kind,))
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
