"""The spool against a model: every job is in one state, leaves it only by the ways there are, and no crash prints by itself."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.store import spool
from kiosk.store.ledger import Ledger
from kiosk.store.spool import JobKind, SpoolConflict, SpoolState
from sync.protocol.signature import Key
from tests.kiosk.support import IDENTITY, HandClock, SeededIds
from tests.machines.support import in_shares, live

KEY = Key.load(bytes([6]) * 32)
KEYS = [f"job-{number}" for number in range(6)]
PRINTERS = ["front", "back"]
OPEN = (SpoolState.QUEUED, SpoolState.SENDING, SpoolState.UNCERTAIN)
WAYS = {
    "sending": ((SpoolState.QUEUED,), SpoolState.SENDING),
    "confirmed": ((SpoolState.SENDING, SpoolState.UNCERTAIN), SpoolState.CONFIRMED),
    "uncertain": ((SpoolState.SENDING,), SpoolState.UNCERTAIN),
    "unsent": ((SpoolState.SENDING,), SpoolState.QUEUED),
    "copy": ((SpoolState.UNCERTAIN,), SpoolState.QUEUED),
    "failed": (OPEN, SpoolState.FAILED),
    "give up": ((SpoolState.QUEUED, SpoolState.UNCERTAIN), SpoolState.FAILED),
}


@dataclass
class Known:
    """A job as the model has it."""

    key: str
    printer: str
    kind: JobKind
    data: bytes
    state: SpoolState = SpoolState.QUEUED
    held: bool = False
    attempts: int = 0


class SpoolMachine(RuleBasedStateMachine):
    """A printer that may do anything, a person, and a power switch."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.clock = HandClock()
        self.known: dict[int, Known] = {}

    @initialize()
    def open(self) -> None:
        self.ledger = Ledger(self.folder, IDENTITY, self.clock, SeededIds(self.clock, 1), KEY.sign)

    @rule(key=st.sampled_from(KEYS), printer=st.sampled_from(PRINTERS), kind=st.sampled_from(JobKind), data=st.binary(max_size=3))
    def enqueue(self, key: str, printer: str, kind: JobKind, data: bytes) -> None:
        self.clock.pass_ms(1)
        at_ms, there = self.clock.wall_ms, next((one for one in self.known.values() if one.key == key), None)
        same = there is None or (there.printer, there.kind, there.data) == (printer, kind, data)
        try:
            job = self.ledger.run(
                lambda conn: spool.enqueue(conn, printer=printer, kind=kind, key=key, data=data, plain_text="", at_ms=at_ms)
            )
        except SpoolConflict:
            assert not same
            return
        assert same
        if there is None:
            self.known[job.job_id] = Known(key, printer, kind, data)

    @rule(number=st.integers(1, 8), way=st.sampled_from(sorted(WAYS)))
    def move(self, number: int, way: str) -> None:
        at_ms, (come_from, goes_to) = self.clock.wall_ms, WAYS[way]
        doors = {
            "sending": lambda conn: spool.mark_sending(conn, number, at_ms=at_ms),
            "confirmed": lambda conn: spool.mark_confirmed(conn, number, level="asb", at_ms=at_ms),
            "uncertain": lambda conn: spool.mark_uncertain(conn, number, code="x"),
            "unsent": lambda conn: spool.mark_unsent(conn, number, code="x"),
            "copy": lambda conn: spool.mark_copy(conn, number, code="x"),
            "failed": lambda conn: spool.mark_failed(conn, number, code="x", at_ms=at_ms),
            "give up": lambda conn: spool.give_up(conn, number, at_ms=at_ms),
        }
        there = self.known.get(number)
        allowed = there is not None and there.state in come_from
        try:
            self.ledger.run(doors[way])
        except SpoolConflict:
            assert not allowed, f"{way} was refused"
            return
        assert allowed and there is not None, f"{way} was let through"
        there.state, there.attempts = goes_to, there.attempts + (way == "sending")
        there.held = there.held and goes_to is not SpoolState.FAILED

    @rule(number=st.integers(1, 8), held=st.booleans())
    def hold_or_release(self, number: int, held: bool) -> None:
        at_ms, there = self.clock.wall_ms, self.known.get(number)
        allowed = there is not None and there.state in (SpoolState.QUEUED, SpoolState.UNCERTAIN)
        try:
            if held:
                self.ledger.run(lambda conn: spool.hold(conn, number, code="x"))
            else:
                self.ledger.run(lambda conn: spool.release(conn, number, at_ms=at_ms))
        except SpoolConflict:
            assert not allowed
            return
        assert allowed and there is not None
        there.held = held

    @rule()
    def crash(self) -> None:
        self.ledger.close()
        self.open()
        at_ms = self.clock.wall_ms
        for name in PRINTERS:
            self.ledger.run(lambda conn, name=name: spool.recover(conn, name, at_ms=at_ms))  # type: ignore[misc]
        for one in self.known.values():
            if one.kind is JobKind.DRAWER and one.state in OPEN:
                one.state = SpoolState.FAILED
            elif one.state is SpoolState.SENDING:
                one.state = SpoolState.UNCERTAIN

    @invariant()
    def both_say_the_same(self) -> None:
        jobs = {job.job_id: job for job in self.ledger.run(lambda conn: spool.jobs(conn))}
        told = {number: (job.idempotency_key, job.data, job.state, job.attempt) for number, job in jobs.items()}
        assert told == {number: (one.key, one.data, one.state, one.attempts) for number, one in self.known.items()}
        for printer in PRINTERS:
            found = self.ledger.run(lambda conn, name=printer: spool.next_job(conn, name))  # type: ignore[misc]
            waiting = [
                (one.kind is not JobKind.DRAWER, number)
                for number, one in self.known.items()
                if one.printer == printer and one.state in (SpoolState.QUEUED, SpoolState.UNCERTAIN) and not jobs[number].held
            ]
            assert (found.job_id if found else None) == (min(waiting)[1] if waiting else None)
        for number, one in self.known.items():
            assert one.state not in OPEN or jobs[number].held == one.held

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.close()
        shutil.rmtree(self.folder)


@in_shares
@pytest.mark.timeout(600)
def test_a_job_of_the_spool_is_where_its_model_has_it_whatever_went_wrong(share: int) -> None:
    live(SpoolMachine, share)
