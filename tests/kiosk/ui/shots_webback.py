"""Pictures of web orders that come back: which one, what of it with its delivery, and where the money goes."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from kiosk.domain.feed import Row
from kiosk.domain.order import PAID_IN_FULL, SHIP_FROM_STORE
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import DELIVERED, PACKED, PICKING, SHIPPED
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.quantity import ONE
from tests.kiosk.ui.kiosk.shop import NOON_MS
from tests.kiosk.ui.shots_orders import NAMES, SHIRTS, tell
from tests.kiosk.ui.test_till_menu import choose
from tests.kiosk.ui.till_shop import TillShop
from tests.kiosk.weborders import web_row

ENTER = Qt.Key.Key_Return
DAY_MS = 86_400_000


def arrived(key: str = "240877", *, days: int = 3, source: str = "AMS1", name: str = "Anna de Vries") -> Row:
    """Four shirts from the web shop, paid there with their delivery, which arrived some days ago."""
    at_ms, events = NOON_MS - days * DAY_MS, list[OrderEvent]()
    for line, (_, pieces, _) in enumerate(SHIRTS, 1):
        for n, (step, before) in enumerate(((PACKED, PICKING), (SHIPPED, PACKED), (DELIVERED, SHIPPED))):
            role, owner = ("system", "") if step == DELIVERED else ("store", source)
            events.append(
                OrderEvent(f"{key}/{line}/{n}", key, line, step, before, pieces * ONE, at_ms, role, 0, owner)
            )
    total = sum(minor for _, _, minor in SHIRTS) + 495
    return web_row(
        *SHIRTS, key=key, names=NAMES, kind=SHIP_FROM_STORE, source=source, terms=PAID_IN_FULL, events=tuple(events), name=name,
        placed_ms=at_ms - DAY_MS, until_ms=at_ms, delivery=(495, 495),
        payments=(OrderPayment(f"{key}/0", at_ms - DAY_MS, "iDEAL", total, reference="tr_7UhSN1zuXS"),),
    )  # fmt: skip


def finding(shop: TillShop) -> None:
    """Which order it is."""
    shop.ready()
    tell(shop, arrived(), arrived("240801", days=9, name="Anna Vos"))
    choose(shop, "web_back")
    shop.till.more_model.web_back_model.type("anna")
    shop.settle()


def lines(shop: TillShop) -> None:
    """All of it is withdrawn: the delivery goes back too."""
    finding(shop)
    shop.key(ENTER)
    shop.till.more_model.returns_model.takeAll()
    shop.settle()


def web_back(shop: TillShop, take: Callable[[str], None]) -> None:
    """From the name to the money."""
    finding(shop)
    take("wb1-which-order")
    shop.till.more_model.web_back_model.type("W-7")
    shop.settle()
    take("wb2-not-here")
    shop.till.more_model.web_back_model.type("240877")
    shop.settle()
    shop.key(ENTER)
    take("wb3-what-of-it")
    shop.till.more_model.returns_model.takeAll()
    shop.settle()
    take("wb4-everything")
    shop.key(ENTER)
    take("wb5-in-the-basket")
    shop.key(Qt.Key.Key_F9)
    take("wb6-money-back")
    shop.key(ENTER)
    take("wb7-done")
