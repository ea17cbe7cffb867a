"""What every strange request is judged by: an answer with a code, never a fault, and a hub that goes on."""

import os
from dataclasses import dataclass

import httpx
from sqlalchemy import select

from sync.hub.problems import CODES
from sync.hub.storage.schema import facts, forks
from sync.protocol.signature import EPOCH_HEADER, PROTO_HEADER
from tests.sync.hub.support import FakeTerminal, RunningHub

LONG = os.environ.get("TOONBANK_LONG") == "1"


def code_of(reply: httpx.Response) -> str:
    """The code of an answer, empty when it is a good one; fails where the hub was at fault or did not speak as a hub."""
    assert PROTO_HEADER in reply.headers and EPOCH_HEADER in reply.headers, (reply.status_code, reply.headers)
    assert reply.status_code < 500, f"{reply.status_code}: {reply.text[:500]}"
    if reply.status_code < 400 or reply.status_code == 416:
        return ""
    assert reply.headers["Content-Type"] == "application/problem+json", reply.text[:200]
    problem = reply.json()
    assert problem["status"] == reply.status_code and problem["detail"] and problem["title"]
    assert problem["code"] in CODES, "a code that no README knows"
    return str(problem["code"])


@dataclass(frozen=True)
class Kept:
    """What the hub has of one terminal: its facts by number, and what was put aside as another history."""

    facts: dict[int, bytes]
    forks: list[tuple[int, bytes]]


def kept(hub: RunningHub, terminal: FakeTerminal) -> Kept:
    """Look inside the hub."""
    stored = hub.hub.storage.call(
        lambda c: c.execute(select(facts.c.seq, facts.c.data).where(facts.c.dev == terminal.dev).order_by(facts.c.seq)).all()
    )
    other = hub.hub.storage.call(lambda c: c.execute(select(forks.c.seq, forks.c.data).where(forks.c.dev == terminal.dev)).all())
    assert len({seq for seq, _ in stored}) == len(stored), "a number twice"
    return Kept({seq: bytes(data) for seq, data in stored}, [(seq, bytes(data)) for seq, data in other])


def goes_on(hub: RunningHub) -> None:
    """A terminal that knows nothing of all this enrols, sells, and gets its data."""
    till = hub.terminal("77")
    till.sale()
    assert till.push().next_seq == 2
    till.take_snapshot("catalog")
