"""Sales stops at the hub: told to every terminal, out of every promise, answered by each store, and over when somebody says so."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.decoding import read_json
from kiosk.domain import facts
from kiosk.domain.feed import STOP_DONE, STOPPED
from kiosk.domain.quantity import ONE
from kiosk.domain.readiness import Board, State, TerminalState
from kiosk.domain.salesstop import LISTED, OTHER, SalesStop, StopDone
from sync.hub import enrolment, readiness
from sync.hub.problems import HubProblem
from sync.hub.stock import everywhere
from sync.hub.stop_operations import AddStop, LiftStop, ListStops, add_stop, lift_stop, list_stops
from sync.hub.stops import StopAtStore, StopShown
from tests.sync.hub.stock_support import DirectHub, DirectTerminal, a_round, direct_hub, fact_at, free, granted, make_limited, moved
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, a_product, bring_products, system_ms

REASON = "the dye stains"


@pytest.fixture
def hub(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a network, with two articles."""
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product("A1", stock={}), a_product("A2", stock={}))
        yield made


def stop(hub: DirectHub, article: str = "A1", **more: Any) -> SalesStop:
    """Head office stops goods."""
    return add_stop(hub.hub, AddStop(article, REASON, "ann", **more)).stop


def told(till: DirectTerminal, entity: str = STOPPED) -> dict[str, bytes]:
    """What a terminal was told of stops."""
    return {key: payload for (kind, key), payload in till.catch_up("device").items() if kind == entity and payload}


def listed(hub: DirectHub, **how: Any) -> list[StopShown]:
    """What head office sees."""
    return list_stops(hub.hub, ListStops(**how)).stops


def at(hub: DirectHub, store: str = STORE) -> StopAtStore:
    """What head office sees of a store."""
    (one,) = listed(hub)
    return next(place for place in one.stores if place.store == store)


def cleared(till: DirectTerminal, one: SalesStop, milli: int) -> None:
    """A store took so much off its shelf."""
    lines = [{"article": one.article, "quantity": milli, "serials": []}]
    body = {"location": till.place.store, "stop": one.id, "article": one.article, "lines": lines, "quantity": milli}
    body["handling"] = one.handling
    fact_at(till, facts.STOP_CLEARED, body)
    till.push()


def problem(hub: DirectHub, ask: AddStop | LiftStop) -> str:
    """The code of a refusal."""
    with pytest.raises(HubProblem) as caught:
        add_stop(hub.hub, ask) if isinstance(ask, AddStop) else lift_stop(hub.hub, ask)
    return caught.value.code


def test_a_stop_is_told_to_every_terminal_of_every_store_until_it_is_lifted(hub: DirectHub) -> None:
    tills = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    one = stop(hub, batches=["L1", " L2", "L1"], says={"nl": "De verf geeft af."}, law="EU 2023/988", handling="send_back")
    for till in tills:
        (payload,) = told(till).values()
        assert read_json(payload, SalesStop) == one
    assert (one.batches, one.handling, one.is_whole) == (("L1", "L2"), "send_back", False)
    assert lift_stop(hub.hub, LiftStop(one.id[:12], "ann", "cleared by the laboratory")).stop == one
    assert [told(till) for till in tills] == [{}, {}]
    assert listed(hub) == [] and [shown.note for shown in listed(hub, every=True)] == ["cleared by the laboratory"]
    assert problem(hub, LiftStop(one.id, "ann", "again")) == "stop.unknown"
    assert problem(hub, LiftStop("", "ann", "all of them")) == "stop.unknown"


def test_goods_that_are_stopped_whole_are_free_nowhere_and_free_again_afterwards(hub: DirectHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    for one in (till, other):
        moved(one, 10 * ONE, article="A1")
        one.push()
    before = free(hub).free
    assert before > 0
    here = stop(hub, stores=[STORE])
    assert free(hub).free <= 0

    def pools() -> dict[str, bool]:
        found = hub.hub.storage.look(lambda connection: everywhere(connection, TENANT, ["A1"], [STORE, OTHER_STORE]))
        return {store: pool.free > 0 for store, (pool, _) in found["A1"].items()}

    assert pools() == {STORE: False, OTHER_STORE: True}
    everywhere_ = stop(hub)
    assert pools() == {STORE: False, OTHER_STORE: False}
    lift_stop(hub.hub, LiftStop(everywhere_.id, "ann", "well"))
    assert pools() == {STORE: False, OTHER_STORE: True}
    lift_stop(hub.hub, LiftStop(here.id, "ann", "well"))
    stop(hub, batches=["L1"])
    assert pools() == {STORE: True, OTHER_STORE: True}, "other batches may be sold"


def test_what_is_stopped_is_granted_to_nobody_and_again_as_soon_as_it_is_lifted(hub: DirectHub) -> None:
    till = hub.terminal("1")
    moved(till, 10 * ONE)
    till.push()
    one = stop(hub)
    make_limited(hub)
    a_round(hub)
    assert granted(till) == {}
    lift_stop(hub.hub, LiftStop(one.id, "ann", "well"))
    a_round(hub)
    assert granted(till)[f"{STORE}|A1"].level_milli > 0


def test_a_stop_begins_and_ends_by_itself_also_for_what_may_be_promised(hub: DirectHub) -> None:
    till = hub.terminal("1")
    moved(till, 5 * ONE, article="A1")
    till.push()
    start, end = (datetime.fromtimestamp(system_ms() // 1000 + hours * 3600, UTC).isoformat() for hours in (1, 24))
    one = stop(hub, valid_from=start, until=end)
    assert told(till) and free(hub).free > 0, "it is told ahead"
    hub.clock.added_ms = 3_700_000
    a_round(hub)
    assert free(hub).free <= 0
    hub.clock.added_ms = 86_500_000
    a_round(hub)
    assert free(hub).free > 0 and told(till) == {}
    (shown,) = listed(hub, every=True)
    assert shown.lifted_ms >= one.until_ms and shown.lifted_by == ""


def test_what_a_store_took_off_its_shelf_is_added_up_and_told_to_its_own_tills_alone(hub: DirectHub) -> None:
    first, second, other = hub.terminal("1"), hub.terminal("2"), hub.terminal("1", store=OTHER_STORE)
    one = stop(hub)
    cleared(first, one, 2 * ONE)
    cleared(second, one, 3 * ONE)
    (payload,) = told(first, STOP_DONE).values()
    done = read_json(payload, StopDone)
    assert (done.stop, done.quantity_milli) == (one.id, 5 * ONE)
    assert told(other, STOP_DONE) == {}
    assert (at(hub).found, at(hub).cleared_ms > 0, at(hub, OTHER_STORE).cleared_ms) == (5 * ONE, True, 0)
    first.push()
    assert at(hub).found == 5 * ONE, "told twice it counts once"


def test_what_people_saw_who_looked_is_counted_by_answer(hub: DirectHub) -> None:
    till = hub.terminal("1")
    one = stop(hub, batches=["L1"])
    for answer in (OTHER, OTHER, LISTED):
        body = {"location": STORE, "stop": one.id, "article": "A1", "quantity": ONE, "answer": answer, "sale": "s", "line": 1}
        fact_at(till, facts.STOP_LOOKED, body)
    till.push()
    assert (at(hub).seen_other, at(hub).seen_listed, at(hub).cleared_ms) == (2 * ONE, ONE, 0)
    assert told(till, STOP_DONE) == {}


def test_head_office_sees_which_terminals_have_heard_of_it(hub: DirectHub) -> None:
    till = hub.terminal("1")
    hub.terminal("2")
    one = stop(hub)
    assert (at(hub).told, at(hub).terminals) == (0, 2)
    (shown,) = listed(hub)
    for rev, heard in ((shown.rev - 1, 0), (shown.rev, 1)):
        state = TerminalState(1, "test", Board(None, "", State.OK, ()), device_rev=rev)

        def keep(connection: Any, state: TerminalState = state) -> None:
            device = enrolment.find_device(connection, till.dev)
            assert device is not None
            readiness.keep(connection, device, state, 1)

        hub.hub.storage.call(keep)
        assert at(hub).told == heard
    assert one.id == shown.stop.id


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"article": "A9"}, "article.unknown"), ({"stores": ["NIX"]}, "store.unknown"), ({"kind": "wish"}, "request.argument"),
        ({"handling": "eat"}, "request.argument"), ({"reason": "  "}, "request.argument"), ({"batches": [""]}, "request.argument"),
        ({"valid_from": "soon"}, "request.argument"), ({"until": "2020-01-01 10:00"}, "request.argument"),
        ({"batches": ["x"] * 501}, "request.argument"), ({"says": {"nl": "a\nb"}}, "request.argument"),
    ],
)  # fmt: skip
def test_what_is_no_stop_is_refused_and_nothing_is_told(hub: DirectHub, change: dict[str, Any], code: str) -> None:
    assert problem(hub, msgspec.structs.replace(AddStop("A1", REASON, "ann"), **change)) == code
    assert listed(hub, every=True) == []


@pytest.mark.parametrize(
    "change", [{"location": OTHER_STORE}, {"quantity": -1}, {"lines": "none"}, {"stop": ""}, {"handling": "x" * 300}]
)
def test_an_answer_that_cannot_be_right_is_held(hub: DirectHub, change: dict[str, Any]) -> None:
    till = hub.terminal("1")
    one = stop(hub)
    body = {"location": STORE, "stop": one.id, "article": "A1", "lines": [], "quantity": 0, "handling": "keep", **change}
    fact_at(till, facts.STOP_CLEARED, body)
    till.push()
    assert at(hub).cleared_ms == 0
