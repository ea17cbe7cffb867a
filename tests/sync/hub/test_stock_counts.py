"""Counts at the hub: the same on-hand as the rule of the domain says, in whatever order terminals send their facts."""

import itertools
import random
from collections.abc import Iterator, Sequence
from functools import reduce
from pathlib import Path

import pytest

from kiosk.domain.facts import read_fact
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import AFTER, BEFORE, Name, StockState, apply_stock
from sync.hub.problems import HubProblem
from sync.hub.stock_counts import TASK, Counts
from sync.hub.stock_decisions import decide
from tests.sync.hub.stock_support import DirectHub, call, counted, direct_hub, free, moved, movement_sum, open_tasks
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, FakeTerminal, a_product, bring_products, system_ms

MINUTE = 60_000
HOUR = 60 * MINUTE


@pytest.fixture
def hub(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a network: what is tested here is what it keeps."""
    with direct_hub(tmp_path, shop) as made:
        yield made


def on_hand(hub: DirectHub) -> int:
    """What the hub says is there; it is always the sum of the movements."""
    found = free(hub).on_hand
    assert found == movement_sum(hub)
    return found


def story(tills: Sequence[FakeTerminal]) -> None:
    """Three terminals, each with a history of its own: goods come and go, and two count while the shop is open."""
    now = system_ms()
    first, second, tablet = tills
    moved(tablet, 10 * ONE, now - 5 * HOUR)
    moved(first, -2 * ONE, now - 4 * HOUR)
    moved(second, -ONE, now - 3 * HOUR)
    counted(tablet, 6 * ONE, now - 2 * HOUR, {f"{tablet.dev}/1": 1, f"{first.dev}/1": 1})
    moved(second, -ONE, now - 2 * HOUR + MINUTE)  # too close to say
    moved(first, -ONE, now - HOUR)
    counted(first, 4 * ONE, now - 30 * MINUTE, {f"{first.dev}/1": 2})
    moved(tablet, -ONE, now - 10 * MINUTE)
    moved(second, 3 * ONE, now - 30 * MINUTE + 1)  # too close to the count that rules


def domain_level(tills: Sequence[FakeTerminal]) -> tuple[int, int]:
    """On-hand and how many are unclear, by the domain's fold."""
    facts = [read_fact(sealed.data) for till in tills for sealed in till.facts]
    found = reduce(apply_stock, facts, StockState()).level(STORE, "A1", {})
    return found.on_hand_milli, len(found.unclear)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_hub_and_the_domain_agree_in_every_order_of_terminals(hub: DirectHub, order: tuple[int, ...]) -> None:
    tills = [hub.terminal("1"), hub.terminal("2"), hub.terminal("3")]
    story(tills)
    for place in order:
        tills[place].push()
    assert on_hand(hub) == domain_level(tills)[0] == 3 * ONE
    assert len(open_tasks(hub)) == domain_level(tills)[1] == 1


@pytest.mark.parametrize("seed", range(4))
def test_facts_in_small_pushes_that_overlap_come_to_the_same(hub: DirectHub, seed: int) -> None:
    chance = random.Random(seed)
    tills = [hub.terminal("1"), hub.terminal("2"), hub.terminal("3")]
    story(tills)
    done = [0, 0, 0]
    while any(done[n] < len(till.facts) for n, till in enumerate(tills)):
        n = chance.randrange(3)
        start = max(0, done[n] - chance.randint(0, 2))
        if batch := tills[n].facts[start : done[n] + chance.randint(1, 2)]:
            done[n] = tills[n].push(batch).next_seq - 1
    assert on_hand(hub) == domain_level(tills)[0]
    assert [kind for kind, _ in open_tasks(hub)] == [TASK]


@pytest.mark.parametrize(("said", "expected"), [(BEFORE, 5 * ONE), (AFTER, 4 * ONE)])
def test_a_person_decides_what_no_clock_can(hub: DirectHub, said: str, expected: int) -> None:
    now = system_ms()
    till, tablet = hub.terminal("1"), hub.terminal("2")
    counted(tablet, 5 * ONE, now - HOUR)
    moved(till, -ONE, now - HOUR)
    tablet.push()
    till.push()
    assert on_hand(hub) == 4 * ONE, "until then nothing is promised that may not be there"
    new_id = hub.hub.world.new_id
    call(hub, lambda c: decide(c, TENANT, open_task_id(hub, c), said, "900", hub.clock(), new_id))
    assert on_hand(hub) == expected and open_tasks(hub) == []
    with pytest.raises(HubProblem, match=r"stock\.clear"):
        name = Name(till.dev, 1, 9, 0)
        call(hub, lambda c: Counts(c, TENANT, hub.clock(), new_id).decide(STORE, "A1", name, said, "900"))


def open_task_id(hub: DirectHub, connection: object) -> str:
    """The id of the only open task."""
    (found,) = connection.exec_driver_sql("select id from tasks where done_ms = 0").scalars()  # type: ignore[attr-defined]
    return str(found)


def test_a_later_count_makes_the_question_moot(hub: DirectHub) -> None:
    now = system_ms()
    till, tablet = hub.terminal("1"), hub.terminal("2")
    counted(tablet, 5 * ONE, now - HOUR)
    moved(till, -ONE, now - HOUR)
    tablet.push()
    till.push()
    assert len(open_tasks(hub)) == 1
    counted(tablet, 7 * ONE, now - MINUTE)
    tablet.push()
    assert open_tasks(hub) == [] and on_hand(hub) == 7 * ONE


def test_a_count_from_a_clock_far_ahead_waits(hub: DirectHub) -> None:
    tablet = hub.terminal("2")
    counted(tablet, 5 * ONE, system_ms() + HOUR)
    assert [held.reason for held in tablet.push().held] == ["clock.ahead"]
    assert free(hub).on_hand == 0


def test_goods_in_hand_are_always_sold_and_stock_below_nothing_is_an_alarm_once(hub: DirectHub) -> None:
    bring_products(hub.hub, a_product("A1", stock={STORE: ONE}), a_product("A2", stock={}))
    till = hub.terminal()
    for article in ("A1", "A1", "A1", "A2"):
        till.sale(article)
        assert till.push().held == []
    assert [(kind, detail["article"]) for kind, detail in open_tasks(hub)] == [("stock.negative", "A1")]
    assert free(hub, "A1").on_hand == -2 * ONE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"location": OTHER_STORE}, "body.store"),
        ({"lines": []}, "body.invalid"),
        ({"lines": [{"article": "A1", "quantity": -1}]}, "body.amount"),
        ({"lines": [{"article": "A1", "quantity": -1_000_000_000}]}, "body.amount"),
        ({"lines": [{"article": "A1", "quantity": 2**53 - 1}]}, "body.amount"),
        ({"frontier": {"x": -1}}, "body.amount"),
        ({"frontier": {"x": "many"}}, "body.invalid"),
        ({"hlc": "noon"}, "body.invalid"),
        ({"hlc": "f" * 17}, "body.invalid"),
    ],
)
def test_a_count_that_cannot_be_meant_is_held(hub: DirectHub, change: dict[str, object], reason: str) -> None:
    tablet = hub.terminal("2")
    body = {"location": STORE, "frontier": {}, "hlc": f"{system_ms() << 16:016x}", "lines": [{"article": "A1", "quantity": 1000}]}
    tablet.fact("stock.counted", {**body, **change})
    assert [held.reason for held in tablet.push().held] == [reason]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"location": OTHER_STORE}, "body.store"),
        ({"reason": "counted"}, "body.invalid"),
        ({"lines": [{"article": "A1", "quantity": -(10**15)}]}, "body.amount"),
        ({"lines": [{"article": "A1", "quantity": 2000, "serials": ["S1"]}]}, "body.invalid"),
        ({"lines": [{"article": "A1", "quantity": 2000, "serials": ["S1", "S1"]}]}, "body.invalid"),
        ({"lines": [{"article": "A1"}]}, "body.invalid"),
    ],
)
def test_a_movement_that_cannot_be_meant_is_held(hub: DirectHub, change: dict[str, object], reason: str) -> None:
    tablet = hub.terminal("2")
    body = {"location": STORE, "reason": "received", "promise": "", "lines": [{"article": "A1", "quantity": 1000}]}
    tablet.fact("stock.moved", {**body, **change})
    assert [held.reason for held in tablet.push().held] == [reason]
