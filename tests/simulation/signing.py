"""How simulated terminals sign: with Ed25519 as real ones do, or with a keyed hash of the same size in a tenth of the time."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from kiosk.domain.chain import Sign, Verify
from sync.protocol.signature import Key, verifier


@dataclass(frozen=True)
class Signing:
    """Makes a device's signer and public key by its name, and a verifier from a public key."""

    name: str
    sign: Callable[[str], Sign]
    public: Callable[[str], bytes]
    verifier: Callable[[bytes], Verify]


def _secret(dev: str) -> bytes:
    """The stand-in's key; whoever has the "public" one can also sign, which no fault of the simulator makes use of."""
    return hashlib.sha256(b"simulated " + dev.encode()).digest()


def _hash_sign(dev: str) -> Sign:
    key = _secret(dev)
    return lambda message: hashlib.blake2b(message, key=key).digest()


def _hash_verifier(public: bytes) -> Verify:
    def verify(message: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(hashlib.blake2b(message, key=public).digest(), signature)

    return verify


@cache
def _key(dev: str) -> Key:
    return Key.load(_secret(dev))


KEYED_HASH = Signing("keyed hash", _hash_sign, _secret, _hash_verifier)
ED25519 = Signing("ed25519", lambda dev: _key(dev).sign, lambda dev: _key(dev).public, verifier)
SIGNINGS = {one.name: one for one in (KEYED_HASH, ED25519)}
