"""The shop API over HTTP: 100,000 products, a million stock rows over 200 stores, and a web shop that asks one by one."""

import random
import time
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Table

from kiosk.domain.catalog import Article, Price
from kiosk.domain.feed import CATALOG
from sync.hub import feedlog
from sync.hub.places import put_store
from sync.hub.storage.bulk import insert_many
from sync.hub.storage.schema import feed_now, stock
from sync.hub.storage.schema_offers import offer_log
from sync.hub.storage.schema_stock import reservations, rights
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.sync.hub.shop.support import WebShop, give_key, web_shop
from tests.sync.hub.support import STORE, TENANT, a_product, a_shop, open_test_hub, running_hub

FIGURES = ("availability_200", "shop_product", "shop_page", "shop_basket_20", "shop_first_key")
STORES, EACH_STORE = 200, 5_000
REV = 2
ASKED = 1_000


def measure(folder: Path, figures: Figures, options: Options) -> None:
    """Fill a hub past its rules, as nobody has a day for it, then ask."""
    chance = random.Random(7)
    products, each = options.products, options.count(EACH_STORE, 200)
    hub = open_test_hub(folder / "shopapi")
    stores = [f"S{n:03}" for n in range(STORES)]
    hub.storage.call(lambda connection: _fill(connection, products, stores, each, chance))
    began = time.perf_counter()
    key = give_key(hub)
    figures.add("shop_first_key", time.perf_counter() - began)
    hub.close()
    with running_hub(folder / "shopapi") as running:
        web = web_shop(running, key)
        _ask(web, figures, chance, products, options.count(ASKED, 100))


def _ask(web: WebShop, figures: Figures, chance: random.Random, products: int, count: int) -> None:
    def timed(name: str, path: str, body: Any = None) -> Any:
        began = time.perf_counter()
        reply = web.send("POST" if body else "GET", path, body)
        figures.add(name, (time.perf_counter() - began) * 1_000)
        assert reply.status_code == 200, reply.text
        return reply.json()

    for _ in range(count):
        found = timed("availability_200", f"availability?articles={_sku(chance.randrange(EACH_STORE))}")["articles"][0]
        assert len(found["places"]) >= 1
    for _ in range(count):
        timed("shop_product", f"products/{_sku(chance.randrange(products))}?include=prices")
    cursor = ""
    for _ in range(count // 10):
        cursor = timed("shop_page", f"products?limit=50&include=prices&cursor={cursor}")["next"]
    for _ in range(count // 5):
        lines = [{"article": _sku(chance.randrange(products))} for _ in range(20)]
        timed("shop_basket_20", "baskets", {"lines": lines})


def _fill(connection: Connection, products: int, stores: list[str], each: int, chance: random.Random) -> None:
    """Products with a price each; in every store a part of them has stock, some with rights out and some reserved."""
    place = a_shop().places[STORE]
    for store in stores:
        put_store(connection, TENANT, store, place)
    feedlog.publish(connection, TENANT, [feedlog.change(CATALOG, "", "article", "first", a_product("first").article)])
    like = a_product("like", category="Drinks/Beer").article
    articles: list[tuple[Any, ...]] = []
    prices: list[tuple[Any, ...]] = []
    for n in range(products):
        sku = _sku(n)
        made = Article(**{**{name: getattr(like, name) for name in like.__slots__}, "id": sku, "style": sku})
        price = Price(sku, 0, chance.randint(99, 9_999), REV)
        articles.append((TENANT, CATALOG, "", "article", sku, msgspec.json.encode(made), REV))
        prices.append((TENANT, "price", f"{sku}|0", REV, msgspec.json.encode(price)))
    insert_many(connection, feed_now, ("tenant", "scope", "audience", "entity", "key", "payload", "rev"), articles)
    insert_many(connection, offer_log, ("tenant", "entity", "key", "rev", "payload"), prices)
    for store in stores:
        rows = [(TENANT, store, _sku(n), chance.randint(1, 9) * 1_000, 1) for n in range(each)]
        insert_many(connection, stock, ("tenant", "store", "article", "on_hand_milli", "as_of_ms"), rows)
        _promise(connection, rights, store, each)
        _promise(connection, reservations, store, each)


def _promise(connection: Connection, table: Table, store: str, each: int) -> None:
    """One in ten has a right out or is reserved."""
    texts, rows = {"tenant": TENANT, "store": store}, []
    for n in range(0, each, 10):
        given = {**texts, "article": _sku(n), "dev": "d", "id": f"{store}{n}", "quantity_milli": 1_000, "level_milli": 1_000}
        given |= {"state": "held", "who": "w", "serials": "[]", "gone": "[]", "got": "[]", "keep_milli": -1, "expires_ms": 1 << 50}
        rows.append(tuple(given.get(column.name, 0) for column in table.columns))
    insert_many(connection, table, [column.name for column in table.columns], rows)


def _sku(n: int) -> str:
    return f"P{n:06}"
