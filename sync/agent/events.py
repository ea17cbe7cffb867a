"""What the core of sync is told (events), what it asks for (effects) and what it remembers (its state): frozen values."""

from typing import Final, Literal

from kiosk.domain.feed import NOWHERE, Cursor, Transaction
from sync.protocol.messages import FeedReply, HeldFact, PushReply, Scope
from sync.protocol.values import Value

PUSH: Final = "push"
LOCATE: Final = "locate"
PAPERS: Final = "papers"
LaneName = Literal["push", "locate", "papers", "catalog", "device"]

CHANCES = 1 << 16
"""An event's `chance` lies in 0 .. CHANCES - 1."""


class At(Value, frozen=True):
    """When an event came: monotonic ms (decides), wall ms (is only shown and compared with the
    hub's), and chance.
    """

    mono_ms: int
    wall_ms: int
    chance: int


class Failure(Value, frozen=True):
    """Why something asked of the hub or of a store came to nothing.

    `contact` says that the hub itself answered, `local` that it was not the network's fault.
    `snapshot` asks for a snapshot, `time` for the hub's time. `slow` says that trying again soon is
    of no use. `stranger` says that the hub does not know this terminal, `ended` that its
    certificate is over. `epoch` is the hub's, 0 where the answer did not say it.
    """

    code: str
    contact: bool = False
    local: bool = False
    retry_after_ms: int = 0
    snapshot: bool = False
    time: bool = False
    slow: bool = False
    stranger: bool = False
    ended: bool = False
    epoch: int = 0


# Events -------------------------------------------------------------------------------------------


class Woken(Value, frozen=True):
    """The ledger committed; its head is now `head`."""

    at: At
    head: int


class Ticked(Value, frozen=True):
    """Time went by (at the latest at `next_tick_ms`); the head is told again, so that no wake-up
    can be lost.
    """

    at: At
    head: int


class TriedNow(Value, frozen=True):
    """A person pressed "try now"."""

    at: At


class Pushed(Value, frozen=True):
    """The hub answered a push up to `sent_seq`, whose hash is `sent_hash` (empty: no facts).

    `reported`: the report of what this terminal holds went along.
    """

    at: At
    flight: int
    reply: PushReply
    sent_seq: int
    sent_hash: bytes
    reported: bool = False


class Acknowledged(Value, frozen=True):
    """The outbox noted what the hub has. `oldest_ms` is the wall time of the oldest fact that is
    still unsent.
    """

    at: At
    flight: int
    head: int
    acked: int
    oldest_ms: int | None


class Fed(Value, frozen=True):
    """The hub answered a poll of the feed."""

    at: At
    scope: Scope
    flight: int
    reply: FeedReply


class Applied(Value, frozen=True):
    """A copy stands at this cursor now, after rows or after a snapshot."""

    at: At
    scope: Scope
    flight: int
    cursor: Cursor


class Progressed(Value, frozen=True):
    """So many percent of a snapshot are here."""

    at: At
    scope: Scope
    flight: int
    percent: int


class StoringBegan(Value, frozen=True):
    """A snapshot is here whole; what goes on now is the store's work and has no deadline."""

    at: At
    scope: Scope
    flight: int


class Located(Value, frozen=True):
    """The hub said hello, at the old or at a new address; `time_ms` is its wall clock."""

    at: At
    flight: int
    time_ms: int


class Renewed(Value, frozen=True):
    """The certificate that is kept now ends at `not_after_ms`, and is to be renewed from `renew_ms` on (wall time of the hub)."""

    at: At
    flight: int
    not_after_ms: int
    renew_ms: int = 0


class Readmitted(Value, frozen=True):
    """A hub that had forgotten this terminal (it was restored from a backup) knows it again."""

    at: At
    flight: int


class Failed(Value, frozen=True):
    """An effect came to nothing."""

    at: At
    lane: LaneName
    flight: int
    failure: Failure


CopyEvent = Fed | Applied | Progressed | StoringBegan
PapersEvent = Renewed | Readmitted
Event = Woken | Ticked | TriedNow | Pushed | Acknowledged | CopyEvent | Located | PapersEvent | Failed


# Effects ------------------------------------------------------------------------------------------


class Push(Value, frozen=True):
    """Send facts from `from_seq` on; with `facts_max` 0 none, to ask what the hub has. With
    `report`, what this terminal holds goes along: the hub was restored and asks. Answer: Pushed or
    Failed.
    """

    flight: int
    from_seq: int
    facts_max: int
    report: bool = False


class Acknowledge(Value, frozen=True):
    """Tell the outbox. Answer: Acknowledged or Failed."""

    flight: int
    next_seq: int
    durable_seq: int
    epoch: int
    head: bytes
    held: tuple[HeldFact, ...]
    forked: bool


class Poll(Value, frozen=True):
    """Ask for what came after the cursor, waiting at the hub for up to `wait_s`. Answer: Fed or
    Failed.
    """

    flight: int
    scope: Scope
    cursor: Cursor
    wait_s: int


class Apply(Value, frozen=True):
    """Apply rows together with the cursor. Answer: Applied or Failed."""

    flight: int
    scope: Scope
    transactions: tuple[Transaction, ...]
    cursor: Cursor


class FetchSnapshot(Value, frozen=True):
    """Fetch a snapshot and replace the copy by it. Answer: Progressed any number of times, then
    Applied or Failed.
    """

    flight: int
    scope: Scope


class Locate(Value, frozen=True):
    """Look for the hub at every address known or announced. Answer: Located or Failed.

    `verify`: it must show its signature, also at the old address; else a hello will do (to learn its time).
    """

    flight: int
    verify: bool = True


class Renew(Value, frozen=True):
    """Ask for a certificate that lasts longer, and keep it. Answer: Renewed or Failed."""

    flight: int


class Readmit(Value, frozen=True):
    """Show the hub the certificate that it signed and forgot. Answer: Readmitted or Failed."""

    flight: int


class NewClient(Value, frozen=True):
    """Throw all connections away with all that is under way on them. No answer."""


Effect = Push | Acknowledge | Poll | Apply | FetchSnapshot | Locate | Renew | Readmit | NewClient


# State --------------------------------------------------------------------------------------------


class Lane(Value, frozen=True):
    """One thing at a time: the number of the effect under way (0: none), when it is given up, and
    when the next is due.

    `deadline_ms` is 0 for a store's work, which always ends. `cut` says that the last failure was
    without the hub.
    """

    flight: int = 0
    deadline_ms: int = 0
    due_ms: int = 0
    failures: int = 0
    cut: bool = False
    code: str = ""


class Copy(Value, frozen=True):
    """The copy of one scope: where it stands, and whether it must be replaced or is known to be
    behind, and how often it was replaced since the feed last fitted.
    """

    scope: Scope
    cursor: Cursor = NOWHERE
    snapshot: bool = False
    behind: bool = True
    replaced: int = 0
    percent: int = 0
    lane: Lane = Lane()


class Standing(Value, frozen=True):
    """How this terminal stands with its hub.

    `epoch` is the newest epoch of the hub that was seen, `hub` the state it says it is in. `asked`
    is the epoch for which the hub wants a report of what this terminal holds, 0 when it wants none;
    the next one is due at `report_ms`, after `reports` that it did not take. `not_after_ms` is the
    end of the certificate, 0 when nobody said, `renew_ms` from when on it is to be renewed (0: a
    while before its end). `stranger`: the hub does not know us, `ended`: it
    says that the certificate is over.
    """

    epoch: int = 0
    hub: str = "open"
    asked: int = 0
    report_ms: int = 0
    reports: int = 0
    not_after_ms: int = 0
    renew_ms: int = 0
    stranger: bool = False
    ended: bool = False
    renew: bool = False


class AgentState(Value, frozen=True):
    """All that the core remembers. Nothing of it is stored: it is rebuilt from the ports at each
    start.

    `ask_time` and `ask_next` say that the hub must be asked for its time, and for what it has of
    this terminal's facts (at start, and when it may have been restored) even if nothing is unsent.
    `push_asked`: the push that was answered last held no facts, so it could move nothing.
    """

    head: int = 0
    acked: int = 0
    oldest_ms: int | None = None
    progress_ms: int = 0
    push: Lane = Lane()
    push_began_ms: int = -1_000
    push_head: int = 0
    push_asked: bool = False
    locate: Lane = Lane()
    papers: Lane = Lane()
    standing: Standing = Standing()
    copies: tuple[Copy, Copy] = (Copy("device"), Copy("catalog"))
    flights: int = 0
    reachable: bool | None = None
    since_ms: int = 0
    cut_ms: int = 0
    contact_ms: int | None = None
    contact_wall_ms: int | None = None
    offset_ms: int = 0
    ask_time: bool = False
    ask_next: bool = True
    forked: bool = False
    stalled: bool = False
    held: int = 0
