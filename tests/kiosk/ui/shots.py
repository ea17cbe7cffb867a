"""Pictures of every till screen, empty and error states included: python -m tests.kiosk.ui.shots --out DIR."""

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt

from drivers.api import DeviceState, Fault, Health
from kiosk.domain.customer import Customer
from kiosk.domain.feed import HelpCall
from kiosk.ui.sounds import SoundState
from kiosk.ui.theme import Look
from sync.agent.ports import SyncStatus
from tests.kiosk.ui.kiosk.shop import NOON_MS
from tests.kiosk.ui.shots_labels import labels
from tests.kiosk.ui.shots_money import money
from tests.kiosk.ui.shots_newcustomer import new_customer
from tests.kiosk.ui.shots_order import ordering
from tests.kiosk.ui.shots_orders import pickup, reserved
from tests.kiosk.ui.shots_places import product_cards
from tests.kiosk.ui.shots_sign import one_thing_more, parcels, replacing, signing
from tests.kiosk.ui.shots_stock import stock
from tests.kiosk.ui.shots_stops import stops
from tests.kiosk.ui.shots_voucher import cards, vouchers_for_goods
from tests.kiosk.ui.shots_webback import web_back
from tests.kiosk.ui.till_shop import TillShop, ticket

SIZES = ((1024, 768), (1366, 768), (1920, 1080))
CODES = ("8799999000017", "8799999000024", "8799999000024", "8799999000048")
GROCERIES = ("8798888000015",)
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape

Take = Callable[[str], None]


@dataclass
class Camera:
    """Writes a PNG of a window."""

    shop: TillShop
    folder: Path

    def __call__(self, name: str) -> None:
        """One picture; waits for pictures that are read in the background."""
        self.shop.settle(until=self.shop.pictures_ready)
        self.shop.window.grabWindow().save(str(self.folder / f"{name}.png"))


def tour(shop: TillShop, take: Take) -> None:
    """The fashion shop, from the lock screen to the next customer, with what can go wrong on the way."""
    take("t1-names")
    shop.type("101")
    shop.key(ENTER)
    shop.type("12")
    take("t1-pin")
    shop.type("34")
    shop.key(ENTER)
    take("t1-wrong-pin")
    for _ in range(4):
        shop.type("1234")
        shop.key(ENTER)
    take("t1-locked-out")
    shop.key(ESC)
    shop.type("104")
    shop.key(ENTER)
    shop.type("2580")
    shop.key(ENTER)
    take("t1-new-pin")
    shop.type("1111")
    shop.key(ENTER)
    shop.type("1111")
    shop.key(ENTER)
    take("t1-new-pin-refused")
    shop.type("7391")
    shop.key(ENTER)
    shop.type("7391")
    shop.key(ENTER)
    shop.type("1")
    shop.key(Qt.Key.Key_Down)
    shop.type("2")
    take("t2-open-shift")
    shop.till.shift_model.setCounting(False)
    shop.type("15000")
    take("t2-one-amount")
    shop.key(Qt.Key.Key_F9)
    well(shop)
    take("t3-empty")
    _sale(shop, take)
    _payment(shop, take)


def _sale(shop: TillShop, take: Take) -> None:
    for code in CODES:
        shop.scan(code)
    take("t3-sale")
    shop.key(Qt.Key.Key_F2)
    shop.type("shirt")
    take("t4-results")
    shop.type("zwemvliezen")
    take("t4-nothing-found")
    shop.key(ESC)
    shop.till.item_model.look("1001-WHT-M")
    take("t5-item")
    shop.key(ESC)
    shop.key(Qt.Key.Key_F3)
    take("t3-quantity")
    shop.key(ESC)
    shop.key(Qt.Key.Key_F6)
    shop.type("10")
    take("t3-discount")
    shop.type("0")
    shop.key(ENTER)
    shop.settle()
    take("t3-discount-approval")
    shop.key(ESC)
    shop.key(Qt.Key.Key_Backspace, ENTER)
    shop.scan("8799999999999")
    shop.scan(CODES[0])
    shop.scan(CODES[1])
    take("t3-refused-scan")
    shop.key(ENTER)
    basket = ticket((CODES[0], 2_000), ("8710398500526", 1_000), (CODES[3], 1_000))
    shop.scan(basket)
    take("t3-ticket-with-an-unknown-code")
    shop.key(ENTER)
    shop.scan(basket)
    take("t3-ticket-taken-before")
    shop.key(ENTER)
    shop.calls = (HelpCall("c1", "K1", "price", "nl", "waiting", NOON_MS - 60_000),)
    shop.till.help_model.refresh()
    shop.settle()
    take("t3-help-call")
    shop.till.help_model.answer()
    away = SyncStatus(False, unsent=14, oldest_unsent_ms=960_000, last_contact_ms=NOON_MS - 960_000)
    shop.till.status_model.heard_sync(away)
    shop.till.status_model.heard_printer(Health(DeviceState.DEGRADED, frozenset({Fault.PAPER_OUT})))
    shop.key(Qt.Key.Key_F10)
    take("t17-trouble")
    shop.sounds.state = SoundState.SILENT
    shop.till.status_model.retell()
    take("t17-silent")
    shop.sounds.state = SoundState.READY
    shop.key(ESC)
    take("t3-trouble")
    well(shop)
    shop.key(Qt.Key.Key_F8)
    take("t3-void")
    shop.key(ESC)
    _menu(shop, take)


def _menu(shop: TillShop, take: Take) -> None:
    """What is done beside selling."""
    shop.key(Qt.Key.Key_F5)
    take("t6-menu")
    shop.type("2")
    take("t6-nothing-suspended")
    shop.key(ESC)
    shop.key(Qt.Key.Key_F5)
    shop.type("1")
    shop.type("rode jas")
    take("t6-suspend")
    shop.key(ENTER)
    for code in CODES:
        shop.scan(code)
    shop.desk.suspending.suspend()
    shop.till.show(shop.desk.selling.priced)
    shop.scan(CODES[0])
    shop.key(Qt.Key.Key_F5)
    shop.type("2")
    take("t6-retrieve")
    shop.key(Qt.Key.Key_Delete)
    take("t6-void-suspended")
    shop.key(ESC)
    shop.key(ENTER)
    for name in ("line", "price"):
        shop.till.showMenu()
        shop.till.more_model.choose(name)
        shop.settle()
        take(f"t6-{name}")
        shop.key(ESC)


def _look_up(shop: TillShop) -> None:
    shop.till.showMenu()
    shop.till.more_model.choose("customer")
    shop.settle()


PEOPLE = (
    Customer("NL20410001", "Zoë", "van der", "Berg", "+31612345678", postcode="1012 AB"),
    Customer("NL20410002", "Johannes Wilhelmus", "van den", "Heuvel-Bakker tot Westerflier", "+31206661234", postcode="9712 CP"),
    Customer("NL20410003", "Şükrü", "", "Bergsma-Yıldırım", "+31687654321", postcode="3511 XA"),
    *(Customer(f"NL2041{n:04d}", name, "van den", "Berg", f"+3162{n:07d}", postcode=f"{1_010 + n} AC") for n, name in
      enumerate(("Anouk", "Bram", "Cornelia Wilhelmina", "Daan", "Esmée", "Floris", "Geertruida Johanna Maria"), 10)),
)  # fmt: skip


def customers(shop: TillShop, take: Take) -> None:
    """Whose sale it is: looked for by name, telephone and card, found, not found, and in the basket's head."""
    shop.ready()
    well(shop)
    shop.know(*PEOPLE)
    for code in CODES:
        shop.scan(code)
    _look_up(shop)
    take("t6-customer-empty")
    shop.type("van den berg")
    shop.key(Qt.Key.Key_Down)
    take("t6-customer-found")
    shop.till.more_model.customer_model.type("xantippe")
    shop.settle()
    take("t6-customer-nobody")
    shop.till.more_model.customer_model.type("0699999999")
    shop.settle()
    take("t6-customer-other-stores")
    shop.key(ENTER)
    take("t6-customer-asked")
    shop.asked[-1][2](None)
    shop.settle()
    take("t6-customer-hub-away")
    shop.till.more_model.customer_model.type("heuvel")
    shop.settle()
    shop.key(ENTER)
    take("t3-customer-long-name")
    _look_up(shop)
    take("t6-customer-attached")
    shop.key(ESC)


def comes_back(shop: TillShop, take: Take) -> None:
    """Returns: found, chosen, approved, paid out."""
    shop.ready()
    well(shop)
    shop.key(Qt.Key.Key_F5)
    shop.type("3")
    take("t9-no-sale-yet")
    shop.key(ESC)
    for codes in ((CODES[0],), (CODES[1], CODES[1], CODES[3]), CODES):
        for code in codes:
            shop.scan(code)
        shop.key(Qt.Key.Key_F9)
        shop.key(ENTER)
        shop.key(ENTER)
    shop.key(Qt.Key.Key_F5)
    shop.type("3")
    take("t9-find")
    shop.type("999")
    shop.key(ENTER)
    take("t9-unknown-receipt")
    shop.key(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    shop.key(Qt.Key.Key_Down, ENTER)
    shop.key(Qt.Key.Key_Plus, Qt.Key.Key_F7)
    take("t9-lines")
    shop.shop.clock.move(40 * 86_400_000)
    shop.key(ENTER)
    take("t9-approve")
    shop.type("201")
    shop.key(ENTER)
    shop.type("2580")
    shop.key(ENTER)
    take("t9-in-the-basket")
    shop.key(Qt.Key.Key_F9)
    take("t9-refund")
    shop.key(ENTER)
    take("t9-paid-out")
    shop.key(ENTER)


def upkeep(shop: TillShop, take: Take) -> None:
    """The readiness board and held work, empty and full."""
    shop.ready()
    well(shop)
    shop.key(Qt.Key.Key_F10)
    take("t17-status")
    shop.key(Qt.Key.Key_F8)
    take("t17-nothing-held")
    shop.key(ESC)
    shop.hold_something()
    shop.sync = SyncStatus(reachable=True, last_contact_ms=NOON_MS)
    shop.key(Qt.Key.Key_F10, Qt.Key.Key_F7)
    take("t17-readiness")
    shop.key(Qt.Key.Key_F8)
    take("t17-held")
    shop.till.exceptions_model.writeOff(shop.till.exceptions_model.items()[0].id)
    shop.settle()
    shop.type("101")
    shop.key(ENTER)
    shop.type("9999")
    take("t17-write-off")
    shop.key(ENTER)
    take("t17-write-off-refused")


def _payment(shop: TillShop, take: Take) -> None:
    shop.key(Qt.Key.Key_F9)
    take("t7-cash")
    shop.type("2000")
    shop.key(ENTER)
    take("t7-part-paid")
    shop.scan(CODES[0])
    take("t7-scan-waits")
    shop.key(Qt.Key.Key_F5)
    take("t7-card")
    shop.key(ENTER)
    take("t7-card-no-reference")
    shop.key(ESC)
    shop.key(ESC)
    take("t7-give-back")
    shop.key(ESC)
    shop.till.clearMessage()
    shop.type("10000")
    shop.key(ENTER)
    take("t8-done")
    shop.till.status_model.heard_printer(Health(DeviceState.DEGRADED, frozenset({Fault.PAPER_OUT})))
    take("t8-paper-out")
    shop.key(Qt.Key.Key_F10)
    take("t17-jobs")


def market(shop: TillShop, take: Take) -> None:
    """The grocery: weight, deposit and age."""
    shop.ready()
    well(shop)
    take("t3-market-empty")
    shop.scan("8798888000015")
    shop.type("420")
    take("t5-weight")
    shop.key(ENTER)
    for code in shop.codes_with("deposit")[:3]:
        shop.scan(code)
    for code in shop.codes_with("age_limit")[:1]:
        shop.scan(code)
    take("t3-market")
    shop.key(Qt.Key.Key_F9)
    take("t3-age")
    shop.key(ESC)
    shop.till.more_model.empties_model.begin()
    shop.scan(shop.codes_with("deposit")[0])
    shop.type("12")
    take("t6-empties")
    shop.key(ENTER, ENTER)
    take("t3-empties")


def well(shop: TillShop) -> None:
    """Hub, printer and scanner are well."""
    shop.till.status_model.heard_sync(SyncStatus(reachable=True, last_contact_ms=NOON_MS))
    shop.till.status_model.heard_printer(Health(DeviceState.READY))
    shop.till.status_model.heard_scanner(Health(DeviceState.READY))
    shop.settle()


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", default="nl")
    parser.add_argument("--size", default="", help="one size, as 1366x768; else the three that a till is made for")
    parser.add_argument("--scale", type=float, default=1.0, help="of the text: 1.0, 1.5 or 2.0")
    parser.add_argument("--contrast", action="store_true", help="in high contrast")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    given.out.mkdir(parents=True, exist_ok=True)
    wide, _, high = given.size.partition("x")
    for size in ((int(wide), int(high)),) if given.size else SIZES:
        for sample, walk in (
            ("fashion", tour), ("fashion", upkeep), ("fashion", money), ("fashion", comes_back), ("fashion", cards),
            ("fashion", vouchers_for_goods), ("fashion", labels),
            ("fashion", ordering), ("fashion", stock), ("fashion", stops), ("fashion", customers), ("fashion", product_cards),
            ("fashion", new_customer), ("fashion", pickup), ("fashion", reserved), ("fashion", signing),
            ("fashion", replacing), ("fashion", parcels), ("fashion", one_thing_more), ("fashion", web_back),
            ("grocery", market),
        ):
            with tempfile.TemporaryDirectory(prefix="toonbank-") as name:
                brand = "base" if sample == "fashion" else "markt"
                look = Look(brand, high_contrast=given.contrast, text_scale=given.scale)
                shop = TillShop(Path(name), sample, size, given.language, look)
                folder = given.out / f"{size[0]}x{size[1]}"
                folder.mkdir(exist_ok=True)
                walk(shop, Camera(shop, folder))
                assert not shop.warnings and not shop.bugs, (shop.warnings, shop.bugs)
                shop.close()


if __name__ == "__main__":
    main()
