"""A whole till on disk for any suite: real ledger, real catalogue of a sample shop, every service, a clock that is moved by hand.

    with open_shop(folder) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.selling.add_article(shop.article("1001-WHT-M"))
        shop.sell_cash()

`sample` is a folder of assets/samples (`fashion`, `grocery`). Nothing here is a stand-in but time, ids, the fiscal unit and the
wire of the printer: the printer encodes real ESC/POS, and the spool keeps it.
"""

import csv
import random
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import msgspec
from argon2 import PasswordHasher

from drivers.escpos.driver import EscPosPrinter
from drivers.escpos.profile import Profile
from drivers.transport.line import Line
from kiosk.domain.catalog import Article, Price, StockLevel
from kiosk.domain.chain import Break
from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.facts import Fact, read_fact
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
from kiosk.domain.pricing import PricedCart
from kiosk.domain.staff import Employee
from kiosk.services.allocations import Allocations
from kiosk.services.checkout import Checkout, SaleDone
from kiosk.services.collectdesk import CollectDesk
from kiosk.services.counter import Counter
from kiosk.services.lookup import Lookup
from kiosk.services.orderdesk import OrderDesk
from kiosk.services.ordering import Ordering
from kiosk.services.pickdesk import PickDesk
from kiosk.services.ports import FiscalFailed, NullFiscalDevice
from kiosk.services.receipts import Receipts
from kiosk.services.scans import ScanDesk
from kiosk.services.selling import Selling
from kiosk.services.session import Session
from kiosk.services.shifts import Shifts
from kiosk.store.catalog import Catalog
from kiosk.store.database import connect
from kiosk.store.ledger import LEDGER_FILE, Identity, Ledger
from sync.protocol.signature import Key, verifier

SAMPLES = Path(__file__).parents[2] / "assets" / "samples"
SATURDAY_MS = 1_795_258_800_000
"""Saturday 21 November 2026, 12:00 in Amsterdam (11:00 UTC)."""

ZONE = "Europe/Amsterdam"
PLACE = Place("noord", "noord-bv", "noord-zuid", "NL", "EUR", "nl", "AMS1", ZONE, "01")
IDENTITY = Identity("dev-1", 1, "till", 1, PLACE)
PIN = "2580"
CASHIER, ASSOCIATE, MANAGER = "101", "103", "201"
"""Staff numbers that both samples know; everybody's PIN is PIN."""

_PASSES, _MEMORY_KIB = 1, 8  # argon2's least: tests are about the lock, not about its strength


@dataclass
class HandClock:
    """Stands still until it is moved; the monotonic part never goes back."""

    wall_ms: int = SATURDAY_MS
    mono_ms: int = 1_000
    boot: str = "boot-1"

    def now(self) -> Moment:
        """The moment now."""
        return Moment(self.wall_ms, self.mono_ms, self.boot)

    def local_date(self, wall_ms: int) -> str:
        """The calendar date in Amsterdam."""
        return datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(ZoneInfo(ZONE)).date().isoformat()

    def pass_ms(self, ms: int) -> None:
        """Let time pass."""
        self.wall_ms += ms
        self.mono_ms += ms

    def set_back_ms(self, ms: int) -> None:
        """Somebody sets the clock back."""
        self.wall_ms -= ms


class SeededIds:
    """Ids from a seed: the same in every run, different between seeds."""

    def __init__(self, clock: HandClock, seed: int) -> None:
        self._clock = clock
        self._chance = random.Random(seed)

    def __call__(self) -> str:
        return uuid7(self._clock.wall_ms, self._chance.getrandbits(74))


class FiscalUnit:
    """A fiscal unit for tests: counts what it is asked, and fails where it is told to."""

    def __init__(self) -> None:
        self.fails: set[str] = set()
        self.loses_answer = False
        self.begun: list[str] = []
        self.finished: list[tuple[str, str, int]] = []
        self.cancelled: list[str] = []

    def begin(self, priced: PricedCart) -> str:
        """A new transaction."""
        self._may("begin")
        self.begun.append(f"T{len(self.begun) + 1}")
        return self.begun[-1]

    def finish(self, transaction: str, receipt: str, total_minor: int) -> Mapping[str, str]:
        """Signs, unless it fails; with `loses_answer` it has signed and nobody hears of it."""
        self._may("finish")
        self.finished.append((transaction, receipt, total_minor))
        if self.loses_answer:
            raise FiscalFailed()
        return {"TSE": f"{transaction}-{total_minor}"}

    def cancel(self, transaction: str) -> None:
        """Forget a transaction."""
        self._may("cancel")
        self.cancelled.append(transaction)

    def _may(self, step: str) -> None:
        if step in self.fails:
            raise FiscalFailed()


@dataclass
class Shop:
    """One open till. Everything on it is used from one thread, as on the counter."""

    folder: Path
    sample: str
    clock: HandClock
    key: Key
    ledger: Ledger
    catalog: Catalog
    counter: Counter
    session: Session
    shifts: Shifts
    selling: Selling
    receipts: Receipts
    checkout: Checkout
    lookup: Lookup
    allocations: Allocations
    ordering: Ordering
    orders: OrderDesk
    collecting: CollectDesk
    picking: PickDesk
    printer: EscPosPrinter | None = None
    woken: list[None] = field(default_factory=list)

    def sign_in(self, number: str = CASHIER) -> Employee:
        """Sign in with everybody's PIN."""
        return self.session.sign_in(number, PIN)

    def open_shift(self, float_minor: int = 15_000) -> None:
        """Open a shift."""
        self.shifts.open(float_minor)

    def article(self, key: str) -> Article:
        """An article of the sample, by its number."""
        found = self.catalog.article(key)
        assert found is not None, f"the sample has no article {key}"
        return found

    def add(self, key: str, quantity_milli: int | None = None) -> PricedCart:
        """Put an article into the cart; goods by weight take their weight in grams."""
        article = self.article(key)
        return self.selling.add_article(article, quantity_milli or 1000, weighed=article.is_weighed)

    def sell_cash(self, tendered_minor: int | None = None) -> SaleDone:
        """Pay the open cart in cash, exactly unless said otherwise."""
        self.checkout.begin()
        due = self.checkout.cash_due() if tendered_minor is None else tendered_minor
        done = self.checkout.pay_cash(due)
        assert done is not None, "the cash was not enough"
        return done

    def facts(self) -> list[Fact]:
        """All facts so far."""
        return [read_fact(sealed.data) for sealed in self.ledger.facts()]

    def kinds(self) -> list[str]:
        """The kinds of all facts so far."""
        return [fact.kind for fact in self.facts()]

    def chain(self) -> tuple[int, Break | None]:
        """The verdict of `toonbank ledger verify`."""
        return self.ledger.verify(verifier(self.key.public))

    def set_price(self, article: str, minor: int, from_ms: int | None = None, rev: int = 99) -> None:
        """A new price from now on, or from an instant, as the feed would bring it."""
        start = self.clock.wall_ms if from_ms is None else from_ms
        self.put_catalog(row("price", f"{article}|{start}", Price(article, start, minor, rev)))

    def put_catalog(self, *rows: Row) -> None:
        """Rows that are new in the catalogue, as the feed would bring them."""
        cursor = self.catalog.cursor()
        after = Cursor(cursor.epoch, cursor.rev + 1, moved(cursor.digest, sum(map(row_number, rows))))
        self.catalog.apply([Transaction(after.rev, list(rows))], after)

    def put_settings(self, values: Mapping[str, object]) -> None:
        """Settings of the store that are new or changed, as the feed would bring them."""
        cursor = self.ledger.cursor()
        old = {one.name: one for one in self.ledger.device_rows("setting", Setting)}
        rows = [row("setting", name, Setting(name, value)) for name, value in values.items()]
        gone = sum(row_number(row("setting", name, old[name])) for name in values if name in old)
        mark = moved(cursor.digest, sum(map(row_number, rows)), gone)
        self.ledger.apply([Transaction(cursor.rev + 1, rows)], Cursor(cursor.epoch, cursor.rev + 1, mark))
        self.counter.reload()

    def put_device(self, *rows: Row) -> None:
        """Rows of the device scope that are new, changed or (without a payload) gone, as the feed would bring them."""
        cursor = self.ledger.cursor()
        read = "SELECT payload FROM device_rows WHERE entity = ? AND key = ?"
        old = self.ledger.look(lambda conn: [conn.execute(read, (one.entity, one.key)).fetchone() for one in rows])
        gone = sum(row_number(one._replace(payload=was[0])) for one, was in zip(rows, old, strict=True) if was)
        after = Cursor(cursor.epoch, cursor.rev + 1, moved(cursor.digest, sum(map(row_number, rows)), gone))
        self.ledger.apply([Transaction(after.rev, list(rows))], after)

    def close(self) -> None:
        """Close both files."""
        self.catalog.close()
        self.ledger.close()


@contextmanager
def open_shop(
    folder: Path,
    sample: str = "fashion",
    *,
    fiscal: FiscalUnit | NullFiscalDevice | None = None,
    printer: bool = True,
    clock: HandClock | None = None,
    key: Key | None = None,
    settings: Mapping[str, object] | None = None,
    seed: int = 1,
    ballast: Path | None = None,
    identity: Identity = IDENTITY,
) -> Iterator[Shop]:
    """Open a till in a folder: an empty one is filled with the sample, a used one goes on where it was (give its key)."""
    folder.mkdir(parents=True, exist_ok=True)
    fill(folder, sample, identity)
    clock = clock or HandClock()
    key = key or Key.load(bytes(31) + bytes([seed % 256]))
    ledger = Ledger(folder, identity, clock, SeededIds(clock, seed), key.sign, ballast)
    catalog = Catalog(folder)
    shop = assemble(folder, sample, clock, key, ledger, catalog, fiscal or NullFiscalDevice(), printer)
    if settings:
        shop.put_settings(settings)
    try:
        yield shop
    finally:
        shop.close()


def assemble(
    folder: Path, sample: str, clock: HandClock, key: Key, ledger: Ledger, catalog: Catalog,
    fiscal: FiscalUnit | NullFiscalDevice, printer: bool,
) -> Shop:  # fmt: skip
    """The services on an open ledger and catalogue."""
    counter = Counter(ledger, catalog)
    device = EscPosPrinter(_no_wire, Profile(), lambda: 0) if printer else None  # it encodes, and is never opened
    woken: list[None] = []
    selling = Selling(counter)
    receipts = Receipts(counter, device, lambda: woken.append(None))
    session = Session(counter, _PASSES, _MEMORY_KIB)
    allocations = Allocations(counter, session, verifier)
    ordering, orders = Ordering(counter, selling, allocations), OrderDesk(counter, allocations)
    checkout = Checkout(counter, selling, receipts, fiscal, None, ordering)
    collecting = CollectDesk(counter, orders, selling, receipts)
    checkout.give_back_in, checkout.check_orders = collecting.settle_in, collecting.check_due
    scans = ScanDesk(counter, selling, dict)
    return Shop(
        folder, sample, clock, key, ledger, catalog, counter, session, Shifts(counter), selling, receipts, checkout,
        Lookup(counter), allocations, ordering, orders, collecting, PickDesk(counter, orders, receipts, scans.article_of), device,
        woken,
    )  # fmt: skip


@cache
def _filled(sample: str) -> Mapping[str, bytes]:
    """The files of a till that has just fetched a sample; made once in a process, because building it takes 0.3 s."""
    with TemporaryDirectory(prefix="till-") as name:
        folder, key = Path(name), Key.generate()
        clock = HandClock()
        ledger = Ledger(folder, IDENTITY, clock, SeededIds(clock, 0), key.sign)
        catalog = Catalog(folder)
        rows, given = catalog_rows(sample), device_rows(sample)
        catalog.replace(rows, Cursor(1, 1, digest_of(rows)))
        ledger.replace(given, Cursor(1, 1, digest_of(given)))
        catalog.close()
        ledger.close()
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def fill(folder: Path, sample: str, identity: Identity = IDENTITY) -> None:
    """Give an empty folder the files of a till that has fetched its sample; a used one keeps what it has."""
    if (folder / LEDGER_FILE).exists():
        return
    for name, data in _filled(sample).items():
        (folder / name).write_bytes(data)
    if identity != IDENTITY:
        conn = connect(folder / LEDGER_FILE)
        conn.execute("UPDATE meta SET value = ? WHERE key = 'owner'", (f"{identity.dev}/{identity.inc}",))
        conn.close()


def digest_of(rows: Iterable[Row]) -> bytes:
    """The digest of a scope that holds just these rows."""
    return moved(EMPTY_DIGEST, sum(map(row_number, rows)))


def row(entity: str, key: str, value: object) -> Row:
    """A row as the hub makes it."""
    return Row(entity, key, msgspec.json.encode(value))


def code_of(work: Callable[[], object]) -> str:
    """The code of the ShopError that `work` raises; fails when it raises none."""
    try:
        work()
    except ShopError as error:
        return error.code
    raise AssertionError("nothing was refused")


def refused(work: Callable[[], object]) -> Refused:
    """The Refused that `work` raises."""
    try:
        work()
    except Refused as error:
        return error
    raise AssertionError("nothing was refused")


@cache
def device_rows_of_staff(sample: str) -> tuple[Row, ...]:
    """The sample's staff, everybody with PIN."""
    hasher = PasswordHasher(_PASSES, _MEMORY_KIB, parallelism=1)
    hashed = hasher.hash(PIN)
    return tuple(
        row("staff", line["number"], Employee(line["number"], line["name"], line["role"], line["badge"], hashed))
        for line in read_csv(sample, "staff")
    )


def device_rows(sample: str) -> list[Row]:
    """Staff and settings of a sample."""
    read = tomllib.loads((SAMPLES / sample / "settings.toml").read_text("utf-8"))
    values = dict(_dotted(read))
    made = [row("setting", name, Setting(name, value)) for name, value in values.items()]
    return [*device_rows_of_staff(sample), *made]


@cache
def catalog_rows(sample: str) -> list[Row]:
    """Every row of a sample's catalogue, in the order in which a hub sends them."""
    made: list[Row] = []
    for store in tomllib.loads((SAMPLES / sample / "settings.toml").read_text("utf-8"))["store"]:
        kept = {name: store[name] for name in ("id", "name", "street", "postcode", "city", "zone")}
        made.append(row("store", store["id"], Store(**kept)))
    for rank, line in enumerate(read_csv(sample, "categories")):
        category = Category(line["path"], _names(line), line["picture"], line["quick"] == "1", rank)
        made.append(row("category", category.path, category))
    made += [row("word", line["code"], Word(line["code"], _names(line))) for line in read_csv(sample, "words")]
    for line in read_csv(sample, "products"):
        made += product_rows(line)
    return sorted(made)


def read_csv(sample: str, name: str) -> Iterator[dict[str, str]]:
    """The lines of one of a sample's tables."""
    with (SAMPLES / sample / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def product_rows(line: Mapping[str, str]) -> list[Row]:
    """Article, price and stock of one product line."""
    content, _, content_unit = line["content"].partition(" ")
    article = Article(
        id=line["sku"], style=line["style"] or line["sku"], names=_names(line), brand=line["brand"],
        category=line["category"], size=line["size"], colour=line["colour"],
        barcodes=tuple(line["barcodes"].split("|")), vat_class=line["vat_class"], unit=line["unit"],
        content_milli=_milli(content), content_unit=content_unit, picture=line["picture"],
        deposit_minor=_minor(line["deposit"]), age_limit=int(line["age_limit"] or 0),
    )  # fmt: skip
    made = [
        row("article", article.id, article),
        row("price", f"{article.id}|0", Price(article.id, 0, _minor(line["price"]), 1)),
    ]
    for store in ("AMS1", "UTR1"):
        level = StockLevel(article.id, store, _milli(line[f"stock:{store}"]), SATURDAY_MS - 720_000)
        made.append(row("stock", f"{article.id}|{store}", level))
    return made


def _dotted(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Settings by the names that the hub gives them: a table's name, a dot, the key; stores are rows of their own."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{before}{key}.")
        elif key != "store":
            yield f"{before}{key}", value


def _no_wire() -> Line:
    raise AssertionError("no test of a till on its own prints over a wire")


def _names(line: Mapping[str, str]) -> dict[str, str]:
    return {"nl": line["name_nl"], "en": line["name_en"]}


def _milli(text: str) -> int:
    return round(float(text) * 1000) if text else 0


def _minor(text: str) -> int:
    return round(float(text) * 100) if text else 0
