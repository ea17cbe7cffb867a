"""Reads products: variants with barcodes, price, VAT class, contents, deposit, age limit and stock per store."""

from collections.abc import Callable, Mapping

import msgspec

from kiosk.domain.catalog import GOODS_CLASSES, VAT_CLASSES, Article
from kiosk.domain.quantity import UNITS
from kiosk.domain.stock import CLASSES, OPEN
from kiosk.domain.voucher import MULTI, SINGLE
from sync.hub.imports.cells import barcodes, content, money, quantity, same_code, whole, yes_or_no
from sync.hub.imports.columns import PRODUCTS, Line, check_columns, languages, lines, stock_columns
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import Sheet

SKU_MAX = 60
AGE_MAX = 25
PROGRESS_ROWS = 2_000

Progress = Callable[[int, int], None]
"""Is told how many of how many are done."""


class Product(msgspec.Struct, frozen=True, array_like=True):
    """One row of a product file, read and found sound. Stock in thousandths by store."""

    line: int
    article: Article
    price_minor: int
    stock: dict[str, int]


def read_products(
    sheet: Sheet, stores: frozenset[str], pictures: Mapping[str, str], faults: Faults, progress: Progress
) -> list[Product]:
    """Read all rows, noting every fault. `pictures` are the SHA-256 (hex) of the picture files by name."""
    if not check_columns(sheet, PRODUCTS, stores, faults):
        return []
    order, stock = languages(sheet), stock_columns(sheet)
    seen = _Seen(faults)
    products: list[Product] = []
    for place, line in enumerate(lines(sheet, faults)):
        if place % PROGRESS_ROWS == 0:
            progress(place, len(sheet.rows))
        product = _product(line, order, stock, pictures)
        if product is not None:
            seen.note(product)
            products.append(product)
    return products


def _product(line: Line, order: list[str], stock: dict[str, str], pictures: Mapping[str, str]) -> Product | None:
    before = line.faults.count
    sku = line.needed("sku", SKU_MAX)
    if "|" in sku:
        line.cell("sku").wrong("must not hold the sign |")
    price = money(line.cell("price"))
    deposit = money(line.cell("deposit")) if line.by_column.get("deposit") else 0
    held = content(line.cell("content")) if line.by_column.get("content") else (0, "")
    article = Article(
        id=sku,
        style=line.text("style") or sku,
        names=line.names(order),
        brand=line.text("brand"),
        category=line.text("category"),
        size=line.text("size"),
        colour=line.text("colour"),
        barcodes=barcodes(line.cell("barcodes")),
        vat_class=_one_of(line, "vat_class", VAT_CLASSES),
        unit=_one_of(line, "unit", UNITS) if line.by_column.get("unit") else UNITS[0],
        content_milli=held[0] if held else 0,
        content_unit=held[1] if held else "",
        picture=picture_of(line, pictures),
        deposit_minor=deposit or 0,
        age_limit=whole(line.cell("age_limit"), AGE_MAX) or 0,
        stock_class=_one_of(line, "stock_class", CLASSES) if line.by_column.get("stock_class") else OPEN,
        goods=_goods(line),
        bought_minor=money(line.cell("bought")) if line.by_column.get("bought") else None,
        asks_serial=yes_or_no(line.cell("serial")),
        tags=tuple(part.strip() for part in line.text("tags").split("|") if part.strip()),
    )
    on_hand = {store: quantity(line.cell(name)) for name, store in stock.items() if line.by_column[name]}
    if line.faults.count > before or price is None:
        return None
    return Product(line.number, article, price, {store: milli or 0 for store, milli in on_hand.items()})


def _goods(line: Line) -> tuple[str, ...]:
    """The classes of goods between bars."""
    found = tuple(part.strip() for part in line.text("goods").split("|") if part.strip())
    if unknown := [name for name in found if name not in GOODS_CLASSES]:
        line.faults.add(line.number, "goods", unknown[0], f"choose of {', '.join(GOODS_CLASSES)}, with | between several")
    if MULTI in found and SINGLE in found:
        mend = f"a voucher is of one kind: {SINGLE} bears its VAT when it is sold, {MULTI} when it is used"
        line.faults.add(line.number, "goods", SINGLE, mend)
    return found


def picture_of(line: Line, pictures: Mapping[str, str]) -> str:
    """The hash of the picture that a row names; empty where it names none."""
    name = line.by_column.get("picture", "")
    if name and name not in pictures:
        line.cell("picture").wrong("no such picture in the folder of pictures: add it, correct the name, or leave it empty")
    return pictures.get(name, "")


def _one_of(line: Line, column: str, allowed: tuple[str, ...]) -> str:
    text = line.by_column.get(column, "")
    if text not in allowed:
        line.cell(column).wrong(f"choose one of {', '.join(allowed)}")
    return text


class _Seen:
    """Finds what stands in the file twice."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._skus: dict[str, int] = {}
        self._codes: dict[str, tuple[str, int]] = {}

    def note(self, product: Product) -> None:
        sku, line = product.article.id, product.line
        if sku in self._skus:
            out = f"line {self._skus[sku]} has the same sku: each variant needs its own"
            self._faults.add(line, "sku", sku, out)
            return
        self._skus[sku] = line
        for code in product.article.barcodes:
            other = self._codes.setdefault(same_code(code), (sku, line))
            if other != (sku, line):
                out = f"{other[0]} in line {other[1]} has this barcode too: one code is one article"
                self._faults.add(line, "barcodes", code, out)
