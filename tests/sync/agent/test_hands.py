"""What the hands tell the core beside the answer it waits for."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from kiosk.domain.feed import NOWHERE
from sync.agent.client import HubClient
from sync.agent.events import Applied, Apply, At, Event, Woken
from sync.agent.hands import Hands, Ports
from sync.protocol.messages import Scope


@pytest.mark.parametrize(("scope", "heads"), [("device", [7]), ("catalog", [])])
def test_a_journal_that_grew_with_what_the_hub_changed_is_told_at_once_and_not_at_the_next_tick(
    scope: Scope, heads: list[int]
) -> None:
    store: Any = SimpleNamespace(apply=lambda *_: None)
    outbox: Any = SimpleNamespace(head=lambda: 7)
    told: list[Event] = []
    ports = Ports(outbox, store, store, Path(), (), lambda _: None)
    hands = Hands(ports, cast(HubClient, None), None, lambda: At(1, 1, 1), told.append)
    try:
        asyncio.run(hands.do(Apply(3, scope, (), NOWHERE)))
    finally:
        hands.close()
    assert [event.head for event in told if isinstance(event, Woken)] == heads
    assert isinstance(told[-1], Applied)
