"""A whole shop on disk for tests: sample products in a real catalogue beside a real ledger."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec

from kiosk.domain.catalog import Article, Price, StockLevel
from kiosk.domain.feed import (
    EMPTY_DIGEST,
    Category,
    Cursor,
    Row,
    Setting,
    Store,
    Transaction,
    Word,
    moved,
    row_number,
)
from kiosk.domain.identity import Moment, Place, uuid7
from kiosk.services.allocations import Allocations
from kiosk.services.counter import Counter
from kiosk.services.lookup import Lookup
from kiosk.services.receipts import Receipts
from kiosk.services.reserving import Reserving
from kiosk.services.selfservice import SelfService
from kiosk.services.selling import Selling
from kiosk.services.session import Session
from kiosk.store.catalog import Catalog
from kiosk.store.ledger import Identity, Ledger
from sync.protocol.signature import Key, verifier

SAMPLES = Path(__file__).parents[4] / "assets" / "samples"
NOON_MS = 1_795_258_800_000
"""21 November 2026, 12:00 in Amsterdam."""


@dataclass
class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False
    wall_ms: int = NOON_MS
    mono_ms: int = 1_000

    def now(self) -> Moment:
        """The moment now."""
        return Moment(self.wall_ms, self.mono_ms, "boot")

    def local_date(self, wall_ms: int) -> str:
        """Always the same day."""
        return "2026-11-21"

    def move(self, ms: int) -> None:
        """Let time pass."""
        self.wall_ms += ms
        self.mono_ms += ms


@dataclass
class CountedIds:
    """Ids in order, the same in every run; `branch` keeps two terminals apart."""

    branch: int = 0
    count: int = 0

    def __call__(self) -> str:
        self.count += 1
        return uuid7(NOON_MS + self.count, self.branch << 32 | self.count)


@dataclass
class Shop:
    """One terminal with its services, as the counter's thread uses them."""

    clock: TestClock
    key: Key
    ledger: Ledger
    catalog: Catalog
    counter: Counter
    lookup: Lookup
    selling: Selling
    selfservice: SelfService
    allocations: Allocations
    reserving: Reserving
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    told: dict[tuple[str, str], Row] = field(default_factory=dict)
    woken: list[None] = field(default_factory=list)

    def put_device(self, *rows: Row) -> None:
        """Tell this terminal something of its own, as the feed would."""
        cursor = self.ledger.cursor()
        gone = sum(row_number(self.told[one[:2]]) for one in rows if one[:2] in self.told)
        self.told |= {one[:2]: one for one in rows}
        after = Cursor(cursor.epoch, cursor.rev + 1, moved(cursor.digest, sum(map(row_number, rows)), gone))
        self.ledger.apply([Transaction(after.rev, list(rows))], after)

    def put(self, *rows: Row) -> None:
        """Change the catalogue as the feed would."""
        cursor = self.catalog.cursor()
        added = sum(map(row_number, rows))
        taken = sum(row_number(self.rows[row[:2]]) for row in rows if row[:2] in self.rows)
        self.rows |= {row[:2]: row for row in rows}
        mark = moved(cursor.digest, added, taken)
        after = Cursor(cursor.epoch, cursor.rev + 1, mark)
        self.catalog.apply([Transaction(after.rev, list(rows))], after)

    def set_price(self, article: str, minor: int) -> None:
        """A new price from now on."""
        price = Price(article, self.clock.wall_ms, minor, 99)
        self.put(row("price", f"{article}|{price.valid_from_ms}", price))

    def close(self) -> None:
        """Close both files."""
        self.ledger.close()
        self.catalog.close()


def open_shop(
    folder: Path,
    sample: str = "fashion",
    kind: str = "kiosk",
    terminal: str = "K1",
    printer: object = None,
    settings: dict[str, object] | None = None,
    empty: bool = False,
) -> Shop:
    """Open a terminal in an empty folder with all products of a sample shop."""
    folder.mkdir(parents=True, exist_ok=True)
    clock, key = TestClock(), Key.generate()
    place = Place("noord", "noord-bv", "noord-zuid", "NL", "EUR", "nl", "AMS1", "Europe/Amsterdam", terminal)
    identity = Identity(f"dev-{terminal}", 1, kind, 1, place)
    ids = CountedIds(sum(terminal.encode()))
    ledger = Ledger(folder, identity, clock, ids, key.sign)
    catalog = Catalog(folder)
    found = [] if empty else sample_rows(sample)
    catalog.replace(found, Cursor(1, 1, moved(EMPTY_DIGEST, sum(map(row_number, found)))))
    given = [row("setting", n, Setting(n, v)) for n, v in (_settings(sample) | (settings or {})).items()]
    ledger.replace(iter(given), Cursor(1, 1, moved(EMPTY_DIGEST, sum(map(row_number, given)))))
    counter = Counter(ledger, catalog)
    woken: list[None] = []
    receipts = Receipts(counter, printer, lambda: woken.append(None))  # type: ignore[arg-type]
    service = SelfService(counter, receipts, key.sign, key.public)
    known = {one[:2]: one for one in found}
    allocations = Allocations(counter, Session(counter, 1, 8), verifier)
    return Shop(
        clock,
        key,
        ledger,
        catalog,
        counter,
        Lookup(counter),
        Selling(counter),
        service,
        allocations,
        Reserving(counter, service, allocations, receipts),
        known,
        woken=woken,
    )


def row(entity: str, key: str, value: object) -> Row:
    """A row as the hub would send it."""
    return Row(entity, key, msgspec.json.encode(value))


@cache
def sample_rows(sample: str) -> list[Row]:
    """Every row of a sample shop's catalogue."""
    settings = tomllib.loads((SAMPLES / sample / "settings.toml").read_text("utf-8"))
    made: list[Row] = []
    for store in settings["store"]:
        kept = {name: store[name] for name in ("id", "name", "street", "postcode", "city", "zone")}
        made.append(row("store", store["id"], Store(**kept)))
    for rank, line in enumerate(_read(sample, "categories")):
        names = {"nl": line["name_nl"], "en": line["name_en"]}
        category = Category(line["path"], names, line["picture"], line["quick"] == "1", rank)
        made.append(row("category", line["path"], category))
    for line in _read(sample, "words"):
        word = Word(line["code"], {"nl": line["name_nl"], "en": line["name_en"]})
        made.append(row("word", word.code, word))
    for line in _read(sample, "products"):
        made += _product(line)
    return made


def _settings(sample: str) -> dict[str, object]:
    read = tomllib.loads((SAMPLES / sample / "settings.toml").read_text("utf-8"))
    return {
        "brand.name": read["brand"]["name"],
        "legal_entity.name": read["legal_entity"]["name"],
        "kiosk.nl.help_place": "bij de ingang",
        "kiosk.en.help_place": "by the entrance",
        "kiosk.idle_s": 60,
        "kiosk.warning_s": 20,
    }


def _read(sample: str, name: str) -> Iterator[dict[str, str]]:
    with (SAMPLES / sample / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _product(line: dict[str, str]) -> list[Row]:
    content, content_unit = _content(line["content"])
    article = Article(
        id=line["sku"], style=line["style"] or line["sku"],
        names={"nl": line["name_nl"], "en": line["name_en"]}, brand=line["brand"],
        category=line["category"], size=line["size"], colour=line["colour"],
        barcodes=tuple(line["barcodes"].split("|")), vat_class=line["vat_class"],
        unit=line["unit"], content_milli=content, content_unit=content_unit,
        picture=line["picture"], deposit_minor=_minor(line["deposit"]),
        age_limit=int(line["age_limit"] or 0),
    )  # fmt: skip
    made = [row("article", article.id, article)]
    price = Price(article.id, 0, _minor(line["price"]), 1)
    made.append(row("price", f"{article.id}|0", price))
    for store, age_min in (("AMS1", 12), ("UTR1", 4)):
        as_of_ms = NOON_MS - age_min * 60_000
        level = StockLevel(article.id, store, _milli(line[f"stock:{store}"]), as_of_ms)
        made.append(row("stock", f"{article.id}|{store}", level))
    return made


def _content(text: str) -> tuple[int, str]:
    """Contents in thousandths of the unit that unit prices are in, as the hub's import makes them."""
    if not text:
        return 0, ""
    number, _, unit = text.partition(" ")
    whole = {"g": ("kg", 1), "ml": ("l", 1), "kg": ("kg", 1000), "l": ("l", 1000)}
    name, thousandths = whole[unit]
    return round(float(number) * thousandths), name


def _milli(text: str) -> int:
    return round(float(text) * 1000) if text else 0


def _minor(text: str) -> int:
    return round(float(text) * 100) if text else 0
