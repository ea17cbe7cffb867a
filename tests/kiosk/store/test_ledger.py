"""The ledger: sealed facts in order, receipt numbers without a gap, and an honest memory of what the hub has."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain import facts
from kiosk.domain.chain import Break
from kiosk.domain.errors import Damaged, Refused
from kiosk.domain.facts import GENESIS, read_fact
from kiosk.domain.feed import Cursor, Setting, Transaction
from kiosk.store.database import Connection
from kiosk.store.ledger import LEDGER_FILE, Ledger
from sync.protocol.signature import Key, verifier
from tests.kiosk.support import IDENTITY, HandClock, SeededIds, digest_of, row

KEY = Key.load(bytes([3]) * 32)


@dataclass(frozen=True)
class Held:
    """A held fact as the hub names it."""

    seq: int
    reason: str
    since_ms: int



class Bench:
    """A ledger that can be closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, HandClock()
        self.ids = SeededIds(self.clock, 1)
        self.ledger = self.open()

    def open(self) -> Ledger:
        """Open the ledger of the folder."""
        self.ledger = Ledger(self.folder, IDENTITY, self.clock, self.ids, KEY.sign)
        return self.ledger

    def reopen(self) -> Ledger:
        """Close it and open it again."""
        self.ledger.close()
        return self.open()

    def append(self, count: int = 1) -> None:
        """So many more facts."""
        for number in range(count):
            self.ledger.append(facts.DRAWER_OPENED, {"n": number}, employee="101", day="2026-11-21")

    def verdict(self) -> tuple[int, Break | None]:
        """What `ledger verify` says."""
        return self.ledger.verify(verifier(KEY.public))

    def tamper(self, statement: str, *values: object) -> None:
        """Change the file behind the ledger's back, with the ledger closed."""
        self.ledger.close()
        conn = sqlite3.connect(str(self.folder / LEDGER_FILE))
        conn.execute(statement, values)
        conn.commit()
        conn.close()

    def hash_of(self, seq: int) -> bytes:
        """The hash of a fact."""
        return self.ledger.facts(seq - 1, 1)[0].hash


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A ledger in an empty folder."""
    made = Bench(tmp_path)
    yield made
    made.ledger.close()


def sell(ledger: Ledger, sale: str, tickets: tuple[str, ...] = (), fails: bool = False) -> str:
    """A sale as checkout commits it, without its money; `fails` breaks off after the last row."""

    def work(conn: Connection) -> str:
        number = ledger.next_receipt_in(conn)
        sealed = ledger.append_in(conn, facts.SALE_COMPLETED, {"receipt": str(number)}, employee="101", day="2026-11-21")
        ledger.record_sale_in(conn, sale, number, sealed.seq, tickets)
        if fails:
            raise RuntimeError("the plug was pulled before COMMIT")
        return str(number)

    return ledger.run(work)


def test_facts_are_numbered_linked_and_proved(bench: Bench) -> None:
    assert bench.verdict() == (0, None)
    bench.append(5)
    sealed = bench.ledger.facts()
    assert [fact.seq for fact in sealed] == [1, 2, 3, 4, 5]
    assert [read_fact(fact.data).prev for fact in sealed] == [GENESIS, *(fact.hash for fact in sealed[:-1])]
    assert bench.verdict() == (5, None)
    bench.reopen()
    bench.append()
    assert bench.ledger.facts()[:5] == sealed, "what was sealed is never written again"
    assert bench.verdict() == (6, None)
    assert bench.ledger.head() == 6


def test_a_transaction_that_fails_leaves_no_fact_and_no_gap(bench: Bench) -> None:
    bench.append()
    with pytest.raises(RuntimeError):
        sell(bench.ledger, "S1", fails=True)
    assert bench.ledger.head() == 1
    bench.append()
    assert bench.verdict() == (2, None)


def test_receipt_numbers_have_no_gap_although_commits_fail_and_the_terminal_restarts(bench: Bench) -> None:
    numbers = []
    for n in range(12):
        if n % 3 == 1:
            with pytest.raises(RuntimeError):
                sell(bench.ledger, f"S{n}", fails=True)
        numbers.append(sell(bench.ledger, f"S{n}"))
        if n % 4 == 0:
            bench.reopen()
    assert numbers == [f"AMS1-01-A-{n:06d}" for n in range(1, 13)]
    assert bench.verdict() == (12, None)


def test_one_sale_is_never_written_twice(bench: Bench) -> None:
    sell(bench.ledger, "S1")
    with pytest.raises(sqlite3.IntegrityError):
        sell(bench.ledger, "S1")
    assert bench.verdict() == (1, None)


def test_a_ticket_is_taken_once_here_and_not_at_all_after_a_colleague(bench: Bench) -> None:
    first = sell(bench.ledger, "S1", ("T1",))
    with pytest.raises(Refused) as refusal:
        sell(bench.ledger, "S2", ("T1",))
    assert (refusal.value.code, refusal.value.values["receipt"]) == ("ticket.already_taken", first)
    rows = [row("ticket", "T2", {"ticket": "T2", "receipt": "AMS1-02-A-000009"})]
    bench.ledger.replace(rows, Cursor(1, 1, digest_of(rows)))
    with pytest.raises(Refused):
        sell(bench.ledger, "S3", ("T2",))
    assert sell(bench.ledger, "S4", ("T3",)) == "AMS1-01-A-000002"
    assert bench.verdict() == (2, None)


def test_a_sale_is_found_by_its_number_and_the_latest_without_one(bench: Bench) -> None:
    assert bench.ledger.find_sale("") is None
    numbers = [sell(bench.ledger, f"S{n}") for n in range(3)]
    assert [bench.ledger.find_sale(number).body["receipt"] for number in numbers] == numbers  # type: ignore[union-attr]
    assert bench.ledger.find_sale("").body["receipt"] == numbers[-1]  # type: ignore[union-attr]
    assert bench.ledger.find_sale("AMS1-01-A-000999") is None


def test_the_day_gives_its_own_facts_only(bench: Bench) -> None:
    bench.append(2)
    bench.ledger.append(facts.DRAWER_OPENED, {"n": 9}, employee="101", day="2026-11-22")
    assert [fact.body["n"] for fact in bench.ledger.day_facts("2026-11-22")] == [9]
    assert len(list(bench.ledger.day_facts("2026-11-21"))) == 2


def test_time_never_runs_backwards_in_the_chain_whatever_the_clock_does(bench: Bench) -> None:
    for step_ms in (0, 1_000, -86_400_000, 5, -1, 90_000_000):
        bench.clock.wall_ms += step_ms
        bench.append()
        bench.reopen()
    hlcs = [read_fact(sealed.data).hlc for sealed in bench.ledger.facts()]
    assert hlcs == sorted(set(hlcs))
    assert bench.verdict() == (7, None)


def test_a_clock_that_was_set_back_is_told_once_before_the_next_fact(bench: Bench) -> None:
    bench.append()
    bench.clock.wall_ms -= 30_000  # what time synchronisation may do
    bench.append()
    bench.clock.wall_ms -= 86_400_000
    bench.reopen()
    with pytest.raises(RuntimeError):
        sell(bench.ledger, "S1", fails=True)
    bench.append(2)
    found = [read_fact(sealed.data) for sealed in bench.ledger.facts()]
    assert [fact.kind for fact in found] == [*[facts.DRAWER_OPENED] * 2, facts.CLOCK_MOVED, *[facts.DRAWER_OPENED] * 2]
    assert found[2].body == {"back_ms": 86_400_000}
    assert bench.verdict() == (5, None)


# what the hub has


def test_what_waits_for_the_hub_comes_in_order_and_in_batches(bench: Bench) -> None:
    bench.append(10)
    size = len(bench.ledger.facts(0, 1)[0].data) + 64
    assert [fact.seq for fact in bench.ledger.pending(1, 4, 10**6)] == [1, 2, 3, 4]
    assert [fact.seq for fact in bench.ledger.pending(3, 100, 3 * size + 10)] == [3, 4, 5]
    assert [fact.seq for fact in bench.ledger.pending(3, 100, 1)] == [3], "one fact always fits"
    assert bench.ledger.pending(11, 100, 10**6) == []


def test_the_hubs_answer_is_remembered_and_a_restored_hub_rewinds_it(bench: Bench) -> None:
    bench.append(5)
    bench.ledger.acknowledge(6, 4, 1, bench.hash_of(5), [], False)
    state = bench.ledger.push_state()
    assert (state.head, state.acked, state.durable, state.epoch, state.forked) == (5, 5, 4, 1, False)
    assert bench.ledger.oldest_unsent_ms() is None
    bench.reopen()
    bench.ledger.acknowledge(3, 2, 2, bench.hash_of(2), [Held(2, "kind.unknown", 7)], False)
    state = bench.ledger.push_state()
    assert (state.acked, state.durable, state.epoch, state.held) == (2, 2, 2, 1)
    assert [fact.seq for fact in bench.ledger.pending(state.acked + 1, 100, 10**6)] == [3, 4, 5]
    assert bench.ledger.oldest_unsent_ms() == bench.clock.wall_ms
    bench.ledger.acknowledge(1, 0, 3, GENESIS, [], False)
    assert bench.ledger.acked() == 0


@pytest.mark.parametrize(("next_seq", "head"), [(3, bytes(32)), (4, None), (9, bytes(32))])
def test_a_hub_with_other_facts_under_our_numbers_means_a_fork(bench: Bench, next_seq: int, head: bytes | None) -> None:
    bench.append(5)
    bench.ledger.acknowledge(3, 1, 1, bench.hash_of(2), [], False)
    bench.ledger.acknowledge(next_seq, 5, 1, head or bench.hash_of(5), [], False)
    state = bench.ledger.push_state()
    assert (state.forked, state.acked) == (True, 2), "such an answer acknowledges nothing"


def test_a_hub_that_calls_us_forked_is_believed_until_it_says_otherwise(bench: Bench) -> None:
    bench.append(2)
    bench.ledger.acknowledge(2, 1, 1, bench.hash_of(1), [], True)
    assert bench.ledger.push_state().forked
    bench.ledger.acknowledge(3, 1, 1, bench.hash_of(2), [], False)
    assert not bench.ledger.push_state().forked


def test_growth_is_heard_after_the_commit_and_only_then(bench: Bench) -> None:
    heard: list[int] = []
    bench.ledger.on_growth = lambda: heard.append(bench.ledger.head())
    bench.append(2)
    bench.ledger.facts()
    assert heard == [1, 2]


def test_many_threads_may_append_at_once(bench: Bench) -> None:
    threads = [threading.Thread(target=bench.append, args=(20,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert bench.verdict() == (80, None)


# damage


def test_verify_points_at_the_byte_that_was_changed_in_the_file(bench: Bench) -> None:
    bench.append(3)
    data = bytearray(bench.ledger.facts(1, 1)[0].data)
    data[40] ^= 0x55
    bench.tamper("UPDATE facts SET data = ? WHERE seq = 2", bytes(data))
    bench.open()
    assert bench.verdict() == (3, Break(2, 40, "chain.altered"))


def test_verify_finds_a_fact_that_was_taken_out_and_a_receipt_that_is_missing(bench: Bench) -> None:
    for n in range(3):
        sell(bench.ledger, f"S{n}")
    bench.tamper("DELETE FROM sales WHERE number = 2")
    bench.open()
    assert bench.verdict() == (3, Break(3, -1, "chain.receipt_gap"))
    bench.tamper("DELETE FROM facts WHERE seq = 2")
    bench.open()
    assert bench.verdict() == (2, Break(2, -1, "chain.gap"))


def test_a_damaged_head_is_noticed_before_anything_is_sold_on_it(bench: Bench) -> None:
    bench.append(3)
    bench.tamper("UPDATE facts SET data = CAST(replace(data, '101', '901') AS BLOB) WHERE seq = 3")
    with pytest.raises(Damaged) as damage:
        bench.open()
    assert (damage.value.code, damage.value.values["seq"]) == ("ledger.head", 3)
    bench.tamper("DELETE FROM facts WHERE seq = 3")
    bench.open()


def test_the_ledger_of_another_terminal_or_incarnation_is_refused(bench: Bench) -> None:
    bench.append()
    for other in (replace(IDENTITY, dev="dev-2"), replace(IDENTITY, inc=2)):
        with pytest.raises(Damaged) as damage:
            Ledger(bench.folder, other, bench.clock, bench.ids, KEY.sign)
        assert damage.value.code == "ledger.foreign"


# rows of the device scope


def setting(name: str, value: object) -> Setting:
    """A setting."""
    return Setting(name, value)


def test_rows_that_do_not_add_up_change_nothing(bench: Bench) -> None:
    held = [row("setting", "a", setting("a", 1))]
    bench.ledger.replace(held, Cursor(1, 1, digest_of(held)))
    more = [row("setting", "b", setting("b", 2))]
    for wrong in (
        lambda: bench.ledger.apply([Transaction(2, more)], Cursor(1, 2, bytes(32))),
        lambda: bench.ledger.replace(more, Cursor(1, 2, bytes(32))),
    ):
        with pytest.raises(Damaged) as damage:
            wrong()
        assert damage.value.code == "feed.digest"
        assert bench.ledger.device_rows("setting", Setting) == (setting("a", 1),)
        assert bench.ledger.cursor() == Cursor(1, 1, digest_of(held))


def test_a_snapshot_replaces_and_a_row_of_a_newer_hub_is_kept(bench: Bench) -> None:
    held = [row("setting", "a", setting("a", 1)), row("oven", "o1", {"degrees": 200})]
    bench.ledger.replace(held, Cursor(1, 1, digest_of(held)))
    fresh = [held[1], row("setting", "b", setting("b", [1, {"x": None}]))]
    bench.ledger.replace(iter(fresh), Cursor(1, 5, digest_of(fresh)))
    assert bench.ledger.device_rows("setting", Setting) == (setting("b", [1, {"x": None}]),)
    assert bench.ledger.device_row("oven", "o1", dict) == {"degrees": 200}
    gone = fresh[0]._replace(payload=b"")
    bench.ledger.apply([Transaction(6, [gone])], Cursor(1, 6, digest_of(fresh[1:])))
    assert bench.ledger.device_row("oven", "o1", dict) is None
