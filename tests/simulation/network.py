"""The network of the simulator: it loses, doubles, delays, garbles, refuses and breaks off. What it carries are real bytes."""

from collections.abc import Callable, Collection, Set
from typing import Any, Protocol

from kiosk.domain.feed import Cursor, Row, Transaction
from sync.agent.events import Failure, Poll
from sync.protocol.limits import REQUEST_SKEW_MS_MAX
from sync.protocol.messages import FeedReply, PushReply, PushRequest, Scope, pack, unpack
from tests.simulation.history import Log, Read
from tests.simulation.hubs import HubCrashed, Refused, SimHub
from tests.simulation.timeline import EPOCH_MS, Timeline
from tests.simulation.weather import Weather

UNREACHABLE, TIMEOUT = Failure("sync.unreachable"), Failure("sync.timeout")
CUT, PORTAL = Failure("sync.cut"), Failure("sync.not_the_hub")
GARBAGE = Failure("sync.garbage", contact=True)
CLOCK = Failure("request.clock", contact=True, time=True)
BUSY_MS_MAX = 8_000

Answer = Callable[[Any], None]


class Caller(Protocol):
    """Who asks. An answer to an earlier life reaches nobody."""

    dev: str
    life: int

    def signed_ms(self) -> int:
        """The time that it signs with."""
        ...


class Network:
    """Carries questions to the hub and answers back. `cut` holds the terminals that are cut off."""

    def __init__(self, timeline: Timeline, hub: SimHub, weather: Weather) -> None:
        self.weather = weather
        self.hub = hub
        self.up = True
        self.black_hole = False
        self.cut: set[str] = set()
        self.pushes = 0
        self.log = Log()
        self.gaps: list[str] = []
        """Pushes that go on from where the hub never was: it had said that it has what it has not."""
        self._time = timeline
        self._polls: dict[str, list[_Waiting]] = {"catalog": [], "device": []}
        self._sent: dict[str, int] = {}
        self._arrived: dict[str, int] = {}

    # Questions ------------------------------------------------------------------------------------

    def push(self, who: Caller, request: PushRequest, patience_ms: int, answer: Answer) -> None:
        """Carry a push to the hub."""
        self.pushes += 1
        number = self._sent[who.dev] = self._sent.get(who.dev, 0) + 1
        signed_ms, body = who.signed_ms(), pack(request)

        def arrive(reply: Answer) -> None:
            if number < self._arrived.get(who.dev, 0):
                self._time.faults["reordered"] += 1
            self._arrived[who.dev] = max(number, self._arrived.get(who.dev, 0))
            there = self.hub.next_seq(who.dev)
            if request.facts and request.from_seq < there:
                self._time.saw("duplicate delivery")
            if request.from_seq > there and self.hub.restored_ms < 0:
                self.gaps.append(f"{who.dev} was told that {request.from_seq - 1} facts are stored, and {there - 1} are")
            answer = self._told(signed_ms, lambda: self._ingest(unpack(body, PushRequest)))
            if isinstance(answer, PushReply):
                self.log.pushed.append(Read(who.dev, self._time.now_ms, answer.epoch, self.hub.rev()))
            reply(answer)
            self.ring()

        self._carry(who, patience_ms, arrive, answer)

    def feed(self, who: Caller, poll: Poll, limit: int, patience_ms: int, answer: Answer) -> None:
        """Carry a poll, which the hub keeps until it has news or its time is up."""
        signed_ms = who.signed_ms()

        def arrive(reply: Answer) -> None:
            ends_ms = self._time.now_ms + poll.wait_s * 1_000
            look = _Waiting(self, who.dev, signed_ms, poll.scope, poll.cursor, limit, ends_ms, reply)
            if not look.try_now():
                self._polls[poll.scope].append(look)
                self._time.after(poll.wait_s * 1_000, look.ring)

        self._carry(who, patience_ms, arrive, answer)

    def snapshot(self, who: Caller, scope: Scope, patience_ms: int, answer: Answer) -> None:
        """Carry the question for a snapshot."""
        self.ask(who, lambda: self.hub.snapshot(who.dev, scope), patience_ms, answer)

    def ask(self, who: Caller, work: Callable[[], Any], patience_ms: int, answer: Answer) -> None:
        """Carry any other question, which the hub answers by doing `work`."""
        signed_ms = who.signed_ms()

        def arrive(reply: Answer) -> None:
            reply(self._told(signed_ms, work))
            self.ring()

        self._carry(who, patience_ms, arrive, answer)

    def hello(self, who: Caller, patience_ms: int, answer: Answer) -> None:
        """Carry an unsigned hello."""
        self._carry(who, patience_ms, lambda reply: reply(self.hub_ms()), answer)

    # The hub's side -------------------------------------------------------------------------------

    def hub_ms(self) -> int:
        """The hub's wall clock."""
        return EPOCH_MS + self._time.now_ms

    def ring(self) -> None:
        """Who waits for what was published looks again, as the hub's bell has it."""
        news: dict[Scope, set[str]] = {}
        for scope, audience in sorted(self.hub.news()):  # a set has another order in each process, and a seed only one
            news.setdefault(scope, set()).add(audience)
        for scope, audiences in news.items():
            waiting, self._polls[scope] = self._polls[scope], []
            for look in waiting:
                look.ring(audiences)

    def keep_waiting(self, look: "_Waiting") -> None:
        """Somebody found no news."""
        self._polls[look.scope].append(look)

    def go_down(self, down_ms: int) -> None:
        """The hub dies and is back later; what waited at it is cut off."""
        self.up = False
        self.black_hole = self._time.random.random() < 0.3
        self.hub.crash()
        for scope, waiting in self._polls.items():
            self._polls[scope] = []
            for look in waiting:
                look.ring()
        self._time.after(down_ms, self.come_up)

    def come_up(self) -> None:
        """The hub is back."""
        self.up = True

    def _ingest(self, request: PushRequest) -> PushReply:
        die = ""
        if self._time.hits(self.weather.die_before, "hub crash before commit"):
            die = "before"
        elif self._time.hits(self.weather.die_after, "hub crash after commit"):
            die = "after"
        return self.hub.push(request, self.hub_ms(), die)

    def told(self, signed_ms: int, work: Callable[[], Any]) -> Any:
        """What the hub answers to a question that was signed with this time."""
        return self._told(signed_ms, work)

    def _told(self, signed_ms: int, work: Callable[[], Any]) -> Any:
        if abs(signed_ms - self.hub_ms()) > REQUEST_SKEW_MS_MAX:
            return CLOCK
        try:
            return work()
        except Refused as refused:
            return refused.failure
        except HubCrashed:
            self.go_down(self._time.between(500, 15_000))
            return CUT

    # The wire -------------------------------------------------------------------------------------

    def _carry(self, who: Caller, patience_ms: int, arrive: Callable[[Answer], None], answer: Answer) -> None:
        life, done = who.life, [False]
        weather, chance = self.weather, self._time

        def finish(result: Any) -> None:
            if not done[0] and who.life == life:
                done[0] = True
                answer(_read(result))

        def reply(result: Any) -> None:
            if who.dev in self.cut or chance.hits(weather.drop_reply, "reply dropped"):
                return
            if isinstance(result, FeedReply) and result.transactions and chance.hits(weather.flip, "row altered on the way"):
                result = _flipped(result)
            sent = _written(result)
            if chance.hits(weather.garbage, "garbage reply"):
                sent = _garbled(sent)
            copies = 2 if chance.hits(weather.double_reply, "reply doubled") else 1
            for _ in range(copies):
                self._time.after(self._latency(), lambda: finish(sent))

        def reach() -> None:
            if who.dev in self.cut:
                return
            if not self.up:
                if not self.black_hole:
                    self._time.after(self._latency(), lambda: finish(UNREACHABLE))
                return
            arrive(reply)

        if chance.hits(weather.silent, "answer lost in the shell"):
            done[0] = True  # the question still arrives; only nobody here hears of the answer
        elif chance.hits(weather.portal, "captive portal"):
            self._time.after(self._latency(), lambda: finish(PORTAL))
            return
        elif chance.hits(weather.busy, "hub busy"):
            after_ms = chance.between(1_000, BUSY_MS_MAX)
            busy = Failure("hub.busy", contact=True, retry_after_ms=after_ms)
            self._time.after(self._latency(), lambda: finish(busy))
            return
        self._time.after(patience_ms, lambda: finish(TIMEOUT))
        if not chance.hits(weather.drop_request, "request dropped"):
            for _ in range(2 if chance.hits(weather.double_request, "request doubled") else 1):
                self._time.after(self._latency(), reach)

    def _latency(self) -> int:
        if self._time.hits(self.weather.delay, "delayed"):
            return self._time.between(500, 20_000)
        return self._time.between(1, 60)


class _Waiting:
    """A poll that the hub keeps."""

    def __init__(
        self, network: Network, dev: str, signed_ms: int, scope: Scope, cursor: Cursor, limit: int, ends_ms: int, reply: Answer
    ) -> None:
        self.scope = scope
        self._network = network
        self._dev = dev
        self._signed_ms = signed_ms
        self._question = (cursor, limit)
        self._ends_ms = ends_ms
        self._reply = reply
        self._done = False
        self._listens: Collection[str] = ()

    def try_now(self) -> bool:
        """Look once; true when an answer went out."""
        network = self._network
        if not network.up:
            self._done = True
            self._reply(CUT)
            return True
        hub, now_ms = network.hub, network.hub_ms()
        found = network.told(self._signed_ms, lambda: hub.feed(self._dev, self.scope, *self._question, now_ms))
        gone = isinstance(found, Failure) and found.code == "feed.gone"
        if gone and hub.epoch() == self._question[0].epoch and self._question[0].rev > hub.rev():
            network._time.saw("cursor ahead")
        early = not isinstance(found, Failure) and not found.transactions
        if early and network._time.now_ms < self._ends_ms:
            self._listens = hub.audiences(self._dev, self.scope)
            return False
        self._done = True
        self._reply(found)
        return True

    def ring(self, audiences: Set[str] = frozenset()) -> None:
        """There may be news for these audiences, or for everybody when none is named: also when the time is up."""
        if self._done:
            return
        if audiences and audiences.isdisjoint(self._listens):
            self._network.keep_waiting(self)
            return
        self._signed_ms = self._network.hub_ms()  # it was checked when it came
        if not self.try_now():
            self._network.keep_waiting(self)


Sent = tuple[bytes, type] | Any
"""Bytes with what they are to be read as; anything else is carried as it is."""


def _written(result: Any) -> Sent:
    return (pack(result), type(result)) if isinstance(result, PushReply | FeedReply) else result


def _read(sent: Sent) -> Any:
    """What the real codec says of an answer, also of one that was cut short."""
    if not (isinstance(sent, tuple) and len(sent) == 2 and isinstance(sent[1], type)):
        return sent
    try:
        return unpack(*sent)
    except ValueError:
        return GARBAGE


def _garbled(sent: Sent) -> Sent:
    """An answer that broke off in the middle, or that is not ours at all."""
    if isinstance(sent, tuple) and len(sent) == 2 and isinstance(sent[1], type):
        return sent[0][: len(sent[0]) // 2], sent[1]
    return GARBAGE


def _flipped(reply: FeedReply) -> FeedReply:
    """A reply in which one bit of a row is another: no transport noticed, so the digest has to."""
    rev, rows = reply.transactions[0]
    row = rows[0]
    payload = bytes([row.payload[0] ^ 1]) + row.payload[1:] if row.payload else b"!"
    altered = Transaction(rev, [Row(row.entity, row.key, payload), *rows[1:]])
    return FeedReply(
        reply.epoch, reply.scope, reply.rev_to, reply.digest, [altered, *reply.transactions[1:]], reply.more, reply.time_ms
    )
