"""A terminal's backups: made, sealed for the store, opened again to prove them, and kept by generations.

As a program (`python -m kiosk.apps.backups FOLDER TARGET`) it makes one beside a running terminal, in a process of its own;
without a target it looks at all of the ledger.
"""

import asyncio
import datetime
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from kiosk import config
from kiosk.apps.papers import read_certificate
from kiosk.domain.errors import Damaged, ShopError
from kiosk.store import backup, backupnote, identity
from kiosk.store.backup import Header
from kiosk.store.database import reading
from kiosk.store.folder import make_folder, write_whole
from kiosk.store.ledger import LEDGER_FILE, verify_in
from sync.agent import lives
from sync.agent.client import HubClient, Identity
from sync.agent.events import Failure
from sync.protocol import sealing
from sync.protocol.messages import BackupKey, from_json, to_json
from sync.protocol.signature import Key, verifier

CONTENT = b"toonbank terminal backup"
_KEY_FILE = "backup-key"
_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and opened again: where it lies, its last fact, its size, and how many old ones went."""

    file: Path
    seq: int
    size: int
    forgotten: int


def make(folder: Path, target: Path, now_ms: int) -> Made:
    """Make a backup of a terminal into a folder on another medium, prove it, and forget old ones.

    Also beside a running terminal. Raises ShopError for a folder that cannot be written, and when this terminal has never met
    its hub's key for backups and cannot now.
    """
    if target.resolve().is_relative_to(folder.resolve()):
        raise ShopError("backup.inside", folder=str(folder))
    certificate = read_certificate(folder)
    number, public = _store_key(folder)
    sealed = sealing.seal_to(public, CONTENT)
    try:
        make_folder(target)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=target) as room:
            copy = Path(room) / "copy.db"
            seq, head = backup.copy_ledger(folder / LEDGER_FILE, copy)
            place = certificate.place
            header = Header(
                certificate.dev, certificate.inc, place.store, place.terminal, certificate.series, seq, head.hex(), now_ms,
                number, sealed.public.hex(),
            )  # fmt: skip
            path = target / backup.name_of(header, _moment(now_ms))
            made = Path(room) / "made"
            backup.write(copy, made, header, lambda *part: sealing.seal_part(sealed.key, *part))
            backup.unpack(made, Path(room) / "proof.db", lambda *part: sealing.open_part(sealed.key, *part))
            made.replace(path)
            backupnote.write(folder, certificate.dev, certificate.inc, now_ms)
    except OSError as error:
        raise ShopError("backup.no_access", file=str(target), reason=error.strerror or "") from error
    forgotten = backup.forget_old(target, certificate.dev, certificate.inc)
    return Made(path, seq, path.stat().st_size, forgotten)


def make_apart(folder: Path, target: Path) -> None:
    """As `make`, by a child process, so that the counter does not feel it. Raises ShopError."""
    argv = [sys.executable, "-m", "kiosk.apps.backups", str(folder), str(target)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    if done.returncode:
        raise ShopError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "backup.failed")


async def open_with_hub(client: HubClient, path: Path, target: Path) -> Header:
    """Open a backup with the hub's help into a database file. Raises ShopError."""
    header = backup.read_header(path)
    try:
        public = bytes.fromhex(header.public)
    except ValueError as error:
        raise Damaged("backup.damaged", part=-1) from error
    key = await lives.content_key(client, header.key, public)
    if isinstance(key, Failure):
        raise ShopError(key.code)
    return backup.unpack(path, target, lambda *part: sealing.open_part(key, *part))


def client_of(folder: Path, address: str = "") -> HubClient:
    """The line of an enrolled folder to its hub."""
    files, certificate = identity.load(folder), read_certificate(folder)
    who = Identity(certificate.dev, certificate.inc, Key.load(files.key), files.hub_key)
    return HubClient(address or config.load(folder).hub, who, lambda: time.time_ns() // 1_000_000)


def _store_key(folder: Path) -> tuple[int, bytes]:
    """The store's key for backups, as the hub signed it: asked once, then kept, so that a backup needs no network."""
    path, files = folder / identity.FOLDER / _KEY_FILE, identity.load(folder)
    if path.exists():
        try:
            return lives.open_backup_key(from_json(path.read_bytes(), BackupKey), files.hub_key)
        except (ShopError, ValueError):
            path.unlink()  # of another hub, or damaged: asked for again
    answer = asyncio.run(_asked(folder))
    if isinstance(answer, Failure):
        raise ShopError("backup.no_key", why=answer.code)
    found = lives.open_backup_key(answer, files.hub_key)
    write_whole(path, to_json(answer))
    return found


async def _asked(folder: Path) -> BackupKey | Failure:
    client = client_of(folder)
    try:
        return await lives.backup_key(client)
    finally:
        await client.close()


def _moment(now_ms: int) -> str:
    return datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC).strftime("%Y%m%dT%H%M%S%fZ")


def look_apart(folder: Path) -> None:
    """Look at all of a ledger, every page and the whole chain, in a process of its own. Raises ShopError."""
    argv = [sys.executable, "-m", "kiosk.apps.backups", str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    if done.returncode:
        raise ShopError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "backup.failed")


def look(folder: Path) -> int:
    """Every page, every index, and the chain from its first fact; gives the count of facts. Raises Damaged."""
    certificate = read_certificate(folder)
    with reading(folder / LEDGER_FILE) as conn:
        backup.whole_in(conn, folder / LEDGER_FILE)
        count, broken = verify_in(conn, verifier(certificate.public_key), certificate.dev, certificate.inc)
    if broken is not None:
        raise Damaged(broken.code, seq=broken.seq, byte=broken.byte)
    return count


def last_made_ms(folder: Path, target: Path) -> int:
    """When a terminal's newest backup in a folder was made, 0 for never."""
    certificate = read_certificate(folder)
    found = backup.of_terminal(target, certificate.dev, certificate.inc) if target.is_dir() else []
    return found[-1][0].made_ms if found else 0


def main(argv: list[str]) -> int:
    """Make one backup, or without a target look at the ledger; the last line of its errors is the code it failed with."""
    try:
        if len(argv) > 1:
            make(Path(argv[0]), Path(argv[1]), time.time_ns() // 1_000_000)
        else:
            look(Path(argv[0]))
    except ShopError as error:
        print(error.code, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
