"""The hub's quick check of signatures says what the terminals' library says, and is stricter only where nobody honest goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.hub.verifying import quick_verifier
from sync.protocol.signature import Key, verifier

ORDER = 2**252 + 27742317777372353535851937790883648493
KEYS = [Key.load(bytes([number]) * 32) for number in range(1, 6)]
keys = st.sampled_from(KEYS)
messages = st.binary(max_size=80)


def _agree(public: bytes, message: bytes, signature: bytes) -> bool:
    quickly, slowly = quick_verifier(public)(message, signature), verifier(public)(message, signature)
    assert quickly == slowly, (public.hex(), message.hex(), signature.hex())
    return quickly


@given(keys, messages)
def test_both_accept_what_the_key_signed(key: Key, message: bytes) -> None:
    assert _agree(key.public, message, key.sign(message))


@given(keys, messages, st.integers(0, 511))
def test_both_refuse_a_signature_with_a_flipped_bit(key: Key, message: bytes, bit: int) -> None:
    signature = bytearray(key.sign(message))
    signature[bit // 8] ^= 1 << bit % 8
    assert not _agree(key.public, message, bytes(signature))


@given(keys, st.binary(min_size=1, max_size=80), st.data())
def test_both_refuse_a_message_with_a_flipped_bit(key: Key, message: bytes, data: st.DataObject) -> None:
    bit = data.draw(st.integers(0, len(message) * 8 - 1))
    changed = bytearray(message)
    changed[bit // 8] ^= 1 << bit % 8
    assert not _agree(key.public, bytes(changed), key.sign(message))


@given(keys, keys, messages)
def test_both_accept_a_key_and_refuse_every_other(signer: Key, other: Key, message: bytes) -> None:
    assert _agree(other.public, message, signer.sign(message)) == (signer == other)


@given(keys, messages, st.integers(1, 14))
def test_both_refuse_another_spelling_of_the_same_number(key: Key, message: bytes, times: int) -> None:
    signature = key.sign(message)
    number = int.from_bytes(signature[32:], "little") + times * ORDER
    assert not _agree(key.public, message, signature[:32] + number.to_bytes(32, "little"))


@given(keys, messages, st.integers(0, 130), messages)
def test_both_refuse_a_signature_of_another_length(key: Key, message: bytes, length: int, more: bytes) -> None:
    signature = (key.sign(message) + message + more + bytes(130))[:length]
    assert _agree(key.public, message, signature) == (length == 64)


@given(keys, messages, st.binary(max_size=70))
def test_both_refuse_bytes_that_nobody_signed(key: Key, message: bytes, signature: bytes) -> None:
    assert not _agree(key.public, message, signature)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_both_refuse_a_key_of_another_length(length: int) -> None:
    for make in (quick_verifier, verifier):
        with pytest.raises(ValueError):
            make(bytes(length))


def test_a_weak_key_that_fits_any_message_is_refused_here() -> None:
    weak, base = bytes([1, *bytes(31)]), bytes([0x58, *([0x66] * 31)])  # the neutral point as a key; R = B and S = 1 fit it
    signature = base + bytes([1, *bytes(31)])
    assert verifier(weak)(b"anything", signature) and not quick_verifier(weak)(b"anything", signature)
