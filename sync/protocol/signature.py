"""Ed25519: the one place that uses `cryptography`. Devices sign facts and requests; the hub signs certificates and snapshots."""

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.chain import Verify
from kiosk.domain.codec import digest

DEVICE_HEADER = "Toonbank-Device"
TIME_HEADER = "Toonbank-Time"
SIGNATURE_HEADER = "Toonbank-Signature"
EPOCH_HEADER = "Toonbank-Epoch"
PROTO_HEADER = "Toonbank-Proto"
ONCE_HEADER = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Key:
    """A private key. `raw` (32 bytes) is what is stored, by its owner only."""

    raw: bytes
    _private: Ed25519PrivateKey

    @classmethod
    def generate(cls) -> "Key":
        """A new key, made on this machine."""
        private = Ed25519PrivateKey.generate()
        return cls(private.private_bytes_raw(), private)

    @classmethod
    def load(cls, raw: bytes) -> "Key":
        """A stored key; raises ValueError when it is not 32 bytes."""
        return cls(raw, Ed25519PrivateKey.from_private_bytes(raw))

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes."""
        return self._private.sign(message)


def verifier(public: bytes) -> Verify:
    """Makes `verify(message, signature) -> bool` for a public key; raises ValueError when it is not one."""
    key = Ed25519PublicKey.from_public_bytes(public)

    def verify(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify


def device_name(dev: str, inc: int) -> str:
    """How a terminal is named in a request: its device, and its incarnation from the second on.

    >>> device_name("a1", 1), device_name("a1", 2)
    ('a1', 'a1/2')
    """
    return dev if inc == 1 else f"{dev}/{inc}"


def read_device_name(name: str) -> tuple[str, int]:
    """Device and incarnation of a name; one that is no number is incarnation 0, which nobody has.

    >>> read_device_name("a1"), read_device_name("a1/2"), read_device_name("a1/x")
    (('a1', 1), ('a1', 2), ('a1', 0))
    """
    dev, slash, inc = name.partition("/")
    if not slash:
        return dev, 1
    return dev, int(inc) if inc.isascii() and inc.isdigit() and len(inc) <= 6 else 0


def request_message(method: str, target: str, body: bytes, time_ms: int) -> bytes:
    """What a device signs of a request: method, path with query, hash of the body as sent, and its time."""
    return f"{method.upper()}\n{target}\n{digest(body).hex()}\n{time_ms}".encode()


def request_headers(key: Key, dev: str, method: str, target: str, body: bytes, time_ms: int) -> dict[str, str]:
    """The headers that make a request a device's own."""
    signature = key.sign(request_message(method, target, body, time_ms))
    return {
        DEVICE_HEADER: dev,
        TIME_HEADER: str(time_ms),
        SIGNATURE_HEADER: base64.b64encode(signature).decode(),
    }
