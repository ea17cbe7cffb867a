"""The spooler with the real driver and a printer on a socket: nothing lost, nothing doubled."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.api import Fault, Health
from kiosk.services.spooler import JobMoved, Spooler, SpoolPolicy, process_id, process_ids
from kiosk.store import spool
from kiosk.store.spool import JobKind, SpoolState
from tests.drivers.tiny_printer import Faults, TinyPrinter
from tests.kiosk.spool_bench import (
    IMPATIENT,
    Ledger,
    drain,
    enqueue,
    enqueue_drawer,
    make_printer,
    make_spooler,
    prints,
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "ledger.db")
    yield made
    made.close()


def states(ledger: Ledger) -> list[str]:
    return [job.state.value for job in ledger.run(spool.jobs)]


def test_receipts_come_out_in_order_and_once(ledger: Ledger) -> None:
    with TinyPrinter() as tiny:
        printer = make_printer(tiny.port)
        spooler = make_spooler(ledger, printer)
        for number in range(5):
            enqueue(ledger, printer, number)
        spooler.recover()
        drain(spooler)
        assert prints(tiny.paper) == {number: ["plain"] for number in range(5)}
        assert states(ledger) == ["confirmed"] * 5
        spooler.stop()


def test_a_receipt_that_ran_out_of_paper_is_printed_again_from_its_first_line(
    ledger: Ledger,
) -> None:
    with TinyPrinter(faults=Faults(paper_out_after_lines=10)) as tiny:
        printer = make_printer(tiny.port)
        spooler = make_spooler(ledger, printer)
        enqueue(ledger, printer, 1)
        spooler.recover()
        assert spooler.step()
        assert states(ledger) == ["uncertain"]
        assert Fault.PAPER_OUT in printer.health().faults
        assert spooler.step()
        tiny.load_paper()
        drain(spooler)
        assert prints(tiny.paper) == {1: ["copy"]}
        assert len([line for line in tiny.paper if line.startswith("receipt 1")]) == 30
        spooler.stop()


def test_a_printer_that_is_out_of_paper_gets_the_receipt_unmarked_when_it_has_some(
    ledger: Ledger,
) -> None:
    with TinyPrinter(paper_out=True) as tiny:
        printer = make_printer(tiny.port)
        spooler = make_spooler(ledger, printer)
        enqueue(ledger, printer, 1)
        spooler.recover()
        for _ in range(5):
            assert spooler.step()
        (job,) = ledger.run(spool.jobs)
        assert (job.state, job.attempt) == (SpoolState.QUEUED, 1)
        assert job.code == "printer.paper-out"
        tiny.load_paper()
        drain(spooler)
        assert prints(tiny.paper) == {1: ["plain"]}
        spooler.stop()


@pytest.mark.parametrize(
    ("faults", "expected", "level"),
    [
        (Faults(cut_before_answering=True), ["plain"], "process_id"),
        (Faults(cut_after_bytes=300, lose_data_at_cut=True), ["copy"], "process_id"),
        (Faults(cut_after_bytes=300), ["copy"], "process_id"),
        (Faults(cut_instead_of_answer=True), ["plain"], "process_id"),
        (Faults(cut_instead_of_answer=True, forget_process_ids=True), ["plain", "copy"], "barrier"),
    ],
    ids=["before-the-first-byte", "mid-job-lost", "mid-job-kept", "answer-lost", "ids-forgotten"],
)
def test_each_cut_has_its_paper_and_its_state(ledger: Ledger, faults: Faults, expected: list[str], level: str) -> None:
    with TinyPrinter(faults=faults) as tiny:
        printer = make_printer(tiny.port)
        spooler = make_spooler(ledger, printer)
        enqueue(ledger, printer, 1)
        spooler.recover()
        drain(spooler)
        assert prints(tiny.paper) == {1: expected}
        (job,) = ledger.run(spool.jobs)
        assert (job.state, job.confirm_level) == (SpoolState.CONFIRMED, level)
        spooler.stop()


def test_a_printer_that_never_confirms_stops_using_paper_and_waits_for_a_person(
    ledger: Ledger,
) -> None:
    with TinyPrinter(faults=Faults(mute_barrier=True)) as tiny:
        printer = make_printer(tiny.port)
        spooler = make_spooler(ledger, printer, policy=SpoolPolicy(retry_s=(0.01,), doubts_max=2))
        enqueue(ledger, printer, 1)
        spooler.recover()
        drain(spooler)
        (job,) = ledger.run(spool.jobs)
        assert (job.held, job.code) == (True, "spool.unconfirmed")
        assert prints(tiny.paper) == {1: ["plain", "copy"]}
        tiny.faults.mute_barrier = False
        spooler.release(job.job_id)
        drain(spooler)
        assert states(ledger) == ["confirmed"]
        spooler.stop()


def test_yesterdays_receipts_wait_for_the_cashier(ledger: Ledger) -> None:
    with TinyPrinter() as tiny:
        printer = make_printer(tiny.port)
        now_ms = 100_000_000
        spooler = make_spooler(ledger, printer, now_ms=lambda: now_ms)
        old = enqueue(ledger, printer, 1, at_ms=now_ms - 11 * 60_000)
        other = enqueue(ledger, printer, 2, at_ms=now_ms - 11 * 60_000)
        enqueue(ledger, printer, 3, at_ms=now_ms - 60_000)
        spooler.recover()
        drain(spooler)
        assert prints(tiny.paper) == {3: ["plain"]}
        spooler.release(old.job_id)
        assert spooler.give_up(other.job_id).code == "spool.given-up"
        drain(spooler)
        assert prints(tiny.paper) == {3: ["plain"], 1: ["plain"]}
        assert states(ledger) == ["confirmed", "failed", "confirmed"]
        spooler.stop()


def test_a_drawer_opens_before_paper_and_never_late(ledger: Ledger) -> None:
    with TinyPrinter() as tiny:
        printer = make_printer(tiny.port)
        spooler = make_spooler(ledger, printer, now_ms=lambda: 100_000)
        enqueue(ledger, printer, 1, at_ms=100_000)
        enqueue_drawer(ledger, "drawer/1", at_ms=100_000)
        enqueue_drawer(ledger, "drawer/0", at_ms=100_000 - 30_001)
        printer.open(lambda health: None)
        spooler.step()
        assert (tiny.drawer_pulses, tiny.paper) == (1, [])
        drain(spooler)
        assert tiny.drawer_pulses == 1
        assert states(ledger) == ["confirmed", "confirmed", "failed"]
        spooler.stop()


def test_a_drawer_pulse_in_doubt_is_not_repeated(ledger: Ledger) -> None:
    with TinyPrinter(faults=Faults(mute_barrier=True)) as tiny:
        printer = make_printer(tiny.port)
        spooler = make_spooler(ledger, printer, now_ms=lambda: 100_000)
        spooler.recover()
        enqueue_drawer(ledger, "drawer/1", at_ms=100_000)
        drain(spooler)
        assert tiny.drawer_pulses == 1
        (job,) = ledger.run(spool.jobs)
        assert (job.state, job.code) == (SpoolState.FAILED, "drawer.uncertain")
        spooler.stop()


def test_a_disk_that_refuses_after_the_print_does_not_print_twice(ledger: Ledger) -> None:
    with TinyPrinter() as tiny:
        printer = make_printer(tiny.port)
        spooler = make_spooler(ledger, printer)
        enqueue(ledger, printer, 1)
        spooler.recover()
        commits = iter([True, True, False, False, *([True] * 50)])
        whole = ledger.run

        def run(work):  # type: ignore[no-untyped-def]
            if not next(commits):
                raise OSError("no space left on device")
            return whole(work)

        spooler._run = run
        for _ in range(2):
            with pytest.raises(OSError, match="no space"):
                spooler.step()
        drain(spooler)
        assert prints(tiny.paper) == {1: ["plain"]}
        assert states(ledger) == ["confirmed"]
        spooler.stop()


def test_the_thread_prints_what_is_enqueued_while_it_waits(ledger: Ledger) -> None:
    confirmed = threading.Event()

    def moved(what: JobMoved) -> None:
        if what.job.state is SpoolState.CONFIRMED:
            confirmed.set()

    with TinyPrinter() as tiny:
        printer = make_printer(tiny.port)
        spooler = make_spooler(ledger, printer, on_job=moved)
        spooler.start()
        for number in range(3):
            confirmed.clear()
            enqueue(ledger, printer, number)
            spooler.wake()
            assert confirmed.wait(10)
        assert prints(tiny.paper) == {number: ["plain"] for number in range(3)}
        assert spooler.stop()


def test_the_state_of_the_printer_is_told_before_the_first_receipt(ledger: Ledger) -> None:
    told: list[Health] = []
    out = threading.Event()

    def listen(health: Health) -> None:
        told.append(health)
        if Fault.PAPER_OUT in health.faults:
            out.set()

    with TinyPrinter(paper_out=True) as tiny:
        spooler = make_spooler(ledger, make_printer(tiny.port), on_health=listen)
        spooler.start()
        assert out.wait(5)
        assert spooler.stop()


def test_a_printer_that_is_switched_on_later_gets_everything_in_order(ledger: Ledger) -> None:
    with TinyPrinter() as first:
        port = first.port
    heard: list[Health] = []
    away = threading.Event()

    def listen(health: Health) -> None:
        heard.append(health)
        if health.code == "device.absent":
            away.set()

    printer = make_printer(port)
    spooler = Spooler(
        "receipt",
        printer,
        ledger.run,
        lambda: int(time.time() * 1000),
        lambda: 0.5,
        lambda moved: None,
        listen,
        lambda error: None,
        IMPATIENT,
    )
    for number in range(20):
        enqueue(ledger, printer, number)
    spooler.start()
    assert away.wait(10)
    with TinyPrinter(port=port) as tiny:
        assert tiny.wait_for(lambda: tiny.paper.count("=cut=") == 20, 20)
        assert list(prints(tiny.paper)) == list(range(20))
        assert set(map(tuple, prints(tiny.paper).values())) == {("plain",)}
        assert spooler.stop()


def test_the_same_key_on_two_tills_is_not_the_same_process(ledger: Ledger, tmp_path: Path) -> None:
    other_till = Ledger(tmp_path / "other.db")
    jobs = [
        till.run(
            lambda conn, till=till: spool.enqueue(
                conn,
                printer="receipt",
                kind=JobKind.COPY,
                key="copy-12",
                data=b"till" + str(id(till)).encode(),
                plain_text="",
                at_ms=1,
            )
        )
        for till in (ledger, other_till)
    ]
    assert process_id(jobs[0]) != process_id(jobs[1])
    other_till.close()


def test_every_attempt_of_every_receipt_has_a_process_id_of_its_own(ledger: Ledger) -> None:
    with TinyPrinter() as tiny:
        printer = make_printer(tiny.port)
        names = set()
        for number in range(100):
            job = enqueue(ledger, printer, number)
            for _ in range(3):
                job = ledger.run(lambda conn, job=job: spool.mark_sending(conn, job.job_id, at_ms=1))
                job = ledger.run(lambda conn, job=job: spool.mark_unsent(conn, job.job_id, code="x"))
                names.add(process_id(job))
            assert len(process_ids(job)) == 3
        assert len(names) == 300
