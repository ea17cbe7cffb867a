"""What a window's start leaves out: what is not loaded there cannot come late (tests/bench/README.md, cold_start)."""

import subprocess
import sys

import pytest

NOT_FIRST = (
    "typer",
    "pydantic",
    "rich",
    "httpx",
    "zeroconf",
    "biip",
    "sqlite_utils",
    "babel.messages",
    "importlib.metadata",
    "escpos",
)


def loaded(program: str) -> str:
    """What a process that runs a program prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("window", ["till", "kiosk"])
def test_a_window_starts_without_what_is_needed_later(window: str) -> None:
    program = f"import sys, kiosk.__main__, kiosk.apps.{window}; print([name for name in {NOT_FIRST} if name in sys.modules])"
    assert loaded(program) == "[]"


def test_no_module_is_read_as_text_to_see_how_it_spells_qts_names() -> None:
    program = (
        "import inspect, kiosk.ui.bridge; read = []; inspect.getsource = read.append; "
        "import kiosk.apps.till, kiosk.apps.kiosk, wsgiref.util; print(read)"
    )
    assert loaded(program) == "[]"
