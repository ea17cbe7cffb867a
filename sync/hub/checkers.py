"""The hub's checking processes: started when there is much to check, replaced when they fail, ended with the hub.

They are a help and never a need: what none of them answers is checked here.
"""

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import LifoQueue
from threading import Timer

import msgspec

from kiosk.domain.errors import Damaged
from sync.hub.checker import READY, answered, asked
from sync.hub.checking import Author, check, judge_of
from sync.hub.folding import Found
from sync.hub.plausible import Limits
from sync.protocol.messages import PushRequest

log = logging.getLogger("toonbank.hub.checking")

PROCESSES_MAX = 2
SMALL = 20
"""Fewer facts than this are sooner checked than sent."""

ANSWER_WAIT_S = 20.0
END_WAIT_S = 5.0
AGAIN_AFTER_S = 60.0
"""So long after one failed no other is started in its place."""


def fitting() -> int:
    """How many processes are worth their memory on this machine: none beside a single processor."""
    cores = len(os.sched_getaffinity(0))
    return min(cores, PROCESSES_MAX) if cores > 1 else 0


class Checkers:
    """Used on the event loop. Whatever is asked of a process waits for it on a thread."""

    def __init__(self, count: int, clock_s: Callable[[], float] = time.monotonic) -> None:
        # The one that was used last is taken first, so that a hub with little to do has one process and not all.
        self._free: LifoQueue[Checker] = LifoQueue()
        self._all = [Checker(clock_s) for _ in range(count)]
        for one in reversed(self._all):
            self._free.put(one)
        self._threads = ThreadPoolExecutor(max(1, count), thread_name_prefix="hub-checking")

    async def check(
        self, body: bytes, request: PushRequest, device: Author, limits: Limits, received_ms: int, known: Mapping[int, bytes]
    ) -> Found:
        """As `checking.check`, beside the event loop. `body` is the request as it came over the wire."""

        def found() -> Found:
            if len(request.facts) >= SMALL and self._all:
                apart = self._apart(asked(body, device, limits, received_ms, known), request)
                if apart is not None:
                    return apart
            return Found(*check(request, device, judge_of(limits, received_ms), known=known))

        return await asyncio.get_running_loop().run_in_executor(self._threads, found)

    def close(self) -> None:
        """End the processes."""
        self._threads.shutdown()
        for one in self._all:
            one.close()

    def _apart(self, task: bytes, request: PushRequest) -> Found | None:
        one = self._free.get()
        try:
            return one.check(task, request)
        finally:
            self._free.put(one)


class Checker:
    """One checking process; used by one thread at a time."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection[bytes, bytes] | None = None
        self._is_ready = False
        self._not_before_s = -AGAIN_AFTER_S

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return self._process.pid if self._process else None

    def check(self, task: bytes, request: PushRequest) -> Found | None:
        """What the process says about a push; None when it cannot be had, as while it starts: nobody waits for that."""
        if self._process is None and self._clock_s() >= self._not_before_s:
            self._start()
        if self._process is None or self._line is None:
            return None
        late = Timer(ANSWER_WAIT_S, self._process.kill)  # breaks the line, so that neither sending nor waiting lasts for ever
        late.start()
        try:
            if not self.is_ready():
                return None
            self._line.send_bytes(task)
            return answered(self._line.recv_bytes(), request)
        except (EOFError, OSError, ValueError, msgspec.MsgspecError, Damaged) as error:
            log.warning("a checking process failed (%r); the hub checks by itself for a while", error)
            self.close()
            self._not_before_s = self._clock_s() + AGAIN_AFTER_S
            return None
        finally:
            late.cancel()

    def is_ready(self, wait_s: float = 0.0) -> bool:
        """Whether the process has started, waiting so long for it. Raises EOFError or OSError when it has ended."""
        if not self._is_ready and self._line is not None and self._line.poll(wait_s):
            self._is_ready = self._line.recv_bytes() == READY
        return self._is_ready

    def close(self) -> None:
        """End the process: it goes when its line does, or is made to."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            try:
                self._process.wait(END_WAIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process, self._line, self._is_ready = None, None, False

    def _start(self) -> None:
        ours, theirs = Pipe()
        argv = [sys.executable, "-m", "sync.hub.checker", str(theirs.fileno())]
        try:
            self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=(theirs.fileno(),))
            self._line = ours
        except OSError as error:
            log.warning("no checking process could be started (%s)", error)
            ours.close()
            self._not_before_s = self._clock_s() + AGAIN_AFTER_S
        finally:
            theirs.close()
