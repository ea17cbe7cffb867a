"""Empties: deposit that goes back without a sale or beside one, outside VAT, by hand or once only by a machine's slip."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.api import Scan
from kiosk.domain.barcode import check_digit
from kiosk.domain.document import plain_text
from kiosk.domain.facts import SALE_COMPLETED, Fact
from kiosk.domain.feed import TicketUse
from kiosk.domain.posting import DEPOSIT, posting
from kiosk.domain.pricing import Terms, price_cart
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.quantity import ONE
from kiosk.services.checkout import SaleDone
from kiosk.services.returns import Returns
from kiosk.services.scans import Halted, ScanDesk, Sold
from kiosk.services.voiding import Voiding
from tests.kiosk.support import MANAGER, PIN, Shop, code_of, open_shop, row

COLA, COLA_CODE, NO_DEPOSIT = "10129", "8798888001296", "8798888000015"
SETTINGS = {
    "till.cash_rounding": True, "deposit.vouchers": ["98SSNNNNAAAAC", "97SSDDDDDDNNNNAAAAC"], "deposit.shop": "12",
    "deposit.voucher_days": 30, "deposit.most": "10.00",
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A grocery till with a cashier at work, whose return machine prints slips."""
    with open_shop(tmp_path, "grocery", settings=SETTINGS) as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def desk(shop: Shop) -> ScanDesk:
    """Its scanner."""
    return ScanDesk(shop.counter, shop.selling, dict)


def slip(amount_minor: int, number: int = 7, shop: str = "12", day: str = "") -> str:
    """A machine's slip."""
    text = f"{'97' if day else '98'}{shop}{day}{number:04d}{amount_minor:04d}"
    return text + str(check_digit(text))


def scanned(text: str) -> Scan:
    """What a scanner says."""
    return Scan("front", text.encode(), text, None, 0)


def pay_out(shop: Shop) -> SaleDone:
    """Hand the money over."""
    shop.checkout.begin()
    done = shop.checkout.refund_cash(10**9)
    assert done is not None
    return done


def last(shop: Shop) -> Fact:
    """The sale that was sealed last."""
    return [fact for fact in shop.facts() if fact.kind == SALE_COMPLETED][-1]


def refusal(desk: ScanDesk, text: str) -> str:
    """Why a scan was refused; it is seen to at once."""
    result = desk.handle(scanned(text))
    assert isinstance(result, Halted), result
    desk.acknowledge()
    return result.error.code


def test_bottles_without_a_sale_give_their_deposit_back_in_cash_and_no_vat(shop: Shop, desk: ScanDesk) -> None:
    desk.take_empties(COLA_CODE, 3)
    desk.take_empties(COLA_CODE, 1)
    desk.empties.take_amount(25, 10)
    assert shop.selling.priced.total_minor == -4 * 15 - 250
    assert shop.selling.priced.pieces == 0
    ways = Returns(shop.counter, shop.selling, shop.session).refund_options(310, {"cash": ("cash",)})
    assert [(way.kind, way.most_minor) for way in ways] == [("cash", 310)]
    done = pay_out(shop)
    body = last(shop).body
    assert (body["total"], body["deposit"], done.total_minor) == (-310, -310, -310)
    assert [(line["quantity"], line["deposit"], line["amount"]) for line in body["lines"]] == [(-4000, -60, 0), (-10_000, -250, 0)]
    assert body["tax"] == [{"class": "outside", "rate_bp": 0, "net": -310, "tax": 0, "gross": -310}]
    assert body["movements"] == [] and body["tenders"][0]["amount"] == -310
    text = plain_text(done.document)
    assert "Statiegeld retour" in text and "-2,50" in text
    day = apply_day(DayTotals(), last(shop))
    assert (day.pieces, day.deposit, day.tenders["cash"]) == (0, -310, -310)
    assert {one.account: one.amount_minor for one in posting(day)}[DEPOSIT] == 310


def test_empties_beside_a_purchase_only_lower_what_is_paid(shop: Shop, desk: ScanDesk) -> None:
    before = shop.add(COLA, 2 * ONE)
    desk.empties.take_amount(25, 2)
    assert shop.selling.priced.total_minor == before.total_minor - 50
    shop.selling.discount_sale("percent", 500, "goodwill")
    assert shop.selling.priced.deposit_minor == 2 * 15 - 50
    shop.sell_cash()
    body = last(shop).body
    assert next(band for band in body["tax"] if band["class"] == "outside")["gross"] == -20
    assert sum(band["gross"] for band in body["tax"]) == body["total"]


def test_how_many_go_back_may_be_set_but_no_price_and_no_discount(shop: Shop, desk: ScanDesk) -> None:
    desk.empties.take_amount(15, 2)
    assert shop.selling.set_quantity(1, 7 * ONE).total_minor == -105
    assert code_of(lambda: shop.selling.discount_line(1, "percent", 500, "why")) in ("deposit.fixed", "cart.discount")
    assert code_of(lambda: shop.selling.reprice_line(1, 20, "why")) == "deposit.fixed"
    assert shop.selling.remove(1).total_minor == 0


def test_more_than_the_shop_allows_wants_a_machine_however_it_is_counted(shop: Shop, desk: ScanDesk) -> None:
    desk.empties.take_amount(25, 40)
    assert code_of(lambda: desk.empties.take_amount(15, 1)) == "deposit.most"
    assert code_of(lambda: shop.selling.set_quantity(1, 41 * ONE)) == "deposit.most"
    assert shop.selling.set_quantity(1, 39 * ONE).total_minor == -975
    assert code_of(lambda: desk.empties.take_amount(99, 1)) == "deposit.amount"
    assert code_of(lambda: desk.take_empties(NO_DEPOSIT, 1)) == "deposit.none"


def test_a_slip_is_worth_its_amount_once_and_never_again_at_this_till(shop: Shop, desk: ScanDesk) -> None:
    code = slip(345)
    assert isinstance(desk.handle(scanned(code)), Sold)
    assert shop.selling.priced.total_minor == -345
    assert refusal(desk, code) == "deposit.voucher_twice"
    assert code_of(lambda: shop.selling.set_quantity(1, 2 * ONE)) == "deposit.fixed"
    pay_out(shop)
    assert last(shop).body["coupons_once"] == [f"deposit:{code}"]
    assert last(shop).body["lines"][0]["empties"] == {"code": code}
    assert refusal(desk, code) == "deposit.voucher_used"
    assert shop.selling.priced.cart.is_empty


def test_a_slip_that_was_paid_at_another_till_is_refused_as_soon_as_the_hub_told(shop: Shop, desk: ScanDesk) -> None:
    key = f"deposit:{slip(345)}"
    shop.put_device(row("ticket", key, TicketUse(key, "AMS1-02-A-000009")))
    assert refusal(desk, slip(345)) == "deposit.voucher_used"
    assert isinstance(desk.handle(scanned(slip(345, number=8))), Sold)


def test_a_slip_in_two_suspended_sales_is_paid_in_one_of_them(shop: Shop, desk: ScanDesk) -> None:
    desk.handle(scanned(slip(345)))
    shop.checkout.begin()
    shop.ledger.run(lambda conn: conn.execute("INSERT INTO tickets VALUES (?, 'r')", (f"deposit:{slip(345)}",)))
    assert code_of(lambda: shop.checkout.refund_cash(10**9)) == "deposit.voucher_used"
    assert all(fact.kind != SALE_COMPLETED for fact in shop.facts())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (slip(345)[:-1] + "0", "deposit.voucher_misread"),
        (slip(345, shop="13"), "deposit.voucher_elsewhere"),
        (slip(0), "deposit.voucher_empty"),
        (slip(345, day="261021"), "deposit.voucher_expired"),
        (slip(345, day="261321"), "deposit.voucher_misread"),
    ],
)
def test_a_slip_that_cannot_be_paid_says_why(shop: Shop, desk: ScanDesk, text: str, code: str) -> None:
    assert refusal(desk, text) == code


def test_a_slip_of_the_last_day_is_paid(shop: Shop, desk: ScanDesk) -> None:
    assert isinstance(desk.handle(scanned(slip(345, day="261022"))), Sold)


def test_a_void_takes_the_deposit_back(shop: Shop, desk: ScanDesk) -> None:
    desk.empties.take_amount(25, 4)
    done = pay_out(shop)
    before = apply_day(DayTotals(), last(shop))
    Voiding(shop.counter, shop.session, shop.receipts).void(done.receipt, "miscounted", MANAGER, PIN)
    after = apply_day(before, shop.facts()[-1])
    assert (after.gross, after.deposit, after.pieces, after.tenders["cash"]) == (0, 0, 0, 0)


def test_a_slip_whose_sale_was_undone_is_good_again_once(shop: Shop, desk: ScanDesk) -> None:
    code = slip(345)
    for _ in range(2):
        assert isinstance(desk.handle(scanned(code)), Sold)
        done = pay_out(shop)
        assert refusal(desk, code) == "deposit.voucher_used"
        Voiding(shop.counter, shop.session, shop.receipts).void(done.receipt, "miscounted", MANAGER, PIN)


def test_the_cart_stands_as_it_was_after_a_restart(tmp_path: Path) -> None:
    with open_shop(tmp_path, "grocery", settings=SETTINGS) as shop:
        shop.sign_in()
        shop.open_shift()
        desk = ScanDesk(shop.counter, shop.selling, dict)
        desk.handle(scanned(slip(345)))
        desk.empties.take_amount(25, 2)
        before, key = shop.selling.priced, shop.key
    with open_shop(tmp_path, "grocery", key=key) as shop:
        assert shop.selling.priced.cart == before.cart
        assert shop.selling.priced.total_minor == -395


def test_where_deposit_bears_the_vat_of_the_goods_it_is_in_their_band(shop: Shop, desk: ScanDesk) -> None:
    shop.add(COLA, ONE)
    desk.take_empties(COLA_CODE, 2)
    priced = price_cart(
        shop.selling.priced.cart, {"reduced": 900, "standard": 2100}, "per_rate_total", Terms(deposit_vat="follows")
    )
    assert [(band.vat_class, band.amount.gross) for band in priced.bands] == [("reduced", 99 + 15 - 30)]


def test_settings_that_cannot_be_read_leave_the_countrys_amounts_and_no_slips(shop: Shop) -> None:
    shop.put_settings({"deposit.vouchers": ["98SS"], "deposit.amounts": ["a lot"], "deposit.most": "x"})
    rules = shop.counter.settings.deposit
    assert (rules.layouts, rules.amounts_minor, rules.most_minor) == ((), (15, 25), 5_000)
