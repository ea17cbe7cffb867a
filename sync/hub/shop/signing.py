"""How a message to a webhook is signed: HMAC-SHA256 over id, time and body, with the headers of the Standard Webhooks convention.

Whoever receives it computes the same with the secret, and refuses what is older than some minutes.
"""

import base64
import hashlib
import hmac

PREFIX = "whsec_"
SECRET_BITS = 256


def spell(chance: int) -> str:
    """A secret from chance."""
    return PREFIX + base64.b64encode(chance.to_bytes(SECRET_BITS // 8)).decode()


def headers(secret: str, id: str, now_ms: int, body: bytes) -> dict[str, str]:
    """The three headers of a message. `now_ms` is when it is sent, so that one that is sent again later is not taken for old.

    >>> headers(PREFIX + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_000,
    ...     b'{"test": 2432232314}')["webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    stamp = str(now_ms // 1_000)
    key = base64.b64decode(secret.removeprefix(PREFIX))
    mark = hmac.new(key, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{base64.b64encode(mark).decode()}"}
