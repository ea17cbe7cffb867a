"""Judges a run by what must hold whatever happened: nothing lost or doubled, copies and sums equal, nothing stuck."""

from collections import Counter
from collections.abc import Callable, Sequence

from kiosk.domain.allocation import Grant
from kiosk.domain.catalog import StockLevel
from kiosk.domain.chain import first_break
from kiosk.domain.feed import Cursor
from kiosk.domain.stock import movements_of
from sync.protocol.messages import Scope, from_json
from tests.simulation import day_oracle, stock_oracle
from tests.simulation.goods import ARTICLES, OTHER, STORE
from tests.simulation.history import Call
from tests.simulation.hubs import INITIAL_MILLI, SimHub
from tests.simulation.real_hub import RealHub
from tests.simulation.signing import Signing
from tests.simulation.stores import digest_of, opened
from tests.simulation.terminal import SimTerminal

TRY_BOUND_MS = 75_000
"""While something is unsent, an attempt comes this soon: 20 s without an answer, 30 s back-off."""

DRAIN_BOUND_MS = 60_000
PROBLEMS_MAX = 8


class Oracle:
    """Knows the truth of a run and says what is wrong."""

    def __init__(self, hub: SimHub, terminals: Sequence[SimTerminal], signing: Signing) -> None:
        self.problems: list[str] = []
        self.calls: list[Call] = []
        self.apart: dict[str, str] = {}
        """Terminals that lost their disk, or were replaced or cloned, and which: of them less can be asked."""
        self.acked: dict[str, int] = {}
        """What a terminal whose disk was lost had been told to be stored."""
        self._hub = hub
        self._terminals = terminals
        self._signing = signing

    def wrong(self, text: str) -> None:
        """One more thing that must not be."""
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(text)

    def look(self, now_ms: int) -> None:
        """No lost wake-up: whoever has something to send has tried lately, whatever went wrong."""
        for terminal in self._whole():
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
        truth = [data for terminal in self._terminals for data in self._facts(terminal)]
        for (store, article), left in self._shown(truth).items():
            for terminal in self._whole():
                self._stock(terminal, f"{article}|{store}", left)
        for terminal in self._whole():
            self._copies(terminal)
            self._scope(terminal)

    def _whole(self) -> list[SimTerminal]:
        return [terminal for terminal in self._terminals if terminal.dev not in self.apart]

    def _shown(self, truth: Sequence[bytes]) -> dict[tuple[str, str], int]:
        """What every copy has to show of each store's articles."""
        if isinstance(self._hub, RealHub):
            for problem in (*stock_oracle.judge(self._hub, truth, self.calls), *day_oracle.judge(self._hub, truth)):
                self.wrong(problem)
            return stock_oracle.shown(self._hub, truth)
        sold: Counter[str] = Counter()
        for data in truth:
            sold.update({left.article: -left.quantity_milli for left in movements_of(opened(data))})
        wanted = {article: INITIAL_MILLI - sold[article] for article in ARTICLES}
        for article, left in wanted.items():
            if self._hub.on_hand(article) != left:
                self.wrong(f"hub: {self._hub.on_hand(article)} of {article} in place of {left}")
        return {(STORE, article): left for article, left in wanted.items()}

    def _facts(self, terminal: SimTerminal) -> list[bytes]:
        """What a ledger committed is the truth; the hub must hold the same, once, in the same order."""
        truth, stored = terminal.truth, self._hub.stored(terminal.dev)
        fate = self.apart.get(terminal.dev, "")
        if fate == "disk lost":
            return self._remains(terminal, truth, stored)
        if fate == "cloned":
            return stored
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

    def _remains(self, terminal: SimTerminal, truth: list[bytes], stored: list[bytes]) -> list[bytes]:
        """Of a lost disk: what the hub has is the beginning of what was there, and no less than it had said it has."""
        if stored != truth[: len(stored)]:
            self.wrong(f"{terminal.dev}: the hub has other facts than its lost disk had")
        promised = self.acked.get(terminal.dev, 0)
        if len(stored) < promised and self._hub.restored_ms < 0:
            self.wrong(f"{terminal.dev}: {promised - len(stored)} facts are lost that the hub had said it has")
        return stored

    def _stock(self, terminal: SimTerminal, key: str, left: int) -> None:
        payload = terminal.catalog.rows.get(("stock", key), b"")
        shown = from_json(payload, StockLevel).on_hand_milli if payload else None
        if shown != left:
            self.wrong(f"{terminal.dev} shows {shown} of {key} in place of {left}")

    def _scope(self, terminal: SimTerminal) -> None:
        """Rights and settings are its own: what the hub granted to this terminal, and what its store's rules say."""
        if not isinstance(self._hub, RealHub):
            return
        rows = terminal.disk.rows()
        grants = [from_json(payload, Grant) for (entity, _), payload in rows.items() if entity == "grant"]
        if {(one.store, one.article, one.level_milli, one.no) for one in grants} != self._hub.granted(terminal.dev):
            self.wrong(f"{terminal.dev} holds other rights than the hub granted to it")
        if (("setting", "stock.promise_from") in rows) != (terminal.identity.place.store == OTHER):
            self.wrong(f"{terminal.dev} goes by another store's rules")

    def _copies(self, terminal: SimTerminal) -> None:
        scopes: tuple[tuple[Scope, dict[tuple[str, str], bytes], Callable[[], Cursor]], ...] = (
            ("catalog", terminal.catalog.rows, terminal.catalog.cursor),
            ("device", terminal.disk.rows(), terminal.ledger.cursor),
        )
        for scope, held, cursor_of in scopes:
            cursor, rows = self._hub.snapshot(terminal.dev, scope)
            if held != {(row.entity, row.key): row.payload for row in rows}:
                self.wrong(f"{terminal.dev}: {scope} holds other rows than the hub's")
            # Reservations and leases count a revision too; that they bring no row a terminal hears when its poll ends.
            there = cursor_of()
            if there.rev > cursor.rev or there._replace(rev=cursor.rev) != cursor:
                self.wrong(f"{terminal.dev}: {scope} stands at {there}, not at {cursor}")
            if digest_of(held) != cursor.digest:
                self.wrong(f"{terminal.dev}: {scope} has another digest")
