"""What a terminal asks of the hub about its own life and that of the one it follows: facts, keys of backups, and the end."""

import base64

from kiosk.domain.codec import digest
from kiosk.domain.errors import Damaged, ShopError
from kiosk.domain.facts import SealedFact
from sync.agent.client import ANSWER_S, CHUNK_S, HubClient, read_as
from sync.agent.events import Failure
from sync.protocol import sealing
from sync.protocol.limits import PUSH_BYTES_MAX, PUSH_FACTS_MAX
from sync.protocol.messages import (
    BackupKey,
    DecommissionRequest,
    FactsReply,
    OpenBackup,
    OpenedBackup,
    PushedFact,
    PushReply,
    PushRequest,
    from_json,
    pack,
    to_json,
    unpack,
)
from sync.protocol.signature import verifier

JSON = "application/json"
ANSWER = b"toonbank backup key on its way"


async def backup_key(client: HubClient) -> BackupKey | Failure:
    """The public key to which this store's backups are sealed, signed by the hub."""
    answer = await client.signed("GET", "/v1/backups/key", b"", ANSWER_S)
    return read_as(answer, lambda data: from_json(data, BackupKey))


def open_backup_key(key: BackupKey, hub_key: bytes) -> tuple[int, bytes]:
    """Number and public key. Raises Damaged when our hub did not sign just this."""
    data, signature = base64.b64decode(key.key), base64.b64decode(key.signature)
    if not verifier(hub_key)(digest(data), signature):
        raise Damaged("backup.key_damaged")
    said = from_json(data, dict[str, str | int])
    return int(said["id"]), base64.b64decode(str(said["public"]))


async def content_key(client: HubClient, number: int, public: bytes) -> bytes | Failure:
    """The content key of one of this store's backups; only this terminal can read the answer."""
    private = sealing.new_private()
    spelled = [base64.b64encode(part).decode() for part in (public, sealing.public_of(private))]
    body = to_json(OpenBackup(number, spelled[0], spelled[1]))
    answer = await client.signed("POST", "/v1/backups/open", body, ANSWER_S, kind=JSON)
    opened = read_as(answer, lambda data: from_json(data, OpenedBackup))
    if isinstance(opened, Failure):
        return opened
    key = sealing.open_from(private, base64.b64decode(opened.public), ANSWER)
    return sealing.open_part(key, 0, True, base64.b64decode(opened.sealed), b"")


async def facts_of(client: HubClient, dev: str, inc: int) -> FactsReply:
    """All facts that the hub has of the terminal that stood here before. Raises ShopError when the hub does not give them."""
    found: list[PushedFact] = []
    while True:
        target = f"/v1/facts?dev={dev}&inc={inc}&start={len(found) + 1}"
        body = await client.signed("GET", target, b"", CHUNK_S, size_max=64 * 1024 * 1024)
        reply = read_as(body, lambda data: unpack(data, FactsReply))
        if isinstance(reply, Failure):
            raise ShopError(reply.code)
        found += reply.facts
        if not reply.facts or len(found) >= reply.head:
            return FactsReply(dev, inc, reply.public_key, reply.head, found)


async def bring(client: HubClient, of: tuple[str, int], from_seq: int, facts: list[SealedFact]) -> int:
    """Send a predecessor's facts in its place; gives the number of the last that the hub has. Raises ShopError."""
    last = from_seq - 1
    while facts:
        batch, size = list[SealedFact](), 0
        for fact in facts[:PUSH_FACTS_MAX]:
            size += len(fact.data) + len(fact.signature)
            if batch and size > PUSH_BYTES_MAX:
                break
            batch.append(fact)
        pushed = [PushedFact(fact.data, fact.signature) for fact in batch]
        request = PushRequest(of[0], of[1], last + 1, pushed)
        body = await client.signed("POST", "/v1/push", pack(request), CHUNK_S)
        reply = read_as(body, lambda data: unpack(data, PushReply))
        if isinstance(reply, Failure):
            raise ShopError(reply.code)
        if reply.next_seq <= last + 1:
            return reply.next_seq - 1  # the hub takes no more of these
        last = reply.next_seq - 1
        facts = [fact for fact in facts if fact.seq > last]
    return last


async def end(client: HubClient, seq: int, head: bytes, given_up: dict[str, str]) -> Failure | None:
    """Tell the hub that this terminal is taken out of use; None when it agreed."""
    body = to_json(DecommissionRequest(seq, head.hex(), given_up))
    once = f"end-{seq}-{digest(body).hex()[:32]}"
    answer = await client.signed("POST", "/v1/decommission", body, ANSWER_S, kind=JSON, once=once)
    return answer if isinstance(answer, Failure) else None
