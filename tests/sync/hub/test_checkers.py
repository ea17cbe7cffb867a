"""Checking in a process of its own says what checking here says, and whatever becomes of the process, pushes are checked."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from kiosk.domain.chain import seal
from kiosk.domain.facts import GENESIS, SALE_COMPLETED, Fact, SealedFact
from kiosk.domain.identity import Moment, Place
from sync.hub import checkers
from sync.hub.checker import Answer, Verdict, answered, asked, work
from sync.hub.checkers import AGAIN_AFTER_S, SMALL, Checker, Checkers
from sync.hub.checking import check, digest, judge_of
from sync.hub.core import Device
from sync.hub.plausible import Limits
from sync.protocol.messages import PushedFact, PushRequest, pack
from sync.protocol.signature import Key
from tests.sync.hub.support import WAIT_S

KEY = Key.load(b"k" * 32)
PLACE = Place("noord", "noord-bv", "noord-zuid", "NL", "EUR", "nl", "AMS1", "Europe/Amsterdam", "01")
DEVICE = Device("01a2", 1, "noord", "AMS1", "01", "till", KEY.public, revoked=False)
NOW_MS = 1_795_326_176_988
DAY = "2026-11-22"
LIMITS = Limits()


def _fact(seq: int, prev: bytes = GENESIS, total: int = 1_000, store: str = "AMS1", **other: object) -> SealedFact:
    body = {
        "receipt": f"AMS1-01-A-{seq:06d}", "total": total, "discount": 0, "deposit": 0, "rounding": 0, "tickets": [],
        "lines": [{"unit": "piece", "quantity": 1_000, "name": "thé"}], "tax": [], "tenders": [{"kind": "cash", "amount": total}],
        "movements": [{"article": "A1", "store": "AMS1", "quantity_milli": -1_000, "reason": "sale"}],
    }  # fmt: skip
    fact = Fact(
        "01a2", 1, seq, f"id{seq}", SALE_COMPLETED, 1, replace(PLACE, store=store), "101", DAY,
        Moment(NOW_MS, seq, "boot"), NOW_MS << 16, prev, {**body, **other},
    )  # fmt: skip
    return seal(fact, KEY.sign)


def _push(*facts: SealedFact) -> PushRequest:
    return PushRequest("01a2", 1, facts[0].seq, [PushedFact(fact.data, fact.signature) for fact in facts])


def _many(count: int = SMALL) -> PushRequest:
    return _push(*(_fact(seq) for seq in range(1, count + 1)))


def _strange() -> SealedFact:
    data = b'{ "v": 1 }'
    return SealedFact(3, data, b"", KEY.sign(digest(data)))


PUSHES = {
    "sales": _many(3),
    "an absurd one": _push(_fact(1), _fact(2, total=10**9), _fact(3)),
    "another place": _push(_fact(1), _fact(2, store="UTR1")),
    "a body that cannot be read": _push(_fact(1, lines="three")),
    "a forged one": _push(_fact(1), replace(_fact(2), signature=bytes(64)), _fact(3)),
    "nothing but a forged one": _push(replace(_fact(1), signature=bytes(64))),
    "a nul": _push(_fact(1, note="a\0b"), _fact(2)),
    "another spelling": _push(_fact(1), _strange()),
}


@pytest.mark.parametrize("push", PUSHES.values(), ids=PUSHES.keys())
def test_a_process_finds_what_is_found_here(push: PushRequest) -> None:
    there = answered(work(asked(pack(push), DEVICE, LIMITS, NOW_MS)), push)
    assert there == check(push, DEVICE, judge_of(LIMITS, NOW_MS))


@pytest.mark.parametrize("count", [0, 2])
def test_an_answer_without_verdicts_makes_nothing_stored_that_was_not_checked(count: int) -> None:
    push = _many(3)
    whole, _ = check(push, DEVICE)
    verdicts = [Verdict(one.seq, one.hash, one.reason, is_read=True) for one in whole[:count]]
    checked, forged = answered(msgspec.msgpack.encode(Answer(verdicts)), push)
    assert len(checked) == count and forged is not None and forged.seq == count + 1


class Clock:
    """A clock that stands until it is moved."""

    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def checker(clock: Clock) -> Iterator[Checker]:
    made = Checker(clock)
    yield made
    made.close()


def _task(push: PushRequest) -> bytes:
    return asked(pack(push), DEVICE, LIMITS, NOW_MS)


def _is_gone(checker: Checker) -> bool:
    return checker.pid is None


def test_a_process_is_not_waited_for_and_one_that_is_killed_is_replaced_later(checker: Checker, clock: Clock) -> None:
    push = _many()
    here = check(push, DEVICE, judge_of(LIMITS, NOW_MS))
    checker.check(_task(push), push)
    first = checker.pid
    assert first is not None and checker.is_ready(WAIT_S)
    assert checker.check(_task(push), push) == here
    os.kill(first, signal.SIGKILL)
    assert checker.check(_task(push), push) is None and _is_gone(checker), "what cannot be had is checked by who asked"
    assert checker.check(_task(push), push) is None and _is_gone(checker), "not at once, or a broken one is started for each push"
    clock.now_s += AGAIN_AFTER_S
    checker.check(_task(push), push)
    assert checker.pid is not None and checker.is_ready(WAIT_S)
    assert checker.check(_task(push), push) == here
    second = checker.pid
    checker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def test_one_that_hangs_is_killed_and_the_push_is_checked_here(
    checker: Checker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = _many()
    checker.check(_task(push), push)
    assert checker.is_ready(WAIT_S)
    monkeypatch.setattr(checkers, "ANSWER_WAIT_S", 0.05)
    assert checker.pid is not None
    os.kill(checker.pid, signal.SIGSTOP)
    assert checker.check(_task(push), push) is None and _is_gone(checker)


def test_what_is_no_task_ends_the_process_and_nothing_else(checker: Checker, clock: Clock) -> None:
    push = _many()
    checker.check(_task(push), push)
    assert checker.is_ready(WAIT_S)
    assert checker.check(b"\xc1", push) is None and _is_gone(checker)


def test_a_hub_without_processes_checks_by_itself() -> None:
    push, pool = _many(), Checkers(0)
    found = asyncio.run(pool.check(pack(push), push, DEVICE, LIMITS, NOW_MS, {}))
    assert found == check(push, DEVICE, judge_of(LIMITS, NOW_MS))
    pool.close()


def test_pushes_are_checked_while_processes_start_and_when_none_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    push, pool = _many(), Checkers(2)

    async def together() -> list[object]:
        return await asyncio.gather(*(pool.check(pack(push), push, DEVICE, LIMITS, NOW_MS, {}) for _ in range(6)))

    assert asyncio.run(together()) == [check(push, DEVICE, judge_of(LIMITS, NOW_MS))] * 6
    pool.close()
