"""Reference data as rows: their typed payloads, and the digest that shows when two copies of a scope differ.

The digest of a scope is the sum, modulo 2**256, of SHA-256 over every row in it: it can be kept up to date row by row,
does not depend on order, and is the same after a snapshot as after the log.
"""

import hashlib

import msgspec

from kiosk.domain.catalog import Article, Price, StockLevel
from sync.protocol.messages import Row

DIGEST_BYTES = 32
_MODULUS = 1 << (8 * DIGEST_BYTES)

ARTICLE, PRICE, STOCK, STORE, CATEGORY, WORD = "article", "price", "stock", "store", "category", "word"
CATALOG_ENTITIES = (ARTICLE, PRICE, STOCK, STORE, CATEGORY, WORD)
STAFF, SETTING, PEER, HELP, TICKET = "staff", "setting", "peer", "help", "ticket"
DEVICE_ENTITIES = (STAFF, SETTING, PEER, HELP, TICKET)


class ArticleRow(msgspec.Struct, frozen=True):
    """Payload of `article` (key: article id). `picture` is the SHA-256 (hex) of the picture's bytes, or empty."""

    style: str
    names: dict[str, str]
    brand: str
    category: str
    size: str
    colour: str
    barcodes: list[str]
    vat_class: str
    unit: str
    content_milli: int
    content_unit: str
    picture: str
    deposit_minor: int
    age_limit: int


class PriceRow(msgspec.Struct, frozen=True):
    """Payload of `price` (key: `article|valid_from_ms`)."""

    article: str
    valid_from_ms: int
    amount_minor: int
    rev: int


class StockRow(msgspec.Struct, frozen=True):
    """Payload of `stock` (key: `article|store`)."""

    article: str
    store: str
    on_hand_milli: int
    as_of_ms: int


class StoreRow(msgspec.Struct, frozen=True):
    """Payload of `store` (key: store)."""

    name: str
    street: str
    postcode: str
    city: str
    zone: str


class CategoryRow(msgspec.Struct, frozen=True):
    """Payload of `category` (key: path like `Drinks/Beer`); `quick` puts it on the till's quick keys."""

    names: dict[str, str]
    picture: str
    quick: bool
    rank: int


class WordRow(msgspec.Struct, frozen=True):
    """Payload of `word` (key: a size or colour code): how it reads in each language."""

    names: dict[str, str]


class StaffRow(msgspec.Struct, frozen=True):
    """Payload of `staff` (key: staff number). The PIN is only ever an argon2id hash."""

    name: str
    role: str
    badge: str
    pin_hash: str
    must_change: bool
    active: bool


class SettingRow(msgspec.Struct, frozen=True):
    """Payload of `setting` (key: dotted name, e.g. `cash.rounding_minor`); `value` is JSON."""

    value: msgspec.Raw


class PeerRow(msgspec.Struct, frozen=True):
    """Payload of `peer` (key: device id): a terminal of the same store; `public_key` is base64."""

    terminal: str
    kind: str
    public_key: str
    revoked: bool


class HelpRow(msgspec.Struct, frozen=True):
    """Payload of `help` (key: call id): a kiosk's call for a person, as the store's tills show it."""

    terminal: str
    reason: str
    language: str
    state: str
    at_ms: int
    by: str


class TicketRow(msgspec.Struct, frozen=True):
    """Payload of `ticket` (key: ticket id): a kiosk's ticket that a till of this store has taken."""

    receipt: str


def row_hash(row: Row) -> int:
    """The number a row adds to its scope's digest."""
    text = row.entity.encode() + b"\0" + row.key.encode() + b"\0" + row.payload
    return int.from_bytes(hashlib.sha256(text).digest())


def moved(digest: bytes, gone: Row | None, come: Row | None) -> bytes:
    """The digest after one row was replaced (`gone` by `come`), added, or removed. A row without payload counts for nothing."""
    number = int.from_bytes(digest)
    if gone is not None and gone.payload:
        number -= row_hash(gone)
    if come is not None and come.payload:
        number += row_hash(come)
    return (number % _MODULUS).to_bytes(DIGEST_BYTES)


def summed(*digests: bytes) -> bytes:
    """The digest of scopes taken together."""
    return (sum(int.from_bytes(one) for one in digests) % _MODULUS).to_bytes(DIGEST_BYTES)


def article_of(key: str, row: ArticleRow) -> Article:
    """The domain's article of a row."""
    return Article(
        id=key, style=row.style, names=row.names, brand=row.brand, category=row.category, size=row.size,
        colour=row.colour, barcodes=tuple(row.barcodes), vat_class=row.vat_class, unit=row.unit,
        content_milli=row.content_milli, content_unit=row.content_unit, picture=row.picture,
        deposit_minor=row.deposit_minor, age_limit=row.age_limit,
    )  # fmt: skip


def price_of(row: PriceRow) -> Price:
    """The domain's price of a row."""
    return Price(row.article, row.valid_from_ms, row.amount_minor, row.rev)


def stock_of(row: StockRow) -> StockLevel:
    """The domain's stock level of a row."""
    return StockLevel(row.article, row.store, row.on_hand_milli, row.as_of_ms)
