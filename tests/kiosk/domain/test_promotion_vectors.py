"""Every case of the project's promotion vectors, whose optima were found by exhaustive search."""

import json
import math
from pathlib import Path
from typing import Any

from kiosk.domain.promotion import BUNDLE, CHEAPEST, MIX_AND_MATCH, N_FOR_M, N_FOR_PRICE, PERCENT, THRESHOLD, Coupon, Goods
from kiosk.domain.promotionbasket import EXACT
from tests.kiosk.domain.offers import line, priced, promotion, terms

VECTORS: dict[str, Any] = {
    case["name"]: case
    for case in json.loads((Path(__file__).parents[2] / "vectors" / "promotion-vectors.json").read_text("utf-8"))["cases"]
}
COKE_TWO_FOR_ONE = promotion("P1", N_FOR_M, Goods(("article:coke",), need=2), pay=1)
MEAL = promotion("P2", BUNDLE, "article:coke", "article:sandwich", "article:choc", price_minor=450)


def _check_meals(name: str) -> int:
    case = VECTORS[name]
    assert case["offers"] == ["coke: 2 for 1", "coke+sandwich+choc for 450"], "the promotions above are the case's"
    lines = [line(number, article, price) for number, (article, price) in enumerate(case["basket"], 1)]
    cart = priced(lines, terms(COKE_TWO_FOR_ONE, MEAL))
    assert (cart.promotion_minor, cart.search) == (case["optimal_saving"], EXACT)
    return cart.total_minor


def test_a_meal_and_a_free_coke_in_one_set() -> None:
    _check_meals("bogo and meal deal, one set")


def test_the_best_of_two_sets_is_not_what_greed_finds() -> None:
    case = VECTORS["bogo and meal deal, two sets"]
    assert _check_meals("bogo and meal deal, two sets") == case["total"] - case["optimal_saving"]
    assert case["greedy_by_saving"] < case["optimal_saving"]


def test_overlapping_groups_of_two_are_chosen_so_that_both_pay() -> None:
    case = VECTORS["buy 2 save X, overlapping groups"]
    lines = [line(int(number), f"item{number}", 1000, tags=tuple(groups)) for number, groups in case["eligible"].items()]
    offers = [
        promotion(group, MIX_AND_MATCH, Goods((f"tag:{group}",), need=2), amount_minor=saved)
        for group, saved in case["save"].items()
    ]
    cart = priced(lines, terms(*offers))
    assert (cart.promotion_minor, cart.search) == (case["optimal_saving"], EXACT)


def test_of_pairs_the_dearest_are_paired_which_is_best_for_the_customer() -> None:
    case = VECTORS["buy 1 get the cheapest of the pair half price"]
    lines = [line(number, f"A{number}", price) for number, price in enumerate(case["prices"], 1)]
    cart = priced(lines, terms(promotion("P", CHEAPEST, Goods(need=2), percent_bp=5_000)))
    assert cart.promotion_minor == case["best_for_customer"] > case["favour_retailer"]


def test_where_applications_explode_the_search_does_not() -> None:
    case = VECTORS["atomic applications explode"]
    n = case["mix_and_match"]
    six, ten_off = promotion("P", N_FOR_PRICE, Goods(need=n), price_minor=n * 500), promotion("Q", PERCENT, percent_bp=1_000)
    for units, ways in case["single_units_to_applications"].items():
        assert math.comb(int(units), n) == ways
        lines = [line(number, f"A{number}", 600 + 37 * number) for number in range(1, int(units) + 1)]
        cart = priced(lines, terms(six, ten_off))
        dearest = sorted((one.unit_price_minor for one in lines), reverse=True)
        by_sets = [
            sum(dearest[: n * sets]) - sets * n * 500 + sum((price + 5) // 10 for price in dearest[n * sets :])
            for sets in range(int(units) // n + 1)
        ]
        assert (cart.promotion_minor, cart.search) == (max(by_sets), EXACT)


def test_the_free_item_comes_first_and_the_sum_after_it_counts() -> None:
    case = VECTORS["order of evaluation"]
    lines = [line(number, article, price) for number, (article, price) in enumerate(case["basket"], 1)]
    free = promotion("F", N_FOR_M, Goods(need=2), pay=1)
    ten_over_fifty = promotion("T", THRESHOLD, threshold_minor=5000, percent_bp=1_000)
    assert case["right"] == "the free item first: total 3000, so no 10 %"
    assert priced(lines, terms(free, ten_over_fifty)).total_minor == 3000


def test_a_coupon_stacks_on_a_promotion_or_competes_with_it() -> None:
    case = VECTORS["best deal versus stacking"]
    half = promotion("H", PERCENT, percent_bp=5_000)
    coupon = promotion("C", PERCENT, percent_bp=1_000, coupon=Coupon(codes=("TEN",)), stacking=1)
    lines = [line(1, "x", case["price"])]
    assert priced(lines, terms(half, coupon), coupons=["TEN"]).total_minor == case["stacking_total"]
    same_group = promotion("C", PERCENT, percent_bp=1_000, coupon=Coupon(codes=("TEN",)))
    assert priced(lines, terms(half, same_group), coupons=["TEN"]).total_minor == case["best_deal_total"]


def test_every_case_is_run_here() -> None:
    assert set(VECTORS) == {
        "bogo and meal deal, one set", "bogo and meal deal, two sets", "buy 2 save X, overlapping groups",
        "buy 1 get the cheapest of the pair half price", "atomic applications explode", "order of evaluation",
        "best deal versus stacking",
    }  # fmt: skip
