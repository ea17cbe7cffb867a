"""The cart on disk, one row per event, so that a kill at any moment leaves the cart as it was last shown."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

import msgspec

from kiosk.domain import cart as carts
from kiosk.domain.cart import Cart, CartEvent
from kiosk.store.database import Connection

_KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        carts.CartStarted, carts.LineAdded, carts.QuantityChanged, carts.LineRemoved, carts.LineDiscounted,
        carts.SaleDiscounted, carts.AgeChecked, carts.TicketTaken,
        carts.TenderTaken, carts.TendersGivenBack,
    )
}  # fmt: skip


def add_all_in(conn: Connection, sale: str, events: Iterable[CartEvent]) -> None:
    """Make more events of a cart durable."""
    for event in events:
        conn.execute(
            "INSERT INTO cart_events SELECT ?, coalesce(max(n), 0) + 1, ?, ? FROM cart_events WHERE sale = ?",
            (sale, type(event).__name__, msgspec.json.encode(asdict(event)).decode(), sale),
        )


def clear_in(conn: Connection, sale: str) -> None:
    """The cart is over: paid or abandoned."""
    conn.execute("DELETE FROM cart_events WHERE sale = ?", (sale,))


def open_cart_in(conn: Connection) -> Cart | None:
    """The cart that was open when the terminal last stood still, or None."""
    found = conn.execute("SELECT kind, event FROM cart_events ORDER BY sale DESC, n").fetchall()
    if not found:
        return None
    return carts.replay(
        msgspec.convert(msgspec.json.decode(event), type=_KINDS[kind]) for kind, event in found
    )
