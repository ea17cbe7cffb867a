"""Scanned digits: GTINs proved by their check digit, a shop's own layouts, refusals with a code."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import barcode
from kiosk.domain.barcode import (
    BarcodeRefusal,
    EmbeddedCode,
    EmbeddedPattern,
    Gtin,
    GtinKind,
    PlainCode,
    check_digit,
    classify,
    expand_upce,
    has_valid_check_digit,
)

WEIGHT = EmbeddedPattern("21IIIIIWWWWWC", 3)
PRICE = EmbeddedPattern("22IIIIVPPPPPC", 2)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(barcode).failed == 0


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("8710398500526", "08710398500526", GtinKind.EAN13),
        (" 8710398500526\r\n", "08710398500526", GtinKind.EAN13),
        ("96385074", "00000096385074", GtinKind.EAN8),
        ("042100005264", "00042100005264", GtinKind.UPCA),
        ("04252614", "00042100005264", GtinKind.UPCE),
        ("18710398500523", "18710398500523", GtinKind.GTIN14),
    ],
)
def test_each_form_of_a_gtin_becomes_its_fourteen_digits(
    text: str, value: str, kind: GtinKind
) -> None:
    assert classify(text) == Gtin(value, kind)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", BarcodeRefusal.EMPTY),
        (" \r\n", BarcodeRefusal.EMPTY),
        ("8710398500527", BarcodeRefusal.CHECK_DIGIT),
        ("96385075", BarcodeRefusal.CHECK_DIGIT),
        ("0000000000000", BarcodeRefusal.CHECK_DIGIT),
        ("8710398500", BarcodeRefusal.TRUNCATED),
        ("87103985005", BarcodeRefusal.TRUNCATED),
        ("871039850052", BarcodeRefusal.CHECK_DIGIT),
        ("871\x00398", BarcodeRefusal.NOT_A_BARCODE),
        ("9" * 600, BarcodeRefusal.NOT_A_BARCODE),
    ],
)
def test_a_bad_code_is_refused_with_its_reason(text: str, refusal: BarcodeRefusal) -> None:
    assert classify(text) is refusal


@pytest.mark.parametrize("text", ["4011", "123456", "1234567", "STAFF-7", "Ä12"])
def test_a_shops_own_number_is_left_to_the_catalogue(text: str) -> None:
    assert classify(text) == PlainCode(text)


@given(st.text("0123456789", min_size=12, max_size=12))
def test_one_wrong_digit_and_one_swap_of_unlike_neighbours_are_noticed(payload: str) -> None:
    code = payload + str(check_digit(payload))
    assert has_valid_check_digit(code)
    for place in range(13):
        other = str((int(code[place]) + 1) % 10)
        assert not has_valid_check_digit(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("01234505", "012000003455"),
        ("04252615", None),
        ("425261", "042100005264"),
        ("0425261", "042100005264"),
        ("24252614", None),
    ],
)
def test_a_upc_e_is_expanded_or_refused(short: str, full: str | None) -> None:
    assert expand_upce(short) == full


def test_a_weight_code_of_the_shop_gives_item_grams_and_the_catalogues_article() -> None:
    payload = "211234501250"
    code = classify(payload + str(check_digit(payload)), (PRICE, WEIGHT))
    assert isinstance(code, EmbeddedCode)
    assert (code.item, code.amount, code.thousandths()) == ("12345", 1250, 1250)
    assert code.article.value[1:13] == "211234500000"
    assert has_valid_check_digit(code.article.value)


def test_a_price_code_of_the_shop_gives_item_and_cents_and_hides_the_inner_check_digit() -> None:
    payload = "221234700499"
    code = classify(payload + str(check_digit(payload)), (WEIGHT, PRICE))
    assert isinstance(code, EmbeddedCode)
    assert (code.item, code.amount, code.decimals) == ("1234", 499, 2)
    assert code.article.value[1:13] == "221234000000"


def test_without_a_pattern_the_same_code_is_an_ordinary_article() -> None:
    payload = "211234501250"
    assert isinstance(classify(payload + str(check_digit(payload))), Gtin)


def test_a_weight_code_with_a_wrong_check_digit_is_refused() -> None:
    payload = "211234501250"
    wrong = payload + str((check_digit(payload) + 1) % 10)
    assert classify(wrong, (WEIGHT,)) is BarcodeRefusal.CHECK_DIGIT


@pytest.mark.parametrize(
    "pattern",
    ["", "21IIIIIWWWWW", "21IIIIIWWWWWW", "21IIIIIWWPPPC", "IIIIIIIWWWWWC", "21XIIIIWWWWWC",
     "2100000WWWWWC", "21IIIIIIIIIIC"],
)  # fmt: skip
def test_a_layout_that_means_nothing_is_refused_when_it_is_set(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        EmbeddedPattern(pattern, 3)


@given(st.text(max_size=40))
def test_no_text_upsets_the_reader(text: str) -> None:
    classify(text, (WEIGHT, PRICE))
