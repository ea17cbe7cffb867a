"""One kiosk for a whole file of tests: each begins as if nobody had touched it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.ui.kiosk.stage import Stage, kiosk_stage


@pytest.fixture(scope="module")
def fashion_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A kiosk of the fashion shop; taking it down fails on any warning of QML."""
    folder: Path = tmp_path_factory.mktemp("kiosk")
    with kiosk_stage(folder) as stage:
        yield stage


@pytest.fixture
def stage(fashion_stage: Stage) -> Stage:
    """The same kiosk, forgotten by everybody."""
    fashion_stage.kiosk.wipe()
    fashion_stage.kiosk.on_reachable(True)
    fashion_stage.kiosk.on_printer(False)
    fashion_stage.settle()
    fashion_stage.heard.names.clear()
    fashion_stage.line.calls.clear()
    fashion_stage.line.cancelled.clear()
    return fashion_stage
