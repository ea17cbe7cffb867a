"""The cart on disk, one row per event, so that a kill at any moment leaves the cart as it was last shown."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

import msgspec

from kiosk.decoding import read_plain
from kiosk.domain import cart as carts
from kiosk.domain.cart import Cart, CartEvent
from kiosk.store.database import Connection

_KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        carts.CartStarted, carts.LineAdded, carts.QuantityChanged, carts.LineRemoved, carts.LineDiscounted,
        carts.SaleDiscounted, carts.AgeChecked, carts.TicketTaken, carts.LineRepriced, carts.LineQuoted,
        carts.LineNoted, carts.LineNumbered, carts.LineLooked, carts.LineOrdered, carts.DeliveryCharged,
        carts.LineAssigned, carts.TenderTaken, carts.TendersGivenBack, carts.TenderReversed,
        carts.LineLabelled, carts.CouponTaken, carts.CouponRemoved, carts.ShopperKnown,
    )
}  # fmt: skip


def add_all_in(conn: Connection, sale: str, events: Iterable[CartEvent]) -> None:
    """Make more events of a cart durable."""
    for event in events:
        conn.execute(
            "INSERT INTO cart_events SELECT ?, coalesce(max(n), 0) + 1, ?, ? FROM cart_events WHERE sale = ?",
            (sale, type(event).__name__, msgspec.json.encode(event).decode(), sale),
        )


def clear_in(conn: Connection, sale: str) -> None:
    """The cart is over: paid or abandoned."""
    conn.execute("DELETE FROM cart_events WHERE sale = ?", (sale,))
    conn.execute("DELETE FROM suspended WHERE sale = ?", (sale,))


def open_cart_in(conn: Connection) -> Cart | None:
    """The cart that was open when the terminal last stood still, or None."""
    found = conn.execute(
        "SELECT kind, event FROM cart_events WHERE sale NOT IN (SELECT sale FROM suspended) ORDER BY sale DESC, n"
    ).fetchall()
    return _replayed(found) if found else None


def cart_in(conn: Connection, sale: str) -> Cart:
    """The cart of a sale that is not over."""
    return _replayed(conn.execute("SELECT kind, event FROM cart_events WHERE sale = ? ORDER BY n", (sale,)).fetchall())


@dataclass(frozen=True, slots=True)
class Suspended:
    """A sale that was put aside: its number is what its slip says, `at_ms` when and `employee` who did it."""

    sale: str
    number: int
    at_ms: int
    employee: str
    note: str


def suspend_in(conn: Connection, suspended: Suspended) -> None:
    """Put a cart aside; its events stay as they are."""
    conn.execute("INSERT INTO suspended VALUES (?, ?, ?, ?, ?)", astuple(suspended))


def retrieve_in(conn: Connection, sale: str) -> Suspended | None:
    """Take a cart that was put aside; None when somebody did already."""
    found = conn.execute("SELECT sale, number, at_ms, employee, note FROM suspended WHERE sale = ?", (sale,)).fetchone()
    conn.execute("DELETE FROM suspended WHERE sale = ?", (sale,))
    return Suspended(*found) if found else None


def suspended_in(conn: Connection) -> list[Suspended]:
    """What was put aside, the oldest first."""
    found = conn.execute("SELECT sale, number, at_ms, employee, note FROM suspended ORDER BY number")
    return [Suspended(*one) for one in found.fetchall()]


def _replayed(found: Iterable[tuple[str, str]]) -> Cart:
    return carts.replay(read_plain(msgspec.json.decode(event), _KINDS[kind]) for kind, event in found)
