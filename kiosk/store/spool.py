"""The durable print spool: a table in ledger.db, written in the transaction of whoever prints."""

import hashlib
from dataclasses import dataclass
from enum import Enum

from pysqlite3 import dbapi2 as sqlite3

Connection = sqlite3.Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS spool_job (
    job_id INTEGER PRIMARY KEY AUTOINCREMENT,
    idempotency_key TEXT NOT NULL UNIQUE,
    printer TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('receipt', 'report', 'drawer', 'copy', 'test')),
    data BLOB NOT NULL,
    plain_text TEXT NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sending', 'confirmed', 'uncertain', 'failed')),
    marked INTEGER NOT NULL DEFAULT 0 CHECK (marked IN (0, 1)),
    held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
    attempt INTEGER NOT NULL DEFAULT 0,
    doubts INTEGER NOT NULL DEFAULT 0,
    confirm_level TEXT,
    code TEXT NOT NULL DEFAULT '',
    queued_ms INTEGER NOT NULL,
    sending_ms INTEGER,
    ended_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS spool_job_open ON spool_job (printer, job_id)
    WHERE state IN ('queued', 'sending', 'uncertain');
"""
FAILED_INDEX = "CREATE INDEX IF NOT EXISTS spool_job_failed ON spool_job (ended_ms) WHERE state = 'failed'"
"""Made by the ledger's migrations. Times are milliseconds since 1970 in UTC, given by the caller."""


class SpoolState(Enum):
    """QUEUED -> SENDING -> CONFIRMED | UNCERTAIN | FAILED; SENDING is durable before byte one."""

    QUEUED = "queued"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class JobKind(Enum):
    """What is printed; a drawer job opens the cash drawer and has no paper."""

    RECEIPT = "receipt"
    REPORT = "report"
    DRAWER = "drawer"
    COPY = "copy"
    TEST = "test"


class SpoolConflict(Exception):
    """A job was not in the state its change needs, or its key was used for other bytes."""

    code = "spool.conflict"


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the spool.

    `marked` says that the next or last print carries the copy banner, because bytes of an earlier
    attempt may be on paper. `held` jobs wait for a person. `attempt` counts the sendings begun,
    `doubts` those that the running printer left unconfirmed since a person last looked.
    """

    job_id: int
    idempotency_key: str
    printer: str
    kind: JobKind
    data: bytes
    plain_text: str
    sha256: bytes
    state: SpoolState
    marked: bool
    held: bool
    attempt: int
    doubts: int
    confirm_level: str | None
    code: str
    queued_ms: int
    sending_ms: int | None
    ended_ms: int | None


_COLUMNS = (
    "job_id, idempotency_key, printer, kind, data, plain_text, sha256, state, marked, held,"
    " attempt, doubts, confirm_level, code, queued_ms, sending_ms, ended_ms"
)

# Finished receipts of weeks lie beside the few open ones, and SQLite would rather walk over all than sort those few.
_OPEN = "spool_job INDEXED BY spool_job_open WHERE state IN ('queued', 'sending', 'uncertain')"
_FAILED = "spool_job INDEXED BY spool_job_failed WHERE state = 'failed'"


def enqueue(
    conn: sqlite3.Connection,
    *,
    printer: str,
    kind: JobKind,
    key: str,
    data: bytes,
    plain_text: str,
    at_ms: int,
    marked: bool = False,
) -> Job:
    """Put a job into the spool, inside the caller's transaction; the same key again is no new job.

    Raises SpoolConflict when `key` already stands for other bytes: two receipts, one key.
    """
    digest = hashlib.sha256(data).digest()
    conn.execute(
        "INSERT INTO spool_job"
        " (idempotency_key, printer, kind, data, plain_text, sha256, marked, queued_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (idempotency_key) DO NOTHING",
        (key, printer, kind.value, data, plain_text, digest, int(marked), at_ms),
    )
    job = job_of(conn, key)
    assert job is not None, "it was put there, by this call or one before"
    if job.sha256 != digest or job.printer != printer or job.kind is not kind:
        raise SpoolConflict(f"the key {key} already stands for another job")
    return job


def job(conn: sqlite3.Connection, job_id: int) -> Job | None:
    """One job, or None."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM spool_job WHERE job_id = ?", (job_id,)).fetchone()
    return None if row is None else _job(row)


def jobs(conn: sqlite3.Connection, *, open_only: bool = False, limit: int = 1000) -> list[Job]:
    """The newest `limit` jobs, oldest first."""
    source = _OPEN if open_only else "spool_job"
    rows = conn.execute(
        f"SELECT * FROM (SELECT {_COLUMNS} FROM {source} ORDER BY job_id DESC LIMIT ?) ORDER BY job_id",
        (limit,),
    ).fetchall()
    return [_job(row) for row in rows]


def job_of(conn: sqlite3.Connection, key: str) -> Job | None:
    """The job of a key, or None."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM spool_job WHERE idempotency_key = ?", (key,)).fetchone()
    return None if row is None else _job(row)


def undone(conn: sqlite3.Connection, *, failed_since_ms: int, limit: int = 1000) -> list[Job]:
    """The newest jobs that are open, or failed since then, oldest first."""
    rows = conn.execute(
        f"SELECT * FROM (SELECT {_COLUMNS} FROM {_OPEN} UNION ALL SELECT {_COLUMNS} FROM {_FAILED} AND ended_ms >= ?"
        " ORDER BY job_id DESC LIMIT ?) ORDER BY job_id",
        (failed_since_ms, limit),
    ).fetchall()
    return [_job(row) for row in rows]


def next_job(conn: sqlite3.Connection, printer: str) -> Job | None:
    """What to do next on this printer: a drawer before paper, then the oldest first.

    A drawer does not wait behind a receipt that waits for paper. Held jobs are left alone.
    """
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM {_OPEN} AND printer = ? AND state != 'sending' AND held = 0"
        " ORDER BY kind = 'drawer' DESC, job_id LIMIT 1",
        (printer,),
    ).fetchone()
    return None if row is None else _job(row)


def mark_sending(conn: sqlite3.Connection, job_id: int, *, at_ms: int) -> Job:
    """QUEUED -> SENDING. Commit it before the first byte leaves."""
    return _change(
        conn,
        job_id,
        "state = 'sending', attempt = attempt + 1, sending_ms = ?, code = ''",
        (at_ms,),
        come_from=("queued",),
    )


def mark_confirmed(conn: sqlite3.Connection, job_id: int, *, level: str, at_ms: int) -> Job:
    """SENDING or UNCERTAIN -> CONFIRMED: the printer itself said so, at this level."""
    return _change(
        conn,
        job_id,
        "state = 'confirmed', confirm_level = ?, code = '', ended_ms = ?",
        (level, at_ms),
        come_from=("sending", "uncertain"),
    )


def mark_uncertain(conn: sqlite3.Connection, job_id: int, *, code: str) -> Job:
    """SENDING -> UNCERTAIN: some of it may be on paper."""
    return _change(
        conn,
        job_id,
        "state = 'uncertain', doubts = doubts + 1, code = ?",
        (code,),
        come_from=("sending",),
    )


def mark_unsent(conn: sqlite3.Connection, job_id: int, *, code: str) -> Job:
    """SENDING -> QUEUED: this attempt printed nothing, for sure; its mark stays as it was."""
    return _change(conn, job_id, "state = 'queued', code = ?", (code,), come_from=("sending",))


def mark_copy(conn: sqlite3.Connection, job_id: int, *, code: str) -> Job:
    """UNCERTAIN -> QUEUED, marked: it is printed again from its first line, as a copy."""
    return _change(
        conn,
        job_id,
        "state = 'queued', marked = 1, code = ?",
        (code,),
        come_from=("uncertain",),
    )


def mark_failed(conn: sqlite3.Connection, job_id: int, *, code: str, at_ms: int) -> Job:
    """Any open state -> FAILED, for good: a drawer job that expired or is in doubt."""
    return _change(
        conn,
        job_id,
        "state = 'failed', held = 0, code = ?, ended_ms = ?",
        (code, at_ms),
        come_from=("queued", "sending", "uncertain"),
    )


def give_up(conn: sqlite3.Connection, job_id: int, *, at_ms: int) -> Job:
    """QUEUED or UNCERTAIN -> FAILED: a person does not want it on paper any more."""
    return _change(
        conn,
        job_id,
        "state = 'failed', held = 0, code = 'spool.given-up', ended_ms = ?",
        (at_ms,),
        come_from=("queued", "uncertain"),
    )


def hold(conn: sqlite3.Connection, job_id: int, *, code: str) -> Job:
    """An open job waits for a person: it is neither printed nor forgotten."""
    return _change(conn, job_id, "held = 1, code = ?", (code,), come_from=("queued", "uncertain"))


def release(conn: sqlite3.Connection, job_id: int, *, at_ms: int) -> Job:
    """A person wants the held job on paper; its age counts from now."""
    return _change(
        conn,
        job_id,
        "held = 0, doubts = 0, queued_ms = ?",
        (at_ms,),
        come_from=("queued", "uncertain"),
    )


def recover(conn: sqlite3.Connection, printer: str, *, at_ms: int) -> list[Job]:
    """At start, before the first `next_job` of a printer: what a crash left behind for it. Returns the changed jobs.

    SENDING becomes UNCERTAIN. Drawer jobs, sent or not, become FAILED: a drawer that opens by
    itself after a restart is an invitation to thieves.
    """
    ids = [
        row[0]
        for row in conn.execute(
            "SELECT job_id FROM spool_job WHERE printer = ? AND (state = 'sending'"
            " OR (kind = 'drawer' AND state IN ('queued', 'uncertain'))) ORDER BY job_id",
            (printer,),
        ).fetchall()
    ]
    conn.execute(
        "UPDATE spool_job SET state = 'failed', code = 'drawer.not-replayed', ended_ms = ?"
        " WHERE printer = ? AND kind = 'drawer' AND state IN ('queued', 'sending', 'uncertain')",
        (at_ms, printer),
    )
    interrupted = "UPDATE spool_job SET state = 'uncertain', code = 'spool.interrupted' WHERE printer = ? AND state = 'sending'"
    conn.execute(interrupted, (printer,))
    return [found for job_id in ids if (found := job(conn, job_id)) is not None]


def prune(conn: sqlite3.Connection, *, before_ms: int) -> int:
    """Forget finished jobs that ended before `before_ms`; returns how many."""
    cursor = conn.execute(
        "DELETE FROM spool_job WHERE state IN ('confirmed', 'failed') AND ended_ms < ?",
        (before_ms,),
    )
    return int(cursor.rowcount)


def _change(
    conn: sqlite3.Connection,
    job_id: int,
    assignments: str,
    values: tuple[object, ...],
    *,
    come_from: tuple[str, ...],
) -> Job:
    """Change one job that is in one of the states `come_from`; else raise SpoolConflict."""
    marks = ", ".join("?" for _ in come_from)
    cursor = conn.execute(
        f"UPDATE spool_job SET {assignments} WHERE job_id = ? AND state IN ({marks})",
        (*values, job_id, *come_from),
    )
    changed = job(conn, job_id)
    if cursor.rowcount != 1 or changed is None:
        found = "absent" if changed is None else changed.state.value
        raise SpoolConflict(f"job {job_id} is {found}, not {' or '.join(come_from)}")
    return changed


def _job(row: tuple[object, ...]) -> Job:
    """A row in the order of _COLUMNS as a value."""
    (job_id, key, printer, kind, data, text, sha256, state, marked, held) = row[:10]
    (attempt, doubts, level, code, queued_ms, sending_ms, ended_ms) = row[10:]
    return Job(
        job_id=int(str(job_id)),
        idempotency_key=str(key),
        printer=str(printer),
        kind=JobKind(kind),
        data=_bytes(data),
        plain_text=str(text),
        sha256=_bytes(sha256),
        state=SpoolState(state),
        marked=bool(marked),
        held=bool(held),
        attempt=int(str(attempt)),
        doubts=int(str(doubts)),
        confirm_level=None if level is None else str(level),
        code=str(code),
        queued_ms=int(str(queued_ms)),
        sending_ms=None if sending_ms is None else int(str(sending_ms)),
        ended_ms=None if ended_ms is None else int(str(ended_ms)),
    )


def _bytes(value: object) -> bytes:
    """A BLOB column as bytes."""
    assert isinstance(value, bytes), "a BLOB column holds bytes"
    return value
