"""The second factor of the office's users: six digits that change every thirty seconds (RFC 6238), and codes for once."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from urllib.parse import quote

from sync.hub.spelling import LETTERS, spelled

STEP_MS = 30_000
DIGITS = 6
AROUND = 1
"""Steps before and after now of which a code holds: clocks of telephones differ, and people type slowly."""

SECRET_BYTES = 20
RECOVERY_CODES = 10
RECOVERY_BITS = 60
_RECOVERY_LETTERS = 12
ISSUER = "Toonbank"


def secret_of(sign: Callable[[bytes], bytes], name: str, salt: str) -> bytes:
    """A user's secret, from the hub's key and a salt: it lies nowhere, so who reads the database has no codes."""
    return hashlib.sha256(sign(f"toonbank office second factor\0{name}\0{salt}".encode())).digest()[:SECRET_BYTES]


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a time step: RFC 4226, section 5.3, with HMAC-SHA-1.

    >>> code_at(b"12345678901234567890", 59 // 30, 8)
    '94287082'
    """
    made = hmac.digest(secret, step.to_bytes(8), "sha1")
    place = made[-1] & 0xF
    number = int.from_bytes(made[place : place + 4]) & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of(secret: bytes, typed: str, now_ms: int, used: int) -> int | None:
    """The time step whose code was typed; None for none. A code is good once: steps up to `used` are over."""
    found, now = "".join(typed.split()), now_ms // STEP_MS
    if not (found.isascii() and found.isdigit()):
        return None
    steps = [step for step in range(now - AROUND, now + AROUND + 1) if hmac.compare_digest(code_at(secret, step), found)]
    return next((step for step in steps if step > used), None)


def written(secret: bytes) -> str:
    """A secret as an app takes it when it is typed: base32, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, name: str) -> str:
    """A secret as an app takes it from a QR code."""
    plain = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{ISSUER}:{quote(name)}?secret={plain}&issuer={ISSUER}&digits={DIGITS}&period={STEP_MS // 1000}"


def recovery_codes(chance: Callable[[int], int]) -> tuple[str, ...]:
    """Codes that each let in once, where the telephone is gone; letters that nobody mixes up."""
    return tuple(spelled(chance(RECOVERY_BITS), _RECOVERY_LETTERS) for _ in range(RECOVERY_CODES))


def recovery_hash(typed: str) -> bytes:
    """What is kept of a recovery code, however it is typed. It has sixty bits of chance, so that a plain hash will do."""
    return hashlib.sha256("".join(letter for letter in typed.upper() if letter in LETTERS).encode()).digest()
