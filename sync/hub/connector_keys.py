"""Keys of connectors: who from outside may reserve. Shown once, kept as their hash."""

import base64

from sqlalchemy import Connection, and_, select, update

from kiosk.domain.codec import digest
from sync.hub.problems import HubProblem
from sync.hub.reservations import Asker
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.schema_stock import connector_keys

KEY_BITS = 256
_PREFIX = "tbk_"
_COLUMNS = ("tenant", "name", "key_hash", "made_ms", "revoked_ms")


def spell(chance: int) -> str:
    """A key from chance: 256 bits that a person can copy."""
    return _PREFIX + base64.b32encode(chance.to_bytes(KEY_BITS // 8)).decode().rstrip("=").lower()


def put(connection: Connection, tenant: str, name: str, key: str, now_ms: int) -> None:
    """Give a connector a key; the one it had is no longer good. Raises HubProblem for a name that is none."""
    if not 0 < len(name) <= 60 or not name.isprintable():
        raise HubProblem("request.argument", name="name", value=name[:40], wanted="a name of 1 to 60 characters")
    upsert_many(connection, connector_keys, _COLUMNS, [(tenant, name, digest(key.encode()), now_ms, 0)])


def revoke(connection: Connection, tenant: str, name: str, now_ms: int) -> None:
    """Take a connector's key away. Raises HubProblem for one that has none."""
    at = connector_keys.c
    mine = and_(at.tenant == tenant, at.name == name, at.revoked_ms == 0)
    if not connection.execute(update(connector_keys).where(mine).values(revoked_ms=now_ms)).rowcount:
        raise HubProblem("connector.unknown")


def find(connection: Connection, key: str) -> Asker:
    """Whose key it is. Raises HubProblem for an unknown one."""
    at = connector_keys.c
    query = select(at.tenant, at.name).where(at.key_hash == digest(key.encode()), at.revoked_ms == 0)
    row = connection.execute(query).first()
    if row is None:
        raise HubProblem("connector.unknown")
    return Asker(row.tenant, f"connector:{row.name}")
