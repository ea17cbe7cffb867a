"""Judges a run by what must hold whatever happened: nothing lost or doubled, copies and sums equal, nothing stuck."""

from collections import Counter
from collections.abc import Callable, Sequence

from kiosk.domain.catalog import StockLevel
from kiosk.domain.chain import first_break
from kiosk.domain.facts import read_fact
from kiosk.domain.stock import movements_of
from sync.protocol.messages import Scope, from_json
from tests.simulation.hubs import INITIAL_MILLI, SimHub
from tests.simulation.signing import Signing
from tests.simulation.stores import ARTICLES, STORE, digest_of
from tests.simulation.terminal import SimTerminal

TRY_BOUND_MS = 75_000
"""While something is unsent, an attempt comes this soon: 20 s without an answer, 30 s back-off."""

DRAIN_BOUND_MS = 60_000
PROBLEMS_MAX = 8


class Oracle:
    """Knows the truth of a run and says what is wrong."""

    def __init__(self, hub: SimHub, terminals: Sequence[SimTerminal], signing: Signing) -> None:
        self.problems: list[str] = []
        self._hub = hub
        self._terminals = terminals
        self._signing = signing

    def wrong(self, text: str) -> None:
        """One more thing that must not be."""
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(text)

    def look(self, now_ms: int) -> None:
        """No lost wake-up: whoever has something to send has tried lately, whatever went wrong."""
        for terminal in self._terminals:
            waited = now_ms - terminal.last_try_ms
            if terminal.alive and terminal.unsent() and waited > TRY_BOUND_MS:
                self.wrong(f"{terminal.dev} has tried nothing for {waited} ms at {now_ms}")
            promised, stored = terminal.state.acked, self._hub.next_seq(terminal.dev) - 1
            if terminal.alive and promised > stored and self._hub.restored_ms < 0:
                self.wrong(f"{terminal.dev} was told that {promised} facts are stored, and {stored} are, at {now_ms}")

    def judge(self, drained_ms: int) -> None:
        """The whole of it, when all has been well for a while."""
        if drained_ms > DRAIN_BOUND_MS:
            self.wrong(f"an outbox was not empty {drained_ms} ms after all was well")
        sold: Counter[str] = Counter()
        for terminal in self._terminals:
            for data in self._facts(terminal):
                sold.update({left.article: -left.quantity_milli for left in movements_of(read_fact(data))})
        for article in ARTICLES:
            left = INITIAL_MILLI - sold[article]
            if self._hub.on_hand(article) != left:
                self.wrong(f"hub: {self._hub.on_hand(article)} of {article} in place of {left}")
            for terminal in self._terminals:
                self._stock(terminal, article, left)
        for terminal in self._terminals:
            self._copies(terminal)

    def _facts(self, terminal: SimTerminal) -> list[bytes]:
        """What a ledger committed is the truth; the hub must hold the same, once, in the same order."""
        truth, stored = terminal.truth, self._hub.stored(terminal.dev)
        there = set(stored)
        lost = [data for data in truth if data not in there]
        if lost:
            self.wrong(f"{terminal.dev}: {len(lost)} of {len(truth)} sales are lost")
        if len(stored) > len(truth):
            self.wrong(f"{terminal.dev}: {len(stored) - len(truth)} sales are doubled")
        if stored != truth and not lost:
            self.wrong(f"{terminal.dev}: the hub has its facts in another order or number")
        verify = self._signing.verifier(self._signing.public(terminal.dev))
        broken = first_break(terminal.disk.sealed(), verify, terminal.dev, terminal.identity.inc)
        if broken is not None:
            self.wrong(f"{terminal.dev}: its ledger is broken at fact {broken.seq}: {broken.code}")
        return truth

    def _stock(self, terminal: SimTerminal, article: str, left: int) -> None:
        payload = terminal.catalog.rows.get(("stock", f"{article}|{STORE}"), b"")
        shown = from_json(payload, StockLevel).on_hand_milli if payload else None
        if shown != left:
            self.wrong(f"{terminal.dev} shows {shown} of {article} in place of {left}")

    def _copies(self, terminal: SimTerminal) -> None:
        scopes: tuple[tuple[Scope, dict[tuple[str, str], bytes], Callable[[], object]], ...] = (
            ("catalog", terminal.catalog.rows, terminal.catalog.cursor),
            ("device", terminal.disk.rows(), terminal.ledger.cursor),
        )
        for scope, held, cursor_of in scopes:
            cursor, rows = self._hub.snapshot(terminal.dev, scope)
            if held != {(row.entity, row.key): row.payload for row in rows}:
                self.wrong(f"{terminal.dev}: {scope} holds other rows than the hub's")
            elif cursor_of() != cursor:
                self.wrong(f"{terminal.dev}: {scope} stands at {cursor_of()}, not at {cursor}")
            if digest_of(held) != cursor.digest:
                self.wrong(f"{terminal.dev}: {scope} has another digest")
