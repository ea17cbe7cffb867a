"""The posting of a day balances to the cent whatever happened, and says each thing once."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import cash, facts
from kiosk.domain.facts import GENESIS, Fact
from kiosk.domain.posting import posting
from kiosk.domain.projections import DayTotals, apply_day, less, summed
from tests.kiosk.domain.strategies import fact, full_carts
from tests.kiosk.domain.test_projections import sale

amounts = st.integers(1, 100_000)


@st.composite
def moves(draw: st.DrawFn) -> Fact:
    """Any movement of cash."""
    what = draw(st.sampled_from([*cash.WAYS, cash.CARRIED]))
    amount = draw(amounts)
    if what == cash.CARRIED:
        body = cash.carried_body("m", amount * draw(st.sampled_from([1, -1])), "S1", "")
    else:
        source = draw(st.sampled_from(["", cash.DRAWER])) if what == cash.DEPOSIT else ""
        body = cash.move_body(cash.Move(what, amount, "r", "b", source), "m", "S1", "")
    return fact(1, GENESIS, body, facts.CASH_MOVED)


@st.composite
def closes(draw: st.DrawFn) -> Fact:
    """The end of a shift, or a float that is not what was left."""
    if draw(st.booleans()):
        return fact(1, GENESIS, {"shift": "S2", "float": draw(amounts), "left": draw(amounts)}, facts.SHIFT_OPENED)
    body = {"difference": draw(st.integers(-5_000, 5_000)), "left": draw(amounts), "poi": {"card": draw(amounts)}}
    return fact(1, GENESIS, body, facts.SHIFT_CLOSED)


@st.composite
def corrections(draw: st.DrawFn) -> Fact:
    """A sale was paid another way."""
    amount = draw(amounts)
    body = {"receipt": "R", "before": [{"kind": "cash", "amount": amount}], "after": [{"kind": "gift_card", "amount": amount}]}
    return fact(1, GENESIS, body, facts.TENDER_CORRECTED)


sales = st.builds(sale, st.integers(1, 99), full_carts(), st.integers(0, 5_000))
days = st.lists(sales | moves() | closes() | corrections(), max_size=8)


def fold(found: list[Fact]) -> DayTotals:
    """The totals of these facts."""
    return reduce(apply_day, found, DayTotals())


@given(days)
def test_debits_are_credits_to_the_cent(found: list[Fact]) -> None:
    totals = fold(found)
    lines = posting(totals)
    assert sum(one.amount_minor for one in lines) == 0
    assert len({(one.account, one.key) for one in lines}) == len(lines)
    by_account = {name: sum(one.amount_minor for one in lines if one.account == name) for name in ("turnover", "vat", "over_short")}
    outside = sum(net for rate, net in totals.net_by_rate.items() if rate.startswith("outside"))
    assert -by_account["turnover"] - by_account["vat"] == totals.gross - outside
    assert -by_account["over_short"] == totals.over_short


@given(days, days)
def test_what_came_late_is_the_whole_less_what_was_posted(first: list[Fact], later: list[Fact]) -> None:
    before, whole = fold(first), fold([*first, *later])
    late = less(whole, before)
    merged = _posted(before)
    for place, amount in _posted(late).items():
        merged[place] = merged.get(place, 0) + amount
    assert {place: amount for place, amount in merged.items() if amount} == _posted(whole)
    assert summed([before, late]).gross == whole.gross


def _posted(totals: DayTotals) -> dict[tuple[str, str], int]:
    return {(one.account, one.key): one.amount_minor for one in posting(totals)}
