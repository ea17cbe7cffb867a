"""What was paid with numbered vouchers at this terminal: each once, or down to its last cent."""

from kiosk.domain.errors import Refused
from kiosk.domain.voucher import Voucher
from kiosk.store import rows
from kiosk.store.database import Connection

ENTITY = "voucher"


def spent_in(conn: Connection, kind: str, code: str) -> int:
    """What was paid with a voucher here, minor units."""
    found = conn.execute("SELECT spent FROM vouchers WHERE kind = ? AND code = ?", (kind, code)).fetchone()
    return int(found[0]) if found else 0


def known_in(conn: Connection, kind: str, code: str) -> Voucher | None:
    """What the hub told of it, or None."""
    return rows.read(conn, "device_rows", ENTITY, f"{kind}|{code}", Voucher)


def spend_in(conn: Connection, kind: str, code: str, amount_minor: int, receipt: str, *, keeps_rest: bool) -> None:
    """Count a payment in the sale's own transaction. Raises Refused, so that it is not committed, for one that was used up."""
    if not keeps_rest and spent_in(conn, kind, code):
        raise Refused("voucher.used", code=code)
    conn.execute(
        "INSERT INTO vouchers VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, code) DO UPDATE SET spent = spent + ?3, receipt = ?4",
        (kind, code, amount_minor, receipt),
    )
