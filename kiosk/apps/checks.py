"""How a terminal's folder is, read beside a running terminal: status, proof of the ledger, and what the doctor looks at."""

import asyncio
import base64
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from drivers import registry
from drivers.api import DeviceState
from drivers.errors import AddressRefused
from kiosk import config
from kiosk.apps.papers import read_certificate
from kiosk.apps.system import TOOLS, SystemClock
from kiosk.apps.upkeep import last_told
from kiosk.domain.chain import Break
from kiosk.domain.codec import canonical
from kiosk.domain.errors import Busy, Damaged, ShopError
from kiosk.domain.facts import Fact, SealedFact, read_fact
from kiosk.domain.feed import CATALOG
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.store import backupnote, identity, rights, rows
from kiosk.store.catalog import current_name
from kiosk.store.database import Connection, reading
from kiosk.store.folder import FolderLock
from kiosk.store.ledger import LEDGER_FILE, push_state_in, verify_in, walk_in
from kiosk.text import words
from sync.agent.client import HubClient, Identity, hello, plain_http
from sync.agent.events import Failure
from sync.protocol.certificate import Certificate
from sync.protocol.messages import Hello, SnapshotManifest
from sync.protocol.signature import Key, verifier

_FREE_MIN = 200 * 1024 * 1024
_SKEW_MS_MAX = 2 * 60_000
_DEVICE_S = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at."""

    check: str
    well: bool
    found: str
    way_out: str = ""


def status(folder: Path) -> dict[str, Any]:
    """What the terminal sold today, what the hub has of it, and how old its data is."""
    certificate = read_certificate(folder)
    place = certificate.place
    today = SystemClock(place.zone).local_date(time.time_ns() // 1_000_000)
    with _reading(folder / LEDGER_FILE) as conn:
        push = push_state_in(conn)
        held = [asdict(one) for one in rights.held_in(conn) if one.left_milli]
        totals = DayTotals()
        for (data,) in conn.execute("SELECT data FROM facts WHERE day = ? ORDER BY seq", (today,)):
            totals = apply_day(totals, _stored(data))
    with _reading(folder / current_name(folder)) as conn:
        cursor = rows.cursor_of(conn, CATALOG)
        (articles,) = conn.execute("SELECT count(*) FROM article").fetchone()
    return {
        "kind": certificate.kind, "store": place.store, "terminal": place.terminal, "device": certificate.dev,
        "running": _is_running(folder), "business_day": today, "sales": totals.sales, "gross_minor": totals.gross,
        "currency": place.currency, "facts": push.head, "unsent": push.head - push.acked, "durable": push.durable,
        "held": push.held, "forked": push.forked, "last_contact_ms": push.last_ms,
        "rights": held, "articles": articles, "catalog_rev": cursor.rev, "hub": config.load(folder).hub,
        "certificate_until_ms": certificate.not_after_ms,
        "last_backup_ms": backupnote.read_ms(folder, certificate.dev, certificate.inc),
        **_upkeep(folder, place.zone),
    }  # fmt: skip


def _upkeep(folder: Path, zone: str) -> dict[str, Any]:
    """How ready the terminal was and what waited there when it last looked; it looks every few minutes while it runs."""
    told = last_told(folder)
    if told is None:
        return {"without_network": "not known: it was not opened yet", "waiting": 0, "hub_state": ""}
    say, row = words("en"), told.board.row
    head = say.ready(told.board.hours, stopped=told.board.hours == 0)
    reason = say.told(row.code, row.values, zone) if row is not None else ""
    return {
        "without_network": f"{head}: {reason}" if reason else head, "hours": told.board.hours, "looked_ms": told.at_ms,
        "rows": {one.key: f"{one.state}: {say.told(one.code, one.values, zone)}" for one in told.board.rows},
        "waiting": told.waiting_count, "waits": ["; ".join(say.waiting(one, zone)) for one in told.waiting],
        "hub_state": told.hub,
    }  # fmt: skip


def verify(folder: Path) -> tuple[int, Break | None]:
    """Prove the ledger: count of facts and the first break."""
    certificate = read_certificate(folder)
    with _reading(folder / LEDGER_FILE) as conn:
        return verify_in(conn, verifier(certificate.public_key), certificate.dev, certificate.inc)


def export(folder: Path, out: Path) -> int:
    """Write all facts, one canonical JSON line each with its fact, hash and signature; gives their count.

    Never into the terminal's own folder: one slip of the keyboard would put the copy in the ledger's place.
    """
    with _reading(folder / LEDGER_FILE) as conn:
        if out.resolve().is_relative_to(folder.resolve()):
            raise ShopError("export.inside", folder=str(folder))
        try:
            with out.open("wb") as file:
                return sum(1 for sealed in walk_in(conn) if file.write(_line(sealed)))
        except OSError as error:
            raise ShopError("export.no_access", file=str(out), reason=error.strerror or "") from error


def _line(sealed: SealedFact) -> bytes:
    line = {
        "fact": sealed.data.decode(),
        "hash": sealed.hash.hex(),
        "signature": base64.b64encode(sealed.signature).decode(),
    }
    return canonical(line) + b"\n"


def _stored(data: bytes) -> Fact:
    """A fact of the ledger; what does not read is damaged here, and nobody fetches it again."""
    try:
        return read_fact(data)
    except Damaged as error:
        raise Damaged("fact.not_a_fact") from error


def doctor(folder: Path) -> list[Finding]:
    """Everything that stops a day, looked at once."""
    try:
        certificate = read_certificate(folder)
        settings = config.load(folder)
    except ShopError as error:
        return [Finding("terminal", False, error.code, words("en").error(error))]
    return [
        Finding("terminal", True, f"{certificate.kind} {certificate.place.terminal} of {certificate.place.store}"),
        _settings(folder),
        _rights(folder),
        _disk(folder),
        _ledger(folder),
        _certificate(certificate),
        *_hub(settings.hub),
        *_standing(folder, certificate, settings.hub),
        _device("printer", settings.printer),
        _device("scanner", settings.scanner),
        _device("camera", settings.camera),
        _wedge(settings.wedge),
    ]


def _settings(folder: Path) -> Finding:
    unknown = ", ".join(config.unknown(folder))
    way_out = "These do nothing. Compare their spelling with: toonbank config show" if unknown else ""
    return Finding("settings", not unknown, unknown or config.FILE, way_out)


def _rights(folder: Path) -> Finding:
    well = os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    return Finding("data folder", well, str(folder), "" if well else "Give this user the right to write there.")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    well = free >= _FREE_MIN
    return Finding("disk", well, f"{free // 2**20} MiB free", "" if well else "Free at least 200 MiB.")


def _ledger(folder: Path) -> Finding:
    try:
        count, broken = verify(folder)
    except ShopError as error:
        return Finding("ledger", False, error.code, words("en").error(error))
    if broken is None:
        return Finding("ledger", True, f"{count} facts, whole")
    return Finding("ledger", False, broken.code, f"Stop selling here; call the help desk. Fact {broken.seq}.")


def _certificate(certificate: Certificate) -> Finding:
    days = (certificate.not_after_ms - time.time_ns() // 1_000_000) // 86_400_000
    well = days > 0
    return Finding("certificate", well, f"{days} days left", "" if well else "Enrol this terminal again.")


def _hub(address: str) -> list[Finding]:
    answer = asyncio.run(_hello(address))
    if isinstance(answer, Failure):
        way_out = "Selling goes on. Check the network, or the address in terminal.toml."
        return [Finding("hub", False, f"{address or 'no address'}: {answer.code}", way_out)]
    skew_ms = answer.time_ms - time.time_ns() // 1_000_000
    well = abs(skew_ms) <= _SKEW_MS_MAX
    return [
        Finding("hub", True, f"{address}, protocol {answer.proto}"),
        Finding("clock", well, f"{skew_ms / 1000:+.1f} s from the hub", "" if well else "Set this machine's clock."),
    ]


def _standing(folder: Path, certificate: Certificate, address: str) -> list[Finding]:
    """What the hub says of this very terminal, asked with its signature: a replaced one gets no data any more."""
    files = identity.load(folder)
    who = Identity(certificate.dev, certificate.inc, Key.load(files.key), files.hub_key)
    answer = asyncio.run(_manifest(address, who))
    if not isinstance(answer, Failure):
        return [Finding("standing", True, "known to the hub")]
    if not answer.code.startswith(("device.", "request.")):
        return []  # the hub was not reached: said above
    return [Finding("standing", False, answer.code, words("en").sentence(answer.code))]


async def _manifest(address: str, who: Identity) -> SnapshotManifest | Failure:
    client = HubClient(address, who, lambda: time.time_ns() // 1_000_000)
    try:
        return await client.manifest("device")
    finally:
        await client.close()


async def _hello(address: str) -> Hello | Failure:
    async with plain_http() as http:
        return await hello(http, address)


def _device(role: str, address: str) -> Finding:
    if not address:
        return Finding(role, True, "none set")
    heard = threading.Event()
    try:
        if role == "printer":
            printer = registry.receipt_printer(address, TOOLS)
            printer.open(lambda health: None)
            health = printer.probe()
            printer.close()
        elif role == "camera":
            camera = registry.camera(address, TOOLS)
            camera.open(lambda scan: None, lambda health: None)
            camera.look(lambda sight: heard.set())  # it is well when a picture came
            heard.wait(_DEVICE_S)
            health = camera.health()
            camera.close()
        else:
            scanner = registry.scanner(address, TOOLS)
            scanner.open(lambda scan: None, lambda health: heard.set())
            heard.wait(_DEVICE_S)
            health = scanner.health()
            scanner.close()
    except AddressRefused as error:
        return Finding(role, False, address, error.hint)
    well = health.state in (DeviceState.READY, DeviceState.BUSY)
    faults = ", ".join(sorted(fault.value for fault in health.faults))
    found = " ".join(part for part in (address, health.state.value, faults, health.code) if part)
    return Finding(role, well, found, "" if well else "Check its power, cable, paper and address.")


def _wedge(address: str) -> Finding:
    """A keyboard scanner cannot be asked anything; that its address is one can be looked at."""
    try:
        if address:
            registry.scanner(address, TOOLS)
    except AddressRefused as error:
        return Finding("keyboard scanner", False, address, error.hint)
    return Finding("keyboard scanner", True, address or "none set")


def _is_running(folder: Path) -> bool:
    try:
        FolderLock(folder).release()
    except Busy:
        return True
    return False


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    if not path.exists():
        raise ShopError("folder.not_enrolled", folder=str(path.parent))
    with reading(path) as conn:
        yield conn
