"""How a message of the local nexo protocol is sealed: AES-256-CBC for eyes, HMAC-SHA256 over the plain text for truth."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

NONCE_BYTES = 16
_SALT = b"AdyenNexoV1Salt"
_ROUNDS = 4_000
_MAC, _AES, _IV = 32, 32, 16


class Unsealed(ValueError):
    """A message is not what its sender sealed, or was sealed with another key."""


@dataclass(frozen=True, slots=True)
class SharedKey:
    """The key that the terminal and the till share, made from a passphrase."""

    identifier: str
    version: int
    mac: bytes
    aes: bytes
    iv: bytes


def derive(passphrase: str, identifier: str, version: int) -> SharedKey:
    """The key of a passphrase (PBKDF2 with SHA-1); takes 3 ms, so keep it.

    >>> derive("mysupersecretpassphrase", "key", 1).iv.hex()
    '17be85c2e52ba327bdce1910f4c2c7de'
    """
    made = hashlib.pbkdf2_hmac("sha1", passphrase.encode(), _SALT, _ROUNDS, _MAC + _AES + _IV)
    return SharedKey(identifier, version, made[:_MAC], made[_MAC : _MAC + _AES], made[_MAC + _AES :])


def seal(plain: bytes, key: SharedKey, nonce: bytes) -> dict[str, Any]:
    """The blob and the trailer of a message; the nonce is used once."""
    assert len(nonce) == NONCE_BYTES, "a nonce has 16 bytes"
    padder = PKCS7(128).padder()
    cipher = _cipher(key, nonce).encryptor()
    blob = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    return {
        "NexoBlob": _text(blob),
        "SecurityTrailer": {
            "AdyenCryptoVersion": 1,
            "KeyIdentifier": key.identifier,
            "KeyVersion": key.version,
            "Nonce": _text(nonce),
            "Hmac": _text(hmac.digest(key.mac, plain, "sha256")),
        },
    }


def unseal(message: Mapping[str, Any], key: SharedKey) -> Mapping[str, Any]:
    """The message within a sealed one. Raises Unsealed."""
    try:
        trailer = message["SecurityTrailer"]
        if (trailer["KeyIdentifier"], trailer["KeyVersion"]) != (key.identifier, key.version):
            raise Unsealed("sealed with another key")
        cipher = _cipher(key, _bytes(trailer["Nonce"])).decryptor()
        padder = PKCS7(128).unpadder()
        plain = padder.update(cipher.update(_bytes(message["NexoBlob"])) + cipher.finalize()) + padder.finalize()
        if not hmac.compare_digest(hmac.digest(key.mac, plain, "sha256"), _bytes(trailer["Hmac"])):
            raise Unsealed("the seal is broken")
        opened = json.loads(plain)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise error if isinstance(error, Unsealed) else Unsealed("not a sealed message") from error
    if not isinstance(opened, dict):
        raise Unsealed("not a message")
    return opened


def _cipher(key: SharedKey, nonce: bytes) -> Cipher[modes.CBC]:
    if len(nonce) != NONCE_BYTES:
        raise Unsealed("a nonce has 16 bytes")
    return Cipher(algorithms.AES(key.aes), modes.CBC(bytes(a ^ b for a, b in zip(key.iv, nonce, strict=True))))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
