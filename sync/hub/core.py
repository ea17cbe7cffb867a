"""What every part of a hub shares: its folder, its storage, its key, its clock, its chance and who waits for news."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.domain.identity import uuid7
from sync.hub import settings
from sync.hub.bell import Bell
from sync.hub.guard import Guard
from sync.hub.limiter import Limiter
from sync.hub.settings import HubSettings
from sync.hub.storage.database import Storage
from sync.hub.storage.folder import Folder
from sync.protocol.signature import Key


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a hub takes from the world: the time in ms since 1970, and so many bits of chance."""

    now_ms: Callable[[], int]
    chance: Callable[[int], int]

    def new_id(self) -> str:
        """A new UUIDv7."""
        return uuid7(self.now_ms(), self.chance(74))


@dataclass(frozen=True, slots=True)
class Device:
    """A terminal as the hub knows it; `revoked` when another took its place."""

    dev: str
    inc: int
    tenant: str
    store: str
    terminal: str
    kind: str
    public_key: bytes
    revoked: bool


@dataclass(frozen=True, slots=True)
class Hub:
    """An open hub: whoever holds it holds the data folder."""

    folder: Folder
    storage: Storage
    key: Key
    settings: HubSettings
    world: Surroundings
    guard: Guard
    bell: Bell = field(default_factory=Bell)
    devices: dict[str, Device] = field(default_factory=dict)
    """Terminals already looked up, by `dev`; cleared when one is enrolled."""
    ingests: Limiter = field(default_factory=Limiter)
    making: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a snapshot is made, so that fifty terminals that ask at once wait for one."""

    def close(self) -> None:
        """Finish, checkpoint and give the folder back."""
        self.storage.close()
        self.folder.release()


def open_hub(path: Path, world: Surroundings, generate_key: Callable[[], Key] = Key.generate) -> Hub:
    """Open or make the hub of a data folder. Raises HubProblem when it is in use, newer, damaged or not writable."""
    folder = Folder(path)
    try:
        chosen = settings.load(path)
        key = folder.key(generate_key)
        storage = Storage(folder.database)
    except BaseException:
        folder.release()
        raise
    hub = Hub(folder, storage, key, chosen, world, Guard(chosen.wrong_codes_max))
    storage.listen(hub.bell.ring)
    return hub
