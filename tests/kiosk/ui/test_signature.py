"""A second person's number and PIN: every dialog of the till asks for them in one way."""

import pytest

from kiosk.domain.errors import ShopError
from kiosk.ui.signature import Signature


def signed(number: str, pin: str) -> Signature:
    """A number and a PIN keyed in, digit by digit."""
    signature = Signature()
    for digit in number:
        signature = signature.key(digit)
    signature = signature.signed()
    for digit in pin:
        signature = signature.key(digit)
    return signature


def test_a_pin_is_never_shown() -> None:
    assert (signed("17", "").back().shown, signed("17", "2468").shown) == ("17", "••••")


def test_without_a_number_no_pin_is_asked_for() -> None:
    assert not Signature().signed().is_pin


def test_from_an_empty_pin_one_can_go_back_to_the_number() -> None:
    assert not signed("17", "2").back().back().is_pin
    assert signed("17", "2").back().back().back().number.digits == "1"


@pytest.mark.parametrize("code", ["staff.unknown", "staff.not_allowed", "staff.inactive", "staff.same_person"])
def test_whoever_cannot_sign_makes_room_for_somebody_else(code: str) -> None:
    assert signed("17", "2468").refused(ShopError(code)) == Signature()


@pytest.mark.parametrize("code", ["staff.wrong_pin", "staff.locked", "shift.explanation"])
def test_for_any_other_refusal_the_person_stays_and_the_pin_goes(code: str) -> None:
    assert signed("17", "2468").refused(ShopError(code)) == signed("17", "")
