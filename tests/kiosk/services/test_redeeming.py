"""Single-purpose vouchers at a real till: sold with their VAT, redeemed among the goods, brought back, undone, refused."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.api import Scan
from kiosk.domain.cart import AMOUNT
from kiosk.domain.catalog import Price
from kiosk.domain.codec import Json
from kiosk.domain.document import plain_text
from kiosk.domain.posting import posting
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.returning import AS_NEW, RECALL, Wish
from kiosk.domain.tender import CASH, CHANGE_CASH, GIFT_CARD, KEEPS_REST, TenderRule
from kiosk.domain.voucher import SINGLE, SINGLE_PURPOSE, Voucher
from kiosk.services import redeeming, storedvalue
from kiosk.services.returns import Returns
from kiosk.services.scans import CardRead, Halted, ScanDesk, Sold
from kiosk.services.suspending import Suspending
from kiosk.services.tendering import Tendering
from kiosk.services.voiding import Voiding
from tests.kiosk.support import MANAGER, PIN, PLACE, SATURDAY_MS, Shop, code_of, open_shop, refused, row

SHIRT, BON = "1001-WHT-M", "BON-25"
SCAN = Scan("scanner", b"B1", "B1", None, 0)
RULES = (
    TenderRule("cash", CASH, {"nl": "Contant"}, 1, change=CHANGE_CASH, refund_to=(CASH,), drawer=True),
    TenderRule("gift", GIFT_CARD, {"nl": "Cadeaukaart"}, 3, change=KEEPS_REST, reference=True),
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till that sells vouchers of 25 euro for goods of the shirt's category."""
    with open_shop(tmp_path, settings={"vouchers.offline_max": 10}) as made:
        bon = replace(made.article(SHIRT), id=BON, barcodes=("8712345678906",), goods=(SINGLE,))
        made.put_catalog(row("article", BON, bon), row("price", f"{BON}|0", Price(BON, 0, 2_500, 9)))
        made.put_device(*(row("tender", rule.id, rule) for rule in RULES))
        made.counter.reload()
        made.sign_in()
        made.open_shift()
        yield made


def good_for(shop: Shop) -> str:
    """What those vouchers are good for."""
    shirt = shop.article(SHIRT)
    return f"{shirt.vat_class}|{shirt.category}"


def sell(shop: Shop, code: str) -> str:
    """Sell a voucher; gives the receipt."""
    shop.add(BON)
    shop.selling.number_line(1, code)
    return shop.sell_cash().receipt


def redeem(shop: Shop, code: str, milli: int = 1_000) -> Json:
    """Shirts for it, the rest in cash; gives the body of the sale."""
    shop.add(SHIRT, milli)
    redeeming.redeem(shop.counter, shop.selling, code)
    shop.checkout.begin()
    if shop.checkout.settlement is not None:
        shop.checkout.pay_cash(shop.checkout.cash_due())
    return shop.facts()[-1].body


def left(shop: Shop, code: str) -> int:
    """What the till says is left."""
    return storedvalue.balance(shop.counter, code).left_minor


def test_it_is_sold_with_vat_and_takes_goods_off_without_and_the_paper_says_what_is_left(shop: Shop) -> None:
    sell(shop, "B1")
    sold = shop.facts()[-1].body
    assert sold["tax"][0]["tax"] > 0 and sold["lines"][0]["good_for"] == good_for(shop) and "voucher" not in sold["lines"][0]
    sale = redeem(shop, "b1")
    assert (sale["total"], sale["tenders"], sale["tax"][0]["tax"]) == (0, [], 0)
    paper = plain_text(shop.receipts.document(shop.facts()[-1]))
    assert "Bon verzilverd" in paper and "-14,99" in paper and "Resteert" in paper and "10,01" in paper
    assert [(one["article"], one["quantity_milli"]) for one in sale["movements"]] == [(SHIRT, -1_000)]
    assert left(shop, "B1") == 1_001
    rest = redeem(shop, "B1")
    assert (rest["total"], left(shop, "B1")) == (498, 0)
    day = DayTotals()
    for fact in shop.facts():
        day = apply_day(day, fact)
    assert posting(day) and (day.redeemed, day.gross, day.vouchers_sold) == (-2_500, 2_998, 0)


def test_what_it_takes_off_follows_the_goods_until_the_sale_is_paid(shop: Shop) -> None:
    sell(shop, "B1")
    shop.add(SHIRT)
    redeeming.redeem(shop.counter, shop.selling, "B1")
    shop.selling.set_quantity(1, 2_000)
    assert shop.selling.priced.total_minor == 2 * 1_499 - 2_500
    assert code_of(lambda: shop.selling.set_quantity(2, 2_000)) == "voucher.fixed"
    shop.selling.remove(1)
    assert shop.selling.priced.total_minor == 0
    shop.add("3103")
    assert refused(shop.checkout.begin).code == "voucher.no_goods", "nothing in the sale is what it was sold for"
    shop.selling.remove(2)
    assert shop.checkout.begin().left_minor == 2_795


@pytest.mark.parametrize(
    ("voucher", "code"),
    [
        (None, "voucher.unknown"), (Voucher("B9", SINGLE_PURPOSE, 500, "EUR", "zuid"), "voucher.other_brand"),
        (Voucher("B9", SINGLE_PURPOSE, 500, "SEK", PLACE.brand), "voucher.other_currency"),
        (Voucher("B9", SINGLE_PURPOSE, 500, "EUR", PLACE.brand, SATURDAY_MS), "voucher.expired"),
        (Voucher("B9", SINGLE_PURPOSE, 500, "EUR", PLACE.brand, spent={"x": 500}), "voucher.empty"),
        (Voucher("B9", SINGLE_PURPOSE, 500, "EUR", PLACE.brand, good_for="reduced|Fish"), "voucher.no_goods"),
    ],
)  # fmt: skip
def test_one_that_may_not_be_redeemed_here_is_refused_with_its_reason(shop: Shop, voucher: Voucher | None, code: str) -> None:
    if voucher is not None:
        shop.put_device(row("voucher", "single_purpose|B9", replace(voucher, good_for=voucher.good_for or good_for(shop))))
    shop.add(SHIRT)
    assert code_of(lambda: redeeming.redeem(shop.counter, shop.selling, "B9")) == code
    assert len(shop.selling.priced.cart.lines) == 1


def test_it_is_once_in_a_sale_and_one_that_was_spent_from_another_cart_is_found_before_the_payment(shop: Shop) -> None:
    sell(shop, "B1")
    suspending = Suspending(shop.counter, shop.selling, shop.receipts)
    shop.add(SHIRT, 2_000)
    redeeming.redeem(shop.counter, shop.selling, "B1")
    assert code_of(lambda: redeeming.redeem(shop.counter, shop.selling, "B1")) == "voucher.twice"
    suspending.suspend("")
    redeem(shop, "B1")
    suspending.retrieve(suspending.listed()[0].suspended.sale)
    assert refused(shop.checkout.begin).code == "voucher.less_left"
    shop.selling.remove(2)
    redeeming.redeem(shop.counter, shop.selling, "B1")
    assert shop.checkout.begin().left_minor == 2 * 1_499 - 1_001


def test_away_from_the_hub_what_others_issued_is_redeemed_up_to_the_limit(shop: Shop) -> None:
    told = Voucher("B9", SINGLE_PURPOSE, 2_500, "EUR", PLACE.brand, good_for=good_for(shop))
    shop.put_device(row("voucher", "single_purpose|B9", told))
    shop.add(SHIRT)
    redeeming.redeem(shop.counter, shop.selling, "B9", away=True)
    assert shop.selling.priced.total_minor == 499
    shop.sell_cash()
    shop.add(SHIRT)
    assert code_of(lambda: redeeming.redeem(shop.counter, shop.selling, "B9", away=True)) == "voucher.offline_max"
    redeeming.redeem(shop.counter, shop.selling, "B9")
    assert shop.selling.priced.total_minor == 0


def test_goods_that_come_back_put_on_the_voucher_what_it_paid_and_a_void_undoes_it_all(shop: Shop) -> None:
    issued = sell(shop, "B1")
    sale = redeem(shop, "B1", 2_000)
    assert (sale["total"], left(shop, "B1")) == (498, 0)
    returns = Returns(shop.counter, shop.selling, shop.session)
    found = returns.find(str(sale["receipt"]))
    assert found.lines[0].amount_minor == 498, "what is paid out of it"
    returns.take(found, [Wish(1, 1_000, RECALL, "", AS_NEW, True)])
    shop.checkout.begin()
    shop.checkout.refund_cash(500)
    back = shop.facts()[-1]
    assert (back.body["total"], left(shop, "B1")) == (-249, 1_250)
    assert "Terug op bon B1" in plain_text(shop.receipts.document(back))
    voiding = Voiding(shop.counter, shop.session, shop.receipts)
    assert code_of(lambda: voiding.void(issued, "mistake", MANAGER, PIN)) == "voucher.spent_since"
    voiding.void(str(back.body["receipt"]), "mistake", MANAGER, PIN)
    assert left(shop, "B1") == 0
    voiding.void(sell(shop, "B1"), "mistake", MANAGER, PIN)
    assert left(shop, "B1") == 0


def test_it_is_no_way_to_pay_and_its_number_is_no_gift_cards(shop: Shop) -> None:
    sell(shop, "B1")
    till = Tendering(shop.counter, shop.selling, shop.checkout)
    shop.add(SHIRT)
    shop.checkout.begin()
    assert code_of(lambda: till.pay("gift", 1_499, "B1")) == "voucher.single_purpose"
    assert code_of(lambda: storedvalue.card_to_load(shop.counter, "B1")) == "voucher.other_kind"
    assert storedvalue.card_to_load(shop.counter, "B1", good_for(shop)) == "B1"


def test_a_scan_redeems_it_with_its_goods_and_tells_what_is_left_without(shop: Shop) -> None:
    sell(shop, "B1")
    desk = ScanDesk(shop.counter, shop.selling, dict)
    assert isinstance(desk.handle(SCAN), CardRead)
    shop.add(SHIRT)
    done = desk.handle(SCAN)
    assert isinstance(done, Sold) and done.priced.total_minor == 0
    again = desk.handle(SCAN)
    assert isinstance(again, Halted) and again.error.code == "voucher.twice"


def test_a_scan_while_the_hub_is_away_keeps_to_the_limit(shop: Shop) -> None:
    told = Voucher("B1", SINGLE_PURPOSE, 2_500, "EUR", PLACE.brand, good_for=good_for(shop))
    shop.put_device(row("voucher", "single_purpose|B1", told))
    desk = ScanDesk(shop.counter, shop.selling, dict)
    desk.connected = lambda: False
    shop.add(SHIRT)
    done = desk.handle(SCAN)
    assert isinstance(done, Sold) and done.priced.total_minor == 499


def test_a_discount_on_the_sale_is_measured_by_its_goods_and_not_by_what_a_voucher_takes_off(shop: Shop) -> None:
    sell(shop, "B1")
    shop.add(SHIRT, 2_000)
    shop.selling.discount_sale(AMOUNT, 200, "damaged")
    redeeming.redeem(shop.counter, shop.selling, "B1")
    assert shop.selling.priced.total_minor == 2 * 1_499 - 200 - 2_500
    shop.selling.discount_sale(AMOUNT, 0, "")
    shop.selling.discount_sale(AMOUNT, 200, "damaged")
    assert shop.selling.priced.total_minor == 2 * 1_499 - 200 - 2_500
