"""The hub for tests: one that runs on a real port, with a shop of two stores in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.hub.support import RunningHub, running_hub, shop_folder


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that each test gets a copy of."""
    return shop_folder(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def hub(tmp_path: Path, shop: Path) -> Iterator[RunningHub]:
    """A running hub."""
    shutil.copytree(shop, tmp_path / "hub")
    with running_hub(tmp_path / "hub") as running:
        yield running
