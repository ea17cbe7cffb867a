"""The hub's own backups: the database as it stood at one instant, its key and its settings, in one file that proves itself.

The file: a line that says what it is, a manifest (JSON), the members one after the other, and the SHA-256 of all that. It holds the
hub's private key and PIN hashes: keep it as the hub's own disk is kept. Pictures lie beside it, named by their hash.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import msgspec
import zstandard
from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import Connection, and_, update

from kiosk.decoding import read_json
from kiosk.domain.chain import Verify
from kiosk.domain.generations import kept
from sync.hub import epochs, issued
from sync.hub.core import Hub
from sync.hub.problems import HubProblem
from sync.hub.settings import FILE as SETTINGS
from sync.hub.storage.folder import Folder, make_folder, sync_folder, write_whole
from sync.hub.storage.schema import terminals
from sync.hub.storage.sqlite import SqliteStorage
from sync.protocol.signature import Key, verifier

MAGIC = b"toonbank-hub-backup-1\n"
SUFFIX = ".hub-backup"
LIFE = "epoch"
"""The file in a data folder that remembers the highest epoch it ever had, whatever database is put into it."""

_BLOCK = 1 << 20
_SIZE = 8
_DATABASE, _KEY = "hub.db", "hub.key"
_MANIFEST_MAX = 1 << 20


class Member(msgspec.Struct, frozen=True):
    """One file inside: its name, its size as stored, and the SHA-256 of what it was."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds: when it was made (ms), the epoch, and how many facts of each terminal (dev, inc, next number)."""

    made_ms: int
    epoch: int
    facts: list[tuple[str, int, int]]
    members: list[Member]


def make(folder: Path, target: Path, now_ms: int) -> tuple[Path, Manifest]:
    """Back a hub up into a folder, beside the running hub or without one; opened again before it counts. Raises HubProblem."""
    database = folder / _DATABASE
    if not database.exists():
        raise HubProblem("backup.elsewhere", folder=str(folder))
    try:
        make_folder(target, 0o700)
        copy, packed = target / ".copy", target / ".packed"
        made = target / ".made"
        try:
            epoch, facts = _copied(database, copy)
            members = [_packed(copy, packed)]
            plain = [path for path in (folder / _KEY, folder / SETTINGS) if path.exists()]
            members += [Member(path.name, path.stat().st_size, _sha256(path)) for path in plain]
            manifest = Manifest(now_ms, epoch, facts, members)
            _written(made, manifest, [packed, *plain])
            check(made, target / ".proof")
            moment = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%S%fZ")
            path = target / f"hub-{moment}{SUFFIX}"
            made.replace(path)
            sync_folder(target)
        finally:
            for stray in (copy, packed, made, target / ".proof"):
                stray.unlink(missing_ok=True)
        _bring_pictures(folder, target)
    except OSError as error:
        raise HubProblem("folder.no_access", folder=str(target), reason=error.strerror or "") from error
    return path, manifest


def _copied(database: Path, copy: Path) -> tuple[int, list[tuple[str, int, int]]]:
    """SQLite's own online backup: one instant, while others write on. Looked through before it is used."""
    copy.unlink(missing_ok=True)
    source = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    copied = sqlite3.connect(str(copy))
    try:
        copy.chmod(0o600)
        source.backup(copied)
        if copied.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise HubProblem("database.damaged", file=database.name, reason="integrity_check")
        epoch = copied.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
        facts = copied.execute("SELECT dev, inc, next_seq FROM terminals ORDER BY dev, inc").fetchall()
        copied.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        return int(epoch[0]) if epoch else 1, [(str(dev), int(inc), int(seq)) for dev, inc, seq in facts]
    except sqlite3.DatabaseError as error:
        raise HubProblem("database.damaged", file=database.name, reason=str(error)) from error
    finally:
        copied.close()
        source.close()


def _packed(copy: Path, packed: Path) -> Member:
    with copy.open("rb") as plain, packed.open("wb") as file:
        zstandard.ZstdCompressor(level=3).copy_stream(plain, file)
    packed.chmod(0o600)
    return Member(_DATABASE, packed.stat().st_size, _sha256(copy))


def _written(made: Path, manifest: Manifest, parts: list[Path]) -> None:
    head = msgspec.json.encode(manifest)
    mark = hashlib.sha256()
    with made.open("wb") as file:
        made.chmod(0o600)

        def put(data: bytes) -> None:
            mark.update(data)
            file.write(data)

        put(MAGIC + len(head).to_bytes(_SIZE) + head)
        for part in parts:
            with part.open("rb") as source:
                while data := source.read(_BLOCK):
                    put(data)
        file.write(mark.digest())
        file.flush()


def check(path: Path, proof: Path) -> Manifest:
    """Prove a backup whole and open its database into `proof`. Raises HubProblem when one bit is not what was written."""
    with _opened(path) as (file, manifest):
        for member in manifest.members:
            data = _Taken(file, member.size)
            if member.name == _DATABASE:
                _unpacked(data, proof, member)
            else:
                data.rest()
    return manifest


def _unpacked(data: "_Taken", proof: Path, member: Member) -> None:
    try:
        with proof.open("wb") as file:
            proof.chmod(0o600)
            zstandard.ZstdDecompressor().copy_stream(data, file)  # type: ignore[arg-type]
            data.rest()
    except zstandard.ZstdError as error:
        raise HubProblem("backup.damaged", file=proof.name) from error
    if _sha256(proof) != member.sha256:
        raise HubProblem("backup.damaged", file=proof.name)


@contextmanager
def _opened(path: Path) -> "Iterator[tuple[IO[bytes], Manifest]]":
    """The file behind its manifest, after the hash over all of it was found right."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            mark, left = hashlib.sha256(), size - 32
            while left > 0 and (data := file.read(min(_BLOCK, left))):
                mark.update(data)
                left -= len(data)
            if size < 32 or file.read() != mark.digest():
                raise HubProblem("backup.damaged", file=path.name)
            file.seek(0)
            if file.read(len(MAGIC)) != MAGIC:
                raise HubProblem("backup.damaged", file=path.name)
            length = int.from_bytes(file.read(_SIZE))
            yield file, read_json(file.read(min(length, _MANIFEST_MAX)), Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise HubProblem("backup.damaged", file=path.name) from error


class _Taken:
    """So many bytes of a file, as a file."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, size

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def rest(self) -> bytes:
        """All that is left."""
        return self.read()


def restore(file: Path, folder: Path, now_ms: int) -> int:
    """Make a data folder the hub of a backup, under a new epoch; gives it. What was there is set aside, nothing is deleted.

    The database becomes a restored one before it is put in its place, so no crash leaves an old epoch standing. Raises
    HubProblem for a damaged backup, a folder in use, and a folder that is another hub's.
    """
    held = Folder(folder)
    try:
        fresh = folder / "restoring.db"
        _clear(fresh)
        manifest = check(file, fresh)
        key = _member(file, _KEY)
        if key is not None and held.has_key and (folder / _KEY).read_bytes() != key:
            raise HubProblem("database.other_hub", folder=str(folder))
        known = max(read_life(folder), _epoch_of(folder / _DATABASE), manifest.epoch)
        given, verify = issued.kept(folder), verifier(held.key(lambda: Key.load(key) if key else Key.generate()).public)
        storage = SqliteStorage(fresh)
        try:
            epoch = storage.call(lambda connection: _begin(connection, given, verify, now_ms, known))
        finally:
            storage.close()
        write_life(folder, epoch)
        if key is not None:
            write_whole(folder / _KEY, key, mode=0o600)
        chosen = _member(file, SETTINGS)
        if chosen is not None and not (folder / SETTINGS).exists():
            write_whole(folder / SETTINGS, chosen, mode=0o600)
        _set_aside(folder, now_ms)
        fresh.replace(folder / _DATABASE)
        sync_folder(folder)
        _bring_pictures(file.parent, folder)
        return epoch
    finally:
        held.release()


def _member(path: Path, name: str) -> bytes | None:
    with _opened(path) as (file, manifest):
        for member in manifest.members:
            data = _Taken(file, member.size).rest()
            if member.name == name:
                return data
    return None


def _set_aside(folder: Path, now_ms: int) -> None:
    aside = folder / f"set-aside-{now_ms}"
    for name in (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm"):
        if (folder / name).exists():
            make_folder(aside, 0o700)
            (folder / name).replace(aside / name)


def _clear(path: Path) -> None:
    for stray in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        stray.unlink(missing_ok=True)


def _epoch_of(database: Path) -> int:
    """The epoch of the database that is there, 0 when it does not read any more."""
    if not database.exists():
        return 0
    try:
        conn = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return 0
    try:
        found = conn.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
        return int(found[0]) if found else 0
    except (sqlite3.Error, ValueError):
        return 0
    finally:
        conn.close()


def read_life(folder: Path) -> int:
    """The highest epoch that a data folder remembers, 0 for none."""
    try:
        return int((folder / LIFE).read_text("ascii"))
    except (OSError, ValueError):
        return 0


def write_life(folder: Path, epoch: int) -> None:
    """Let a data folder remember an epoch."""
    if read_life(folder) < epoch:
        write_whole(folder / LIFE, str(epoch).encode())


def look_back(hub: Hub) -> str:
    """See whether a database is behind what its folder saw of it: then it was put back by hand; gives what says so.

    Where one process has the database for itself that becomes a restore in order. Others know this epoch already: they promise
    nothing until a person stops them all and restores.
    """
    storage, folder = hub.storage, hub.folder.path
    known, epoch = read_life(folder), storage.epoch
    why = f"this folder was in epoch {known}, and its database is of epoch {epoch}" if known > epoch else storage.look_back()
    if why and storage.shares_blobs:
        storage.call(lambda connection: epochs.doubt_all(connection, why, epoch, hub.world.now_ms()))
    elif why:
        begin_anew(hub)
    write_life(folder, storage.epoch)
    if unknown := storage.look(lambda connection: issued.missing(connection, issued.kept(folder))):
        issued.keep(folder, *unknown)
    return why


def begin_anew(hub: Hub) -> int:
    """Make the open database a restored one; gives its epoch. Whoever remembers the old one must not be served meanwhile."""
    storage, folder, now_ms = hub.storage, hub.folder.path, hub.world.now_ms()
    known, given, verify = read_life(folder), issued.kept(folder), verifier(hub.key.public)
    storage.epoch = storage.call(lambda connection: _begin(connection, given, verify, now_ms, known))
    write_life(folder, storage.epoch)
    storage.look_back()
    return storage.epoch


def _begin(connection: Connection, given: list[issued.Signed], verify: Verify, now_ms: int, known_epoch: int) -> int:
    issued.remember(connection, given, verify, now_ms)
    return epochs.begin(connection, now_ms, known_epoch)


def note_durable(connection: Connection, facts: list[tuple[str, int, int]]) -> None:
    """Facts in a backup that lies off this machine are kept elsewhere: terminals hear it as `durable_seq`."""
    mine = terminals.c
    for dev, inc, next_seq in facts:
        behind = and_(mine.dev == dev, mine.inc == inc, mine.durable_seq < next_seq)
        connection.execute(update(terminals).where(behind).values(durable_seq=next_seq))


def forget_old(target: Path) -> int:
    """Delete what is beyond seven days and four weeks; gives how many."""
    found: dict[Path, int] = {}
    for path in sorted(target.glob(f"hub-*{SUFFIX}")):
        try:
            with _opened(path) as (_, manifest):
                found[path] = manifest.made_ms
        except HubProblem:
            continue  # a damaged one is left for a person to look at
    keep = kept(found.values())
    old = [path for path, made_ms in found.items() if made_ms not in keep]
    for path in old:
        path.unlink()
    return len(old)


def _bring_pictures(source: Path, target: Path) -> None:
    """Pictures never change under their name: what is there already is not copied again."""
    shelf = target / "pictures"
    for picture in sorted((source / "pictures").glob("*.webp")):
        make_folder(shelf)
        if not (shelf / picture.name).exists():
            part = shelf / f"{picture.name}.part"
            shutil.copyfile(picture, part)
            part.replace(shelf / picture.name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        found: Any = hashlib.file_digest(file, "sha256")
    return str(found.hexdigest())
