"""Tenders as rules: eligible goods shared by several means, change, limits with their operators, and any mix adds up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cart import Cart, CartLine
from kiosk.domain.errors import Refused
from kiosk.domain.payment import Settlement, open_settlement
from kiosk.domain.pricing import PricedCart, price_cart
from kiosk.domain.tax import PER_RATE_TOTAL
from kiosk.domain.tender import (
    CHANGE_CASH,
    DEFAULT_TENDERS,
    ECO_VOUCHER,
    GIFT_CARD,
    KEEPS_REST,
    MEAL_VOUCHER,
    REFUSE_ABOVE,
    REFUSE_FROM,
    REST_LOST,
    Limit,
    TenderRule,
    read_limit,
)
from kiosk.domain.tendering import Offered, Till, due, offered_rules, opens_drawer, payable, take
from kiosk.domain.voucher import Voucher, Where, check_voucher

CASH_RULE, CARD_RULE = DEFAULT_TENDERS
MEAL = TenderRule("meal", MEAL_VOUCHER, eligible=("class:food",), deposit=False, change=REST_LOST, reference=True, drawer=True)
ECO = TenderRule("eco", ECO_VOUCHER, eligible=("class:eco",), reference=True)
GIFT = TenderRule("gift", GIFT_CARD, change=KEEPS_REST, reference=True)
RULES = {rule.id: rule for rule in (CASH_RULE, CARD_RULE, MEAL, ECO, GIFT)}


def priced(*lines: tuple[int, tuple[str, ...], int]) -> PricedCart:
    """A cart of (price, goods classes, deposit), minor units."""
    made = tuple(
        CartLine(number, f"a{number}", "", "x", "", 1000, "piece", price, 1, "standard", deposit, 0, goods=goods)
        for number, (price, goods, deposit) in enumerate(lines, 1)
    )
    return price_cart(Cart(sale="s", lines=made), {"standard": 2100}, PER_RATE_TOTAL)


def till(cart: PricedCart, settlement: Settlement | None = None, **rules: TenderRule) -> Till:
    """A till with a sale to pay."""
    return Till(cart, settlement or open_settlement(cart.total_minor), {**RULES, **rules}, 1, 1_000)


def code_of(work: object) -> str:
    """The code that is refused with."""
    try:
        work()  # type: ignore[operator]
    except Refused as error:
        return error.code
    raise AssertionError("nothing was refused")


MIXED = priced((1000, ("food",), 25), (400, ("food", "eco"), 0), (600, (), 0))


def test_a_meal_voucher_pays_food_and_neither_the_rest_nor_its_deposit() -> None:
    assert payable(till(MIXED), MEAL) == 1400
    after = take(till(MIXED), MEAL, Offered(1000, "M1"))
    assert (after.tenders[0].amount_minor, after.tenders[0].rule, after.left_minor) == (1000, "meal", 1025)
    assert code_of(lambda: take(till(priced((600, (), 0))), MEAL, Offered(500, "M1"))) == "tender.no_goods"


def test_two_means_for_the_same_goods_share_them_whichever_comes_first() -> None:
    first = take(till(MIXED), MEAL, Offered(1200, "M1"))
    assert payable(till(MIXED, first), ECO) == 200, "of the 14.00 that either may pay, 12.00 are paid"
    other = take(till(MIXED), ECO, Offered(400, "E1"))
    assert payable(till(MIXED, other), MEAL) == 1000


def test_cash_before_it_leaves_a_voucher_its_own_goods_as_far_as_they_go() -> None:
    part = take(till(MIXED), CASH_RULE, Offered(900))
    assert payable(till(MIXED, part), MEAL) == 1125
    assert payable(till(MIXED, take(till(MIXED, part), CARD_RULE, Offered(1000, "C1"))), MEAL) == 125


def test_what_more_is_given_is_refused_lost_kept_or_given_back_by_the_rule() -> None:
    assert code_of(lambda: take(till(MIXED), ECO, Offered(500, "E1"))) == "tender.too_much"
    lost = take(till(MIXED), MEAL, Offered(2000, "M1")).tenders[0]
    assert (lost.amount_minor, lost.tendered_minor, lost.change_minor) == (1400, 2000, 0)
    kept = take(till(MIXED), GIFT, Offered(5000, "G1"))
    assert kept.is_paid and (kept.tenders[0].tendered_minor, kept.tenders[0].change_minor) == (2025, 0)
    back = take(till(MIXED), replace(GIFT, change=CHANGE_CASH), Offered(5000, "G1"))
    assert back.tenders[0].change_minor == 2975 and opens_drawer(back, RULES)


def test_a_voucher_needs_its_number_and_pays_once_in_a_sale() -> None:
    assert code_of(lambda: take(till(MIXED), MEAL, Offered(100))) == "voucher.number"
    once = take(till(MIXED), MEAL, Offered(100, "M1"))
    assert code_of(lambda: take(till(MIXED, once), MEAL, Offered(100, "M1"))) == "voucher.used"
    assert take(till(MIXED, once), MEAL, Offered(100, "M2")).left_minor == 1825


BIG = priced((1_000_000, (), 0))
NL, BE = Limit(REFUSE_FROM, 300_000, "linked", "NL"), Limit(REFUSE_ABOVE, 300_000, "linked", "BE")


@pytest.mark.parametrize(
    ("limit", "given", "linked", "refused"),
    [
        (NL, 299_999, 0, False), (NL, 300_000, 0, True), (NL, 150_000, 150_000, True), (NL, 149_999, 150_000, False),
        (BE, 300_000, 0, False), (BE, 300_001, 0, True), (BE, 1, 300_000, True),
    ],
)  # fmt: skip
def test_cash_is_refused_from_three_thousand_in_the_netherlands_and_above_it_in_belgium_linked_payments_included(
    limit: Limit, given: int, linked: int, refused: bool
) -> None:
    rule = replace(CASH_RULE, limits=(limit,))
    if refused:
        assert code_of(lambda: take(till(BIG), rule, Offered(given, "", linked))) == "tender.cash_limit"
    else:
        assert take(till(BIG), rule, Offered(given, "", linked)).left_minor == 1_000_000 - given


def test_a_mixed_payment_counts_only_its_cash_and_parts_of_it_add_up() -> None:
    rule = replace(CASH_RULE, limits=(NL,))
    part = take(till(BIG), CARD_RULE, Offered(500_000, "C1"))
    part = take(till(BIG, part), rule, Offered(200_000))
    assert code_of(lambda: take(till(BIG, part), rule, Offered(100_000))) == "tender.cash_limit"
    assert take(till(BIG, part), rule, Offered(99_999)).left_minor == 200_001


def test_a_limit_on_goods_counts_only_where_such_goods_are_sold() -> None:
    rule = replace(CASH_RULE, limits=(read_limit(">=3000.00 linked -service"),))
    service = priced((1_000_000, ("service",), 0))
    assert take(till(service), rule, Offered(400_000)).left_minor == 600_000
    assert code_of(lambda: take(till(BIG), rule, Offered(400_000))) == "tender.cash_limit"


def test_a_limit_of_another_means_says_so_and_one_that_does_not_hold_yet_says_nothing() -> None:
    rule = replace(MEAL, limits=(read_limit(">10 sale"),))
    assert code_of(lambda: take(till(MIXED), rule, Offered(1100, "M1"))) == "tender.limit"
    later = replace(rule, limits=(replace(rule.limits[0], from_ms=5_000),))
    assert take(till(MIXED), later, Offered(1100, "M1")).left_minor == 925


def test_only_what_can_pay_something_is_offered_in_its_order() -> None:
    assert [rule.id for rule in offered_rules(till(priced((600, (), 0))))] == ["gift", "cash", "card"]
    assert due(till(priced((602, (), 0))), CASH_RULE) == 602
    assert due(Till(priced((602, (), 0)), open_settlement(602), RULES, 5, 1), CASH_RULE) == 600


LINES = st.lists(
    st.tuples(st.integers(1, 5_000), st.sampled_from([(), ("food",), ("eco",), ("food", "eco")]), st.sampled_from([0, 25])),
    min_size=1, max_size=6,
)  # fmt: skip


@given(LINES, st.lists(st.tuples(st.sampled_from(["cash", "card", "meal", "eco", "gift"]), st.integers(1, 6_000)), max_size=8))
def test_any_mix_adds_up_and_no_line_is_paid_twice(
    lines: list[tuple[int, tuple[str, ...], int]], offers: list[tuple[str, int]]
) -> None:
    cart = priced(*lines)
    settlement = open_settlement(cart.total_minor)
    for number, (name, given_minor) in enumerate(offers):
        try:
            settlement = take(till(cart, settlement), RULES[name], Offered(given_minor, f"N{number}"))
        except Refused:
            continue
    paid = {name: sum(one.amount_minor for one in settlement.tenders if one.rule == name) for name in ("meal", "eco")}
    food = sum(line.amount_minor for line in cart.lines if "food" in line.line.goods)
    eco = sum(line.amount_minor + line.deposit_minor for line in cart.lines if "eco" in line.line.goods)
    either = sum(
        line.amount_minor + (line.deposit_minor if "eco" in line.line.goods else 0) for line in cart.lines if line.line.goods
    )
    assert paid["meal"] <= food and paid["eco"] <= eco and paid["meal"] + paid["eco"] <= either
    assert (
        sum(one.amount_minor for one in settlement.tenders) + settlement.left_minor == cart.total_minor + settlement.rounding_minor
    )


KNOWN = Voucher("G1", GIFT_CARD, 2_500, "EUR", "noord", until_ms=5_000)
HERE = Where("noord", "EUR", 1_000, "dev-1")


@pytest.mark.parametrize(
    ("known", "here_minor", "code"),
    [
        (KNOWN, 1, "voucher.used"), (replace(KNOWN, spent={"dev-2": 5}), 0, "voucher.used"), (None, 0, "voucher.unknown"),
        (replace(KNOWN, brand="zuid"), 0, "voucher.other_brand"), (replace(KNOWN, currency="SEK"), 0, "voucher.other_currency"),
        (replace(KNOWN, until_ms=1_000), 0, "voucher.expired"), (replace(KNOWN, amount_minor=0), 0, "voucher.unknown"),
    ],
)  # fmt: skip
def test_a_voucher_that_may_not_pay_says_why(known: Voucher | None, here_minor: int, code: str) -> None:
    assert code_of(lambda: check_voucher(GIFT_CARD, "G1", known, here_minor, HERE)) == code


def test_a_voucher_that_may_pay_says_what_it_holds_and_paper_of_another_issuer_says_it_itself() -> None:
    assert check_voucher(GIFT_CARD, "G1", KNOWN, 0, HERE) == 2_500
    assert check_voucher(MEAL_VOUCHER, "M1", None, 0, HERE) is None


def test_a_card_that_keeps_its_rest_counts_what_every_till_took_once() -> None:
    keeps, card = replace(HERE, keeps_rest=True), replace(KNOWN, spent={"dev-1": 300, "dev-2": 700})
    assert check_voucher(GIFT_CARD, "G1", card, 300, keeps) == 1_500, "what the hub heard of this till is not taken off twice"
    assert check_voucher(GIFT_CARD, "G1", card, 500, keeps) == 1_300, "what it has not heard yet is"
    assert code_of(lambda: check_voucher(GIFT_CARD, "G1", card, 1_800, keeps)) == "voucher.empty"
