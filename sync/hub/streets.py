"""Streets by postcode at the hub: imported, and asked for one house at a time. What is asked for is kept nowhere."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from kiosk.domain.streets import NO_LIST, Street, StreetFound, bare, look_up
from sync.hub.storage.bulk import insert_many
from sync.hub.storage.schema_streets import streets

_COLUMNS = ("tenant", "country", "postcode", "first", "side", "last", "street", "city")
_AT_ONCE = 400


def find(connection: Connection, tenant: str, country: str, postcode: str, house: str) -> StreetFound:
    """The street of a house. A country of which nothing was imported has no list: then nothing is said to be unknown."""
    at = streets.c
    ours = (at.tenant == tenant) & (at.country == country)
    rows = connection.execute(select(streets).where(ours, at.postcode == bare(postcode)[:12]).order_by(at.first, at.side)).all()
    if not rows and connection.scalar(select(at.postcode).where(ours).limit(1)) is None:
        return StreetFound(NO_LIST)
    return look_up([_street(row) for row in rows], house)


def keep(connection: Connection, tenant: str, rows: Sequence[Street]) -> tuple[int, int]:
    """Keep streets; a postcode that comes again is what comes now, others stay. Gives how many postcodes are new and changed."""
    wanted: dict[tuple[str, str], set[Street]] = {}
    for row in rows:
        wanted.setdefault((row.country, row.postcode), set()).add(row)
    there = _there(connection, tenant, sorted(wanted))
    changed = [key for key, found in wanted.items() if there.get(key) != found]
    at = streets.c
    for country, postcode in (key for key in changed if key in there):
        connection.execute(delete(streets).where(at.tenant == tenant, at.country == country, at.postcode == postcode))
    new = [
        (tenant, one.country, one.postcode, one.first, one.side, one.last, one.street, one.city)
        for key in changed
        for one in sorted(wanted[key], key=lambda one: (one.first, one.side))
    ]
    insert_many(connection, streets, _COLUMNS, new)
    added = sum(1 for key in changed if key not in there)
    return added, len(changed) - added


def _there(connection: Connection, tenant: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], set[Street]]:
    at, found = streets.c, dict[tuple[str, str], set[Street]]()
    codes = sorted({postcode for _, postcode in keys})
    for start in range(0, len(codes), _AT_ONCE):
        query = select(streets).where(at.tenant == tenant, at.postcode.in_(codes[start : start + _AT_ONCE]))
        for row in connection.execute(query):
            one = _street(row)
            found.setdefault((one.country, one.postcode), set()).add(one)
    return found


def _street(row: Row[Any]) -> Street:
    return Street(row.country, row.postcode, int(row.first), int(row.last), row.side, row.street, row.city)
