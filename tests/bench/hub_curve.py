"""How the hub's costs grow: with what it has stored, and with the size of a push."""

import asyncio
import tempfile
from pathlib import Path

from tests.bench.hub import BATCH, TERMINALS, enrolled, prepared, push_all, serving, timed
from tests.sync.hub.support import FakeTerminal

STORED = (1_000, 10_000, 100_000)
"""Facts in the hub, at the least, before the sales that are timed."""
PUSHES = (1, 10, 100, 200)
"""Sales in a push."""
SAMPLE = 3_200
"""Sales that are timed at each point; as many pushes of one sale would take minutes, so those are a tenth."""


def by_stored(most: int) -> tuple[list[int], list[float]]:
    """How many facts there were, and µs for each further sale, in pushes of 200."""
    sizes: list[int] = []
    costs: list[float] = []
    with tempfile.TemporaryDirectory(prefix="toonbank-curve-") as name:
        folder = Path(name) / "hub"
        terminals = enrolled(folder, "", TERMINALS)
        with serving(folder, "") as (_, port):
            stored = 0
            for size in (one for one in STORED if one <= most):
                while stored < size:
                    # In parts: signed requests grow old, and a hundred thousand would do so before their turn.
                    batches = min(5, -(-(size - stored) // (TERMINALS * BATCH)))
                    _microseconds(terminals, port, batches, BATCH)
                    stored += TERMINALS * batches * BATCH
                sizes.append(stored)
                costs.append(_microseconds(terminals, port, SAMPLE // (TERMINALS * BATCH), BATCH))
                stored += SAMPLE
    return sizes, costs


def by_push() -> tuple[list[int], list[float]]:
    """How many sales were in a push, and µs for each sale."""
    costs: list[float] = []
    with tempfile.TemporaryDirectory(prefix="toonbank-curve-") as name:
        folder = Path(name) / "hub"
        terminals = enrolled(folder, "", TERMINALS)
        with serving(folder, "") as (_, port):
            for size in PUSHES:
                sample = SAMPLE // 10 if size == 1 else SAMPLE
                costs.append(_microseconds(terminals, port, max(1, sample // (TERMINALS * size)), size))
    return list(PUSHES), costs


def _microseconds(terminals: list[FakeTerminal], port: int, batches: int, size: int) -> float:
    loads = [prepared(terminal, batches, size) for terminal in terminals]
    seconds, _ = timed(lambda: asyncio.run(push_all(loads, port)))
    return seconds / (TERMINALS * batches * size) * 1e6
