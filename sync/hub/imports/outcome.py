"""What an import did, and under what it happens."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from sync.hub.imports.faults import Fault, Faults


class Imported(msgspec.Struct, frozen=True):
    """What an import did, or the faults because of which it did nothing. `pins` are first PINs, shown once.

    `sums` is what a file of gift cards comes to, by brand and currency, in minor units.
    """

    kind: str
    rows: int = 0
    added: int = 0
    changed: int = 0
    rev: int = 0
    pins: dict[str, str] = {}
    fault_count: int = 0
    faults: list[Fault] = []
    sums: dict[str, int] = {}


class Applied(NamedTuple):
    """What an import changed: the rows of the file, those that are new or changed, and the newest revision."""

    rows: int
    added: int
    changed: int
    rev: int


class Circumstances(NamedTuple):
    """Under which tenant, when, and with what ids an import happens."""

    tenant: str
    now_ms: int
    new_id: Callable[[], str]


def imported(kind: str, applied: Applied, faults: Faults) -> Imported:
    """The outcome: the faults if there is one, else what changed."""
    if faults.count:
        return Imported(kind, applied.rows, fault_count=faults.count, faults=faults.in_order())
    return Imported(kind, applied.rows, applied.added, applied.changed, applied.rev)
