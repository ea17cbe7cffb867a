"""What the line to the hub is made of: plain enough to be put together before the line's own modules are loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.identity import Clock
from kiosk.store.pictures import Pictures
from sync.agent.ports import FeedStore, Listener, Outbox, Papers
from sync.protocol.signature import Key


@dataclass(frozen=True, slots=True)
class LineNeeds:
    """Who the terminal is, what it sends and takes in, and who hears of it; see sync.agent.hands.Ports."""

    dev: str
    inc: int
    key: Key
    hub_key: bytes
    outbox: Outbox
    device: FeedStore
    catalog: FeedStore
    chunks: Path
    address: str
    remember: Callable[[str], None]
    pictures: Pictures
    listener: Listener
    clock: Clock
    discover: bool
    papers: Papers
