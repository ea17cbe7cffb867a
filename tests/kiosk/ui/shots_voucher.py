"""Pictures of gift cards and store credit: a card sold, what is left on it, paid with, and credit given back."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from kiosk.domain.tender import GIFT_CARD
from kiosk.domain.voucher import SINGLE_PURPOSE, Voucher
from tests.kiosk.ui.kiosk.shop import NOON_MS, row
from tests.kiosk.ui.test_till_voucher import CARD_CODE, VOUCHER_CODE, put_cards, put_device, put_voucher
from tests.kiosk.ui.till_shop import TillShop

CODE = "8799999000017"
ENTER, ESC, F9 = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F9

Take = Callable[[str], None]


def cards(shop: TillShop, take: Take) -> None:
    """From the sale of a card to the slip of store credit."""
    shop.ready()
    hub = put_cards(shop)
    place = shop.desk.counter.ledger.identity.place
    shop.scan(CARD_CODE)
    take("t3-gift-card-number")
    shop.type("8712345678906")
    shop.key(ENTER)
    take("t3-gift-card-not-a-card")
    shop.scan("GC-2026-0001")
    take("t3-gift-card")
    shop.key(F9, ENTER, ENTER)
    shop.till.more_model.balance_model.begin()
    shop.settle()
    take("t6-balance-empty")
    until = NOON_MS + 365 * 86_400_000
    hub.known = {"GC-7": Voucher("GC-7", GIFT_CARD, 5_000, "EUR", place.brand, until, {"x": 1_750}, {"x": 5_000}, 2)}
    shop.scan("GC-7")
    take("t6-balance")
    hub.known = None
    shop.scan("GC-7")
    take("t6-balance-away")
    shop.scan("GC-99")
    take("t6-balance-unknown")
    shop.key(ESC)
    shop.scan(CODE)
    shop.scan(CODE)
    shop.key(F9)
    shop.till.payment.choose("gift")
    shop.settle()
    shop.scan("GC-2026-0001")
    take("t7-gift-card")
    shop.key(ENTER)
    take("t7-gift-card-part-paid")
    shop.till.payment.choose("gift")
    shop.settle()
    shop.scan("GC-99")
    shop.key(ENTER)
    take("t7-gift-card-unknown-away")
    shop.till.payment.setCard(False)
    shop.key(ENTER, ENTER)
    setting = {"name": "returns.goodwill_refund", "value": "voucher"}
    put_device(shop, row("setting", "returns.goodwill_refund", setting))
    shop.key(Qt.Key.Key_F5)
    shop.type("3")
    shop.key(ENTER)
    shop.key(Qt.Key.Key_Plus, ENTER, F9)
    take("t9-refund-credit")
    shop.key(ENTER)
    take("t9-credit-given")


def vouchers_for_goods(shop: TillShop, take: Take) -> None:
    """A single-purpose voucher: what the hub tells of it, and taken off the goods."""
    shop.ready()
    hub, good_for = put_cards(shop), put_voucher(shop)
    brand = shop.desk.counter.ledger.identity.place.brand
    hub.known = {"BON-9": Voucher("BON-9", SINGLE_PURPOSE, 4_000, "EUR", brand, 0, {"x": 1_500}, {"x": 4_000}, 2, good_for)}
    shop.scan(VOUCHER_CODE)
    take("t3-voucher-number")
    shop.scan("BON-2026-01")
    shop.key(F9, ENTER, ENTER)
    shop.till.more_model.balance_model.begin()
    shop.scan("BON-9")
    take("t6-voucher-for-goods")
    shop.key(F9)
    take("t6-voucher-no-goods")
    shop.key(ESC)
    shop.scan(CODE)
    shop.scan("8799999002233")
    shop.scan("BON-2026-01")
    take("t1-voucher-redeemed")
    shop.key(F9)
    shop.till.payment.choose("gift")
    shop.settle()
    shop.scan("BON-9")
    shop.key(ENTER)
    take("t7-voucher-is-no-payment")
    shop.till.payment.setCard(False)
    shop.key(ENTER, ENTER)
    take("t8-voucher-sale-done")
