"""Each program starts with its own packages alone, as it is installed in a shop."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.house.rules.common import ROOT


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command to its good end and give what it said."""
    answer = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=600
    )
    assert answer.returncode == 0, f"{command} failed:\n{(answer.stdout + answer.stderr)[-3000:]}"
    return answer.stdout


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("extra", "program", "says"), [("till", "toonbank", "enrol"), ("hub", "toonbank-hub", "serve")]
)
def test_a_program_starts_from_its_wheel_and_its_lock_alone(tmp_path: Path, extra, program, says):
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    pip = (tmp_path / "venv" / "bin" / "python", "-m", "pip", "install", "-q")
    lock = ROOT / "packaging" / f"lock-{extra}.txt"
    run(*pip, "--require-hashes", "-r", lock, cwd=tmp_path)
    run(*pip, "--no-deps", wheel, cwd=tmp_path)
    assert says in run(tmp_path / "venv" / "bin" / program, "--help", cwd=tmp_path)
