"""What came back of the receipts of this store: by this terminal's own facts, and by what the hub tells of the others."""

from kiosk.decoding import read_json
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact
from kiosk.domain.feed import ReturnedLine
from kiosk.domain.returning import returned_in
from kiosk.store.database import Connection

ENTITY = "returned"
_VOIDED = "voided:"


def count_in(conn: Connection, fact: Fact) -> None:
    """Count what a fact brings back."""
    for one in returned_in(fact):
        conn.execute(
            "INSERT INTO returned VALUES (?1, ?2, ?3) ON CONFLICT (receipt, line) DO UPDATE SET quantity = quantity + ?3",
            (one.receipt, one.line, one.quantity_milli),
        )


def fold_in(conn: Connection, fact: Fact) -> None:
    """Count what a fact brings back. Raises Refused, so that the fact is not sealed, when a line would come back twice."""
    count_in(conn, fact)
    for one in returned_in(fact):
        if given_in(conn, one.receipt, fact.dev).get(one.line, 0) > one.sold_milli:
            raise Refused("return.already", name=one.name)


def is_voided_in(conn: Connection, receipt: str) -> bool:
    """Whether a sale of this terminal was undone as a whole."""
    return conn.execute("SELECT 1 FROM meta WHERE key = ?", (_VOIDED + receipt,)).fetchone() is not None


def void_in(conn: Connection, receipt: str, void: str) -> None:
    """Remember which receipt undid a sale."""
    conn.execute("INSERT INTO meta VALUES (?, ?)", (_VOIDED + receipt, void))


def known_in(conn: Connection, receipt: str, dev: str) -> tuple[dict[int, int], dict[int, int]]:
    """How much of each line of a receipt came back so far (thousandths): ours, and what the hub told of all others."""
    found = conn.execute("SELECT line, quantity FROM returned WHERE receipt = ?", (receipt,)).fetchall()
    own = {int(line): int(milli) for line, milli in found}
    rows = conn.execute(
        "SELECT payload FROM device_rows WHERE entity = ? AND key >= ? AND key < ?", (ENTITY, f"{receipt}|", f"{receipt}}}")
    ).fetchall()
    told: dict[int, int] = {}
    for (payload,) in rows:
        row = read_json(payload, ReturnedLine)
        told[row.line] = sum(milli for by, milli in row.by.items() if by != dev)
    return own, told


def given_in(conn: Connection, receipt: str, dev: str) -> dict[int, int]:
    """How much of each line of a receipt came back so far, wherever it did."""
    own, told = known_in(conn, receipt, dev)
    return {line: own.get(line, 0) + told.get(line, 0) for line in {*own, *told}}
