"""The exception queue: what waits, what it is worth, and what people do about it; the board of every terminal."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import pytest
from sqlalchemy import select

from kiosk.domain.exceptions import MEND, REOPEN, RETRY, TAKE, WRITE_OFF, Waiting
from kiosk.domain.facts import SHIFT_OPENED, WORK_WRITTEN_OFF
from kiosk.domain.readiness import Board, Known, Row, State, TerminalState, board
from sync.hub import readiness
from sync.hub.problems import HubProblem
from sync.hub.queue import Deed, Item, Queue
from sync.hub.readiness import Standing, by_trouble
from sync.hub.storage.schema import audit, facts
from sync.protocol.messages import PushedFact, PushRequest, pack
from tests.sync.hub.support import DAY, OTHER_STORE, STORE, TENANT, FakeTerminal, RunningHub

T = TypeVar("T")


def _in_queue(hub: RunningHub, work: Callable[[Queue], T]) -> T:
    return hub.hub.storage.call(lambda c: work(Queue(c, TENANT, hub.hub.settings.plausible, hub.hub.world.new_id)))


def _items(hub: RunningHub, **whose: str) -> list[Item]:
    return _in_queue(hub, lambda queue: queue.items(**whose))


def _act(hub: RunningHub, item_id: str, action: str, patch: str = "", note: str = "looked at the receipt") -> None:
    _in_queue(hub, lambda queue: queue.act(item_id, action, Deed("ann", note, hub.clock(), patch)))


def _sales(till: FakeTerminal) -> int:
    return int(till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()["total"]["sales"])


def _absurd(hub: RunningHub) -> tuple[FakeTerminal, Item]:
    till = hub.terminal()
    till.sale(price_minor=-100_000_000)
    till.push()
    (item,) = _items(hub)
    return till, item


def test_an_item_says_what_it_is_why_it_waits_and_how_much_money_it_is(hub: RunningHub) -> None:
    till, item = _absurd(hub)
    assert (item.tenant, item.store, item.terminal, item.dev) == (TENANT, STORE, "01", till.dev)
    waiting = item.waiting
    assert (waiting.kind, waiting.what, waiting.why) == ("held", "what.sale.completed", "held.absurd.amount")
    assert waiting.money_minor == -100_000_000 and waiting.actions == (RETRY, TAKE, MEND, WRITE_OFF)
    assert waiting.values["receipt"] == "AMS1-01-A-000001" and waiting.values["most_minor"] == 10_000_000
    assert '"total": -100000000' in _in_queue(hub, lambda queue: queue.body(waiting.id))


def test_an_absurd_fact_is_taken_in_by_a_person_s_word_and_its_bytes_stay(hub: RunningHub) -> None:
    till, item = _absurd(hub)
    _act(hub, item.waiting.id, TAKE)
    assert _items(hub) == [] and _sales(till) == 1
    kept = hub.hub.storage.call(lambda c: bytes(c.scalars(select(facts.c.data)).one()))
    assert kept == till.facts[0].data
    with pytest.raises(HubProblem) as again:
        _act(hub, item.waiting.id, TAKE)
    assert again.value.code == "queue.gone" and _sales(till) == 1


def test_a_fact_is_mended_beside_itself_and_counted_as_mended(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(total=10_00_000)
    till.push()
    (item,) = _items(hub)
    _act(hub, item.waiting.id, MEND, patch='{"rounding": 1}')
    (item,) = _items(hub)
    assert item.waiting.why == "held.absurd.sum", "the mending did not mend it, and it says so"
    _act(hub, item.waiting.id, MEND, patch='{"rounding": 0, "total": 1000}')
    assert _items(hub) == []
    report = till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
    assert report["total"]["gross"] == 1000


def test_a_missing_reference_is_chosen(hub: RunningHub) -> None:
    till = hub.terminal()
    moved = {"article": "A1", "store": OTHER_STORE, "quantity_milli": -1000, "reason": "sale"}
    till.sale(movements=[moved])
    till.push()
    (item,) = _items(hub)
    assert item.waiting.why == "held.body.store" and TAKE not in item.waiting.actions
    _act(hub, item.waiting.id, MEND, patch=msgspec.json.encode({"movements": [{**moved, "store": STORE}]}).decode())
    assert _items(hub) == [] and _sales(till) == 1


def test_what_is_written_off_counts_nothing_frees_what_waited_and_can_be_opened_again(hub: RunningHub) -> None:
    till = hub.terminal()
    till.fact(SHIFT_OPENED, {"shift": "S", "float": "much"})
    till.sale()
    till.push()
    blocker, behind = _items(hub)
    assert behind.waiting.why == "held.queue.behind"
    _act(hub, blocker.waiting.id, WRITE_OFF)
    assert _items(hub) == [] and _sales(till) == 1 and till.push().held_count == 0
    (closed,) = _in_queue(hub, lambda queue: queue.closed())
    assert closed.waiting.id == blocker.waiting.id and closed.waiting.values["who"] == "ann"
    _act(hub, blocker.waiting.id, REOPEN)
    assert [item.waiting.id for item in _items(hub)] == [blocker.waiting.id] and till.push().held_count == 1
    assert _items(hub)[0].waiting.since_ms == blocker.waiting.since_ms, "it waits since it first did"
    till.sale()
    assert [one.reason for one in till.push().held] == ["body.invalid", "queue.behind"], "open again, it holds back again"
    told = hub.hub.storage.call(lambda c: [row.what for row in c.execute(select(audit).order_by(audit.c.at_ms))])
    assert told == ["queue.written_off", "queue.reopened"]


@pytest.mark.parametrize(
    ("action", "patch", "note", "code"),
    [
        ("dance", "", "why", "queue.not_possible"),
        (WRITE_OFF, "", "  ", "queue.note"),
        (REOPEN, "", "why", "queue.gone"),
        (MEND, "", "why", "queue.patch"),
        (MEND, "[1]", "why", "queue.patch"),
        (MEND, "{}", "why", "queue.patch"),
        (MEND, "[" * 200_000, "why", "queue.patch"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(hub: RunningHub, action: str, patch: str, note: str, code: str) -> None:
    _, item = _absurd(hub)
    with pytest.raises(HubProblem) as refused:
        _act(hub, item.waiting.id, action, patch, note)
    assert refused.value.code == code and [one.waiting.id for one in _items(hub)] == [item.waiting.id]


@pytest.mark.parametrize("item_id", ["", "held:", "held:AMS1/x/1/y", "held:AMS1/x/1/9" + "9" * 40, "fork:a", "task:AMS1/none"])
def test_an_id_that_names_nothing_is_refused_in_words(hub: RunningHub, item_id: str) -> None:
    for action in (WRITE_OFF, REOPEN):
        with pytest.raises(HubProblem) as refused:
            _act(hub, item_id, action)
        assert refused.value.code == "queue.gone"


def test_forks_dead_letters_and_tasks_wait_beside_held_facts_and_are_closed_and_opened(hub: RunningHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    for one in (till, other):
        one.sale(tickets=["T1"])
        one.push()
    forged = pack(PushRequest(other.dev, 1, 2, [PushedFact(b"forged", bytes(64))]))
    assert other.request("POST", "/v1/push", forged).status_code == 422
    till.facts, till.head = [], bytes(32)
    till.sale(price_minor=7)
    till.push()
    found = {item.waiting.kind: item for item in _items(hub)}
    assert set(found) == {"fork", "dead", "task"} and found["fork"].waiting.money_minor == 7
    assert found["task"].waiting.what == "what.task.ticket.used_twice" and "first" in found["task"].waiting.values
    assert [item.waiting.kind for item in _items(hub, dev=other.dev)] == ["dead"]
    for item in found.values():
        _act(hub, item.waiting.id, WRITE_OFF)
    assert _items(hub) == []
    for item in found.values():
        _act(hub, item.waiting.id, REOPEN)
    assert {item.waiting.id for item in _items(hub)} == {item.waiting.id for item in found.values()}


def test_facts_of_a_forked_terminal_are_taken_in_one_by_one(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    till.push()
    kept = till.facts, till.head
    till.facts, till.head = [], bytes(32)
    till.sale(price_minor=2000)
    till.push()
    till.facts, till.head = kept
    till.sale()
    till.push()
    item = next(one for one in _items(hub) if one.waiting.kind == "held")
    assert item.waiting.why == "held.device.forked" and RETRY not in item.waiting.actions
    _act(hub, item.waiting.id, TAKE)
    assert _sales(till) == 2


def test_authentic_bytes_that_nobody_reads_can_only_wait_or_be_written_off(hub: RunningHub) -> None:
    till = hub.terminal()
    data = b'{"v":2}'
    signature = till.key.sign(hashlib.sha256(data).digest())
    body = pack(PushRequest(till.dev, 1, 1, [PushedFact(data, signature)]))
    assert till.request("POST", "/v1/push", body).status_code == 200
    (item,) = _items(hub)
    assert item.waiting.actions == (RETRY, WRITE_OFF) and item.waiting.money_minor is None
    assert _in_queue(hub, lambda queue: queue.body(item.waiting.id)) == ""


# What terminals tell of themselves


def _told(**known: Any) -> TerminalState:
    waiting = (Waiting("paper:1", "paper", "what.paper.receipt", "spool.unconfirmed", 5, 1200),)
    return TerminalState(1, "1.0", board(Known(1_000, **known)), waiting, 1)


def test_a_terminal_tells_how_it_is_and_hears_what_is_held_of_it(hub: RunningHub) -> None:
    till, item = _absurd(hub)
    reply = till.post("/v1/state", _told()).json()
    assert reply["held_count"] == 1 and reply["held"][0][:2] == [1, "absurd.amount"]
    assert reply["held"][0][2] == item.waiting.since_ms
    (seen,) = hub.hub.storage.call(lambda c: readiness.standings(c, TENANT))
    assert seen.state == _told() and abs(seen.heard_ms - hub.clock()) < 60_000 and seen.held == 1
    assert till.post("/v1/state", _told(articles=3)).status_code == 200
    (seen,) = hub.hub.storage.call(lambda c: readiness.standings(c, TENANT, STORE, till.dev))
    assert seen.state == _told(articles=3), "the newest one takes the place of the one before"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"at_ms":"x"}', b'{"at_ms":1,"app":"a","board":{"hours":1}}'])
def test_a_state_that_is_none_is_refused(hub: RunningHub, body: bytes) -> None:
    refused = hub.terminal().request("POST", "/v1/state", body)
    assert refused.status_code == 400 and refused.json()["code"] == "request.body"


def test_a_state_that_tells_too_much_is_refused(hub: RunningHub) -> None:
    row = Row("x", State.OK, "ready.held.none")
    told = TerminalState(1, "", Board(None, "", State.OK, (row,) * 51))
    assert hub.terminal().post("/v1/state", told).json()["code"] == "state.large"


def test_a_terminal_has_its_own_held_facts_tried_again(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    till, _ = _absurd(hub)
    other = hub.terminal("2")
    assert till.post("/v1/held/retry").json()["held_count"] == 1
    monkeypatch.setattr("sync.hub.plausible.fault_of", lambda *_: None)
    assert other.post("/v1/held/retry").json()["held_count"] == 0 and _sales(till) == 0
    assert till.post("/v1/held/retry").json()["held_count"] == 0 and _sales(till) == 1


def test_terminals_stand_by_trouble_the_worst_first(hub: RunningHub) -> None:
    now_ms = 10 * readiness.SILENT_MS

    def standing(terminal: str, seen_ms: int = now_ms, held_count: int = 0, state: TerminalState | None = None) -> Standing:
        return Standing(TENANT, STORE, terminal, "till", terminal, 1, seen_ms, seen_ms, False, held_count, state)

    def state(hours: int | None, gravity: State = State.OK) -> TerminalState:
        return TerminalState(now_ms, "", Board(hours, "", gravity, ()))

    found = [
        standing("fine", state=state(None)), standing("soon", state=state(5)), standing("mute"),
        standing("stopped", state=state(0, State.STOP)), standing("held", held_count=2, state=state(None)),
        standing("silent", seen_ms=1, state=state(None)),
    ]  # fmt: skip
    assert [one.terminal for one in by_trouble(found, now_ms)] == ["stopped", "held", "silent", "mute", "soon", "fine"]


def test_a_manager_at_the_till_writes_a_held_fact_off_by_a_fact(hub: RunningHub) -> None:
    till, item = _absurd(hub)
    other = hub.terminal("2")
    other.fact(WORK_WRITTEN_OFF, {"seq": 1, "approved_by": "201", "note": "not mine"})
    other.push()
    assert len(_items(hub)) == 1, "a terminal speaks for its own facts alone"
    till.fact(WORK_WRITTEN_OFF, {"seq": 1, "approved_by": "201", "note": "training"})
    till.fact(WORK_WRITTEN_OFF, {"seq": 1, "approved_by": "201", "note": "again"})
    till.fact(WORK_WRITTEN_OFF, {"seq": "1", "approved_by": "201", "note": ""})
    assert [(one.seq, one.reason) for one in till.push().held] == [(4, "body.invalid")]
    (closed,) = _in_queue(hub, lambda queue: queue.closed())
    assert closed.waiting.id == item.waiting.id and closed.waiting.values["who"] == "AMS1-01:201"
