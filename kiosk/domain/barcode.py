"""What a scanned text is: a GTIN, a price or weight code of this shop, or a refusal with a code.

Sources: GS1 General Specifications, check digit calculation and GTIN formats; the pattern notation
("21IIIIIWWWWWC") is the one shop scales and emulators use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

GTIN_DIGITS = 14
"""The one normal form of a GTIN."""

_GTIN_LENGTHS = (8, 12, 13, 14)


class BarcodeRefusal(Enum):
    """Why a scanned text names no article; the value is the code shown to people."""

    EMPTY = "barcode.empty"
    NOT_A_BARCODE = "barcode.not-a-barcode"
    TRUNCATED = "barcode.truncated"
    CHECK_DIGIT = "barcode.check-digit"
    NO_ARTICLE = "barcode.no-article"
    CONTENT = "barcode.content"
    VALUE = "barcode.value"
    CURRENCY = "barcode.currency"
    PRICE = "barcode.price"


class GtinKind(Enum):
    """The form in which a GTIN was printed."""

    EAN8 = "EAN-8"
    UPCA = "UPC-A"
    UPCE = "UPC-E"
    EAN13 = "EAN-13"
    GTIN14 = "GTIN-14"


@dataclass(frozen=True, slots=True)
class Gtin:
    """A Global Trade Item Number in its one normal form of 14 digits, proved by its check digit."""

    value: str
    kind: GtinKind

    def __post_init__(self) -> None:
        if len(self.value) != 14 or not is_digits(self.value):
            raise ValueError(f"a normal GTIN has 14 digits, not {self.value!r}")
        if not has_valid_check_digit(self.value):
            raise ValueError(f"the check digit of {self.value} is wrong")


class Measure(Enum):
    """What the digits inside a shop's own code count."""

    WEIGHT = "weight"
    PRICE = "price"


_TWO, _THREE, _FIVE_UP, _FIVE_DOWN = "0246891357", "0369258147", "0516273849", "0594837261"
"""Weighted products of the digits 0 to 9 (GS1 General Specifications, check digit for price or weight fields)."""

_VALUE_WEIGHTS = {4: (_TWO, _TWO, _THREE, _FIVE_DOWN), 5: (_FIVE_UP, _TWO, _FIVE_DOWN, _FIVE_UP, _TWO)}


def value_check_digit(value: str) -> int:
    """The GS1 check digit of a price or weight of four or five digits.

    >>> value_check_digit("2875"), value_check_digit("14685")
    (9, 6)
    """
    total = sum(int(weights[int(digit)]) for weights, digit in zip(_VALUE_WEIGHTS[len(value)], value, strict=True))
    return total * 3 % 10 if len(value) == 4 else _FIVE_DOWN.index(str(-total % 10))


@dataclass(frozen=True, slots=True)
class EmbeddedPattern:
    """A shop's own EAN-13 layout: digits stand for themselves, I item, W weight, P price, C check.

    `decimals` says where the point stands in the weight (kg) or price (currency): 3 decimals of a
    weight are grams. V is an inner check digit over the measure, verified as GS1 says where `verify` is set.
    One code has three meanings in three countries, so a shop sets its own; there is no default.
    """

    pattern: str
    decimals: int
    verify: bool = False

    def __post_init__(self) -> None:
        body = self.pattern
        if len(body) != 13 or not body.endswith("C") or body.count("C") != 1:
            raise ValueError(f"{body!r} has to have 13 places, the last of them C")
        if set(body) - set("0123456789IWPVC"):
            raise ValueError(f"{body!r} may hold digits, I, W, P, V and C only")
        if "I" not in body or not body[0].isdigit():
            raise ValueError(f"{body!r} has to begin with its digits and name an item with I")
        if ("W" in body) == ("P" in body):
            raise ValueError(f"{body!r} has to hold either a weight W or a price P")
        if not 0 <= self.decimals <= 4:
            raise ValueError(f"{self.decimals} decimals is outside 0..4")
        if self.verify and (body.count("V") != 1 or body.count(self._mark) not in _VALUE_WEIGHTS):
            raise ValueError(f"{body!r} needs one V and a value of 4 or 5 digits for a check digit of its own")

    @property
    def _mark(self) -> str:
        return "W" if "W" in self.pattern else "P"

    @property
    def measure(self) -> Measure:
        """What this layout carries."""
        return Measure.WEIGHT if "W" in self.pattern else Measure.PRICE


@dataclass(frozen=True, slots=True)
class EmbeddedCode:
    """A price or weight code read by one of the shop's patterns.

    `item` are the item digits; `article` is the code with its measure as zeros and a proper check
    digit, the form in which the article stands in the catalogue. `amount` counts units of
    10 ** -decimals kg or currency.
    """

    item: str
    article: Gtin
    measure: Measure
    amount: int
    decimals: int

    def thousandths(self) -> int:
        """The amount in thousandths (grams of a kilogram); a fourth decimal is rounded half up."""
        return scaled(self.amount, self.decimals, 3)


@dataclass(frozen=True, slots=True)
class PlainCode:
    """A text that is no GTIN but may be a shop's own number, such as a PLU: the catalogue knows."""

    text: str


Classified = Gtin | EmbeddedCode | PlainCode | BarcodeRefusal


def scaled(amount: int, decimals: int, wanted: int) -> int:
    """An amount with so many decimals as one with so many others, rounded half up.

    >>> scaled(1250, 3, 2), scaled(125, 1, 2), scaled(1245, 3, 2)
    (125, 1250, 125)
    """
    if decimals <= wanted:
        return amount * int(10 ** (wanted - decimals))
    unit = int(10 ** (decimals - wanted))
    return (amount * 2 + unit) // (2 * unit)


def is_digits(text: str) -> bool:
    """Whether the text is one or more of the ASCII digits, and nothing else.

    >>> is_digits("0123"), is_digits(""), is_digits("\\u0661")
    (True, False, False)
    """
    return text.isascii() and text.isdigit()


def check_digit(payload: str) -> int:
    """The GS1 check digit (modulo 10, weights 3 and 1 from the right) that follows `payload`.

    >>> check_digit("871039850052")
    6
    """
    if not is_digits(payload):
        raise ValueError(f"{payload!r} is not made of digits")
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload))
    )
    return -weighted % 10


def has_valid_check_digit(code: str) -> bool:
    """Whether the last digit is the check digit of those before it.

    >>> has_valid_check_digit("8710398500526"), has_valid_check_digit("8710398500527")
    (True, False)
    """
    return len(code) > 1 and is_digits(code) and check_digit(code[:-1]) == int(code[-1])


def expand_upce(code: str) -> str | None:
    """The UPC-A of 12 digits for a UPC-E of 6 (system 0), 7 (no check digit) or 8 digits.

    None when it is none, or when its own check digit is wrong.

    >>> expand_upce("04252614"), expand_upce("425261")
    ('042100005264', '042100005264')
    """
    if not is_digits(code) or len(code) not in (6, 7, 8):
        return None
    system = "0" if len(code) == 6 else code[0]
    if system not in "01":
        return None
    body = code if len(code) == 6 else code[1:7]
    last = body[5]
    if last in "012":
        payload = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        payload = body[:3] + "00000" + body[3:5]
    elif last == "4":
        payload = body[:4] + "00000" + body[4]
    else:
        payload = body[:5] + "0000" + last
    full = system + payload
    full += str(check_digit(full))
    if len(code) == 8 and code[7] != full[-1]:
        return None
    return full


def gtin_of(text: str) -> Gtin | None:
    """The GTIN that `text` is, None when it is none. Eight digits are EAN-8 before UPC-E.

    >>> gtin_of("96385074").value, gtin_of("04252614").kind
    ('00000096385074', <GtinKind.UPCE: 'UPC-E'>)
    """
    if not is_digits(text):
        return None
    kinds = {8: GtinKind.EAN8, 12: GtinKind.UPCA, 13: GtinKind.EAN13, 14: GtinKind.GTIN14}
    if len(text) in kinds and has_valid_check_digit(text) and int(text) != 0:
        return Gtin(text.zfill(14), kinds[len(text)])
    if len(text) == 8:
        full = expand_upce(text)
        if full is not None:
            return Gtin(full.zfill(14), GtinKind.UPCE)
    return None


_PATTERN_KEYS = {"prefix", "item", "value", "decimals", "measure", "value_check"}


def patterns_of(tables: object) -> tuple[EmbeddedPattern, ...]:
    """The patterns in the setting `barcodes.patterns`; raises ValueError, in words, for one that cannot be.

    Each table says `prefix` (digits), `item` and `value` (how many digits), `measure` (weight or price), `decimals` (3 for a
    weight, 2 for a price if not said) and `value_check` (whether a check digit of the value stands before it).

    >>> patterns_of([{"prefix": "28", "item": 4, "value": 5, "measure": "price", "value_check": True}])[0].pattern
    '28IIIIVPPPPPC'
    """
    if not isinstance(tables, Sequence) or isinstance(tables, str) or not all(isinstance(one, Mapping) for one in tables):
        raise ValueError("write a table [[barcodes.patterns]] for each kind of label")
    return tuple(_pattern_of(one) for one in tables)


def _pattern_of(table: Mapping[str, object]) -> EmbeddedPattern:
    if unknown := sorted(map(str, set(table) - _PATTERN_KEYS)):
        raise ValueError(f"{unknown[0]!r} is not known: a pattern has {', '.join(sorted(_PATTERN_KEYS))}")
    prefix, item, value, measure = (table.get(name) for name in ("prefix", "item", "value", "measure"))
    if not isinstance(prefix, str) or not is_digits(prefix) or not (prefix == "02" or (prefix[0] == "2" and len(prefix) >= 2)):
        raise ValueError("a prefix is 02, or 20 to 29 and more digits: all other codes are articles of the whole world")
    if not isinstance(item, int) or not isinstance(value, int) or min(item, value) < 1:
        raise ValueError("item and value are how many digits each has")
    if measure not in (Measure.WEIGHT.value, Measure.PRICE.value):
        raise ValueError("measure is weight or price")
    weighs, checked = measure == Measure.WEIGHT.value, table.get("value_check", False) is True
    decimals = table.get("decimals", 3 if weighs else 2)
    if not isinstance(decimals, int):
        raise ValueError("decimals is a whole number")
    body = f"{prefix}{'I' * item}{'V' if checked else ''}{('W' if weighs else 'P') * value}C"
    return EmbeddedPattern(body, decimals, checked)


def is_in_store(gtin: str) -> bool:
    """Whether a GTIN (14 digits) is of the space 02 and 20 to 29, which means something in one shop only.

    >>> is_in_store("02112345000008"), is_in_store("00212345000008"), is_in_store("08710398500526")
    (True, True, False)
    """
    return gtin[0] == "0" and (gtin[1] == "2" or gtin[1:3] == "02")


def embedded(text: str, patterns: tuple[EmbeddedPattern, ...]) -> EmbeddedCode | BarcodeRefusal | None:
    """The first pattern of the shop that fits a valid EAN-13, read; None when none fits, VALUE when its inner digit is wrong.

    >>> code = embedded("2112345012506", (EmbeddedPattern("21IIIIIWWWWWC", 3),))
    >>> code.item, code.amount, code.article.value
    ('12345', 1250, '02112345000008')
    """
    if len(text) != 13 or not has_valid_check_digit(text):
        return None
    for layout in patterns:
        places = list(zip(layout.pattern, text, strict=True))
        if any(mark.isdigit() and mark != digit for mark, digit in places):
            continue
        measure = "".join(digit for mark, digit in places if mark in "WP")
        if layout.verify and value_check_digit(measure) != int(text[layout.pattern.index("V")]):
            return BarcodeRefusal.VALUE
        base = "".join("0" if mark in "WPV" else digit for mark, digit in places[:-1])
        return EmbeddedCode(
            item="".join(digit for mark, digit in places if mark == "I"),
            article=Gtin((base + str(check_digit(base))).zfill(14), GtinKind.EAN13),
            measure=layout.measure,
            amount=int(measure),
            decimals=layout.decimals,
        )
    return None


def classify(text: str, patterns: tuple[EmbeddedPattern, ...] = ()) -> Classified:
    """What a bare text (no AIM prefix, no separators) is, or why it is nothing.

    A digit string of 8, 12, 13 or 14 places that fails its check digit is refused, never looked up:
    a misread code must not sell a neighbour's article. Nine to eleven digits are a truncated code;
    up to seven are left to the catalogue as a PLU.

    >>> classify("8710398500527")
    <BarcodeRefusal.CHECK_DIGIT: 'barcode.check-digit'>
    >>> classify("4011")
    PlainCode(text='4011')
    """
    text = text.strip()
    if not text:
        return BarcodeRefusal.EMPTY
    if len(text) > 512 or not text.isprintable():
        return BarcodeRefusal.NOT_A_BARCODE
    if not is_digits(text):
        return PlainCode(text)
    measured = embedded(text, patterns)
    if measured is not None:
        return measured
    gtin = gtin_of(text)
    if gtin is not None:
        return gtin
    if len(text) in _GTIN_LENGTHS:
        return BarcodeRefusal.CHECK_DIGIT
    if 9 <= len(text) <= 11:
        return BarcodeRefusal.TRUNCATED
    return PlainCode(text)
