"""ruff and mypy --strict are clean, so that pytest is the one command."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.rules.common import ROOT


def _run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, timeout=110
    )


def test_ruff_is_clean():
    answer = _run("ruff", "check", "--output-format", "concise")
    assert answer.returncode == 0, f"Way out: packaging/dev lint --fix\n{answer.stdout[-4000:]}"


def test_mypy_is_clean_in_its_strict_mode():
    answer = _run("mypy", "--no-color-output")
    assert answer.returncode == 0, f"Way out: say the type\n{answer.stdout[-4000:]}"


@pytest.mark.parametrize(
    ("code", "says"),
    [("import os\n", "F401"), ("try:\n    f()\nexcept Exception:\n    x = 1\n", "BLE001")],
)
def test_our_ruff_settings_bite(tmp_path: Path, code, says):
    (tmp_path / "x.py").write_text(code, encoding="utf-8")
    answer = _run(
        "ruff", "check", "--config", str(ROOT / "pyproject.toml"), "--no-cache", ".", cwd=tmp_path
    )
    assert answer.returncode == 1 and says in answer.stdout


def test_our_mypy_settings_bite(tmp_path: Path):
    (tmp_path / "x.py").write_text("def f(a):\n    return a\n", encoding="utf-8")
    config = str(ROOT / "pyproject.toml")
    answer = _run(
        "mypy", "--config-file", config, "--cache-dir", str(tmp_path), "x.py", cwd=tmp_path
    )
    assert answer.returncode == 1 and "no-untyped-def" in answer.stdout
