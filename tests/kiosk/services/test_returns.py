"""Returns and exchanges: the money of the day it was sold, to the cent and once; a second person where the shop or law asks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.feed import ReturnedLine
from kiosk.domain.identity import Place
from kiosk.domain.journal import Filter
from kiosk.domain.payment import Tender
from kiosk.domain.refunding import RefundOption, less
from kiosk.domain.returning import AS_NEW, DAMAGED, GOODWILL, NON_CONFORMITY, WITHDRAWAL, Wish
from kiosk.services.checkout import SaleDone
from kiosk.services.returns import Approval, LooseReturn, Returns
from kiosk.services.voiding import Voiding
from kiosk.store.ledger import Identity
from tests.kiosk.support import CASHIER, MANAGER, PIN, Shop, code_of, open_shop, row

SHIRT, OTHER_SHIRT = "1001-WHT-M", "1001-WHT-L"
DAY_MS = 86_400_000
BOSS = Approval(MANAGER, PIN)
TO_SAME = {"cash": ("cash",), "card": ("same", "cash")}
SAME_ONLY = {"cash": ("cash",), "card": ("same",)}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work, and five-cent rounding."""
    with open_shop(tmp_path, settings={"till.cash_rounding": True}) as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def returns(shop: Shop) -> Returns:
    """Its returns."""
    return Returns(shop.counter, shop.selling, shop.session)


@pytest.fixture
def voiding(shop: Shop) -> Voiding:
    """Its post-voids."""
    return Voiding(shop.counter, shop.session, shop.receipts)


def wish(line: int = 1, milli: int = 1_000, ground: str = GOODWILL, *, to_stock: bool = True) -> Wish:
    """One line comes back."""
    return Wish(line, milli, ground, "too small", AS_NEW if to_stock else DAMAGED, to_stock)


def given_back(shop: Shop) -> tuple[Tender, ...]:
    """What went back in the payment that is open."""
    assert shop.checkout.settlement is not None, "a payment is open"
    return shop.checkout.settlement.tenders


def sell(shop: Shop, *articles: tuple[str, int], percent: int = 0) -> SaleDone:
    """A finished cash sale, with a discount on the whole of it."""
    for key, milli in articles:
        shop.add(key, milli)
    if percent:
        shop.selling.discount_sale("percent", percent * 100, "goodwill")
    return shop.sell_cash()


def refund_cash(shop: Shop) -> SaleDone:
    """Hand the whole refund back in cash."""
    shop.checkout.begin()
    done = shop.checkout.refund_cash(10**9)
    assert done is not None
    return done


def last(shop: Shop) -> facts.Fact:
    """The fact that was sealed last."""
    return shop.facts()[-1]


def test_a_whole_sale_that_comes_back_gives_exactly_its_amounts(shop: Shop, returns: Returns) -> None:
    sold = sell(shop, (SHIRT, 3_000), (OTHER_SHIRT, 1_000), percent=7)
    sale = last(shop).body
    found = returns.find(sold.receipt)
    returns.take(found, [wish(1, 3_000), wish(2, 1_000)])
    refund_cash(shop)
    back = last(shop).body
    assert back["total"] == -sale["total"] and back["rounding"] == -sale["rounding"]
    assert [{**band, "net": -band["net"], "tax": -band["tax"], "gross": -band["gross"]} for band in back["tax"]] == sale["tax"]
    assert sum(tender["amount"] for tender in back["tenders"]) == -sum(tender["amount"] for tender in sale["tenders"])
    assert [one["quantity_milli"] for one in back["movements"]] == [1_000, 3_000]
    assert {one["reason"] for one in back["movements"]} == {"returned"}
    assert shop.chain()[1] is None


def test_piece_by_piece_the_parts_add_up_to_the_line(shop: Shop, returns: Returns) -> None:
    sold = sell(shop, (SHIRT, 3_000), percent=10)
    amount = last(shop).body["lines"][0]["amount"]
    given = []
    for _ in range(3):
        returns.take(returns.find(sold.receipt), [wish()])
        refund_cash(shop)
        given.append(last(shop).body["total"])
    assert sum(given) == -amount and max(given) - min(given) <= 1
    assert returns.find(sold.receipt).is_over


def test_no_piece_comes_back_twice(shop: Shop, returns: Returns) -> None:
    sold = sell(shop, (SHIRT, 1_000))
    found = returns.find(sold.receipt)
    returns.take(found, [wish()])
    assert code_of(lambda: returns.take(found, [wish()])) == "return.already", "it is in the open cart"
    refund_cash(shop)
    assert code_of(lambda: returns.take(found, [wish()])) == "return.already"
    assert code_of(lambda: returns.take(found, [wish(milli=2_000)])) == "return.already"


def test_what_another_till_took_back_cannot_come_back_here(shop: Shop, returns: Returns) -> None:
    sold = sell(shop, (SHIRT, 2_000))
    dev = shop.ledger.identity.dev
    shop.put_device(row("returned", f"{sold.receipt}|1", ReturnedLine(sold.receipt, 1, {"till-9": 1_000, dev: 500})))
    assert returns.find(sold.receipt).lines[0].left_milli == 1_000, "what the hub says of us, we know better"
    returns.take(returns.find(sold.receipt), [wish()])
    refund_cash(shop)
    assert returns.find(sold.receipt).is_over


def test_goods_of_another_till_come_back_by_the_hubs_word(shop: Shop, returns: Returns, tmp_path: Path) -> None:
    there = Place("noord", "noord-bv", "noord-zuid", "NL", "EUR", "nl", "AMS1", "Europe/Amsterdam", "02")
    with open_shop(tmp_path / "other", identity=Identity("dev-2", 1, "till", 1, there), seed=2) as other:
        other.sign_in()
        other.open_shift()
        sold = sell(other, (SHIRT, 3_000), percent=10)
        data = other.ledger.facts()[-1].data
    found = returns.open_elsewhere(data, [(1, "dev-3", 1_000), (1, shop.ledger.identity.dev, 500)])
    assert (found.receipt, found.lines[0].left_milli) == (sold.receipt, 2_000)
    returns.take(found, [wish(milli=2_000)])
    assert returns.refund_options(1, TO_SAME)[0].kind == "cash"
    refund_cash(shop)
    assert last(shop).body["lines"][0]["returned"]["receipt"] == sold.receipt
    again = returns.open_elsewhere(data, [(1, "dev-3", 1_000)])
    assert again.is_over, "what this till took back it knows itself"
    assert code_of(lambda: returns.open_elsewhere(b"garbage", [])) == "return.unknown_receipt"


def test_two_carts_that_both_take_a_piece_back_cannot_both_be_paid_out(shop: Shop, returns: Returns) -> None:
    sold = sell(shop, (SHIRT, 1_000))
    found = returns.find(sold.receipt)
    returns.take(found, [wish()])
    kept = shop.selling.priced.cart
    refund_cash(shop)
    line = kept.lines[0]
    shop.selling.add_returned([line])
    shop.checkout.begin()
    assert code_of(lambda: shop.checkout.refund_cash(10**9)) == "return.already"
    shop.checkout.cancel()


def test_more_than_was_sold_or_half_a_piece_is_refused(shop: Shop, returns: Returns) -> None:
    found = returns.find(sell(shop, (SHIRT, 2_000)).receipt)
    assert code_of(lambda: returns.take(found, [wish(milli=3_000)])) == "return.too_much"
    assert code_of(lambda: returns.take(found, [wish(milli=500)])) == "cart.whole_pieces"
    assert code_of(lambda: returns.take(found, [wish(line=9)])) == "return.no_such_line"
    assert code_of(lambda: returns.take(found, [wish(milli=0)])) == "return.too_much"


def test_an_exchange_is_one_transaction_with_one_receipt(shop: Shop, returns: Returns) -> None:
    sold = sell(shop, (SHIRT, 1_000))
    returns.take(returns.find(sold.receipt), [wish()])
    shop.add(OTHER_SHIRT)
    settlement = shop.checkout.begin()
    assert settlement.is_paid and shop.checkout.done is not None
    body = last(shop).body
    assert (body["total"], body["tenders"], [line["quantity"] for line in body["lines"]]) == (0, [], [-1_000, 1_000])


def test_what_cannot_be_sold_again_is_written_off_in_the_same_breath(shop: Shop, returns: Returns) -> None:
    returns.take(returns.find(sell(shop, (SHIRT, 1_000)).receipt), [wish(to_stock=False)])
    refund_cash(shop)
    moved = [(one["reason"], one["quantity_milli"]) for one in last(shop).body["movements"]]
    assert moved == [("returned", 1_000), ("written_off", -1_000)]


def test_after_the_window_goodwill_asks_for_a_second_person_and_the_law_does_not(shop: Shop, returns: Returns) -> None:
    found = returns.find(sell(shop, (SHIRT, 3_000)).receipt)
    shop.clock.pass_ms(31 * DAY_MS)
    assert code_of(lambda: returns.take(found, [wish()])) == "return.window"
    returns.take(found, [wish(ground=NON_CONFORMITY)])
    returns.take(found, [wish()], BOSS)
    backs = [line.returned for line in shop.selling.priced.cart.lines]
    assert [one.approved_by if one else None for one in backs] == ["", MANAGER]


def test_a_sale_in_the_store_is_not_withdrawn_by_law(shop: Shop, returns: Returns) -> None:
    found = returns.find(sell(shop, (SHIRT, 1_000)).receipt)
    assert code_of(lambda: returns.take(found, [wish(ground=WITHDRAWAL)])) == "return.no_withdrawal"


def test_nobody_approves_their_own_return(shop: Shop, returns: Returns) -> None:
    shop.sign_in(MANAGER)
    found = returns.find(sell(shop, (SHIRT, 1_000)).receipt)
    shop.clock.pass_ms(31 * DAY_MS)
    assert code_of(lambda: returns.take(found, [wish()], BOSS)) == "staff.same_person"


def test_goods_without_a_receipt_give_the_lowest_price_of_thirty_days_with_approval(shop: Shop, returns: Returns) -> None:
    shop.set_price(SHIRT, 999)
    shop.clock.pass_ms(DAY_MS)
    shop.set_price(SHIRT, 1499)
    loose = LooseReturn(SHIRT, 1_000, GOODWILL, "gift", AS_NEW, True)
    assert code_of(lambda: returns.take_without_receipt(loose, None)) == "return.without_receipt"
    assert returns.take_without_receipt(loose, BOSS).total_minor == -999
    many = LooseReturn(SHIRT, 9_000, GOODWILL, "gift", AS_NEW, True)
    assert code_of(lambda: returns.take_without_receipt(many, BOSS)) == "return.without_receipt_limit"


def test_so_many_goods_without_a_receipt_are_offered_as_the_shop_gives_money_for(shop: Shop, returns: Returns) -> None:
    shop.set_price(SHIRT, 999)
    code = shop.article(SHIRT).barcodes[0]
    found = returns.find_goods(code)
    (line,) = found.lines
    assert (line.left_milli, line.amount_minor, found.wish(wish()).code) == (5_000, 4_995, code)
    shop.put_settings({"returns.without_receipt_limit": "9.98"})
    assert code_of(lambda: returns.find_goods(code)) == "return.without_receipt_limit"
    assert code_of(lambda: returns.find_goods("8799999999991")) == "scan.unknown"


def test_an_unknown_receipt_is_told_as_such(returns: Returns) -> None:
    for number in ("AMS1-01-A-999999", "42", "", "x" * 400):
        assert code_of(lambda number=number: returns.find(number)) == "return.unknown_receipt"  # type: ignore[misc]


def test_the_last_digits_of_a_receipt_are_enough_at_its_own_till(shop: Shop, returns: Returns) -> None:
    sold = sell(shop, (SHIRT, 1_000))
    assert returns.find(sold.receipt.rsplit("-", 1)[1].lstrip("0")).receipt == sold.receipt


def test_a_sale_is_found_by_its_amount_or_by_what_was_in_it(shop: Shop, returns: Returns) -> None:
    first, second = sell(shop, (SHIRT, 1_000)), sell(shop, (OTHER_SHIRT, 2_000))
    day = shop.counter.business_day()
    assert [one.receipt for one in returns.search(Filter(amount_from=2998, amount_to=2998))] == [second.receipt]
    assert [one.receipt for one in returns.search(Filter(day_from=day, day_to=day), article=SHIRT)] == [first.receipt]
    assert len(returns.search(Filter())) == 2


def test_the_vat_of_what_comes_back_is_the_vat_of_its_day(shop: Shop, returns: Returns, monkeypatch: pytest.MonkeyPatch) -> None:
    sold = sell(shop, (SHIRT, 1_000))
    later = {"standard": 2_500, "reduced": 900, "zero": 0, "exempt": 0}
    monkeypatch.setattr(shop.counter.rules, "vat_rates", lambda day: later)
    returns.take(returns.find(sold.receipt), [wish()])
    shop.add(OTHER_SHIRT)
    shop.add(OTHER_SHIRT)
    bands = {band.rate_bp: band.amount.gross for band in shop.selling.priced.bands}
    assert bands == {2_100: -1499, 2_500: 2998}


def test_a_return_line_is_fixed_but_may_be_taken_out_again(shop: Shop, returns: Returns) -> None:
    found = returns.find(sell(shop, (SHIRT, 2_000)).receipt)
    returns.take(found, [wish()])
    assert code_of(lambda: shop.selling.set_quantity(1, 2_000)) == "return.fixed"
    assert code_of(lambda: shop.selling.discount_line(1, "percent", 500, "x")) == "return.fixed"
    shop.add(SHIRT)
    assert [line.quantity_milli for line in shop.selling.priced.cart.lines] == [-1_000, 1_000], "a scan starts a line of its own"
    shop.selling.remove(1)
    assert returns.find(found.receipt).lines[0].left_milli == 2_000


def test_a_sale_discount_leaves_what_comes_back_alone(shop: Shop, returns: Returns) -> None:
    returns.take(returns.find(sell(shop, (SHIRT, 1_000)).receipt), [wish()])
    shop.add(OTHER_SHIRT)
    shop.selling.discount_sale("percent", 1_000, "goodwill")
    amounts = [line.amount_minor for line in shop.selling.priced.lines]
    assert amounts == [-1499, 1349]


def test_money_goes_back_the_way_it_came(shop: Shop, returns: Returns) -> None:
    shop.add(SHIRT)
    shop.checkout.begin()
    shop.checkout.pay_card(500, "T1 0042")
    shop.checkout.pay_cash(1_000)
    receipt = last(shop).body["receipt"]
    returns.take(returns.find(receipt), [wish()])
    found = returns.refund_options(1499, TO_SAME)
    assert found[0] == RefundOption("card", 500, "T1 0042")
    assert ("cash", 1499) in [(one.kind, one.most_minor) for one in found]
    shop.checkout.begin()
    assert shop.checkout.refund(found[0], 500, "T1 0043") is None
    assert shop.checkout.refund_cash(10**9) is not None
    kinds = [(one["kind"], one["amount"]) for one in last(shop).body["tenders"]]
    assert kinds == [("card", -500), ("cash", -1_000)] and last(shop).body["rounding"] == -1


def test_what_went_back_in_part_is_not_offered_a_second_time(shop: Shop, returns: Returns) -> None:
    shop.add(SHIRT)
    shop.checkout.begin()
    shop.checkout.pay_card(500, "T1 0042")
    shop.checkout.pay_cash(1_000)
    returns.take(returns.find(last(shop).body["receipt"]), [wish()])
    left = -shop.checkout.begin().left_minor
    (card, _) = returns.refund_options(left, SAME_ONLY)
    shop.checkout.refund(card, 200, "T1 0043")
    given = given_back(shop)
    assert [(one.kind, one.most_minor) for one in returns.refund_options(left - 200, SAME_ONLY, given)] == [
        ("card", 300), ("cash", 1_000),
    ]  # fmt: skip
    shop.checkout.refund(card, 300, "T1 0044")
    (cash,) = returns.refund_options(left - 500, SAME_ONLY, given_back(shop))
    assert (cash.kind, cash.most_minor) == ("cash", 999)


def test_store_credit_in_place_of_a_gift_card_takes_off_what_that_card_paid() -> None:
    paid = (RefundOption("gift_card", 2_000, "GC1", "gift"), RefundOption("cash", 2_995))
    to = {"gift": ("same", "store_credit"), "cash": ("cash",)}
    credit = Tender("store_credit", -2_000, -2_000, 0, issued=True)
    assert less(paid, [credit], to) == (paid[1],)
    assert less(paid, [replace(credit, amount_minor=-500)], to) == (replace(paid[0], most_minor=1_500), paid[1])
    other = RefundOption("gift_card", 1_000, "GC2", "gift")
    assert less((other, *paid), [Tender("gift_card", -2_000, -2_000, 0, "GC1")], to) == (other, paid[1])
    assert less(paid, [Tender("cash", 500, 500, 0)], to) == paid, "what is paid in takes nothing off"


def test_without_a_drawer_no_cash_goes_back(shop: Shop, returns: Returns) -> None:
    found = returns.find(sell(shop, (SHIRT, 1_000)).receipt)
    returns.take(found, [wish()])
    shop.counter.has_drawer = False
    assert code_of(lambda: returns.refund_options(1499, TO_SAME)) == "refund.no_drawer"
    shop.put_settings({"returns.goodwill_refund": "voucher"})
    assert [one.kind for one in returns.refund_options(1499, TO_SAME)] == ["store_credit"]


def test_a_shop_that_gives_vouchers_for_goodwill_still_pays_back_what_the_law_gives(shop: Shop, returns: Returns) -> None:
    shop.put_settings({"returns.goodwill_refund": "voucher"})
    found = returns.find(sell(shop, (SHIRT, 2_000)).receipt)
    returns.take(found, [wish()])
    assert [one.kind for one in returns.refund_options(1499, TO_SAME)] == ["store_credit"]
    returns.take(found, [wish(ground=NON_CONFORMITY)])
    assert [one.kind for one in returns.refund_options(2998, TO_SAME)] == ["cash"]


# post-void


def test_a_finished_sale_is_undone_by_its_mirror_image(shop: Shop, voiding: Voiding) -> None:
    sold = sell(shop, (SHIRT, 2_000), percent=7)
    sale = last(shop).body
    fact = voiding.void(sold.receipt, "wrong customer", MANAGER, PIN)
    body = fact.body
    assert (fact.kind, fact.employee, body["void"]["approved_by"]) == (facts.SALE_VOIDED, CASHIER, MANAGER)
    assert body["total"] == -sale["total"] and body["rounding"] == -sale["rounding"]
    assert body["receipt"] != sale["receipt"] and body["number"] == sale["number"] + 1
    totals = shop.shifts.totals()
    assert (totals.sales, totals.voids, totals.gross, totals.voided) == (1, 1, 0, -sale["total"])
    assert set(totals.tax_by_rate.values()) == {0} and totals.tenders == {"cash": 0} and totals.pieces == 0
    assert shop.chain()[1] is None


def test_a_sale_is_voided_once_and_then_nothing_of_it_comes_back(shop: Shop, returns: Returns, voiding: Voiding) -> None:
    sold = sell(shop, (SHIRT, 1_000))
    voiding.void(sold.receipt, "x", MANAGER, PIN)
    assert code_of(lambda: voiding.void(sold.receipt, "x", MANAGER, PIN)) == "void.already"
    assert code_of(lambda: returns.find(sold.receipt)) == "return.voided"
    other = sell(shop, (OTHER_SHIRT, 1_000))
    assert [one.receipt for one in returns.search(Filter())] == [other.receipt], "one void closes the list to no other sale"


def test_what_was_partly_returned_or_rung_in_another_shift_is_not_voided(shop: Shop, returns: Returns, voiding: Voiding) -> None:
    sold = sell(shop, (SHIRT, 2_000))
    returns.take(returns.find(sold.receipt), [wish()])
    refund_cash(shop)
    assert code_of(lambda: voiding.void(sold.receipt, "x", MANAGER, PIN)) == "void.returned"
    assert code_of(lambda: voiding.void(sold.receipt, "x", CASHIER, PIN)) == "void.returned"


def test_a_void_needs_a_reason_and_somebody_else(shop: Shop, voiding: Voiding) -> None:
    sold = sell(shop, (SHIRT, 1_000))
    assert code_of(lambda: voiding.void(sold.receipt, " ", MANAGER, PIN)) == "cart.reason"
    assert code_of(lambda: voiding.void(sold.receipt, "x", CASHIER, PIN)) == "staff.same_person"
    assert code_of(lambda: voiding.void("AMS1-01-A-000999", "x", MANAGER, PIN)) == "receipt.not_found"


def test_voiding_a_return_lets_the_goods_come_back_again(shop: Shop, returns: Returns, voiding: Voiding) -> None:
    sold = sell(shop, (SHIRT, 1_000))
    returns.take(returns.find(sold.receipt), [wish()])
    back = refund_cash(shop)
    assert returns.find(sold.receipt).is_over
    voiding.void(back.receipt, "wrong receipt", MANAGER, PIN)
    assert returns.find(sold.receipt).lines[0].left_milli == 1_000
    assert shop.shifts.totals().returned == 0
