"""What journeys start from: copies of shops that were imported and enrolled once."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.apps.demo import DemoShop
from tests.journeys.prepared import copy_shop, prepare

ShopMaker = Callable[..., DemoShop]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    """What our programs run on: without widgets, so that whichever test comes first in a process makes the same."""
    return QGuiApplication


@pytest.fixture(scope="module")
def make_shop_copy(shared_folder: Path) -> Iterator[ShopMaker]:
    """Makes shops with every terminal enrolled; stops their processes and removes them at the module's end."""
    made: list[DemoShop] = []
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:  # short: a socket's path has a limit

        def make(sample: str = "fashion") -> DemoShop:
            made.append(copy_shop(prepare(shared_folder, sample), Path(folder) / str(len(made)), sample))
            return made[-1]

        yield make
        for shop in made:
            shop.stop()
