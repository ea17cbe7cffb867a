"""The columns of each file: which must be there, which may be, and what a name that is none of them was meant to be."""

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

from sync.hub.imports.cells import Cell
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import Sheet

_NAME = re.compile(r"name_([a-z]{2})")
_GOODS_NAME = re.compile(r"goods_name_([a-z]{2})")
_STOCK = re.compile(r"stock:(\S+)")


class Kind(NamedTuple):
    """A kind of file: its name, and its columns. `names` asks for columns `name_<language>`; `stock` allows `stock:<STORE>`,
    `goods_names` allows `goods_name_<language>`.
    """

    name: str
    must: tuple[str, ...]
    may: tuple[str, ...] = ()
    names: bool = False
    stock: bool = False
    goods_names: bool = False


PRODUCTS = Kind(
    "products",
    ("sku", "vat_class", "price"),
    ("style", "brand", "category", "size", "colour", "barcodes", "unit", "content", "picture", "deposit", "age_limit",
     "stock_class", "goods", "tags", "serial", "bought",
    ),
    names=True, stock=True,
)  # fmt: skip
CATEGORIES = Kind("categories", ("path",), ("picture", "quick", "rank"), names=True)
WORDS = Kind("words", ("code",), names=True)
STAFF = Kind("staff", ("number", "name", "role"), ("badge",))
PRICE_LISTS = Kind(
    "pricelists", ("pricelist",), ("name", "currency", "brand", "country", "store", "channel", "group", "from", "until", "zone")
)
PRICES = Kind("prices", ("sku", "price"), ("list", "currency", "from", "until", "reduction"))
TENDERS = Kind(
    "tenders", ("tender", "kind"),
    ("rank", "store", "eligible", "excluded", "deposit", "change", "refund_to", "rounding", "drawer", "reference", "limit", "from",
     "until",
    ),
    names=True,
)  # fmt: skip
PROMOTIONS = Kind(
    "promotions", ("promotion", "kind"),
    ("goods", "but", "need", "pay", "reduced", "percent", "amount", "price", "threshold", "tiers", "points", "brands", "countries",
     "stores", "channels", "groups", "from", "until", "zone", "days", "hours", "label", "coupon", "coupon_codes", "coupon_prefix",
     "coupon_digits", "stacking", "exclusive", "not_with", "applications_max", "sale_max", "budget",
     "budget_uses", "budget_unheard",
    ),
    names=True, goods_names=True,
)  # fmt: skip
CUSTOMERS = Kind(
    "customers", ("customer", "stores"),
    ("given", "infix", "family", "phone", "email", "postcode", "groups", "language", "receipt_by_mail", "marketing", "leave"),
)  # fmt: skip
GIFT_CARDS = Kind("giftcards", ("giftcard", "balance"), ("currency", "brand", "until"))
NOTICES = Kind("notices", ("notice", "store", "quantity"), ("supplier", "sku", "barcode", "sscc"))
ADDRESSES = Kind("addresses", ("postcode", "from", "to", "side", "street", "city"), ("country",))
KINDS = (
    PRODUCTS, CATEGORIES, WORDS, STAFF, PRICE_LISTS, PRICES, TENDERS, PROMOTIONS, CUSTOMERS, GIFT_CARDS, NOTICES, ADDRESSES,
)  # fmt: skip
_TELLS = {
    "sku": PRODUCTS, "path": CATEGORIES, "code": WORDS, "number": STAFF, "pricelist": PRICE_LISTS, "tender": TENDERS,
    "promotion": PROMOTIONS, "customer": CUSTOMERS, "giftcard": GIFT_CARDS, "notice": NOTICES,
    "side": ADDRESSES,
}  # fmt: skip
TELLING = tuple(_TELLS)
_ONLY_PRODUCTS = frozenset(PRODUCTS.must + PRODUCTS.may) - frozenset(PRICES.must)


def kind_of(sheet: Sheet) -> Kind | None:
    """What a file is, by its first telling column. One with an sku and nothing of a product but its price has prices."""
    if "notice" in sheet.columns:
        return NOTICES  # its articles may stand before it
    kind = next((_TELLS[name] for name in sheet.columns if name in _TELLS), None)
    own = _ONLY_PRODUCTS | {name for name in sheet.columns if _NAME.fullmatch(name)}
    if kind is PRODUCTS and "price" in sheet.columns and own.isdisjoint(sheet.columns):
        return PRICES
    return kind


def languages(sheet: Sheet) -> list[str]:
    """The languages of the file's names, in the order of its columns."""
    return [match[1] for name in sheet.columns if (match := _NAME.fullmatch(name))]


def goods_languages(sheet: Sheet) -> list[str]:
    """The languages in which groups of goods are named."""
    return [match[1] for name in sheet.columns if (match := _GOODS_NAME.fullmatch(name))]


def stock_columns(sheet: Sheet) -> dict[str, str]:
    """The columns of stock and their stores."""
    return {name: match[1] for name in sheet.columns if (match := _STOCK.fullmatch(name))}


def check_columns(sheet: Sheet, kind: Kind, stores: frozenset[str], faults: Faults) -> bool:
    """Note missing, double and unknown columns, and stock of unknown stores; whether the rows can be read at all."""
    before = faults.count
    known = {*kind.must, *kind.may}
    for name in kind.must:
        if name not in sheet.columns:
            faults.add(1, name, "", f"the column is missing: {kind.name} need {', '.join(kind.must)}")
    if kind.names and not languages(sheet):
        faults.add(1, "name_nl", "", "a column of names is missing: name it by its language, such as name_nl")
    complete = faults.count == before
    for name in dict.fromkeys(sheet.columns):
        if sheet.columns.count(name) > 1:
            faults.add(1, name, name, "the column is there twice: remove one")
        if name in known or (kind.names and _NAME.fullmatch(name)) or (kind.goods_names and _GOODS_NAME.fullmatch(name)):
            continue
        stock = _STOCK.fullmatch(name) if kind.stock else None
        if stock is None:
            close = difflib.get_close_matches(name, sorted(known), n=1)
            out = f"did you mean {close[0]}?" if close else f"remove it, or use one of {', '.join(sorted(known))}"
            faults.add(1, name, name, f"nobody knows this column: {out}")
        elif stock[1] not in stores:
            there = ", ".join(sorted(stores)) or "none: import the settings first"
            faults.add(1, name, stock[1], f"this store is not known; known are {there}")
    return complete


class Line(NamedTuple):
    """One row, cell by cell."""

    number: int
    by_column: dict[str, str]
    faults: Faults

    def cell(self, column: str) -> Cell:
        """A cell with its place; empty where the file has no such column."""
        return Cell(self.number, column, self.by_column.get(column, ""), self.faults)

    def text(self, column: str, length_max: int = 200) -> str:
        """A cell's text, not longer than it may be."""
        text = self.by_column.get(column, "")
        if len(text) > length_max:
            self.cell(column).wrong(f"too long: at most {length_max} characters")
        elif not text.isprintable():
            self.cell(column).wrong("holds characters that cannot be printed: type it again")
        return text

    def needed(self, column: str, length_max: int = 200) -> str:
        """A cell's text that must not be empty."""
        if not self.by_column.get(column):
            self.cell(column).wrong("must not be empty")
        return self.text(column, length_max)

    def names(self, order: list[str]) -> dict[str, str]:
        """The names by language; at least one is needed."""
        named = {language: text for language in order if (text := self.text(f"name_{language}"))}
        if not named:
            self.cell(f"name_{order[0]}" if order else "name_nl").wrong("a name is needed in one language at least")
        return named


def lines(sheet: Sheet, faults: Faults) -> Iterator[Line]:
    """The rows of a sheet."""
    for number, cells in sheet.rows:
        yield Line(number, dict(zip(sheet.columns, cells, strict=True)), faults)
