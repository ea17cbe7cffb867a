"""Reference data on its way from the hub: rows, transactions, and the digest that shows when two copies differ.

A row's payload is the JSON of one of the domain's own values, made once by the hub. The digest of a scope is the sum,
modulo 2**256, of SHA-256 over every row in it: it is kept up to date row by row, does not depend on order, and is the
same after a snapshot as after the log.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kiosk.domain.allocation import Grant, Reclaim
from kiosk.domain.budget import Spent, SpentHere
from kiosk.domain.catalog import Article, Price, StockLevel, StockPromised
from kiosk.domain.customer import Customer
from kiosk.domain.delivery import Notice
from kiosk.domain.orderrow import OrderRow
from kiosk.domain.pricelist import PriceList
from kiosk.domain.promotion import Promotion
from kiosk.domain.salesstop import SalesStop, StopDone
from kiosk.domain.staff import Employee
from kiosk.domain.tender import TenderRule
from kiosk.domain.voucher import Voucher

CATALOG, DEVICE = "catalog", "device"
PRICE, LIST_PRICE, PRICE_LIST = "price", "listprice", "pricelist"
"""Prices of the base list; those of other lists, under a name of their own so that a till that knows no lists asks nobody for
them; and the lists.
"""
PROMOTION = "promotion"
BUDGET, BUDGET_HERE = "budget", "budget_here"
"""What all took from the budget of a promotion, and which device of a store took how much of it: changed together."""

CONTACT = "contact"
PROMISED = "promised"
"""Goods that lie at a place for somebody, apart from what lies there: a till that does not know it shows them as stock."""
CUSTOMER = "customer"
ORDER = "order"
NOTICE = "notice"
STOPPED, STOP_DONE = "stop", "stop_done"
"""What must not be sold, and what a store said it did about it."""
SCOPES = (CATALOG, DEVICE)
DIGEST_BYTES = 32
EMPTY_DIGEST = bytes(DIGEST_BYTES)
_MODULUS = 1 << (8 * DIGEST_BYTES)


class Row(NamedTuple):
    """One row; an empty payload says that the row is gone."""

    entity: str
    key: str
    payload: bytes


class Transaction(NamedTuple):
    """All rows that the hub changed together, under one revision in commit order."""

    rev: int
    rows: list[Row]


class Cursor(NamedTuple):
    """How far a copy of a scope is: the hub's epoch, the last revision in it, and the digest of all its rows."""

    epoch: int
    rev: int
    digest: bytes


NOWHERE = Cursor(0, 0, EMPTY_DIGEST)
"""The cursor of a copy that holds nothing yet."""


STORE, WAREHOUSE = "store", "warehouse"
PLACE_KINDS = (STORE, WAREHOUSE)
"""Where goods lie: shoppers come to a store, and to no warehouse."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store or warehouse as every terminal shows it. Key: `id`.

    Where it lies is in millionths of a degree (WGS 84), north and east above zero; None where nobody said it.
    """

    id: str
    name: str
    street: str
    postcode: str
    city: str
    zone: str
    kind: str = STORE
    """One of PLACE_KINDS; a row from before there were kinds is a store."""
    latitude_micro: int | None = None
    longitude_micro: int | None = None


@dataclass(frozen=True, slots=True)
class StoreContact:
    """Whether the hub hears the tills of a store. Key: `store`. Without a row nobody knows: it has no till, or the hub is older.

    `silent_since_ms` is when it last heard one of them, 0 while it hears them.
    """

    store: str
    silent_since_ms: int = 0


@dataclass(frozen=True, slots=True)
class Category:
    """A category, a path like `Drinks/Beer`. `quick` puts it on the till's quick keys; `rank` orders. Key: `path`."""

    path: str
    names: Mapping[str, str]
    picture: str
    quick: bool
    rank: int


@dataclass(frozen=True, slots=True)
class Word:
    """How a size or colour code reads in each language. Key: `code`."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the store, e.g. `cash.rounding`. Key: `name`."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Peer:
    """A terminal of the same store; `public_key` is base64. Key: `dev`."""

    dev: str
    terminal: str
    kind: str
    public_key: str
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class HelpCall:
    """A kiosk's call for a person. `state`: waiting, delivered (a till shows it), answered, cancelled. Key: `id`."""

    id: str
    terminal: str
    reason: str
    language: str
    state: str
    at_ms: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class TicketUse:
    """A kiosk ticket that a till of this store has taken, and on which receipt. Key: `ticket`."""

    ticket: str
    receipt: str


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """How much of one line of a receipt came back (thousandths), by the device that took it. Key: `receipt|line`."""

    receipt: str
    line: int
    by: Mapping[str, int]


PAYLOADS: Mapping[str, Mapping[str, type]] = {
    CATALOG: {
        "article": Article,  # key: article id
        PRICE: Price,  # key: article|valid_from_ms
        LIST_PRICE: Price,  # key: article|valid_from_ms|list
        PRICE_LIST: PriceList,  # key: id
        PROMOTION: Promotion,  # key: id
        "stock": StockLevel,  # key: article|store
        PROMISED: StockPromised,  # key: article|store
        "store": Store,
        CONTACT: StoreContact,  # key: store
        "category": Category,
        "word": Word,
    },
    DEVICE: {
        "staff": Employee,  # key: staff number
        "setting": Setting,
        "peer": Peer,
        "help": HelpCall,
        "ticket": TicketUse,
        "returned": ReturnedLine,
        "tender": TenderRule,  # key: id
        "voucher": Voucher,  # key: kind|code
        BUDGET: Spent,  # key: promotion
        BUDGET_HERE: SpentHere,  # key: promotion; for the tills of one store
        CUSTOMER: Customer,  # key: number; for the tills of the home stores alone
        ORDER: OrderRow,  # key: id; for the stores that have to do with it
        NOTICE: Notice,  # key: number; for the tills of the store that it is for
        STOPPED: SalesStop,  # key: id; for every till and kiosk, before goods and prices
        STOP_DONE: StopDone,  # key: stop; for the tills of one store
        "grant": Grant,  # key: store|article; for one terminal, like the next
        "reclaim": Reclaim,  # key: store|article
    },
}
"""The entities of each scope and what their payloads are. An unknown entity is kept, not understood."""


def row_number(row: Row) -> int:
    """The number that a row adds to its scope's digest; a row that is gone adds nothing."""
    if not row.payload:
        return 0
    text = row.entity.encode() + b"\0" + row.key.encode() + b"\0" + row.payload
    return int.from_bytes(hashlib.sha256(text).digest())


def moved(digest: bytes, added: int, taken: int = 0) -> bytes:
    """The digest after row numbers came in and others went out (each a sum of `row_number`)."""
    return ((int.from_bytes(digest) + added - taken) % _MODULUS).to_bytes(DIGEST_BYTES)
