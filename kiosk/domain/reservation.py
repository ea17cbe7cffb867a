"""The code on a reservation's ticket: it opens the order that holds the goods, and says of itself what it is."""

import re

from kiosk.domain.arbitrating import OrderState
from kiosk.domain.errors import Refused
from kiosk.domain.orderlife import HANDED_OVER

NAME_MAX = 20
"""Characters of the name that a shopper may leave: a first name, not who they are."""

_CODE = re.compile(r"TBR[0-9A-F]{32}")


def code_of(order: str) -> str:
    """What the code of a reservation says, in letters that every keyboard layout carries.

    >>> code_of("0199-7a")
    'TBR01997A'
    """
    return f"TBR{order.replace('-', '')}".upper()


def is_reservation(text: str) -> bool:
    """Whether a scanned text is the code of a reservation."""
    return _CODE.fullmatch(text.strip().upper()) is not None


def order_of(text: str) -> str:
    """The order (its id) that the code of a reservation names.

    >>> order_of("TBR0199C1B2A3D47E5F8A9B0C1D2E3F4A5B")
    '0199c1b2-a3d4-7e5f-8a9b-0c1d2e3f4a5b'
    """
    bare = text.strip().lower()[3:]
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))


def why_shut(state: OrderState | None) -> Refused:
    """Why a reservation cannot be fetched here: nobody knows of it yet, somebody did, or its time is over."""
    if state is None:
        return Refused("reservation.unknown")
    fetched = any(line.of(HANDED_OVER) for line in state.lines.values())
    return Refused("reservation.fetched" if fetched else "reservation.over", number=state.order.number)
