"""Which price holds: lists by place and customer, instants to the millisecond, and the lowest price of the last 30 days."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.catalog import ANNOUNCED, PERISHABLE, PROGRESSIVE, Price
from kiosk.domain.pricelist import (
    WEB,
    PriceList,
    PricePlace,
    Prices,
    announced_prior,
    began,
    percent_off,
    price_in,
    prior_price,
)

HERE = PricePlace(store="AMS1", brand="noord", country="NL", currency="EUR")
DAY = 86_400_000
VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "money-vectors.json").read_text("utf-8"))


def book(*prices: Price, lists: tuple[PriceList, ...] = ()) -> Prices:
    """The prices of one article."""
    return Prices(prices, {one.id: one for one in lists})


def lists(**limits: str) -> PriceList:
    """A list in euro with some limits, called after them."""
    return PriceList("-".join(limits.values()), "", "EUR", **limits)  # type: ignore[arg-type]


def amount(prices: Prices, place: PricePlace = HERE, now_ms: int = 1_000) -> int | None:
    """What it costs there and then."""
    found = price_in(prices, place, now_ms)
    return found.amount_minor if found else None


ORDERED = (lists(country="NL"), lists(brand="noord"), lists(channel="store"), lists(store="AMS1"))


@pytest.mark.parametrize("count", range(5))
def test_the_most_specific_list_wins_in_the_stated_order(count: int) -> None:
    rows = [Price("A", 0, 100, 1)] + [Price("A", 0, 200 + n, 1, one.id) for n, one in enumerate(ORDERED[:count])]
    assert amount(book(*reversed(rows), lists=ORDERED)) == (199 + count if count else 100)


def test_a_list_with_two_limits_goes_before_one_with_the_first_of_them() -> None:
    both, one = lists(store="AMS1", brand="noord"), lists(store="AMS1")
    rows = (Price("A", 0, 1, 1, both.id), Price("A", 500, 2, 9, one.id))
    assert amount(book(*rows, lists=(both, one))) == 1


@pytest.mark.parametrize(
    "other", [lists(store="UTR1"), lists(channel=WEB), lists(brand="zuid"), lists(country="BE"), lists(group="members")]
)
def test_a_list_of_another_place_or_customer_does_not_hold(other: PriceList) -> None:
    assert amount(book(Price("A", 0, 100, 1), Price("A", 0, 50, 1, other.id), lists=(other,))) == 100


def test_a_list_in_another_currency_never_holds_and_neither_does_one_that_was_not_told() -> None:
    krona = replace(lists(store="AMS1"), currency="SEK")
    rows = (Price("A", 0, 100, 1), Price("A", 0, 1_100, 1, krona.id), Price("A", 0, 7, 1, "unheard"))
    assert amount(book(*rows, lists=(krona,))) == 100


def test_where_shops_have_several_currencies_the_base_list_says_its_own() -> None:
    base = PriceList("base", "", "EUR")
    assert amount(book(Price("A", 0, 100, 1), lists=(base,))) == 100
    assert amount(book(Price("A", 0, 100, 1), lists=(base,)), replace(HERE, currency="SEK")) is None


def test_a_customer_group_pays_its_price_but_never_more_than_the_shelf_says() -> None:
    members = lists(group="members")
    place = replace(HERE, groups=("members",))
    cheap, dear = (book(Price("A", 0, 100, 1), Price("A", 0, minor, 1, "members"), lists=(members,)) for minor in (80, 120))
    assert (amount(cheap, place), amount(dear, place), amount(cheap)) == (80, 100, 100)
    assert amount(book(Price("A", 0, 120, 1, "members"), lists=(members,)), place) == 120


def test_a_price_and_a_list_end_before_their_last_instant_and_the_one_below_holds_again() -> None:
    week = replace(lists(store="AMS1"), from_ms=1_000, until_ms=2_000)
    prices = book(Price("A", 0, 100, 1), Price("A", 1_500, 70, 2, until_ms=1_800), Price("A", 0, 90, 1, week.id), lists=(week,))
    assert [amount(prices, HERE, at) for at in (999, 1_000, 1_999, 2_000)] == [100, 90, 90, 100]
    assert [amount(replace(prices, lists={}), HERE, at) for at in (1_499, 1_500, 1_799, 1_800)] == [100, 70, 70, 100]


def test_an_action_with_an_end_outlasts_a_change_of_the_regular_price_in_its_middle() -> None:
    prices = book(Price("A", 0, 300, 1), Price("A", 1_000, 200, 2, until_ms=2_000), Price("A", 1_500, 320, 3))
    assert [amount(prices, HERE, at) for at in (999, 1_000, 1_600, 2_000)] == [300, 200, 200, 320]


@given(st.permutations(range(8)), st.integers(0, 20))
def test_the_order_in_which_prices_came_changes_nothing(order: list[int], now_ms: int) -> None:
    rows = [Price("A", n % 4 * 5, 100 + n, n, ("base", "AMS1")[n // 4]) for n in range(8)]
    one, other = (book(*found, lists=(lists(store="AMS1"),)) for found in (rows, [rows[n] for n in order]))
    assert price_in(one, HERE, now_ms) == price_in(other, HERE, now_ms)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00"),
        ("2026-10-25T03:00:00", "2026-10-25T02:00:00"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00"),
    ],
)
def test_a_switch_comes_at_its_second_on_the_nights_when_the_clocks_change(local: str, utc: str) -> None:
    start_ms = int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp() * 1000)
    assert start_ms == int(datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp() * 1000)
    prices = book(Price("A", 0, 200, 1), Price("A", start_ms, 150, 2))
    assert (amount(prices, HERE, start_ms - 1), amount(prices, HERE, start_ms)) == (200, 150)


# the lowest price of the last 30 days


def at(day: str) -> int:
    """A day's first instant."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize("case", VECTORS["omnibus"], ids=lambda case: str(case["prior"]))
def test_a_reduction_is_measured_by_the_lowest_price_of_thirty_days(case: dict[str, Any]) -> None:
    rows = [Price("A", at(day), minor, n) for n, (day, minor) in enumerate(case["history"])]
    start_ms = at(case["reduction_from"])
    rows.append(Price("A", start_ms, case["offered"], 99, reduction=ANNOUNCED))
    assert prior_price(book(*rows), HERE, start_ms) == case["prior"]
    assert announced_prior(book(*rows), HERE, start_ms + DAY) == case["prior"]
    if "true_percent" in case:
        assert percent_off(case["prior"], case["offered"]) == int(case["true_percent"])


def test_a_reduction_that_is_really_none_is_not_shown_as_one() -> None:
    rows = (Price("A", 0, 5_000, 1), Price("A", 80 * DAY, 7_000, 2), Price("A", 90 * DAY, 5_500, 3, reduction=ANNOUNCED))
    assert prior_price(book(*rows), HERE, 90 * DAY) == 5_000
    assert announced_prior(book(*rows), HERE, 91 * DAY) is None


def test_a_lower_price_that_nobody_announces_has_no_price_beside_it() -> None:
    assert announced_prior(book(Price("A", 0, 200, 1), Price("A", DAY, 100, 2)), HERE, 2 * DAY) is None


@pytest.mark.parametrize(("age_days", "prior"), [(30, 80), (31, 100)])
def test_a_low_price_counts_for_thirty_days_after_it_ended(age_days: int, prior: int) -> None:
    start_ms = 200 * DAY
    low = start_ms - age_days * DAY
    rows = (
        Price("A", 0, 100, 1),
        Price("A", low - 1, 80, 2),
        Price("A", low + 1, 100, 3),
        Price("A", start_ms, 70, 4, reduction=ANNOUNCED),
    )
    assert prior_price(book(*rows), HERE, start_ms) == prior


def test_a_reduction_that_grows_is_measured_by_what_its_first_step_was_measured_by() -> None:
    steps = [(0, 100, ""), (50, 80, ANNOUNCED), (55, 70, PROGRESSIVE), (60, 60, PROGRESSIVE)]
    rows = [Price("A", day * DAY, minor, n, reduction=how) for n, (day, minor, how) in enumerate(steps)]
    assert [announced_prior(book(*rows), HERE, day * DAY) for day in (51, 56, 61)] == [100, 100, 100]


def test_a_reduction_that_was_broken_off_or_shrank_does_not_grow() -> None:
    broken = [(0, 100, ""), (50, 80, ANNOUNCED), (55, 100, ""), (60, 60, PROGRESSIVE)]
    shrank = [(0, 100, ""), (50, 80, ANNOUNCED), (55, 85, PROGRESSIVE)]
    for steps in (broken, shrank):
        rows = [Price("A", day * DAY, minor, n, reduction=how) for n, (day, minor, how) in enumerate(steps)]
        assert prior_price(book(*rows), HERE, steps[-1][0] * DAY) == 80


def test_perishable_goods_are_measured_by_the_price_just_before() -> None:
    steps = [(0, 300, ""), (10, 250, ""), (12, 300, ""), (20, 150, PERISHABLE)]
    rows = [Price("A", day * DAY, minor, n, reduction=how) for n, (day, minor, how) in enumerate(steps)]
    assert announced_prior(book(*rows), HERE, 21 * DAY) == 300


def test_new_goods_are_measured_by_the_days_they_have_been_sold_and_the_very_first_price_by_nothing() -> None:
    rows = (Price("A", 100 * DAY, 200, 1), Price("A", 110 * DAY, 150, 2, reduction=ANNOUNCED))
    assert prior_price(book(*rows), HERE, 110 * DAY) == 200
    assert prior_price(book(*rows), HERE, 100 * DAY) is None


def test_what_members_paid_is_personal_and_what_another_store_asked_was_not_asked_here() -> None:
    rows = (
        Price("A", 0, 200, 1),
        Price("A", 0, 120, 1, "members"),
        Price("A", 0, 130, 1, "UTR1"),
        Price("A", 50 * DAY, 150, 2, reduction=ANNOUNCED),
    )
    prices = book(*rows, lists=(lists(group="members"), lists(store="UTR1")))
    assert prior_price(prices, replace(HERE, groups=("members",)), 50 * DAY) == 200
    assert prior_price(prices, replace(HERE, store="UTR1"), 50 * DAY) == 130


def test_the_lower_price_of_a_list_that_held_here_counts() -> None:
    week = replace(lists(store="AMS1"), from_ms=40 * DAY, until_ms=45 * DAY)
    rows = (Price("A", 0, 200, 1), Price("A", 0, 160, 1, week.id), Price("A", 60 * DAY, 150, 2, reduction=ANNOUNCED))
    assert prior_price(book(*rows, lists=(week,)), HERE, 60 * DAY) == 160
    assert began(book(*rows, lists=(week,)), HERE, 42 * DAY) == 40 * DAY


@pytest.mark.parametrize(
    ("prior", "now", "percent"),
    [(5000, 4550, 9), (300, 200, 33), (1999, 1000, 50), (1999, 1001, 49), (349, 262, 25), (100, 0, 100), (100, 100, 0)],
)
def test_a_percentage_never_says_more_than_is_true_but_for_half_a_cent(prior: int, now: int, percent: int) -> None:
    assert percent_off(prior, now) == percent
