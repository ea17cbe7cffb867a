"""A hub of two brands, and a web shop that has nothing but its key."""

from dataclasses import dataclass
from typing import Any

import httpx

from kiosk.domain.feed import CATALOG, PROMOTION, Store
from kiosk.domain.promotion import Promotion
from sync.hub import feedlog
from sync.hub.core import Hub
from sync.hub.imports.shop import Shop
from sync.hub.operations import ImportShop, import_shop
from sync.hub.shop import gathering
from sync.hub.shop.operations import AddKey, KeyRow, add_key
from sync.hub.shop.scopes import SCOPES
from tests.sync.hub.support import STORE, TENANT, RunningHub, a_shop

BRAND, OTHER_BRAND, OTHER_BRANDS_STORE = "noord-zuid", "oost", "OST1"


def two_brands() -> Shop:
    """Two stores of one brand, and one of another."""
    made = a_shop()
    place = {**made.places[STORE], "brand": OTHER_BRAND}
    other = Store(OTHER_BRANDS_STORE, "Oost", "Kade 1", "1011AB", "Amsterdam", place["zone"])
    return Shop(TENANT, [*made.stores, other], {**made.places, other.id: place}, made.settings, {})


@dataclass
class WebShop:
    """Asks the shop API with a key."""

    http: httpx.Client
    key: KeyRow

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Read something."""
        return self.http.get(f"/shop/v1/{path}", headers=headers)

    def read(self, path: str) -> Any:
        """Read something that is there."""
        reply = self.get(path)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Write something."""
        return self.http.request(method, f"/shop/v1/{path}", json=body, headers=headers)

    def done(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Write something that is taken."""
        reply = self.send(method, path, body, **headers)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def basket(self, *lines: tuple[str, int], **more: Any) -> Any:
        """A new basket of so many pieces each."""
        wanted = [{"article": article, "quantity_milli": 1_000 * pieces} for article, pieces in lines]
        return self.done("POST", "baskets", {"lines": wanted, **more})


def give_key(hub: Hub, brand: str = BRAND, scopes: tuple[str, ...] = SCOPES, **more: Any) -> KeyRow:
    """A key of a brand with these scopes."""
    return add_key(hub, AddKey("web", brand, list(scopes), per_minute=more.pop("per_minute", 60_000), **more))


def web_shop(running: RunningHub, key: KeyRow | None = None) -> WebShop:
    """A shop on a running hub; it is hung up with the hub."""
    made = running.stranger().http
    key = key or give_key(running.hub)
    made.headers["Authorization"] = f"Bearer {key.key}"
    return WebShop(made, key)


def two_brands_in(hub: Hub) -> None:
    """Bring both brands in."""
    import_shop(hub, ImportShop(two_brands()))


def promote(hub: Hub, *promotions: Promotion) -> None:
    """Publish promotions."""
    changes = [feedlog.change(CATALOG, feedlog.EVERYWHERE, PROMOTION, one.id, one) for one in promotions]
    hub.storage.call(lambda connection: feedlog.publish(connection, TENANT, changes))


def gather(hub: Hub) -> None:
    """Have what was published gathered now, and not when the hub comes to it."""
    while hub.storage.call(lambda connection: gathering.gather(connection, TENANT, hub.world.now_ms())):
        pass


