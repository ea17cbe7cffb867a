"""The certificate over the years: renewed in time, and shown to a hub that was restored from before it was made."""

import base64
from dataclasses import dataclass

from kiosk.domain.codec import digest
from kiosk.domain.errors import Damaged
from sync.agent.client import ANSWER_S, HubClient, read_as
from sync.agent.events import Failure
from sync.protocol import certificate
from sync.protocol.certificate import Certificate
from sync.protocol.messages import ReadmitRequest, RenewReply, RenewRequest, from_json, to_json
from sync.protocol.signature import verifier

JSON = "application/json"
FOREIGN = Failure("sync.garbage", contact=True, slow=True)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A renewed certificate: opened, its bytes, and the hub's signature over them."""

    certificate: Certificate
    data: bytes
    signature: bytes


def span(data: bytes, signature: bytes, client: HubClient) -> tuple[int, int]:
    """The end of a certificate, and from when on it is to be renewed (ms). Raises Damaged for one that our hub did not sign."""
    made = certificate.read(data, signature, verifier(client.identity.hub_key))
    return made.not_after_ms, made.renew_ms


async def renew(client: HubClient, data: bytes, signature: bytes) -> Renewal | Failure:
    """Ask for the same certificate with a later end. Asked twice for the same one, the hub gives the same answer."""
    old = certificate.read(data, signature, verifier(client.identity.hub_key))
    body = to_json(RenewRequest(old.not_after_ms))
    once = f"renew-{digest(data).hex()[:40]}"
    answer = await client.signed("POST", "/v1/renew", body, ANSWER_S, kind=JSON, once=once)
    reply = read_as(answer, lambda found: from_json(found, RenewReply))
    if isinstance(reply, Failure):
        return reply
    try:
        fresh, seal = base64.b64decode(reply.certificate, validate=True), base64.b64decode(reply.signature, validate=True)
        opened = certificate.read(fresh, seal, verifier(client.identity.hub_key))
    except (ValueError, Damaged):
        return FOREIGN
    same = (opened.dev, opened.inc, opened.public_key, opened.series) == (old.dev, old.inc, old.public_key, old.series)
    return Renewal(opened, fresh, seal) if same and opened.place == old.place else FOREIGN


async def readmit(client: HubClient, data: bytes, signature: bytes) -> Failure | None:
    """Show the certificate to a hub that does not know this terminal; None when it does now."""
    body = to_json(ReadmitRequest(base64.b64encode(data).decode(), base64.b64encode(signature).decode()))
    once = f"readmit-{digest(data).hex()[:40]}"
    answer = await client.signed("POST", "/v1/readmit", body, ANSWER_S, kind=JSON, once=once)
    return answer if isinstance(answer, Failure) else None
