"""Runs a recorded process and hands over its log with what it promised."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.powercuts.disk import Entry, load
from tests.powercuts.images import Image, lay_out

LONG = os.environ.get("TOONBANK_LONG") == "1"
LOG, DISK = "log.msgpack", "disk"
_TIME_S = 110.0


@dataclass(frozen=True)
class Trace:
    """A log, and the promises in the order in which they were made, each with the entry from which on it holds (`at`).

    Up to `start` the log only tells what was on the disk to begin with.
    """

    log: Sequence[Entry]
    promises: Sequence[dict[str, Any]]
    start: int = 0

    def by(self, at: int, key: str) -> list[dict[str, Any]]:
        """The promises of one kind made before the entry `at`."""
        return [promise for promise in self.promises if key in promise and promise["at"] <= at]


class Lost(AssertionError):
    """What was promised is not there, or not whole."""


def expect(holds: bool, otherwise: str) -> None:
    """Raise Lost unless it holds: a mutant is caught by this and by nothing else."""
    if not holds:
        raise Lost(otherwise)


def record(workload: str, seed: int, *mutants: str, image: Image | None = None) -> Trace:
    """Run a workload on a disk of its own: an empty one, or what a power cut left."""
    with tempfile.TemporaryDirectory(prefix="cuts-") as folder:
        if image is not None:
            (Path(folder) / DISK).mkdir()
            lay_out(image, Path(folder) / DISK)
        done = subprocess.run(
            [sys.executable, "-m", "tests.powercuts.child", workload, folder, str(seed), *mutants],
            capture_output=True, text=True, timeout=_TIME_S, check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        promises = [json.loads(line) for line in done.stdout.splitlines()]
        assert "over" in promises.pop(), "the workload did not come to its end"
        start = next((promise["at"] for promise in promises if "adopted" in promise), 0)
        return Trace(load(Path(folder) / LOG), promises, start)
