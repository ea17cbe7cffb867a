"""The faces of the devices: protocols and frozen messages, fit for another process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, runtime_checkable

from kiosk.domain.cardterminal import Capability, CardAnswer, CardRequest, CardStatus, CardTotals, Deed
from kiosk.domain.document import Document
from kiosk.domain.label import Label
from kiosk.domain.parcel import ParcelLabel

PROCESS_IDS = 95**4
"""How many job ids a printer can tell apart: four characters of 20h to 7Eh each."""


class DeviceState(Enum):
    """Where a device is in its life.

    ABSENT -> CLOSED -> OPENING -> READY <-> BUSY; READY -> DEGRADED (faults) -> READY;
    any -> LOST -> BACKOFF -> OPENING.
    """

    ABSENT = "absent"
    CLOSED = "closed"
    OPENING = "opening"
    READY = "ready"
    BUSY = "busy"
    DEGRADED = "degraded"
    LOST = "lost"
    BACKOFF = "backoff"


class Fault(Enum):
    """What a device itself reports to be wrong; a set of them, never a sentence."""

    PAPER_NEAR_END = "paper-near-end"
    PAPER_OUT = "paper-out"
    COVER_OPEN = "cover-open"
    CUTTER = "cutter"
    OFFLINE = "offline"
    DRAWER_OPEN = "drawer-open"
    MECHANICAL = "mechanical"
    OVERHEATED = "overheated"


BLOCKING = frozenset(
    {
        Fault.PAPER_OUT,
        Fault.COVER_OPEN,
        Fault.CUTTER,
        Fault.OFFLINE,
        Fault.MECHANICAL,
        Fault.OVERHEATED,
    }
)
"""Faults with which nothing can be printed; the others are only shown."""


@dataclass(frozen=True, slots=True)
class Health:
    """What is known about a device; `since_ns` is monotonic, `code` the last error or empty."""

    state: DeviceState
    faults: frozenset[Fault] = frozenset()
    since_ns: int = 0
    code: str = ""

    def is_news(self, state: DeviceState, code: str) -> bool:
        """Whether somebody has to hear of this state after this one: not of every look for a device that is away."""
        looks_again = state is DeviceState.OPENING and self.state is DeviceState.BACKOFF
        return not looks_again and (self.state, self.code) != (state, code)

    @property
    def can_print(self) -> bool:
        """Whether the last word from the device allows a job to be tried."""
        return not (self.faults & BLOCKING) and self.state in (
            DeviceState.READY,
            DeviceState.BUSY,
            DeviceState.DEGRADED,
        )


@dataclass(frozen=True, slots=True)
class Scan:
    """One scanned code.

    `source` names the device by role, `raw` are the bytes as they came without framing, `text` the
    same decoded without the AIM prefix; `aim` is the symbology identifier such as "]E0", None when
    the scanner sent none; `at_ns` is the monotonic time of the last byte. Not `complete` means that
    the end of the code never came, so it may be cut short: refuse it aloud.
    """

    source: str
    raw: bytes
    text: str
    aim: str | None
    at_ns: int
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Sight:
    """What a camera sees, to be shown to whoever aims it: three bytes (red, green, blue) a pixel, row after row; monotonic ns."""

    width: int
    height: int
    rgb: bytes
    at_ns: int


class Verdict(Enum):
    """How a print job ended."""

    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class ConfirmLevel(Enum):
    """How much a confirmation is worth, best first (devices: confirmation ladder)."""

    PROCESS_ID = "process_id"
    BARRIER = "barrier"
    DRAINED = "drained"


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """How a print job ended.

    CONFIRMED has a level. FAILED means that nothing at all was printed, for sure: it may be sent
    again unmarked. UNCERTAIN means that a byte may have reached the paper: whoever prints it again
    marks it as a copy. `code` says why, and is empty when confirmed.
    """

    verdict: Verdict
    level: ConfirmLevel | None = None
    code: str = ""
    faults: frozenset[Fault] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if (self.verdict is Verdict.CONFIRMED) != (self.level is not None):
            raise ValueError("a confirmed job has a level, any other has none")
        if (self.verdict is Verdict.CONFIRMED) == bool(self.code):
            raise ValueError("a job that was not confirmed says why, a confirmed one has no code")


@dataclass(frozen=True, slots=True)
class Tools:
    """What a driver gets from outside: the monotonic clock in ns, and chance from 0.0 to 1.0."""

    clock_ns: Callable[[], int]
    chance: Callable[[], float]


OnHealth = Callable[[Health], None]
OnScan = Callable[[Scan], None]
OnSight = Callable[[Sight], None]


class Printer(Protocol):
    """What carries print jobs. Calls come from one thread at a time; callbacks come from any thread."""

    def open(self, on_health: OnHealth) -> None:
        """Start to know the device; never fails because the device is away."""

    def close(self) -> None:
        """Let go of everything, at once; may be called twice."""

    def copy_banner(self, text: str) -> bytes:
        """Bytes that print `text` as a banner; stands before the first byte of a marked copy."""

    def send(self, job_id: int, data: bytes) -> PrintOutcome:
        """Print bytes made by `encode`; blocks until confirmed or its deadline. Does not raise
        for a device that misbehaves. `job_id` is 0..PROCESS_IDS-1 and unlike those before it."""

    def last_confirmed(self) -> int | None:
        """Ask the printer which job it finished last; None when it cannot say."""

    def kick_drawer(self) -> PrintOutcome:
        """Open the cash drawer once."""

    def probe(self) -> Health:
        """Ask the device how it is, now (at most 2 s), and tell the listener what changed."""

    def health(self) -> Health:
        """What was last known, without asking the device."""


@runtime_checkable
class ReceiptPrinter(Printer, Protocol):
    """A receipt printer."""

    def encode(self, document: Document) -> bytes:
        """The bytes for a document; pure. Raises NotPrintable, never prints a silent substitute."""


@runtime_checkable
class LabelPrinter(Printer, Protocol):
    """A printer of shelf labels."""

    def encode_labels(self, labels: Sequence[Label]) -> bytes:
        """The bytes for labels; pure."""

    def encode_parcels(self, labels: Sequence[ParcelLabel]) -> bytes:
        """The bytes for labels of parcels; pure. Empty where what is in the printer is too small for one."""


@runtime_checkable
class Scanner(Protocol):
    """A barcode scanner; it reconnects by itself until closed."""

    def open(self, on_scan: OnScan, on_health: OnHealth) -> None:
        """Start to listen, also while the device is away. Callbacks come from its thread."""

    def close(self) -> None:
        """Stop to listen and end its thread; may be called twice."""

    def health(self) -> Health:
        """What was last known, without asking the device."""


@runtime_checkable
class Camera(Scanner, Protocol):
    """A camera that reads codes: a scanner that is off until somebody looks through it. Calls come from any thread."""

    @property
    def has_light(self) -> bool:
        """Whether it has a light to switch on; known once it is READY."""

    def look(self, on_sight: OnSight) -> None:
        """Switch it on; what it sees goes to `on_sight`, on its thread, and what it reads to `on_scan` as of any scanner."""

    def rest(self) -> None:
        """Switch it off: nothing is seen or read once this has returned."""

    def light(self, on: bool) -> None:
        """Switch its light; off again when it rests."""


@runtime_checkable
class PaymentTerminal(Protocol):
    """A card terminal. Calls block up to their deadlines: make them on a thread that may wait, one at a time; `abort`, `close`
    and `health` from any. None raises for a device that misbehaves: what is not known is UNKNOWN."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do beyond paying."""

    @property
    def name(self) -> str:
        """Which terminal it is; a status from another one says nothing."""

    def open(self, station: str, on_health: OnHealth) -> None:
        """Start to know the device, as the till `station` (unlike every other till at it); never fails because it is away."""

    def close(self) -> None:
        """Let go of everything, at once; what is under way ends as UNKNOWN. May be called twice."""

    def carry_out(self, request: CardRequest) -> CardAnswer:
        """Pay, refund or reverse, and wait for how it ends (at most the deadline of the address)."""

    def status(self, about: Deed, reference: str, currency: str) -> CardStatus:
        """What became of a request of ours, by our own reference."""

    def abort(self, about: Deed, reference: str) -> None:
        """Ask the terminal to give up a request that is under way; how it ended is what `carry_out` says."""

    def reconcile(self, currency: str) -> CardTotals | None:
        """The terminal's own totals since the last time; None when it cannot say."""

    def probe(self) -> Health:
        """Ask the terminal how it is, now (at most 5 s), and tell the listener what changed."""

    def health(self) -> Health:
        """What was last known, without asking the device."""
