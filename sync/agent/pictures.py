"""Brings missing pictures into a folder by their SHA-256: slowly, in the background, and never half."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from sync.agent.client import HubClient
from sync.agent.events import Failure
from sync.agent.snapshot import write_whole

ROUND_MAX = 2_000
"""At most so many names of missing pictures are held at once."""

log = logging.getLogger(__name__)


class PictureShelf(Protocol):
    """Where a terminal keeps its pictures."""

    def missing(self, count_max: int) -> Sequence[str]:
        """SHA-256 (hex) of pictures that the catalogue names and the folder does not hold."""
        ...

    def path(self, sha256: str) -> Path:
        """Where a picture goes."""
        ...

    def arrived(self) -> None:
        """More pictures are there than before; whoever shows them may look again."""
        ...


async def fetch(client: HubClient, shelf: PictureShelf, wanted: Sequence[str], unknown: set[str]) -> bool:
    """Fetch pictures one after the other; stops at the first sign that the line is busy or gone.

    Pictures that the hub does not have are added to `unknown` and not asked for again. True when
    nothing is left to fetch.
    """
    came = 0
    try:
        for sha256 in wanted:
            data = await client.picture(sha256)
            if isinstance(data, Failure):
                if not data.contact or data.retry_after_ms:
                    return False
                log.info("picture %s: %s", sha256, data.code)
                unknown.add(sha256)
                continue
            path = shelf.path(sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
            came += 1
        return True
    finally:
        if came:
            shelf.arrived()
