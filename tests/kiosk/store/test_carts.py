"""The cart on disk and the cart in memory are the same cart after each kind of event."""

from dataclasses import asdict
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.cart import (
    AMOUNT,
    PERCENT,
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
)
from kiosk.domain.errors import Refused
from kiosk.domain.payment import Tender
from kiosk.store import carts
from kiosk.store.database import Writer
from kiosk.store.ledger import SCHEMA
from tests.kiosk.domain.strategies import cart_lines, discounts, texts

OFF = Discount(AMOUNT, 250, "beschadigd – naad", "103")

tenders = st.builds(
    Tender, st.sampled_from(["cash", "card"]), st.integers(0, 9_999), st.integers(0, 9_999), st.integers(0, 99), texts
)
numbers = st.integers(1, 6)
events = st.lists(
    st.one_of(
        cart_lines(1).map(lambda lines: LineAdded(lines[0])),
        st.builds(QuantityChanged, numbers, st.integers(1, 30).map(lambda pieces: pieces * 1000)),
        st.builds(LineRemoved, numbers, texts),
        st.builds(LineDiscounted, numbers, st.none() | discounts),
        st.builds(SaleDiscounted, st.none() | discounts),
        st.builds(AgeChecked, st.sampled_from([16, 18]), texts),
        st.builds(TicketTaken, texts),
        st.builds(TenderTaken, tenders),
        st.builds(TendersGivenBack, texts),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Writer:
    """A ledger file for all carts of this module."""
    return Writer(tmp_path_factory.mktemp("carts") / "ledger.db", SCHEMA)


def renumbered(cart: Cart, event: CartEvent) -> CartEvent:
    """A new line takes the cart's next number."""
    if isinstance(event, LineAdded):
        fields = {name: getattr(event.line, name) for name in event.line.__slots__}
        return LineAdded(type(event.line)(**{**fields, "line": cart.next_line}))
    return event


@settings(max_examples=30)
@given(events)
def test_the_cart_on_disk_is_the_cart_in_memory_after_every_event(writer: Writer, happened: list[CartEvent]) -> None:
    started = CartStarted("S1")
    cart = apply(Cart(), started)
    writer.run(lambda conn: carts.add_all_in(conn, "S1", [started]))
    for event in happened:
        fitting = renumbered(cart, event)
        try:
            after = apply(cart, fitting)
        except Refused:
            continue
        writer.run(lambda conn, kept=fitting: carts.add_all_in(conn, "S1", [kept]))  # type: ignore[misc]
        cart = after
        assert writer.run(carts.open_cart_in) == cart
    writer.run(lambda conn: carts.clear_in(conn, "S1"))
    assert writer.run(carts.open_cart_in) is None


def test_every_kind_of_event_can_be_kept(tmp_path: Path) -> None:
    known = {kind.__name__ for kind in get_args(CartEvent)}
    assert set(carts._KINDS) == known


def test_a_discount_keeps_its_reason_letter_by_letter(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "ledger.db", SCHEMA)
    for off in (OFF, Discount(PERCENT, 1_250, 'a "quoted" \\ reason\n', "201")):
        writer.run(lambda conn, off=off: carts.add_all_in(conn, "S1", [CartStarted("S1"), SaleDiscounted(off)]))  # type: ignore[misc]
        assert writer.run(carts.open_cart_in) == Cart("S1", discount=off)
        writer.run(lambda conn: carts.clear_in(conn, "S1"))
    writer.close()


def test_a_line_from_before_there_were_price_lists_is_one_of_the_base_list() -> None:
    line = asdict(CartLine(1, "A", "", "Kaas", "", 1_000, "piece", 199, 4, "reduced", 0, 0))
    for later in ("price_list", "price_at_ms", "price_seen"):
        del line[later]
    old = msgspec.json.encode({"line": line}).decode()
    event = msgspec.convert(msgspec.json.decode(old), type=LineAdded)
    assert (event.line.price_list, event.line.price_at_ms, event.line.price_seen) == ("base", 0, 0)
