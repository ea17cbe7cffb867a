"""Vouchers of other issuers, such as meal vouchers, that were taken at this terminal: each once. The shop's own are accounts."""

from kiosk.domain.empties import is_key
from kiosk.domain.errors import Refused
from kiosk.domain.voucher import of_once_key
from kiosk.store.database import Connection


def spent_in(conn: Connection, kind: str, code: str) -> int:
    """What was paid with a voucher here, minor units."""
    found = conn.execute("SELECT spent FROM vouchers WHERE kind = ? AND code = ?", (kind, code)).fetchone()
    return int(found[0]) if found else 0


def spend_in(conn: Connection, kind: str, code: str, amount_minor: int, receipt: str, *, keeps_rest: bool) -> None:
    """Count a payment in the sale's own transaction. Raises Refused, so that it is not committed, for one that was used up."""
    if not keeps_rest and spent_in(conn, kind, code):
        raise Refused("voucher.used", code=code)
    conn.execute(
        "INSERT INTO vouchers VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, code) DO UPDATE SET spent = spent + ?3, receipt = ?4",
        (kind, code, amount_minor, receipt),
    )


def give_back_in(conn: Connection, key: str) -> None:
    """A sale was undone: its voucher or slip, by the key under which it was remembered as used, is good again; coupons are not."""
    named = of_once_key(key)
    if named is not None or is_key(key):
        conn.execute("DELETE FROM tickets WHERE ticket = ?", (key,))
    if named is not None:
        conn.execute("DELETE FROM vouchers WHERE kind = ? AND code = ?", named)
