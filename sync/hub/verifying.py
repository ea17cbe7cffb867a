"""Signatures of facts, many at a time: libsodium needs half the time of the other library and lets other threads work meanwhile.

Both say the same about all that an honest key signed and about all that it did not; a test holds them to it. Keys and signatures
that fit any message, which nobody honest has, are refused here only.
"""

from nacl.bindings import crypto_sign_BYTES, crypto_sign_open, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError

from kiosk.domain.chain import Verify


def quick_verifier(public: bytes) -> Verify:
    """Makes `verify(message, signature) -> bool` for a public key; raises ValueError when it is not 32 bytes."""
    if len(public) != crypto_sign_PUBLICKEYBYTES:
        raise ValueError(f"a public key has {crypto_sign_PUBLICKEYBYTES} bytes, not {len(public)}")

    def verify(message: bytes, signature: bytes) -> bool:
        if len(signature) != crypto_sign_BYTES:
            return False  # it stands before the message in one string, so its length says where that begins
        try:
            crypto_sign_open(signature + message, public)
        except BadSignatureError:
            return False
        return True

    return verify
