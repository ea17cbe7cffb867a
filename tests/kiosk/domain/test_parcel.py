"""Numbers of parcels that a carrier's scanner reads, and what of an order lies in which parcel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.arbitrating import settled
from kiosk.domain.facts import ORDER_MOVED
from kiosk.domain.order import SHIP_FROM_STORE
from kiosk.domain.orderfacts import moved_body, moves_in
from kiosk.domain.orderlife import ALLOCATED, PACKED, PICKED, SHIPPED
from kiosk.domain.orderrules import read_order_rules
from kiosk.domain.parcel import ParcelLabel, is_sscc, parcels_of, scanned, sscc
from kiosk.domain.quantity import ONE
from tests.kiosk.domain.orderlives import THERE, event_of, line_of, order_of
from tests.kiosk.domain.test_orderfacts import fact

ORDER = order_of(line_of(SHIP_FROM_STORE, 3))


@given(st.from_regex(r"[0-9]{7,13}", fullmatch=True), st.integers(0, 10**9))
def test_a_number_has_eighteen_digits_begins_as_the_shop_says_and_bears_its_check(prefix: str, serial: int) -> None:
    made = sscc(prefix, serial)
    assert is_sscc(made) and made[1 : 1 + len(prefix)] == prefix and scanned(f"00{made}") == scanned(f"(00){made}") == made
    assert not is_sscc(made[:-1] + str((int(made[-1]) + 1) % 10))


def test_a_number_that_is_known_from_elsewhere_comes_out() -> None:
    assert sscc("0614141", 1_234_567_890) == "106141412345678908"


def test_a_thousand_parcels_have_a_thousand_numbers_and_a_prefix_that_is_none_makes_none() -> None:
    assert len({sscc("8712345678901", serial) for serial in range(1_000)}) == 1_000
    for prefix in ("", "123456", "12345678901234", "87x2345"):
        with pytest.raises(ValueError):
            sscc(prefix, 1)
        assert read_order_rules({"order.sscc_prefix": prefix}).sscc_prefix == ""
    assert read_order_rules({"order.sscc_prefix": 8712345}).sscc_prefix == "8712345"


def test_a_label_without_a_number_that_can_be_printed_is_none() -> None:
    for number in ("", "ü", "x" * 49, "a\nb"):
        with pytest.raises(ValueError):
            ParcelLabel((), (), "", "", number)
    assert ParcelLabel((), (), "", "", "W-1-1").readable == "W-1-1"


def test_what_lies_in_a_parcel_follows_from_steps_and_what_was_refused_lies_in_none() -> None:
    def step(name: str, source: str, pieces: int, parcel: str, at_ms: int):  # type: ignore[no-untyped-def]
        return event_of(name, source, pieces, 0, owner=THERE, parcel=parcel, id=f"{name}{at_ms}", at_ms=at_ms)

    steps = [step(PICKED, ALLOCATED, 3, "", 1), step(PACKED, PICKED, 2, "A", 2), step(PACKED, PICKED, 1, "B", 3)]
    one, two = parcels_of(settled(ORDER, steps))
    assert (one.number, dict(one.goods), one.place, one.at_ms) == ("A", {(1, 0): 2 * ONE}, THERE, 2) and two.number == "B"
    gone = settled(ORDER, [*steps, step(SHIPPED, PACKED, 2, "A", 4)])
    assert [(parcel.number, parcel.is_here) for parcel in parcels_of(gone)] == [("A", False), ("B", True)]
    late = parcels_of(settled(ORDER, [*steps, step(PACKED, PICKED, 2, "C", 9)]))
    assert [(parcel.number, sum(parcel.goods.values()) // ONE) for parcel in late] == [("A", 2), ("B", 1), ("C", 0)]


def test_the_parcel_stands_in_the_fact_and_a_step_without_one_says_nothing_of_it() -> None:
    packed = event_of(PACKED, PICKED, 1, 0, parcel="087123450000000423")
    body = moved_body("o1", [packed, event_of(PICKED, ALLOCATED, 1, 0)])
    assert "parcel" not in body["moves"][1] and [one.parcel for one in moves_in(fact(ORDER_MOVED, body))] == [packed.parcel, ""]
