"""Keys of the shop API: of one brand in one country, with scopes. Shown once; the hub keeps the hash of the secret part."""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.codec import digest
from sync.hub.places import stores_of
from sync.hub.problems import HubProblem
from sync.hub.shop import scopes as known_scopes
from sync.hub.storage.database import PEERS, TOUCHED
from sync.hub.storage.schema_shop import shop_keys

PREFIX = "tbs"
ID_BITS, SECRET_BITS = 80, 256
PER_MINUTE, PER_MINUTE_MAX = 600, 60_000
NAME_MAX = 60


@dataclass(frozen=True, slots=True)
class ShopKey:
    """A key as the hub knows it; `expires_ms` 0 is never, `revoked_ms` 0 is not."""

    id: str
    tenant: str
    name: str
    brand: str
    country: str
    scopes: tuple[str, ...]
    key_hash: bytes
    per_minute: int
    made_ms: int
    expires_ms: int
    revoked_ms: int

    def opens(self, secret: str, now_ms: int) -> bool:
        """Whether this is its secret and it may still be used. Takes as long for a wrong one as for the right one."""
        return hmac.compare_digest(digest(secret.encode()), self.key_hash) and self.is_good(now_ms)

    def is_good(self, now_ms: int) -> bool:
        """Whether it was not revoked and has not ended."""
        return not self.revoked_ms and not 0 < self.expires_ms <= now_ms


@dataclass(frozen=True, slots=True)
class Wanted:
    """The key that somebody wants; `country` empty is the brand's only one, `days` 0 is for ever."""

    name: str
    brand: str
    country: str
    scopes: tuple[str, ...]
    per_minute: int = PER_MINUTE
    days: int = 0


def add(connection: Connection, tenant: str, wanted: Wanted, chance: Callable[[int], int], now_ms: int) -> tuple[ShopKey, str]:
    """Make a key; gives it and its text, which is never seen again. Raises HubProblem for what cannot be."""
    if not 0 < len(wanted.name) <= NAME_MAX or not wanted.name.isprintable():
        raise HubProblem("request.argument", name="name", value=wanted.name[:40], wanted=f"a name of 1 to {NAME_MAX} characters")
    if not 0 < wanted.per_minute <= PER_MINUTE_MAX:
        raise HubProblem("request.argument", name="rate", value=wanted.per_minute, wanted=f"1 to {PER_MINUTE_MAX} a minute")
    if not 0 <= wanted.days <= 3_650:
        raise HubProblem("request.argument", name="days", value=wanted.days, wanted="0 to 3650 days")
    country = _country(connection, tenant, wanted.brand, wanted.country)
    id, secret = _spell(chance(ID_BITS), ID_BITS), _spell(chance(SECRET_BITS), SECRET_BITS)
    made = ShopKey(
        id, tenant, wanted.name, wanted.brand, country, known_scopes.checked(wanted.scopes), digest(secret.encode()),
        wanted.per_minute, now_ms, now_ms + wanted.days * 86_400_000 if wanted.days else 0, 0,
    )  # fmt: skip
    values = {**{name: getattr(made, name) for name in made.__slots__}, "scopes": msgspec.json.encode(made.scopes).decode()}
    connection.execute(insert(shop_keys).values(**values))
    return made, f"{PREFIX}_{id}_{secret}"


def listed(connection: Connection, tenant: str) -> list[ShopKey]:
    """All keys of a tenant, also those that are over, in the order in which they were made."""
    at = shop_keys.c
    return [_key(row) for row in connection.execute(select(shop_keys).where(at.tenant == tenant).order_by(at.made_ms, at.id))]


def revoke(connection: Connection, tenant: str, id: str, now_ms: int) -> ShopKey:
    """Take a key away at once, on every process. Raises HubProblem for one that is none or was taken away before."""
    at = shop_keys.c
    mine = (at.tenant == tenant, at.id == id, at.revoked_ms == 0)
    if not connection.execute(update(shop_keys).where(*mine).values(revoked_ms=now_ms)).rowcount:
        raise HubProblem("shop.key_unknown", key=id[:40])
    touched: set[tuple[str, str, str]] = connection.info[TOUCHED]
    touched.add((tenant, PEERS, ""))
    return next(one for one in listed(connection, tenant) if one.id == id)


def find(connection: Connection, id: str) -> ShopKey | None:
    """A key by the part of it that is no secret."""
    row = connection.execute(select(shop_keys).where(shop_keys.c.id == id)).first()
    return _key(row) if row is not None else None


def tenants_with_keys(connection: Connection, now_ms: int) -> list[str]:
    """The tenants of which some key may be used: for others nothing is gathered."""
    at = shop_keys.c
    alive = (at.revoked_ms == 0, (at.expires_ms == 0) | (at.expires_ms > now_ms))
    return list(connection.scalars(select(at.tenant).where(*alive).distinct().order_by(at.tenant)))


def _key(row: Row[Any]) -> ShopKey:
    values = row._mapping
    return ShopKey(
        **{name: values[name] for name in ShopKey.__slots__ if name not in ("scopes", "key_hash")},
        scopes=tuple(read_json(row.scopes, list[str])), key_hash=bytes(row.key_hash),
    )  # fmt: skip


def _country(connection: Connection, tenant: str, brand: str, country: str) -> str:
    """The country of the key. Raises HubProblem where the brand has no store there, or several countries and none is named."""
    places = stores_of(connection, tenant).values()
    found = sorted({place["country"] for place in places if place["brand"] == brand})
    if country in found:
        return country
    if len(found) == 1 and not country:
        return found[0]
    raise HubProblem(
        "shop.brand", brand=brand[:60], country=country[:10] or "it", there=", ".join(found) or "none",
        brands=", ".join(sorted({place["brand"] for place in places})),
    )  # fmt: skip


def _spell(chance: int, bits: int) -> str:
    return base64.b32encode(chance.to_bytes(bits // 8)).decode().rstrip("=").lower()
