"""Tells the hub every few minutes how this terminal is, and takes in what it holds of it. A thread of its own, never in the way."""

import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Protocol

from kiosk.domain.errors import ShopError
from kiosk.domain.readiness import TerminalState
from kiosk.store.held import HeldAtHub
from sync.agent.client import HubClient
from sync.agent.events import Failure
from sync.agent.state import retry_held, tell_state
from sync.protocol.messages import StateReply

log = logging.getLogger(__name__)
EVERY_S = 300.0
ANSWER_S = 30.0

Ask = Callable[[Callable[[HubClient], Coroutine[Any, Any, StateReply | Failure]]], "Future[StateReply | Failure]"]


class Told(Protocol):
    """What is told and who hears the answer."""

    def state(self, app: str) -> TerminalState:
        """How the terminal is now; `app` is the version that tells it."""
        ...

    def heard(self, held: list[HeldAtHub]) -> None:
        """What the hub holds of it."""
        ...


class StateLine:
    """One terminal's reports. `ask` runs a call of the client (sync.agent.shell.Agent.ask); `every_s` lies between reports."""

    def __init__(self, told: Told, ask: Ask, app: str, every_s: float = EVERY_S) -> None:
        self._told = told
        self._app = app
        self._ask = ask
        self._every_s = every_s
        self._wake = threading.Event()
        self._ending = False
        self._again = False
        self._thread = threading.Thread(target=self._run, name="state-line", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Tell no more."""
        self._ending = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def now(self) -> None:
        """Tell at once: the hub is back, or a person wants to know. From any thread."""
        self._wake.set()

    def again(self) -> None:
        """Have the hub try this terminal's held facts again, soon; returns at once."""
        self._again = True
        self._wake.set()

    def retry(self) -> bool:
        """Have the hub try this terminal's held facts again; gives whether it answered. Blocks: not on the window's thread."""
        return self._take(self._ask(retry_held))

    def _run(self) -> None:
        while not self._ending:
            self._wake.wait(self._every_s)
            self._wake.clear()
            again, self._again = self._again, False
            if again and not self._ending:
                self.retry()
            if not self._ending:
                self._tell()

    def _tell(self) -> None:
        try:
            state = self._told.state(self._app)
            self._take(self._ask(lambda client: tell_state(client, state)))
        except (ShopError, OSError) as error:  # the disk; told again next time
            log.warning("how this terminal is could not be told: %s", error)

    def _take(self, answer: "Future[StateReply | Failure]") -> bool:
        try:
            reply = answer.result(ANSWER_S)
        except Exception as error:  # the agent stopped or starts anew: its own log has the story
            log.info("the hub was not told: %r", error)
            return False
        if isinstance(reply, Failure):
            return False
        self._told.heard(list(reply.held))
        return True
