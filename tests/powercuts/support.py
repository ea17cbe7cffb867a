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

LONG = os.environ.get("TOONBANK_LONG") == "1"
LOG = "log.msgpack"
_TIME_S = 110.0


@dataclass(frozen=True)
class Trace:
    """A log, and the promises in the order in which they were made, each with the entry from which on it holds (`at`)."""

    log: Sequence[Entry]
    promises: Sequence[dict[str, Any]]

    def by(self, at: int, key: str) -> list[dict[str, Any]]:
        """The promises of one kind made before the entry `at`."""
        return [promise for promise in self.promises if key in promise and promise["at"] <= at]


class Lost(AssertionError):
    """What was promised is not there, or not whole."""


def expect(holds: bool, otherwise: str) -> None:
    """Raise Lost unless it holds: a mutant is caught by this and by nothing else."""
    if not holds:
        raise Lost(otherwise)


def record(workload: str, seed: int, *mutants: str) -> Trace:
    """Run a workload on a disk of its own."""
    with tempfile.TemporaryDirectory(prefix="cuts-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.powercuts.child", workload, folder, str(seed), *mutants],
            capture_output=True, text=True, timeout=_TIME_S, check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        promises = [json.loads(line) for line in done.stdout.splitlines()]
        assert "over" in promises.pop(), "the workload did not come to its end"
        return Trace(load(Path(folder) / LOG), promises)
