"""Web orders on their way: how many a hub takes a second from web shops, and how soon the store hears of one."""

import asyncio
import csv
import json
import random
import time
from pathlib import Path
from typing import Any

import httpx

from kiosk.apps.demo import DemoShop
from kiosk.apps.terminal import Terminal
from sync.hub.core import Hub
from tests.bench.figures import Figures
from tests.bench.hub import Line, database, serving
from tests.bench.options import Options
from tests.journeys.support import Ear
from tests.sync.hub.shop.support import give_key
from tests.sync.hub.support import STORE, a_product, bring_products, open_test_hub

SQLITE, POSTGRESQL, TOLD = "shop_orders_sqlite", "shop_orders_postgresql", "order_to_store"
FIGURES = (SQLITE, POSTGRESQL, TOLD)
SHOPS, ARTICLES, LINES = 16, 200, 3
PRICE = 1_000
SAMPLE, ARTICLE = Path(__file__).parents[2] / "assets" / "samples" / "fashion", "1001-WHT-M"


def measure(folder: Path, figures: Figures, options: Options) -> None:
    """Orders of three lines, paid ahead, to be collected."""
    for name in (SQLITE, POSTGRESQL):
        if options.wants(name):
            with database(name.rpartition("_")[2]) as url:
                figures.add(name, _per_second(folder / name, url, options.count(40, 10)))
    if options.wants(TOLD):
        figures.add(TOLD, *_told(folder / TOLD, options.count(60, 5)))


def _per_second(folder: Path, url: str, each: int) -> float:
    """Orders a second, answered and projected: 16 web shops over HTTP, each one order after the other, and one hub process."""
    hub = open_test_hub(folder, database_url=url)
    key = _stocked(hub)
    hub.close()
    frames = [[_frame(key, shop * each + n) for n in range(each)] for shop in range(SHOPS)]
    with serving(folder, url) as (_, port):
        began = time.perf_counter()
        asyncio.run(_order_all(frames, port))
        return SHOPS * each / (time.perf_counter() - began)


async def _order_all(frames: list[list[bytes]], port: int) -> None:
    async def one(mine: list[bytes]) -> None:
        line = await Line.open(port)
        for frame in mine:
            made = json.loads(await line.ask(frame))
            assert made["state"] == "allocated", made
        line.close()

    await asyncio.gather(*(one(mine) for mine in frames))


def _told(folder: Path, count: int) -> list[float]:
    """ms from the beginning of a shop's call until the till of the store, in a process of its own, has the order in its list."""
    shop = DemoShop(folder, "fashion", lambda line: None)
    shop.import_sample()
    price = _enough_of_one(shop)
    shop.start_hub()
    till = None
    try:
        shop.enrol("till-01")
        shop.settle("till-01", discovery=False)
        scopes = "orders:write,orders:read,stock:read"
        key = shop.hub_command("key", "add", "web", "--brand", "noord-zuid", "--scope", scopes, "--rate", "60000")["key"]
        till = Terminal(shop.folder / "till-01", ear := Ear())
        till.start()
        with httpx.Client(base_url=shop.hub_url, headers={"Authorization": f"Bearer {key}"}) as web:
            return [_one_told(web, till, ear, _wish(ARTICLE, price, n)) for n in range(count)]
    finally:
        if till is not None:
            till.close()
        shop.stop()


def _enough_of_one(shop: DemoShop) -> int:
    """Give both stores more of one article than anybody orders; its price (minor units)."""
    with (SAMPLE / "products.csv").open(encoding="utf-8", newline="") as file:
        row = next(one for one in csv.DictReader(file) if one["sku"] == ARTICLE)
    row["picture"] = ""
    listed = shop.folder / "enough.csv"
    with listed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row.keys())
        writer.writeheader()
        writer.writerow({name: "100000" if name.startswith("stock:") else value for name, value in row.items()})
    done = shop.hub_command("import", str(listed), "--set-stock")
    assert not done["fault_count"], done
    return int(row["price"].replace(".", ""))


def _one_told(web: httpx.Client, till: Terminal, ear: Ear, wish: dict[str, Any]) -> float:
    before = len(till.orders.listed())
    began = time.perf_counter()
    reply = web.post("/shop/v1/orders", json=wish)
    assert reply.status_code == 200, reply.text
    assert ear.wait(lambda: len(till.orders.listed()) > before)
    return (time.perf_counter() - began) * 1_000


def _stocked(hub: Hub) -> str:
    bring_products(hub, *(a_product(f"A{place:04d}", PRICE, stock={STORE: 10**9}) for place in range(ARTICLES)))
    return give_key(hub, scopes=("orders:write",)).key


def _frame(key: str, n: int) -> bytes:
    """A whole request: an order of three lines, no two alike."""
    chance = random.Random(n)
    lines = [{"article": f"A{place:04d}", "quantity_milli": 1_000} for place in chance.sample(range(ARTICLES), LINES)]
    body = json.dumps({**_paid(n, PRICE * LINES), "content": {"lines": lines}}).encode()
    head = f"POST /shop/v1/orders HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _wish(article: str, price: int, n: int) -> dict[str, Any]:
    return {**_paid(n, price), "content": {"lines": [{"article": article, "quantity_milli": 1_000}]}}


def _paid(n: int, total: int) -> dict[str, Any]:
    """What every order says: who, how much, paid ahead, collected in the first store."""
    return {
        "reference": f"R-{n}", "total_minor": total, "person": {"name": f"Zoë de Wit {n}", "email": f"zoe{n}@example.com"},
        "payments": [{"kind": "pay_link", "amount_minor": total, "reference": f"tr-{n}"}],
        "ways": [{"kind": "collect", "store": STORE}],
    }  # fmt: skip
