"""Batches as no sound terminal sends them: whatever was sent, each fact is kept once and in order, and selling goes on."""

import random
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.facts import DRAWER_OPENED, SHIFT_OPENED, SealedFact, hash_fact
from sync.protocol.limits import BODY_BYTES_MAX, PUSH_FACTS_MAX
from sync.protocol.messages import PushedFact, PushReply, PushRequest, pack, unpack
from sync.protocol.signature import Key
from tests.fuzz.support import LONG, code_of, goes_on, kept
from tests.sync.hub.support import DAY, STORE, FakeTerminal, RunningHub

EXAMPLES = 1_000 if LONG else 60
HONEST, TAMPERED = "honest", "tampered"


@dataclass(frozen=True)
class Parcel:
    """One push: which facts, said to begin where."""

    facts: tuple[SealedFact, ...]
    from_seq: int


def reseal(fact: SealedFact, key: Key, data: bytes) -> SealedFact:
    """Other bytes under the same number, properly signed by `key`."""
    mark = hash_fact(data)
    return SealedFact(fact.seq, data, mark, key.sign(mark))


def flip(data: bytes, chance: random.Random) -> bytes:
    """The same bytes but for one bit."""
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def truncated(facts: list[SealedFact], chance: random.Random) -> list[SealedFact]:
    return facts[: chance.randrange(len(facts))] + facts[chance.randrange(len(facts)) :]


def reordered(facts: list[SealedFact], chance: random.Random) -> list[SealedFact]:
    return chance.sample(facts, len(facts))


def repeated(facts: list[SealedFact], chance: random.Random) -> list[SealedFact]:
    return facts + chance.choices(facts, k=3)


def bit_flipped(facts: list[SealedFact], chance: random.Random) -> list[SealedFact]:
    at = chance.randrange(len(facts))
    spoilt = facts[at]
    if chance.random() < 0.5:
        spoilt = replace(spoilt, data=flip(spoilt.data, chance))
    else:
        spoilt = replace(spoilt, signature=flip(spoilt.signature, chance))
    return [*facts[:at], spoilt, *facts[at + 1 :]]


def cut_short(facts: list[SealedFact], chance: random.Random) -> list[SealedFact]:
    at = chance.randrange(len(facts))
    short = replace(facts[at], data=facts[at].data[: chance.randrange(len(facts[at].data))])
    return [*facts[:at], short, *facts[at + 1 :]]


def signed_by_a_stranger(facts: list[SealedFact], chance: random.Random) -> list[SealedFact]:
    at = chance.randrange(len(facts))
    return [*facts[:at], reseal(facts[at], Key.generate(), facts[at].data), *facts[at + 1 :]]


MISCHIEF = (truncated, reordered, repeated, bit_flipped, cut_short, signed_by_a_stranger)
"""What the network, a relay or a thief without the key can do to a batch."""


def deliver(hub: RunningHub, sender: FakeTerminal, owner: FakeTerminal, parcel: Parcel) -> str:
    """Push a parcel, signed by whoever sends it; gives the code of the answer."""
    pushed = [PushedFact(fact.data, fact.signature) for fact in parcel.facts]
    return code_of(sender.request("POST", "/v1/push", pack(PushRequest(owner.dev, 1, parcel.from_seq, pushed))))


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 6), rounds=st.lists(st.sampled_from(MISCHIEF), min_size=1, max_size=4))
def test_whatever_happens_to_batches_on_their_way_the_hub_ends_with_the_chain_as_it_was_made(
    hub: RunningHub, seed: int, count: int, rounds: list[object]
) -> None:
    chance = random.Random(seed)
    till, relay = hub.terminal("1"), hub.terminal("2")
    for _ in range(count):
        till.sale() if chance.random() < 0.7 else till.fact(DRAWER_OPENED, {"reason": "change"})
    for mischief in rounds:
        assert callable(mischief)
        sent = mischief(till.facts, chance)
        first = chance.choice([1, 1, sent[0].seq if sent else 1, chance.randint(1, 9), 2**40])
        deliver(hub, chance.choice([till, relay]), till, Parcel(tuple(sent), first))
        there = kept(hub, till)
        assert list(there.facts) == list(range(1, len(there.facts) + 1)), "a gap"
        assert all(there.facts[fact.seq] == fact.data for fact in till.facts[: len(there.facts)]), "not what was made"
        assert not there.forks, "nobody without the key can make a second history"
    reply = till.push()
    assert (reply.next_seq, reply.head, reply.forked, reply.held) == (count + 1, till.head, False, [])
    assert list(kept(hub, till).facts.values()) == [fact.data for fact in till.facts]
    till.close()
    relay.close()


def test_a_body_that_broke_off_anywhere_stores_nothing_and_says_so(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    whole = pack(PushRequest(till.dev, 1, 1, [PushedFact(fact.data, fact.signature) for fact in till.facts]))
    for length in range(0, len(whole), 7):
        assert code_of(till.request("POST", "/v1/push", whole[:length])) == "request.body"
    assert not kept(hub, till).facts
    assert till.push().next_seq == 2


def test_a_batch_sent_again_after_later_ones_changes_nothing(hub: RunningHub) -> None:
    till = hub.terminal()
    for _ in range(6):
        till.sale()
    first = till.push(till.facts[:3])
    till.push(till.facts[3:])
    again = till.push(till.facts[:3])
    assert (first.next_seq, again.next_seq, again.forked) == (4, 7, False)
    assert len(kept(hub, till).facts) == 6


def test_a_fact_that_its_own_terminal_signed_anew_is_a_second_history_and_both_are_kept(hub: RunningHub) -> None:
    till = hub.terminal()
    first = till.sale(price_minor=1_000)
    till.sale()
    till.push()
    other = reseal(first, till.key, first.data.replace(b'"total":1000', b'"total":9000'))
    assert other.data != first.data
    reply = till.push([other], 1)
    assert reply.forked and reply.next_seq == 3
    there = kept(hub, till)
    assert there.facts[1] == first.data and there.forks == [(1, other.data)]


def test_a_fact_that_another_terminal_signed_as_its_own_is_refused_and_put_aside(hub: RunningHub) -> None:
    till, thief = hub.terminal("1"), hub.terminal("2")
    made = till.sale()
    stolen = reseal(made, thief.key, made.data)
    assert deliver(hub, thief, till, Parcel((stolen,), 1)) == "fact.signature"
    assert deliver(hub, thief, thief, Parcel((stolen,), 1)) == "", "signed by the sender: stored under its place, and held"
    reply = thief.push([stolen], 1)
    assert [held.reason for held in reply.held] == ["fact.foreign"]
    assert not kept(hub, till).facts and till.push().next_seq == 2


def test_a_batch_beyond_the_limits_is_refused_whole(hub: RunningHub) -> None:
    till = hub.terminal()
    for _ in range(PUSH_FACTS_MAX + 1):
        till.fact(DRAWER_OPENED, {"reason": "change"})
    assert code_of(till.push_raw()) == "push.too_many"
    assert not kept(hub, till).facts
    assert till.push(till.facts[:PUSH_FACTS_MAX]).next_seq == PUSH_FACTS_MAX + 1
    noise = random.Random(1).randbytes(BODY_BYTES_MAX + 1)
    assert code_of(till.request("POST", "/v1/push", noise)) == "request.too_large"


def test_a_fact_of_a_megabyte_is_taken_like_any_other(hub: RunningHub) -> None:
    till = hub.terminal()
    till.fact(DRAWER_OPENED, {"reason": "x" * 1_000_000})
    till.sale()
    assert till.push().next_seq == 3


NESTED = zstandard.ZstdCompressor().compress(b"\x81\xa1x" * 100_000 + b"\xc0")
DEEP_ARRAY = zstandard.ZstdCompressor().compress(b"\x91" * 1_000_000 + b"\xc0")
HUGE_ARRAY_HEADER = zstandard.ZstdCompressor().compress(b"\x84\xa3dev\xa1x\xa3inc\x01\xa8from_seq\x01\xa5facts\xdd\xff\xff\xff\xff")
HUGE_BYTES_HEADER = zstandard.ZstdCompressor().compress(
    b"\x84\xa3dev\xa1x\xa3inc\x01\xa8from_seq\x01\xa5facts\x91\x92\xc6\xff\xff\xff\xff"
)
UNDECLARED = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(100_000_000))
DECLARED = zstandard.ZstdCompressor().compress(bytes(100_000_000))


def lying(declared: int) -> bytes:
    """A frame that says it holds a few bytes and unfolds into a hundred megabytes."""
    honest = zstandard.ZstdCompressor(level=1).compress(bytes(100_000_000))
    params = zstandard.get_frame_parameters(honest)
    assert params.content_size == 100_000_000 and honest[4] >> 6 == 2, "four bytes of declared size, after a window byte"
    at = 5 if honest[4] & 0x20 else 6
    return honest[:at] + declared.to_bytes(4, "little") + honest[at + 4 :]


@pytest.mark.parametrize(
    "body",
    [NESTED, DEEP_ARRAY, HUGE_ARRAY_HEADER, HUGE_BYTES_HEADER, UNDECLARED, DECLARED, lying(5), lying(60_000_000), DECLARED * 30],
    ids=["nested maps", "nested lists", "a list of four thousand million", "a text of four gigabytes", "no size said",
         "a hundred megabytes", "a size that lies", "a large size that lies", "many frames"],
)  # fmt: skip
def test_a_bomb_is_refused_quickly_and_costs_no_memory(hub: RunningHub, body: bytes) -> None:
    till = hub.terminal()
    before = _resident_kib()
    assert code_of(till.request("POST", "/v1/push", body)) == "request.body"
    assert _resident_kib() - before < 90_000, "the bomb went off"
    assert till.push().next_seq == 1


def _resident_kib() -> int:
    """What this process, and the hub in it, hold in memory now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4


ABSURD = [
    pytest.param(
        {"total": -100_000_000, "tenders": [{"kind": "cash", "amount": -100_000_000}]}, "absurd.amount", id="minus a million"
    ),
    pytest.param({"total": 10**12 + 1}, "body.amount", id="more money than there is"),
    pytest.param({"total": 2**53 - 1}, "body.amount", id="the largest whole number"),
    pytest.param({"lines": [], "tax": [], "tenders": [], "movements": []}, "absurd.sum", id="money for nothing"),
    pytest.param({"total": 0, "lines": [], "tax": [], "tenders": [], "movements": []}, "", id="nothing sold"),
    pytest.param({"tickets": ["x" * 5_000]}, "", id="a ticket without end"),
    pytest.param({"receipt": "\u202e000001-A-01-1SMA\n"}, "", id="a receipt number that turns round"),
]


@pytest.mark.parametrize(("change", "reason"), ABSURD)
def test_a_fact_that_is_authentic_and_absurd_is_kept_once_and_stops_nothing(
    hub: RunningHub, change: dict[str, Any], reason: str
) -> None:
    till = hub.terminal()
    till.sale(**change)
    till.sale()
    first, again = till.push(), till.push()
    assert (first.next_seq, first.forked) == (3, False)
    assert msgspec.structs.replace(first, time_ms=0) == msgspec.structs.replace(again, time_ms=0)
    assert [held.reason for held in first.held if held.seq == 1] == ([reason] if reason else [])
    assert not [held for held in first.held if held.seq == 2], "the sale after it waits for nothing"


@pytest.mark.parametrize("day", ["", "9999-99-99", "x" * 10_000, "2026-12-01\x00", "\u0661\u0662"])
def test_a_day_that_is_none_stops_nothing(hub: RunningHub, day: str) -> None:
    till = hub.terminal()
    till.sale(day=day)
    till.fact(SHIFT_OPENED, {"float": 10_000, "shift": "S", "number": 1}, day)
    till.sale()
    assert till.push().next_seq == 4
    report = till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}")
    assert code_of(report) == ""


@pytest.mark.parametrize("from_seq", [0, -1, 2**53, 2**62, 2**63 - 1])
def test_a_start_that_is_no_number_of_a_fact_stores_nothing(hub: RunningHub, from_seq: int) -> None:
    till = hub.terminal()
    till.sale()
    body = pack(PushRequest(till.dev, 1, from_seq, [PushedFact(till.facts[0].data, till.facts[0].signature)]))
    code_of(till.request("POST", "/v1/push", body))
    assert till.push().next_seq == 2


def test_authentic_bytes_that_are_no_fact_far_ahead_store_nothing(hub: RunningHub) -> None:
    till = hub.terminal()
    signature = till.key.sign(hash_fact(b"{}"))
    for from_seq in (2, 2**63 - 1):
        reply = till.request("POST", "/v1/push", pack(PushRequest(till.dev, 1, from_seq, [PushedFact(b"{}", signature)])))
        assert code_of(reply) == "" and unpack(reply.content, PushReply).next_seq == 1
    big = msgspec.msgpack.encode({"dev": till.dev, "inc": 1, "from_seq": 2**64 - 1, "facts": [[b"{}", signature]]})
    assert code_of(till.request("POST", "/v1/push", zstandard.ZstdCompressor().compress(big))) in ("", "request.body")
    big = msgspec.msgpack.encode({"dev": till.dev, "inc": 2**64 - 1, "from_seq": 1, "facts": []})
    assert code_of(till.request("POST", "/v1/push", zstandard.ZstdCompressor().compress(big))) in ("device.unknown", "request.body")
    goes_on(hub)
