"""The hub for tests: one that runs on a real port, with a shop of two stores in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.hub.support import RunningHub, running_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A running hub."""
    with running_hub(tmp_path / "hub") as running:
        yield running
