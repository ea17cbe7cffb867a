"""Pictures of ordering: the ways of a line, an address and what is wrong with one, and the basket and receipt after it."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from kiosk.domain.allocation import Grant
from kiosk.domain.feed import Setting
from kiosk.domain.streets import StreetFound
from tests.kiosk.ui.kiosk.shop import row
from tests.kiosk.ui.test_till_menu import choose
from tests.kiosk.ui.till_shop import TillShop

F8, F9, ESC, DOWN = Qt.Key.Key_F8, Qt.Key.Key_F9, Qt.Key.Key_Escape, Qt.Key.Key_Down
CODES = ("8799999000017", "8799999000024", "8799999000048")
ADDRESS = (
    ("name", "Marieke van der Kruijff-Oostenbroek"), ("phone", "06 12345678"), ("email", "marieke@example.org"),
    ("postcode", "3511ax"), ("house", "12 bis"), ("street", "Oudegracht aan de Werf"), ("city", "Utrecht"),
)  # fmt: skip
FOUND = StreetFound("found", "Oudegracht aan de Werf", "Utrecht")


def ordering(shop: TillShop, take: Callable[[str], None]) -> None:
    """A line delivered, another collected elsewhere, one taken along."""
    shop.hear(row("setting", "order.delivery_cost", Setting("order.delivery_cost", "4.95")))
    shop.hear(row("grant", "UTR1|1001-WHT-M", Grant("UTR1", "1001-WHT-M", 5_000, 1)))
    for code in CODES:
        shop.scan(code)
    choose(shop, "order")
    take("o1-ways")
    model = shop.till.more_model.order_model
    model.order()
    shop.settle()
    take("o2-address-missing")
    shop.desk.ask_street = lambda country, postcode, house, told: told(StreetFound("number") if house == "120" else FOUND)
    for name, text in (*ADDRESS[:4], ("house", "120"), ADDRESS[5]):
        model.write(name, text)
    model.edited.emit()
    take("o3-number-unknown")
    for name, text in (("street", ""), ("house", "12 bis")):
        model.write(name, text)
    model.edited.emit()
    take("o3-street-found")
    for name, text in ADDRESS:
        model.write(name, text)
    model.edited.emit()
    take("o3-address")
    shop.key(F8)
    take("o4-all-lines")
    shop.key(F8, F9)
    take("o5-basket")
    shop.till.sale_model.choose(2)
    shop.settle()
    choose(shop, "order")
    shop.key(DOWN, DOWN)
    take("o6-collect-elsewhere")
    shop.key(F9)
    take("o7-mixed-basket")
    choose(shop, "order")
    take("o8-change-the-way")
    shop.key(ESC)
