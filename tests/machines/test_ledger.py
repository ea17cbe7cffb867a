"""A ledger against a model in plain lists: whatever is done to it in whatever order, both say the same after every step."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.domain import facts
from kiosk.domain.errors import Damaged, Refused
from kiosk.domain.facts import SealedFact, read_fact
from kiosk.domain.feed import Cursor, Row, Setting, Transaction
from kiosk.store.database import Connection
from kiosk.store.ledger import CLOCK_BACK_MS_MAX, Ledger
from sync.protocol.messages import HeldFact
from sync.protocol.signature import Key, verifier
from tests.kiosk.support import IDENTITY, HandClock, SeededIds, digest_of, row
from tests.machines.support import in_shares, live

KEY = Key.load(bytes([5]) * 32)
NAMES = ["till.a", "till.b", "till.c", "till.d"]
TICKETS = ["T1", "T2", "T3"]


class Undone(Exception):
    """What a transaction that must leave nothing ends with."""


@dataclass
class Model:
    """What the ledger has to hold."""

    facts: list[SealedFact] = field(default_factory=list)
    sales: list[str] = field(default_factory=list)
    tickets: dict[str, str] = field(default_factory=dict)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    rev: int = 0
    acked: int = 0
    epoch: int = 0
    forked: bool = False
    held: int = 0
    wall_ms: int = 0


class LedgerMachine(RuleBasedStateMachine):
    """A cashier, a hub, a clock and a power switch, all by chance."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.clock = HandClock()
        self.ids = SeededIds(self.clock, 1)
        self.model = Model()

    @initialize()
    def open(self) -> None:
        self.ledger = Ledger(self.folder, IDENTITY, self.clock, self.ids, KEY.sign)

    def _expect_clock_fact(self) -> int:
        """One more fact when the clock went back by more than time synchronisation does."""
        moved = self.model.wall_ms - self.clock.wall_ms > CLOCK_BACK_MS_MAX
        self.model.wall_ms = self.clock.wall_ms
        return int(moved)

    def _grown(self, made: SealedFact, more: int) -> None:
        self.model.facts += self.ledger.facts(len(self.model.facts))
        assert self.model.facts[-1] == made
        kinds = [read_fact(fact.data).kind for fact in self.model.facts[len(self.model.facts) - more :]]
        assert kinds[:-1] == [facts.CLOCK_MOVED] * (more - 1)

    @rule(kind=st.sampled_from([facts.DRAWER_OPENED, facts.SHIFT_OPENED, "kind.of_tomorrow"]), text=st.text(max_size=20))
    def append(self, kind: str, text: str) -> None:
        before, more = len(self.model.facts), self._expect_clock_fact() + 1
        try:
            made = self.ledger.append(kind, {"text": text}, employee="101", day="2026-11-21")
        except UnicodeEncodeError:
            self.model.wall_ms = 0  # half a letter is no text; the transaction is undone, the clock's note with it
            self._reread_wall()
            return
        assert made.seq == before + more
        self._grown(made, more)

    @rule(tickets=st.lists(st.sampled_from(TICKETS), unique=True, max_size=2), undone=st.booleans())
    def sell(self, tickets: list[str], undone: bool) -> None:
        sale, made = self.ids(), list[SealedFact]()
        taken = [ticket for ticket in tickets if ticket in self.model.tickets]

        def work(conn: Connection) -> None:
            number = self.ledger.next_receipt_in(conn)
            body = {"sale": sale, "lines": []}
            made.append(self.ledger.append_in(conn, facts.SALE_COMPLETED, body, employee="101", day="2026-11-21"))
            self.ledger.record_sale_in(conn, sale, number, made[-1].seq, tickets)
            if undone:
                raise Undone

        wall_ms, more = self.model.wall_ms, self._expect_clock_fact() + 1
        try:
            self.ledger.run(work)
        except (Undone, Refused):
            assert undone or taken, "a sale was refused that nothing stood against"
            self.model.wall_ms = wall_ms
            return
        assert not undone and not taken
        self._grown(made[-1], more)
        self.model.sales.append(sale)
        number = len(self.model.sales)
        self.model.tickets |= dict.fromkeys(tickets, f"AMS1-01-A-{number:06d}")

    def _reread_wall(self) -> None:
        found = self.ledger.run(lambda conn: conn.execute("SELECT value FROM meta WHERE key = 'wall'").fetchone())
        self.model.wall_ms = int(found[0]) if found else 0

    @rule(share=st.floats(0, 1), epoch=st.integers(1, 3), forked=st.booleans(), held=st.integers(0, 3))
    def hear_the_hub(self, share: float, epoch: int, forked: bool, held: int) -> None:
        count = round(share * len(self.model.facts))
        head = self.model.facts[count - 1].hash if count else bytes(32)
        self.ledger.acknowledge(count + 1, 0, epoch, head, [HeldFact(seq, "kind.unknown", 0) for seq in range(1, held + 1)], forked)
        self.model.acked, self.model.epoch, self.model.forked, self.model.held = count, epoch, forked, held

    @rule(ahead=st.integers(0, 3))
    def hear_of_facts_that_are_not_ours(self, ahead: int) -> None:
        next_seq = len(self.model.facts) + ahead + (2 if ahead else 1)
        if next_seq == 1:
            return
        self.ledger.acknowledge(next_seq, 0, 9, bytes([7]) * 32, [], False)
        self.model.forked = True

    @rule(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), values=st.integers(0, 99), gone=st.booleans())
    def feed(self, names: list[str], values: int, gone: bool) -> None:
        rows = [row("setting", name, Setting(name, values)) for name in names]
        if gone:
            rows[0] = Row("setting", names[0], b"")
        after = {**self.model.rows, **{(one.entity, one.key): one for one in rows}}
        after = {key: one for key, one in after.items() if one.payload}
        self.model.rev += 1
        self.ledger.apply([Transaction(self.model.rev, rows)], Cursor(1, self.model.rev, digest_of(after.values())))
        self._came_to(after)

    def _came_to(self, after: dict[tuple[str, str], Row]) -> None:
        """Settings that changed are one more fact, which names each of them; the first settings of all are none."""
        before, self.model.rows = self.model.rows, after
        names = [name for _, name in sorted({*before, *after}) if before.get(("setting", name)) != after.get(("setting", name))]
        if not before or not names:
            return
        more = self._expect_clock_fact() + 1
        self.model.facts += self.ledger.facts(len(self.model.facts))
        noted = [read_fact(fact.data) for fact in self.model.facts[-more:]]
        assert [fact.kind for fact in noted] == [facts.CLOCK_MOVED] * (more - 1) + [facts.SETTING_CHANGED]
        assert [one["name"] for one in noted[-1].body["settings"]] == names

    @rule(name=st.sampled_from(NAMES))
    def feed_that_does_not_add_up(self, name: str) -> None:
        spoilt = [row("setting", name, Setting(name, "spoilt"))]
        with pytest.raises(Damaged):
            self.ledger.apply([Transaction(99, spoilt)], Cursor(1, 99, bytes([1]) * 32))
        with pytest.raises(Damaged):
            self.ledger.replace(spoilt, Cursor(1, 99, bytes([1]) * 32))

    @rule(names=st.lists(st.sampled_from(NAMES), unique=True))
    def snapshot(self, names: list[str]) -> None:
        rows = [row("setting", name, Setting(name, "fresh")) for name in names]
        self.model.rev += 1
        self.ledger.replace(iter(rows), Cursor(1, self.model.rev, digest_of(rows)))
        self._came_to({(one.entity, one.key): one for one in rows})

    @rule(ms=st.integers(-300_000, 300_000))
    def time(self, ms: int) -> None:
        if ms >= 0:
            self.clock.pass_ms(ms)
        else:
            self.clock.set_back_ms(-ms)

    @rule()
    def restart(self) -> None:
        self.ledger.close()
        self.open()

    @precondition(lambda self: self.model.facts)
    @rule(first=st.integers(1, 30), count=st.integers(1, 5), size=st.integers(1, 3_000))
    def send(self, first: int, count: int, size: int) -> None:
        batch = self.ledger.pending(first, count, size)
        wanted: Sequence[SealedFact] = self.model.facts[first - 1 : first - 1 + len(batch)]
        assert batch == list(wanted) and len(batch) <= count
        assert batch or first > len(self.model.facts)
        assert len(batch) <= 1 or sum(len(fact.data) + len(fact.signature) for fact in batch) <= size

    @invariant()
    def both_say_the_same(self) -> None:
        model, state = self.model, self.ledger.push_state()
        assert (state.head, state.acked, state.forked) == (len(model.facts), model.acked, model.forked)
        assert (state.epoch, state.held) == (model.epoch, model.held)
        assert self.ledger.cursor().digest == digest_of(model.rows.values())
        stored = {(one.name, one.value) for one in self.ledger.device_rows("setting", Setting)}
        assert stored == {(key, self._value(one)) for (_, key), one in model.rows.items()}

    def _value(self, one: Row) -> object:
        found = self.ledger.device_row(one.entity, one.key, Setting)
        assert found is not None
        return found.value

    def teardown(self) -> None:
        ledger = getattr(self, "ledger", None)
        if ledger is not None:
            assert ledger.facts() == self.model.facts
            assert ledger.verify(verifier(KEY.public)) == (len(self.model.facts), None)
            for number, sale in enumerate(self.model.sales, 1):
                found = ledger.find_sale(f"AMS1-01-A-{number:06d}")
                assert found is not None and found.body["sale"] == sale
            hlcs = [read_fact(fact.data).hlc for fact in self.model.facts]
            assert hlcs == sorted(set(hlcs)), "time ran backwards in the chain"
            ledger.close()
        shutil.rmtree(self.folder)


@in_shares
@pytest.mark.timeout(600)
def test_a_ledger_says_what_its_model_says_whatever_was_done_to_it(share: int) -> None:
    live(LedgerMachine, share)
