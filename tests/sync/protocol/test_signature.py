"""Keys, request signatures and certificates: only the right key over the right bytes is believed."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.codec import canonical, digest
from kiosk.domain.errors import Damaged
from sync.protocol.certificate import Certificate, issue, read
from sync.protocol.signature import (
    DEVICE_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    Key,
    request_headers,
    request_message,
    verifier,
)
from tests.kiosk.support import PLACE

HUB, TILL = Key.load(bytes([1]) * 32), Key.load(bytes([2]) * 32)
CERTIFICATE = Certificate("dev-1", 1, "till", 1, PLACE, TILL.public, 1_900_000_000_000)


def test_the_key_of_rfc_8032_signs_as_the_rfc_says() -> None:
    key = Key.load(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    assert key.public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert key.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_a_stored_key_is_the_key_that_was_made() -> None:
    made = Key.generate()
    assert Key.load(made.raw).public == made.public != Key.generate().public
    for wrong in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="32"):
            Key.load(wrong)
        with pytest.raises(ValueError, match="32"):
            verifier(wrong)


@given(st.binary(max_size=80), st.integers(0, 63), st.integers(1, 255))
def test_no_other_message_signature_or_key_is_believed(message: bytes, place: int, flip: int) -> None:
    signature = TILL.sign(message)
    verify = verifier(TILL.public)
    assert verify(message, signature)
    changed = bytearray(signature)
    changed[place] ^= flip
    assert not verify(message, bytes(changed))
    assert not verify(message + b"x", signature)
    assert not verify(message, signature[:-1])
    assert not verifier(HUB.public)(message, signature)


def test_a_request_is_signed_with_its_method_its_target_its_body_and_its_time() -> None:
    headers = request_headers(TILL, "dev-1", "post", "/v1/push?x=1", b"body", 1_000)
    assert (headers[DEVICE_HEADER], headers[TIME_HEADER]) == ("dev-1", "1000")
    signature = base64.b64decode(headers[SIGNATURE_HEADER])
    verify = verifier(TILL.public)
    assert verify(request_message("POST", "/v1/push?x=1", b"body", 1_000), signature)
    for other in (
        request_message("PUT", "/v1/push?x=1", b"body", 1_000),
        request_message("POST", "/v1/push?x=2", b"body", 1_000),
        request_message("POST", "/v1/push?x=1", b"body ", 1_000),
        request_message("POST", "/v1/push?x=1", b"body", 1_001),
    ):
        assert not verify(other, signature)


def test_a_certificate_is_read_back_as_it_was() -> None:
    data, signature = issue(CERTIFICATE, HUB.sign)
    assert read(data, signature, verifier(HUB.public)) == CERTIFICATE


def test_a_certificate_that_another_signed_or_that_was_changed_is_not_genuine() -> None:
    data, signature = issue(CERTIFICATE, HUB.sign)
    other, _ = issue(replace(CERTIFICATE, kind="kiosk"), HUB.sign)
    for bad_data, bad_signature, key in ((other, signature, HUB), (data, TILL.sign(digest(data)), HUB), (data, signature, TILL)):
        with pytest.raises(Damaged) as damage:
            read(bad_data, bad_signature, verifier(key.public))
        assert damage.value.code == "certificate.signature"


@pytest.mark.parametrize(
    "change",
    [{"place": {"tenant": "t"}}, {"place": []}, {"key": "not base64!"}, {"key": 5}, {"key": "AA=="}, {"inc": "1"}, {"dev": None},
     {"series": 0}, {"kind": "fridge"}, {"not_after_ms": None}],
    ids=str,
)  # fmt: skip
def test_a_genuine_certificate_of_nonsense_is_damaged(change: dict[str, object]) -> None:
    place = {key: getattr(PLACE, key) for key in PLACE.__slots__}
    whole: dict[str, object] = {
        "v": 1, "dev": "d", "inc": 1, "kind": "till", "series": 1, "place": place,
        "key": base64.b64encode(TILL.public).decode(), "not_after_ms": 5,
    }  # fmt: skip
    verify = verifier(HUB.public)
    sound = canonical(whole)
    assert read(sound, HUB.sign(digest(sound)), verify).dev == "d"
    data = canonical({**whole, **change})
    with pytest.raises(Damaged) as damage:
        read(data, HUB.sign(digest(data)), verify)
    assert damage.value.code == "certificate.damaged"
