"""Text for people: money to the last cent, dates on the store's wall, and a sentence with a way out for every error."""

import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import NotFound, Refused, ShopError
from kiosk.sentences import SENTENCES
from kiosk.text import LANGUAGES, Words, local, read_catalogue, words

languages = st.sampled_from(LANGUAGES)
amounts = st.integers(-(10**13), 10**13)
SUMMER_MS, WINTER_MS = 1_782_302_400_000, 1_795_258_800_000  # 24 June 2026 12:00 UTC; 21 November 2026 11:00 UTC


HARD_CATALOGUE = r"""# A remark.
msgid ""
msgstr "Language: nl\n"

#. To the translator: msgid "none"
#: kiosk/somewhere.py:1
msgid "Say \"{name}\"\n"
"twice \\ \t"
msgstr ""
"Zeg „{name}” of \"{name}\"\n"
"twee keer \\ \t"

#, fuzzy
msgid "Guessed"
msgstr "Geraden"

#, python-format
msgid "100%"
msgstr "honderd procent"

#, fuzzy
#| msgid "Older"
msgid "Old"
msgstr "Oud"

msgid "Not translated"
msgstr ""

#~ msgid "Gone"
#~ msgstr "Weg"
"""


def number(text: str, language: str) -> Decimal:
    """A printed amount as a number."""
    group, point = (".", ",") if language == "nl" else (",", ".")
    return Decimal(text.replace(group, "").replace(point, "."))


def test_a_catalogue_is_read_as_babel_reads_it() -> None:
    ours = (Path(__file__).parents[2] / "assets/locales/nl/LC_MESSAGES/kiosk.po").read_text("utf-8")
    for text, least in ((HARD_CATALOGUE, 2), (ours, 500)):
        babels = {
            str(one.id): str(one.string)
            for one in read_po(io.BytesIO(text.encode()), locale="nl")
            if one.id and one.string and not one.fuzzy
        }
        assert read_catalogue(text) == babels
        assert len(babels) >= least


@given(amounts, languages)
def test_an_amount_is_printed_to_the_last_cent(minor: int, language: str) -> None:
    assert number(words(language).amount(minor), language) * 100 == minor
    money = words(language).money(minor)
    assert number(re.sub(r"[€ ]", "", money), language) * 100 == minor
    assert money.isprintable(), "no space that a printer or a font lacks"


@pytest.mark.parametrize(
    ("language", "minor", "money", "amount"),
    [
        ("nl", 123_450, "€ 1.234,50", "1.234,50"),
        ("nl", -250, "€ -2,50", "-2,50"),
        ("nl", 0, "€ 0,00", "0,00"),
        ("en", 123_450, "€1,234.50", "1,234.50"),
        ("en", -5, "-€0.05", "-0.05"),
    ],
)
def test_money_is_written_as_the_language_writes_it(language: str, minor: int, money: str, amount: str) -> None:
    assert (words(language).money(minor), words(language).amount(minor)) == (money, amount)


@pytest.mark.parametrize(
    ("milli", "unit", "dutch", "english"),
    [
        (3_000, "piece", "3", "3"),
        (1_500_000, "piece", "1.500", "1,500"),
        (420, "kg", "0,420 kg", "0.420 kg"),
        (1, "l", "0,001 l", "0.001 l"),
        (2_500, "m", "2,500 m", "2.500 m"),
    ],
)
def test_quantities_carry_their_unit_and_pieces_none(milli: int, unit: str, dutch: str, english: str) -> None:
    assert (words("nl").quantity(milli, unit), words("en").quantity(milli, unit)) == (dutch, english)


@pytest.mark.parametrize(("basis_points", "text"), [(2100, "21%"), (900, "9%"), (490, "4,9%"), (0, "0%"), (1234, "12,34%")])
def test_a_rate_shows_no_more_decimals_than_it_has(basis_points: int, text: str) -> None:
    assert words("nl").percent(basis_points) == text


def test_times_are_those_on_the_wall_of_the_store() -> None:
    for language in LANGUAGES:
        assert words(language).date_time(SUMMER_MS, "Europe/Amsterdam") == "24-06-2026 14:00"
        assert words(language).date_time(WINTER_MS, "Europe/Amsterdam") == "21-11-2026 12:00"
        assert words(language).time(WINTER_MS, "America/Curacao") == "07:00"
    assert words("nl").date("2026-11-21") == "21 november 2026"
    assert words("en").date("2026-11-21") == "21 November 2026"
    assert local(WINTER_MS, "Europe/Amsterdam").utcoffset().total_seconds() == 3_600  # type: ignore[union-attr]


@pytest.mark.parametrize("minutes", [0, 1, 119, 120, 47 * 60, 48 * 60, 10_000])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_age_is_short_and_never_of_the_future(language: str, minutes: int) -> None:
    text = words(language).ago(minutes * 60_000)
    assert text and len(text) < 24 and "{" not in text
    assert words(language).ago(-5 * 60_000) == words(language).ago(0)


@pytest.mark.parametrize(
    ("metres", "dutch"),
    [(0, "0 m"), (44, "40 m"), (149, "100 m"), (949, "900 m"), (950, "1 km"), (3_449, "3,4 km"), (146_716, "147 km")],
)
def test_a_way_is_told_as_exactly_as_anybody_needs_it(metres: int, dutch: str) -> None:
    assert words("nl").distance(metres) == dutch


@pytest.mark.parametrize("code", sorted(SENTENCES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence_with_its_values_in_it(language: str, code: str) -> None:
    places = set(re.findall(r"{(\w+)}", SENTENCES[code]))
    text = words(language).sentence(code, **{place: f"<{place}>" for place in places})
    assert text.strip() and not re.search(r"[{}]", text)
    for place in places:
        assert f"<{place}>" in text, f"{language} leaves out {place}"


def test_a_limit_in_a_sentence_is_money() -> None:
    text = words("nl").error(Refused("payment.cash_limit_nl", limit_minor=300_000))
    assert "€ 3.000,00" in text


def test_a_code_without_a_sentence_and_a_value_that_is_missing_still_say_something() -> None:
    assert words("nl").error(ShopError("no.such.code")) == words("nl").sentence("shop.error")
    assert words("en").error(NotFound("scan.unknown")).startswith("? is not known")


@given(st.text(max_size=30))
def test_what_was_scanned_is_shown_as_it_is_and_never_obeyed(code: str) -> None:
    assert code in words("en").error(NotFound("scan.unknown", code=code))


def test_an_unknown_language_speaks_the_houses_own() -> None:
    assert Words("tlh").language == LANGUAGES[0]
    assert words("en")("no such words") == "no such words"
    assert words("en")("{n} min ago", n=5) == "5 min ago"


@given(st.integers(-(10**12), 10**12), st.sampled_from(["nl", "en"]))
def test_money_reads_as_babel_writes_it(minor: int, language: str) -> None:
    said, locale = words(language), {"nl": "nl_NL", "en": "en_IE"}[language]
    exact = Decimal(minor) / 100
    assert said.money(minor) == format_currency(exact, "EUR", locale=locale).replace("\xa0", " ")
    assert said.amount(minor) == format_decimal(exact, format="#,##0.00", locale=locale)


@pytest.mark.parametrize("language", LANGUAGES)
def test_quantities_read_as_babel_writes_them(language: str) -> None:
    say = words(language)
    locale = Locale.parse({"nl": "nl_NL", "en": "en_IE"}[language])
    for milli in (0, 1, 10, 420, 999, 1_000, 1_500, 12_345, 999_999, 1_000_000, 1_234_567_890, -1, -2_500, -1_234_000):
        assert say.quantity(milli, "piece") == format_decimal(milli / 1000, format="#,##0.###", locale=locale)
        assert say.quantity(milli, "kg") == format_decimal(milli / 1000, format="#,##0.000", locale=locale) + " kg"
