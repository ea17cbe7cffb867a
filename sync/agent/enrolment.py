"""Makes this machine a terminal: a one-time code and a fresh key for a certificate that the hub signed."""

import base64
import ssl
from dataclasses import dataclass

from kiosk.domain.errors import Damaged, ShopError
from sync.agent.client import ANSWER_S, ask, hello, plain_http, read_as
from sync.agent.events import Failure
from sync.protocol import certificate
from sync.protocol.certificate import Certificate
from sync.protocol.limits import BODY_BYTES_MAX
from sync.protocol.messages import EnrolReply, EnrolRequest, from_json, to_json
from sync.protocol.signature import Key, verifier

TRIES = 3
"""A request whose answer was lost is sent again under the same Idempotency-Key, so the code is used
once.
"""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """All that a terminal keeps of its enrolment, beside its own key. `hub_key` is pinned from now
    on.
    """

    certificate: Certificate
    certificate_data: bytes
    certificate_signature: bytes
    hub_key: bytes
    epoch: int
    address: str
    supersedes: str = ""


async def enrol(
    address: str,
    code: str,
    key: Key,
    app: str,
    host: str,
    idempotency_key: str,
    tls: ssl.SSLContext | None = None,
    recovers: bool = False,
) -> Enrolled:
    """Enrol at the hub at `address` (a base URL) with a one-time code.

    `app` and `host` name program and machine for the hub's list. Keep `idempotency_key` (a UUID)
    and the key over retries of the same attempt. `recovers`: the terminal that stands there is gone.
    Raises ShopError with the code of what went wrong.
    """
    address = address.rstrip("/")
    public = base64.b64encode(key.public).decode()
    body = to_json(EnrolRequest(code, public, app, host, recovers))
    headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key}
    failure = Failure("sync.unreachable")
    async with plain_http(tls) as http:
        there = await hello(http, address)
        if isinstance(there, Failure):
            raise ShopError(there.code, address=address)
        for _ in range(TRIES):
            url = address + "/v1/enrol"
            data = await ask(http, "POST", url, body, headers, ANSWER_S, BODY_BYTES_MAX)
            reply = read_as(data, lambda found: from_json(found, EnrolReply))
            if not isinstance(reply, Failure):
                return _checked(reply, key, address)
            failure = reply
            if failure.contact:
                break
    raise ShopError(failure.code, address=address)


def _checked(reply: EnrolReply, key: Key, address: str) -> Enrolled:
    """Open the certificate; raises Damaged when the hub did not sign this, or not for this key."""
    try:
        data = base64.b64decode(reply.certificate, validate=True)
        signature = base64.b64decode(reply.signature, validate=True)
        hub_key = base64.b64decode(reply.hub_key, validate=True)
        opened = certificate.read(data, signature, verifier(hub_key))
    except ValueError as error:
        raise Damaged("certificate.damaged") from error
    if opened.public_key != key.public:
        raise Damaged("certificate.foreign")
    return Enrolled(opened, data, signature, hub_key, reply.epoch, address, reply.supersedes)
