"""Who is found by what: names in any spelling, telephone numbers in any notation, and what of a look the journal is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.countries.be import PHONE as BELGIAN
from kiosk.countries.nl import PHONE
from kiosk.domain import phone
from kiosk.domain.customer import Customer, ask, closeness, folded, index_words, is_continued, is_number

JAN = Customer("C1", "Zoë", "van der", "Berg-Øster", "+31612345678", postcode="1012 AB")


def _finds(one: Customer, text: str) -> bool:
    """What a till's search does, without its index: each group of beginnings is met by a word."""
    asked, words = ask(text, PHONE), index_words(one)
    return bool(asked.groups) and all(any(word.startswith(group) for word in words) for group in asked.groups)


@pytest.mark.parametrize(
    "text",
    ["zo", "ZOË", "zoe berg", "berg zoe", "van der be", "vander", "vanderberg", "oster", "ØSTER", "berg 1012", "berg 5678",
     "van 1012ab"],
)
def test_somebody_is_found_by_any_part_of_the_name_however_it_is_typed(text: str) -> None:
    assert _finds(JAN, text)


@pytest.mark.parametrize("text", ["z", "", "  ", "jan", "bergen", "zoe smit", "berg 2020", "5679", "567", "06 9"])
def test_nobody_is_found_by_another_name_or_number_or_by_too_little_of_it(text: str) -> None:
    assert not _finds(JAN, text)


@pytest.mark.parametrize(
    "text",
    ["0612345678", "06-12 34 56 78", "+31 6 12345678", "+31 (0)6 1234 5678", "0031612345678", "06 1234", "+3161234", "5678",
     "345678", "(06) 12345678", "06\u00a012345678", "06.1234.5678"],
)  # fmt: skip
def test_somebody_is_found_by_the_telephone_number_in_any_notation_and_by_its_last_four_digits(text: str) -> None:
    assert _finds(JAN, text)


@given(st.integers(100_000_000, 999_999_999), st.sampled_from(["0", "+31", "0031", "+31(0)", "+31 (0) "]), st.data())
def test_every_notation_of_a_number_is_the_same_number(own: int, front: str, data: st.DataObject) -> None:
    digits = list(str(own))
    for place in sorted(data.draw(st.sets(st.integers(1, 8), max_size=3)), reverse=True):
        digits.insert(place, data.draw(st.sampled_from([" ", "-", ".", "\u00a0", "/"])))
    assert phone.normal(front + "".join(digits), PHONE) == f"+31{own}"


@given(st.text(max_size=30))
def test_any_text_is_a_number_in_e164_that_stands_for_itself_or_none(text: str) -> None:
    made = phone.normal(text, PHONE)
    assert made == "" or (made[0] == "+" and made[1:].isascii() and made[1:].isdigit() and 8 <= len(made) - 1 <= 15)
    assert made == "" or phone.normal(made, PHONE) == made


@pytest.mark.parametrize(
    "text", ["112", "0900", "06123456789", "+31", "+0612345678", "06 1234567a", "+1234567890123456", "612345678", "٠٦١٢٣٤٥٦٧٨"]
)
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert phone.normal(text, PHONE) == ""


def test_a_belgian_number_has_eight_digits_on_a_land_line_and_nine_elsewhere() -> None:
    texts = ("02 555 12 34", "0470 12 34 56", "+32 (0)2 555 12 34", "0470 12 34 567", "+31 6 12345678")
    assert [phone.normal(text, BELGIAN) for text in texts] == ["+3225551234", "+32470123456", "+3225551234", "", "+31612345678"]


def test_where_the_country_is_not_known_only_numbers_with_theirs_are_read() -> None:
    assert [phone.normal(text, phone.ABROAD) for text in ("0612345678", "+49 170 1234567", "0049 170 1234567")] == [
        "", "+491701234567", "+491701234567",
    ]  # fmt: skip


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_everybody_is_found_by_each_whole_word_of_their_own_name(given_: str, infix: str, family: str) -> None:
    one = Customer("C1", given_, infix, family)
    for word in f"{given_} {infix} {family}".split():
        asked = ask(word, PHONE)
        assert not asked.groups or phone.is_like(word) or any(sign.isdigit() for sign in folded(word)) or _finds(one, word)


@pytest.mark.parametrize(
    ("text", "by"), [("zoe", "name"), ("zoe 1012", "name"), ("5678", "phone"), ("1012ab", "postcode"), ("4", "card")]
)
def test_the_journal_is_told_by_what_was_looked_and_not_the_text(text: str, by: str) -> None:
    assert ask(text, PHONE).by == by


def test_a_card_is_asked_for_by_its_whole_number_in_capitals() -> None:
    assert [ask(text, PHONE).number for text in (" nl 204 ", "nl-204", "x" * 21, "204")] == ["NL204", "", "", "204"]
    assert not is_number("A\u0660")


def test_typing_on_is_the_same_look_and_another_word_is_a_new_one() -> None:
    assert [is_continued(*pair) for pair in (("ja", "Jan"), ("jan", "jo"), ("", "ja"), ("jan", ""), ("jan", "piet"))] == [
        True, False, False, False, False,
    ]  # fmt: skip


def test_whole_words_stand_before_beginnings_and_family_names_before_given_ones() -> None:
    people = [
        Customer("1", "Jan", "", "Smit"), Customer("2", "Piet", "", "Jansen"), Customer("3", "Karel", "", "Jan"),
        Customer("4", "Janneke", "", "Aal"),
    ]  # fmt: skip
    assert [one.number for one in sorted(people, key=lambda one: closeness(one, "jan"))] == ["3", "1", "2", "4"]


def test_the_hint_tells_two_of_one_name_apart_without_the_whole_number() -> None:
    assert (JAN.hint, JAN.name) == ("1012 AB  … 5678", "Zoë van der Berg-Øster")
