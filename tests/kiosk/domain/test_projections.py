"""The day as a fold: it adds what facts say, knows nothing twice, and can be cut and folded on."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cart import Cart
from kiosk.domain.facts import GENESIS, SALE_ABANDONED, SALE_COMPLETED, SHIFT_OPENED, STAFF_SIGNED_IN, Fact
from kiosk.domain.pricing import price_cart
from kiosk.domain.projections import DayTotals, apply_day, movements_of
from kiosk.domain.tax import PER_LINE
from tests.kiosk.domain.strategies import RATES, fact, full_carts
from tests.kiosk.domain.test_receipt import body_of


def sale(seq: int, cart: Cart, card_minor: int = 0) -> Fact:
    """A completed sale as a fact."""
    body = {**body_of(price_cart(cart, RATES, PER_LINE), card_minor), "receipt": f"R{seq}"}
    return fact(seq, GENESIS, body, SALE_COMPLETED)


def fold(facts: list[Fact], state: DayTotals | None = None) -> DayTotals:
    """The totals of these facts."""
    return reduce(apply_day, facts, state or DayTotals())


days = st.lists(st.tuples(full_carts(), st.integers(0, 2_000)), min_size=1, max_size=6).map(
    lambda sold: [sale(seq, cart, card) for seq, (cart, card) in enumerate(sold, 1)]
)


@given(days)
def test_a_day_is_the_sum_of_its_sales(facts: list[Fact]) -> None:
    totals, bodies = fold(facts), [each.body for each in facts]
    assert (totals.sales, totals.gross) == (len(facts), sum(body["total"] for body in bodies))
    assert sum(totals.net_by_rate.values()) + sum(totals.tax_by_rate.values()) == totals.gross
    assert sum(totals.tenders.values()) == totals.gross + totals.rounding
    assert totals.discount == sum(body["discount"] for body in bodies)
    assert totals.deposit == sum(body["deposit"] for body in bodies)
    assert totals.receipts == ("R1", f"R{len(facts)}")


@given(days, st.integers(0, 6))
def test_a_day_can_be_cut_anywhere_and_folded_on(facts: list[Fact], cut: int) -> None:
    assert fold(facts[cut:], fold(facts[:cut])) == fold(facts)


@given(days)
def test_stock_movements_of_a_day_do_not_depend_on_order(facts: list[Fact]) -> None:
    def on_hand(order: list[Fact]) -> dict[str, int]:
        levels: dict[str, int] = {}
        for movement in (movement for each in order for movement in movements_of(each)):
            levels[movement.article] = levels.get(movement.article, 0) + movement.quantity_milli
        return levels

    assert on_hand(facts) == on_hand(facts[::-1])


@given(full_carts(), st.integers(0, 10_000))
def test_the_drawer_should_hold_the_float_and_the_cash(cart: Cart, float_minor: int) -> None:
    opened = fact(1, GENESIS, {"shift": "H1", "number": 1, "float": float_minor}, SHIFT_OPENED)
    sold = sale(2, cart)
    cash = sum(tender["amount"] for tender in sold.body["tenders"] if tender["kind"] == "cash")
    assert fold([opened, sold]).cash_expected == float_minor + cash


def test_facts_that_move_no_money_move_none() -> None:
    assert fold([fact(1, kind=STAFF_SIGNED_IN), fact(2, kind="a.kind.of.tomorrow")]) == DayTotals()
    assert fold([fact(1, kind=SALE_ABANDONED)]) == DayTotals(abandoned=1)
    assert movements_of(fact(1, kind=SALE_ABANDONED)) == ()
