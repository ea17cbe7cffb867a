"""What a store does with orders, for its screens: the desks together."""

from dataclasses import dataclass

from kiosk.services.collectdesk import CollectDesk
from kiosk.services.orderdesk import OrderDesk
from kiosk.services.parceldesk import ParcelDesk
from kiosk.services.pickdesk import PickDesk
from kiosk.services.swapdesk import SwapDesk
from kiosk.services.together import Together


@dataclass(frozen=True, slots=True)
class Pickup:
    """Finding and moving orders, picking them, handing them over, replacing what is not there, and parcels."""

    orders: OrderDesk
    picking: PickDesk
    collecting: CollectDesk
    swapping: SwapDesk
    parcels: ParcelDesk
    together: Together
