"""The catalogue: a feed that does not add up changes nothing, a snapshot replaces under readers' eyes, prices switch."""

import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.catalog import Article, Price, StockLevel, price_at
from kiosk.domain.errors import Damaged
from kiosk.domain.feed import NOWHERE, Cursor, Row, Transaction
from kiosk.domain.pricelist import PriceList, PricePlace
from kiosk.store import catalog as catalog_module
from kiosk.store import prices as kept_prices
from kiosk.store.build import build_apart
from kiosk.store.catalog import Builder, Catalog, build, current_name, iter_rows
from kiosk.store.database import Connection, connect
from kiosk.store.pictures import Pictures
from kiosk.store.search import Search
from tests.kiosk.support import catalog_rows, digest_of, row


def article(key: str, name: str = "Artikel", barcodes: tuple[str, ...] = (), category: str = "Food/Cheese") -> Article:
    """An article like any other."""
    return Article(
        key, key, {"nl": name, "en": f"{name} en"}, "", category, "", "", barcodes, "standard", "piece", 0, "", "", 0, 0
    )  # fmt: skip


def shelf(count: int, name: str = "Artikel", minor: int = 100) -> list[Row]:
    """A small catalogue: articles, prices, stock."""
    made: list[Row] = []
    for n in range(count):
        made.append(row("article", f"A{n}", article(f"A{n}", f"{name} {n}", (f"{8710000000000 + n}",))))
        made.append(row("price", f"A{n}|0", Price(f"A{n}", 0, minor + n, 1)))
        made.append(row("stock", f"A{n}|AMS1", StockLevel(f"A{n}", "AMS1", 1000 * n, 7)))
    return made


def whole(rows: Sequence[Row], rev: int = 1) -> Cursor:
    """The cursor of a copy that holds just these rows."""
    return Cursor(1, rev, digest_of(rows))


def contents(catalog: Catalog) -> set[Row]:
    """All rows of a catalogue."""
    return catalog.read(lambda conn: set(iter_rows(conn)))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalogue."""
    made = Catalog(tmp_path)
    yield made
    made.close()


def test_a_new_catalogue_is_nowhere_and_offers_nothing(catalog: Catalog) -> None:
    assert catalog.cursor() == NOWHERE
    assert catalog.article("A1") is None
    assert catalog.by_barcode("08710000000001") is None
    assert catalog.price("A1", 0) is None


def test_rows_that_do_not_add_up_change_nothing(catalog: Catalog) -> None:
    catalog.replace(shelf(3), whole(shelf(3)))
    before = contents(catalog)
    wrong = Cursor(1, 2, bytes(32))
    with pytest.raises(Damaged) as damage:
        catalog.apply([Transaction(2, [row("article", "A9", article("A9"))])], wrong)
    assert (damage.value.code, damage.value.values["scope"]) == ("feed.digest", "catalog")
    with pytest.raises(Damaged):
        catalog.replace(shelf(9), wrong)
    assert (contents(catalog), catalog.cursor()) == (before, whole(shelf(3)))
    assert catalog.article("A9") is None
    assert Search(catalog).find("Artikel 2")[0].id == "A2"


def test_each_small_piece_of_a_feed_lets_a_person_who_waits_go_first(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(catalog.courtesy, "stand_back", lambda: asked.append(1))
    rows = shelf(40)
    catalog.apply([Transaction(1, rows)], whole(rows))
    assert contents(catalog) == set(rows)
    assert len(asked) >= len(rows) / 20


def test_missing_pictures_are_read_anew_only_when_articles_changed(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictured = replace(article("A0"), picture="ab")
    rows = [row("article", "A0", pictured)]
    catalog.apply([Transaction(1, rows)], whole(rows))
    shelf_of_pictures = Pictures(tmp_path / "pictures", catalog)
    assert shelf_of_pictures.missing(9) == ["ab"]
    reads: list[int] = []
    read = catalog.picture_names

    def counted() -> list[str]:
        reads.append(1)
        return read()

    monkeypatch.setattr(catalog, "picture_names", counted)
    priced = [*rows, row("price", "A0|0", Price("A0", 0, 5, 2))]
    catalog.apply([Transaction(2, priced[1:])], whole(priced, 2))
    assert shelf_of_pictures.missing(9) == ["ab"] and not reads
    shelf_of_pictures.folder.mkdir()
    shelf_of_pictures.path("ab").write_bytes(b"")
    assert shelf_of_pictures.missing(9) == [] and not reads
    other = [row("article", "A1", replace(article("A1"), picture="cd"))]
    catalog.apply([Transaction(3, other)], whole([*priced, *other], 3))
    assert shelf_of_pictures.missing(9) == ["cd"] and reads


def test_an_article_that_cannot_be_read_is_kept_and_holds_up_nothing(catalog: Catalog) -> None:
    catalog.replace(shelf(3), whole(shelf(3)))
    rows = [row("price", "A1|9", Price("A1", 9, 1, 2)), Row("article", "A9", b'{"id": 9}')]
    after = [*shelf(3), *rows]
    catalog.apply([Transaction(2, rows)], Cursor(1, 2, digest_of(after)))
    assert contents(catalog) == set(after) and catalog.count() == 3
    catalog.replace(after, whole(after))
    assert contents(catalog) == set(after) and catalog.count() == 3, "a snapshot bears it as the log does"


def test_the_log_and_a_snapshot_give_the_same_catalogue(tmp_path: Path) -> None:
    chance = random.Random(8)
    (tmp_path / "log").mkdir()
    (tmp_path / "snapshot").mkdir()
    log, snapshot = Catalog(tmp_path / "log"), Catalog(tmp_path / "snapshot")
    held: dict[tuple[str, str], Row] = {}
    for rev in range(1, 60):
        changes = []
        for _ in range(chance.randint(1, 5)):
            n = chance.randrange(12)
            key = f"A{n}"
            codes = (f"{8710000000000 + n}", f"{8710000000000 + chance.randrange(4)}")  # some share a barcode
            change = chance.choice(
                [
                    row("article", key, article(key, f"Kaas {chance.randrange(99)}", codes)),
                    Row("article", key, b""),
                    row("price", f"{key}|0", Price(key, 0, chance.randrange(999), rev)),
                ]
            )
            changes.append(change)
            held[change[:2]] = change
        live = [one for one in held.values() if one.payload]
        log.apply([Transaction(rev, changes)], whole(live, rev))
    snapshot.replace(sorted(live), whole(live, rev))
    assert contents(log) == contents(snapshot) == set(live)
    assert log.cursor() == snapshot.cursor()
    for n in range(16):
        gtin = f"{8710000000000 + n:014d}"
        assert log.by_barcode(gtin) == snapshot.by_barcode(gtin)
    searches = Search(log), Search(snapshot)
    for text in ("kaas", "kaas 1", "87100000000", "A1"):
        one, other = ({article.id for article in search.find(text)} for search in searches)
        assert one == other
    log.close()
    snapshot.close()


def test_a_snapshot_replaces_and_never_merges(catalog: Catalog, tmp_path: Path) -> None:
    catalog.replace(shelf(5), whole(shelf(5)))
    catalog.replace(iter(shelf(2)), whole(shelf(2), 9))
    assert contents(catalog) == set(shelf(2))
    assert catalog.article("A4") is None
    assert sorted(file.name for file in tmp_path.glob("catalog-*.db")) == [current_name(tmp_path)]


def test_a_row_of_a_newer_hub_is_kept_and_counts_in_the_digest(catalog: Catalog) -> None:
    rows = [*shelf(2), row("promotion", "P1", {"buy": 2, "pay": 1})]
    catalog.replace(rows, whole(rows))
    more = row("oven", "O1", {"degrees": 200})
    catalog.apply([Transaction(2, [more])], whole([*rows, more], 2))
    assert contents(catalog) == {*rows, more}


def test_readers_in_other_threads_see_one_whole_catalogue_or_the_next(catalog: Catalog) -> None:
    """Each generation has its own price for all articles: a mixture would show."""
    catalog.replace(shelf(20, "G 100", 100), whole(shelf(20, "G 100", 100)))
    ending, faults, seen = threading.Event(), [], set()

    def read() -> None:
        while not ending.is_set():
            try:
                found = catalog.articles("WHERE a.id <= 20 ORDER BY a.id", ())
                generations = {one.names["nl"].split()[1] for one in found}
                if len(found) != 20 or len(generations) != 1:
                    faults.append(f"{len(found)} articles of {generations}")
                seen.update(generations)
            except BaseException as error:
                faults.append(repr(error))
                raise

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for generation in range(101, 113):
        rows = shelf(20, f"G {generation}", generation)
        catalog.replace(rows, whole(rows, generation))
    last = {one.names["nl"].split()[1] for one in catalog.articles("", ())}
    ending.set()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert last == {"112"}
    assert len(seen) > 1, "the readers did not read while it was replaced"


@pytest.mark.parametrize("switch_comes", ["before", "after"])
def test_a_reader_that_meets_a_switch_while_it_opens_never_stays_on_the_old_file(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, switch_comes: str
) -> None:
    catalog.replace(shelf(3), whole(shelf(3)))
    switches = iter([9])

    def switch() -> None:
        for rev in switches:
            catalog.replace(shelf(5), whole(shelf(5), rev))

    def slow_connect(path: Path, *, readonly: bool = False) -> Connection:
        if readonly and switch_comes == "before":
            switch()
        made = connect(path, readonly=readonly)
        if readonly and switch_comes == "after":
            switch()
        return made

    monkeypatch.setattr(catalog_module, "connect", slow_connect)
    seen: list[int] = []

    def read() -> None:
        for _ in range(2):
            seen.append(len(catalog.articles("", ())))

    reader = threading.Thread(target=read)
    reader.start()
    reader.join(30)
    assert seen == [5, 5]


def test_what_a_killed_build_left_behind_is_removed_and_the_catalogue_holds(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    catalog.replace(shelf(3), whole(shelf(3)))
    catalog.close()
    held = current_name(tmp_path)
    for name in ("catalog-3.db", "catalog-3.db-wal", "catalog-3.db-shm", "catalog-3.rows", "catalog-1.db"):
        (tmp_path / name).write_bytes(b"half a file")
    (tmp_path / "catalog.current.part").write_bytes(b"catalog-3.d")
    catalog = Catalog(tmp_path)
    assert contents(catalog) == set(shelf(3))
    assert {file.name for file in tmp_path.glob("catalog-*")} - {f"{held}-wal", f"{held}-shm"} == {held}
    catalog.replace(shelf(4), whole(shelf(4), 2))
    assert contents(catalog) == set(shelf(4))
    catalog.close()


@pytest.mark.parametrize("make", [build, build_apart])
def test_a_build_that_fails_leaves_no_file(tmp_path: Path, make: Builder) -> None:
    def rows() -> Iterator[Row]:
        yield shelf(1)[0]
        raise ConnectionError("the hub went away")

    with pytest.raises(ConnectionError):
        make(tmp_path / "catalog-2.db", rows(), whole(shelf(1)))
    with pytest.raises(Damaged):
        make(tmp_path / "catalog-2.db", shelf(1), Cursor(1, 1, bytes(32)))
    assert list(tmp_path.iterdir()) == []


def test_a_build_in_a_process_of_its_own_is_the_same_and_fails_the_same(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    catalog = Catalog(tmp_path / "here", build_apart)
    rows = catalog_rows("grocery")
    catalog.replace(iter(rows), whole(rows))
    assert contents(catalog) == set(rows)
    assert Search(catalog).find("elstar")
    with pytest.raises(Damaged) as damage:
        catalog.replace(shelf(2), Cursor(1, 2, bytes(32)))
    assert damage.value.code == "feed.digest"
    assert contents(catalog) == set(rows)
    assert len(list((tmp_path / "here").glob("catalog-*.db"))) == 1
    catalog.close()


# prices, categories, barcodes


def test_a_price_switches_at_its_instant_without_anybody_doing_anything(catalog: Catalog) -> None:
    prices = [Price("A1", 0, 1999, 1), Price("A1", 1_000, 1499, 2), Price("A1", 2_000, 1999, 2), Price("A1", 2_000, 1799, 3)]
    rows = [row("price", f"A1|{place}", price) for place, price in enumerate(prices)]
    catalog.replace(rows, whole(rows))
    expected = {-1: None, 0: 1999, 999: 1999, 1_000: 1499, 1_999: 1499, 2_000: 1799, 10**13: 1799}
    for now_ms, minor in expected.items():
        price = catalog.price("A1", now_ms)
        assert (price and price.amount_minor) == minor
    assert price_at([], 5) is None


def test_an_articles_prices_are_not_those_of_its_namesake(catalog: Catalog) -> None:
    rows = [row("price", f"{key}|0", Price(key, 0, minor, 1)) for key, minor in (("A1", 1), ("A10", 2), ("A", 3))]
    catalog.replace(rows, whole(rows))
    assert [price.amount_minor for price in catalog.prices("A1").rows] == [1]


def test_a_barcode_that_two_articles_claim_goes_to_the_same_one_everywhere(catalog: Catalog) -> None:
    one, other = (row("article", key, article(key, key, ("8710000000001",))) for key in ("A2", "A1"))
    for rev, rows in enumerate(([one], [other]), 1):
        catalog.apply([Transaction(rev, rows)], whole([one, other][:rev], rev))
    assert catalog.by_barcode("08710000000001").id == "A1"  # type: ignore[union-attr]
    catalog.apply([Transaction(3, [other._replace(payload=b"")])], whole([one], 3))
    assert catalog.by_barcode("08710000000001").id == "A2"  # type: ignore[union-attr]


def test_a_barcode_that_was_taken_off_an_article_is_unknown_again(catalog: Catalog) -> None:
    catalog.replace(shelf(1), whole(shelf(1)))
    changed = row("article", "A0", article("A0", "Kaas", ("8719999999999",)))
    catalog.apply([Transaction(2, [changed])], whole([changed, *shelf(1)[1:]], 2))
    assert catalog.by_barcode("08710000000000") is None
    assert catalog.by_barcode("08719999999999").id == "A0"  # type: ignore[union-attr]
    assert Search(catalog).find("Artikel") == ()


def test_a_category_holds_what_is_below_it_and_not_its_namesake(catalog: Catalog) -> None:
    rows = [
        row("article", key, article(key, key, (), path))
        for key, path in (("A1", "Food"), ("A2", "Food/Cheese"), ("A3", "Food/Cheese/Old"), ("A4", "Foodie"), ("A5", "Food-x"))
    ]
    catalog.replace(rows, whole(rows))
    assert {one.id for one in catalog.in_category("Food", 50)} == {"A1", "A2", "A3"}
    assert {one.id for one in catalog.in_category("Food/Cheese", 50)} == {"A2", "A3"}
    pages = [one.id for offset in range(3) for one in catalog.in_category("Food", 1, offset)]
    assert sorted(pages) == ["A1", "A2", "A3"]


MEMBERS = PriceList("members", "Members", "EUR", group="members")


def test_a_price_of_a_list_is_read_with_its_list_and_says_of_which_revision_it_is(catalog: Catalog) -> None:
    list_price = Price("A0", 0, 90, 2, "members")
    fresh = [*shelf(1), row("listprice", "A0|0|members", list_price), row("pricelist", "members", MEMBERS)]
    catalog.replace(fresh, whole(fresh, 7))
    assert (catalog.price("A0", 5), catalog.price("A0", 5, ("members",))) == (Price("A0", 0, 100, 1), list_price)
    assert catalog.prices("A0").rev == 7


def test_a_terminal_asks_for_the_prices_of_its_own_place(catalog: Catalog) -> None:
    here = PriceList("ams", "Amsterdam", "EUR", store="AMS1")
    fresh = [*shelf(1), row("listprice", "A0|0|ams", Price("A0", 0, 70, 2, "ams")), row("pricelist", "ams", here)]
    catalog.replace(fresh, whole(fresh))
    catalog.place = PricePlace(store="AMS1", currency="EUR")
    assert (found := catalog.price("A0", 5)) is not None and found.amount_minor == 70
    catalog.place = PricePlace(store="UTR1", currency="EUR")
    assert (found := catalog.price("A0", 5)) is not None and found.amount_minor == 100


@pytest.mark.parametrize("change", ["price", "listprice", "pricelist"])
def test_what_is_kept_of_prices_is_forgotten_when_one_changes_and_not_when_stock_moves(catalog: Catalog, change: str) -> None:
    start = [*shelf(1), row("pricelist", "members", MEMBERS)]
    catalog.replace(start, whole(start))
    before = catalog.prices("A0")
    moved_stock = row("stock", "A0|AMS1", StockLevel("A0", "AMS1", 5, 9))
    after = [*start[:2], moved_stock, start[3]]
    catalog.apply([Transaction(2, [moved_stock])], whole(after, 2))
    assert catalog.prices("A0") is before
    new = {
        "price": row("price", "A0|9", Price("A0", 9, 50, 3)),
        "listprice": row("listprice", "A0|0|members", Price("A0", 0, 50, 3, "members")),
        "pricelist": row("pricelist", "members", replace(MEMBERS, until_ms=9)),
    }[change]
    kept = [one for one in after if (one.entity, one.key) != (new.entity, new.key)]
    catalog.apply([Transaction(3, [new])], whole([*kept, new], 3))
    assert catalog.prices("A0") != before
    assert catalog.prices("A0").rev == 3


def test_prices_are_read_by_the_index_and_not_by_walking_all_rows(catalog: Catalog) -> None:
    plan = catalog.read(
        lambda conn: conn.execute("EXPLAIN QUERY PLAN " + kept_prices._READ, ("catalog", "A|", "A|z", "A|", "A|z")).fetchall()
    )
    steps = [str(step[-1]) for step in plan]
    assert not [step for step in steps if step.startswith("SCAN")]
