"""What a person does at the hub about the shop API: operations, as in `sync.hub.operations`."""

import msgspec
from sqlalchemy import Connection

from sync.hub import staff
from sync.hub.core import Hub
from sync.hub.places import the_tenant
from sync.hub.shop import gathering, keys
from sync.hub.shop.keys import ShopKey, Wanted


class AddKey(msgspec.Struct, frozen=True):
    """Make a key; `country` empty is the brand's only one, `days` 0 is for ever."""

    name: str
    brand: str
    scopes: list[str]
    country: str = ""
    per_minute: int = keys.PER_MINUTE
    days: int = 0
    tenant: str = ""


class ListKeys(msgspec.Struct, frozen=True):
    """List the keys."""

    tenant: str = ""


class RevokeKey(msgspec.Struct, frozen=True):
    """Take a key away."""

    id: str
    tenant: str = ""


class KeyRow(msgspec.Struct, frozen=True):
    """A key as people see it; times in ms, 0 is never. `key` is its text, only when it was just made."""

    id: str
    name: str
    brand: str
    country: str
    scopes: list[str]
    per_minute: int
    made_ms: int
    expires_ms: int
    revoked_ms: int
    key: str = ""


class KeyRows(msgspec.Struct, frozen=True):
    """The keys of a tenant."""

    keys: list[KeyRow]


def add_key(hub: Hub, ask: AddKey) -> KeyRow:
    """Make a key. The tenant's first also has the catalogue looked through, so that its shop finds something at once."""
    wanted = Wanted(ask.name, ask.brand, ask.country, tuple(ask.scopes), ask.per_minute, ask.days)

    def keep(connection: Connection) -> KeyRow:
        tenant, now_ms = the_tenant(connection, ask.tenant), hub.world.now_ms()
        made, text = keys.add(connection, tenant, wanted, hub.world.chance, now_ms)
        gathering.begin(connection, tenant, now_ms)
        staff.note(connection, tenant, "hub", "shop_key.made", {"id": made.id, "name": made.name}, now_ms, hub.world.new_id)
        return _row(made, text)

    return hub.storage.call(keep)


def list_keys(hub: Hub, ask: ListKeys) -> KeyRows:
    """All keys, also those that are over."""
    return hub.storage.call(lambda c: KeyRows([_row(one) for one in keys.listed(c, the_tenant(c, ask.tenant))]))


def revoke_key(hub: Hub, ask: RevokeKey) -> KeyRow:
    """Take a key away: from now on every process refuses it, and its webhooks are told nothing."""

    def keep(connection: Connection) -> KeyRow:
        tenant, now_ms = the_tenant(connection, ask.tenant), hub.world.now_ms()
        gone = keys.revoke(connection, tenant, ask.id, now_ms)
        staff.note(connection, tenant, "hub", "shop_key.revoked", {"id": gone.id, "name": gone.name}, now_ms, hub.world.new_id)
        return _row(gone)

    return hub.storage.call(keep)


def _row(key: ShopKey, text: str = "") -> KeyRow:
    return KeyRow(
        key.id, key.name, key.brand, key.country, list(key.scopes), key.per_minute, key.made_ms, key.expires_ms, key.revoked_ms,
        text,
    )  # fmt: skip
