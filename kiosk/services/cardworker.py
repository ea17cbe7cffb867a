"""The thread that may wait for a card terminal: it carries requests there and finds out what became of those that fell silent."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol

from drivers.api import Health, PaymentTerminal
from kiosk.domain.cardpay import WAITS_S, Remedy, Trouble, after
from kiosk.domain.cardterminal import CardAnswer, CardRequest, Deed, Found, Verdict

PROBE_S = 60.0
_TROUBLE = {
    Found.IN_PROGRESS: Trouble.IN_PROGRESS, Found.ABSENT: Trouble.ABSENT, Found.STRANGER: Trouble.STRANGER,
    Found.NO_ANSWER: Trouble.NO_ANSWER,
}  # fmt: skip
_SAID = {Trouble.IN_PROGRESS: "card.in_progress", Trouble.STRANGER: "card.stranger", Trouble.ABSENT: "card.not_found"}


class CardEar(Protocol):
    """Who hears what became of a request. Called on the worker's thread: hand over and return at once."""

    def answered(self, reference: str, answer: CardAnswer) -> None:
        """The terminal has said how a request ended, or fell silent (UNKNOWN)."""

    def absent(self, reference: str) -> None:
        """The terminal that was asked has never had the request: nothing was paid."""

    def waiting(self, reference: str, code: str, *, needs_person: bool) -> None:
        """It is still not known; nobody goes on by himself when a person is needed."""


@dataclass(frozen=True, slots=True)
class _Job:
    request: CardRequest
    trouble: Trouble | None


class CardWorker:
    """One per terminal. Requests come from any thread and are carried out in order, one at a time."""

    def __init__(self, terminal: PaymentTerminal, ear: CardEar, waits_s: Sequence[float] = WAITS_S) -> None:
        self._terminal, self._ear, self._waits_s = terminal, ear, waits_s
        self._queue: SimpleQueue[_Job | Callable[[], None] | None] = SimpleQueue()
        self._ending, self._hurry = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, station: str, on_health: Callable[[Health], None]) -> None:
        """Open the terminal, as the till `station`, and begin to work."""
        self._terminal.open(station, on_health)
        self._thread = threading.Thread(target=self._work, name="card-terminal", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End at once; what is under way stays unknown. True when the thread has ended."""
        self._ending.set()
        self._hurry.set()
        self._queue.put(None)
        self._terminal.close()
        if self._thread is not None:
            self._thread.join(timeout_s)
            return not self._thread.is_alive()
        return True

    def carry_out(self, request: CardRequest) -> None:
        """Do this; the attempt is durable already."""
        self._queue.put(_Job(request, None))

    def find_out(self, request: CardRequest, trouble: Trouble) -> None:
        """Ask what became of it, at once when it is being waited for."""
        self._queue.put(_Job(request, trouble))
        self._hurry.set()

    def abort(self, deed: Deed, reference: str) -> None:
        """Ask the terminal to give up what is under way; returns at once."""
        threading.Thread(target=self._terminal.abort, args=(deed, reference), name="card-abort", daemon=True).start()

    def apart(self, work: Callable[[], None]) -> None:
        """Do something else with the terminal between requests (totals)."""
        self._queue.put(work)

    def _work(self) -> None:
        self._terminal.probe()
        while not self._ending.is_set():
            try:
                job = self._queue.get(timeout=PROBE_S)
            except Empty:
                self._terminal.probe()
                continue
            if isinstance(job, _Job):
                self._hurry.clear()
                self._settle(job)
            elif job is not None:
                job()

    def _settle(self, job: _Job) -> None:
        """One request, until it is known what became of it or only a person can say."""
        request, trouble, waited = job.request, job.trouble, 0
        if trouble is None:
            answer = self._terminal.carry_out(request)
            self._ear.answered(request.reference, answer)
            if answer.verdict is not Verdict.UNKNOWN:
                return
            trouble = Trouble.SILENT
        code = ""
        while not self._ending.is_set():
            remedy = after(trouble, self._terminal.capabilities)
            if remedy is Remedy.ASK:
                found, code = self._ask(request)
                if found is None:
                    return
                trouble = found
            elif remedy is Remedy.AGAIN:
                answer = self._terminal.carry_out(request)
                if answer.sent and answer.verdict is not Verdict.UNKNOWN:
                    self._ear.answered(request.reference, answer)
                    return
                trouble, code = Trouble.NO_ANSWER, answer.code
            elif remedy is Remedy.NOT_PAID:
                self._ear.absent(request.reference)
                return
            elif remedy is Remedy.WAIT:
                self._ear.waiting(request.reference, code, needs_person=False)
                self._hurry.wait(self._waits_s[min(waited, len(self._waits_s) - 1)])
                self._hurry.clear()
                trouble, waited = Trouble.SILENT, waited + 1
            else:
                self._ear.waiting(request.reference, code or "card.restarted", needs_person=True)
                return

    def _ask(self, request: CardRequest) -> tuple[Trouble | None, str]:
        """Ask by our reference; None when it is known, else what is wrong now and its code."""
        status = self._terminal.status(request.deed, request.reference, request.currency)
        if status.answer is not None and status.answer.verdict is not Verdict.UNKNOWN:
            self._ear.answered(request.reference, status.answer)
            return None, ""
        trouble = _TROUBLE.get(status.found, Trouble.IN_PROGRESS)
        return trouble, _SAID.get(trouble, status.code)
