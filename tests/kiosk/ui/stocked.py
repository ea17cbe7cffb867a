"""Styles in many sizes and colours, with stock in many places, for screens that show them."""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.domain.catalog import Article, Price, StockLevel, StockPromised
from kiosk.domain.feed import PROMISED, WAREHOUSE, Row, Store, Word
from tests.kiosk.ui.kiosk.shop import NOON_MS, row

MIN_MS, DAY_MS = 60_000, 86_400_000
COAT = "COAT"
SIZES = ("XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL")
COLOURS = (
    ("anthracite", "antracietgrijs gemêleerd"), ("petrol", "petrolblauw"), ("sand", "zand"), ("bottle", "donkerflessengroen"),
    ("bordeaux", "bordeauxrood"),
)  # fmt: skip
AMS = Store(
    "AMS1", "Noord & Zuid Amsterdam", "", "", "Amsterdam", "Europe/Amsterdam", latitude_micro=52_373_100, longitude_micro=4_892_200
)
PLACES = (
    AMS,
    replace(AMS, id="UTR1", name="Noord & Zuid Utrecht", latitude_micro=52_090_700, longitude_micro=5_121_400),
    replace(AMS, id="HAA1", name="Noord & Zuid Haarlem", latitude_micro=52_387_400, longitude_micro=4_646_200),
    replace(AMS, id="GRO1", name="Noord & Zuid Groningen Herestraat", latitude_micro=53_219_400, longitude_micro=6_566_500),
    replace(AMS, id="DC1", name="Distributiecentrum Tiel", kind=WAREHOUSE, latitude_micro=51_886_600, longitude_micro=5_429_000),
)


def places() -> list[Row]:
    """Stores on the map and a warehouse."""
    return [row("store", one.id, one) for one in PLACES]


def level(article: str, store: str, pieces: int, age_ms: int = 20 * MIN_MS) -> Row:
    """So many pieces at a store, as it was known so long ago."""
    return row("stock", f"{article}|{store}", StockLevel(article, store, pieces * 1_000, NOON_MS - age_ms))


def reserved(article: str, store: str, pieces: int) -> Row:
    """So many pieces of it lie there for somebody."""
    return row(PROMISED, f"{article}|{store}", StockPromised(article, store, pieces * 1_000))


def style(
    sizes: Sequence[str] = SIZES, colours: Sequence[tuple[str, str]] = COLOURS, name: str = "Waterdichte winterjas met capuchon",
    start: str = COAT,
) -> list[Row]:
    """A style in each size and colour, named by both; it costs 129.95."""
    made = [row("word", code, Word(code, {"nl": dutch, "en": code})) for code, dutch in colours]
    for place, (colour, size) in enumerate((colour, size) for colour, _ in colours for size in sizes):
        article = Article(
            f"{start}-{colour}-{size}", start, {"nl": name, "en": name}, "Noord & Zuid", "Coats", size, colour,
            (f"{20_000_000_000 + place:012d}",), "standard", "piece", 0, "", "tshirt-navy.webp", 0, 0,
        )  # fmt: skip
        made += [row("article", article.id, article), row("price", f"{article.id}|0", Price(article.id, 0, 12_995, 1))]
    return made


def forty() -> list[Row]:
    """Five colours by eight sizes: some here, some only elsewhere, some nowhere, one of which nothing is known."""
    made = style()
    for place, (colour, size) in enumerate((colour, size) for colour, _ in COLOURS for size in SIZES):
        article = f"{COAT}-{colour}-{size}"
        if place:
            made.append(level(article, "AMS1", (place * 7) % 5 if place % 3 else 0))
        if place % 4:
            made += [level(article, "UTR1", place % 3), level(article, "GRO1", place % 2, 3 * DAY_MS), level(article, "DC1", 40)]
    return made
