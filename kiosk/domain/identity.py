"""Who and where: the keys that every fact carries, and the clocks and ids that come in as arguments."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened, and under whose rules. Every fact carries all of it (signed, so never widened later)."""

    tenant: str
    entity: str
    brand: str
    country: str
    currency: str
    language: str
    store: str
    zone: str
    terminal: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as one terminal saw it: wall clock (ms since 1970, UTC), monotonic ms since boot, and the boot's id."""

    wall_ms: int
    mono_ms: int
    boot: str


class Clock(Protocol):
    """Gives the present moment and the local business date; the system's clock or a simulated one."""

    def now(self) -> Moment:
        """The moment now."""
        ...

    def local_date(self, wall_ms: int) -> str:
        """The calendar date `YYYY-MM-DD` of an instant in the store's time zone."""
        ...


class IdSource(Protocol):
    """Gives a new UUIDv7 text: an id and an index key, never a proof of order."""

    def __call__(self) -> str: ...


def uuid7(wall_ms: int, chance: int) -> str:
    """A UUIDv7 (RFC 9562, 5.7) from a time in ms and 74 bits of chance, both given.

    >>> uuid7(1_645_557_742_000, 0x3_3200_0000_0000_0000 & ((1 << 74) - 1))[:13]
    '017f22e2-79b0'
    """
    assert 0 <= wall_ms < 1 << 48, f"time out of range: {wall_ms}"
    rand_a, rand_b = (chance >> 62) & 0xFFF, chance & ((1 << 62) - 1)
    value = (wall_ms << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def hybrid_time(previous: int, wall_ms: int) -> int:
    """The next hybrid logical clock value: 48 bits of ms and 16 bits of count; never runs backwards.

    Orders things for display only. Sequence and revision, never time, decide correctness.
    """
    return max(previous + 1, wall_ms << 16)
