"""Budgets over all stores: what sales take, and that a till which hears late gives away no more than it says."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from kiosk.domain.budget import PLENTY, Spent, SpentHere, fold, gone, left, spent_in
from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, STAFF_SIGNED_IN, Fact
from kiosk.domain.promotion import N_FOR_M, PERCENT, Goods
from tests.kiosk.domain.offers import line, priced, promotion, terms
from tests.kiosk.domain.strategies import fact

HALF = promotion("HALF", PERCENT, "article:a", percent_bp=5_000, budget_minor=10_000)
TILLS = ("T1", "T2", "T3", "T4")


def sale(*parts: tuple[str, int], budgets: tuple[str, ...] = ("HALF",), kind: str = SALE_COMPLETED) -> Fact:
    """A sale of a line with what promotions took off it."""
    body: dict[str, Any] = {
        "lines": [{"promotions": [{"id": name, "name": name, "amount": amount} for name, amount in parts]}, {}],
        "budget_left": dict.fromkeys(budgets, 1),
    }
    return fact(body=body, kind=kind)


def test_a_sale_takes_from_the_budgets_that_it_was_priced_under_and_a_void_gives_back() -> None:
    sold = sale(("HALF", 300), ("OTHER", 50), ("HALF", 200))
    assert spent_in(sold) == [Spent("HALF", 500, 1)]
    assert spent_in(sale(("HALF", -500), kind=SALE_VOIDED)) == [Spent("HALF", -500, -1)]
    assert spent_in(sale(("OTHER", 50))) == spent_in(sale(("HALF", 5), budgets=())) == []
    assert spent_in(fact(body={}, kind=STAFF_SIGNED_IN)) == []
    assert fold([sold, sale(("HALF", 100)), sale(("HALF", -500), kind=SALE_VOIDED)]) == {"HALF": Spent("HALF", 100, 1)}


def test_a_till_knows_to_the_cent_what_of_the_sum_is_its_own() -> None:
    told, here = Spent("HALF", 7_000, 9), SpentHere("HALF", {"T1": (2_000, 3), "T2": (500, 1)})
    assert left(HALF, None, None, None, "T1") == 10_000
    assert left(HALF, told, here, Spent("HALF", 2_000, 3), "T1") == 3_000
    assert left(HALF, told, here, Spent("HALF", 2_900, 4), "T1") == 2_100, "900 that the hub has not heard of"
    assert left(HALF, told, here, None, "T9") == 3_000
    assert left(HALF, replace(told, minor=12_000), here, None, "T9") == 0, "never below nothing"


@pytest.mark.parametrize(("uses", "room"), [(9, PLENTY), (10, 0), (12, 0)])
def test_a_budget_of_uses_takes_what_it_likes_until_the_last(uses: int, room: int) -> None:
    first_ten = replace(HALF, budget_minor=0, budget_uses=10)
    assert left(first_ten, Spent("HALF", 99_999, uses), None, None, "T1") == room
    assert left(replace(first_ten, budget_minor=100_000), Spent("HALF", 99_999, 9), None, None, "T1") == 1


def test_what_the_hub_has_not_heard_of_has_a_limit_of_its_own() -> None:
    careful = replace(HALF, budget_unheard_minor=600)
    told, here = Spent("HALF", 1_000, 2), SpentHere("HALF", {"T1": (1_000, 2)})
    assert left(careful, told, here, Spent("HALF", 1_400, 3), "T1") == 200
    assert left(careful, told, here, Spent("HALF", 1_600, 4), "T1") == 0
    assert left(careful, Spent("HALF", 1_600, 4), SpentHere("HALF", {"T1": (1_600, 4)}), Spent("HALF", 1_600, 4), "T1") == 600


@pytest.mark.parametrize("seed", range(20))
def test_tills_that_are_cut_off_go_beyond_a_budget_by_no_more_than_each_may_give_away_unheard(seed: int) -> None:
    chance = random.Random(seed)
    unheard = chance.choice((0, 400, 1_500))
    rule = replace(HALF, budget_unheard_minor=unheard)
    own, sent = Counter[str](), Counter[str]()
    told: dict[str, tuple[Spent, SpentHere]] = {}
    for _ in range(300):
        till = chance.choice(TILLS)
        what = chance.random()
        if what < 0.6:
            whole, here = told.get(till, (None, None))
            own[till] += min(chance.randrange(50, 900), left(rule, whole, here, Spent("HALF", own[till], 0), till))
        elif what < 0.8:
            sent[till] = own[till]
        else:
            told[till] = Spent("HALF", sent.total(), 0), SpentHere("HALF", {one: (sent[one], 0) for one in TILLS})
        cut_off = sum(own[one] - sent[one] for one in TILLS)
        bound = unheard * len(TILLS) if unheard else rule.budget_minor * len(TILLS)
        assert cut_off <= bound and own.total() - rule.budget_minor <= bound
    for till in TILLS:  # all is heard: nobody gives anything away beyond it
        told[till] = Spent("HALF", own.total(), 0), SpentHere("HALF", {one: (own[one], 0) for one in TILLS})
    assert max(left(rule, *told[one], Spent("HALF", own[one], 0), one) for one in TILLS) <= max(0, rule.budget_minor - own.total())


def test_a_till_that_hears_of_every_sale_never_goes_beyond() -> None:
    taken = 0
    for _ in range(50):
        taken += min(700, left(HALF, Spent("HALF", taken, 0), None, None, "T1"))
    assert taken == HALF.budget_minor


def test_nobody_is_told_to_take_one_more_for_what_is_used_up() -> None:
    three = promotion("THREE", N_FOR_M, Goods(("article:a",), need=3), pay=2, budget_minor=100)
    at = terms(three, budget_left={"THREE": 5})
    assert priced([line(1, "a", 100, 2)], at).lines[0].hint is not None
    used_up = replace(at, budget_left={"THREE": 0})
    assert priced([line(1, "a", 100, 2)], used_up).lines[0].hint is None
    assert gone(used_up.budget_left) == {"THREE"}
