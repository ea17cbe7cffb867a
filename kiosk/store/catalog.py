"""What is offered, in a file of its own that may be replaced at any time: articles, barcodes, prices, stock, search text.

`catalog.db` is apart from the ledger, because 100,000 rows applied in one file would hold up a sale for seconds. A snapshot
is built as a new file beside the old one; a small pointer file says which one holds, so there is always a whole one.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.catalog import Article, Price, StockLevel, StockPromised
from kiosk.domain.errors import Damaged, ShopError
from kiosk.domain.feed import (
    CATALOG,
    CONTACT,
    EMPTY_DIGEST,
    PROMISED,
    PROMOTION,
    Category,
    Cursor,
    Row,
    Store,
    StoreContact,
    Transaction,
    Word,
    moved,
    row_number,
)
from kiosk.domain.pricelist import PricePlace, Prices, Quote, price_in
from kiosk.domain.promotionbook import Book
from kiosk.domain.shelfprice import ShelfPrice
from kiosk.store import prices, promotions, rows
from kiosk.store.courtesy import Courtesy
from kiosk.store.database import Connection, Schema, Writer, connect, migrate, shop_error
from kiosk.store.folder import sync_file, write_whole

T = TypeVar("T")

POINTER = "catalog.current"
_TABLE = "catalog_rows"
_BATCH = 2_000
_ROWS_AT_ONCE = 8
_PIECE = 16
"""Rows of a feed that are taken in before somebody who waits is let go first: about a millisecond of work."""
_PIECES_WRITTEN = 64
"""After so many pieces their pages are sent on to the disk: a megabyte or so, which it takes in a few milliseconds."""
_PICTURED = frozenset({"article", "category"})

SCHEMA = Schema("catalog", ("m001_first_sale",), replayable=True)


class Findable(NamedTuple):
    """What an article is found by: its names, the words of them in every language, its barcodes in fourteen digits."""

    id: str
    style: str
    category: str
    text: str
    barcodes: list[str]


class Load(NamedTuple):
    """Some rows of a snapshot, and what the articles among them are found by."""

    rows: list[Row]
    found: list[Findable]


@dataclass(frozen=True, slots=True)
class Offer:
    """An article with its price in force, its stock by store, and what a customer reads of its price where somebody asked."""

    article: Article
    price: Price | None
    stock: tuple[StockLevel, ...]
    shelf: ShelfPrice | None = None

    @property
    def asked_minor(self) -> int | None:
        """What one costs a customer who just takes it, open reductions included."""
        if self.shelf is not None:
            return self.shelf.asked_minor
        return self.price.amount_minor if self.price else None


Builder = Callable[[Path, Iterable[Row], Cursor], None]
"""Makes a catalogue file from a snapshot's rows: here (`build`), or in a process of its own (`build_apart`)."""


class Catalog:
    """The terminal's catalogue. Reads may come from any thread; each thread gets a read-only connection of its own."""

    def __init__(self, folder: Path, builder: Builder | None = None) -> None:
        self._folder = folder
        self._build = builder or build
        self._readers = threading.local()
        self._swap = threading.Lock()
        self.courtesy = Courtesy()
        self.place = PricePlace()
        """Where this terminal asks for prices; its counter says so."""
        self._prices = prices.KeptPrices()
        self._promotions = promotions.KeptBook()
        self.picture_round = 0
        """Counts how often articles or categories changed, and with them the pictures that they name."""
        self._current = (0, current_file(folder))  # one value, so that no thread sees one half of a switch
        self._writer = Writer(self._current[1], SCHEMA)

    @property
    def generation(self) -> int:
        """Counts the files that this catalogue has switched to."""
        return self._current[0]

    def close(self) -> None:
        """Finish and close the writer (readers close with their threads)."""
        self._writer.close()

    # reading

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run a reading function on this thread's connection."""
        try:
            return work(self._reader())
        except sqlite3.Error as error:
            raise shop_error(error, self._current[1]) from error

    def _reader(self) -> Connection:
        """This thread's connection to the file that holds; a thread that comes upon a switch looks once more."""
        state = self._readers.__dict__
        while state.get("generation") != self.generation:
            generation, path = self._current
            try:
                fresh = connect(path, readonly=True)
            except ShopError:
                if generation == self.generation:
                    raise
                continue
            if "conn" in state:
                state["conn"].close()
            state.update(conn=fresh, generation=generation)
        found: Connection = state["conn"]
        return found

    def article(self, key: str) -> Article | None:
        """An article by its id."""
        return self.read(lambda conn: rows.read(conn, _TABLE, "article", key, Article))

    def by_barcode(self, gtin: str) -> Article | None:
        """The article of a GTIN-14 or an in-house code."""

        def work(conn: Connection) -> Article | None:
            found = conn.execute(
                "SELECT r.payload FROM barcode b JOIN catalog_rows r ON r.entity = 'article' AND r.key = b.article"
                " WHERE b.gtin = ? ORDER BY b.article LIMIT 1",
                (gtin,),
            ).fetchone()
            return rows.open_payload(found[0], Article) if found else None

        return self.read(work)

    def price(self, article: str, now_ms: int, groups: tuple[str, ...] = ()) -> Price | None:
        """The price of an article here at an instant, for a customer of some groups; starts sent ahead switch by themselves."""
        quote = self.quote(article, now_ms, groups)
        return quote.price if quote else None

    def quote(self, article: str, now_ms: int, groups: tuple[str, ...] = ()) -> Quote | None:
        """The same with what the hub needs to find it again: the instant, and the revision that the prices are of."""
        found = self.prices(article)
        price = price_in(found, replace(self.place, groups=groups) if groups else self.place, now_ms)
        return Quote(price, now_ms, found.rev) if price else None

    def prices(self, article: str) -> Prices:
        """All prices of an article, past and coming, and the revision they are of."""
        return self._prices.of(article, self.read)

    def promotions(self) -> Book:
        """All promotions, running or not, and the revision they are of."""
        return self._promotions.book(self.read)

    def stock(self, article: str) -> tuple[StockLevel, ...]:
        """Stock of an article in every store."""
        return self.read(lambda conn: tuple(rows.read_all(conn, _TABLE, "stock", StockLevel, f"{article}|")))

    def promised(self, article: str) -> tuple[StockPromised, ...]:
        """What of an article is for somebody, in every store where anything is."""
        return self.read(lambda conn: tuple(rows.read_all(conn, _TABLE, PROMISED, StockPromised, f"{article}|")))

    def offer(self, article: Article, now_ms: int) -> Offer:
        """An article with price and stock."""
        return Offer(article, self.price(article.id, now_ms), self.stock(article.id))

    def variants(self, style: str) -> tuple[Article, ...]:
        """All variants of a style."""
        return self.articles("WHERE a.style = ? ORDER BY a.id", (style,))

    def in_category(self, path: str, limit: int, offset: int = 0) -> tuple[Article, ...]:
        """One article per style in a category and those below it, in a stable order."""
        return self.articles(
            "WHERE a.id IN (SELECT min(id) FROM article WHERE category = ? OR (category >= ? AND category < ?)"
            " GROUP BY style ORDER BY category, style LIMIT ? OFFSET ?) ORDER BY a.category, a.style",
            (path, f"{path}/", f"{path}0", limit, offset),
        )

    def articles(self, where: str, values: Sequence[str | int]) -> tuple[Article, ...]:
        """Articles by a condition on the `article` table `a`.

        CROSS JOIN holds SQLite to this order: without it the plan walks all rows and a search takes 80 ms instead of 3.
        """
        return self.read(
            lambda conn: tuple(
                rows.open_payload(payload, Article)
                for (payload,) in conn.execute(
                    "SELECT r.payload FROM article a CROSS JOIN catalog_rows r ON r.entity = 'article' AND r.key = a.key " + where,
                    values,
                ).fetchall()
            )
        )

    def categories(self) -> tuple[Category, ...]:
        """All categories, by rank."""
        found = self.read(lambda conn: tuple(rows.read_all(conn, _TABLE, "category", Category)))
        return tuple(sorted(found, key=lambda category: (category.rank, category.path)))

    def stores(self) -> dict[str, Store]:
        """All stores by id."""
        return {store.id: store for store in self.read(lambda conn: list(rows.read_all(conn, _TABLE, "store", Store)))}

    def contacts(self) -> tuple[StoreContact, ...]:
        """Which stores the hub hears."""
        return self.read(lambda conn: tuple(rows.read_all(conn, _TABLE, CONTACT, StoreContact)))

    def words(self) -> dict[str, Word]:
        """How all sizes and colours read, by code."""
        return {word.code: word for word in self.read(lambda conn: list(rows.read_all(conn, _TABLE, "word", Word)))}

    def word(self, code: str) -> Word | None:
        """How a size or colour reads."""
        return self.read(lambda conn: rows.read(conn, _TABLE, "word", code, Word))

    def picture_names(self) -> list[str]:
        """The pictures that articles and categories name, each once. It reads all of them."""

        def work(conn: Connection) -> list[str]:
            found = conn.execute(
                f"SELECT DISTINCT json_extract(payload, '$.picture') FROM {_TABLE} WHERE entity IN ('article', 'category')"
            )
            return sorted(name for (name,) in found.fetchall() if name)

        return self.read(work)

    def count(self) -> int:
        """How many articles there are."""
        return int(self.read(lambda conn: conn.execute("SELECT count(*) FROM article").fetchone()[0]))

    # taking in (sync.agent.ports.FeedStore)

    def cursor(self) -> Cursor:
        """How far the catalogue is."""
        return self.read(lambda conn: rows.cursor_of(conn, CATALOG))

    def apply(self, transactions: Sequence[Transaction], cursor: Cursor) -> None:
        """Take in whole transactions; raises Damaged, with nothing changed, when the digest disagrees."""

        def work(conn: Connection) -> None:
            mark = rows.cursor_of(conn, CATALOG).digest
            for count, piece in enumerate(_pieces(transactions), 1):
                self.courtesy.stand_back()
                mark, changed = rows.put(conn, _TABLE, piece, mark)
                for row, old in changed:
                    index_row(conn, row, old)
                if count % _PIECES_WRITTEN == 0:
                    self._writer.write_through()
            if mark != cursor.digest:
                raise Damaged("feed.digest", scope=CATALOG)
            rows.set_cursor(conn, CATALOG, cursor)

        with self._swap:
            self._writer.run(work)
        entities = {row.entity for transaction in transactions for row in transaction.rows}
        if entities & prices.ENTITIES:
            self._prices.forget()
        if PROMOTION in entities:
            self._promotions.forget()
        if entities & _PICTURED:
            self.picture_round += 1

    def replace(self, fresh: Iterable[Row], cursor: Cursor) -> None:
        """Build a new file from a snapshot and switch to it; a snapshot replaces, it never merges."""
        target = self._folder / f"catalog-{_file_number(self._current[1]) + 1}.db"
        self._build(target, fresh, cursor)
        self.switch_to(target)

    def switch_to(self, target: Path) -> None:
        """Use another, finished file from now on, and forget the old one."""
        with self._swap:
            write_whole(self._folder / POINTER, target.name.encode())
            generation, old = self._current
            self._writer.close()
            self._writer = Writer(target, SCHEMA)
            self._current = (generation + 1, target)
            self._prices.forget()
            self._promotions.forget()
            self.picture_round += 1
        for leftover in (old, Path(f"{old}-wal"), Path(f"{old}-shm")):
            leftover.unlink(missing_ok=True)


def current_name(folder: Path) -> str:
    """The name of the catalogue file that holds."""
    pointer = folder / POINTER
    return pointer.read_text("ascii").strip() if pointer.exists() else "catalog-1.db"


def current_file(folder: Path) -> Path:
    """The catalogue file that holds; leftovers of an unfinished build are removed."""
    current = folder / current_name(folder)
    if not (folder / POINTER).exists():
        write_whole(folder / POINTER, current.name.encode())
    for stray in folder.glob("catalog-*"):
        if not stray.name.startswith(current.name):
            stray.unlink()
    return current


def build(target: Path, fresh: Iterable[Row], cursor: Cursor) -> None:
    """Make a catalogue file from a snapshot's rows; raises Damaged when they do not add up to the digest."""
    file_loads(target, loads(fresh, cursor), cursor)


def loads(fresh: Iterable[Row], cursor: Cursor) -> Iterator[Load]:
    """A snapshot's rows in portions; raises Damaged at their end when they do not add up to the digest.

    Rows come in the order of their keys, as the hub sends them: variants of a style are shown in the order of their coming.
    """
    added, ordered = 0, iter(fresh)
    while batch := list(islice(ordered, _BATCH)):
        added += sum(map(row_number, batch))
        present = [row for row in batch if row.payload]
        yield Load(present, [found for row in present if (found := _findable(row)) is not None])
    if moved(EMPTY_DIGEST, added) != cursor.digest:
        raise Damaged("feed.digest", scope=CATALOG)


def file_loads(target: Path, portions: Iterable[Load], cursor: Cursor) -> None:
    """Make a catalogue file of `loads`.

    Nothing points at the file yet, so it is written without a journal and made durable once, at its end.
    """
    for leftover in (target, Path(f"{target}-wal"), Path(f"{target}-shm")):
        leftover.unlink(missing_ok=True)
    try:
        _file(target, portions, cursor)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise shop_error(error, target) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _file(target: Path, portions: Iterable[Load], cursor: Cursor) -> None:
    conn = connect(target)
    try:
        migrate(conn, SCHEMA)
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("PRAGMA cache_size = -65536")
        conn.execute("BEGIN")
        number = 1
        for load in portions:
            _insert(conn, load.rows)
            _index_new(conn, number, load.found)
            number += len(load.found)
        conn.execute("INSERT INTO words (words) VALUES ('optimize')")
        rows.set_cursor(conn, CATALOG, cursor)
        conn.execute("COMMIT")
        conn.execute("PRAGMA journal_mode = WAL")
    finally:
        conn.close()
    sync_file(target)


def _pieces(transactions: Sequence[Transaction]) -> Iterator[Sequence[Row]]:
    for transaction in transactions:
        for start in range(0, len(transaction.rows), _PIECE):
            yield transaction.rows[start : start + _PIECE]


def index_row(conn: Connection, row: Row, old: bytes) -> None:
    """Bring barcodes, categories and search words in step with one changed row."""
    if row.entity != "article":
        return
    if old:
        _forget(conn, row.key)
    if row.payload and (found := _findable(row)) is not None:
        (last,) = conn.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()
        _index_new(conn, last + 1, [found])


def search_text(article: Article) -> str:
    """The words an article is found by, in every language."""
    parts = [*article.names.values(), article.brand, article.colour, article.size, article.category]
    return " ".join(part for part in parts if part)


def _insert(conn: Connection, fresh: Sequence[Row]) -> None:
    """Several rows to a statement: by one each, a third of the time goes into beginning and ending them."""
    whole = len(fresh) - len(fresh) % _ROWS_AT_ONCE
    several = ", ".join(["(?, ?, ?)"] * _ROWS_AT_ONCE)
    groups = (tuple(chain.from_iterable(fresh[start : start + _ROWS_AT_ONCE])) for start in range(0, whole, _ROWS_AT_ONCE))
    conn.executemany(f"INSERT INTO {_TABLE} VALUES {several}", groups)
    conn.executemany(f"INSERT INTO {_TABLE} VALUES (?, ?, ?)", fresh[whole:])


def _findable(row: Row) -> Findable | None:
    """What an article is found by; one that does not read is kept and not found, and Exceptions names it."""
    if row.entity != "article":
        return None
    try:
        article = rows.open_payload(row.payload, Article)
    except Damaged:
        return None
    codes = [code.zfill(14) for code in article.barcodes]
    return Findable(article.id, article.style, article.category, search_text(article), codes)


def _index_new(conn: Connection, number: int, found: Sequence[Findable]) -> None:
    """Make articles findable, under numbers from this one on: by id and style, by word, by barcode."""
    conn.executemany(
        "INSERT INTO article VALUES (?, ?, ?, ?)",
        [(n, one.id, one.style, one.category) for n, one in enumerate(found, number)],
    )
    conn.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", [(n, one.text) for n, one in enumerate(found, number)])
    conn.executemany("REPLACE INTO barcode VALUES (?, ?)", [(code, one.id) for one in found for code in one.barcodes])


def _forget(conn: Connection, key: str) -> None:
    found = conn.execute("SELECT id FROM article WHERE key = ?", (key,)).fetchone()
    if found:
        conn.execute("DELETE FROM words WHERE rowid = ?", found)
        conn.execute("DELETE FROM article WHERE id = ?", found)
    conn.execute("DELETE FROM barcode WHERE article = ?", (key,))


def _file_number(path: Path) -> int:
    return int(path.stem.split("-")[1])


def iter_rows(conn: Connection) -> Iterator[Row]:
    """All rows, for a check of the digest or for serving a peer."""
    for found in conn.execute("SELECT entity, key, payload FROM catalog_rows"):
        yield Row(*found)
