"""What a store does with orders, for its screens: the three desks together."""

from dataclasses import dataclass

from kiosk.services.collectdesk import CollectDesk
from kiosk.services.orderdesk import OrderDesk
from kiosk.services.pickdesk import PickDesk


@dataclass(frozen=True, slots=True)
class Pickup:
    """Finding and moving orders, picking them, and handing them over."""

    orders: OrderDesk
    picking: PickDesk
    collecting: CollectDesk
