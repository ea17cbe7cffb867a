"""What promotions may do together, for whom, where and when; what is missing for the next one; and what the law leaves of them."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.countries.nl import GOODS_LIMITS
from kiosk.domain.cart import LINES_MAX, QUANTITY_MILLI_MAX, Cart, CartStarted, Discount, LineAdded, QuantityChanged, apply, replay
from kiosk.domain.cart import PERCENT as BY_PERCENT
from kiosk.domain.deal import NOTHING, ROW, WHOLE, Deal, Pile
from kiosk.domain.dealsearch import solve
from kiosk.domain.errors import Refused
from kiosk.domain.promotion import (
    AMOUNT,
    BUNDLE,
    CUSTOMER,
    DEAREST,
    FIXED_PRICE,
    GIFT,
    MEMBER_PRICE,
    N_FOR_M,
    N_FOR_PRICE,
    PERCENT,
    POINTS,
    SINGLE,
    THRESHOLD,
    TIERS,
    Coupon,
    Goods,
    Hours,
    Promotion,
    Tier,
)
from kiosk.domain.promotionbasket import RANKED
from kiosk.domain.promotionbook import Book, Where, go_live
from kiosk.domain.promotionhints import GIFT_WAITING, MORE_GOODS, MORE_MONEY, MORE_PIECES
from kiosk.domain.returning import share_of
from tests.kiosk.domain.offers import NOW_MS, OFFSET_MIN, WHERE, line, priced, promotion, terms
from tests.kiosk.domain.test_promoting import baskets, offers

HALF = promotion("HALF", PERCENT, "article:a", percent_bp=5_000)
TENTH = promotion("TENTH", PERCENT, percent_bp=1_000)


def off(*promotions: Promotion, lines: tuple[tuple[str, int, int], ...] = (("a", 1_000, 1),), **values: object) -> int:
    """What comes off lines of (article, price, pieces)."""
    made = [line(number, *one) for number, one in enumerate(lines, 1)]
    return priced(made, terms(*promotions), **values).promotion_minor  # type: ignore[arg-type]


# together


def test_one_group_excludes_and_another_comes_on_top() -> None:
    assert off(HALF, TENTH) == 500
    assert off(HALF, replace(TENTH, stacking=1)) == 500 + 50


def test_what_stands_alone_is_given_only_where_it_is_worth_more_than_the_rest_together() -> None:
    on_top = replace(TENTH, stacking=1)
    assert off(replace(HALF, exclusive=True), on_top) == 500
    assert off(replace(HALF, exclusive=True, percent_bp=800), on_top) == 100
    assert off(HALF, replace(on_top, exclusive=True, percent_bp=6_000)) == 600


def test_two_that_exclude_each_other_are_never_in_one_sale_and_the_better_one_is() -> None:
    basket = (("a", 1_000, 1), ("b", 700, 1))
    b_off = promotion("B", PERCENT, "article:b", percent_bp=5_000)
    assert off(HALF, b_off, lines=basket) == 850
    for one, other in ((replace(HALF, not_with=("B",)), b_off), (HALF, replace(b_off, not_with=("HALF",)))):
        assert off(one, other, lines=basket) == 500
    assert off(HALF, replace(b_off, not_with=("GONE", "B")), lines=basket) == 850


def test_a_sum_counts_what_is_left_to_pay_and_no_reduction_makes_a_basket_dearer() -> None:
    five_off = promotion("FIVE", THRESHOLD, threshold_minor=5_000, amount_minor=500)
    basket = (("a", 5_000, 1),)
    assert off(five_off, lines=basket) == 500
    assert off(five_off, promotion("CENT", AMOUNT, amount_minor=100), lines=basket) == 500
    assert off(five_off, promotion("TEN", PERCENT, percent_bp=2_000), lines=basket) == 1_000
    assert off(replace(five_off, applications_max=3), lines=(("a", 11_000, 1),)) == 1_000


def test_of_sums_on_the_same_goods_one_counts_unless_they_stand_in_other_groups() -> None:
    five, tenth = (
        promotion("FIVE", THRESHOLD, threshold_minor=5_000, amount_minor=500),
        promotion("TENTH", THRESHOLD, "article:a", threshold_minor=1_000, percent_bp=2_000),
    )
    basket = (("a", 4_000, 1), ("b", 2_000, 1))
    assert off(five, tenth, lines=basket) == 800
    assert off(five, replace(tenth, stacking=1), lines=basket) == 500 + (4_000 - 333) // 5 + 0
    steps = promotion("STEPS", THRESHOLD, tiers=(Tier(3_000, amount_minor=100), Tier(6_000, percent_bp=1_000)))
    assert (off(steps, lines=(("a", 5_999, 1),)), off(steps, lines=basket)) == (100, 600)


def test_a_gift_is_free_when_it_lies_in_the_basket_and_does_not_count_itself() -> None:
    gift = promotion("GIFT", THRESHOLD, "all", "article:mug", threshold_minor=2_000)
    assert off(gift, lines=(("a", 2_000, 1), ("mug", 300, 2))) == 300
    assert off(gift, lines=(("a", 1_800, 1), ("mug", 300, 1))) == 0
    assert off(promotion("G", GIFT, Goods(("article:a",), need=2), "article:mug"), lines=(("a", 500, 2), ("mug", 300, 2))) == 300


def test_limits_of_a_sale_and_of_a_budget_are_kept_to_the_cent() -> None:
    basket = (("a", 1_000, 3), ("a", 1_000, 2))
    assert off(replace(HALF, applications_max=2), lines=basket) == 1_000
    assert off(replace(HALF, sale_max_minor=1_234), lines=basket) == 1_234
    made = [line(number, *one) for number, one in enumerate(basket, 1)]
    for left in (0, 777):
        cart = priced(made, terms(HALF, budget_left={"HALF": left}))
        assert sum(one.promotion_minor for one in cart.lines) == left
    assert off(replace(HALF, sale_max_minor=100), replace(TENTH, id="OTHER"), lines=(("a", 2_000, 1),)) == 200


def test_a_coupon_a_member_price_and_points_are_for_those_who_have_them() -> None:
    mine = replace(HALF, coupon=Coupon(CUSTOMER, ("MINE",)))
    single = replace(mine, coupon=Coupon(SINGLE, ("MINE",)))
    assert (off(mine), off(mine, coupons=["MINE"]), off(single, coupons=["MINE"])) == (0, 0, 500)
    assert off(mine, coupons=["MINE"], cart=Cart("S", customer="C1")) == 500
    member = promotion("M", MEMBER_PRICE, "article:a", price_minor=900)
    gold = replace(member, customer_groups=("gold",))
    assert (off(member), off(member, groups=["member"]), off(gold, groups=["member"])) == (0, 100, 0)
    double = promotion("P", POINTS, "article:a", points_bp=20_000)
    cart = priced([line(1, "a", 100), line(2, "b", 100)], terms(double))
    assert [one.points_bp for one in cart.lines] == [20_000, 10_000] and cart.promotion_minor == 0


@pytest.mark.parametrize(
    ("kind", "field", "value", "expected"),
    [(PERCENT, "percent_bp", 1_000, 40), (AMOUNT, "amount_minor", 100, 200), (FIXED_PRICE, "price_minor", 150, 100)],
)
def test_goods_by_weight_are_reduced_by_the_kilogram_and_are_no_pieces(kind: str, field: str, value: int, expected: int) -> None:
    apples = line(1, "a", 200, unit="kg", quantity_milli=2_000)
    assert priced([apples], terms(promotion("P", kind, "article:a", **{field: value}))).promotion_minor == expected
    assert priced([apples], terms(promotion("P", N_FOR_M, Goods(("article:a",), need=2), pay=1))).promotion_minor == 0


def test_deposit_is_never_reduced_and_what_comes_back_gets_no_promotion() -> None:
    cart = priced([line(1, "a", 1_000, 2, deposit_minor=25), line(2, "a", 1_000, quantity_milli=-1_000)], terms(HALF))
    assert [(one.promotion_minor, one.deposit_minor) for one in cart.lines] == [(1_000, 50), (0, 0)]
    assert cart.total_minor == 2_000 - 1_000 + 50 - 1_000


# where and when


def test_a_promotion_is_for_its_place_and_its_time() -> None:
    def runs(one: Promotion, at_ms: int = NOW_MS, where: Where = WHERE) -> bool:
        return bool(go_live(Book((one,)), where, at_ms, OFFSET_MIN).promotions)

    assert runs(replace(HALF, brands=("noord",), countries=("NL",), stores=("AMS1", "UTR1"), channels=("store",)))
    for elsewhere in ({"brands": ("zuid",)}, {"countries": ("BE",)}, {"stores": ("UTR1",)}, {"channels": ("web",)}):
        assert not runs(replace(HALF, **elsewhere))  # type: ignore[arg-type]
    timed = replace(HALF, from_ms=NOW_MS, until_ms=NOW_MS + 10)
    assert [runs(timed, NOW_MS + later) for later in (-1, 0, 9, 10)] == [False, True, True, False]


@given(st.integers(0, 13), st.integers(0, 1_439), st.integers(0, 1_440), st.sets(st.integers(1, 7), min_size=1))
@settings(max_examples=60)
def test_what_runs_is_kept_exactly_until_the_next_switch(later_days: int, start: int, end: int, days: set[int]) -> None:
    happy = replace(HALF, hours=Hours(tuple(sorted(days)), start, end))
    at_ms = NOW_MS + later_days * 43_200_000
    live = go_live(Book((happy,)), WHERE, at_ms, OFFSET_MIN)
    assert live.holds(at_ms) and live.since_ms <= at_ms < live.until_ms
    for moment in (live.since_ms, live.until_ms - 1):
        assert go_live(Book((happy,)), WHERE, moment, OFFSET_MIN).promotions == live.promotions
    assert not live.holds(live.until_ms) and not live.holds(live.since_ms - 1)


def test_hours_past_midnight_belong_to_the_day_on_which_they_began() -> None:
    friday_night = Hours((5,), 22 * 60, 2 * 60)
    shown = {(day, hour): friday_night.holds(day, hour * 60) for day in (4, 5, 6) for hour in (1, 12, 23)}
    assert [key for key, runs in shown.items() if runs] == [(5, 23), (6, 1)]


# what is missing


@pytest.mark.parametrize(
    ("offer", "pieces", "code", "count"),
    [
        (promotion("P", N_FOR_M, Goods(("article:a",), need=3), pay=2), 2, MORE_PIECES, 1),
        (promotion("P", N_FOR_M, Goods(("article:a",), need=3), pay=2), 4, MORE_PIECES, 2),
        (promotion("P", N_FOR_PRICE, Goods(("article:a",), need=2), price_minor=10), 1, MORE_PIECES, 1),
        (promotion("P", DEAREST, Goods(("article:a",), need=4), percent_bp=5_000), 3, MORE_PIECES, 1),
        (promotion("P", TIERS, "article:a", tiers=(Tier(2, percent_bp=1_000), Tier(5, percent_bp=2_000))), 3, MORE_PIECES, 2),
        (promotion("P", BUNDLE, "article:a", Goods(("article:b",), need=2), price_minor=1), 1, MORE_GOODS, 2),
        (promotion("P", GIFT, Goods(("article:a",), need=2), "article:mug"), 2, GIFT_WAITING, 1),
    ],
)
def test_each_line_says_what_is_missing_for_the_next_one(offer: Promotion, pieces: int, code: str, count: int) -> None:
    hint = priced([line(1, "a", 100, pieces)], terms(offer)).lines[0].hint
    assert hint is not None and (hint.code, hint.count, hint.name) == (code, count, "P")


@pytest.mark.parametrize("pieces", [3, 6])
def test_nothing_is_missing_where_nothing_is_left_over_or_no_more_is_given(pieces: int) -> None:
    three = promotion("P", N_FOR_M, Goods(("article:a",), need=3), pay=2)
    assert priced([line(1, "a", 100, pieces)], terms(three)).lines[0].hint is None
    assert priced([line(1, "a", 100, 4)], terms(replace(three, applications_max=1))).lines[0].hint is None


def test_the_sum_that_is_missing_stands_below_the_basket() -> None:
    five_off = promotion("FIVE", THRESHOLD, threshold_minor=5_000, amount_minor=500)
    hint = priced([line(1, "a", 4_680)], terms(five_off)).hint
    assert hint is not None and (hint.code, hint.amount_minor) == (MORE_MONEY, 320)
    assert priced([line(1, "a", 5_000)], terms(five_off)).hint is None


# the law


def test_promotions_and_discounts_together_stay_within_the_law() -> None:
    beer, shag, chips = (
        line(number, article, 1_001, goods=goods)
        for number, (article, goods) in enumerate((("beer", ("food", "alcohol")), ("shag", ("tobacco",)), ("chips", ())), 1)
    )
    lines = [replace(one, discount=Discount(BY_PERCENT, 2_000, "r", "1")) for one in (beer, shag, chips)]
    at = terms(promotion("P", PERCENT, percent_bp=2_000), replace(TENTH, stacking=1), limits=GOODS_LIMITS)
    cart = priced(lines, at, cart=Cart("S", discount=Discount(BY_PERCENT, 5_000, "r", "1")))
    assert [one.before_minor - one.amount_minor for one in cart.lines][:2] == [250, 0]
    assert [bool(one.law) for one in cart.lines] == [True, True, False]
    assert [one.points_bp for one in cart.lines] == [10_000, 0, 10_000]
    assert cart.lines[2].promotion_minor == 200 + 80
    assert cart.discount_minor == sum(one.line_discount_minor + one.sale_discount_minor for one in cart.lines)
    assert sum(band.amount.gross for band in cart.bands) == cart.total_minor


@settings(max_examples=40)
@given(st.data())
def test_no_line_of_a_limited_class_is_ever_reduced_by_more_than_its_law_allows(data: st.DataObject) -> None:
    classes = [(), ("alcohol",), ("tobacco",), ("alcohol", "fixed_price_book")]
    lines = [replace(one, goods=data.draw(st.sampled_from(classes))) for one in data.draw(baskets(8))]
    promotions = [data.draw(offers(number)) for number in range(3)]
    for one in priced(lines, terms(*promotions, limits=GOODS_LIMITS)).lines:
        most = min((GOODS_LIMITS[name].most_bp for name in one.line.goods), default=10_000)
        assert 0 <= one.promotion_minor <= one.before_minor * most // 10_000


# robust


@settings(max_examples=30)
@given(st.data())
def test_what_a_sale_gave_off_comes_back_to_the_cent_however_it_comes_back(data: st.DataObject) -> None:
    lines = [replace(one, quantity_milli=data.draw(st.integers(1, 5)) * 1_000) for one in data.draw(baskets(4))]
    cart = priced(lines, terms(*(data.draw(offers(number)) for number in range(3))))
    for one in cart.lines:
        pieces, back = one.line.quantity_milli // 1_000, 0
        for given_before in range(pieces):
            back += share_of(one.amount_minor, one.line.quantity_milli, given_before * 1_000, 1_000)
        assert back == one.amount_minor


@settings(max_examples=40)
@given(st.data())
def test_what_a_till_remembers_changes_nothing(data: st.DataObject) -> None:
    promotions = [data.draw(offers(number)) for number in range(4)]
    warm = terms(*promotions)
    lines = data.draw(baskets(10))
    for count in range(1, len(lines) + 1):
        assert priced(lines[:count], warm) == priced(lines[:count], terms(*promotions))


def test_where_the_search_gives_up_the_ranking_is_told_and_takes_no_more_than_there_is() -> None:
    chance = random.Random(3)
    for _ in range(20):
        prices = sorted((chance.randint(50, 500) for _ in range(6)), reverse=True)
        piles = [Pile(price, chance.randint(1, 3), ((0, 0), (1, 0)), chance.randint(0, 20)) for price in prices]
        deals = [Deal(ROW, (2,), (WHOLE,), -chance.randint(100, 500)), Deal(ROW, (1, 1), (NOTHING, WHOLE))]
        exact, ranked = solve(piles, deals), solve(piles, deals, 0)
        assert (exact.exact, ranked.exact) == (True, False)
        assert exact.saving >= ranked.saving >= sum(pile.pieces * pile.plain for pile in piles)
        taken = [sum(one.times * count for one in ranked.applied for at, count in one.taken if at == place) for place in range(6)]
        assert all(count <= pile.pieces for count, pile in zip(taken, piles, strict=True))


def test_a_basket_that_is_too_entangled_is_ranked_and_says_so() -> None:
    tangle = [promotion(f"P{n}", N_FOR_M, Goods((f"tag:{n}", f"tag:{n + 1}"), need=3), pay=2) for n in range(20)]
    lines = [line(number, f"a{number}", 100 + number, 2, tags=(str(number % 21),)) for number in range(1, 41)]
    cart, alone = priced(lines, terms(*tangle)), [priced(lines, terms(one)).promotion_minor for one in tangle]
    assert cart.search == RANKED and cart.promotion_minor >= max(alone)


def test_more_lines_and_pieces_than_a_cart_holds_are_refused_with_a_sentence() -> None:
    cart = replay([CartStarted("S"), *(LineAdded(line(number, "a", 100)) for number in range(1, LINES_MAX + 1))])
    with pytest.raises(Refused) as refusal:
        apply(cart, LineAdded(line(LINES_MAX + 1, "a", 100)))
    assert (refusal.value.code, refusal.value.values) == ("cart.too_many_lines", {"limit": LINES_MAX})
    wrong = {0: "cart.quantity", -1_000: "cart.quantity", 999_999_000: "cart.quantity", 1_500: "cart.whole_pieces"}
    for milli, code in wrong.items():
        with pytest.raises(Refused) as refusal:
            apply(cart, QuantityChanged(1, milli))
        assert refusal.value.code == code


def test_ten_thousand_lines_are_priced_all_the_same() -> None:
    three = promotion("P", N_FOR_M, Goods(("article:a",), need=3), pay=2)
    cart = priced([line(number, "a", 100) for number in range(1, 10_001)], terms(three))
    assert cart.promotion_minor == 3_333 * 100
    most = [line(number, f"b{number}", 100, quantity_milli=QUANTITY_MILLI_MAX) for number in range(1, 51)]
    full = priced(most, terms(TENTH, three))
    assert full.promotion_minor == 50 * 9_999 * 10
