"""The spool's table: each state comes from the right one, and a key stands for one job."""

from collections.abc import Iterator

import pytest
from pysqlite3 import dbapi2 as sqlite3

from kiosk.store import spool
from kiosk.store.spool import Job, JobKind, SpoolConflict, SpoolState


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(spool.SCHEMA)
    yield connection
    connection.close()


def put(conn: sqlite3.Connection, key: str, kind: JobKind = JobKind.RECEIPT, at_ms: int = 1) -> Job:
    return spool.enqueue(
        conn,
        printer="p",
        kind=kind,
        key=key,
        data=key.encode(),
        plain_text=key,
        at_ms=at_ms,
    )


def test_a_job_goes_from_queued_over_sending_to_confirmed(conn: sqlite3.Connection) -> None:
    job = put(conn, "a")
    assert (job.state, job.attempt, job.marked, job.held) == (SpoolState.QUEUED, 0, False, False)
    sending = spool.mark_sending(conn, job.job_id, at_ms=2)
    assert (sending.state, sending.attempt, sending.sending_ms) == (SpoolState.SENDING, 1, 2)
    done = spool.mark_confirmed(conn, job.job_id, level="process_id", at_ms=3)
    assert (done.state, done.confirm_level, done.ended_ms) == (
        SpoolState.CONFIRMED,
        "process_id",
        3,
    )
    assert spool.next_job(conn, "p") is None


def test_the_same_key_again_is_the_same_job(conn: sqlite3.Connection) -> None:
    assert put(conn, "a") == put(conn, "a", at_ms=99)
    assert len(spool.jobs(conn)) == 1


def test_a_key_that_stands_for_other_bytes_is_refused(conn: sqlite3.Connection) -> None:
    put(conn, "a")
    with pytest.raises(SpoolConflict):
        spool.enqueue(
            conn,
            printer="p",
            kind=JobKind.RECEIPT,
            key="a",
            data=b"other",
            plain_text="",
            at_ms=1,
        )


def test_a_job_enqueued_in_a_sale_that_is_rolled_back_never_was(conn: sqlite3.Connection) -> None:
    conn.execute("BEGIN")
    put(conn, "a")
    conn.execute("ROLLBACK")
    assert spool.jobs(conn) == []


def test_a_drawer_does_not_wait_behind_paper_and_paper_keeps_its_order(
    conn: sqlite3.Connection,
) -> None:
    first, _, drawer = put(conn, "a"), put(conn, "b"), put(conn, "c", JobKind.DRAWER)
    assert spool.next_job(conn, "p") == drawer
    spool.mark_failed(conn, drawer.job_id, code="drawer.expired", at_ms=2)
    assert spool.next_job(conn, "p") == first
    assert spool.next_job(conn, "another") is None


def test_after_a_crash_sending_is_uncertain_and_drawers_are_given_up(
    conn: sqlite3.Connection,
) -> None:
    job, waiting = put(conn, "a"), put(conn, "b")
    drawer = put(conn, "c", JobKind.DRAWER)
    spool.mark_sending(conn, job.job_id, at_ms=2)
    changed = spool.recover(conn, "p", at_ms=5)
    assert [(each.job_id, each.state, each.code) for each in changed] == [
        (job.job_id, SpoolState.UNCERTAIN, "spool.interrupted"),
        (drawer.job_id, SpoolState.FAILED, "drawer.not-replayed"),
    ]
    assert spool.job(conn, waiting.job_id) == waiting
    assert spool.recover(conn, "p", at_ms=6) == []


def test_what_another_printer_is_sending_is_none_of_this_ones_business(conn: sqlite3.Connection) -> None:
    job = put(conn, "a")
    drawer = put(conn, "c", JobKind.DRAWER)
    sending = spool.mark_sending(conn, job.job_id, at_ms=2)
    assert spool.recover(conn, "q", at_ms=5) == []
    assert (spool.job(conn, job.job_id), spool.job(conn, drawer.job_id)) == (sending, drawer)


def test_an_uncertain_job_is_queued_again_only_with_its_mark(conn: sqlite3.Connection) -> None:
    job = put(conn, "a")
    spool.mark_sending(conn, job.job_id, at_ms=2)
    assert spool.mark_uncertain(conn, job.job_id, code="device.lost").doubts == 1
    with pytest.raises(SpoolConflict):
        spool.mark_sending(conn, job.job_id, at_ms=3)
    copy = spool.mark_copy(conn, job.job_id, code="device.lost")
    assert (copy.state, copy.marked) == (SpoolState.QUEUED, True)
    again = spool.mark_sending(conn, job.job_id, at_ms=4)
    assert spool.mark_unsent(conn, again.job_id, code="device.absent").marked


@pytest.mark.parametrize("state", ["confirmed", "failed"])
def test_a_finished_job_cannot_be_moved(conn: sqlite3.Connection, state: str) -> None:
    job = put(conn, "a")
    spool.mark_sending(conn, job.job_id, at_ms=2)
    if state == "confirmed":
        spool.mark_confirmed(conn, job.job_id, level="barrier", at_ms=3)
    else:
        spool.mark_failed(conn, job.job_id, code="x", at_ms=3)
    for move in (
        lambda: spool.mark_sending(conn, job.job_id, at_ms=4),
        lambda: spool.mark_uncertain(conn, job.job_id, code="x"),
        lambda: spool.mark_copy(conn, job.job_id, code="x"),
        lambda: spool.give_up(conn, job.job_id, at_ms=4),
        lambda: spool.hold(conn, job.job_id, code="x"),
        lambda: spool.release(conn, job.job_id, at_ms=4),
        lambda: spool.mark_sending(conn, 999, at_ms=4),
    ):
        with pytest.raises(SpoolConflict):
            move()


def test_a_held_job_is_left_alone_until_a_person_releases_it(conn: sqlite3.Connection) -> None:
    job = put(conn, "a")
    assert spool.hold(conn, job.job_id, code="spool.stale").held
    assert spool.next_job(conn, "p") is None
    assert spool.jobs(conn, open_only=True)[0].held
    assert spool.release(conn, job.job_id, at_ms=50).queued_ms == 50
    assert spool.next_job(conn, "p") is not None


def test_only_finished_jobs_are_forgotten(conn: sqlite3.Connection) -> None:
    done, still_open = put(conn, "a"), put(conn, "b")
    spool.mark_sending(conn, done.job_id, at_ms=2)
    spool.mark_confirmed(conn, done.job_id, level="barrier", at_ms=3)
    assert spool.prune(conn, before_ms=3) == 0
    assert spool.prune(conn, before_ms=4) == 1
    assert spool.jobs(conn) == [still_open]


def test_the_job_of_a_key_is_found_by_itself_however_many_came_after_it(conn: sqlite3.Connection) -> None:
    first = put(conn, "first")
    for number in range(1_001):
        put(conn, f"later-{number}")
    assert spool.job_of(conn, "first") == first and spool.job_of(conn, "never") is None


def test_finished_jobs_are_not_walked_over_to_find_what_is_not_done(conn: sqlite3.Connection) -> None:
    conn.execute(spool.FAILED_INDEX)
    held, late, shut = put(conn, "held"), put(conn, "late", JobKind.DRAWER), put(conn, "shut", JobKind.DRAWER)
    spool.hold(conn, held.job_id, code="spool.unconfirmed")
    spool.mark_failed(conn, shut.job_id, code="drawer.expired", at_ms=500)
    spool.mark_failed(conn, late.job_id, code="drawer.expired", at_ms=499)

    def told() -> tuple[list[str], list[str], int]:
        steps = [0]
        conn.set_progress_handler(lambda: steps.__setitem__(0, steps[0] + 1), 1)
        undone, still_open = spool.undone(conn, failed_since_ms=500), spool.jobs(conn, open_only=True)
        assert spool.next_job(conn, "p") is None
        conn.set_progress_handler(None, 0)
        return [job.idempotency_key for job in undone], [job.idempotency_key for job in still_open], steps[0]

    *before, few = told()
    for number in range(1_001):
        done = put(conn, f"done-{number}")
        spool.mark_sending(conn, done.job_id, at_ms=2)
        spool.mark_confirmed(conn, done.job_id, level="process_id", at_ms=900)
    *after, many = told()
    assert before == after == [["held", "shut"], ["held"]]
    assert many <= few, "steps of SQLite's machine"
