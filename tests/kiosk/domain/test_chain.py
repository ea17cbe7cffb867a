"""Facts and their chain: any byte that changed is found, at its fact and at its place."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.chain import Break, first_break, seal
from kiosk.domain.codec import canonical, parse
from kiosk.domain.errors import Damaged
from kiosk.domain.facts import GENESIS, SealedFact, fact_bytes, hash_fact, read_fact
from sync.protocol.signature import Key, verifier
from tests.kiosk.domain.strategies import fact, json_objects, texts

KEY = Key.load(bytes(range(32)))
VERIFY = verifier(KEY.public)


def chained(count: int) -> list[SealedFact]:
    """A sound chain."""
    made: list[SealedFact] = []
    for seq in range(1, count + 1):
        prev = made[-1].hash if made else GENESIS
        made.append(seal(fact(seq, prev, {"text": f"é{seq}", "total": 1_999 * seq}), KEY.sign))
    return made


CHAIN = chained(5)


def found(chain: list[SealedFact]) -> Break | None:
    """The verdict on a chain of dev-1."""
    return first_break(chain, VERIFY, "dev-1", 1)


def test_a_sound_chain_has_no_break() -> None:
    assert found(CHAIN) is None
    assert found([]) is None


@settings(max_examples=25)
@given(st.integers(0, 4), st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_of_any_fact_is_found_where_it_is(place: int, byte: int, flip: int) -> None:
    data = bytearray(CHAIN[place].data)
    byte %= len(data)
    data[byte] ^= flip
    chain = [*CHAIN[:place], replace(CHAIN[place], data=bytes(data)), *CHAIN[place + 1 :]]
    assert found(chain) == Break(place + 1, byte, "chain.altered")


def test_a_flipped_bit_of_a_long_fact_is_found_where_it_is() -> None:
    sealed = seal(fact(1, GENESIS, {"lines": ["a line of a long receipt"] * 400}), KEY.sign)
    data = bytearray(sealed.data)
    data[-3_000] ^= 0x04
    assert found([replace(sealed, data=bytes(data))]) == Break(1, len(data) - 3_000, "chain.altered")


def test_a_fact_that_was_written_anew_is_found_at_the_first_byte_that_cannot_stand_there() -> None:
    data = CHAIN[1].data.replace(b"3998", b"1\x00\xff1")
    assert found([CHAIN[0], replace(CHAIN[1], data=data)]) == Break(2, data.index(b"\x00"), "chain.altered")
    readable = CHAIN[1].data.replace(b"3998", b"1111")
    assert found([CHAIN[0], replace(CHAIN[1], data=readable)]) == Break(2, 0, "chain.altered")


@given(st.integers(0, 4), st.sampled_from(["hash", "signature"]), st.integers(0, 31), st.integers(1, 255))
def test_a_changed_seal_is_told_apart_from_a_changed_fact(place: int, part: str, byte: int, flip: int) -> None:
    sealed = CHAIN[place]
    changed = bytearray(sealed.hash if part == "hash" else sealed.signature)
    changed[byte] ^= flip
    broken = replace(sealed, hash=bytes(changed)) if part == "hash" else replace(sealed, signature=bytes(changed))
    assert found([*CHAIN[:place], broken, *CHAIN[place + 1 :]]) == Break(place + 1, -1, "chain.seal")


def test_a_missing_a_doubled_and_a_swapped_fact_are_gaps() -> None:
    assert found([*CHAIN[:2], *CHAIN[3:]]) == Break(3, -1, "chain.gap")
    assert found(CHAIN[1:]) == Break(1, -1, "chain.gap")
    assert found([*CHAIN[:2], CHAIN[1], *CHAIN[2:]]) == Break(3, -1, "chain.gap")
    assert found([CHAIN[0], CHAIN[2], CHAIN[1]]) == Break(2, -1, "chain.gap")


def test_a_fact_under_another_number_is_found_although_its_seal_is_genuine() -> None:
    assert found([CHAIN[0], replace(CHAIN[2], seq=2)]) == Break(2, -1, "chain.foreign")


def test_another_device_another_incarnation_and_another_key_are_found() -> None:
    assert first_break(CHAIN, VERIFY, "dev-2", 1) == Break(1, -1, "chain.foreign")
    assert first_break(CHAIN, VERIFY, "dev-1", 2) == Break(1, -1, "chain.foreign")
    other = verifier(Key.load(bytes(32)).public)
    assert first_break(CHAIN, other, "dev-1", 1) == Break(1, -1, "chain.seal")


def test_a_genuine_fact_that_does_not_follow_the_one_before_is_found() -> None:
    stray = seal(fact(2, bytes([1]) * 32), KEY.sign)
    assert found([CHAIN[0], stray]) == Break(2, -1, "chain.link")


def test_sealed_bytes_that_are_no_fact_are_found() -> None:
    data = canonical({"no": "fact"})
    sealed = SealedFact(1, data, hash_fact(data), KEY.sign(hash_fact(data)))
    assert found([sealed]) == Break(1, 0, "chain.not_a_fact")


@given(json_objects, texts, st.integers(0, 2**64 - 1))
def test_a_fact_is_read_back_as_it_was(body: dict[str, object], kind: str, hlc: int) -> None:
    made = replace(fact(7, CHAIN[0].hash, body, kind), hlc=hlc)
    assert read_fact(fact_bytes(made)) == made


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("v", 2), ("v", True), ("seq", 0), ("seq", True), ("seq", "1"), ("inc", 0), ("dev", 1), ("prev", "00"),
        ("prev", "zz" * 32), ("prev", "AA" * 32), ("body", []), ("place", {}), ("place", []), ("wall", None),
        ("hlc", "0x10"), ("hlc", "1_0"), ("hlc", " 1"), ("hlc", "-000000000000001"), ("hlc", "f" * 17), ("hlc", "F" * 16),
        ("extra", 1),
    ],
)  # fmt: skip
def test_a_frame_with_one_wrong_part_is_no_fact(key: str, value: object) -> None:
    raw = parse(fact_bytes(fact()))
    with pytest.raises(Damaged) as damage:
        read_fact(canonical({**raw, key: value}))
    assert damage.value.code == "fact.not_a_fact"


def test_a_frame_that_lacks_a_part_is_no_fact() -> None:
    raw = parse(fact_bytes(fact()))
    for key in raw:
        with pytest.raises(Damaged):
            read_fact(canonical({name: value for name, value in raw.items() if name != key}))


def test_every_fact_that_can_be_read_has_one_spelling() -> None:
    chance = random.Random(4)
    data = fact_bytes(fact(1, GENESIS, {"a": 1}))
    read = 0
    for _ in range(3_000):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] = chance.choice(b'0123456789abcdef"{}:,tfx_ -')
        try:
            opened = read_fact(bytes(changed))
        except Damaged:
            continue
        read += 1
        assert fact_bytes(opened) == bytes(changed)
    assert read > 100


def test_an_unknown_kind_and_a_newer_schema_are_kept() -> None:
    assert read_fact(fact_bytes(replace(fact(kind="loyalty.earned"), schema=9))).schema == 9
