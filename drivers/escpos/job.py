"""One job over one open session: write, watch, confirm; what may have reached the paper."""

from collections.abc import Callable

from drivers.api import BLOCKING, ConfirmLevel, Fault, PrintOutcome, Verdict
from drivers.errors import DeviceLost
from drivers.escpos import frames
from drivers.escpos.session import Session

CLEAR_S = 1.0
_ORDER = (
    Fault.COVER_OPEN,
    Fault.PAPER_OUT,
    Fault.CUTTER,
    Fault.OVERHEATED,
    Fault.MECHANICAL,
    Fault.OFFLINE,
)


def fault_code(faults: frozenset[Fault]) -> str:
    """The code of what a person has to mend first.

    >>> fault_code(frozenset({Fault.OFFLINE, Fault.PAPER_OUT}))
    'printer.paper-out'
    """
    first = next((fault for fault in _ORDER if fault in faults), Fault.OFFLINE)
    return f"printer.{first.value}"


class PrintJob:
    """The sending of one payload; `run` is called once.

    `process_id` is None for a drawer pulse: it has no paper and is confirmed by the barrier.
    """

    def __init__(
        self,
        session: Session,
        data: bytes,
        process_id: int | None,
        level: ConfirmLevel,
        clock_ns: Callable[[], int],
        deadline_ns: int,
    ) -> None:
        self._session, self._clock_ns, self._deadline_ns = session, clock_ns, deadline_ns
        self._process_id = process_id if level is ConfirmLevel.PROCESS_ID else None
        self._level = level
        self._payload = data + self._tail()
        self._written = 0
        self._barriers_before = len(session.barriers)
        self._drained = False

    def run(self) -> PrintOutcome:
        """Send and wait; never raises for a device that misbehaves."""
        session = self._session
        lost = ""
        try:
            self._write()
            if self._written == len(self._payload):
                self._await_answer()
            if session.blocked and self._written and self._confirmed() is None:
                self._clear()
        except DeviceLost as error:
            lost = error.code
        level = self._confirmed()
        if level is not None:
            return PrintOutcome(Verdict.CONFIRMED, level, faults=session.faults)
        verdict = Verdict.UNCERTAIN if self._written else Verdict.FAILED
        return PrintOutcome(verdict, code=self._why(lost), faults=session.faults)

    def _tail(self) -> bytes:
        """What asks for the answer, behind the last byte of the job."""
        if self._level is ConfirmLevel.DRAINED:
            return b""
        self._session.expect_barrier()
        asked = b"" if self._process_id is None else frames.process_id_request(self._process_id)
        return asked + frames.BARRIER

    def _write(self) -> None:
        while self._written < len(self._payload):
            if self._session.blocked or self._clock_ns() >= self._deadline_ns:
                return
            self._written += self._session.write(self._payload[self._written :])

    def _await_answer(self) -> None:
        if self._level is ConfirmLevel.DRAINED:
            while self._session.pending() and self._clock_ns() < self._deadline_ns:
                tick_ns = self._clock_ns() + 20_000_000
                self._session.wait(lambda: False, min(tick_ns, self._deadline_ns))
            self._drained = not self._session.pending()
            return
        self._session.wait(lambda: self._answered() or self._session.blocked, self._deadline_ns)

    def _clear(self) -> None:
        """Throw away the rest of our own job, so that new paper does not begin in its middle.

        The printer answers only us while it holds our job, so no other till's data is in there.
        """
        deadline_ns = self._clock_ns() + int(CLEAR_S * 1e9)
        sent = 0
        while sent < len(frames.CLEAR) and self._clock_ns() < deadline_ns:
            sent += self._session.write(frames.CLEAR[sent:])
        self._session.wait(lambda: self._session.cleared or self._confirmed() is not None, deadline_ns)

    def _answered(self) -> bool:
        return len(self._session.barriers) > self._barriers_before or (
            self._process_id is not None and self._process_id in self._session.process_ids
        )

    def _confirmed(self) -> ConfirmLevel | None:
        """The best confirmation so far. A barrier that says "no paper" confirms nothing."""
        session = self._session
        if self._process_id is not None and self._process_id in session.process_ids:
            return ConfirmLevel.PROCESS_ID
        if self._written < len(self._payload):
            return None
        if self._level is ConfirmLevel.DRAINED:
            return ConfirmLevel.DRAINED if self._drained else None
        fresh = session.barriers[self._barriers_before :]
        if fresh and not fresh[0] & 0x0C:
            return ConfirmLevel.BARRIER
        return None

    def _why(self, lost: str) -> str:
        session = self._session
        if lost:
            return lost
        if session.faults & BLOCKING:
            return fault_code(session.faults)
        if any(value & 0x0C for value in session.barriers[self._barriers_before :]):
            return "printer.paper-out"
        return "printer.no-answer"
