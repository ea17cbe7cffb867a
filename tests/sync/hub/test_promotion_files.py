"""Promotions from files: every kind reads, local times become instants, and what is wrong is named with its line and its law."""

from collections.abc import Iterator

import pytest

from kiosk.domain.feed import PROMOTION
from kiosk.domain.promotion import KINDS, Coupon, Goods, Hours, Promotion, Tier
from tests.sync.hub.support import STORE
from tests.sync.hub.test_offers import Bench

HEAD = (
    "promotion,kind,name_nl,goods,but,need,goods_name_nl,pay,reduced,percent,amount,price,threshold,tiers,points,stores,groups,"
    "from,until,days,hours,label,coupon,coupon_codes,coupon_prefix,coupon_digits,stacking,exclusive,not_with,"
    "budget,budget_uses,budget_unheard"
)


def row(**cells: str) -> str:
    """A row of the file; what is not said is empty."""
    columns = HEAD.split(",")
    assert set(cells) <= set(columns), set(cells) - set(columns)
    return ",".join(cells.get(name, "") for name in columns)


def one(promotion: str = "x", kind: str = "percent", **cells: str) -> str:
    """A promotion with a name and what makes its kind."""
    return row(promotion=promotion, kind=kind, name_nl="Actie", **{"goods": "class:food", **cells})


EVERY = (
    one("2plus1", "n_for_m", need="3", pay="2"),
    one("3voor5", "n_for_price", need="3", price="5.00"),
    one("mix", "mix_and_match", goods="article:A1 + article:A3", need="1 + 1", percent="10", goods_name_nl="een appel + een boek",
        but=" + class:alcohol").replace("article:A3", "article:A4"),
    one("set", "bundle", goods="article:A1 + article:A4", price="2.50"),
    one("halve", "cheapest", need="2", percent="50"),
    one("duurste", "dearest", need="2", amount="0.10"),
    one("staffel", "tiers", tiers="3: 10% | 6: 15%"),
    one("cadeau", "gift", goods="article:A1 + article:A4", need="2 + 1"),
    one("tien", "percent", percent="12.5", budget="10000.00", budget_uses="5000", budget_unheard="25.00"),
    one("kwartje", "amount", amount="0.25"),
    one("vast", "fixed_price", price="1.50"),
    one("uurtje", "happy_hour", percent="20", hours="16:00-18:00", days="1-5"),
    one("leden", "member_price", percent="15"),
    one("personeel", "employee", goods="all", percent="10"),
    one("sticker", "markdown", percent="35", label="st35"),
    one("vijftig", "threshold", goods="all", tiers="50.00: 5.00 off | 100.00: 12.50 off"),
    one("punten", "points", points="2", coupon="single", coupon_prefix="zegel", coupon_digits="8"),
)  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A hub with goods: apples, beer, a book with a fixed price, and rolls."""
    made = Bench(tmp_path_factory.mktemp("promotions"))
    assert made.bring("more.csv", "sku,name_nl,vat_class,price,goods,tags", "A4,Bolletje,reduced,2.00,food,brood").faults == []
    yield made
    made.hub.close()


def published(bench: Bench) -> dict[str, Promotion]:
    """The promotions that terminals are told."""
    return {promotion.id: promotion for _, promotion in bench.rows(PROMOTION, Promotion)}


def test_every_kind_of_promotion_comes_in_by_a_file_and_a_second_import_changes_nothing(bench: Bench) -> None:
    done = bench.bring("promotions.csv", HEAD, *EVERY)
    assert (done.kind, done.faults, done.added) == ("promotions", [], len(KINDS))
    found = published(bench)
    assert {promotion.kind for promotion in found.values()} == set(KINDS)
    assert found["mix"].goods == (
        Goods(("article:A1",), (), 1, {"nl": "een appel"}), Goods(("article:A4",), ("class:alcohol",), 1, {"nl": "een boek"}),
    )  # fmt: skip
    assert found["staffel"].tiers == (Tier(3, percent_bp=1_000), Tier(6, percent_bp=1_500))
    assert found["vijftig"].tiers == (Tier(5_000, amount_minor=500), Tier(10_000, amount_minor=1_250))
    assert found["uurtje"].hours == Hours((1, 2, 3, 4, 5), 960, 1_080)
    assert (found["punten"].points_bp, found["punten"].coupon) == (20_000, Coupon("single", (), "ZEGEL", 8))
    assert (found["tien"].percent_bp, found["sticker"].label, found["cadeau"].goods[0].need) == (1_250, "ST35", 2)
    assert {promotion.rev for promotion in found.values()} == {done.rev}
    again = bench.bring("promotions.csv", HEAD, *EVERY)
    assert (again.added, again.changed, again.rev) == (0, 0, done.rev)
    changed = bench.bring("promotions.csv", HEAD, one("tien", "percent", percent="15"))
    assert (changed.added, changed.changed, published(bench)["tien"].rev) == (0, 1, changed.rev)
    assert len(published(bench)) == len(KINDS), "what a file leaves out stays"


def test_times_are_local_and_one_that_has_begun_ends_when_it_is_taken_away(bench: Bench) -> None:
    rows = (
        one("herfst", "amount", amount="0.10", stores=STORE, **{"from": "2030-10-27 02:30", "until": "2030-11-01 00:00"}),
        one("loopt", "amount", amount="0.10"),
    )
    assert bench.bring("promotions.csv", HEAD, *rows).faults == []
    assert published(bench)["herfst"].from_ms == 1_919_291_400_000
    none = (row(promotion="herfst", kind="none"), row(promotion="loopt", kind="none"))
    assert bench.bring("promotions.csv", HEAD, *none).faults == []
    assert "herfst" not in published(bench)
    assert 0 < published(bench)["loopt"].until_ms <= bench.clock()


WRONG: list[tuple[str, str, str]] = [
    (one(kind="precent", percent="10"), "kind", "did you mean percent"),
    (one(percent=""), "percent", "needs percent"),
    (one(percent="ten"), "percent", "25 or 12.5"),
    (one(percent="101"), "percent", "at most 100"),
    (one(kind="amount", amount="99.00"), "amount", "below nothing"),
    (one(kind="amount", amount="-1.00"), "amount", "19.99"),
    (one(kind="fixed_price", price="99.00"), "price", "nobody gains"),
    (one(percent="10", goods="class:fod"), "goods", "did you mean food"),
    (one(percent="10", goods="article:A9"), "goods", "import the goods first"),
    (one(percent="30", goods="class:alcohol"), "goods", "Alcoholwet"),
    (one(percent="5", goods="article:A3"), "goods", "Wet op de vaste boekenprijs"),
    (one(kind="n_for_m", goods="class:alcohol", need="3", pay="2"), "goods", "Alcoholwet"),
    (one(kind="n_for_m", need="3", pay="3"), "pay", "1 to 2"),
    (one(kind="mix_and_match", percent="5", goods="article:A1", need="1 + 2"), "need", "1 groups of goods"),
    (one(kind="tiers", tiers="3 for 10"), "tiers", "3: 10%"),
    (one(kind="tiers", tiers="6: 10% | 3: 15%"), "tiers", "rise"),
    (one(percent="10", **{"from": "2030-03-31 02:30"}), "from", "left out"),
    (one(percent="10", **{"from": "2030-02-01", "until": "2030-01-01"}), "until", "ends before it begins"),
    (one(percent="10", stores="NIX1"), "stores", "AMS1"),
    (one(percent="10", hours="4pm"), "hours", "16:00-18:00"),
    (one(percent="10", days="8"), "hours", "1 (Monday)"),
    (one(percent="10", days="mo"), "days", "1 is Monday"),
    (one(percent="10", coupon="twice", coupon_codes="A"), "coupon", "open, single, customer"),
    (one(percent="10", not_with="nobody"), "not_with", "no promotion"),
    (one("a b", percent="10"), "promotion", "1 to 40"),
    (row(promotion="weg", kind="none"), "promotion", "no such promotion"),
    (row(promotion="x", kind="percent", percent="10", goods="all"), "name_nl", "name"),
]


@pytest.mark.parametrize(("wrong", "column", "mend"), WRONG, ids=[f"{column}: {mend}" for _, column, mend in WRONG])
def test_what_is_wrong_with_a_promotion_is_named_with_its_line_column_and_way_out(
    bench: Bench, wrong: str, column: str, mend: str
) -> None:
    before = published(bench)
    done = bench.bring("promotions.csv", HEAD, one("good", "n_for_m", need="3", pay="2"), wrong)
    assert {fault.line for fault in done.faults} == {3}
    assert mend in next(fault.mend for fault in done.faults if fault.column == column)
    assert published(bench) == before, "a file with a fault changes nothing"


def test_a_percentage_is_measured_by_the_lowest_price_of_thirty_days_and_a_file_that_says_more_is_refused(bench: Bench) -> None:
    action = ("sku,price,from,until", "A2,4.00,2030-01-01 00:00,2030-01-08 00:00")
    assert bench.bring("prices.csv", *action).faults == []
    days = ("2030-01-20 00:00", "2030-03-01 00:00")
    soon, later = (one("bier", percent="10", goods="article:A2", **{"from": day}) for day in days)
    refused = bench.bring("promotions.csv", HEAD, soon)
    assert [(fault.line, fault.column, fault.value) for fault in refused.faults] == [(2, "percent", "10")]
    assert "4.00" in refused.faults[0].mend and "98/6/EC" in refused.faults[0].mend
    assert bench.bring("promotions.csv", HEAD, later).faults == []


def test_one_without_a_beginning_begins_when_it_is_brought_in_and_only_once(bench: Bench) -> None:
    assert bench.bring("promotions.csv", HEAD, one("vanaf-nu", "amount", amount="0.05")).faults == []
    began_ms = published(bench)["vanaf-nu"].from_ms
    assert 0 < began_ms <= bench.clock()
    bench.clock.added_ms += 60_000
    assert bench.bring("promotions.csv", HEAD, one("vanaf-nu", "amount", amount="0.06")).changed == 1
    assert published(bench)["vanaf-nu"].from_ms == began_ms


def test_two_that_exclude_each_other_on_the_same_goods_are_named(bench: Bench) -> None:
    shared = {"goods": "tag:brood", "exclusive": "1"}
    rows = (one("een", "amount", amount="0.10", **shared), one("twee", "amount", amount="0.20", **shared))
    done = bench.bring("promotions.csv", HEAD, *rows)
    assert [(fault.line, fault.column) for fault in done.faults] == [(3, "exclusive")] and "een excludes" in done.faults[0].mend
