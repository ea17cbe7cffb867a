"""Pictures of sales stops: asked about in the basket, refused, and taken off the shelf."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt

from tests.kiosk.ui.test_till_stops import CODE, OF_BATCH, OTHER, stop
from tests.kiosk.ui.till_shop import TillShop

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
Take = Callable[[str], None]


def stops(shop: TillShop, take: Take) -> None:
    """From the question in the basket to the empty shelf."""
    shop.ready()
    nl = shop.desk.language == "nl"
    told = replace(OF_BATCH, reason="De verf geeft af op de huid" if nl else "The dye comes off on the skin")
    stop(shop, told)
    shop.scan(OTHER)
    shop.scan(CODE)
    take("t21-look")
    shop.type("1")
    stop(shop, replace(told, id="s2", batches=(), article="1001-WHT-S"))
    take("t21-caught")
    shop.key(ENTER)
    shop.scan(OTHER)
    take("t21-refused")
    shop.key(ENTER, Qt.Key.Key_F5)
    take("t21-menu")
    shop.till.more_model.choose("stock")
    shop.settle()
    take("t21-stock")
    shop.type("6")
    take("t21-stops")
    shop.key(ENTER)
    shop.scan(OTHER)
    shop.scan(OTHER)
    take("t21-off-the-shelf")
