"""The real clock, chance and ids of this machine; everything else takes them as arguments."""

import datetime
import os
import secrets
import time
import uuid
import zoneinfo
from pathlib import Path

from drivers.api import Tools
from kiosk.domain.identity import Moment, uuid7

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
CHANCE_BITS = 74
_BOOTTIME: int | None = getattr(time, "CLOCK_BOOTTIME", None)
"""Linux has it; elsewhere the monotonic clock may stand still while the machine sleeps."""


def _since_boot_ns() -> int:
    """Time since the machine started, sleep included: a lease must not stand still in a tablet that was put away."""
    if _BOOTTIME is None:
        return time.monotonic_ns()
    return time.clock_gettime_ns(_BOOTTIME)


class SystemClock:
    """The machine's clock in a store's time zone."""

    def __init__(self, zone: str) -> None:
        self._zone = zoneinfo.ZoneInfo(zone)
        try:
            self._boot = _BOOT_ID.read_text("ascii").strip()
        except OSError:  # not Linux: one id for the life of this process
            self._boot = str(uuid.uuid4())

    def now(self) -> Moment:
        """The moment now."""
        return Moment(time.time_ns() // 1_000_000, _since_boot_ns() // 1_000_000, self._boot)

    def local_date(self, wall_ms: int) -> str:
        """The store's calendar day of an instant."""
        return datetime.datetime.fromtimestamp(wall_ms / 1000, self._zone).date().isoformat()


TOOLS = Tools(time.monotonic_ns, lambda: secrets.randbelow(1_000_000) / 1_000_000)
"""What drivers get from outside."""


_STICKS = (("media", "*/*"), ("run/media", "*/*"), ("media", "*"))


def sticks(root: Path = Path("/")) -> tuple[Path, ...]:
    """Sticks that are in and can be written to, where Linux desktops put them; one below another is the same stick."""
    found: list[Path] = []
    for folder, pattern in _STICKS:
        for path in sorted((root / folder).glob(pattern)):
            if path.is_mount() and os.access(path, os.W_OK) and path not in found:
                found.append(path)
    return tuple(found)


def new_id() -> str:
    """A new UUIDv7."""
    return uuid7(time.time_ns() // 1_000_000, secrets.randbits(CHANCE_BITS))
