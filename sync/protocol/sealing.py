"""X25519, HKDF and ChaCha20-Poly1305: bytes that only the holder of a key can read, and that show every changed bit.

Beside `signature.py` the one other use of `cryptography`: a backup leaves the terminal, and whoever finds the stick it lies on
must not read it. It is sealed to a public key of the store; the private one never leaves the hub.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.domain.errors import Damaged

KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
_NONCE_BYTES = 12
_PARTS_MAX = 1 << 40


@dataclass(frozen=True, slots=True)
class Sealed:
    """A content key that was made for somebody: `public` is all that its holder needs to make it again."""

    public: bytes
    key: bytes


def new_private() -> bytes:
    """A new X25519 key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public half of a key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, purpose: bytes) -> Sealed:
    """A fresh content key for the holder of a public key. Raises ValueError for what is no key."""
    mine = X25519PrivateKey.generate()
    shared = mine.exchange(X25519PublicKey.from_public_bytes(public))
    own = mine.public_key().public_bytes_raw()
    return Sealed(own, _derived(shared, own + public, purpose))


def open_from(private: bytes, sealed_public: bytes, purpose: bytes) -> bytes:
    """The content key that `seal_to` made for this key. Raises ValueError for what is no key."""
    shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(sealed_public))
    return _derived(shared, sealed_public + public_of(private), purpose)


def seal_part(key: bytes, number: int, last: bool, data: bytes, context: bytes) -> bytes:
    """One part of something longer; its place, whether it is the last, and the context cannot be changed either."""
    return ChaCha20Poly1305(key).encrypt(_nonce(number, last), data, context)


def open_part(key: bytes, number: int, last: bool, data: bytes, context: bytes) -> bytes:
    """Open one part. Raises Damaged when a bit of it, its place or its context is another."""
    try:
        return ChaCha20Poly1305(key).decrypt(_nonce(number, last), data, context)
    except InvalidTag as error:
        raise Damaged("backup.damaged", part=number) from error


def wrap(secret: bytes, data: bytes, purpose: bytes) -> bytes:
    """Put a key under another secret, for storage."""
    nonce = ChaCha20Poly1305.generate_key()[:_NONCE_BYTES]
    return nonce + ChaCha20Poly1305(_derived(secret, b"", purpose)).encrypt(nonce, data, purpose)


def unwrap(secret: bytes, wrapped: bytes, purpose: bytes) -> bytes:
    """Take a key out again. Raises Damaged when it was put there under another secret."""
    try:
        key = ChaCha20Poly1305(_derived(secret, b"", purpose))
        return key.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], purpose)
    except (InvalidTag, ValueError) as error:
        raise Damaged("backup.damaged", part=0) from error


def _nonce(number: int, last: bool) -> bytes:
    # A content key seals one thing only, so a count is a nonce that never comes again.
    assert 0 <= number < _PARTS_MAX, "a thing has fewer parts than this"
    return (number << 1 | last).to_bytes(_NONCE_BYTES)


def _derived(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, purpose).derive(secret)
