"""Real tills, hubs, proxies and resolvers as processes, each in a network namespace if one is named."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CEILING_S = 120.0


class Child:
    """A process that says one JSON object a line, and takes orders so."""

    def __init__(self, argv: Sequence[str], space: str = "", log: Path | None = None) -> None:
        prefix = ["ip", "netns", "exec", space] if space else []
        self._log = (log or Path(os.devnull)).open("ab")
        self.process = subprocess.Popen(
            [*prefix, sys.executable, *argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
            bufsize=1, cwd=ROOT,
        )  # fmt: skip
        self.said: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.said.append(self.heard(line))
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def heard(self, line: str) -> dict[str, Any]:
        """A line as what it means."""
        found: dict[str, Any] = json.loads(line)
        return found

    def order(self, **order: object) -> None:
        """Tell it something."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def wait(self, what: Callable[[], object], ceiling_s: float = CEILING_S) -> bool:
        """Wait until something holds, looking again at every line."""
        with self._news:
            return bool(self._news.wait_for(lambda: what() or self._ended, ceiling_s) and what())

    def last(self, key: str) -> Any:
        """The last thing said of one kind, or None."""
        return next((one[key] for one in reversed(self.said) if key in one), None)

    def all(self, key: str) -> list[Any]:
        """Everything said of one kind."""
        return [one[key] for one in list(self.said) if key in one]

    def kill(self) -> None:
        """As a power cut would end it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(CEILING_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(CEILING_S)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and pipe is self.process.stdin:
                pipe.close()
        self._reader.join(CEILING_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()


class Till(Child):
    """A till at work; see tests.network.counter."""

    def __init__(self, folder: Path, pin: str, space: str = "") -> None:
        super().__init__(["-m", "tests.network.counter", str(folder), pin], space, folder.with_suffix(".log"))
        self.folder = folder
        self._numbers = itertools.count(1)
        assert self.wait(lambda: self.last("ready")), f"the till did not open: {folder.with_suffix('.log').read_text()[-2000:]}"

    def state(self) -> dict[str, Any]:
        """How it stands now."""
        number = next(self._numbers)
        self.order(ask=number)
        assert self.wait(lambda: self.last("answer") == number), "the till does not answer"
        return next(one for one in reversed(self.said) if one.get("answer") == number)

    def sell(self, count: int) -> None:
        """Sell so many, and wait until they are committed."""
        wanted = len(self.all("sold")) + count
        self.order(count=count)
        assert self.wait(lambda: len(self.all("sold")) >= wanted), "the till does not sell"

    def drained(self, ceiling_s: float = CEILING_S) -> bool:
        """Wait until the hub has every fact."""
        return self.wait(lambda: (self.last("sync") or {}).get("unsent") == 0 and self._is_empty(), ceiling_s)

    def _is_empty(self) -> bool:
        return bool(self.last("sync")["reachable"])

    def close(self) -> None:
        """Close in good order."""
        if self.process.poll() is None:
            self.order(stop=True)
            self.process.wait(CEILING_S)
        self.stop()


class Hub(Child):
    """`toonbank-hub serve` on a data folder."""

    def __init__(self, data: Path, host: str = "127.0.0.1", port: int = 0, space: str = "", announce: bool = False) -> None:
        argv = ["-m", "sync.hub", "serve", "--data", str(data), "--host", host, "--port", str(port)]
        super().__init__([*argv, *(["--announce"] if announce else [])], space, data.with_suffix(".log"))
        assert self.wait(lambda: self.last("url")), f"the hub did not start: {data.with_suffix('.log').read_text()[-2000:]}"

    @property
    def url(self) -> str:
        """Where it answers."""
        return str(self.last("url"))

    def heard(self, line: str) -> dict[str, Any]:
        """Its one line."""
        return {"url": line.strip().rpartition(" ")[2]}
