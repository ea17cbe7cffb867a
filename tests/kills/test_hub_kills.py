"""kill -9 of the hub at any moment under several tills' load: what it acknowledged is there, once, and the tills go on."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.store.database import connect
from tests.kills.desk import RealDesk, open_desk
from tests.sync.hub.support import DAY, STORE, a_product, bring_products, running_hub

LONG = os.environ.get("TOONBANK_LONG") == "1"
HUBS, KILLS = (25, 40) if LONG else (1, 30)
"""So many hubs one after the other, each killed so often: what is judged after each kill grows with a hub's life."""

TILLS = 3
STOCK_MILLI = 10**12
LIFE_S_MAX = 0.15
PAUSE_S = 0.01
HEARD_S = 60.0


class Nursery:
    """The process that forks hubs."""

    def __init__(self, folder: Path, port: int) -> None:
        self._order = f"{folder} {port}\n"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        self.pid = 0

    def _hear(self, key: str) -> object:
        assert self._process.stdout is not None
        while key not in (message := json.loads(self._process.stdout.readline())):
            assert "gone" not in message, "the hub died by itself"
        return message[key]

    def raise_hub(self, ready: bool) -> None:
        """Start a hub, and wait until it answers unless it is to be killed while it opens."""
        assert self._process.stdin is not None
        self._process.stdin.write(self._order)
        self.pid = int(str(self._hear("pid")))
        if ready:
            self._hear("ready")

    def kill(self) -> None:
        """End the hub as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        self._hear("gone")
        self.pid = 0

    def close(self) -> None:
        """End the nursery, and a hub that a failure left alive."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@pytest.fixture
def tills(tmp_path: Path) -> Iterator[tuple[list[RealDesk], int]]:
    """Three tills whose hub is away, and the port at which they look for it."""
    with ExitStack() as stack:
        with running_hub(tmp_path / "hub") as hub:
            bring_products(hub.hub, a_product(stock={STORE: STOCK_MILLI}))
            made = [open_desk(hub, tmp_path / f"till-{number}", str(number)) for number in range(1, TILLS + 1)]
            for till in made:
                stack.callback(till.close)
                till.ear.wait(lambda status: status.reachable and status.progress == 100)
            port = int(hub.url.rpartition(":")[2])
        yield made, port


def sell(till: RealDesk, over: threading.Event) -> None:
    """Sell without end."""
    while not over.wait(PAUSE_S):
        till.sell("A1")


def until_one_is_heard(tills: list[RealDesk]) -> None:
    """Wait until the hub has acknowledged something since it was raised: then it is under load."""
    before = sum(till.ledger.acked() for till in tills)
    for _ in range(round(HEARD_S / PAUSE_S)):  # counted in looks: a machine that stood still meanwhile proves nothing
        if sum(till.ledger.acked() for till in tills) != before:
            return
        threading.Event().wait(PAUSE_S)
    raise AssertionError("the tills do not find the hub again")


def judge(folder: Path, tills: list[RealDesk], acked: dict[str, int]) -> int:
    """Every acknowledged fact is in the hub's file, as it was made, once, without a gap; gives the count of facts."""
    conn = connect(folder / "hub.db", readonly=True)
    try:
        count = 0
        for till in tills:
            stored = conn.execute("SELECT seq, data FROM facts WHERE dev = ? ORDER BY seq", (till.dev,)).fetchall()
            assert [seq for seq, _ in stored] == list(range(1, len(stored) + 1)), "a gap"
            assert len(stored) >= acked[till.dev], f"{acked[till.dev] - len(stored)} acknowledged facts are gone"
            made = till.ledger.facts(0, len(stored))
            assert [bytes(data) for _, data in stored] == [fact.data for fact in made]
            count += len(stored)
        assert not conn.execute("SELECT 1 FROM forks").fetchall()
        assert conn.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        return count
    finally:
        conn.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(HUBS))
def test_a_hub_that_is_killed_at_any_moment_keeps_what_it_acknowledged(
    tills: tuple[list[RealDesk], int], tmp_path: Path, seed: int
) -> None:
    desks, port = tills
    chance, over, grew, counts = random.Random(seed), threading.Event(), 0, [0]
    nursery = Nursery(tmp_path / "hub", port)
    sellers = [threading.Thread(target=sell, args=(till, over)) for till in desks]
    for seller in sellers:
        seller.start()
    try:
        for _ in range(KILLS):
            at_work = chance.random() < 0.85  # the others are killed while they open
            nursery.raise_hub(at_work)
            for till in desks:
                till.agent.try_now()
            if at_work:
                until_one_is_heard(desks)
            # The kill has to come at any moment; this wait is the chance in it.
            threading.Event().wait(chance.random() * LIFE_S_MAX)
            acked = {till.dev: till.ledger.acked() for till in desks}
            nursery.kill()
            counts.append(judge(tmp_path / "hub", desks, acked))
            grew += counts[-1] > counts[-2]
    finally:
        over.set()
        for seller in sellers:
            seller.join()
        nursery.close()
    assert grew > KILLS // 2, "most hubs died before they had stored anything: this proves little"
    with ExitStack() as stack:
        last = Nursery(tmp_path / "hub", port)
        stack.callback(last.close)
        last.raise_hub(ready=True)
        stack.callback(last.kill)
        for till in desks:
            till.ear.wait(lambda status: status.reachable and status.unsent == 0)
        total = judge(tmp_path / "hub", desks, {till.dev: till.ledger.head() for till in desks})
    print(f"{KILLS} kills, {total} facts of {TILLS} tills, {grew} hubs stored some before they died")
    judge_day(tmp_path / "hub", total)


def judge_day(folder: Path, total: int) -> None:
    """What follows from the facts followed once: the day's sales and the stock."""
    with running_hub(folder) as hub:
        new = hub.terminal("9")
        report = new.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
        assert report["total"]["sales"] == total and report["held"] == 0
        new.take_snapshot("catalog")
        new.catch_up("catalog")
        assert str(STOCK_MILLI - 1_000 * total).encode() in new.copies["catalog"]["stock", f"A1|{STORE}"]
