"""Calls for a person: a kiosk makes one and waits for its state; a till that shows it says so."""

import json
from typing import Literal

from kiosk.domain.feed import HelpCall
from sync.agent.client import ANSWER_S, POLL_EXTRA_S, HubClient, read_as
from sync.agent.events import Failure
from sync.protocol.messages import HelpRequest, from_json, to_json

HelpState = Literal["delivered", "answered", "cancelled"]


async def call_for_help(client: HubClient, call_id: str, reason: str, language: str) -> HelpCall | Failure:
    """Make a call. The id makes it one call however often it is sent.

    The call is `waiting` until a till shows it: only `delivered` may be shown as "called".
    """
    body = to_json(HelpRequest(call_id, reason, language))
    data = await client.signed("POST", "/v1/help", body, ANSWER_S, kind="application/json")
    return read_as(data, lambda found: from_json(found, HelpCall))


async def wait_for_state(client: HubClient, call_id: str, wait_s: int, known: str = "") -> HelpCall | Failure:
    """The call as soon as its state is not `known` any more (empty: not what it is when asked), or as it is after `wait_s`."""
    target = f"/v1/help/{call_id}?wait={wait_s}&known={known}"
    data = await client.signed("GET", target, b"", wait_s + POLL_EXTRA_S)
    return read_as(data, lambda found: from_json(found, HelpCall))


async def mark(client: HubClient, call_id: str, state: HelpState, by: str = "") -> HelpCall | Failure:
    """Say that a till shows the call, that somebody (`by`, as shoppers may read it) goes, or that it is over."""
    body = json.dumps({"by": by}).encode()
    target = f"/v1/help/{call_id}/{state}"
    data = await client.signed("POST", target, body, ANSWER_S, kind="application/json")
    return read_as(data, lambda found: from_json(found, HelpCall))
