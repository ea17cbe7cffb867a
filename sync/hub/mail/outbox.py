"""Mails that wait: kept in the transaction of what they tell of, sent later, each once; what cannot be sent is a task.

A row holds no name, no address and no text: these are read when it is sent, so that who was forgotten is written to no more.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from kiosk.decoding import read_json
from kiosk.domain.codec import digest
from sync.hub.mail import due as dues
from sync.hub.mail.due import Due
from sync.hub.order_rows import Stored
from sync.hub.stock_counts import add_task
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema_mails import mails

WAITING, SENT, DROPPED, DEAD = "waiting", "sent", "dropped", "dead"
DEAD_TASK = "mail.dead"
FIRST_MS, LATER_MS = 30_000, 3_600_000
"""After a try that failed the next comes so much later, twice as much each time, up to that."""

LEASE_MS = 120_000
"""So long one process has a mail in hand: who dies with it leaves it to the next."""

_COLUMNS = ("tenant", "id", "order_id", "kind", "body", "made_ms", "next_ms", "tries", "state", "note")


class Said(msgspec.Struct, frozen=True):
    """What a mail is about: thousandths by line, and money where it is about that (minor units)."""

    lines: list[tuple[int, int]]
    amount_minor: int = 0


def ask(connection: Connection, tenant: str, changed: Mapping[str, tuple[Stored, Stored]], now_ms: int) -> None:
    """Keep the mails that orders ask for, given as they were and as they are."""
    for order, (was, now) in sorted(changed.items()):
        for one in dues.due(was.known, now.known):
            values = (tenant, name_of(order, one), order, one.kind, _body(one), now_ms, now_ms, 0, WAITING, "")
            insert_new(connection, mails, dict(zip(_COLUMNS, values, strict=True)))


def name_of(order: str, one: Due) -> str:
    """A mail's name: the same again is the same mail."""
    return digest(f"{order}|{one.kind}|{one.key}".encode()).hex()[:32]


def _body(one: Due) -> str:
    return msgspec.json.encode(Said(sorted(one.lines.items()), one.amount_minor)).decode()


def said_in(row: "Row[Any]") -> Said:
    """What a mail is about."""
    return read_json(row.body, Said)


def claim(connection: Connection, tenant: str, now_ms: int) -> "Row[Any] | None":
    """The next mail that is due, in this process's hand for LEASE_MS; None where none is."""
    at = mails.c
    waiting = (at.tenant == tenant, at.state == WAITING, at.next_ms <= now_ms)
    row = connection.execute(select(mails).where(*waiting).order_by(at.next_ms, at.id).limit(1).with_for_update()).first()
    if row is not None:
        _put(connection, row, next_ms=now_ms + LEASE_MS)
    return row


def later(connection: Connection, row: "Row[Any]", at_ms: int) -> None:
    """A mail is not due before then."""
    _put(connection, row, next_ms=at_ms)


def done(connection: Connection, row: "Row[Any]", state: str, note: str = "") -> None:
    """It is sent, or nobody needs it any more."""
    _put(connection, row, state=state, note=note[:200])


def failed(connection: Connection, row: "Row[Any]", why: str, for_good: bool, times: tuple[int, int]) -> None:
    """A try failed; `times` are now and for how long it is tried (ms). What is given up is a task for people."""
    now_ms, give_up_ms = times
    if for_good or now_ms - int(row.made_ms) >= give_up_ms:
        _put(connection, row, state=DEAD, tries=int(row.tries) + 1, note=why[:200])
        detail = {"order": row.order_id, "mail": row.kind, "why": why[:200]}
        add_task(connection, (row.tenant, ""), DEAD_TASK, detail, now_ms, f"{DEAD_TASK}/{row.id}")
    else:
        wait_ms = min(LATER_MS, FIRST_MS << min(int(row.tries), 10))
        _put(connection, row, tries=int(row.tries) + 1, next_ms=now_ms + wait_ms, note=why[:200])


def _put(connection: Connection, row: "Row[Any]", **values: object) -> None:
    connection.execute(update(mails).where(mails.c.tenant == row.tenant, mails.c.id == row.id).values(**values))
