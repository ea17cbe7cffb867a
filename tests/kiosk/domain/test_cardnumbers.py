"""Card numbers are found in every disguise, and goods are never taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cardnumbers import found, is_card, luhn_ok, masked

CARDS = (
    "4111111111111111", "5413330089099999", "2223000048400011", "378282246310005", "30569309025904", "3530111333300000",
    "6011111111111117", "6759649826438453", "6200000000000005",
)  # fmt: skip
"""Numbers that providers give out for tests: Visa, Mastercard twice, Amex, Diners, JCB, Discover, Maestro, UnionPay."""


def check_digit(digits: str, ok: object) -> str:
    """The digits with the last one that a rule accepts."""
    return next(digits + last for last in "0123456789" if ok(digits + last))  # type: ignore[operator]


def gs1(digits: str) -> bool:
    """GS1's check digit, spelled out again."""
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0


@pytest.mark.parametrize("number", CARDS)
@pytest.mark.parametrize(
    "dress", ["{}", "PAN {} OK", '{{"ref":"{}"}}', ";{}=25122010000012300000?", "%B{}^DE WIT/Z^2512201?", "x{}y"]
)
def test_a_card_number_is_found_in_every_dress_and_only_its_last_digits_stay(number: str, dress: str) -> None:
    text = dress.format(number)
    assert found(text) == (f"**** {number[-4:]}",)
    assert number not in masked(text) and not found(masked(text))


@pytest.mark.parametrize("between", [" ", "-", "  ", ".", "\u00a0"])
def test_groups_do_not_hide_a_number_nor_does_a_number_before_it(between: str) -> None:
    spelled = between.join(("4111", "1111", "1111", "1111"))
    assert found(f"ref 42 {spelled}") == ("**** 1111",)
    assert found(f"{spelled}{between}12") == ("**** 1111",)


@given(st.text(alphabet='0123456789 -=;%?^ABab{}":,', max_size=60))
def test_what_was_masked_holds_no_number_any_more(text: str) -> None:
    once = masked(text)
    assert not found(masked(once)) and masked(masked(once)) == masked(once)


@given(st.integers(10**11, 10**12 - 1), st.sampled_from([12, 13, 17]))
def test_no_gtin_and_no_sscc_is_taken_for_a_card(seed: int, length: int) -> None:
    body = (str(seed) * 2)[:length]
    goods = check_digit(body, gs1)
    assert not is_card(goods) and not found(goods)


@pytest.mark.parametrize(
    "scan",
    ["8710398500526", "96385074", "4006381333931", "https://id.gs1.org/01/08710398500526?3103=001250", "2112345004208",
     "010871039850052617261231\x1d10LOT7", "00340123450000000018", "101", "B-101", ""],
)  # fmt: skip
def test_no_code_of_goods_or_badge_is_a_card(scan: str) -> None:
    assert not is_card(scan)


@pytest.mark.parametrize("number", [one for one in CARDS if len(one) > 14])
def test_a_swiped_or_keyed_card_is_known_for_one(number: str) -> None:
    assert is_card(number) and is_card(f";{number}=25122010000012300000?") and is_card(f"%B{number}^DE WIT/Z^2512201000?")
    assert is_card(" ".join(number[at : at + 4] for at in range(0, len(number), 4)))


def test_luhn_sees_every_single_wrong_digit() -> None:
    for number in CARDS:
        for place in range(len(number)):
            wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
            assert not luhn_ok(wrong)
