"""Making a folder a terminal: code to certificate, then the store's data, so that it can sell at once."""

import asyncio
import contextlib
import platform
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from kiosk import config
from kiosk.apps.papers import open_ledger, read_certificate
from kiosk.apps.system import new_id
from kiosk.domain import facts
from kiosk.domain.errors import ShopError
from kiosk.store import identity
from kiosk.store.build import build_apart
from kiosk.store.catalog import Catalog
from kiosk.store.folder import FolderLock, write_whole
from kiosk.store.identity import IdentityFiles
from kiosk.store.ledger import Ledger
from kiosk.store.pictures import PICTURES, Pictures
from sync.agent import enrolment, pictures
from sync.agent.client import HubClient
from sync.agent.client import Identity as ClientIdentity
from sync.agent.discovery import Discovery
from sync.agent.events import Failure
from sync.agent.snapshot import bootstrap
from sync.protocol.certificate import Certificate
from sync.protocol.messages import Scope
from sync.protocol.signature import Key

APP = "toonbank 0.1.0"
DISCOVERY_S = 5.0
_OTHERS_S = 0.5
Progress = Callable[[str, int], None]
"""Told the step and how far it is, in percent."""


def enrol(folder: Path, address: str, code: str, progress: Progress) -> Certificate:
    """Enrol a folder at a hub and fetch everything a day offline needs.

    A folder that holds a terminal already is refused. When the fetch breaks off, the terminal exists and fetches the rest
    by itself as soon as it runs.
    """
    enrol_anew(folder, address, code, progress)
    fetch(folder, progress)
    return read_certificate(folder)


def enrol_anew(folder: Path, address: str, code: str, progress: Progress, recovers: bool = False) -> str:
    """Use a code up and keep the identity; gives the terminal that this one follows (`dev` or `dev/inc`), or nothing."""
    lock = FolderLock(folder)
    try:
        if identity.is_enrolled(folder):
            raise ShopError("folder.already_enrolled", terminal=str(read_certificate(folder).place.terminal))
        progress("code", 0)
        key = Key.generate()
        enrolled = _use_code(address, code, key, recovers)
        identity.keep(
            folder,
            IdentityFiles(key.raw, enrolled.certificate_data, enrolled.certificate_signature, enrolled.hub_key),
        )
        settings = replace(config.load(folder), hub=enrolled.address)
        write_whole(folder / config.FILE, config.text(settings).encode())
        progress("code", 100)
        ledger = open_ledger(folder)
        try:
            body = {"app": APP, "host": platform.node(), "series": enrolled.certificate.series}
            day = ledger.clock.local_date(ledger.clock.now().wall_ms)
            ledger.append(facts.TERMINAL_ENROLLED, body, employee="", day=day)
        finally:
            ledger.close()
        return enrolled.supersedes
    finally:
        lock.release()


def fetch(folder: Path, progress: Progress) -> None:
    """Fetch what a day offline needs into an enrolled folder."""
    lock = FolderLock(folder)
    try:
        ledger, catalog = open_ledger(folder), Catalog(folder, build_apart)
        try:
            asyncio.run(_fetch_scopes(folder, ledger, catalog, progress))
        finally:
            catalog.close()
            ledger.close()
    finally:
        lock.release()


def _use_code(address: str, code: str, key: Key, recovers: bool) -> enrolment.Enrolled:
    """Use the code up; a hub that is not reached is told as what it is here: nothing is sold yet that could go on."""
    try:
        return asyncio.run(enrolment.enrol(address, code, key, APP, platform.node(), new_id(), recovers=recovers))
    except ShopError as error:
        if error.code.startswith("sync.") and error.code != "sync.address":
            raise ShopError("enrol.no_hub", address=address, why=error.code) from error
        raise


def find_hub() -> str:
    """The address of the one hub that announces itself on this network.

    Raises ShopError when there is none, or more than one: then a person says which.
    """
    found = asyncio.run(_listen())
    if len(found) != 1:
        raise ShopError("sync.hubs_found" if found else "sync.no_hub_found", hubs=", ".join(found))
    return found[0]


async def _listen() -> list[str]:
    discovery = Discovery()
    await discovery.start()
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DISCOVERY_S):
                await discovery.changed.wait()
                await asyncio.sleep(_OTHERS_S)  # a second hub answers a moment later
        return sorted(set(discovery.found()))
    finally:
        await discovery.close()


async def _fetch_scopes(folder: Path, ledger: Ledger, catalog: Catalog, progress: Progress) -> None:
    files, certificate = identity.load(folder), read_certificate(folder)
    who = ClientIdentity(certificate.dev, certificate.inc, Key.load(files.key), files.hub_key)
    address = config.load(folder).hub
    client = HubClient(address, who, lambda: ledger.clock.now().wall_ms)
    scopes: tuple[tuple[Scope, Ledger | Catalog], ...] = (("device", ledger), ("catalog", catalog))
    try:
        for scope, store in scopes:
            found = await bootstrap(client, scope, folder / "chunks", partial(progress, scope))
            if isinstance(found, Failure):
                raise ShopError(found.code, address=address)
            store.replace(found.rows(), found.cursor)
            found.discard()
            progress(scope, 100)
        shelf = Pictures(folder / PICTURES, catalog)
        await pictures.fetch(client, shelf, shelf.missing(pictures.ROUND_MAX), set())
        progress("pictures", 100)
    finally:
        await client.close()
