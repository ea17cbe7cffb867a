"""Giving a terminal its ledger back: from a backup onto the same device, or hub and backup together into a new one.

A recovered terminal is a new device with a key and a receipt series of its own that follows the old one: the old key may exist
twice, and a number that was printed in the lost hours must not be printed again. What the old one sold stays its own.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.apps import backups, enrolment
from kiosk.apps.papers import open_ledger, read_certificate
from kiosk.domain import chain, facts
from kiosk.domain.codec import digest
from kiosk.domain.errors import Damaged, Refused, ShopError
from kiosk.domain.facts import Fact, SealedFact, read_fact
from kiosk.store import backup, carts, identity, lives
from kiosk.store.database import Connection, reading
from kiosk.store.folder import FolderLock, sync_folder
from kiosk.store.ledger import LEDGER_FILE, Ledger, set_meta_in, walk_in
from kiosk.store.soundness import ASIDE, set_aside
from sync.agent import lives as asked
from sync.agent.client import HubClient
from sync.agent.events import Failure
from sync.protocol.messages import FactsReply
from sync.protocol.signature import verifier

OPEN_SHIFT = "open_shift"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came back: facts from the hub and beyond it, and from which number on the old terminal's facts are missing.

    `gap_to` 0 says that nobody knows whether anything is missing after the last fact.
    """

    device: str
    follows: str
    from_hub: int
    brought: int
    gap_from: int
    gap_to: int
    has_shift: bool
    has_cart: bool


@dataclass(frozen=True, slots=True)
class _History:
    """A predecessor's facts as far as they go without a hole, and the highest number that is known of."""

    dev: str
    inc: int
    sealed: list[SealedFact]
    highest: int
    cart: list[tuple[str, int, str, str]]


def restore(folder: Path, file: Path, now_ms: int) -> int:
    """Put a backup back onto the device that made it; gives its last fact.

    Raises Refused when the hub has more than the backup: then the numbers after it were used, and only `recover` is safe.
    """
    lock = FolderLock(folder)
    try:
        certificate = read_certificate(folder)
        header = backup.read_header(file)
        if (header.dev, header.inc) != (certificate.dev, certificate.inc):
            raise Refused("restore.foreign", device=header.dev)
        fresh = folder / f"{LEDGER_FILE}.restoring"
        known = asyncio.run(_open_and_ask(folder, file, fresh))
        if known > header.seq:
            fresh.unlink()
            raise Refused("restore.older", count=known - header.seq, seq=header.seq)
        if (folder / LEDGER_FILE).exists():
            set_aside(folder, now_ms)
        os.replace(fresh, folder / LEDGER_FILE)
        sync_folder(folder)
        return header.seq
    finally:
        lock.release()


async def _open_and_ask(folder: Path, file: Path, target: Path) -> int:
    """Open a backup, and ask how many facts the hub has. A ledger that is here and readable may know more than the hub."""
    client = backups.client_of(folder)
    try:
        await backups.open_with_hub(client, file, target)
        reply = await client.push(1, [])
        if isinstance(reply, Failure):
            target.unlink()
            raise ShopError(reply.code)
        return max(reply.next_seq - 1, _last_here(folder / LEDGER_FILE))
    finally:
        await client.close()


def _last_here(ledger: Path) -> int:
    """The last number in a ledger that may be damaged; 0 when it does not say."""
    try:
        with reading(ledger) as conn:
            return int(conn.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()[0])
    except ShopError:
        return 0


def recover(
    folder: Path, address: str, code: str, file: Path | None, now_ms: int, progress: Callable[[str, int], None]
) -> Recovered:
    """Make this folder the terminal that follows a broken one, with all that hub, backup and the old ledger still have.

    The folder may be empty, or the broken terminal's own: then its ledger is put aside and read as far as it can be.
    """
    aside = None
    if identity.is_enrolled(folder):
        lock = FolderLock(folder)
        try:
            aside = set_aside(folder, now_ms)
            os.replace(folder / identity.FOLDER, aside / identity.FOLDER)
            sync_folder(folder)
        finally:
            lock.release()
    enrolled = enrolment.enrol_anew(folder, address, code, progress, recovers=True)
    lock = FolderLock(folder)
    try:
        found = asyncio.run(_recover(folder, enrolled, file, aside))
    finally:
        lock.release()
    enrolment.fetch(folder, progress)
    return found


async def _recover(folder: Path, supersedes: str, file: Path | None, aside: Path | None) -> Recovered:
    client = backups.client_of(folder)
    dev, _, inc = supersedes.partition("/")
    try:
        known = await asked.facts_of(client, dev, int(inc or 1)) if supersedes else FactsReply("", 1, b"", 0, [])
        history = _merged(known, await _sources(client, folder, file, aside))
        fresh = history.sealed[known.head :]
        brought = await asked.bring(client, (history.dev, history.inc), known.head + 1, fresh) if fresh else known.head
        if brought < known.head + len(fresh):
            raise ShopError("recover.not_taken", count=known.head + len(fresh) - brought)
    finally:
        await client.close()
    return _written(folder, supersedes, known.head, history)


async def _sources(client: HubClient, folder: Path, file: Path | None, aside: Path | None) -> list[Path]:
    """The ledgers that may know more than the hub: the backup, opened, and the one that was put aside."""
    found = []
    if file is not None:
        opened = folder / "backup.db.opened"
        await backups.open_with_hub(client, file, opened)
        found.append(opened)
    if aside is not None and (aside / LEDGER_FILE).exists():
        found.append(aside / LEDGER_FILE)
    return found


def _merged(known: FactsReply, sources: Sequence[Path]) -> _History:
    """The longest history without a hole that the old key proves. A fact that is not proven ends a source, never the work."""
    verify = verifier(known.public_key) if known.public_key else (lambda mark, signature: False)
    sealed = [SealedFact(seq, fact.data, digest(fact.data), fact.signature) for seq, fact in enumerate(known.facts, 1)]
    broken = chain.first_break(sealed, verify, known.dev, known.inc)
    if broken is not None:
        raise Damaged(broken.code, seq=broken.seq, byte=broken.byte)
    highest, cart = len(sealed), list[tuple[str, int, str, str]]()
    for source in sources:
        more, last, events = _read_source(source, len(sealed))
        highest, cart = max(highest, last), events or cart
        for fact in more:
            if not _follows(fact, sealed, verify, known):
                break
            sealed.append(fact)
    return _History(known.dev, known.inc, sealed, max(highest, len(sealed)), cart)


def _follows(fact: SealedFact, sealed: Sequence[SealedFact], verify: chain.Verify, known: FactsReply) -> bool:
    if fact.seq != len(sealed) + 1 or digest(fact.data) != fact.hash or not verify(fact.hash, fact.signature):
        return False
    try:
        opened = read_fact(fact.data)
    except Damaged:
        return False
    prev = sealed[-1].hash if sealed else facts.GENESIS
    return (opened.dev, opened.inc, opened.seq, opened.prev) == (known.dev, known.inc, fact.seq, prev)


def _read_source(path: Path, after: int) -> tuple[list[SealedFact], int, list[tuple[str, int, str, str]]]:
    """What a ledger still gives: facts after a number up to the first page that does not read, its last number, its cart."""
    found, last, cart = list[SealedFact](), 0, list[tuple[str, int, str, str]]()
    try:
        with reading(path) as conn:
            last = int(conn.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()[0])
            cart = conn.execute("SELECT sale, n, kind, event FROM cart_events ORDER BY sale, n").fetchall()
            found += [fact for fact in walk_in(conn) if fact.seq > after]
    except ShopError:
        pass  # what could be read is there; the rest is in the gap that is declared
    return found, last, cart


def _written(folder: Path, supersedes: str, from_hub: int, history: _History) -> Recovered:
    opened = [read_fact(fact.data) for fact in history.sealed]
    shift, over = lives.open_shift(opened), lives.ended_sales(opened)
    cart = [event for event in history.cart if event[0] not in over]
    last = len(history.sealed)
    gap_to = history.highest if history.highest > last else 0
    ledger = open_ledger(folder)
    try:

        def write(conn: Connection) -> None:
            lives.put_in(conn, history.sealed)
            if shift:
                set_meta_in(conn, OPEN_SHIFT, shift)
            for event in cart:
                conn.execute("INSERT INTO cart_events VALUES (?, ?, ?, ?)", event)
            if supersedes:
                _declare_in(ledger, conn, opened, history, last, gap_to)

        ledger.run(write)
        has_cart = ledger.run(carts.open_cart_in) is not None
    finally:
        ledger.close()
        for stray in folder.glob("backup.db.opened*"):
            stray.unlink()
    device = ledger.identity.dev
    return Recovered(device, supersedes, from_hub, last - from_hub, last + 1, gap_to, bool(shift), has_cart)


def _declare_in(ledger: Ledger, conn: Connection, opened: Sequence[Fact], history: _History, last: int, gap_to: int) -> None:
    """Say, signed, from where on the old terminal's facts are missing; `to` 0: nobody knows whether there are any."""
    head = history.sealed[-1].hash.hex() if history.sealed else ""
    body = {"dev": history.dev, "inc": history.inc, "from": last + 1, "to": gap_to, "head": head}
    day = opened[-1].day if opened else ledger.clock.local_date(ledger.clock.now().wall_ms)
    ledger.append_in(conn, facts.GAP_DECLARED, body, employee="", day=day)


def wipe(folder: Path) -> None:
    """Take everything away that makes a folder a terminal: the key first, so that half a wipe leaves no terminal."""
    for name in (identity.FOLDER, "chunks", "pictures"):
        home = folder / name
        if name == identity.FOLDER and home.exists():
            key = home / "key"
            if key.exists():
                key.write_bytes(bytes(key.stat().st_size))
                key.unlink()
        shutil.rmtree(home, ignore_errors=True)
    for path in folder.iterdir():
        if path.is_file() and path.name != "in-use":
            path.unlink()
        elif path.is_dir() and path.name.startswith(ASIDE):
            shutil.rmtree(path)
    sync_folder(folder)
