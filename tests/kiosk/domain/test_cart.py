"""The cart as a fold: what it refuses, and that corrections stay in it."""

import pytest

from kiosk.domain.cart import (
    LINES_MAX,
    PERCENT,
    QUANTITY_MILLI_MAX,
    AgeChecked,
    Cart,
    CartEvent,
    CartLine,
    CartStarted,
    Discount,
    LineAdded,
    LineDiscounted,
    LineRemoved,
    QuantityChanged,
    SaleDiscounted,
    TendersGivenBack,
    TenderTaken,
    TicketTaken,
    apply,
    replay,
)
from kiosk.domain.errors import Refused
from kiosk.domain.payment import Tender


def line(number: int, quantity_milli: int = 1000, age_limit: int = 0, unit: str = "piece") -> CartLine:
    """A line like any other."""
    return CartLine(number, f"A{number}", "", "Article", "", quantity_milli, unit, 999, 1, "standard", 0, age_limit)


STARTED: tuple[CartEvent, ...] = (CartStarted("S1"), LineAdded(line(1)), LineAdded(line(2)), LineAdded(line(3)))


def code(*events: CartEvent) -> str:
    """The code with which the last of these events is refused."""
    cart = replay(events[:-1])
    with pytest.raises(Refused) as refusal:
        apply(cart, events[-1])
    return refusal.value.code


def test_lines_stand_in_the_order_they_came_and_keep_their_numbers() -> None:
    cart = replay([*STARTED, LineRemoved(2, "101"), LineAdded(line(4))])
    assert [each.line for each in cart.lines] == [1, 3, 4]
    assert [each.line for each in cart.removed] == [2]
    assert (cart.next_line, cart.last_line) == (5, 4)


def test_the_line_touched_last_is_known() -> None:
    assert replay([*STARTED, QuantityChanged(1, 3_000)]).last_line == 1
    assert replay([*STARTED, LineRemoved(3, "101")]).last_line == 2
    assert replay([CartStarted("S1"), LineAdded(line(1)), LineRemoved(1, "101")]).last_line == 0


@pytest.mark.parametrize("quantity_milli", [0, -1000, QUANTITY_MILLI_MAX + 1])
def test_no_line_holds_nothing_or_more_than_a_lorry(quantity_milli: int) -> None:
    assert code(*STARTED, QuantityChanged(1, quantity_milli)) == "cart.quantity"
    assert code(*STARTED, LineAdded(line(4, quantity_milli))) == "cart.quantity"


def test_pieces_are_whole_and_weights_are_not() -> None:
    assert code(*STARTED, QuantityChanged(1, 1_500)) == "cart.whole_pieces"
    assert code(*STARTED, LineAdded(line(4, 420))) == "cart.whole_pieces"
    assert replay([*STARTED, LineAdded(line(4, 420, unit="kg"))]).lines[-1].quantity_milli == 420


def test_a_line_that_is_gone_cannot_be_changed() -> None:
    gone = (*STARTED, LineRemoved(2, "101"))
    assert code(*gone, QuantityChanged(2, 1000)) == "cart.no_such_line"
    assert code(*gone, LineRemoved(2, "101")) == "cart.no_such_line"
    assert code(*gone, LineDiscounted(2, None)) == "cart.no_such_line"


def test_a_sale_has_at_most_five_hundred_lines() -> None:
    full = [CartStarted("S1"), *(LineAdded(line(number)) for number in range(1, LINES_MAX + 1))]
    assert code(*full, LineAdded(line(LINES_MAX + 1))) == "cart.too_many_lines"


def test_a_line_out_of_turn_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="run on"):
        replay([*STARTED, LineAdded(line(9))])


def test_the_highest_age_counts_until_it_was_checked() -> None:
    cart = replay([CartStarted("S1"), LineAdded(line(1, age_limit=16)), LineAdded(line(2, age_limit=18))])
    assert cart.age_needed == 18
    assert apply(cart, AgeChecked(16, "101")).age_needed == 18
    checked = apply(cart, AgeChecked(18, "101"))
    assert checked.age_needed == 0
    assert apply(checked, AgeChecked(16, "101")).age_needed == 0, "a lower check does not undo a higher one"
    assert apply(cart, LineRemoved(2, "101")).age_needed == 16


def test_discounts_tickets_and_tenders_come_and_go() -> None:
    off, tender = Discount(PERCENT, 1_000, "damaged", "101"), Tender("card", 500, 500, 0, "A1")
    cart = replay([*STARTED, LineDiscounted(1, off), SaleDiscounted(off), TicketTaken("T1"), TenderTaken(tender)])
    assert (cart.find(1).discount, cart.discount, cart.tickets, cart.tenders) == (off, off, ("T1",), (tender,))
    undone = replay([*STARTED, LineDiscounted(1, off), LineDiscounted(1, None), SaleDiscounted(off), SaleDiscounted(None)])
    assert (undone.find(1).discount, undone.discount) == (None, None)
    assert apply(cart, TendersGivenBack("101")).tenders == ()


def test_a_started_cart_is_empty_whatever_was_before() -> None:
    assert apply(replay(STARTED), CartStarted("S2")) == Cart("S2")
    assert Cart().is_empty


def test_a_discount_says_what_kind_it_is_and_takes_something_off() -> None:
    with pytest.raises(AssertionError, match="unknown discount"):
        Discount("gift", 1, "r", "101")
    with pytest.raises(AssertionError, match="takes something off"):
        Discount(PERCENT, 0, "r", "101")
