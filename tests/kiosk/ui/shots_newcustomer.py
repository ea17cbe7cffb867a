"""Pictures of a new customer: the form empty, filled in, and refused."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from tests.kiosk.ui.test_till_menu import choose
from tests.kiosk.ui.till_shop import TillShop

F7, F9 = Qt.Key.Key_F7, Qt.Key.Key_F9
PERSON = (
    ("given", "Johannes Wilhelmus"), ("infix", "van den"), ("family", "Heuvel-Bakker tot Westerflier"), ("phone", "06 12345678"),
    ("postcode", "9712 CP"),
)  # fmt: skip


def new_customer(shop: TillShop, take: Callable[[str], None]) -> None:
    """Somebody becomes a customer, and the mail address is missing for the receipts that they want by mail."""
    shop.scan("8799999000017")
    choose(shop, "new_customer")
    take("n1-empty")
    model = shop.till.more_model.new_customer_model
    for name, text in PERSON:
        model.write(name, text)
    model.edited.emit()
    shop.scan("NL20419999")
    shop.key(F7)
    take("n2-filled-in")
    shop.key(F9)
    take("n3-refused")
    model.write("email", "jw@example.nl")
    model.edited.emit()
    shop.key(F9)
    take("n4-basket")
