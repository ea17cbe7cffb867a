"""Pictures of shelf labels: what changes until tomorrow, before and after some were printed."""

from collections.abc import Callable

from tests.kiosk.ui.test_till_labels import SHIRT, cheaper
from tests.kiosk.ui.test_till_stock import open_stock
from tests.kiosk.ui.till_shop import TillShop

Take = Callable[[str], None]


def labelling(shop: TillShop) -> None:
    """The list of what changes."""
    _at_home(shop)
    shop.type("6")
    model = shop.till.more_model.stock_model
    shop.settle(until=lambda: len(model.entries_shown()) >= 3)


def labels(shop: TillShop, take: Take) -> None:
    """The list, and one label ticked off."""
    _at_home(shop)
    take("t22-stock")
    shop.type("6")
    model = shop.till.more_model.stock_model
    shop.settle(until=lambda: len(model.entries_shown()) >= 3)
    model.choose(SHIRT)
    shop.settle(until=lambda: any(one.iconName == "check" for one in model.entries_shown()))
    take("t22-labels")


def _at_home(shop: TillShop) -> None:
    shop.ready()
    cheaper(shop)
    open_stock(shop)
    model = shop.till.more_model.stock_model
    shop.settle(until=lambda: "2" in model.entries_shown()[-1].note)
