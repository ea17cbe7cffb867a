"""A till over a real shop for each test; a warning of QML or a fault of a service fails the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from tests.kiosk.ui.till_shop import TillShop

OpenTill = Callable[..., TillShop]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    """What our programs run on: without widgets, so that whichever test comes first in a process makes the same."""
    return QGuiApplication


@pytest.fixture
def open_till(tmp_path: Path, qapp: object) -> Iterator[OpenTill]:
    """Open tills; all are closed at the end, and none may have warned."""
    opened: list[TillShop] = []

    def make(sample: str = "fashion", **options: object) -> TillShop:
        shop = TillShop(tmp_path / f"till-{len(opened)}", sample, **options)  # type: ignore[arg-type]
        opened.append(shop)
        return shop

    yield make
    for shop in opened:
        warnings, bugs = list(shop.warnings), list(shop.bugs)
        shop.close()
        assert not bugs, bugs
        assert not warnings, warnings


@pytest.fixture
def till(open_till: OpenTill) -> TillShop:
    """A till of the fashion shop, at its lock screen, in English."""
    return open_till(language="en")


@pytest.fixture
def selling(till: TillShop) -> TillShop:
    """The same, signed in and with an open shift."""
    till.ready()
    return till
