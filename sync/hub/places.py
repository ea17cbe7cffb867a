"""Tenants and stores: who the hub works for, and what a terminal's certificate says of its place."""

import msgspec
from sqlalchemy import Connection, bindparam, select

from sync.hub.problems import HubProblem
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema import stores, tenants

_STORES = select(stores.c.store, stores.c.place).where(stores.c.tenant == bindparam("tenant")).order_by(stores.c.store)
PLACE_KEYS = ("entity", "brand", "country", "currency", "language", "zone")


def add_tenant(connection: Connection, tenant: str) -> None:
    """Make a tenant unless it is there."""
    insert_new(connection, tenants, {"tenant": tenant, "rev": 0, "floor": 0})


def put_store(connection: Connection, tenant: str, store: str, place: dict[str, str]) -> None:
    """Make or change a store; `place` has the keys of PLACE_KEYS."""
    assert set(place) == set(PLACE_KEYS), f"a store's place has the keys {PLACE_KEYS}"
    row = (tenant, store, msgspec.json.encode(place).decode())
    upsert_many(connection, stores, ("tenant", "store", "place"), [row])


def stores_of(connection: Connection, tenant: str) -> dict[str, dict[str, str]]:
    """The tenant's stores and their places, by store id."""
    return {store: msgspec.json.decode(place) for store, place in connection.execute(_STORES, {"tenant": tenant})}


def known_store(connection: Connection, tenant: str, store: str) -> dict[str, str]:
    """A store's place. Raises HubProblem with the stores there are."""
    found = stores_of(connection, tenant)
    if store not in found:
        raise HubProblem("store.unknown", store=store, stores=", ".join(found) or "none yet")
    return found[store]


def the_tenant(connection: Connection, wanted: str = "") -> str:
    """The tenant meant: the named one, or the only one. Raises HubProblem when that is not clear."""
    there = [row.tenant for row in connection.execute(select(tenants.c.tenant).order_by(tenants.c.tenant))]
    if not there:
        raise HubProblem("tenant.none")
    if wanted in there:
        return wanted
    if not wanted and len(there) == 1:
        return str(there[0])
    raise HubProblem("tenant.which", tenants=", ".join(there))
