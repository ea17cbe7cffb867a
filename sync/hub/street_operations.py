"""What a person does at the hub about streets by postcode: operations, as in `operations.py`."""

import msgspec
from sqlalchemy import Connection

from kiosk.domain.streets import Street
from sync.hub import staff, streets
from sync.hub.core import Hub
from sync.hub.imports.outcome import Imported
from sync.hub.places import the_tenant


class ImportAddresses(msgspec.Struct, frozen=True):
    """Bring streets in that were read and found sound."""

    rows: list[Street]
    tenant: str = ""


def import_addresses(hub: Hub, ask: ImportAddresses) -> Imported:
    """Bring streets in. No revision: they go to no terminal, which asks for one house at a time."""

    def keep(connection: Connection) -> Imported:
        tenant = the_tenant(connection, ask.tenant)
        added, changed = streets.keep(connection, tenant, ask.rows)
        if added + changed:
            detail = {"subject": f"{len(ask.rows)} rows, {added} postcodes new, {changed} changed"}
            staff.note(connection, tenant, "hub", "addresses.imported", detail, hub.world.now_ms(), hub.world.new_id)
        return Imported("addresses", len(ask.rows), added, changed)

    return hub.storage.call(keep)


ALL = ((ImportAddresses, import_addresses),)
"""Each operation with what it takes."""
