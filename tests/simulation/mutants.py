"""Mistakes on purpose, one at a time: a simulator that lets one of them pass proves nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kiosk.domain.facts import SealedFact, read_fact
from kiosk.domain.feed import Cursor, Row, Transaction
from kiosk.store.ledger import Ledger
from sync.agent import core
from sync.agent.events import AgentState, Event, Failed, Woken
from sync.protocol.messages import FeedReply, PushedFact, PushReply, PushRequest, Scope
from sync.protocol.values import changed
from tests.simulation import flow_mutants as flow
from tests.simulation import real_mutants as real
from tests.simulation.hubs import ModelHub
from tests.simulation.setup import MODEL, REAL, Setup
from tests.simulation.stores import SimCopy

NEVER_MS = 1 << 60


class NoDedupe(ModelHub):
    """Takes a fact again that it has: a retry counts twice."""

    def _take(self, dev: str, seq: int, pushed: PushedFact, now_ms: int) -> bool:
        if seq <= len(self.disk.facts.get(dev, [])):
            self._project(read_fact(pushed.data), now_ms)
            return True
        return super()._take(dev, seq, pushed, now_ms)


class AckBeforeCommit(ModelHub):
    """Answers first and commits later: a crash in between takes back what was promised."""

    def __init__(self) -> None:
        super().__init__()
        self._on_disk = self.disk.copy()
        self._uncommitted = 0

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        self._uncommitted += 1
        if self._uncommitted % 4 == 0:
            self._on_disk = self.disk.copy()
        return super().push(request, now_ms, die)

    def _durable(self, dev: str) -> int:
        return len(self.disk.facts.get(dev, [])) + 1

    def crash(self) -> None:
        self.disk = self._on_disk.copy()


class PruneOnSend(Ledger):
    """Forgets facts when they are sent, not when the hub has them; only the last one stays, for its number."""

    def pending(self, from_seq: int, facts_max: int, bytes_max: int) -> list[SealedFact]:
        found = super().pending(from_seq, facts_max, bytes_max)
        if found:
            self.run(lambda conn: conn.execute("DELETE FROM facts WHERE seq < ?", (found[-1].seq,)))
        return found


class CursorAhead(SimCopy):
    """Writes the cursor first and the rows in a second commit; believes the hub's digest unseen."""

    def apply(self, transactions: Sequence[Transaction], cursor: Cursor) -> None:
        self._cursor = cursor
        self._may_crash()
        self.write(row for transaction in transactions for row in transaction.rows)


class MergeSnapshot(SimCopy):
    """Lays a snapshot over what is there: what the hub forgot stays for ever."""

    def replace(self, rows: Iterable[Row], cursor: Cursor) -> None:
        self.write(rows)
        self._cursor = cursor

    def apply(self, transactions: Sequence[Transaction], cursor: Cursor) -> None:
        self.write(row for transaction in transactions for row in transaction.rows)
        self._cursor = cursor


def edge_triggered(state: AgentState, event: Event) -> core.Stepped:
    """Sends only when something wakes it: after a failure it waits for the next sale."""
    after, effects = core.step(state, event)
    failed = isinstance(event, Failed) or after.push.failures > state.push.failures
    if failed and not after.push.flight and after.push.failures:
        return changed(after, push=changed(after.push, due_ms=NEVER_MS)), effects
    if isinstance(event, Woken) and after.push.due_ms == NEVER_MS:
        woken = changed(after, push=changed(after.push, due_ms=event.at.mono_ms))
        after, more = core.step(woken, event)
        effects += more
    return after, effects


def forgets_the_snapshot(state: AgentState, event: Event) -> core.Stepped:
    """Polls on with a cursor that the hub does not know any more."""
    after, effects = core.step(state, event)
    device, catalog = (changed(copy, snapshot=False) for copy in after.copies)
    return changed(after, copies=(device, catalog)), effects


class CursorByTime(ModelHub):
    """The feed goes by seconds in place of revisions: what came within the second of the last look is left out."""

    def __init__(self) -> None:
        self._second_of: dict[int, int] = {}
        self._now_ms = 0
        super().__init__()

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        self._now_ms = max(self._now_ms, now_ms)
        return super().push(request, now_ms, die)

    def publish(self, changes: list[tuple[Scope, Row]]) -> None:
        super().publish(changes)
        self._second_of[self.disk.rev] = self._now_ms // 1_000

    def feed(self, dev: str, scope: Scope, cursor: Cursor, limit: int, now_ms: int) -> FeedReply:
        self._now_ms = max(self._now_ms, now_ms)
        reply = super().feed(dev, scope, cursor, limit, now_ms)
        last = self._second_of.get(cursor.rev, 0)
        seen = [one for one in reply.transactions if self._second_of.get(one.rev, 0) > last]
        return FeedReply(reply.epoch, scope, reply.rev_to, reply.digest, seen, reply.more, now_ms)


class Believing(SimCopy):
    """Believes the hub's digest unseen."""

    def apply(self, transactions: Sequence[Transaction], cursor: Cursor) -> None:
        self.write(row for transaction in transactions for row in transaction.rows)
        self._cursor = cursor


@dataclass(frozen=True)
class Mutant:
    """A mistake, and the signs by which the oracle is to find it."""

    name: str
    setup: Setup
    signs: tuple[str, ...]
    found_by: int = 0
    """A seed that found it once, tried first: some mistakes need a rare moment."""


def _hub(make: Callable[[], ModelHub]) -> Setup:
    return replace(MODEL, make_hub=lambda places, signing: make())


MUTANTS = (
    Mutant("no dedupe", _hub(NoDedupe), ("in place of",)),
    Mutant("ack before commit", _hub(AckBeforeCommit), ("lost", "was told")),
    Mutant("prune on send", replace(MODEL, make_ledger=PruneOnSend), ("lost", "broken", "raised")),
    Mutant("cursor ahead of rows", replace(MODEL, make_copy=CursorAhead), ("other rows", "in place of"), 15),
    Mutant("edge-triggered", replace(MODEL, step=edge_triggered), ("tried nothing", "not empty")),
    Mutant("merge snapshot", replace(MODEL, make_copy=MergeSnapshot), ("other rows", "in place of")),
    Mutant("cursor by time", replace(_hub(CursorByTime), make_copy=Believing), ("other rows", "in place of")),
    Mutant("no dedupe, real hub", replace(REAL, make_hub=real.NoDedupe), ("in place of",), 370),
    Mutant("ack before commit, real hub", replace(REAL, make_hub=real.AckBeforeCommit), ("lost", "was told"), 388),
    Mutant("grant twice", replace(REAL, make_hub=real.GrantTwice), ("oversold",), 146),
    Mutant("cached stock", replace(REAL, make_desk=real.CachedStock), ("oversold",), 369),
    Mutant("no epoch", replace(REAL, make_hub=real.NoEpoch), ("lost", "was told"), 287),
    Mutant("no rights report", replace(REAL, make_hub=real.NoRightsReport), ("oversold", "sold twice"), 245),
    Mutant("silent returns", replace(REAL, make_hub=real.SilentReturns), ("came back twice",), 370),
    Mutant("silent overspending", replace(REAL, make_hub=real.SilentOverspending), ("are overspent",), 398),
    Mutant("keeps what was undone", replace(REAL, make_hub=real.KeepsUndone), ("gift cards: the hub has",), 398),
    Mutant("forgets its own payments", replace(REAL, make_ledger=real.ForgetsOwnPayments), ("one till alone",), 33),
    Mutant("silent refusals", replace(REAL, make_hub=real.SilentRefusals), ("orders: a person",), 40),
    Mutant("allocates unheld", replace(REAL, make_hub=real.AllocatesUnheld), ("orders:", "oversold"), 40),
    Mutant("old staff", replace(REAL, make_ledger=real.OldStaff), ("lets E", "says ''"), 370),
    Mutant("silent deliveries", replace(REAL, make_hub=flow.SilentDeliveries), ("received twice",), 304),
    Mutant("arrives alone", replace(REAL, make_hub=flow.ArrivesAlone), ("in place of",), 301),
    Mutant("never expires", replace(REAL, make_hub=flow.NeverExpires), ("beyond its end",), 378),
    Mutant("forgets claims", replace(REAL, make_hub=flow.ForgetsClaims), ("was claimed",), 378),
    Mutant("holds what left", replace(REAL, make_hub=flow.HoldsWhatLeft), ("was handed over",), 194),
    Mutant("untold budgets", replace(REAL, make_hub=flow.UntoldBudgets), ("tills are told",), 397),
    Mutant("forgets its own spending", replace(REAL, make_ledger=flow.ForgetsOwnSpending), ("went beyond",), 152),
    Mutant("poison blocks", replace(REAL, make_hub=real.PoisonBlocks), ("not empty", "lost"), 3),
    Mutant("held facts thrown away", replace(REAL, make_hub=real.DropsHeld), ("in place of",), 3),
    Mutant("scopes mixed", replace(REAL, make_hub=real.MixedScopes), ("other rights", "another store's rules"), 370),
    Mutant("no idempotency", replace(REAL, make_hub=real.NoIdempotency), ("no order",)),
    Mutant("no way out of 410", replace(MODEL, step=forgets_the_snapshot), ("other rows", "in place of")),
)
