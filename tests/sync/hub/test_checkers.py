"""Checking in a process of its own says what checking here says, and whatever becomes of the process, pushes are checked."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from sync.hub import checkers
from sync.hub.checker import Answer, Verdict, answered, asked, work
from sync.hub.checkers import AGAIN_AFTER_S, SMALL, Checker, Checkers
from sync.hub.checking import KNOWN, Checked, Forged, check, digest, judge_of, repeated
from sync.hub.folding import Found
from sync.hub.plausible import Limits
from sync.hub.reading import open_again
from sync.protocol.messages import PushedFact, PushRequest, pack
from tests.sync.hub.chains import DEVICE, KEY, NOW_MS, Chain, push_of, sale
from tests.sync.hub.support import WAIT_S

LIMITS = Limits()


def _many(count: int = SMALL) -> PushRequest:
    chain = Chain()
    for _ in range(count):
        chain.add()
    return push_of(*chain.facts)


def _push(*bodies: dict[str, Any], store: str = "AMS1", forged: int = 0) -> PushRequest:
    chain = Chain()
    for body in bodies:
        chain.add(body=body, store=store)
    facts = [replace(fact, signature=bytes(64)) if fact.seq == forged else fact for fact in chain.facts]
    return push_of(*facts)


def _misspelled() -> PushRequest:
    data = b'{ "v": 1 }'
    return PushRequest(DEVICE.dev, 1, 1, [PushedFact(data, KEY.sign(digest(data)))])


PUSHES = {
    "sales": _many(3),
    "an absurd one": _push(sale(1), sale(2, total=10**9), sale(3)),
    "another place": _push(sale(1), store="UTR1"),
    "a body that cannot be read": _push(sale(1), sale(2, lines="three")),
    "a forged one": _push(sale(1), sale(2), sale(3), forged=2),
    "nothing but a forged one": _push(sale(1), forged=1),
    "a nul": _push(sale(1, note="a\0b"), sale(2)),
    "a ticket": _push(sale(1, tickets=["T"])),
    "another spelling": _misspelled(),
}


def _seen(found: Found | None) -> tuple[list[Checked], Forged | None]:
    """What was found, with the facts of a folded push opened."""
    assert found is not None
    if found.folded is None:
        return found.checked, found.forged
    return [one._replace(fact=open_again(one.data)) for one in found.checked], found.forged


def _here(push: PushRequest) -> tuple[list[Checked], Forged | None]:
    return check(push, DEVICE, judge_of(LIMITS, NOW_MS))


@pytest.mark.parametrize("push", PUSHES.values(), ids=PUSHES.keys())
def test_a_process_finds_what_is_found_here(push: PushRequest) -> None:
    assert _seen(answered(work(asked(pack(push), DEVICE, LIMITS, NOW_MS, {})), push)) == _here(push)


@pytest.mark.parametrize("count", [0, 2])
def test_an_answer_without_verdicts_makes_nothing_stored_that_was_not_checked(count: int) -> None:
    push = _many(3)
    whole, _ = check(push, DEVICE)
    verdicts = [Verdict(one.seq, one.hash, one.reason, is_read=True) for one in whole[:count]]
    checked, forged, _ = answered(msgspec.msgpack.encode(Answer(verdicts)), push)
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
    return asked(pack(push), DEVICE, LIMITS, NOW_MS, {})


def _is_gone(checker: Checker) -> bool:
    return checker.pid is None


def test_a_process_is_not_waited_for_and_one_that_is_killed_is_replaced_later(checker: Checker, clock: Clock) -> None:
    push = _many()
    checker.check(_task(push), push)
    first = checker.pid
    assert first is not None and checker.is_ready(WAIT_S)
    assert _seen(checker.check(_task(push), push)) == _here(push)
    os.kill(first, signal.SIGKILL)
    assert checker.check(_task(push), push) is None and _is_gone(checker), "what cannot be had is checked by who asked"
    assert checker.check(_task(push), push) is None and _is_gone(checker), "not at once, or a broken one is started for each push"
    clock.now_s += AGAIN_AFTER_S
    checker.check(_task(push), push)
    assert checker.pid is not None and checker.is_ready(WAIT_S)
    assert _seen(checker.check(_task(push), push)) == _here(push)
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
    assert _seen(found) == _here(push)
    pool.close()


def test_pushes_are_checked_while_processes_start_and_when_none_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    push, pool = _many(), Checkers(2)

    async def together() -> list[Found]:
        return await asyncio.gather(*(pool.check(pack(push), push, DEVICE, LIMITS, NOW_MS, {}) for _ in range(6)))

    assert [_seen(found) for found in asyncio.run(together())] == [_here(push)] * 6
    pool.close()


def test_what_is_stored_already_is_known_by_its_hash_and_what_has_another_is_not() -> None:
    push = _many(4)
    known = {seq: digest(fact.data) for seq, fact in enumerate(push.facts, 1)} | {2: bytes(32)}
    there = answered(work(asked(pack(push), DEVICE, LIMITS, NOW_MS, known)), push)
    assert _seen(there) == check(push, DEVICE, judge_of(LIMITS, NOW_MS), known=known)
    assert [one.reason for one in there.checked] == ["known", "", "known", "known"]


def test_a_push_that_is_stored_is_known_as_a_whole_by_its_last_hash_and_nothing_else_is() -> None:
    push = _push(sale(1), sale(2, before={"prev": "0" * 64}), sale(3, note='"prev":"1"'), sale(4))
    marks = [digest(fact.data) for fact in push.facts]
    pairs = enumerate(zip(marks, push.facts, strict=True), push.from_seq)
    every = [Checked(seq, mark, fact.data, fact.signature, None, KNOWN) for seq, (mark, fact) in pairs]
    assert repeated(push, marks[-1]) == every
    assert repeated(push, None) == repeated(push, marks[-2]) == repeated(push, bytes(32)) == []
    for altered in range(len(marks)):
        facts = [PushedFact(fact.data + b" " * (n == altered), fact.signature) for n, fact in enumerate(push.facts)]
        assert repeated(msgspec.structs.replace(push, facts=facts), marks[-1]) == []
    alone = _misspelled()
    assert [one.reason for one in repeated(alone, digest(alone.facts[0].data))] == [KNOWN]
    twice = msgspec.structs.replace(alone, facts=alone.facts * 2)
    assert repeated(twice, digest(alone.facts[0].data)) == [], "it does not say what stood before it"
