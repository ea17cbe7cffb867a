"""Price lists, prices and tenders from files: local times become instants, history stays, and every fault has its place."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import openpyxl
import pytest
from sqlalchemy import Connection, insert, select

from kiosk.domain.catalog import Price
from kiosk.domain.feed import CATALOG, DEVICE
from kiosk.domain.pricelist import PriceList, PricePlace, Prices, price_in
from kiosk.domain.tender import CASH, PER_LINKED, TenderRule
from sync.hub import feedlog
from sync.hub.commands.importing import import_from
from sync.hub.imports.outcome import Imported
from sync.hub.operations import SetPrice, set_price
from sync.hub.storage.schema import terminals
from sync.hub.storage.schema_offers import offer_log, price_checks
from tests.sync.hub.earlier import go_back
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, TestClock, a_product, bring_products, open_test_hub

DAY = 86_400_000
PRODUCTS = (
    "sku,name_nl,vat_class,price,goods",
    "A1,Appel,reduced,2.00,food|perishable",
    "A2,Pils,standard,5.00,alcohol",
    "A3,Boek,reduced,20.00,fixed_price_book",
)
LISTS = (
    "pricelist,name,store,group,from,until",
    "ams,Amsterdam,AMS1,,,",
    "members,Leden,,members,,",
    "week,Deze week,,,2030-01-07 00:00,2030-01-14 00:00",
)


class Bench:
    """A hub with a shop in it, and a folder for files."""

    def __init__(self, folder: Path) -> None:
        self.clock = TestClock()
        self.folder = folder
        self.hub = open_test_hub(folder / "hub", self.clock)
        assert self.bring("products.csv", *PRODUCTS).faults == []
        assert self.bring("categories.csv", "path,name_nl", "Drank,Drank").faults == []

    def bring(self, name: str, *rows: str) -> Imported:
        """Import a file of these rows."""
        path = self.folder / name
        path.write_text("\n".join(rows), "utf-8")
        return import_from(self.hub, path)

    def rows(self, entity: str, kind: type[Any], scope: str = CATALOG) -> list[tuple[str, Any]]:
        """The published rows of an entity: audience and value."""
        found = self.hub.storage.call(lambda c: feedlog.rows_now(c, TENANT, scope, entity))
        return [(audience, msgspec.json.decode(payload, type=kind)) for audience, _, payload in found]

    def amount(self, article: str, at_ms: int, store: str = STORE, groups: tuple[str, ...] = ()) -> int | None:
        """What an article costs at a store then, as terminals are told."""
        prices = [price for entity in ("price", "listprice") for _, price in self.rows(entity, Price)]
        lists = {one.id: one for _, one in self.rows("pricelist", PriceList)}
        own = tuple(price for price in prices if price.article == article)
        found = price_in(Prices(own, lists), PricePlace(store, "store", "noord", "NL", "EUR", groups), at_ms)
        return found.amount_minor if found else None


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A hub of the test's own."""
    made = Bench(tmp_path)
    yield made
    made.hub.close()


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A hub for files that change nothing."""
    made = Bench(tmp_path_factory.mktemp("strict"))
    assert made.bring("pricelists.csv", *LISTS).faults == []
    yield made
    made.hub.close()


def test_lists_and_prices_are_told_to_every_terminal_and_hold_where_and_for_whom_they_are_meant(bench: Bench) -> None:
    assert (bench.bring("pricelists.csv", *LISTS).added, bench.bring("pricelists.csv", *LISTS).changed) == (3, 0)
    done = bench.bring("prices.csv", "sku,price,list", "A1,1.90,ams", "A1,1.50,members", "A1,1.80,week", "A2,4.50,")
    assert (done.kind, done.rows, done.faults) == ("prices", 4, [])
    now_ms = bench.clock() + 1_000
    assert [bench.amount("A1", now_ms, store) for store in (STORE, OTHER_STORE)] == [190, 200]
    assert bench.amount("A1", now_ms, STORE, ("members",)) == 150
    assert bench.amount("A2", now_ms) == 450
    lists = {one.id: one for _, one in bench.rows("pricelist", PriceList)}
    week = lists["week"]
    assert [bench.amount("A1", at, OTHER_STORE) for at in (week.from_ms - 1, week.from_ms, week.until_ms)] == [200, 180, 200]
    assert (week.currency, week.zone, week.from_ms) == ("EUR", "Europe/Amsterdam", 1_893_970_800_000)


def test_a_till_that_knows_no_lists_is_never_told_a_price_of_one_as_its_own(bench: Bench) -> None:
    bench.bring("pricelists.csv", *LISTS)
    bench.bring("prices.csv", "sku,price,list", "A1,0.50,members")
    assert [price.amount_minor for _, price in bench.rows("price", Price) if price.article == "A1"] == [200]
    assert [price.list for _, price in bench.rows("listprice", Price)] == ["members"]


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2030-10-27 02:30:15", "2030-10-27T00:30:15+00:00"),
        ("2030-10-27T02:30:15+01:00", "2030-10-27T01:30:15+00:00"),
        ("2030-10-27 03:00", "2030-10-27T02:00:00+00:00"),
        ("2030-03-31 03:00", "2030-03-31T01:00:00+00:00"),
        ("2030-03-31 01:59:59", "2030-03-31T00:59:59+00:00"),
    ],
)
def test_a_local_time_becomes_an_instant_to_the_second_on_the_nights_the_clocks_change(
    strict: Bench, local: str, instant: str
) -> None:
    expected = round(datetime.fromisoformat(instant).timestamp() * 1000)
    assert strict.bring("prices.csv", "sku,price,from", f"A3,19.00,{local}").faults == []
    assert expected in {price.valid_from_ms for _, price in strict.rows("price", Price) if price.article == "A3"}


def test_a_second_import_of_the_same_file_changes_nothing_also_when_its_action_runs(bench: Bench) -> None:
    file = ("sku,price,from,until,reduction", "A2,5.00,,,", "A2,4.00,2030-01-07 00:00,2030-01-14 00:00,announced")
    first, again = (bench.bring("prices.csv", *file) for _ in range(2))
    assert (first.faults, first.added, first.changed) == ([], 1, 0)
    assert (again.added, again.changed, again.rev) == (0, 0, first.rev)
    bench.clock.added_ms = 1_894_100_000_000 - bench.clock()
    later = bench.bring("prices.csv", *file)
    assert (later.faults, later.added, later.changed) == ([], 0, 0)
    assert bench.amount("A2", bench.clock()) == 400
    bench.bring("products.csv", PRODUCTS[0], PRODUCTS[2])
    assert bench.amount("A2", bench.clock()) == 400, "the regular price of the products ends no action"
    assert bench.amount("A2", 1_900_000_000_000) == 500


def test_a_price_that_was_sent_ahead_may_be_changed_or_taken_away_and_one_that_began_only_ended(bench: Bench) -> None:
    bench.bring("prices.csv", "sku,price,from,until", "A2,4.00,2030-01-07 00:00,2030-01-14 00:00", "A1,1.00,2031-01-01 00:00,")
    rows = ("A2,3.90,2030-01-07 00:00,2030-01-14 00:00", "A1,,2031-01-01 00:00,")
    changed = bench.bring("prices.csv", "sku,price,from,until", *rows)
    assert (changed.faults, changed.changed) == ([], 2)
    assert bench.amount("A1", 1_990_000_000_000) == 200
    bench.clock.added_ms = 1_894_100_000_000 - bench.clock()
    assert bench.bring("prices.csv", "sku,price,from,until", "A2,3.90,2030-01-07 00:00,2030-01-10 00:00").faults == []
    assert bench.amount("A2", 1_894_300_000_000) == 500
    for row in ("A2,3.80,2030-01-07 00:00,2030-01-10 00:00", "A2,,2030-01-07 00:00,"):
        refused = bench.bring("prices.csv", "sku,price,from,until", row)
        assert [(fault.line, fault.column) for fault in refused.faults] == [(2, "price")]
        assert "history" in refused.faults[0].mend


def test_prices_from_before_the_hub_knew_an_article_come_in_and_later_history_is_not_written_over(bench: Bench) -> None:
    old = bench.bring("prices.csv", "sku,price,from", "A1,1.80,2020-01-01 00:00", "A1,2.00,2020-02-01 00:00")
    assert (old.faults, old.added) == ([], 2)
    bench.clock.added_ms = 10 * DAY
    refused = bench.bring("prices.csv", "sku,price,from", f"A1,9.00,{_local(bench.clock() - DAY)}")
    assert [fault.column for fault in refused.faults] == ["from"] and "past" in refused.faults[0].mend


def test_a_reduction_is_checked_by_the_law_before_it_is_published(bench: Bench) -> None:
    head = "sku,price,from,reduction"
    soon, later = ("2030-01-07 00:00", "2030-01-10 00:00")
    rows = [f"A2,5.00,{soon},announced", f"A3,15.00,{soon},perishable", f"A3,15.00,{later},progressive"]
    refused = bench.bring("prices.csv", head, *rows)
    assert [(fault.line, fault.column) for fault in refused.faults] == [(2, "price"), (3, "reduction"), (4, "price")]
    assert all("98/6/EC" in fault.mend for fault in refused.faults)
    assert "5.00" in refused.faults[0].mend
    sound = [f"A2,4.00,{soon},announced", f"A2,3.50,{later},progressive", f"A1,1.00,{soon},perishable"]
    assert bench.bring("prices.csv", head, *sound).faults == []


def test_a_reduction_that_is_dearer_than_an_action_of_last_week_is_none(bench: Bench) -> None:
    rows = ("A2,3.00,2030-01-01 00:00,2030-01-03 00:00,", "A2,4.00,2030-01-07 00:00,2030-01-14 00:00,announced")
    refused = bench.bring("prices.csv", "sku,price,from,until,reduction", *rows)
    assert [fault.line for fault in refused.faults] == [3] and "3.00" in refused.faults[0].mend


PRICE_HEAD = "sku,price,list,currency,from,until,reduction"
WRONG_PRICES: list[tuple[str, str, str]] = [
    ("A9,1.00,,,,,", "sku", "no such article"),
    (",1.00,,,,,", "sku", "empty"),
    ("A1,,,,,,", "price", "missing"),
    ("A1,free,,,,,", "price", "19.99"),
    ("A1,-1.00,,,,,", "price", "19.99"),
    ("A1,1.00,nolist,,,,", "list", "ams, base"),
    ("A1,1.00,,USD,,,", "currency", "EUR"),
    ("A1,1.00,members,SEK,,,", "currency", "EUR"),
    ("A1,1.00,,,2030-03-31 02:30,,", "from", "left out"),
    ("A1,1.00,,,tomorrow,,", "from", "2026-12-01 09:00"),
    ("A1,1.00,,,2030-01-02,2030-01-01,", "until", "later"),
    ("A1,1.00,,,,2020-01-01,", "until", "past"),
    ("A1,1.00,,,,,sale", "reduction", "announced"),
    ("A1,1.00,members,,,,announced", "reduction", "personal"),
    ("A1,,,,2030-01-02,,", "from", "no price begins"),
]


@pytest.mark.parametrize(("row", "column", "mend"), WRONG_PRICES, ids=[row for row, _, _ in WRONG_PRICES])
def test_a_wrong_price_says_where_it_is_and_how_to_mend_it(strict: Bench, row: str, column: str, mend: str) -> None:
    before = strict.hub.storage.call(lambda c: feedlog.head(c, TENANT))
    done = strict.bring("prices.csv", PRICE_HEAD, "A2,4.99,,,2032-01-01,,", row)
    assert [(fault.line, fault.column) for fault in done.faults] == [(3, column)]
    assert mend in done.faults[0].mend
    assert strict.hub.storage.call(lambda c: feedlog.head(c, TENANT)) == before, "a file with a fault changes nothing"


def test_two_prices_that_begin_together_are_a_fault(strict: Bench) -> None:
    done = strict.bring("prices.csv", "sku,price", "A1,1.00", "A1,1.10")
    assert [(fault.line, fault.column) for fault in done.faults] == [(3, "sku")]


LIST_HEAD = "pricelist,name,currency,brand,country,store,channel,group,from,until,zone"
WRONG_LISTS: list[tuple[str, str]] = [
    ("base,,,,,,,,,,", "pricelist"),
    ("a b,,,,,,,,,,", "pricelist"),
    ("x,,USD,,,,,,,,", "currency"),
    ("x,,,zuid,,,,,,,", "brand"),
    ("x,,,,FR,,,,,,", "country"),
    ("x,,,,,NIX1,,,,,", "store"),
    ("x,,,,,,phone,,,,", "channel"),
    ("x,,,,,,,,2030-03-31 02:30,,", "from"),
    ("x,,,,,,,,2030-01-02,2030-01-02,", "until"),
    ("x,,,,,,,,,,Mars/Base", "zone"),
]


@pytest.mark.parametrize(("row", "column"), WRONG_LISTS, ids=[row for row, _ in WRONG_LISTS])
def test_a_wrong_list_says_where_it_is(strict: Bench, row: str, column: str) -> None:
    faults = strict.bring("pricelists.csv", LIST_HEAD, "good,,,,,,,,,,", row).faults
    assert column in {fault.column for fault in faults}
    assert {fault.line for fault in faults} == {3}


def test_prices_come_as_a_workbook_or_as_json_lines_too(strict: Bench) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("sku", "price", "from"), ("A1", 1.25, "2033-01-01 00:00"), ("A9", "x", "")):
        sheet.append(row)
    path = strict.folder / "prices.xlsx"
    book.save(path)
    assert [(fault.line, fault.column) for fault in import_from(strict.hub, path).faults] == [(3, "price")]
    lines = ('{"sku": "A1", "price": 1.26, "from": "2033-02-01 00:00"}', '{"sku": "A1", "price": "1,27", "from": ""}')
    assert [(fault.line, fault.column) for fault in strict.bring("prices.jsonl", *lines).faults] == [(2, "price")]


def test_setting_one_price_goes_on_beside_an_action(bench: Bench) -> None:
    now_ms = bench.clock()
    bench.bring("prices.csv", "sku,price,until", f"A2,4.00,{_local(now_ms + 5 * DAY)}")
    set_price(bench.hub, SetPrice("A2", "5.50"))
    assert [bench.amount("A2", now_ms + days * DAY) for days in (1, 6)] == [400, 550]


def test_a_hub_of_before_begins_its_log_with_the_prices_that_stand_and_checks_no_old_sale(tmp_path: Path) -> None:
    before = open_test_hub(tmp_path / "hub")
    bring_products(before, a_product("A1", 250))

    def as_it_was(connection: Connection) -> None:
        go_back(connection, "0008")
        more = dict.fromkeys(("certificate", "signature", "public_key", "head"), b"")
        numbers = dict.fromkeys(("enrolled_ms", "revoked_ms", "durable_seq", "last_seen_ms"), 0)
        values = {"tenant": TENANT, "store": STORE, "dev": "d1", "inc": 1, "terminal": "1", "kind": "till", "series": 1}
        connection.execute(insert(terminals).values(**values, **more, **numbers, next_seq=42, forked=False))

    before.storage.call(as_it_was)
    before.close()
    after = open_test_hub(tmp_path / "hub", shop=False)
    try:
        rows = after.storage.call(lambda c: c.execute(select(offer_log.c.key, offer_log.c.payload)).all())
        assert [(key, msgspec.json.decode(payload, type=Price).amount_minor) for key, payload in rows] == [("A1|0", 250)]
        assert after.storage.call(lambda c: c.scalar(select(price_checks.c.next_seq))) == 42
    finally:
        after.close()


def test_whatever_was_offered_stays_known_with_its_revision(bench: Bench) -> None:
    bench.bring("prices.csv", "sku,price,from", "A1,1.00,2031-01-01 00:00")
    bench.bring("prices.csv", "sku,price,from", "A1,1.10,2031-01-01 00:00")
    bench.bring("prices.csv", "sku,price,from", "A1,,2031-01-01 00:00")
    at = offer_log.c
    query = select(at.rev, at.payload).where(at.key.like("A1|1%")).order_by(at.rev)
    found = bench.hub.storage.call(lambda c: c.execute(query).all())
    amounts = [msgspec.json.decode(payload, type=Price).amount_minor if payload else None for _, payload in found]
    assert amounts == [100, 110, None]
    assert len({rev for rev, _ in found}) == 3


# tenders

TENDER_HEAD = "tender,kind,name_nl,store,eligible,change,refund_to,rounding,drawer,limit"
TENDERS = (
    TENDER_HEAD,
    "cash,cash,Contant,,,,,0.05,,",
    "card,card,Pin,,,,same|cash,,,",
    "meal,meal_voucher,Maaltijdcheque,,class:food,lost,cash,,,>250.00",
    "cash,cash,Contant,UTR1,,,,,,>=1000.00 linked",
)


def test_tenders_go_to_each_store_with_the_limits_of_its_country(bench: Bench) -> None:
    done = bench.bring("tenders.csv", *TENDERS)
    assert (done.kind, done.faults, done.added) == ("tenders", [], 3)
    rules = {(audience, rule.id): rule for audience, rule in bench.rows("tender", TenderRule, DEVICE)}
    assert set(rules) == {(store, key) for store in (STORE, OTHER_STORE) for key in ("cash", "card", "meal")}
    here, there = rules[STORE, "cash"], rules[OTHER_STORE, "cash"]
    assert (here.rounding_step_minor, here.drawer, here.change) == (5, True, "cash")
    assert {(limit.comparison, limit.amount_minor, limit.per) for limit in here.limits} == {(">=", 300_000, PER_LINKED)}
    assert [limit.amount_minor for limit in there.limits] == [100_000]
    assert rules[STORE, "meal"].eligible == ("class:food",)
    again = bench.bring("tenders.csv", *TENDERS)
    assert (again.added, again.changed) == (0, 0)
    less = bench.bring("tenders.csv", *TENDERS[:3])
    assert less.changed == 2, "the voucher is gone, and the cash of the second store is as in the others"
    assert {rule.kind for _, rule in bench.rows("tender", TenderRule, DEVICE)} == {CASH, "card"}


WRONG_TENDERS: list[tuple[str, str, str]] = [
    ("coins,coins,Munten,,,,,,,", "kind", "cash, card"),
    ("x,cash,Contant,NIX1,,,,,,", "store", "AMS1"),
    ("x,cash,,,,,,,,", "name_nl", "name"),
    ("x,meal_voucher,Bon,,,,,,,", "eligible", "class:food"),
    ("x,meal_voucher,Bon,,class:fuud,,,,,", "eligible", "food"),
    ("x,meal_voucher,Bon,,category:Nergens,,,,,", "eligible", "import it first"),
    ("x,card,Pin,,,cash,,,,", "change", "none"),
    ("x,card,Pin,,,,,0.05,,", "rounding", "only cash"),
    ("x,cash,Contant,,,,,0.03x,,", "rounding", "19.99"),
    ("x,cash,Contant,,,,coins,,,", "refund_to", "same"),
    ("x,cash,Contant,,,,,,0,", "drawer", "1"),
    ("x,cash,Contant,,,,,,,3000", "limit", ">=3000.00 linked"),
    ("x,cash,Contant,,,,,,,>3000 linked -service", "limit", "3,000 euro"),
    ("x,cash,Contant,,,,,,,>=5000 linked", "limit", "3,000 euro"),
]


@pytest.mark.parametrize(("row", "column", "mend"), WRONG_TENDERS, ids=[row for row, _, _ in WRONG_TENDERS])
def test_a_wrong_tender_says_where_it_is_and_names_the_law(strict: Bench, row: str, column: str, mend: str) -> None:
    faults = strict.bring("tenders.csv", TENDER_HEAD, "card,card,Pin,,,,,,,", row).faults
    assert {fault.line for fault in faults} == {3}
    assert mend in next(fault.mend for fault in faults if fault.column == column)


def _local(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo("Europe/Amsterdam")).isoformat(" ", "seconds")
