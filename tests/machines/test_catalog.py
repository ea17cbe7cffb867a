"""A catalogue against a model in one dict: log, snapshots, failures in the middle and restarts, read back by every door."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.domain.catalog import Article, Price, StockLevel
from kiosk.domain.errors import Damaged
from kiosk.domain.feed import Cursor, Row, Transaction
from kiosk.store.catalog import Catalog, iter_rows
from tests.kiosk.support import digest_of, row
from tests.machines.support import in_shares, live

SKUS = ["A", "B", "A1", "C"]
GTINS = ["08799999000017", "08799999000024", "00000000000012"]
CATEGORIES = ["Drinks", "Drinks/Beer", "Drinks2", ""]


def an_article(sku: str, barcodes: tuple[str, ...], category: str, style: str) -> Article:
    """An article with what the catalogue looks things up by."""
    return Article(
        id=sku, style=style, names={"nl": f"Naam {sku}"}, brand="", category=category, size="", colour="", barcodes=barcodes,
        vat_class="standard", unit="piece", content_milli=0, content_unit="", picture="", deposit_minor=0, age_limit=0,
    )  # fmt: skip


SKU = st.sampled_from(SKUS)
ROWS = st.lists(
    st.one_of(
        st.builds(
            lambda sku, codes, category, style: row("article", sku, an_article(sku, tuple(codes), category, style)),
            SKU, st.lists(st.sampled_from(GTINS), unique=True, max_size=2), st.sampled_from(CATEGORIES), SKU,
        ),
        st.builds(
            lambda sku, start, minor: row("price", f"{sku}|{start}", Price(sku, start, minor, 1)),
            SKU, st.sampled_from([0, 1_000, 2_000]), st.integers(0, 9_999),
        ),
        st.builds(lambda sku, level: row("stock", f"{sku}|AMS1", StockLevel(sku, "AMS1", level, 0)), SKU, st.integers(-9, 9)),
        st.builds(lambda sku: Row("article", sku, b""), SKU),
        st.builds(lambda sku: Row("price", f"{sku}|1000", b""), SKU),
        st.builds(lambda key, payload: Row("of_tomorrow", key, payload), SKU, st.binary(max_size=4)),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


class CatalogMachine(RuleBasedStateMachine):
    """A hub that feeds, a line that breaks, and a power switch."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.rows: dict[tuple[str, str], Row] = {}
        self.rev = 0

    @initialize()
    def open(self) -> None:
        self.catalog = Catalog(self.folder)

    def _after(self, batches: Iterable[list[Row]]) -> dict[tuple[str, str], Row]:
        after = dict(self.rows)
        for batch in batches:
            for one in batch:
                after[one.entity, one.key] = one
        return {key: one for key, one in after.items() if one.payload}

    @rule(batches=st.lists(ROWS, min_size=1, max_size=3))
    def feed(self, batches: list[list[Row]]) -> None:
        after = self._after(batches)
        made = [Transaction(self.rev + n, batch) for n, batch in enumerate(batches, 1)]
        self.rev += len(batches)
        self.catalog.apply(made, Cursor(1, self.rev, digest_of(after.values())))
        self.rows = after

    @rule(batch=ROWS)
    def feed_that_does_not_add_up(self, batch: list[Row]) -> None:
        with pytest.raises(Damaged):
            self.catalog.apply([Transaction(self.rev + 1, batch)], Cursor(1, self.rev + 1, bytes([9]) * 32))

    @rule(batch=ROWS)
    def snapshot(self, batch: list[Row]) -> None:
        fresh = {(one.entity, one.key): one for one in batch if one.payload}
        self.rev += 1
        self.catalog.replace(iter(fresh.values()), Cursor(1, self.rev, digest_of(fresh.values())))
        self.rows = fresh

    @rule(batch=ROWS, at=st.integers(0, 5))
    def snapshot_that_breaks_off(self, batch: list[Row], at: int) -> None:
        def broken() -> Iterator[Row]:
            yield from batch[:at]
            raise Damaged("feed.chunk")

        with pytest.raises(Damaged):
            self.catalog.replace(broken(), Cursor(1, self.rev + 1, digest_of(batch)))

    @rule()
    def restart(self) -> None:
        self.catalog.close()
        self.open()

    @invariant()
    def both_say_the_same(self) -> None:
        assert sorted(self.catalog.read(lambda conn: list(iter_rows(conn)))) == sorted(self.rows.values())
        assert self.catalog.cursor().digest == digest_of(self.rows.values())
        articles = {key: one for (entity, key), one in self.rows.items() if entity == "article"}
        assert self.catalog.count() == len(articles)
        for sku in SKUS:
            self._judge(sku, articles)
        for gtin in GTINS:
            owners = sorted(sku for sku, one in articles.items() if f'"{gtin}"'.encode() in one.payload)
            found = self.catalog.by_barcode(gtin)
            assert (found.id if found else None) == (owners[0] if owners else None)

    def _judge(self, sku: str, articles: dict[str, Row]) -> None:
        found = self.catalog.article(sku)
        assert (row("article", sku, found) if found else None) == articles.get(sku)
        for now_ms in (500, 1_500, 2_500):
            starts = [at for at in (0, 1_000, 2_000) if at <= now_ms and ("price", f"{sku}|{at}") in self.rows]
            price = self.catalog.price(sku, now_ms)
            assert (price.valid_from_ms if price else None) == (max(starts) if starts else None)
        assert len(self.catalog.stock(sku)) == (("stock", f"{sku}|AMS1") in self.rows)

    def teardown(self) -> None:
        if hasattr(self, "catalog"):
            self.catalog.close()
        shutil.rmtree(self.folder)


@in_shares
@pytest.mark.timeout(600)
def test_a_catalogue_says_what_its_model_says_whatever_came_over_the_feed(share: int) -> None:
    live(CatalogMachine, share)
