"""The simulated hands: does what the core of a terminal asks for, over the simulated network and the real ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kiosk.apps.outbox import LedgerOutbox
from kiosk.domain.errors import Damaged, ShopError
from kiosk.domain.feed import CATALOG, Cursor
from sync.agent.events import (
    PAPERS,
    PUSH,
    Acknowledge,
    Acknowledged,
    Applied,
    Apply,
    Effect,
    Failed,
    Failure,
    Fed,
    FetchSnapshot,
    LaneName,
    Locate,
    Located,
    NewClient,
    Poll,
    Push,
    Pushed,
    Readmit,
    Readmitted,
    Renew,
    Renewed,
    StoringBegan,
    Woken,
)
from sync.agent.hands import FACTS_MISSING
from sync.agent.shell import FAULT
from sync.protocol.limits import FEED_ROWS_MAX, PUSH_BYTES_MAX
from sync.protocol.messages import FeedReply, PushedFact, PushReply, PushRequest, Scope
from tests.simulation.disk import Crashed
from tests.simulation.history import Read

if TYPE_CHECKING:
    from tests.simulation.hubs import Snapshot
    from tests.simulation.papers import Papers
    from tests.simulation.terminal import SimTerminal

WORK_LATE_MS_MAX = 20_000
ANSWER_MS, HELLO_MS, POLL_EXTRA_MS, CHUNK_MS = 10_000, 3_000, 10_000, 30_000


class Errands:
    """One terminal's hands."""

    def __init__(self, terminal: SimTerminal) -> None:
        self._till = terminal

    def do(self, effect: Effect) -> None:
        """Begin what an effect asks for; the answer comes as an event, later."""
        till = self._till
        match effect:
            case Push():
                till.last_try_ms = till.time.now_ms  # the core tried; what becomes of it is the fault's
                self._guarded(PUSH, effect.flight, lambda: self._push(effect), asks=True)
            case Poll():
                self._poll(effect)
            case FetchSnapshot():
                self._fetch(effect)
            case Locate():
                self._till.network.hello(self._till, HELLO_MS, lambda answer: self._located(effect, answer))
            case Acknowledge():
                self._later(lambda: self._guarded(PUSH, effect.flight, lambda: self._acknowledge(effect)))
            case Apply():
                self._later(lambda: self._guarded(effect.scope, effect.flight, lambda: self._apply(effect)))
            case Renew():
                self._papers(effect.flight, lambda: till.network.hub.renew(till.dev), self._renewed)
            case Readmit():
                self._papers(effect.flight, lambda: till.network.hub.readmit(till.dev, till.papers), self._readmitted)
            case NewClient():
                self._till.time.faults["watchdog"] += 1

    # Questions to the hub -------------------------------------------------------------------------

    def _push(self, effect: Push) -> None:
        till = self._till
        outbox = LedgerOutbox(till.ledger)
        report = outbox.report() if effect.report else None
        facts = outbox.pending(effect.from_seq, effect.facts_max, PUSH_BYTES_MAX) if effect.facts_max else []
        if effect.facts_max and not facts:
            self._later(lambda: self._failed(PUSH, effect.flight, FACTS_MISSING))
            return
        pushed = [PushedFact(fact.data, fact.signature) for fact in facts]
        epoch = outbox.epoch()
        acked = effect.from_seq - 1 if epoch else 0
        request = PushRequest(till.dev, till.identity.inc, effect.from_seq, pushed, acked, epoch, report)
        sent_seq, sent = effect.from_seq + len(facts) - 1, facts[-1].hash if facts else b""

        def answered(answer: PushReply | Failure) -> None:
            if isinstance(answer, Failure):
                self._failed(PUSH, effect.flight, answer)
            else:
                till.tell(Pushed(till.at(), effect.flight, answer, sent_seq, sent, report is not None))

        till.network.push(till, request, ANSWER_MS, answered)

    def _poll(self, effect: Poll) -> None:
        till = self._till
        asked_ms = till.time.now_ms

        def answered(answer: FeedReply | Failure) -> None:
            if isinstance(answer, Failure):
                self._failed(effect.scope, effect.flight, answer)
            else:
                if not answer.more:  # a part of what there is says nothing of the rest
                    till.network.log.polled.append(Read(till.dev, asked_ms, answer.epoch, answer.rev_to))
                till.tell(Fed(till.at(), effect.scope, effect.flight, answer))

        limit = FEED_ROWS_MAX if effect.scope == CATALOG else 20
        till.network.feed(till, effect, limit, effect.wait_s * 1_000 + POLL_EXTRA_MS, answered)

    def _fetch(self, effect: FetchSnapshot) -> None:
        till = self._till

        def answered(answer: Snapshot | Failure) -> None:
            if isinstance(answer, Failure):
                self._failed(effect.scope, effect.flight, answer)
                return
            till.tell(StoringBegan(till.at(), effect.scope, effect.flight))
            replace = lambda: self._replace(effect, answer)  # noqa: E731
            self._later(lambda: self._guarded(effect.scope, effect.flight, replace))

        if not till.network.up or till.dev in till.network.cut:
            till.time.saw("snapshot in an outage")
        till.network.snapshot(till, effect.scope, CHUNK_MS, answered)

    def _located(self, effect: Locate, answer: int | Failure) -> None:
        if isinstance(answer, Failure):
            self._failed("locate", effect.flight, answer)
        else:
            self._till.tell(Located(self._till.at(), effect.flight, answer))

    def _papers(self, flight: int, work: Callable[[], object], heard: Callable[[int, Any], None]) -> None:
        def answered(answer: object) -> None:
            if isinstance(answer, Failure):
                self._failed(PAPERS, flight, answer)
            else:
                heard(flight, answer)

        self._till.network.ask(self._till, work, ANSWER_MS, answered)

    def _renewed(self, flight: int, papers: Papers) -> None:
        till = self._till
        till.papers = papers
        till.time.saw("certificate renewed")
        till.tell(Renewed(till.at(), flight, papers.not_after_ms, papers.renew_ms))

    def _readmitted(self, flight: int, papers: Papers) -> None:
        till = self._till
        till.time.saw("readmitted")
        till.tell(Readmitted(till.at(), flight))

    # Stores ---------------------------------------------------------------------------------------

    def _acknowledge(self, effect: Acknowledge) -> None:
        till = self._till
        till.ledger.acknowledge(effect.next_seq, effect.durable_seq, effect.epoch, effect.head, effect.held, effect.forked)
        head, acked = till.ledger.head(), till.ledger.acked()
        till.tell(Acknowledged(till.at(), effect.flight, head, acked, None))

    def _apply(self, effect: Apply) -> None:
        till = self._till
        copy = till.catalog if effect.scope == CATALOG else till.ledger
        copy.apply(effect.transactions, effect.cursor)
        self._came_to(effect.scope, effect.cursor)
        till.tell(Applied(till.at(), effect.scope, effect.flight, effect.cursor))

    def _replace(self, effect: FetchSnapshot, snapshot: Snapshot) -> None:
        till = self._till
        cursor, rows = snapshot
        copy = till.catalog if effect.scope == CATALOG else till.ledger
        copy.replace(rows, cursor)
        self._came_to(effect.scope, cursor)
        till.time.saw("snapshot taken in")
        till.tell(Applied(till.at(), effect.scope, effect.flight, cursor))

    def _came_to(self, scope: Scope, cursor: Cursor) -> None:
        till = self._till
        till.note()  # what the hub changed in the settings stands in the journal
        if scope != CATALOG:
            till.tell(Woken(till.at(), till.ledger.head()))
        if not till.is_clone:
            till.network.log.applied.append(Read(f"{till.dev} {scope}", till.time.now_ms, cursor.epoch, cursor.rev))

    def _guarded(self, lane: LaneName, flight: int, work: Callable[[], None], asks: bool = False) -> None:
        """As the real hands: a store's error is an answer, what nobody foresaw a fault; only the death of the process is none."""
        till = self._till
        failed = till.time.hits(till.luck.hands_fail, "exception in the hands")
        lost = asks and till.time.hits(till.luck.work_lost, "question lost in the hands")
        if lost:
            return  # a store's work is never given up, so only what the core waits for with a limit can get lost
        till.is_mute = failed
        try:
            if not failed or till.time.chance() % 2:  # it may strike before the work, or after it
                work()
        except Crashed:
            self._till.die()
        except ShopError as error:
            drifted = isinstance(error, Damaged) and error.code.startswith("feed.")
            if drifted:
                self._till.time.saw("digest did not fit")
            self._till.troubled(error)
            self._failed(lane, flight, Failure(error.code, local=True, snapshot=drifted))
        finally:
            till.is_mute = False
        if failed and till.alive:
            self._failed(lane, flight, FAULT)

    def _failed(self, lane: LaneName, flight: int, failure: Failure) -> None:
        self._till.tell(Failed(self._till.at(), lane, flight, failure))

    def _later(self, work: Callable[[], None]) -> None:
        till = self._till
        life = till.life
        delay = till.time.between(1, 30) + till.slow_ms
        if till.time.hits(till.luck.work_late, "completion late"):
            delay += till.time.between(1_000, WORK_LATE_MS_MAX)
        till.time.after(delay, lambda: work() if life == till.life else None)
