"""What the terminal's side of sync needs from outside: an outbox of facts, a copy per scope, and somebody who listens.

All are called from worker threads, one call of a port at a time; an implementation must be
thread-safe.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.facts import SealedFact
from kiosk.domain.feed import NOWHERE, Cursor, Row, Transaction
from sync.protocol.messages import HeldFact, RightsReport


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How sync is, as the screens show it. Times are wall ms of this terminal, ages and offsets are
    ms.

    `reachable` is None until the hub was asked for the first time; `since_ms` is when it last
    changed. `code` is the last thing that went wrong, empty once all is well. `clock_offset_ms` is
    hub time minus own time. `stalled` says that facts have waited for five minutes although the hub
    answers; `forked` that the hub has other facts under this terminal's numbers, so that it must be
    enrolled anew (it goes on selling). `clock_stop` says that the clock is so far off that promised
    goods are not given out; `hub_state` is open, recovering or doubtful.
    """

    reachable: bool | None = None
    since_ms: int = 0
    unsent: int = 0
    oldest_unsent_ms: int = 0
    last_contact_ms: int | None = None
    code: str = ""
    clock_offset_ms: int = 0
    clock_warning: bool = False
    catalog: Cursor = NOWHERE
    device: Cursor = NOWHERE
    forked: bool = False
    stalled: bool = False
    held: int = 0
    progress: int = 100
    clock_stop: bool = False
    hub_state: str = "open"


class Outbox(Protocol):
    """The facts of this terminal and how far the hub has them. Facts leave it only by the hub's
    word, never by sending.
    """

    def head(self) -> int:
        """The number of the last fact, 0 when there is none."""
        ...

    def acked(self) -> int:
        """The number of the last fact that the hub has stored, 0 when there is none."""
        ...

    def pending(self, from_seq: int, facts_max: int, bytes_max: int) -> Sequence[SealedFact]:
        """Facts from `from_seq` on, in order without a gap: at most so many and so many bytes, but
        at least one.
        """
        ...

    def epoch(self) -> int:
        """The hub's epoch in which it said what it has stored, 0 when it never did."""
        ...

    def report(self) -> RightsReport:
        """What this terminal holds, with its last fact and its cursor of the device scope, read in one transaction."""
        ...

    def acknowledge(
        self,
        next_seq: int,
        durable_seq: int,
        epoch: int,
        head_hash: bytes,
        held: Sequence[HeldFact],
        forked: bool,
    ) -> None:
        """Note durably what the hub has. `next_seq` may be lower than before: a restored hub asks
        again.
        """
        ...


class FeedStore(Protocol):
    """This terminal's copy of one scope."""

    def cursor(self) -> Cursor:
        """How far the copy is; NOWHERE when it holds nothing yet."""
        ...

    def apply(self, transactions: Sequence[Transaction], cursor: Cursor) -> None:
        """Apply rows and cursor in one commit.

        Raises Damaged and changes nothing when the copy's digest after the rows would not be the
        cursor's.
        """
        ...

    def replace(self, rows: Iterable[Row], cursor: Cursor) -> None:
        """Replace the whole copy: what the rows do not hold is gone. Raises and changes nothing as
        `apply` does.

        The iterator may raise in the middle (a chunk was damaged or the network went); then nothing
        changes.
        """
        ...


class Papers(Protocol):
    """Where this terminal keeps its certificate and the hub's signature over it."""

    def load(self) -> tuple[bytes, bytes]:
        """Certificate and signature as they were made."""
        ...

    def keep(self, certificate: bytes, signature: bytes) -> None:
        """Keep a renewed certificate; after a power cut the old or the new one is there, whole."""
        ...


class Listener(Protocol):
    """Hears of every change, on the agent's thread: it must hand over and return at once."""

    def on_status(self, status: SyncStatus) -> None:
        """The status changed."""
        ...
