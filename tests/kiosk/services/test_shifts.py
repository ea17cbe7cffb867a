"""Shifts and the business day: it stays the shift's, whatever the clock does, and its totals are those of its facts."""

from functools import reduce
from pathlib import Path

from kiosk.domain import facts
from kiosk.domain.projections import DayTotals, apply_day
from tests.kiosk.support import HandClock, code_of, open_shop

DAY_MS = 24 * 60 * 60_000


def test_a_shift_opens_once_with_a_float_that_can_be(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        for wrong in (-1, 1_000_001):
            assert code_of(lambda wrong=wrong: shop.open_shift(wrong)) == "shift.float"  # type: ignore[misc]
        shop.open_shift(12_345)
        assert code_of(shop.open_shift) == "shift.already_open"
        shift = shop.counter.open_shift()
        assert (shift.number, shift.float_minor, shift.day) == (1, 12_345, "2026-11-21")
        assert shop.facts()[-1].body == {"shift": shift.id, "number": 1, "float": 12_345}


def test_an_open_shift_survives_a_restart(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.open_shift()
        shift = shop.counter.shift
    with open_shop(tmp_path) as shop:
        assert shop.counter.shift == shift


def test_a_sale_after_midnight_belongs_to_the_day_of_its_shift(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.clock.pass_ms(DAY_MS)
        shop.add("1001-WHT-M")
        shop.sell_cash()
        assert {fact.day for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED} == {"2026-11-21"}
        assert shop.shifts.totals().sales == 1


def test_a_clock_set_back_a_day_changes_no_business_day_and_no_order(tmp_path: Path) -> None:
    clock = HandClock()
    with open_shop(tmp_path, clock=clock) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.add("1001-WHT-M")
        first = shop.sell_cash().receipt
        clock.set_back_ms(DAY_MS)
        shop.add("1001-WHT-M")
        second = shop.sell_cash().receipt
    with open_shop(tmp_path, clock=clock) as shop:
        shop.sign_in()
        shop.add("1001-WHT-M")
        third = shop.sell_cash().receipt
        found = shop.facts()
        assert shop.chain() == (len(found), None)
        assert [fact.hlc for fact in found] == sorted({fact.hlc for fact in found})
        assert {fact.day for fact in found if fact.kind == facts.SALE_COMPLETED} == {"2026-11-21"}
        assert [first, second, third] == [f"AMS1-01-A-{n:06d}" for n in (1, 2, 3)]
        assert shop.shifts.totals().receipts == (first, third)


def test_the_days_totals_are_the_fold_of_its_facts_and_of_nothing_else(tmp_path: Path) -> None:
    with open_shop(tmp_path, "grocery") as shop:
        shop.sign_in()
        shop.open_shift(10_000)
        for key, quantity in (("101", 420), ("102", 1_337), ("101", 2_000)):
            shop.add(key, quantity)
            shop.sell_cash()
        shop.add("101", 100)
        shop.selling.abandon("no money")
        totals = shop.shifts.totals()
        assert totals == reduce(apply_day, shop.facts(), DayTotals())
        assert (totals.sales, totals.abandoned, totals.float_cash) == (3, 1, 10_000)
        assert totals.cash_expected == 10_000 + totals.gross + totals.rounding
