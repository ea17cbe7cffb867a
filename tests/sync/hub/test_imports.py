"""Importing files: every fault is found and named, a bad file changes nothing, a second import is an update."""

import csv
import json
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from kiosk.domain.catalog import Article, Price, StockLevel, price_at
from kiosk.domain.feed import CATALOG
from sync.hub import feedlog
from sync.hub.commands.importing import import_from
from sync.hub.core import Hub
from sync.hub.operations import Imported, SetPrice, set_price
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import stock_movements
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, TestClock, open_test_hub

HEAD = "sku,name_nl,name_en,barcodes,vat_class,price,unit,content,picture,deposit,age_limit,stock:AMS1"
GOOD = "A1,Appel,Apple,8710398500526,reduced,2.49,piece,,,,,10"
SAMPLES = Path(__file__).parents[3] / "assets" / "samples"


@pytest.fixture
def bench(tmp_path: Path) -> Any:
    """A hub with a shop, and a folder for files."""
    clock = TestClock()
    hub = open_test_hub(tmp_path / "hub", clock)
    yield _Bench(hub, tmp_path, clock)
    hub.close()


class _Bench:
    def __init__(self, hub: Hub, folder: Path, clock: TestClock) -> None:
        self.hub, self.folder, self.clock = hub, folder, clock

    def write(self, *rows: str, name: str = "products.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes("\n".join(rows).encode(encoding))
        return path

    def bring(self, path: Path, set_stock: bool = False) -> Imported:
        return import_from(self.hub, path, set_stock=set_stock)

    def rows(self, entity: str, kind: type[Any]) -> list[Any]:
        found = self.hub.storage.call(lambda c: feedlog.rows_now(c, TENANT, CATALOG, entity))
        return [msgspec.json.decode(payload, type=kind) for _, _, payload in found]

    def head(self) -> int:
        return self.hub.storage.call(lambda c: feedlog.head(c, TENANT))


def test_products_become_articles_prices_and_stock(bench: _Bench) -> None:
    done = bench.bring(bench.write(HEAD, GOOD, "A2,Pils,Beer,96385074|8710398500533,standard,1.09,piece,0.33 l,,0.15,18,24"))
    assert (done.faults, done.rows, done.added) == ([], 2, 2)
    articles = {article.id: article for article in bench.rows("article", Article)}
    beer = articles["A2"]
    assert (beer.names, beer.barcodes) == ({"nl": "Pils", "en": "Beer"}, ("96385074", "8710398500533"))
    assert (beer.content_milli, beer.content_unit, beer.deposit_minor, beer.age_limit) == (330, "l", 15, 18)
    assert {(price.article, price.amount_minor, price.valid_from_ms) for price in bench.rows("price", Price)} == {
        ("A1", 249, 0),
        ("A2", 109, 0),
    }
    assert {price.rev for price in bench.rows("price", Price)} == {done.rev}
    assert {(at.article, at.store, at.on_hand_milli) for at in bench.rows("stock", StockLevel)} == {
        ("A1", STORE, 10_000),
        ("A2", STORE, 24_000),
    }


def test_pieces_with_a_number_and_used_goods_are_told_by_their_columns(bench: _Bench) -> None:
    head = "sku,name_nl,vat_class,price,serial,bought"
    done = bench.bring(bench.write(head, "W1,Horloge,standard,199.00,1,120.00", "W2,Riem,standard,9.00,,"))
    assert done.faults == []
    found = {one.id: (one.asks_serial, one.bought_minor) for one in bench.rows("article", Article)}
    assert found == {"W1": (True, 12_000), "W2": (False, None)}


FAULTS = [
    # header, rows, and each fault as (line, column, a word of how to mend it)
    ("", [], [(1, "", "empty")]),
    (HEAD, [], [(2, "", "no rows")]),
    ("sku,name_nl,price", ["A1,x,1.00"], [(1, "vat_class", "missing")]),
    ("sku,vat_class,price", ["A1,standard,1.00"], [(1, "name_nl", "name")]),
    ("sku,name_nl,vat_class,price,prise", ["A1,x,standard,1.00,2"], [(1, "prise", "price")]),
    ("sku,name_nl,vat_class,price,price", ["A1,x,standard,1.00,2"], [(1, "price", "twice")]),
    ("sku,name_nl,vat_class,price,stock:NIX1", ["A1,x,standard,1.00,2"], [(1, "stock:NIX1", "AMS1")]),
    (HEAD, [GOOD, GOOD.replace("8710398500526", "")], [(3, "sku", "line 2")]),
    (HEAD, [GOOD, GOOD.replace("A1", "A2")], [(3, "barcodes", "A1 in line 2")]),
    (HEAD, [GOOD.replace("8710398500526", "42100005264"), ], [(2, "barcodes", "missing")]),
    (HEAD, [GOOD.replace("526,", "527,")], [(2, "barcodes", "8710398500526")]),
    (HEAD, [GOOD.replace("526,", "526|8710398500526,")], [(2, "barcodes", "twice")]),
    (HEAD, [GOOD.replace("8710398500526", "871 039")], [(2, "barcodes", "spaces")]),
    (HEAD, [GOOD.replace("2.49", '"2,49"')], [(2, "price", "write 2.49")]),
    (HEAD, [GOOD.replace("2.49", "2.499")], [(2, "price", "19.99")]),
    (HEAD, [GOOD.replace("2.49", "-1")], [(2, "price", "19.99")]),
    (HEAD, [GOOD.replace("2.49", "")], [(2, "price", "19.99")]),
    ("sku,name_nl,vat_class,price,goods", ["A1,x,standard,1.00,multi_purpose_voucher|single_purpose_voucher"],
     [(2, "goods", "one kind")]),
    (HEAD, [GOOD.replace("2.49", "free")], [(2, "price", "19.99")]),
    (HEAD, [GOOD.replace("reduced", "low")], [(2, "vat_class", "reduced")]),
    (HEAD, [GOOD.replace("reduced", "intermediate")], [(2, "vat_class", "NL has no such VAT class")]),
    (HEAD, [GOOD.replace("piece", "stuk")], [(2, "unit", "piece")]),
    (HEAD, [GOOD.replace("piece,,", "piece,six,")], [(2, "content", "500 g")]),
    (HEAD, [GOOD.replace("piece,,", "piece,0 g,")], [(2, "content", "small")]),
    (HEAD, [GOOD.replace("piece,,", "piece,0.5 g,")], [(2, "content", "exact")]),
    (HEAD, [GOOD.replace("piece,,,", "piece,,apple.webp,")], [(2, "picture", "no such picture")]),
    (HEAD, [GOOD.replace(",,10", ",old,10")], [(2, "age_limit", "whole number")]),
    (HEAD, [GOOD.replace(",,10", ",99,10")], [(2, "age_limit", "25")]),
    (HEAD, [GOOD.replace(",,,,,10", ",,,x,,10")], [(2, "deposit", "19.99")]),
    (HEAD, [GOOD.replace(",10", ",ten")], [(2, "stock:AMS1", "quantity")]),
    (HEAD, [GOOD.replace(",10", ",1.2345")], [(2, "stock:AMS1", "three decimals")]),
    (HEAD, [GOOD.replace("A1,Appel,Apple", ",Appel,Apple")], [(2, "sku", "empty")]),
    (HEAD, [GOOD.replace("A1,Appel,Apple", "A1,,")], [(2, "name_nl", "name")]),
    (HEAD, [GOOD.replace("A1,", "A" * 61 + ",")], [(2, "sku", "too long")]),
    (HEAD, [GOOD.replace("A1,", "A|1,")], [(2, "sku", "|")]),
    (HEAD, [GOOD.replace("Appel", "Ap\x07pel")], [(2, "name_nl", "printed")]),
    (HEAD, [GOOD, "A2,Peer"], [(3, "", "2 cells")]),
    (HEAD, [GOOD, GOOD.replace("A1", "A2") + ",extra"], [(3, "", "13 cells")]),
    (HEAD, [GOOD.replace("Appel", '"Appel')], [(2, "", "quote")]),
    (HEAD, [GOOD.replace("reduced", "low").replace("2.49", "x"), GOOD.replace("A1", "")],
     [(2, "price", "19.99"), (2, "vat_class", "reduced"), (3, "sku", "empty")]),
]  # fmt: skip


@pytest.mark.parametrize(("head", "rows", "faults"), FAULTS)
def test_every_fault_is_listed_and_nothing_is_changed(
    bench: _Bench, head: str, rows: list[str], faults: list[tuple[int, str, str]]
) -> None:
    before = bench.head()
    done = bench.bring(bench.write(head, *rows) if head else bench.write())
    assert [(fault.line, fault.column) for fault in done.faults] == [(line, column) for line, column, _ in faults]
    for fault, (_, _, word) in zip(done.faults, faults, strict=True):
        assert word in fault.mend
    assert done.fault_count == len(faults)
    assert bench.head() == before and bench.rows("article", Article) == []


def test_a_file_that_is_not_utf8_is_named_with_its_line(bench: _Bench) -> None:
    done = bench.bring(bench.write(HEAD, GOOD, GOOD.replace("A1", "A2").replace("Appel", "Café"), encoding="latin-1"))
    assert [(fault.line, fault.value) for fault in done.faults] == [(3, "byte e9")]
    assert "UTF-8" in done.faults[0].mend


def test_a_file_with_a_byte_order_mark_and_semicolons_is_read(bench: _Bench) -> None:
    rows = [HEAD.replace(",", ";"), GOOD.replace(",", ";")]
    assert bench.bring(bench.write(*rows, encoding="utf-8-sig")).added == 1


def test_a_barcode_that_the_hub_knows_on_another_article_is_a_fault(bench: _Bench) -> None:
    bench.bring(bench.write(HEAD, GOOD))
    done = bench.bring(bench.write(HEAD, GOOD.replace("A1", "A2").replace("8710398500526", "08710398500526")))
    assert [(fault.line, fault.column) for fault in done.faults] == [(2, "barcodes")] and "A1" in done.faults[0].mend
    moved = bench.bring(bench.write(HEAD, GOOD.replace("8710398500526", ""), GOOD.replace("A1", "A2")))
    assert moved.faults == [] and moved.added == 1


def test_a_second_import_of_the_same_file_changes_nothing(bench: _Bench) -> None:
    first = bench.bring(bench.write(HEAD, GOOD))
    again = bench.bring(bench.write(HEAD, GOOD))
    assert (again.added, again.changed, again.rev) == (0, 0, first.rev)


def test_a_second_import_publishes_only_what_changed_under_one_revision(bench: _Bench) -> None:
    other = GOOD.replace("A1", "A2").replace("8710398500526", "")
    bench.bring(bench.write(HEAD, GOOD, other))
    done = bench.bring(bench.write(HEAD, GOOD, other.replace("Appel", "Peer").replace("2.49", "1.99")))
    assert (done.added, done.changed) == (0, 1)
    log, _ = bench.hub.storage.call(lambda c: feedlog.read_log(c, TENANT, CATALOG, ["", STORE], done.rev - 1, 100))
    assert [[row.entity for row in transaction.rows] for transaction in log] == [["article", "price"]]


def test_a_changed_price_holds_from_now_and_the_old_one_until_then(bench: _Bench) -> None:
    bench.bring(bench.write(HEAD, GOOD))
    now_ms = bench.clock()
    bench.bring(bench.write(HEAD, GOOD.replace("2.49", "1.99")))
    prices = bench.rows("price", Price)
    before, after = price_at(prices, now_ms - 1), price_at(prices, now_ms + 60_000)
    assert before is not None and before.amount_minor == 249
    assert after is not None and after.amount_minor == 199 and after.valid_from_ms >= now_ms


def test_stock_of_a_known_article_is_left_alone_unless_it_was_counted(bench: _Bench) -> None:
    bench.bring(bench.write(HEAD, GOOD))
    bench.bring(bench.write(HEAD, GOOD.replace(",10", ",99")))
    assert [at.on_hand_milli for at in bench.rows("stock", StockLevel)] == [10_000]
    bench.bring(bench.write(HEAD, GOOD.replace(",10", ",7")), set_stock=True)
    assert [at.on_hand_milli for at in bench.rows("stock", StockLevel)] == [7_000]
    moved = bench.hub.storage.call(
        lambda c: c.execute(stock_movements.select().order_by(stock_movements.c.seq)).all()
    )
    assert [(row.quantity_milli, row.reason) for row in moved] == [(10_000, "initial"), (-3_000, "counted")]


def test_a_workbook_is_read_with_its_numbers_as_they_were_meant(bench: _Bench) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append([*HEAD.split(","), None])
    book.active.append([1001, "Appel", "Apple", 8710398500526, "reduced", 2.5, "kg", None, None, None, None, 7.25])
    book.save(bench.folder / "products.xlsx")
    assert bench.bring(bench.folder / "products.xlsx").faults == []
    (article,) = bench.rows("article", Article)
    assert (article.id, article.barcodes, article.unit) == ("1001", ("8710398500526",), "kg")
    assert [price.amount_minor for price in bench.rows("price", Price)] == [250]
    assert [at.on_hand_milli for at in bench.rows("stock", StockLevel)] == [7_250]


def test_a_workbook_that_is_none_is_a_fault(bench: _Bench) -> None:
    done = bench.bring(bench.write("not a zip", name="products.xlsx"))
    assert [fault.line for fault in done.faults] == [1] and "workbook" in done.faults[0].mend


def test_json_lines_are_read_and_a_bad_line_is_named(bench: _Bench) -> None:
    line = {"sku": "A1", "name_nl": "Appel", "barcodes": ["8710398500526", "96385074"], "vat_class": "reduced", "price": "2.49"}
    assert bench.bring(bench.write(json.dumps(line), "", name="products.jsonl")).added == 1
    assert bench.rows("article", Article)[0].barcodes == ("8710398500526", "96385074")
    done = bench.bring(bench.write(json.dumps(line), "[1]", "{", name="products.jsonl"))
    assert [fault.line for fault in done.faults] == [2, 3]


def test_pictures_are_kept_under_their_hash_and_named_in_the_article(bench: _Bench) -> None:
    (bench.folder / "pictures").mkdir()
    picture = b"RIFF\x04\x00\x00\x00WEBPVP8 "
    (bench.folder / "pictures" / "apple.webp").write_bytes(picture)
    (bench.folder / "pictures" / "fake.webp").write_bytes(b"GIF89a")
    row = GOOD.replace("piece,,,", "piece,,apple.webp,")
    assert bench.bring(bench.write(HEAD, row)).faults == []
    (article,) = bench.rows("article", Article)
    assert bench.hub.folder.picture(article.picture).read_bytes() == picture
    assert bench.bring(bench.write(HEAD, row.replace("apple", "fake"))).fault_count == 1


@pytest.mark.parametrize(
    ("name", "rows", "faults"),
    [
        ("categories.csv", ["path,name_nl,quick", "Drinks,Drank,1", "Drinks,Drank,maybe"], [(3, "path"), (3, "quick")]),
        ("words.csv", ["code,name_nl", "red,rood", "red,rood", "blue,"], [(3, "code"), (4, "name_nl")]),
        (
            "staff.csv",
            ["number,name,role,badge", "1,Zoë,cashier,B", "1,Noor,king,B", "2,,manager,B"],
            [(3, "number"), (3, "role"), (4, "badge"), (4, "name")],
        ),
    ],
)
def test_faults_of_the_other_files(bench: _Bench, name: str, rows: list[str], faults: list[tuple[int, str]]) -> None:
    done = bench.bring(bench.write(*rows, name=name))
    assert [(fault.line, fault.column) for fault in done.faults] == faults


def test_staff_who_are_new_get_a_pin_and_who_is_there_keeps_theirs(bench: _Bench) -> None:
    head, zoe = "number,name,role,badge", "101,Zoë,cashier,B1"
    assert set(bench.bring(bench.write(head, zoe, name="staff.csv")).pins) == {"101"}
    done = bench.bring(bench.write(head, zoe.replace("cashier", "manager"), "102,Noor,cashier,", name="staff.csv"))
    assert (set(done.pins), done.added, done.changed) == ({"102"}, 1, 1)


@pytest.mark.parametrize(
    ("change", "line", "column"),
    [
        (('currency = "EUR"', 'currency = "Euro"'), 3, "currency"),
        (('tenant = "t"', ""), 1, "tenant"),
        (('zone = "Europe/Amsterdam"', 'zone = "Amsterdam"'), 13, "zone"),
        (('id = "AMS1"', 'id = "A M"'), 11, "id"),
        (('name = "x"', ""), 10, "name"),
        (("[[store]]", "[[shop]]"), 1, "store"),
        (('country = "NL"', 'country = "QQ"'), 4, "country"),
        (('name = "x"', 'name = "x"\ncountry = "QQ"'), 13, "country"),
        (('zone = "Europe/Amsterdam"', 'zone = "Europe/Amsterdam"\nzoon = 1'), 14, "zoon"),
        (("[brand]", "[brand"), 8, ""),
        (("[[store]]", '[[barcodes.patterns]]\nprefix = "87"\n[[store]]'), 10, "barcodes.patterns"),
        (("[[store]]", '[deposit]\nvouchers = ["98AAC"]\n[[store]]'), 11, "deposit.vouchers"),
    ],
)
def test_faults_of_settings_are_named_with_their_line(
    bench: _Bench, change: tuple[str, str], line: int, column: str
) -> None:
    text = (
        'tenant = "t"\n\ncurrency = "EUR"\ncountry = "NL"\nlanguage = "nl"\n[legal_entity]\nid = "e"\n[brand]\nid = "b"\n'
        '[[store]]\nid = "AMS1"\nname = "x"\nzone = "Europe/Amsterdam"\n'
    )
    done = bench.bring(bench.write(text.replace(*change), name="settings.toml"))
    assert column in {fault.column for fault in done.faults}
    assert line in {fault.line for fault in done.faults if fault.column == column}


@pytest.mark.parametrize("reason", ["products.txt", "absent.csv", "odd.csv"])
def test_a_file_that_is_nothing_we_know_is_refused(bench: _Bench, reason: str) -> None:
    if reason != "absent.csv":
        bench.write("colour,weight", "red,1", name=reason)
    with pytest.raises(HubProblem) as refused:
        bench.bring(bench.folder / reason)
    assert refused.value.code == "import.kind"


@pytest.mark.parametrize("shop", ["fashion", "grocery"])
def test_the_sample_shops_come_in_without_a_fault(tmp_path: Path, shop: str) -> None:
    hub = open_test_hub(tmp_path / "hub", shop=False)
    try:
        offers = ("pricelists.csv", "prices.csv", "promotions.csv", "tenders.csv")
        for name in ("settings.toml", "products.csv", "categories.csv", "words.csv", *offers, "staff.csv"):
            done = import_from(hub, SAMPLES / shop / name)
            assert done.faults == [], name
        with (SAMPLES / shop / "products.csv").open(encoding="utf-8", newline="") as file:
            count = sum(1 for _ in csv.DictReader(file))
        assert import_from(hub, SAMPLES / shop / "products.csv").rows == count
    finally:
        hub.close()


def test_a_price_is_sent_ahead_and_starts_at_the_local_time_of_the_store(bench: _Bench) -> None:
    bench.bring(bench.write(HEAD, GOOD))
    made = set_price(bench.hub, SetPrice("A1", "1.99", "2026-12-01 09:00"))
    assert (made.valid_from_ms, made.local_time) == (1_796_112_000_000, "2026-12-01 09:00+01:00")
    summer = set_price(bench.hub, SetPrice("A1", "1.79", "2027-07-01 09:00"))
    assert summer.local_time.endswith("+02:00")
    prices = bench.rows("price", Price)
    for at, amount in ((made.valid_from_ms - 1, 249), (made.valid_from_ms, 199), (summer.valid_from_ms, 179)):
        price = price_at(prices, at)
        assert price is not None and price.amount_minor == amount


def test_setting_a_price_takes_away_what_ended_long_ago_and_only_of_that_article(bench: _Bench) -> None:
    bench.bring(bench.write(HEAD, GOOD, GOOD.replace("A1", "A10").replace("8710398500526", "")))
    for start in ("2020-01-01 00:00", "2021-01-01 00:00"):
        set_price(bench.hub, SetPrice("A1", "3.00", start))
    set_price(bench.hub, SetPrice("A1", "4.00"))
    left = [(price.article, price.amount_minor) for price in bench.rows("price", Price)]
    assert sorted(left) == [("A1", 300), ("A1", 400), ("A10", 249)]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (SetPrice("NIX", "1.99"), "article.unknown"),
        (SetPrice("A1", "1,99"), "price.amount"),
        (SetPrice("A1", "1.99", "tomorrow"), "price.from"),
        (SetPrice("A1", "1.99", "2027-03-28 02:30"), "price.from"),
        (SetPrice("A1", "1.99", store="NIX1"), "store.unknown"),
    ],
)
def test_a_price_that_cannot_be_meant_is_refused(bench: _Bench, ask: SetPrice, code: str) -> None:
    bench.bring(bench.write(HEAD, GOOD))
    with pytest.raises(HubProblem) as refused:
        set_price(bench.hub, ask)
    assert refused.value.code == code


def test_stock_of_an_article_comes_to_each_store_by_its_own_column(bench: _Bench) -> None:
    other = GOOD.replace("A1", "A2").replace("8710398500526", "").removesuffix("10")
    bench.bring(bench.write(HEAD + f",stock:{OTHER_STORE}", GOOD + ",3", other + ",0"))
    assert {(at.article, at.store, at.on_hand_milli) for at in bench.rows("stock", StockLevel)} == {
        ("A1", STORE, 10_000),
        ("A1", OTHER_STORE, 3_000),
        ("A2", OTHER_STORE, 0),
    }
