"""Takes work from the screens to the threads that may wait, and brings results back to the GUI thread."""

import sys
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.domain.errors import ShopError
from kiosk.ui import spelling  # noqa: F401  # before the modules that come after this one

T = TypeVar("T")

SWITCH_INTERVAL_S = 0.0005
"""How long a busy thread may keep the interpreter from the others: handing over costs 7 ms so, 34 ms by default."""

Failed = Callable[[ShopError], None]


def _ignore(error: ShopError) -> None:
    """Nobody wanted to know."""


class Lane:
    """One worker thread with work in order."""

    def __init__(self, name: str) -> None:
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def put(self, work: Callable[[], None]) -> None:
        """Do this after all that was put before."""
        self._queue.put(work)

    def close(self, timeout_s: float = 10.0) -> bool:
        """Finish what was put and end; True when the thread has ended."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            work()


class Bridge(QObject):
    """Runs services on the counter's thread and searches on another; results come back as queued signals.

    `on_bug` hears, on the GUI thread, of an exception that is no ShopError: a fault of ours. `on_wait` is called when a
    person has asked for something and waits for its result.
    """

    _arrived = Signal(object)

    def __init__(
        self,
        on_bug: Callable[[BaseException], None],
        parent: QObject | None = None,
        on_wait: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(parent)
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._on_bug, self._on_wait = on_bug, on_wait
        self._open = True
        self._under_way = 0
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._counter = Lane("counter")
        self._search = Lane("search")

    @property
    def is_idle(self) -> bool:
        """Whether every result that was asked for has been handed over."""
        return self._under_way == 0

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed = _ignore) -> None:
        """Do `work` on the counter's thread, then `done` with its result, or `failed`, on the GUI thread."""
        self._start(self._counter, work, done, failed)

    def search(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed = _ignore) -> None:
        """The same on the thread of searches, which never holds up a scan."""
        self._start(self._search, work, done, failed)

    def post(self, call: Callable[[], None]) -> None:
        """Do `call` on the GUI thread; may be called from any thread."""
        if self._open:
            self._arrived.emit(call)

    def close(self) -> None:
        """Finish what was asked for and end the threads; results that come after this are dropped."""
        self._open = False
        self._counter.close()
        self._search.close()

    def _start(self, lane: Lane, work: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        self._under_way += 1
        self._on_wait()

        def job() -> None:
            self.post(partial(self._finish, self._outcome(work, done, failed)))

        lane.put(job)

    def _outcome(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed) -> Callable[[], None]:
        try:
            return partial(done, work())
        except ShopError as error:
            return partial(failed, error)
        except Exception as bug:
            return partial(self._on_bug, bug)

    def _finish(self, outcome: Callable[[], None]) -> None:
        self._under_way -= 1
        outcome()

    def _deliver(self, call: Callable[[], None]) -> None:
        if self._open:
            call()
