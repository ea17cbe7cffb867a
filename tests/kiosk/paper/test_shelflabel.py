"""What a shelf label says: price, unit price, the price before a reduction, and codes that are what they seem."""

from kiosk.domain.catalog import Article
from kiosk.domain.shelfprice import ShelfPrice
from kiosk.paper.shelflabel import shelf_label
from kiosk.text import words

BEER = Article("40021", "", {"nl": "Pils"}, "", "", "", "", ("8710398500526",), "standard", "piece", 7_200, "l", "", 0, 18)
EN, PLAIN = words("en"), ShelfPrice(1_299, 0)


def made(article: Article = BEER, shelf: ShelfPrice = PLAIN, since: str = "") -> list[str]:
    """The texts of a label."""
    one = shelf_label(article, "krat", shelf, "EUR", EN, since)
    return [one.price, one.per, one.before, one.note]


def test_a_pack_says_what_a_whole_unit_costs_and_goods_by_measure_cost_just_that() -> None:
    assert made() == ["€12.99", "€1.80 per l", "", ""]
    loose = Article("7", "", {"nl": "Kaas"}, "", "", "", "", (), "reduced", "kg", 0, "", "", 0, 0)
    assert made(loose, ShelfPrice(1_650, 0)) == ["€16.50 per kg", "", "", ""]


def test_a_reduction_stands_beside_the_lowest_price_of_thirty_days_with_its_offer_and_its_day() -> None:
    assert made(shelf=ShelfPrice(1_299, 1_599, ("Weekend", "Other")), since="23-11-2026") == [
        "€12.99", "€1.80 per l", "18 % less than the lowest price of 30 days: €15.99", "from 23-11-2026 · Weekend",
    ]  # fmt: skip


def test_codes_are_thirteen_digits_and_a_link_of_fourteen_or_are_not_there() -> None:
    codes = {"8710398500526": ("8710398500526", "08710398500526"), "96385074": ("0000096385074", "00000096385074"),
             "18710398500523": ("", "18710398500523")}  # fmt: skip
    for code, (ean, gtin) in codes.items():
        article = Article("1", "", {"nl": "x"}, "", "", "", "", ("SHOP-1", code), "standard", "piece", 0, "", "", 0, 0)
        label = shelf_label(article, "", ShelfPrice(100, 0), "EUR", EN)
        assert (label.ean, label.link) == (ean, f"https://id.gs1.org/01/{gtin}")
    bare = Article("1", "", {}, "", "", "", "", (), "standard", "piece", 0, "", "", 0, 0)
    nameless = shelf_label(bare, "", PLAIN, "EUR", EN)
    assert (nameless.ean, nameless.link, nameless.name) == ("", "", "1")
