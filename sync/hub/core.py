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
from sync.hub.shop.keyring import Keyring
from sync.hub.storage.blobs import Blobs, DatabaseBlobs, FolderBlobs
from sync.hub.storage.database import PEERS, Storage, Touched
from sync.hub.storage.folder import Folder
from sync.hub.storage.marks import FILE as MARKS
from sync.hub.storage.marks import Marks
from sync.hub.storage.opening import open_storage, shared_key
from sync.protocol.signature import Key, device_name

DEVICES_CACHED_MAX = 5_000


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
    """A terminal as the hub knows it; `revoked` when another took its place. Its certificate ends at `not_after_ms`."""

    dev: str
    inc: int
    tenant: str
    store: str
    terminal: str
    kind: str
    public_key: bytes
    revoked: bool
    not_after_ms: int = 0


class Devices:
    """Terminals already looked up, by name (`dev` or `dev/inc`), until one may have changed."""

    def __init__(self) -> None:
        self._known: dict[str, Device] = {}
        self._turn = 0

    @property
    def turn(self) -> int:
        """Say this when you keep what you looked up: what was read before a change is not kept after it."""
        return self._turn

    def get(self, name: str) -> Device | None:
        """A terminal that was looked up before."""
        return self._known.get(name)

    def keep(self, device: Device, turn: int) -> None:
        """Keep what was looked up since `turn` was read."""
        if turn == self._turn:
            if len(self._known) >= DEVICES_CACHED_MAX:
                self._known.clear()
            self._known[device_name(device.dev, device.inc)] = device

    def forget(self) -> None:
        """Look everybody up again."""
        self._turn += 1
        self._known = {}


@dataclass(frozen=True, slots=True)
class Hub:
    """An open hub: whoever holds it holds the data folder."""

    folder: Folder
    storage: Storage
    blobs: Blobs
    key: Key
    settings: HubSettings
    world: Surroundings
    guard: Guard
    bell: Bell = field(default_factory=Bell)
    devices: Devices = field(default_factory=Devices)
    ingests: Limiter = field(default_factory=Limiter)
    keyring: Keyring = field(default_factory=Keyring)
    serves: set[str] = field(default_factory=set)
    """Holds something while the hub answers terminals."""
    calling: set[tuple[str, str]] = field(default_factory=set)
    """Requests that must not be carried out twice and are being carried out: (route, Idempotency-Key)."""
    making: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a snapshot is made, so that fifty terminals that ask at once wait for one."""

    @property
    def serving(self) -> bool:
        """Whether terminals are answered."""
        return bool(self.serves)

    def close(self) -> None:
        """Finish, checkpoint and give the folder back."""
        self.storage.close()
        self.folder.release()


def open_hub(
    path: Path, world: Surroundings, generate_key: Callable[[], Key] = Key.generate, database_url: str = ""
) -> Hub:
    """Open or make the hub of a data folder, on the database of its settings unless another is named.

    Raises HubProblem when the folder is in use or not writable, or the database newer, damaged or not to be reached.
    """
    folder = Folder(path)
    try:
        chosen = settings.load(path)
        storage = open_storage(folder, database_url or chosen.database_url)
        try:
            key = shared_key(storage, folder, generate_key) if storage.shares_blobs else folder.key(generate_key)
            storage.keep_marks(Marks(path / MARKS, key.public.hex()))
        except BaseException:
            storage.close()
            raise
    except BaseException:
        folder.release()
        raise
    blobs = DatabaseBlobs(folder, storage) if storage.shares_blobs else FolderBlobs(folder)
    hub = Hub(folder, storage, blobs, key, chosen, world, Guard(chosen.wrong_codes_max))

    def heard(touched: Touched) -> None:
        if any(scope in ("", PEERS) for _, scope, _ in touched):
            hub.devices.forget()  # one may have been replaced or revoked, here or by another process
            hub.keyring.forget()
        hub.bell.ring(touched)

    storage.listen(heard)
    return hub
