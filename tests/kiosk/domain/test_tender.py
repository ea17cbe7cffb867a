"""Tenders as rules: eligible lines, limits with their operator, and what validation says of a wrong rule."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.countries import nl
from kiosk.domain.tender import (
    CARD,
    CASH,
    CHANGE_CASH,
    DEFAULT_TENDERS,
    KEEPS_REST,
    MEAL_VOUCHER,
    PER_DAY,
    PER_LINKED,
    PER_SALE,
    REFUSE_ABOVE,
    REFUSE_FROM,
    Limit,
    TenderRule,
    check_tender,
    is_eligible,
    read_limit,
    refusing,
    spell_limit,
    usable,
    with_law,
)

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "money-vectors.json").read_text("utf-8"))
NOW_MS = 1_795_000_000_000
LAW = nl.TENDER_LIMITS[CASH]
CASH_RULE, CARD_RULE = DEFAULT_TENDERS
MEAL = TenderRule("meal", MEAL_VOUCHER, eligible=("class:food",), excluded=("class:alcohol", "article:9"), refund_to=("cash",))


@dataclass(frozen=True)
class Line:
    """Goods on a line."""

    article: str = "1"
    category: str = "Bakery/Bread"
    goods: tuple[str, ...] = ("food",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [(Line(), True), (Line(goods=()), False), (Line(goods=("food", "alcohol")), False), (Line(article="9"), False)],
)
def test_a_voucher_pays_for_the_goods_its_rule_names(line: Line, expected: bool) -> None:
    assert is_eligible(MEAL, line) is expected
    assert is_eligible(CASH_RULE, line)


@pytest.mark.parametrize(("category", "expected"), [("Drinks", True), ("Drinks/Beer", True), ("Drinkstuff", False)])
def test_a_category_names_what_lies_below_it_and_not_what_sounds_alike(category: str, expected: bool) -> None:
    assert is_eligible(replace(CARD_RULE, eligible=("category:Drinks",)), Line(category=category)) is expected


@pytest.mark.parametrize("case", VECTORS["cash_limit_nl"], ids=lambda case: str(sorted(case.items())[0][1]))
def test_the_dutch_limit_counts_linked_cash_for_goods_and_services_from_their_own_day(case: dict[str, Any]) -> None:
    cash = case.get("goods_cash") or case.get("services_cash") or sum(case["linked"])
    goods = ("service",) if "services_cash" in case else ("food",)
    counted = [limit for limit in with_law(CASH_RULE, LAW).limits if limit.counts(goods)]
    refused = refusing(replace(CASH_RULE, limits=tuple(counted)), {PER_LINKED: cash}, NOW_MS)
    assert (refused is None) is case["allowed"]
    if "until" in case:
        later = refusing(replace(CASH_RULE, limits=tuple(counted)), {PER_LINKED: cash}, NOW_MS + 300 * 86_400_000)
        assert later is not None and "3,000 euro" in later.law


@pytest.mark.parametrize(("operator", "refused"), [(REFUSE_FROM, True), (REFUSE_ABOVE, False)])
def test_a_limit_has_its_operator_and_counts_what_is_paid_out_as_well(operator: str, refused: bool) -> None:
    for amount in (300_000, -300_000):
        assert Limit(operator, 300_000).refuses(amount, NOW_MS) is refused
        assert Limit(operator, 300_000).refuses(amount + (1 if amount > 0 else -1), NOW_MS)
    assert not Limit(operator, 300_000).refuses(299_999, NOW_MS)


def test_a_rule_that_states_no_limit_gets_the_one_of_the_law_and_a_stricter_one_stays_alone() -> None:
    assert with_law(CASH_RULE, LAW).limits == LAW
    strict = replace(CASH_RULE, limits=(Limit(REFUSE_FROM, 100_000, PER_LINKED),))
    assert with_law(strict, LAW) == strict
    by_sale = replace(CASH_RULE, limits=(Limit(REFUSE_FROM, 100_000, PER_SALE),))
    assert with_law(by_sale, LAW).limits == (*by_sale.limits, *LAW)


@pytest.mark.parametrize(
    ("limit", "faulty"),
    [
        (">=3000 linked -service", False), (">3000 linked -service", True), (">=3000.01 linked -service", True),
        (">=2999.99 linked -service", False), (">=5000 linked", True), (">1000 linked", False), (">=9000 day", False),
    ],
)  # fmt: skip
def test_a_rule_that_allows_more_than_the_law_is_named_with_the_law(limit: str, faulty: bool) -> None:
    faults = check_tender(replace(CASH_RULE, limits=(read_limit(limit),)), LAW)
    assert [fault.field for fault in faults] == ["limit"] * len(faults)
    assert bool(faults) is faulty
    assert all("3,000 euro" in fault.mend for fault in faults)


WRONG: list[tuple[TenderRule, str]] = [
    (replace(CASH_RULE, kind="coins"), "kind"),
    (replace(CASH_RULE, drawer=False), "drawer"),
    (replace(CASH_RULE, change="all"), "change"),
    (replace(CARD_RULE, change=CHANGE_CASH), "change"),
    (replace(CARD_RULE, change=KEEPS_REST), "change"),
    (replace(CARD_RULE, rounding_step_minor=5), "rounding"),
    (replace(CASH_RULE, rounding_step_minor=0), "rounding"),
    (replace(CASH_RULE, rounding_step_minor=10_001), "rounding"),
    (replace(CASH_RULE, refund_to=()), "refund_to"),
    (replace(CASH_RULE, refund_to=("coins",)), "refund_to"),
    (replace(CASH_RULE, from_ms=10, until_ms=10), "until"),
    (replace(MEAL, eligible=()), "eligible"),
    (replace(MEAL, eligible=("food",)), "eligible"),
    (replace(MEAL, eligible=("class:",)), "eligible"),
    (replace(MEAL, excluded=("class:fuud",)), "excluded"),
    (replace(MEAL, eligible=("category:Nowhere",)), "eligible"),
    (replace(CASH_RULE, limits=(Limit(REFUSE_FROM, 0),)), "limit"),
    (replace(CASH_RULE, limits=(Limit(REFUSE_FROM, 1, PER_DAY, goods="-fuud"),)), "limit"),
]


@pytest.mark.parametrize(("rule", "field"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_every_fault_of_a_rule_names_its_field_and_the_way_out(rule: TenderRule, field: str) -> None:
    faults = check_tender(rule, categories=frozenset({"Bakery"}))
    assert field in {fault.field for fault in faults}
    assert all(len(fault.mend) > 10 for fault in faults)


@pytest.mark.parametrize("rule", [*DEFAULT_TENDERS, MEAL], ids=lambda rule: rule.id)
def test_the_rules_that_ship_are_sound(rule: TenderRule) -> None:
    assert check_tender(with_law(rule, nl.TENDER_LIMITS.get(rule.kind, ())), nl.TENDER_LIMITS.get(rule.kind, ())) == []


def test_the_store_has_its_own_rule_in_its_currency_and_time() -> None:
    here, krona = replace(CASH_RULE, store="AMS1", rounding_step_minor=5), replace(CARD_RULE, currency="SEK")
    ended = replace(MEAL, until_ms=NOW_MS)
    assert usable((here, CASH_RULE, krona, ended), "AMS1", "EUR", NOW_MS) == (here,)
    assert usable((CARD_RULE, here, CASH_RULE, ended), "UTR1", "EUR", NOW_MS - 1) == (ended, CASH_RULE, CARD_RULE)


@given(
    st.sampled_from([">=", ">"]), st.integers(1, 10**10), st.sampled_from([PER_SALE, PER_LINKED, PER_DAY]),
    st.sampled_from(["", "food", "-service"]),
)  # fmt: skip
def test_a_limit_reads_as_it_is_spelled(operator: str, minor: int, per: str, goods: str) -> None:
    limit = Limit(operator, minor, per, goods=goods)
    assert read_limit(spell_limit(limit)) == limit


@pytest.mark.parametrize("text", ["", "3000", "=3000", ">=", ">=3,000", ">=1.234", ">=3000 week", ">=3000 linked  Food"])
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a limit"):
        read_limit(text)


def test_cash_and_card_are_there_when_the_hub_says_nothing() -> None:
    assert [rule.kind for rule in usable(DEFAULT_TENDERS, "AMS1", "EUR", NOW_MS)] == [CASH, CARD]
    assert CASH_RULE.name("nl") == "Contant" and CASH_RULE.name("de") == "Cash"
