"""The upkeep of a terminal and the line on which it is told: a real hub hears it, and what it holds is heard back."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from kiosk.apps.stateline import StateLine
from kiosk.apps.upkeep import Near, Upkeep, last_told
from kiosk.domain.readiness import TerminalState
from sync.agent.events import Failure
from sync.agent.ports import SyncStatus
from sync.protocol.messages import HeldFact, StateReply
from tests.kiosk.support import Shop, open_shop

WAIT_S = 30


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till that sells."""
    with open_shop(tmp_path / "till") as opened:
        opened.sign_in()
        opened.open_shift()
        yield opened


@pytest.fixture
def upkeep(shop: Shop, tmp_path: Path) -> Upkeep:
    near = Near(lambda: SyncStatus(True, last_contact_ms=shop.counter.now_ms()), lambda: None, True, lambda: None)
    return Upkeep(shop.counter, shop.session, tmp_path, shop.counter.now_ms() + 10**10, near)


def _answer(reply: StateReply | Failure | Exception) -> "Future[StateReply | Failure]":
    done: Future[Any] = Future()
    if isinstance(reply, Exception):
        done.set_exception(reply)
    else:
        done.set_result(reply)
    return done


class Hub:
    """Answers as a hub does, and remembers how often it was asked."""

    def __init__(self, *answers: StateReply | Failure | Exception) -> None:
        self.answers = list(answers)
        self.asked = threading.Semaphore(0)

    def __call__(self, work: Any) -> "Future[StateReply | Failure]":
        assert callable(work)
        self.asked.release()
        return _answer(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])


def test_a_terminal_looks_at_itself_and_keeps_what_it_saw_for_who_looks_at_its_folder(
    upkeep: Upkeep, shop: Shop, tmp_path: Path
) -> None:
    assert last_told(tmp_path) is None
    shop.selling.add_article(shop.article("1001-WHT-M"))
    shop.sell_cash()
    upkeep.heard([HeldFact(shop.ledger.head(), "absurd.sum", 5)])
    told = upkeep.state("1.2")
    assert isinstance(told, TerminalState) and told.app == "1.2" and told.waiting == (), "the hub knows what it holds itself"
    kept = last_told(tmp_path)
    assert kept is not None and (told.hub, kept.hub) == ("open", "open")
    assert kept.board == told.board and [one.why for one in kept.waiting] == ["held.absurd"]
    (tmp_path / "state.json").write_bytes(b"{")
    assert last_told(tmp_path) is None


@pytest.mark.parametrize(
    ("sync", "hub"),
    [(None, ""), (SyncStatus(False), ""), (SyncStatus(False, last_contact_ms=5, hub_state="doubtful"), "doubtful")],
)  # fmt: skip
def test_how_the_hub_is_counts_as_known_once_it_was_heard(shop: Shop, tmp_path: Path, sync: SyncStatus | None, hub: str) -> None:
    near = Near(lambda: sync, lambda: None, True, lambda: None)
    assert Upkeep(shop.counter, shop.session, tmp_path, shop.counter.now_ms() + 10**10, near).state("1").hub == hub


def test_a_terminal_tells_when_it_is_woken_and_hears_what_is_held(upkeep: Upkeep) -> None:
    hub = Hub(StateReply([HeldFact(1, "kind.unknown", 7)], 1, 9))
    line = StateLine(upkeep, hub, "1.0", every_s=WAIT_S)
    line.start()
    line.now()
    assert hub.asked.acquire(timeout=WAIT_S)
    line.stop(WAIT_S)
    _, waiting = upkeep.look()
    assert [(one.id, one.since_ms) for one in waiting] == [("held:1", 7)]


def test_a_hub_that_does_not_answer_stops_nothing(upkeep: Upkeep) -> None:
    hub = Hub(RuntimeError("gone"), Failure("sync.cut"), StateReply([], 0, 9))
    line = StateLine(upkeep, hub, "1.0", every_s=0.01)
    line.start()
    for _ in range(3):
        assert hub.asked.acquire(timeout=WAIT_S)
    line.stop(WAIT_S)


def test_trying_again_says_whether_the_hub_answered(upkeep: Upkeep) -> None:
    upkeep.heard([HeldFact(1, "kind.unknown", 7)])
    assert not StateLine(upkeep, Hub(Failure("sync.cut")), "").retry() and len(upkeep.look()[1]) == 1
    assert StateLine(upkeep, Hub(StateReply([], 0, 9)), "").retry() and upkeep.look()[1] == ()


def test_a_person_s_retry_is_asked_on_the_line_s_own_thread(upkeep: Upkeep) -> None:
    upkeep.heard([HeldFact(1, "kind.unknown", 7)])
    hub = Hub(StateReply([], 0, 9))
    line = StateLine(upkeep, hub, "1.0", every_s=WAIT_S)
    line.start()
    line.again()
    for _ in range(2):
        assert hub.asked.acquire(timeout=WAIT_S), "the retry, and then how it is now"
    line.stop(WAIT_S)
    assert upkeep.look()[1] == ()
