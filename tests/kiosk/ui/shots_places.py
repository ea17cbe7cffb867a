"""Pictures of the product card: one variant, forty, none here, nothing known, knowledge that is old, and a price that is asked."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from tests.kiosk.ui.stocked import COAT, DAY_MS, forty, level, places, reserved, style
from tests.kiosk.ui.till_shop import TillShop

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape

Take = Callable[[str], None]


def product_cards(shop: TillShop, take: Take) -> None:
    """The card in all its states."""
    shop.ready()
    shop.shop.put(*places())
    shop.scan("8799999000017")
    shop.key(Qt.Key.Key_Right)
    take("t5-card-of-a-line")
    shop.till.item_model.choose("1001-RED-L")
    take("t5-none-here")
    shop.key(Qt.Key.Key_F4)
    take("t5-lost-sale")
    shop.key(ESC, ESC)
    shop.till.more_model.choose("price")
    shop.till.more_model.line_model.beginPrice()
    shop.scan("https://id.example.com/01/08799999000024/10/AB1?17=261231")
    take("t5-price-by-a-label")
    shop.scan("https://evil.example/../../etc/passwd")
    take("t6-price-refused")
    shop.key(ESC)
    shop.shop.put(*forty(), reserved(f"{COAT}-petrol-M", "AMS1", 1))
    _look(shop, f"{COAT}-petrol-M", take, "t5-forty")
    _look(shop, f"{COAT}-bordeaux-4XL", take, "t5-forty-last")
    _look(shop, f"{COAT}-anthracite-XS", take, "t5-nothing-known")
    old = [level(f"{COAT}-sand-S", store, n, 3 * DAY_MS) for n, store in enumerate(("AMS1", "UTR1", "HAA1"))]
    shop.shop.put(*old)
    _look(shop, f"{COAT}-sand-S", take, "t5-old")
    shop.shop.put(*style([str(size) for size in range(36, 50)], (("black", "zwart"),), "Wandelschoen", "SHOE"))
    _look(shop, "SHOE-black-42", take, "t5-one-colour")
    _look(shop, "3404", take, "t5-one-variant")


def _look(shop: TillShop, article: str, take: Take, name: str) -> None:
    shop.till.item_model.look(article)
    shop.settle()
    take(name)
    shop.key(ESC)
