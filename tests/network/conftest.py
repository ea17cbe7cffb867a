"""A shop with its tills enrolled, and namespaces to put them in."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.apps.demo import DemoShop
from tests.journeys.prepared import copy_shop, prepare
from tests.network.world import enrol_tills

TILLS = 2


@pytest.fixture(scope="module")
def shop(shared_folder: Path) -> Iterator[DemoShop]:
    """A shop of one's own; nothing in it runs."""
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:  # short: a socket's path has a limit
        made = copy_shop(prepare(shared_folder, "fashion"), Path(folder) / "s", "fashion")
        enrol_tills(made, TILLS)
        yield made
        made.stop()
