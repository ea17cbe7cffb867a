"""What every test run shares: a quiet Qt without a display, and chance that can be repeated."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Qt reads these once, when the first application object is made, so they are set before any test.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")

# A shared machine is slow at times, and a deadline would blame the code for it.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True, database=None)
settings.register_profile("long", settings.get_profile("desk"), max_examples=2_000)


def _profile() -> str:
    if os.environ.get("TOONBANK_LONG") == "1":
        return "long"
    return "ci" if os.environ.get("CI") else "desk"


settings.load_profile(_profile())


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run that all its workers see."""
    own = tmp_path_factory.getbasetemp()
    return (own if worker_id == "master" else own.parent) / "shops"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped, also when none was: a skip must never go unseen."""
    skipped = terminalreporter.stats.get("skipped", [])
    terminalreporter.write_line(f"skipped tests: {len(skipped)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the full counts to `packaging/dev test --long`."""
    if os.environ.get("TOONBANK_LONG") == "1":
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="full counts: packaging/dev test --long"))
