"""What a till asks its hub while it sells on: the answer comes to the screen's thread, or nothing does, and nobody waits for it.

The line is asked for when something is: to open a till loads nothing that syncs.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from kiosk.domain.errors import Damaged
from kiosk.domain.streets import NO_LIST, StreetFound
from kiosk.domain.voucher import Voucher
from kiosk.store.rows import open_payload
from kiosk.ui.bridge import Bridge
from kiosk.ui.till_desk import CustomersAnswer, OrdersAnswer, ReceiptAnswer
from sync.protocol.messages import CustomersReply, OrdersReply, ReceiptReply, StreetReply, VoucherReply

if TYPE_CHECKING:
    from kiosk.apps.hubline import HubLine
    from sync.agent.events import Failure

T = TypeVar("T")


def receipt_asker(line: "Callable[[], HubLine]", bridge: Bridge) -> Callable[[str, Callable[[ReceiptAnswer | None], None]], None]:
    """Asks for another till's receipt; told None when the hub cannot be asked now."""
    return lambda number, told: _tell(bridge, line().ask_receipt(number), ReceiptReply, told)


def order_asker(line: "Callable[[], HubLine]", bridge: Bridge) -> Callable[[str, Callable[[OrdersAnswer | None], None]], None]:
    """Asks for an order of another store by its number; told None when the hub cannot be asked now."""
    return lambda number, told: _tell(bridge, line().find_orders(number=number), OrdersReply, told)


def street_asker(
    line: "Callable[[], HubLine]", bridge: Bridge, is_connected: Callable[[], bool]
) -> Callable[[str, str, str, Callable[[StreetFound], None]], None]:
    """Asks for the street of a house (country, postcode, number); told what is known. Away from the hub nobody is asked."""

    def ask(country: str, postcode: str, house: str, told: Callable[[StreetFound], None]) -> None:
        if is_connected():
            answered: Callable[[StreetReply | None], None] = lambda reply: told(  # noqa: E731
                StreetFound(reply.known, reply.street, reply.city) if reply is not None else StreetFound(NO_LIST)
            )
            _tell(bridge, line().find_street(country, postcode, house), StreetReply, answered)

    return ask


def customer_asker(
    line: "Callable[[], HubLine]", bridge: Bridge
) -> Callable[[str, str, Callable[[CustomersAnswer | None], None]], None]:
    """Asks for customers of other stores; told None when the hub cannot be asked now."""
    return lambda number, phone, told: _tell(bridge, line().ask_customers(number, phone), CustomersReply, told)


def voucher_asker(
    line: "Callable[[], HubLine]", bridge: Bridge, is_connected: Callable[[], bool]
) -> Callable[[str, str, Callable[[Voucher | None, bool], None]], None]:
    """Asks what is left on a voucher; told what the hub knows, and whether it answered.

    While the hub is known to be away nobody waits for it: the till goes by what it knows at once.
    """

    def ask(kind: str, code: str, told: Callable[[Voucher | None, bool], None]) -> None:
        if is_connected():
            answered: Callable[[VoucherReply | None], None] = lambda reply: told(_voucher_of(reply), reply is not None)  # noqa: E731
            _tell(bridge, line().ask_voucher(kind, code), VoucherReply, answered)
        else:
            bridge.post(lambda: told(None, False))

    return ask


def _tell(bridge: Bridge, asked: "Future[T | Failure]", kind: type[T], told: Callable[[T | None], None]) -> None:
    def answered(done: "Future[T | Failure]") -> None:
        reply = None if done.cancelled() or done.exception() else done.result()
        found = reply if isinstance(reply, kind) else None
        bridge.post(lambda: told(found))

    asked.add_done_callback(answered)


def _voucher_of(reply: VoucherReply | None) -> Voucher | None:
    """What the hub answered; None where it knows nothing, or says it in a way that this version cannot read."""
    try:
        return open_payload(reply.data, Voucher) if reply is not None and reply.data else None
    except Damaged:
        return None
