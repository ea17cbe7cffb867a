"""The terminal's own side of the sealed messages; shares nothing with the driver but the published description."""

import base64
import hashlib
import hmac
import json
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16


class NotSealed(ValueError):
    """A message that no host with our key has sealed."""


class Sealer:
    """Seals and opens with one shared key."""

    def __init__(self, passphrase: str, identifier: str, version: int) -> None:
        material = hashlib.pbkdf2_hmac("sha1", passphrase.encode("utf-8"), b"AdyenNexoV1Salt", 4000, dklen=80)
        self._hmac_key, self._cipher_key, self._vector = material[0:32], material[32:64], material[64:80]
        self._trailer = {"AdyenCryptoVersion": 1, "KeyIdentifier": identifier, "KeyVersion": version}

    def close(self, message: dict[str, Any], header: dict[str, Any], *, broken: bool = False) -> dict[str, Any]:
        """A message in its envelope; `broken` spoils the seal."""
        plain = json.dumps(message, ensure_ascii=False).encode("utf-8")
        nonce = os.urandom(BLOCK)
        fill = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher(nonce).encryptor()
        blob = encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()
        mac = hmac.new(self._hmac_key, plain, hashlib.sha256).digest()
        if broken:
            mac = bytes([mac[0] ^ 1]) + mac[1:]
        trailer = {**self._trailer, "Nonce": _b64(nonce), "Hmac": _b64(mac)}
        return {"MessageHeader": header, "NexoBlob": _b64(blob), "SecurityTrailer": trailer}

    def open(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """The message in an envelope. Raises NotSealed."""
        try:
            trailer = envelope["SecurityTrailer"]
            if any(trailer[name] != value for name, value in self._trailer.items()):
                raise NotSealed("another key")
            decryptor = self._cipher(base64.b64decode(trailer["Nonce"])).decryptor()
            plain = decryptor.update(base64.b64decode(envelope["NexoBlob"])) + decryptor.finalize()
            plain = plain[: -plain[-1]]
            if hmac.new(self._hmac_key, plain, hashlib.sha256).digest() != base64.b64decode(trailer["Hmac"]):
                raise NotSealed("a broken seal")
            message: dict[str, Any] = json.loads(plain)
            return message
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise NotSealed(str(error)) from error

    def _cipher(self, nonce: bytes) -> Cipher[modes.CBC]:
        vector = (int.from_bytes(self._vector, "big") ^ int.from_bytes(nonce, "big")).to_bytes(BLOCK, "big")
        return Cipher(algorithms.AES(self._cipher_key), modes.CBC(vector))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
