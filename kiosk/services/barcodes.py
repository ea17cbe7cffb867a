"""From a scanned text to what a till can look up: GTIN, weight, count, batch, expiry, serial.

GS1 application identifiers are read with biip; the rules before and after it are ours: obey the AIM
prefix; without one a valid GTIN comes first, and an element string counts only when it names an
article. Alone, biip takes a PLU such as 4011 for AI 401 and an unknown EAN for AI 98.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from importlib import import_module
from types import ModuleType

from kiosk.domain.barcode import (
    BarcodeRefusal,
    EmbeddedCode,
    EmbeddedPattern,
    Gtin,
    PlainCode,
    classify,
    has_valid_check_digit,
    is_digits,
    scaled,
)
from kiosk.services import digitallink

_AIM = re.compile(r"\][A-Za-z][0-9A-Fa-f]")
_GS1_MESSAGE = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
"""AIM prefixes that promise a GS1 element string."""
_EAN_LENGTH = {"]E0": 13, "]E3": 13, "]E4": 8}
_SEPARATOR = "\x1d"
_BRACKETED = re.compile(r"\((\d{2,4})\)([^()]+)")
_LENGTH_MAX = 512
_ISO_NUMBERS = {"EUR": "978", "GBP": "826", "SEK": "752", "DKK": "208", "NOK": "578", "CHF": "756", "PLN": "985", "CZK": "203"}
_GS1 = "kiosk.services.gs1"


class Source(Enum):
    """In which form the article was named."""

    GTIN = "gtin"
    EMBEDDED = "embedded"
    ELEMENT_STRING = "element-string"
    DIGITAL_LINK = "digital-link"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Amount:
    """A price inside a code: `digits` units of 10 ** -decimals of `currency` (ISO digits or "")."""

    digits: int
    decimals: int
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a scan says.

    `text` is the scan without its AIM prefix; `gtin` has 14 digits, None for a shop's own number or
    text, which only the catalogue knows. `weight_g` is net grams; `count` is pieces.
    """

    text: str
    source: Source
    gtin: str | None = None
    item: str | None = None
    count: int | None = None
    weight_g: int | None = None
    price: Amount | None = None
    batch: str | None = None
    expiry: date | None = None
    best_before: date | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a scan names no article; `code` has a text in every language."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class BarcodeRules:
    """What a shop sets: its price and weight layouts."""

    patterns: tuple[EmbeddedPattern, ...] = ()


def read(text: str, aim: str | None, rules: BarcodeRules, today: date) -> Reading | Refusal:
    """Read one scan. `aim` is the symbology identifier or None; `text` may still begin with it.

    `today` decides the century of two-digit years (GS1 General Specifications, 7.12).
    """
    text = text.strip(" \t\r\n")
    if len(text) > _LENGTH_MAX:
        return _refuse(BarcodeRefusal.NOT_A_BARCODE, text[:40])
    if text.startswith("]"):
        if not _AIM.match(text):
            return _refuse(BarcodeRefusal.NOT_A_BARCODE, text)
        aim, text = text[:3], text[3:]
    if not text:
        return _refuse(BarcodeRefusal.EMPTY, text)
    if aim in _EAN_LENGTH:
        return _ean(text, aim, rules)
    if aim in _GS1_MESSAGE or text.startswith(_SEPARATOR):
        return _message(text, today)
    if digitallink.is_address(text):
        pairs = digitallink.pairs_of(text)
        if pairs is None:
            return _refuse(BarcodeRefusal.NO_ARTICLE, text)
        return _checked(text, pairs, Source.DIGITAL_LINK, today)
    return _bare(text, aim, rules, today)


def marked_minor(reading: Reading, currency: str) -> int | Refusal:
    """The price inside a code in minor units of the shop's currency, 0 for none; a Refusal for another currency or a price of 0."""
    price = reading.price
    if price is None:
        return 0
    if price.currency and price.currency != _ISO_NUMBERS.get(currency):
        return _refuse(BarcodeRefusal.CURRENCY, reading.text)
    return scaled(price.digits, price.decimals, 2) or _refuse(BarcodeRefusal.PRICE, reading.text)


def _ean(text: str, aim: str, rules: BarcodeRules) -> Reading | Refusal:
    """EAN and UPC: exactly so many digits; a composite part or add-on behind them is left off."""
    digits = text.partition("|")[0]
    length = _EAN_LENGTH[aim]
    if aim == "]E3":
        digits = digits[:length]
    if not is_digits(digits):
        return _refuse(BarcodeRefusal.NOT_A_BARCODE, text)
    if len(digits) != length:
        return _refuse(BarcodeRefusal.TRUNCATED, text)
    return _classified(digits, rules)


def _bare(text: str, aim: str | None, rules: BarcodeRules, today: date) -> Reading | Refusal:
    """Without a promise: a valid GTIN first, then an element string that names an article."""
    if text.startswith("("):
        pairs = tuple(_BRACKETED.findall(text))
        if pairs and "".join(f"({key}){value}" for key, value in pairs) == text:
            return _checked(text, pairs, Source.ELEMENT_STRING, today)
    if aim is None and len(text) >= 16 and text[:2] in ("01", "02"):
        if has_valid_check_digit(text[2:16]):
            reading = _message(text, today)
            if isinstance(reading, Reading):
                return reading
    elif aim is None and len(text) >= 20 and text[:2] == "00" and has_valid_check_digit(text[2:20]):
        return _message(text, today)
    if _SEPARATOR in text:
        return _refuse(BarcodeRefusal.CONTENT, text)
    return _classified(text, rules)


def _classified(text: str, rules: BarcodeRules) -> Reading | Refusal:
    """A text without structure of its own."""
    match classify(text, rules.patterns):
        case Gtin(value):
            return Reading(text, Source.GTIN, gtin=value)
        case EmbeddedCode() as code:
            if code.measure.value == "weight":
                return Reading(
                    text,
                    Source.EMBEDDED,
                    gtin=code.article.value,
                    item=code.item,
                    weight_g=code.thousandths(),
                )
            price = Amount(code.amount, code.decimals)
            return Reading(text, Source.EMBEDDED, gtin=code.article.value, item=code.item, price=price)
        case PlainCode(plain):
            return Reading(plain, Source.PLAIN)
        case BarcodeRefusal() as refusal:
            return _refuse(refusal, text)


def _message(text: str, today: date) -> Reading | Refusal:
    """An element string: fixed fields run on, the others end at a separator."""
    body = text.partition("|]e")[0].removeprefix(_SEPARATOR)
    if not body.isascii() or not body.replace(_SEPARATOR, "").isprintable():
        return _refuse(BarcodeRefusal.CONTENT, text)
    pairs = _gs1().pairs_of(body)
    if pairs is None:
        return _refuse(BarcodeRefusal.CONTENT, text)
    return _article(text, pairs, Source.ELEMENT_STRING, today)


def _article(text: str, pairs: digitallink.Pairs, source: Source, today: date) -> Reading | Refusal:
    """The article in pairs whose values fit their keys; what else they say comes along."""
    found: dict[str, str] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            return _refuse(BarcodeRefusal.CONTENT, text)
    for key, length in (("01", 14), ("02", 14), ("00", 18)):
        if key in found and not (len(found[key]) == length and has_valid_check_digit(found[key])):
            return _refuse(BarcodeRefusal.CHECK_DIGIT, text)
    gtin = found.get("01") or found.get("02")
    if gtin is None or int(gtin) == 0:
        return _refuse(BarcodeRefusal.NO_ARTICLE, text)
    expiry, best_before = (_date(found[key], today) if key in found else None for key in ("17", "15"))
    if ("17" in found and expiry is None) or ("15" in found and best_before is None):
        return _refuse(BarcodeRefusal.CONTENT, text)
    count = found.get("30") or found.get("37")
    return Reading(
        text,
        source,
        gtin=gtin,
        count=None if count is None else int(count),
        weight_g=_weight_g(found),
        price=_price(found),
        batch=found.get("10"),
        expiry=expiry,
        best_before=best_before,
        serial=found.get("21"),
    )


def _checked(text: str, pairs: digitallink.Pairs, source: Source, today: date) -> Reading | Refusal:
    """The article in pairs that nobody has checked; those of an element string biip has."""
    if not all(_gs1().fits(key, value) for key, value in pairs):
        return _refuse(BarcodeRefusal.CONTENT, text)
    return _article(text, pairs, source, today)


def _gs1() -> ModuleType:
    """What reads application identifiers; most shops sell for hours without one."""
    return import_module(_GS1)


def _weight_g(found: dict[str, str]) -> int | None:
    """Net weight, AI 310n: six digits of kilograms with n decimals; half grams are rounded up."""
    for decimals in range(6):
        value = found.get(f"310{decimals}")
        if value is not None:
            scaled = int(value) * 1000
            unit = int(10**decimals)
            return (scaled * 2 + unit) // (2 * unit)
    return None


def _price(found: dict[str, str]) -> Amount | None:
    """Amount payable: AI 392n in the shop's currency, 393n with an ISO 4217 number in front."""
    for decimals in range(10):
        plain, named = found.get(f"392{decimals}"), found.get(f"393{decimals}")
        if plain is not None:
            return Amount(int(plain), decimals)
        if named is not None:
            return Amount(int(named[3:]), decimals, named[:3])
    return None


def _date(value: str, today: date) -> date | None:
    """YYMMDD; day 00 is the last of the month; the year is within 49 back and 50 ahead of today."""
    year, month, day = int(value[:2]), int(value[2:4]), int(value[4:6])
    century = today.year // 100 * 100
    distance = year - today.year % 100
    if distance >= 51:
        century -= 100
    elif distance <= -50:
        century += 100
    try:
        last = calendar.monthrange(century + year, month)[1]
        return date(century + year, month, day or last)
    except (ValueError, calendar.IllegalMonthError):
        return None


def _refuse(why: BarcodeRefusal, text: str) -> Refusal:
    return Refusal(why.value, text)
