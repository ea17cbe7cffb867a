"""Where goods can be had: 200 stores on the map, 5,000 products in each of them, read from a till's own copy."""

import gc
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from kiosk.domain.catalog import Article, StockLevel, StockPromised
from kiosk.domain.feed import EMPTY_DIGEST, PROMISED, Cursor, Row, Store, moved, row_number
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.kiosk.support import Shop, open_shop

FIGURES = ("availability_200_stores", "availability_card_40")
STORES, PRODUCTS, QUICK_PRODUCTS, CARD = 200, 5_000, 200, 40


def measure(folder: Path, figures: Figures, options: Options) -> None:
    """One product after the other, and one style after the other; each is asked for once, as a customer asks."""
    chance = random.Random(6)
    products = options.count(PRODUCTS, QUICK_PRODUCTS)
    with open_shop(folder / "places") as shop:
        here = shop.counter.ledger.identity.place.store
        made = list(_rows(chance, here, products, shop.counter.now_ms()))
        shop.counter.catalog.replace(made, Cursor(1, 1, moved(EMPTY_DIGEST, sum(map(row_number, made)))))
        made.clear()  # a million rows that no till has would be looked at by every round of the collector
        gc.collect()
        gc.freeze()  # as a till does when it is up
        asked = [f"P{n}" for n in range(products)]
        chance.shuffle(asked)
        for article in asked[: options.count(1_000, 100)]:
            figures.add("availability_200_stores", _ms(lambda article=article: shop.lookup.available(article)))  # type: ignore[misc]
        for style in range(min(60, products // CARD)):
            figures.add("availability_card_40", _ms(lambda style=style: _card(shop, style)))  # type: ignore[misc]


def _card(shop: Shop, style: int) -> None:
    offers = shop.lookup.variants(f"S{style}")
    shop.lookup.available_all(offers, offers[0].article.id)


def _rows(chance: random.Random, here: str, products: int, now_ms: int) -> Iterator[Row]:
    """Stores within the country, the till's own among them; stock and promises of every product in each."""
    stores = [here, *(f"ST{n:03}" for n in range(1, STORES))]
    for store in stores:
        north, east = 50_800_000 + chance.randrange(2_600_000), 3_400_000 + chance.randrange(3_700_000)
        yield _row("store", store, Store(store, f"Winkel {store}", "", "", "", "Europe/Amsterdam", "store", north, east))
    for n in range(products):
        article = Article(
            f"P{n}", f"S{n // CARD}", {"nl": f"Artikel {n}"}, "", "Clothing", str(n % CARD), "", (), "standard", "piece", 0, "", "",
            0, 0,
        )  # fmt: skip
        yield _row("article", article.id, article)
        for store in stores:
            level = StockLevel(article.id, store, chance.randrange(-1, 6) * 1_000, now_ms - chance.randrange(10**9))
            yield _row("stock", f"{article.id}|{store}", level)
            if chance.random() < 0.1:
                yield _row(PROMISED, f"{article.id}|{store}", StockPromised(article.id, store, 1_000))


def _row(entity: str, key: str, value: object) -> Row:
    return Row(entity, key, msgspec.json.encode(value))


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000
