"""Carries the spool to one printer: confirmed by the printer, marked when in doubt, never lost."""

import dataclasses
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from drivers.api import PROCESS_IDS, Health, Printer, PrintOutcome, Verdict
from kiosk.store import spool
from kiosk.store.spool import Connection, Job, JobKind, SpoolState

T = TypeVar("T")


class Run(Protocol):
    """Runs a function in one ledger transaction and returns its result once that is durable."""

    def __call__(self, work: Callable[[Connection], T], /) -> T: ...


@dataclass(frozen=True, slots=True)
class SpoolPolicy:
    """What a shop decides about paper and drawer; times in milliseconds or seconds as named."""

    drawer_expires_ms: int = 30_000
    receipt_stale_ms: int = 10 * 60_000
    retry_s: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
    probe_s: float = 10.0
    doubts_max: int = 3
    copy_text: str = "COPY"


@dataclass(frozen=True, slots=True)
class JobMoved:
    """A job came to a new state; `job` is as stored."""

    job: Job


OnJob = Callable[[JobMoved], None]
OnHealth = Callable[[Health], None]
OnTrouble = Callable[[Exception], None]


def process_id(job: Job) -> int:
    """What the printer calls this attempt of this job.

    Made from what is printed, its key and the attempt, not from the row's number: a printer is
    shared by tills and outlives a till's database, and its memory of number 7 must not confirm
    another number 7. The key alone would not do: it is unique in one till only.
    """
    name = b"\n".join((job.sha256, job.idempotency_key.encode(), str(job.attempt).encode()))
    return int.from_bytes(hashlib.sha256(name).digest()[:8], "big") % PROCESS_IDS


def process_ids(job: Job) -> frozenset[int]:
    """What the printer may call any attempt of this job so far."""
    return frozenset(process_id(_at_attempt(job, n)) for n in range(1, job.attempt + 1))


class Spooler:
    """One per printer. `step` does the work; `start` runs it on a thread of its own.

    `run` commits each change of state; `now_ms` is the wall clock in UTC, `chance` gives 0..1 for
    the jitter of waits. Callbacks come from the spooler's thread or the device's.
    """

    def __init__(
        self,
        name: str,
        printer: Printer,
        run: Run,
        now_ms: Callable[[], int],
        chance: Callable[[], float],
        on_job: OnJob,
        on_health: OnHealth,
        on_trouble: OnTrouble,
        policy: SpoolPolicy | None = None,
    ) -> None:
        self.name, self._printer, self._run = name, printer, run
        self._now_ms, self._chance = now_ms, chance
        self._on_job, self._on_health, self._on_trouble = on_job, on_health, on_trouble
        self._policy = policy or SpoolPolicy()
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._failures = 0
        self._could_print = False
        self._owed: Callable[[Connection], Job] | None = None

    def start(self) -> None:
        """Put a crash's left-overs right, open the printer and begin to work."""
        self.recover()
        self._thread = threading.Thread(target=self._work, name=f"spool-{self.name}", daemon=True)
        self._thread.start()

    def recover(self) -> list[Job]:
        """SENDING becomes UNCERTAIN, drawers are given up; opens the printer. `start` calls it."""
        found = self._run(lambda conn: spool.recover(conn, self.name, at_ms=self._now_ms()))
        self._printer.open(self._heard)
        for job in found:
            self._on_job(JobMoved(job))
        return found

    def stop(self, timeout_s: float = 15.0) -> bool:
        """End after the job under way is cut short; True when the thread has ended."""
        self._ending.set()
        self._wake.set()
        self._printer.close()
        if self._thread is not None:
            self._thread.join(timeout_s)
            return not self._thread.is_alive()
        return True

    def wake(self) -> None:
        """There is something new in the spool, or the printer is well again."""
        self._wake.set()

    def release(self, job_id: int) -> Job:
        """A person wants a held job on paper."""
        released = self._run(lambda conn: spool.release(conn, job_id, at_ms=self._now_ms()))
        self._on_job(JobMoved(released))
        self._wake.set()
        return released

    def give_up(self, job_id: int) -> Job:
        """A person does not want the job on paper any more."""
        return self._moved(lambda conn: spool.give_up(conn, job_id, at_ms=self._now_ms()))

    def step(self) -> float | None:
        """Do the next thing; seconds to wait before the next step, 0 for none, None when idle."""
        if self._owed is not None:
            self._pay(self._owed)
        job = self._run(lambda conn: spool.next_job(conn, self.name))
        if job is None:
            return None
        try:
            return self._do(job)
        except spool.SpoolConflict:
            return 0.0  # A person gave the job up between the look and the change: look again.

    def _do(self, job: Job) -> float:
        """One job, one step further."""
        if job.kind is JobKind.DRAWER:
            return self._drawer(job)
        if self._failures and not self._printer.probe().can_print:
            return self._later()
        if job.state is SpoolState.UNCERTAIN:
            return self._resolve(job)
        if self._stale(job):
            self._moved(lambda conn: spool.hold(conn, job.job_id, code="spool.stale"))
            return 0.0
        return self._print(job)

    def _work(self) -> None:
        """The thread: steps while there is work, then waits; probes the printer now and then.

        It begins with a probe, so that the screen tells the truth before the first receipt.
        """
        self._printer.probe()
        while not self._ending.is_set():
            try:
                wait_s = self.step()
            except Exception as error:  # noqa: BLE001 - the thread's edge: told, and tried again
                self._on_trouble(error)
                wait_s = self._later()
            if wait_s is None:
                if not self._wake.wait(self._policy.probe_s) and not self._ending.is_set():
                    self._printer.probe()
                self._wake.clear()
            elif wait_s > 0:
                self._wake.wait(wait_s)
                self._wake.clear()

    def _print(self, job: Job) -> float:
        """Paper: SENDING is durable before the first byte; what comes back decides."""
        sending = self._moved(lambda conn: spool.mark_sending(conn, job.job_id, at_ms=self._now_ms()))
        banner = self._printer.copy_banner(self._policy.copy_text) if sending.marked else b""
        outcome = self._printer.send(process_id(sending), banner + sending.data)
        return self._settle(sending, outcome)

    def _drawer(self, job: Job) -> float:
        """A drawer opens soon or not at all, and never twice for one sale."""
        if self._now_ms() - job.queued_ms > self._policy.drawer_expires_ms:
            code = job.code or "drawer.expired"
            self._moved(lambda conn: spool.mark_failed(conn, job.job_id, code=code, at_ms=self._now_ms()))
            return 0.0
        if self._failures and not self._printer.probe().can_print:
            return self._later()
        sending = self._moved(lambda conn: spool.mark_sending(conn, job.job_id, at_ms=self._now_ms()))
        return self._settle(sending, self._printer.kick_drawer())

    def _settle(self, job: Job, outcome: PrintOutcome) -> float:
        """Store how a sending ended."""
        at_ms = self._now_ms()
        if outcome.level is not None:
            self._failures = 0
            level = outcome.level.value
            self._pay(lambda conn: spool.mark_confirmed(conn, job.job_id, level=level, at_ms=at_ms))
            return 0.0
        if outcome.verdict is Verdict.FAILED:
            self._pay(lambda conn: spool.mark_unsent(conn, job.job_id, code=outcome.code))
        elif job.kind is JobKind.DRAWER:
            self._pay(lambda conn: spool.mark_failed(conn, job.job_id, code="drawer.uncertain", at_ms=at_ms))
        else:
            self._pay(lambda conn: spool.mark_uncertain(conn, job.job_id, code=outcome.code))
        return self._later()

    def _resolve(self, job: Job) -> float:
        """Ask the printer first; only when it does not say "done" is the job printed as a copy."""
        if not self._printer.probe().can_print:
            return self._later()
        last = self._printer.last_confirmed()
        at_ms = self._now_ms()
        if last is not None and last in process_ids(job):
            self._failures = 0
            self._moved(lambda conn: spool.mark_confirmed(conn, job.job_id, level="process_id", at_ms=at_ms))
            return 0.0
        if not self._printer.health().can_print:
            return self._later()
        if job.doubts >= self._policy.doubts_max:
            # It prints, perhaps, and never says so: a person has to look before more paper is used.
            self._moved(lambda conn: spool.hold(conn, job.job_id, code="spool.unconfirmed"))
            return 0.0
        self._moved(lambda conn: spool.mark_copy(conn, job.job_id, code=job.code))
        return 0.0

    def _stale(self, job: Job) -> bool:
        """Whether it would surprise people to see this paper now."""
        return self._now_ms() - job.queued_ms > self._policy.receipt_stale_ms

    def _later(self) -> float:
        """The printer did not do it: wait a little, longer each time, never in step with others."""
        self._failures += 1
        ladder = self._policy.retry_s
        step = ladder[min(self._failures, len(ladder)) - 1]
        return step / 2 + step / 2 * self._chance()

    def _pay(self, change: Callable[[Connection], Job]) -> None:
        """Commit how a sending ended; if the disk refuses now, it is the first thing done later."""
        self._owed = change
        self._moved(change)
        self._owed = None

    def _moved(self, change: Callable[[Connection], Job]) -> Job:
        """Commit a change of state, then tell it."""
        job = self._run(change)
        self._on_job(JobMoved(job))
        return job

    def _heard(self, health: Health) -> None:
        """The device changed: tell it, and try at once when it says so by itself.

        What our own probe found out must not wake us, or a wait would never be one.
        """
        self._on_health(health)
        recovered = health.can_print and not self._could_print
        self._could_print = health.can_print
        if recovered and threading.current_thread() is not self._thread:
            self._wake.set()


def _at_attempt(job: Job, attempt: int) -> Job:
    """The job as it was at an attempt."""
    return dataclasses.replace(job, attempt=attempt)
