"""Who asks at the shop API: a key in `Authorization: Bearer`, of one brand in one country."""

from dataclasses import dataclass
from typing import TypeAlias

from litestar.di import NamedDependency
from sqlalchemy import Connection

from kiosk.domain.pricelist import WEB, PricePlace
from kiosk.domain.promotionbook import Where
from sync.hub import nul
from sync.hub.api.access import AskedHub, HubRequest
from sync.hub.core import Hub
from sync.hub.places import stores_of
from sync.hub.problems import HubProblem
from sync.hub.shop import keys
from sync.hub.shop.keys import PREFIX, ShopKey

_BEARER = "bearer"
_TEXT_MAX = 200


@dataclass(frozen=True, slots=True)
class Site:
    """Where a web shop sells: its brand in a country, with what all its stores there agree on, and those stores by id."""

    tenant: str
    brand: str
    country: str
    entity: str
    currency: str
    language: str
    zone: str
    stores: tuple[str, ...]

    @property
    def where(self) -> Where:
        """Where its promotions are looked for."""
        return Where(self.brand, self.country, "", WEB)

    def price_place(self, groups: tuple[str, ...] = ()) -> PricePlace:
        """Where its prices are looked for, for a customer of these groups."""
        return PricePlace("", WEB, self.brand, self.country, self.currency, groups)


Caller: TypeAlias = NamedDependency[ShopKey]
"""The key of the request, in a handler's argument `caller`."""


async def called_by(request: HubRequest, hub: AskedHub) -> ShopKey:
    """The key that a request came with, counted. Raises HubProblem for none, an unknown, ended or revoked one, or too many."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    prefix, _, rest = given.strip()[:_TEXT_MAX].partition("_")
    id, _, secret = rest.partition("_")
    if scheme.lower() != _BEARER or prefix != PREFIX or not id.isascii() or not secret.isascii():
        raise HubProblem("shop.key")
    key = await _known(hub, id)
    now_ms = hub.world.now_ms()
    if key is None or not key.opens(secret, now_ms):
        raise HubProblem("shop.key")
    hub.keyring.admit(key, now_ms)
    return key


def require(key: ShopKey, scope: str) -> None:
    """Raise HubProblem for a key without a scope."""
    if scope not in key.scopes:
        raise HubProblem("shop.scope", scope=scope)


def site_of(connection: Connection, key: ShopKey) -> Site:
    """Where the shop of a key sells. Raises HubProblem when the last store of its brand there is gone."""
    places = {store: place for store, place in stores_of(connection, key.tenant).items() if place["brand"] == key.brand}
    mine = {store: place for store, place in places.items() if place["country"] == key.country}
    if not mine:
        raise HubProblem("shop.key")
    first = next(iter(mine.values()))
    return Site(
        key.tenant, key.brand, key.country, first["entity"], first["currency"], first["language"], first["zone"], tuple(mine)
    )  # fmt: skip


async def _known(hub: Hub, id: str) -> ShopKey | None:
    key = hub.keyring.get(id)
    if key is None:
        nul.refuse(id)
        turn = hub.keyring.turn
        key = await hub.storage.read(lambda connection: keys.find(connection, id))
        if key is not None:
            hub.keyring.keep(key, turn)
    return key
