"""Codes that change every thirty seconds: the vectors of RFC 6238, each good once, and whatever a person may type."""

import pytest

from sync.hub import totp
from sync.hub.totp import STEP_MS, code_at, recovery_codes, recovery_hash, secret_of, step_of

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"), (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238_appendix_b(second: int, code: str) -> None:
    assert code_at(SECRET, second // 30, 8) == code
    assert code_at(SECRET, second // 30) == code[2:]


def test_a_code_holds_for_a_step_around_now_and_is_good_once() -> None:
    now_ms = 1_234_567_890_000
    step = now_ms // STEP_MS
    for off in range(-3, 4):
        found = step_of(SECRET, code_at(SECRET, step + off), now_ms, 0)
        assert found == (step + off if abs(off) <= 1 else None), off
    code = code_at(SECRET, step)
    assert step_of(SECRET, f" {code[:3]} {code[3:]} ", now_ms, 0) == step, "people type it in two parts"
    assert step_of(SECRET, code, now_ms, step) is None and step_of(SECRET, code, now_ms, step - 1) == step
    assert step_of(SECRET, code_at(SECRET, step - 1), now_ms, step) is None, "an older one is over with it"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "\x00"])
def test_what_is_no_code_lets_nobody_in(typed: str) -> None:
    assert step_of(SECRET, typed, 1_234_567_890_000, 0) is None


def test_a_secret_is_of_one_user_one_key_and_one_setting_up() -> None:
    made = {
        secret_of(lambda message, key=key: key + message, name, salt)  # type: ignore[misc]
        for key in (b"k", b"l") for name in ("ann", "bob") for salt in ("1", "2")
    }  # fmt: skip
    assert len(made) == 8 and {len(one) for one in made} == {totp.SECRET_BYTES}
    assert totp.written(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert totp.address(SECRET, "a b").startswith("otpauth://totp/Toonbank:a%20b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=")


def test_a_recovery_code_is_known_however_it_is_typed_and_no_other_is() -> None:
    chances = iter(range(1, 100))
    codes = recovery_codes(lambda bits: next(chances) << (bits - 8))
    assert len(set(codes)) == totp.RECOVERY_CODES and all(len(code) == 14 for code in codes)
    assert recovery_hash(codes[0].lower().replace("-", " ")) == recovery_hash(codes[0])
    assert len({recovery_hash(code) for code in codes}) == len(codes)
