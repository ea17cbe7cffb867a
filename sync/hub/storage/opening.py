"""Which database a hub works on, and what the processes of one database have in common."""

import base64
from collections.abc import Callable

from sqlalchemy import Connection, insert, select

from sync.hub.problems import HubProblem
from sync.hub.storage.database import Storage
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.folder import Folder
from sync.hub.storage.postgres import PostgresStorage
from sync.hub.storage.schema import meta
from sync.hub.storage.sqlite import SqliteStorage
from sync.protocol.signature import Key

SCHEMES = ("postgresql://", "postgres://")
_KEY = "hub_key"


def open_storage(folder: Folder, url: str) -> Storage:
    """The database at a URL, or `hub.db` in the folder where none is given. Never shows the URL: a password may be in it."""
    if not url:
        return SqliteStorage(folder.database)
    if not url.startswith(SCHEMES):
        raise HubProblem("database.url", scheme=url.partition("://")[0][:20] if "://" in url else "no scheme")
    return PostgresStorage(url)


def shared_key(storage: Storage, folder: Folder, generate: Callable[[], Key]) -> Key:
    """The key of all processes on a database. The first one brings its folder's key, or makes one.

    It lies in the database because the processes have nothing else in common; whoever can read the database could
    also write there what the key signs. A folder with another key belongs to another hub and is refused.
    """

    def agree(connection: Connection) -> Key:
        lock_name(connection, "toonbank.key")
        stored = connection.scalar(select(meta.c.value).where(meta.c.name == _KEY))
        if stored is not None:
            return Key.load(base64.b64decode(stored))
        made = folder.key(generate) if folder.has_key else generate()
        connection.execute(insert(meta).values(name=_KEY, value=base64.b64encode(made.raw).decode()))
        return made

    key = storage.call(agree)
    if folder.has_key and folder.key(generate).raw != key.raw:
        raise HubProblem("database.other_hub", folder=str(folder.path))
    return key
