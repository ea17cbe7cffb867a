"""A till copied to a second machine: the hub sees two histories and keeps both, and either till goes on selling and says so."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import select

from kiosk.apps.demo import DemoShop
from sync.hub.storage.schema import forks
from tests.journeys.prepared import copy_shop, prepare
from tests.network.processes import Hub, Till
from tests.network.world import enrol_tills, facts_of
from tests.sync.hub.support import running_hub

PIN_OF = "101"


@pytest.fixture
def shop(shared_folder: Path) -> Iterator[DemoShop]:
    """A shop with a till."""
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:  # short: a socket's path has a limit
        made = copy_shop(prepare(shared_folder, "fashion"), Path(folder) / "s", "fashion")
        enrol_tills(made, 1)
        yield made
        made.stop()


def at_hub(shop: DemoShop) -> tuple[set[tuple[int, bytes]], set[tuple[int, bytes]]]:
    """What the hub has as facts, and what it put aside as another history."""
    conn = sqlite3.connect(f"file:{shop.hub_folder / 'hub.db'}?mode=ro", uri=True)
    try:
        return (
            {(seq, bytes(data)) for seq, data in conn.execute("SELECT seq, data FROM facts")},
            {(seq, bytes(data)) for seq, data in conn.execute("SELECT seq, data FROM forks")},
        )
    finally:
        conn.close()


def test_a_second_history_is_kept_to_its_end_however_far_it_goes_beyond_the_first(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub:
        till = hub.terminal()
        till.sale()
        till.push()
        copied, head = list(till.facts), till.head
        for _ in range(2):
            till.sale(price_minor=1_000)
        till.push()
        till.facts, till.head = copied, head
        for _ in range(6):
            till.sale(price_minor=2_000)
        assert till.push(till.facts[1:4]).forked
        reply = till.push(till.facts[1:])
        assert reply.next_seq == 4
        kept = hub.hub.storage.call(lambda c: [(seq, bytes(data)) for seq, data in c.execute(select(forks.c.seq, forks.c.data))])
        assert sorted(kept) == [(fact.seq, fact.data) for fact in till.facts[1:]]


@pytest.mark.timeout(300)
def test_a_till_that_was_copied_is_found_out_and_no_sale_of_either_is_lost(shop: DemoShop) -> None:
    pin, folder, clone = shop.first_pins()[PIN_OF], shop.folder / "till-01", shop.folder / "till-clone"
    hub = Hub(shop.hub_folder)
    shop.hub_url = hub.url
    shop.settle("till-01", printer="", scanner="", discovery=False)
    first = Till(folder, pin)
    first.sell(2)
    assert first.drained()
    first.close()
    shutil.copytree(folder, clone, ignore=shutil.ignore_patterns("in-use"))

    one = Till(folder, pin)
    one.sell(3)
    assert one.drained()
    two = Till(clone, pin)  # not before: signing in is a fact too, and the history that comes second is the copy's
    try:
        two.sell(6)
        assert two.wait(lambda: (two.last("sync") or {}).get("forked")), two.last("sync")
        # The copy may have seen by its first question that the hub has facts that are not its own. The hub knows of two
        # histories only when the copy has sent its own, after a pause or when somebody presses "try now"; from then on the
        # first till is told by its device feed, though nothing is sold on it.
        two.order(**{"try": True})
        assert two.wait(lambda: at_hub(shop)[1], 120), "the hub never heard the copy's own history"
        told = one.wait(lambda: (one.last("sync") or {}).get("forked"), 60)
        assert told, "the first till is not told of its double while nobody sells on it"
        before = len(two.all("sold"))
        two.sell(2)
        assert len(two.all("sold")) == before + 2, "a till that was copied stopped selling"
        two.order(**{"try": True})
        mine, other = facts_of(folder), facts_of(clone)
        assert two.wait(lambda: other | mine <= set().union(*at_hub(shop)), 60), missing(shop, mine, other)
        stored, aside = at_hub(shop)
        assert len({seq for seq, _ in stored}) == len(stored), "one number, one fact"
        assert aside and aside <= mine | other
    finally:
        one.close()
        two.close()
        hub.stop()


def missing(shop: DemoShop, mine: set[tuple[int, bytes]], other: set[tuple[int, bytes]]) -> str:
    """Which numbers the hub lacks."""
    there = set().union(*at_hub(shop))
    return (
        f"the hub lacks {sorted(seq for seq, _ in mine - there)} of the one, {sorted(seq for seq, _ in other - there)} of the other"
    )
