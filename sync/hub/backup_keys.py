"""The keys to which terminals seal their backups: one per store, its private half wrapped by the hub's own key."""

import base64
import binascii

from sqlalchemy import Connection, insert, select

from kiosk.domain.codec import canonical, digest
from kiosk.domain.errors import Damaged
from sync.hub.core import Device
from sync.hub.problems import HubProblem
from sync.hub.storage.schema_lives import backup_keys
from sync.protocol import sealing
from sync.protocol.messages import BackupKey, OpenBackup, OpenedBackup
from sync.protocol.signature import Key

CONTENT = b"toonbank terminal backup"
ANSWER = b"toonbank backup key on its way"
_STORED = b"toonbank backup key of a store"


def current(connection: Connection, device: Device, hub_key: Key, now_ms: int) -> BackupKey:
    """The store's newest public key, signed by the hub; made when there is none yet."""
    at = backup_keys.c
    mine = (at.tenant == device.tenant) & (at.store == device.store)
    row = connection.execute(select(at.id, at.public_key).where(mine).order_by(at.id.desc())).first()
    number, public = (int(row.id), bytes(row.public_key)) if row else (1, b"")
    if row is None:
        private = sealing.new_private()
        public = sealing.public_of(private)
        connection.execute(
            insert(backup_keys).values(
                tenant=device.tenant, store=device.store, id=number, public_key=public, made_ms=now_ms,
                wrapped=sealing.wrap(hub_key.raw, private, _STORED),
            )
        )  # fmt: skip
    data = canonical({"store": device.store, "id": number, "public": base64.b64encode(public).decode()})
    return BackupKey(base64.b64encode(data).decode(), base64.b64encode(hub_key.sign(digest(data))).decode())


def open_for(connection: Connection, device: Device, ask: OpenBackup, hub_key: Key) -> OpenedBackup:
    """The content key of a backup of this store, for the terminal that asks and for nobody who listens.

    Raises HubProblem for a key that this hub does not have, and for what is no key.
    """
    at = backup_keys.c
    row = connection.execute(
        select(at.wrapped).where(at.tenant == device.tenant, at.store == device.store, at.id == ask.id)
    ).first()
    if row is None:
        raise HubProblem("backup.key", store=device.store)
    try:
        private = sealing.unwrap(hub_key.raw, bytes(row.wrapped), _STORED)
        key = sealing.open_from(private, base64.b64decode(ask.public, validate=True), CONTENT)
        answer = sealing.seal_to(base64.b64decode(ask.to, validate=True), ANSWER)
    except (ValueError, binascii.Error, Damaged) as error:
        raise HubProblem("backup.key", store=device.store) from error
    sealed = sealing.seal_part(answer.key, 0, True, key, b"")
    return OpenedBackup(base64.b64encode(answer.public).decode(), base64.b64encode(sealed).decode())
