"""Carts, discounts and facts as hypothesis makes them, for every suite of the domain."""

from collections.abc import Sequence

from hypothesis import strategies as st

from kiosk.countries import nl
from kiosk.domain.cart import AMOUNT, PERCENT, Cart, CartLine, Discount
from kiosk.domain.facts import GENESIS, KINDS, Fact
from kiosk.domain.identity import Moment, Place

RATES = {"standard": 2100, "reduced": 900, "zero": 0, "exempt": 0}

discounts = st.builds(
    Discount, kind=st.just(PERCENT), value=st.integers(1, 10_000), reason=st.just("damaged"), employee=st.just("201")
) | st.builds(
    Discount, kind=st.just(AMOUNT), value=st.integers(1, 5_000), reason=st.just("damaged"), employee=st.just("201")
)

units = st.sampled_from(["piece", "kg", "l"])

VAT_CLASSES = sorted(nl.vat_rates("2026-11-21"))


@st.composite
def cart_lines(draw: st.DrawFn, count_max: int = 12) -> list[CartLine]:
    """Lines numbered from 1, as a till would hold them."""
    lines = []
    for number in range(1, draw(st.integers(1, count_max)) + 1):
        unit = draw(units)
        quantity = 1000 * draw(st.integers(1, 40)) if unit == "piece" else draw(st.integers(1, 9_999))
        lines.append(
            CartLine(
                line=number, article=f"A{draw(st.integers(1, 5))}", barcode="", name="Article", variant="",
                quantity_milli=quantity, unit=unit, unit_price_minor=draw(st.integers(0, 30_000)), price_rev=1,
                vat_class=draw(st.sampled_from(VAT_CLASSES)), deposit_minor=draw(st.sampled_from([0, 0, 15, 25])),
                age_limit=0, discount=draw(st.none() | discounts),
            )
        )  # fmt: skip
    return lines


@st.composite
def full_carts(draw: st.DrawFn, lines: Sequence[CartLine] | None = None) -> Cart:
    """A cart with lines and perhaps a discount on the sale."""
    held = tuple(draw(cart_lines()) if lines is None else lines)
    return Cart(
        sale="S1", lines=held, discount=draw(st.none() | discounts), next_line=len(held) + 1, last_line=len(held)
    )


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
whole_numbers = st.integers(-(2**53 - 1), 2**53 - 1)
json_values = st.recursive(
    st.none() | st.booleans() | whole_numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
json_objects = st.dictionaries(texts, json_values, max_size=5)

PLACE = Place("t", "e", "b", "NL", "EUR", "nl", "AMS1", "Europe/Amsterdam", "01")


def fact(seq: int = 1, prev: bytes = GENESIS, body: dict[str, object] | None = None, kind: str = KINDS[0]) -> Fact:
    """A fact that is like any other but for its number and link."""
    return Fact(
        dev="dev-1", inc=1, seq=seq, id=f"id-{seq}", kind=kind, schema=1, place=PLACE, employee="101",
        day="2026-11-21", moment=Moment(1_795_258_800_000 + seq, seq, "boot-1"), hlc=(1_795_258_800_000 + seq) << 16,
        prev=prev, body=body or {},
    )  # fmt: skip
