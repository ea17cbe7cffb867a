"""Real hub processes on a real PostgreSQL, killed: no acknowledged fact is lost, each is there once, terminals go on."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest

from kiosk.domain.facts import SealedFact
from sync.hub.operations import EnrolCode, enrol_code
from sync.protocol.messages import PushReply, unpack
from tests.sync.hub.postgres import DURABLE, QUICK, Cluster, own_folder, running_cluster
from tests.sync.hub.support import CHEAP_PINS, STORE, FakeTerminal, a_product, bring_products, open_test_hub

WAIT_S = 60
TERMINALS = 4
ARTICLES = 5
AGAIN_S = 0.02


@dataclass
class HubProcess:
    """One `toonbank-hub serve`."""

    folder: Path
    process: "subprocess.Popen[str]"
    url: str

    def kill(self) -> None:
        """As the kernel does it when memory runs out."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(WAIT_S)


@contextmanager
def hub_process(folder: Path, database_url: str) -> Iterator[HubProcess]:
    """A hub process on a free port."""
    folder.mkdir(exist_ok=True)
    (folder / "hub.toml").write_text(CHEAP_PINS + "[database]\nsynchronous_standby = true\n")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TOONBANK_HUB_DATABASE": database_url}
    command = [sys.executable, "-m", "sync.hub", "serve", "--data", str(folder), "--port", "0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line.startswith("Toonbank hub ready at http://127.0.0.1:"), (folder / "log").read_text()
            yield HubProcess(folder, process, line.split()[-1])
        finally:
            process.kill()
            process.wait(WAIT_S)
            process.stdout.close()


@dataclass
class Roamer:
    """A terminal that goes to another process when one does not answer, sells all the while, and keeps its copy of the feed."""

    terminal: FakeTerminal
    urls: list[str]
    stop: threading.Event
    acknowledged: int = 0
    durable: int = 0
    refused: Counter[int] = field(default_factory=Counter)

    def work(self, sales: int, sold: Callable[[], object]) -> None:
        """Sell, push and follow the feed, until everything is acknowledged and the copy is as new as the hub."""
        for place in range(sales):
            self.terminal.sale(f"A{place % ARTICLES}")
            self._push()
            self._follow()
            sold()
        while self.acknowledged < sales:
            self._push()
        while not self._follow():
            pass

    def copy(self) -> dict[tuple[str, str], bytes]:
        """The catalogue as it is in the end, when everybody has pushed."""
        self.stop = threading.Event()
        while not self._follow():
            pass
        return self.terminal.copies["catalog"]

    def _push(self) -> None:
        facts: Sequence[SealedFact] = self.terminal.facts[self.acknowledged :]
        answer = self._asked(lambda: self.terminal.push_raw(list(facts)))
        if answer is not None and answer.status_code == 200:
            reply = unpack(answer.content, PushReply)
            assert not reply.forked and not reply.held, reply
            assert reply.next_seq - 1 >= self.acknowledged, "the hub lost what it had acknowledged"
            self.acknowledged, self.durable = reply.next_seq - 1, reply.durable_seq

    def _follow(self) -> bool:
        answer = self._asked(lambda: self.terminal.feed_raw("catalog"))
        if answer is None or answer.status_code != 200:
            return False
        reply = self.terminal.reply_of(answer)
        self.terminal.apply(reply)  # which compares digests
        return not reply.more

    def _asked(self, ask: Callable[[], httpx.Response]) -> httpx.Response | None:
        """An answer from the process we speak to; after none, or a refusal, the next one is tried."""
        try:
            answer = ask()
            if answer.status_code == 200:
                return answer
            self.refused[answer.status_code] += 1
        except httpx.HTTPError:
            answer = None
        self.urls.append(self.urls.pop(0))
        self.terminal.close()
        self.terminal.url = self.urls[0]
        self.terminal.__post_init__()
        assert not self.stop.wait(AGAIN_S), "the test gave up"
        return answer


def _with_shop(database_url: str, folder: Path) -> list[str]:
    """Bring a shop in; gives an enrolment code for each terminal."""
    hub = open_test_hub(folder / "maker", database_url=database_url)
    bring_products(hub, *(a_product(f"A{place}", stock={STORE: 1_000_000}) for place in range(ARTICLES)))
    codes = [enrol_code(hub, EnrolCode(STORE, str(place), "till")).code for place in range(1, TERMINALS + 1)]
    hub.close()
    return codes


@contextmanager
def _roamers(codes: Sequence[str], processes: Sequence[HubProcess]) -> Iterator[list[Roamer]]:
    made: list[Roamer] = []
    stop = threading.Event()
    for place, code in enumerate(codes):
        urls = [process.url for process in processes]
        urls = urls[place % len(urls) :] + urls[: place % len(urls)]
        terminal = FakeTerminal(urls[0])
        assert terminal.enrol(code).status_code == 200
        made.append(Roamer(terminal, urls, stop))
    try:
        yield made
    finally:
        for roamer in made:
            roamer.terminal.close()


class Progress:
    """Lets the test wait for so many sales."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def sold(self) -> None:
        """One more."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        """Wait for so many in all."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._count >= count, WAIT_S), f"{self._count} of {count} sales"


def _check(database_url: str, roamers: Sequence[Roamer], sales: int) -> None:
    """Every fact once and in its order, stock as sold, and each terminal's copy as the hub has it."""
    with psycopg.connect(database_url) as line:
        for roamer in roamers:
            query = "SELECT data FROM facts WHERE dev = %s ORDER BY seq"
            stored = [bytes(row[0]) for row in line.execute(query, [roamer.terminal.dev])]
            assert stored == [fact.data for fact in roamer.terminal.facts] and len(stored) == sales
        sold = len(roamers) * sales * 1_000
        moved = line.execute("SELECT sum(quantity_milli) FROM stock_movements WHERE dev <> ''").fetchone()
        left = line.execute("SELECT sum(on_hand_milli) FROM stock").fetchone()
    assert moved is not None and left is not None
    assert int(moved[0]) == -sold and int(left[0]) == ARTICLES * 1_000_000 - sold
    copies = [roamer.copy() for roamer in roamers]
    assert all(copy == copies[0] for copy in copies)


def _sell_while(roamers: Sequence[Roamer], sales: int, happens: Callable[[Progress], None]) -> None:
    """Let all terminals sell while something happens."""
    progress, stop = Progress(), roamers[0].stop
    with ThreadPoolExecutor(len(roamers)) as threads:
        done = [threads.submit(roamer.work, sales, progress.sold) for roamer in roamers]
        try:
            happens(progress)
            for one in done:
                one.result(WAIT_S)
        finally:
            stop.set()


@pytest.fixture
def quick_database() -> Iterator[str]:
    """A database of a server of its own: what other tests clone must not be in use."""
    with running_cluster(QUICK) as cluster:
        yield cluster.database()


def test_a_process_is_killed_and_replaced_while_terminals_sell_and_nobody_notices(
    quick_database: str, tmp_path: Path, count: int = 40
) -> None:
    codes = _with_shop(quick_database, tmp_path)
    with ExitStack() as stack:
        first, second = (stack.enter_context(hub_process(tmp_path / name, quick_database)) for name in ("one", "two"))
        roamers = stack.enter_context(_roamers(codes, [first, second]))

        def upgrade(progress: Progress) -> None:
            progress.wait_for(count)
            first.kill()
            progress.wait_for(2 * count)
            third = stack.enter_context(hub_process(tmp_path / "three", quick_database))
            for roamer in roamers:
                roamer.urls.append(third.url)
            second.process.send_signal(signal.SIGTERM)  # the last old one goes in good order
            second.process.wait(WAIT_S)

        _sell_while(roamers, count, upgrade)
        _check(quick_database, roamers, count)


def _wait_synchronous(primary: Cluster, name: str) -> None:
    """Wait until the standby confirms commits: before that a commit would wait for it."""
    ends = time.monotonic() + WAIT_S
    with psycopg.connect(primary.url(), autocommit=True) as line:
        while time.monotonic() < ends:
            row = line.execute("SELECT sync_state FROM pg_stat_replication WHERE application_name = %s", [name]).fetchone()
            if row == ("sync",):
                return
            threading.Event().wait(AGAIN_S)
    raise TimeoutError("the standby does not confirm commits")


def test_the_primary_is_killed_a_standby_promoted_and_no_acknowledged_fact_is_lost(tmp_path: Path, count: int = 40) -> None:
    with own_folder() as one, own_folder() as two, ExitStack() as stack:
        primary = Cluster(one, {**DURABLE, "wal_level": "replica"}).make().start()
        stack.callback(primary.stop)
        standby = Cluster(two, dict(DURABLE)).copy_of(primary, "standby").start()
        stack.callback(standby.stop)
        with psycopg.connect(primary.url(), autocommit=True) as line:
            line.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
            line.execute("SELECT pg_reload_conf()")
        _wait_synchronous(primary, "standby")
        name = "hub"
        with psycopg.connect(primary.url(), autocommit=True) as line:
            line.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        url = primary.url(name, standby)
        codes = _with_shop(url, tmp_path)
        processes = [stack.enter_context(hub_process(tmp_path / part, url)) for part in ("first", "second")]
        roamers = stack.enter_context(_roamers(codes, processes))
        before: list[int] = []

        def fail_over(progress: Progress) -> None:
            progress.wait_for(count)
            primary.kill()
            before.extend(roamer.acknowledged for roamer in roamers)
            with psycopg.connect(standby.url(name).replace("read-write", "any")) as line:
                for roamer, acknowledged in zip(roamers, before, strict=True):
                    query = "SELECT count(*) FROM facts WHERE dev = %s"
                    stored = line.execute(query, [roamer.terminal.dev]).fetchone()
                    assert stored is not None and stored[0] >= acknowledged, "acknowledged, and not on the standby"
            standby.promote()
            with psycopg.connect(standby.url(), autocommit=True) as line:  # it has no standby of its own yet
                line.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
                line.execute("SELECT pg_reload_conf()")

        _sell_while(roamers, count, fail_over)
        assert sum(before) >= count // 2, "the primary was killed while facts were acknowledged"
        ended = {str(one.folder): one.process.poll() for one in processes}
        assert set(ended.values()) == {None}, f"the hubs outlive the primary: {ended}"
        assert [roamer.durable for roamer in roamers] == [count] * TERMINALS
        _check(standby.url(name), roamers, count)
