"""A hub and tills in namespaces, and what must hold when the network is well again: nothing lost, doubled, stuck or different."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.apps import enrolment
from kiosk.apps.demo import DemoShop
from kiosk.store.database import connect
from kiosk.store.ledger import LEDGER_FILE, walk_in
from tests.network.processes import Child, Hub, Till
from tests.network.spaces import Spaces

HUB_PORT, PROXY_PORT = 8750, 8751
HEALED_S = 60.0
"""An outbox is empty and all copies are equal so long after the network is well."""


@dataclass
class World:
    """One hub, its proxy, and its tills."""

    spaces: Spaces
    shop: DemoShop
    hub: Hub
    tills: dict[int, Till] = field(default_factory=dict)
    proxy: Child | None = None

    def folder(self, number: int) -> Path:
        """A till's data folder."""
        return self.shop.folder / f"till-{number:02}"

    def open(self, number: int, host: str = "", port: int = HUB_PORT, discovery: bool = False) -> Till:
        """Start a till in its namespace, with this address of the hub."""
        self.shop.hub_url = f"http://{host or self.spaces.hub_address(number)}:{port}"
        self.shop.settle(f"till-{number:02}", printer="", scanner="", discovery=discovery)
        self.tills[number] = Till(self.folder(number), self.shop.first_pins()["101"], self.spaces.till(number))
        return self.tills[number]

    def interfere(self, **faults: object) -> None:
        """Tell the proxy what to do to lines."""
        assert self.proxy is not None
        number = len(self.proxy.all("done")) + 1
        self.proxy.order(number=number, **faults)
        assert self.proxy.wait(lambda: self.proxy and number in self.proxy.all("done"))

    def sell_through(self, fault: Callable[[], None], heal: Callable[[], None], seconds: float, every_ms: int = 100) -> float:
        """Sell while a fault lasts, heal it, and judge; gives how long after it all was well (s)."""
        for till in self.tills.values():
            till.order(every_ms=every_ms)
        fault()
        threading.Event().wait(seconds)  # so long the fault lasts: nothing is waited for
        heal()
        for till in self.tills.values():
            till.order(every_ms=0)
        return self.judge()

    def judge(self) -> float:
        """All that must hold when the network is well; gives how long it took (s)."""
        began = time.monotonic()
        for number, till in self.tills.items():
            assert till.drained(HEALED_S), f"till {number} is stuck: {till.last('sync')}"
        self._agree(began)
        took_s = time.monotonic() - began
        for number, till in self.tills.items():
            self._same_facts(number, till)
            assert not any(status["stalled"] or status["forked"] for status in till.all("sync"))
        return took_s

    def _agree(self, began: float) -> None:
        """Every copy of the catalogue comes to the same revision with the same digest."""
        while True:
            states = [till.state() for till in self.tills.values()]
            rev = hub_rev(self.shop.hub_folder)
            if all(state["acked"] == state["head"] and state["catalog"][1] == rev for state in states):
                assert len({tuple(state["catalog"]) for state in states}) == 1, "the copies differ"
                return
            assert time.monotonic() - began < HEALED_S, f"the hub is at {rev}, the tills at {states}"
            threading.Event().wait(0.2)

    def _same_facts(self, number: int, till: Till) -> None:
        """The hub has what the till has, each fact once, and the till has every sale that it said was paid."""
        conn = connect(self.folder(number) / LEDGER_FILE, readonly=True)
        mine = [(fact.seq, fact.data) for fact in walk_in(conn)]
        sales = {sale for (sale,) in conn.execute("SELECT sale FROM sales")}
        conn.close()
        theirs = hub_facts(self.shop.hub_folder, till.last("ready"))
        assert theirs == mine, f"till {number} has {len(mine)} facts, the hub {len(theirs)}"
        assert set(till.all("sale")) <= sales, "a sale that was paid is gone"

    def close(self) -> None:
        """End every process."""
        for till in self.tills.values():
            till.close()
        if self.proxy is not None:
            self.proxy.stop()
        self.hub.stop()


def facts_of(folder: Path) -> set[tuple[int, bytes]]:
    """Every fact of a till's ledger; also while the till is at work."""
    conn = connect(folder / LEDGER_FILE, readonly=True)
    try:
        return {(fact.seq, fact.data) for fact in walk_in(conn)}
    finally:
        conn.close()


def hub_facts(folder: Path, dev: str) -> list[tuple[int, bytes]]:
    """Every fact that a hub's file holds of a terminal, in order."""
    conn = connect(folder / "hub.db", readonly=True)
    try:
        found = conn.execute("SELECT seq, data FROM facts WHERE dev = ? ORDER BY seq", (dev,)).fetchall()
        return [(seq, bytes(data)) for seq, data in found]
    finally:
        conn.close()


def hub_rev(folder: Path) -> int:
    """The last revision of a hub's one tenant."""
    conn = connect(folder / "hub.db", readonly=True)
    try:
        return int(conn.execute("SELECT rev FROM tenants").fetchone()[0])
    finally:
        conn.close()


def enrol_tills(shop: DemoShop, count: int) -> None:
    """Give a shop so many tills; its hub runs for as long as that takes."""
    missing = [n for n in range(1, count + 1) if not (shop.folder / f"till-{n:02}" / "identity").exists()]
    if not missing:
        return
    url = shop.start_hub()
    for number in missing:
        code = shop.hub_command("enrol-code", "--store", "AMS1", "--terminal", f"{number:02}", "--kind", "till")["code"]
        enrolment.enrol(shop.folder / f"till-{number:02}", url, code, lambda step, percent: None)
    shop.stop()


@contextmanager
def world(shop: DemoShop, made: Spaces, *, with_proxy: bool, announce: bool = False) -> Iterator[World]:
    """A hub in its namespace, with a proxy before it if one is wanted."""
    hub = Hub(shop.hub_folder, "0.0.0.0", HUB_PORT, made.hub, announce)
    there = World(made, shop, hub)
    try:
        if with_proxy:
            argv = ["-m", "tests.network.proxy", "0.0.0.0", str(PROXY_PORT), "127.0.0.1", str(HUB_PORT), "1"]
            there.proxy = Child(argv, made.hub, shop.folder / "proxy.log")
            assert there.proxy.wait(lambda: there.proxy and there.proxy.last("ready"))
        yield there
    finally:
        there.close()


def told(name: str, took_s: float, there: World) -> str:
    """A line for the report."""
    sold = sum(len(till.all("sold")) for till in there.tills.values())
    codes = sorted({status["code"] for till in there.tills.values() for status in till.all("sync")} - {""})
    return f"{name}: all well {took_s:.1f} s after, {sold} sales so far, seen: {json.dumps(codes)}"
