"""A till that was cut off for thirty days: all of it goes out within a minute while the till sells as if nothing were going on."""

import datetime
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.apps.demo import DemoShop
from kiosk.apps.papers import ledger_identity, read_certificate
from kiosk.apps.system import new_id
from kiosk.domain import facts
from kiosk.domain.identity import Moment
from kiosk.store import identity
from kiosk.store.database import Connection
from kiosk.store.ledger import Ledger
from sync.protocol.signature import Key
from tests.journeys.prepared import copy_shop, prepare
from tests.kills.desk import body_of
from tests.network.processes import Hub, Till
from tests.network.world import enrol_tills, facts_of, hub_facts

DAYS, SALES_A_DAY = 30, 500
ARTICLE = "1001-WHT-S"
DRAINED_S, GROWTH_MAX = 60.0, 1.05
SCAN_P99_MS = 20.0
"""The budget of a scan while sync works (`scan_during_feed` in tests/bench/budgets.toml)."""

FIRST_CONTACT_KIB = 6 * 1024
"""What speaking to a hub for the first time loads: the client, and the pages of the ledger that are read."""

EVERY_MS = 25
HUB_NICE = 19
WARM_SALES, AFTERWARDS = 300, 2_000
DAY_MS = 86_400_000


@dataclass
class Calendar:
    """A clock that a month passes on in a minute."""

    wall_ms: int

    def now(self) -> Moment:
        """The moment now."""
        return Moment(self.wall_ms, self.wall_ms, "a-month-ago")

    def local_date(self, wall_ms: int) -> str:
        """Its day; hours do not matter here."""
        return datetime.datetime.fromtimestamp(wall_ms / 1_000, datetime.UTC).date().isoformat()


@pytest.fixture
def shop(shared_folder: Path) -> Iterator[DemoShop]:
    """A shop with a till."""
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:  # short: a socket's path has a limit
        made = copy_shop(prepare(shared_folder, "fashion"), Path(folder) / "s", "fashion")
        enrol_tills(made, 1)
        yield made
        made.stop()


def live_offline(folder: Path) -> int:
    """Thirty days of sales in the ledger of a till; gives how many facts it then holds."""
    clock = Calendar(time.time_ns() // 1_000_000 - DAYS * DAY_MS)
    key = Key.load(identity.load(folder).key)
    ledger = Ledger(folder, ledger_identity(read_certificate(folder)), clock, new_id, key.sign)

    def sell_a_day(conn: Connection) -> None:
        for _ in range(SALES_A_DAY):
            clock.wall_ms += DAY_MS // SALES_A_DAY
            number = ledger.next_receipt_in(conn)
            sale = new_id()
            body = body_of(sale, str(number), number.number, ARTICLE, ledger.identity)
            day = clock.local_date(clock.wall_ms)
            sealed = ledger.append_in(conn, facts.SALE_COMPLETED, body, employee="101", day=day)
            ledger.record_sale_in(conn, sale, number, sealed.seq, ())

    try:
        for _ in range(DAYS):
            ledger.run(sell_a_day)
        return ledger.head()
    finally:
        ledger.close()


def stand_back(hub: Hub) -> None:
    """Let a hub take only what the till leaves of this machine: in a shop it has one of its own."""
    for thread in Path(f"/proc/{hub.process.pid}/task").iterdir():
        os.setpriority(os.PRIO_PROCESS, int(thread.name), HUB_NICE)


def percentile(values: list[float], share: float) -> float:
    """The value below which such a share of them lies."""
    return sorted(values)[int(share * (len(values) - 1))]


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(900)
def test_a_month_offline_is_drained_in_a_minute_while_the_till_sells(shop: DemoShop) -> None:
    folder = shop.folder / "till-01"
    held = live_offline(folder)
    assert held >= DAYS * SALES_A_DAY
    hub = Hub(shop.hub_folder)
    port = int(hub.url.rpartition(":")[2])
    hub.kill()
    shop.hub_url = f"http://127.0.0.1:{port}"
    shop.settle("till-01", printer="", scanner="", discovery=False)
    till = Till(folder, shop.first_pins()["101"])
    back: Hub | None = None
    try:
        till.sell(WARM_SALES)
        warm_kib, quiet = till.state()["kib"], till.all("ms")
        till.order(every_ms=EVERY_MS)
        back = Hub(shop.hub_folder, port=port)
        stand_back(back)
        began, sold = time.monotonic(), len(till.all("ms"))
        till.order(**{"try": True})
        while till.state()["acked"] < held:
            assert time.monotonic() - began < DRAINED_S, f"{held - till.state()['acked']} facts are left after {DRAINED_S} s"
            threading.Event().wait(0.25)
        drained_s = time.monotonic() - began
        busy = till.all("ms")[sold:]
        till.order(every_ms=0)
        drained_kib = till.state()["kib"]
        till.sell(AFTERWARDS)
        assert till.drained()
        after_kib = till.state()["kib"]
        print(
            f"{held} facts drained in {drained_s:.1f} s; scan p50/p99 {percentile(quiet, 0.5):.2f}/{percentile(quiet, 0.99):.2f} ms"
            f" before, {percentile(busy, 0.5):.2f}/{percentile(busy, 0.99):.2f} ms over {len(busy)} sales meanwhile; memory"
            f" {warm_kib / 1024:.1f} MiB warm, {drained_kib / 1024:.1f} drained, {after_kib / 1024:.1f} {AFTERWARDS} sales later"
        )
        assert set(hub_facts(shop.hub_folder, till.last("ready"))) == facts_of(folder)
        assert len(busy) > 20 and percentile(busy, 0.99) <= SCAN_P99_MS
        assert drained_kib <= warm_kib + FIRST_CONTACT_KIB and after_kib <= drained_kib * GROWTH_MAX
    finally:
        till.close()
        if back is not None:
            back.stop()
