"""What terminals and the hub say to each other: read back as it was, and nothing hostile is ever more than a ValueError."""

import contextlib

import msgspec
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.domain.feed import Row, Transaction
from sync.protocol.limits import BODY_BYTES_MAX
from sync.protocol.messages import (
    EnrolReply,
    FeedReply,
    HeldFact,
    Hello,
    PushedFact,
    PushReply,
    PushRequest,
    from_json,
    pack,
    to_json,
    unpack,
)

rows = st.builds(Row, st.text(max_size=9), st.text(max_size=9), st.binary(max_size=40))
transactions = st.lists(st.builds(Transaction, st.integers(0, 2**53), st.lists(rows, max_size=4)), max_size=4)
KINDS = [PushRequest, PushReply, FeedReply]


@given(st.lists(st.builds(PushedFact, st.binary(max_size=60), st.binary(min_size=64, max_size=64)), max_size=5))
def test_a_push_is_read_back_as_it_was(facts: list[PushedFact]) -> None:
    request = PushRequest("dev-1", 1, 7, facts)
    assert unpack(pack(request), PushRequest) == request


@given(transactions, st.booleans())
def test_a_feed_is_read_back_as_it_was(held: list[Transaction], more: bool) -> None:
    reply = FeedReply(1, "catalog", 9, bytes(32), held, more, 5)
    assert unpack(pack(reply), FeedReply) == reply


def test_a_reply_with_held_facts_is_read_back_as_it_was() -> None:
    reply = PushReply(1, 8, 5, bytes(32), 9, [HeldFact(3, "kind.unknown")], True)
    assert unpack(pack(reply), PushReply) == reply


def test_keys_of_a_newer_version_are_ignored() -> None:
    newer = {"epoch": 1, "next_seq": 8, "durable_seq": 5, "head": b"h", "time_ms": 9, "weather": {"rain": [1, 2]}}
    packed = zstandard.compress(msgspec.msgpack.encode(newer))
    assert unpack(packed, PushReply) == PushReply(1, 8, 5, b"h", 9)


@given(st.binary(max_size=300))
@example(b"")
@example(b"<html>Welcome to our free wifi</html>")
@example(b"\x28\xb5\x2f\xfd")
def test_bytes_that_are_no_message_are_a_value_error(data: bytes) -> None:
    for kind in KINDS:
        with pytest.raises(ValueError):
            unpack(data, kind)
        with pytest.raises(ValueError):
            unpack(zstandard.compress(data), kind)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_a_value_error_or_another_sound_message(place: int, flip: int) -> None:
    data = bytearray(pack(PushRequest("dev-1", 1, 7, [PushedFact(b"fact" * 20, bytes(64))])))
    data[place % len(data)] ^= flip
    with contextlib.suppress(ValueError):
        assert isinstance(unpack(bytes(data), PushRequest), PushRequest)


@pytest.mark.parametrize("depth", [2_000, 200_000])
def test_a_message_of_endless_depth_is_a_value_error(depth: int) -> None:
    nested = b"\x81\xa1x" + b"\x91" * depth + b"\xc0"
    with pytest.raises(ValueError):
        unpack(zstandard.compress(nested), PushReply)
    with pytest.raises(ValueError):
        from_json(b'{"x":' + b"[" * depth + b"]" * depth + b"}", Hello)


def test_a_small_packet_that_unfolds_into_a_large_one_is_refused_unread() -> None:
    bomb = zstandard.compress(bytes(20 * 16 * BODY_BYTES_MAX // 10))
    assert len(bomb) < 100_000
    with pytest.raises(ValueError, match="within the limit"):
        unpack(bomb, PushReply)
    endless = zstandard.ZstdCompressor(write_content_size=False).compress(msgspec.msgpack.encode({"epoch": 1}))
    with pytest.raises(ValueError, match="state its size"):
        unpack(endless, PushReply)


def test_a_size_that_lies_is_a_value_error() -> None:
    honest = bytearray(zstandard.compress(msgspec.msgpack.encode({"epoch": 1, "x": "y" * 100})))
    for size in (0, 1, 50, 255):
        lying = bytearray(honest)
        lying[5] = size  # the one-byte content size of a small frame
        with pytest.raises(ValueError):
            unpack(bytes(lying), PushReply)


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"<!DOCTYPE html><html>", b'{"product":1}', b'{"product":"t","proto":"1"}', b"\xff\xfe"]
)
def test_a_log_in_page_is_no_hello(data: bytes) -> None:
    with pytest.raises(ValueError, match="Hello"):
        from_json(data, Hello)


def test_json_is_read_back_as_it_was() -> None:
    for message in (Hello("toonbank", "1.0", 3, 99), EnrolReply("Y2VydA==", "c2ln", "a2V5", 1)):
        assert from_json(to_json(message), type(message)) == message
