"""Gift cards and store credit on the screens: number asked, balance told, paid with what the hub knows, and credit given back."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt

from kiosk.domain.catalog import Price
from kiosk.domain.facts import SALE_COMPLETED
from kiosk.domain.feed import Cursor, Row, Setting, Transaction, moved, row_number
from kiosk.domain.tender import CASH, CHANGE_CASH, GIFT_CARD, KEEPS_REST, TenderRule
from kiosk.domain.voucher import MULTI, SINGLE, SINGLE_PURPOSE, Voucher, is_credit_number
from kiosk.services import storedvalue
from tests.kiosk.ui.kiosk.shop import row
from tests.kiosk.ui.test_till_sale import facts
from tests.kiosk.ui.till_shop import TillShop

CARD_CODE, VOUCHER_CODE, SHIRT = "8712345678906", "8712345678913", "8799999000017"
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
RULES = (
    TenderRule("cash", CASH, {"en": "Cash", "nl": "Contant"}, 1, change=CHANGE_CASH, refund_to=(CASH,), drawer=True),
    TenderRule("gift", GIFT_CARD, {"en": "Gift card", "nl": "Cadeaukaart"}, 3, change=KEEPS_REST, reference=True),
)


class Hub:
    """What a hub answers when it is asked for a voucher; None while it is away."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.known: dict[str, Voucher] | None = {}
        self.waiting: list[Callable[[], None]] | None = None

    def ask(self, kind: str, code: str, told: Callable[[Voucher | None, bool], None]) -> None:
        """As kiosk.apps.till asks one."""
        self.asked.append((kind, code))
        known = self.known
        answer = (lambda: told(None, False)) if known is None else (lambda: told(known.get(code), True))
        if self.waiting is None:
            answer()
        else:
            self.waiting.append(answer)


def put_cards(shop: TillShop) -> Hub:
    """Gift cards of 25 euro, means to pay with them, store credit for goodwill, and a hub to ask."""
    shirt = shop.desk.counter.catalog.article("1001-WHT-S")
    assert shirt is not None
    names = {"en": "Gift card 25", "nl": "Cadeaukaart 25"}
    card = replace(shirt, id="GIFT-25", names=names, size="", colour="", barcodes=(CARD_CODE,), goods=(MULTI,))
    shop.shop.put(row("article", "GIFT-25", card), row("price", "GIFT-25|0", Price("GIFT-25", 0, 2_500, 9)))
    put_device(shop, *(row("tender", rule.id, rule) for rule in RULES))
    hub = Hub()
    shop.desk.ask_voucher = hub.ask
    return hub


def put_voucher(shop: TillShop) -> str:
    """Vouchers of 25 euro for the shirt's category; gives what they are good for."""
    shirt = shop.desk.counter.catalog.article("1001-WHT-S")
    assert shirt is not None
    names = {"en": "Clothing voucher 25", "nl": "Kledingbon 25"}
    bon = replace(shirt, id="BON-25", names=names, size="", colour="", barcodes=(VOUCHER_CODE,), goods=(SINGLE,))
    shop.shop.put(row("article", "BON-25", bon), row("price", "BON-25|0", Price("BON-25", 0, 2_500, 9)))
    return f"{shirt.vat_class}|{shirt.category}"


def put_device(shop: TillShop, *rows: Row) -> None:
    """Rows that are new in the device scope, as the feed would bring them."""
    ledger = shop.shop.ledger
    cursor = ledger.cursor()
    after = Cursor(cursor.epoch, cursor.rev + 1, moved(cursor.digest, sum(map(row_number, rows))))
    ledger.apply([Transaction(after.rev, list(rows))], after)
    shop.desk.counter.reload()


def test_a_card_that_is_sold_asks_for_its_number_and_pays_the_next_sale(selling: TillShop) -> None:
    hub = put_cards(selling)
    selling.scan(CARD_CODE)
    serial = selling.till.more_model.serial_model
    assert selling.till.dialog == "serial" and serial.isCard
    selling.scan(CARD_CODE)
    assert selling.till.dialog == "serial" and "not the number of a gift card" in serial.errorText
    selling.scan("GC-0001")
    assert selling.till.dialog == "" and hub.asked[-1] == (GIFT_CARD, "GC-0001")
    selling.key(Qt.Key.Key_F9, ENTER, ENTER)
    selling.scan(SHIRT)
    selling.key(Qt.Key.Key_F9)
    payment = selling.till.payment
    payment.choose("gift")
    selling.settle()
    selling.scan("GC-0001")
    assert "25.00 is left on it" in payment.balanceText
    selling.key(ENTER)
    selling.settle()
    (_, sale) = facts(selling, SALE_COMPLETED)
    assert [one["kind"] for one in sale["tenders"]] == [GIFT_CARD] and sale["tenders"][0]["left"] == 2_500 - sale["total"]


def test_a_number_that_only_the_hub_knows_pays_after_it_was_asked_and_nothing_is_blocked_meanwhile(selling: TillShop) -> None:
    hub = put_cards(selling)
    brand = selling.desk.counter.ledger.identity.place.brand
    hub.known, hub.waiting = {"GC9": Voucher("GC9", GIFT_CARD, 500, "EUR", brand, turn=1)}, []
    selling.scan(SHIRT)
    selling.key(Qt.Key.Key_F9)
    payment = selling.till.payment
    payment.choose("gift")
    selling.settle()
    payment.setReference("gc9")
    payment.takeCard()
    selling.settle()
    assert hub.asked == [(GIFT_CARD, "GC9")] and not payment.hasTenders and "asked" in payment.balanceText
    hub.waiting.pop()()
    selling.settle()
    assert payment.hasTenders and any("left on it €0.00" in text for text in selling.texts())
    payment.choose("gift")
    payment.setReference("GC10")
    payment.takeCard()
    payment.setCard(False)  # the shopper takes cash instead, and does not wait
    hub.waiting.pop()()
    selling.settle()
    assert payment.errorText == "" and len(payment.tenders.rows) == 1


def test_away_from_the_hub_an_unknown_number_says_what_to_do(selling: TillShop) -> None:
    put_cards(selling).known = None
    selling.scan(SHIRT)
    selling.key(Qt.Key.Key_F9)
    payment = selling.till.payment
    payment.choose("gift")
    selling.settle()
    payment.setReference("GC9")
    payment.takeCard()
    selling.settle()
    assert "hub cannot be asked now" in payment.errorText and not payment.hasTenders


def test_what_is_left_is_told_from_the_menu_and_by_a_scan_without_selling(selling: TillShop) -> None:
    hub = put_cards(selling)
    brand = selling.desk.counter.ledger.identity.place.brand
    balance = selling.till.more_model.balance_model
    selling.till.showMenu()
    selling.till.more_model.choose("balance")
    selling.settle()
    assert selling.till.dialog == "balance"
    selling.type("4111111111111111")
    selling.key(ENTER)
    assert "bank card" in balance.errorText and hub.asked == []
    hub.known = {"GC9": Voucher("GC9", GIFT_CARD, 1_250, "EUR", brand, turn=1)}
    selling.scan("gc9")
    assert balance.isFound and "12.50" in balance.leftText and balance.kindText == "Gift card" and not balance.noteText
    hub.known = None
    selling.scan("GC9")
    assert "12.50" in balance.leftText and "hub is away" in balance.noteText
    selling.scan("GC10")
    assert not balance.isFound and "cannot be asked" in balance.errorText
    selling.key(ESC)
    selling.scan("GC9")
    assert selling.till.dialog == "balance" and "12.50" in balance.leftText and selling.desk.selling.priced.cart.is_empty


def test_store_credit_for_goodwill_needs_no_number_and_a_scan_of_it_pays(selling: TillShop) -> None:
    put_cards(selling)
    put_device(selling, row("setting", "returns.goodwill_refund", Setting("returns.goodwill_refund", "voucher")))
    selling.scan(SHIRT)
    selling.key(Qt.Key.Key_F9, ENTER, ENTER)
    selling.key(Qt.Key.Key_F5)
    selling.type("3")
    selling.key(ENTER)
    selling.key(Qt.Key.Key_Plus, ENTER)
    selling.key(Qt.Key.Key_F9)
    refund = selling.till.more_model.refund_model
    assert selling.till.dialog == "refund" and not refund.asksReference, selling.till.dialog
    assert any("slip" in row.note for row in refund.ways.rows)
    selling.key(ENTER)
    selling.settle()
    tender = facts(selling, SALE_COMPLETED)[-1]["tenders"][0]
    assert is_credit_number(tender["reference"])
    selling.key(ENTER)
    selling.scan(SHIRT)
    selling.key(Qt.Key.Key_F9)
    selling.scan(tender["reference"])
    payment = selling.till.payment
    assert payment.otherText == "Store credit" and "is left on it" in payment.balanceText
    selling.key(ENTER)
    selling.settle()
    assert storedvalue.balance(selling.desk.counter, tender["reference"]).left_minor == 0


def test_a_voucher_for_certain_goods_is_sold_scanned_among_them_and_is_no_way_to_pay(selling: TillShop) -> None:
    put_cards(selling)
    put_voucher(selling)
    selling.scan(VOUCHER_CODE)
    selling.scan("BON-1")
    selling.key(Qt.Key.Key_F9, ENTER, ENTER)
    selling.scan(SHIRT)
    selling.key(Qt.Key.Key_F9)
    payment = selling.till.payment
    payment.choose("gift")
    selling.settle()
    selling.scan("BON-1")
    selling.key(ENTER)
    assert "scan it with the goods" in payment.errorText
    payment.setCard(False)
    selling.key(ESC)
    selling.scan("BON-1")
    (_, row_) = selling.till.sale_model.line_rows.rows
    assert row_.amount == "-€14.99" and "left on it €10.01" in row_.detail and "Tops" in row_.detail
    assert selling.till.sale_model.totalText == "€0.00"
    selling.key(Qt.Key.Key_F9)
    selling.settle()
    (_, sale) = facts(selling, SALE_COMPLETED)
    assert sale["tenders"] == [] and sale["lines"][1]["amount"] == -1_499


def test_what_the_hub_knows_of_a_voucher_is_told_and_taken_off_the_sale_from_there(selling: TillShop) -> None:
    hub, good_for = put_cards(selling), put_voucher(selling)
    brand = selling.desk.counter.ledger.identity.place.brand
    hub.known = {"BON-9": Voucher("BON-9", SINGLE_PURPOSE, 1_000, "EUR", brand, turn=1, good_for=good_for)}
    balance = selling.till.more_model.balance_model
    balance.begin()
    selling.scan("BON-9")
    assert balance.isForGoods and balance.kindText.startswith("Voucher for ")
    selling.key(Qt.Key.Key_F9)
    assert selling.till.dialog == "balance" and "Scan the goods first" in balance.errorText and balance.isFound
    selling.key(ESC)
    selling.scan(SHIRT)
    balance.begin()
    selling.scan("BON-9")
    selling.key(Qt.Key.Key_F9)
    selling.settle()
    assert selling.till.dialog == "" and selling.till.sale_model.totalText == "€4.99"
