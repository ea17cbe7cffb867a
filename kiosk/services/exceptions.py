"""Held and refused work of this terminal: what waits, why, and what a person does about it."""

from collections.abc import Iterable
from typing import Any

from kiosk.domain import facts
from kiosk.domain.errors import Damaged, NotFound, Refused
from kiosk.domain.exceptions import (
    DROP,
    HELD,
    LATE_MS,
    PAPER,
    PRINT,
    RETRY,
    ROW,
    SYNC,
    WRITE_OFF,
    Waiting,
    in_order,
)
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.feed import CATALOG, DEVICE, PAYLOADS
from kiosk.domain.holding import receipt_of, worth_of
from kiosk.domain.staff import LEAVE_OUT
from kiosk.services.counter import Counter
from kiosk.services.session import Session
from kiosk.store import held, spool
from kiosk.store.database import Connection
from kiosk.store.rows import damaged, entities
from kiosk.store.spool import Job, JobKind, SpoolState

NOTE_MAX = 200
_UNSENT_MAX = 2_000
"""More unsent facts than this are counted but not opened to add up their money."""


class Exceptions:
    """What waits at this terminal, and what is written off here with a manager's word."""

    def __init__(self, counter: Counter, session: Session) -> None:
        self._counter = counter
        self._session = session

    def waiting(self, refusal: str = "") -> tuple[Waiting, ...]:
        """Everything that waits, oldest first. `refusal` is the code with which the hub refuses what is sent, if it does."""
        found = [*self._held(), *self._papers(), *self._rows(), *self._unsent(refusal)]
        return in_order(found)

    def write_off(self, item_id: str, approver: str, pin: str, note: str) -> Fact:
        """Leave a held fact out for good, as a manager allows; the hub obeys when it hears of it. Gives the new fact.

        Raises Refused as `Session.approve` does, for what cannot be written off here, and without a reason; NotFound for
        what does not wait any more.
        """
        if not note.strip():
            raise Refused("exception.note")
        found = next((one for one in self._held() if one.id == item_id), None)
        if found is None:
            raise NotFound("exception.gone")
        if WRITE_OFF not in found.actions:
            raise Refused("exception.not_possible")
        manager = self._session.approve(approver, pin, LEAVE_OUT)
        counter, seq = self._counter, int(found.values["seq"])
        body = {"seq": seq, "reason": found.why, "approved_by": manager.number, "note": note[:NOTE_MAX]}

        def work(conn: Connection) -> bytes:
            who = counter.employee.number if counter.employee else manager.number
            sealed = counter.ledger.append_in(conn, facts.WORK_WRITTEN_OFF, body, employee=who, day=counter.business_day())
            held.forget_in(conn, seq)
            return sealed.data

        return read_fact(counter.ledger.run(work))

    def heard(self, told: Iterable[held.HeldAtHub]) -> None:
        """Remember what the hub holds of this terminal now; from any thread."""
        kept = list(told)
        self._counter.ledger.run(lambda conn: held.keep_in(conn, kept))

    # what there is

    def _held(self) -> list[Waiting]:
        def work(conn: Connection) -> list[Waiting]:
            found = []
            for seq, reason, since_ms in held.listed_in(conn):
                row = conn.execute("SELECT data FROM facts WHERE seq = ?", (seq,)).fetchone()
                fact = _opened(row[0]) if row else None
                since = since_ms or (fact.moment.wall_ms if fact else self._counter.now_ms())
                values: dict[str, str | int] = {"seq": seq, "kind": fact.kind if fact else "?"}
                if fact is not None:
                    values["receipt"] = receipt_of(fact)
                what = f"what.{fact.kind}" if fact else "what.fact"
                money = worth_of(fact) if fact else None
                found.append(Waiting(f"{HELD}:{seq}", HELD, what, _why(reason), since, money, values, (RETRY, WRITE_OFF)))
            return found

        return self._counter.ledger.run(work)

    def _papers(self) -> list[Waiting]:
        """Paper that waits for a person, and drawers that did not open today."""
        now_ms = self._counter.now_ms()

        def waits(job: Job) -> bool:
            if job.state is SpoolState.FAILED:
                return job.kind is JobKind.DRAWER and job.code != "spool.given-up"
            return job.held or now_ms - job.queued_ms >= LATE_MS

        jobs = self._counter.ledger.run(lambda conn: spool.undone(conn, failed_since_ms=now_ms - LATE_MS + 1))
        return [
            Waiting(
                f"{PAPER}:{job.job_id}", PAPER, f"what.paper.{job.kind.value}", job.code or "held.paper", job.queued_ms, None,
                {"job": job.job_id}, () if job.kind is JobKind.DRAWER else (PRINT, DROP),
            )
            for job in jobs
            if waits(job)
        ]  # fmt: skip

    def _rows(self) -> list[Waiting]:
        """Data that this version cannot use: kinds that it does not know, and rows that do not read."""
        ledger, catalog = self._counter.ledger, self._counter.catalog
        counted = {
            DEVICE: ledger.run(lambda conn: entities(conn, "device_rows")),
            CATALOG: catalog.read(lambda conn: entities(conn, "catalog_rows")),
        }
        since_ms = self._counter.now_ms()
        found = [
            Waiting(f"{ROW}:{scope}/{entity}", ROW, "what.row", "held.row.unknown", since_ms, None,
                    {"count": count, "entity": entity}, (RETRY,))
            for scope, kinds in counted.items()
            for entity, count in kinds.items()
            if entity not in PAYLOADS[scope]
        ]  # fmt: skip
        bad = ledger.run(lambda conn: damaged(conn, "device_rows", PAYLOADS[DEVICE]))
        found += [
            Waiting(f"{ROW}:damaged/{entity}", ROW, "what.row", "held.row.damaged", since_ms, None,
                    {"count": count, "entity": entity}, (RETRY,))
            for entity, count in bad.items()
        ]  # fmt: skip
        return found

    def _unsent(self, refusal: str) -> list[Waiting]:
        """Facts that the hub refuses, or that waited for more than a day."""
        ledger = self._counter.ledger
        state = ledger.push_state()
        unsent, oldest_ms = state.head - state.acked, ledger.oldest_unsent_ms()
        if not unsent or oldest_ms is None:
            return []
        if not refusal and not state.forked and self._counter.now_ms() - oldest_ms < LATE_MS:
            return []
        why = "sync.forked" if state.forked else refusal or "held.sync.waiting"
        opened = (_opened(sealed.data) for sealed in ledger.facts(state.acked, _UNSENT_MAX))
        money = sum(abs(worth_of(fact) or 0) for fact in opened if fact and fact.kind == facts.SALE_COMPLETED)
        return [Waiting(f"{SYNC}:{state.acked}", SYNC, "what.sync", why, oldest_ms, money, {"count": unsent}, (RETRY,))]


def _why(reason: str) -> str:
    """The sentence of a reason here, where the hub's limits are not known."""
    return "held.absurd" if reason.startswith("absurd.") else f"held.{reason}"


def job_of(item: Waiting) -> int:
    """The print job that a waiting paper is."""
    return int(item.values["job"])


def refusal_of(status: Any) -> str:
    """The code with which the hub refuses what is sent (sync.agent.ports.SyncStatus); empty when it does not."""
    if status is None or not status.reachable or not (status.stalled or status.code.startswith(("device.", "fact.", "sync.no_"))):
        return ""
    return str(status.code or "sync.no_progress")


def _opened(data: bytes) -> Fact | None:
    try:
        return read_fact(data)
    except Damaged:
        return None
