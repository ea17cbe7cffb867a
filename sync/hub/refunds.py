"""Money that tills gave back to payments of web shops: the payment's owner is asked for it, and says what became of it.

A till cannot reverse what a web shop took. It tells by a fact that the money goes back there (`order.paid`, below nothing, under
the payment's own name); from it follows a request, once, which the shop hears of by an event and settles, or a task if it cannot.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select, update

from kiosk.domain.codec import digest
from kiosk.domain.orderback import BY_RECEIPT
from kiosk.domain.orderfacts import OrderKnown
from sync.hub.order_rows import Stored
from sync.hub.problems import HubProblem
from sync.hub.stock_counts import add_task
from sync.hub.storage.bulk import insert_many
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_webback import web_refunds

ASKED, DONE, FAILED = "asked", "done", "failed"
STATES = (ASKED, DONE, FAILED)
FAILED_TASK = "refund.failed"
PAGE_MAX = 200
_COLUMNS = (
    "tenant", "id", "order_id", "number", "brand", "country", "currency", "amount_minor", "kind", "reference", "asked_ms", "state",
    "settled_ms", "note", "told",
)  # fmt: skip


def ask(connection: Connection, tenant: str, changed: Mapping[str, tuple[Stored, Stored]], now_ms: int) -> None:
    """Ask for what is new among the payments out of orders, given as they were and as they are. In the facts' own transaction."""
    rows = [
        row
        for order, (was, now) in sorted(changed.items())
        for row in _asked(tenant, order, _paid_out(was.known), now.known, now_ms)
    ]
    insert_many(connection, web_refunds, _COLUMNS, rows)


def name_of(order: str, payment: str) -> str:
    """The request's name for one payment out: the same on every process, and no path in an address."""
    return digest(f"{order}|{payment}".encode()).hex()[:32]


def _paid_out(known: OrderKnown) -> set[str]:
    """The payments that are requests: told by a terminal, and back to a payment that no till took.

    Before the order itself is here nobody knows whose payments these are, so none counts.
    """
    if known.state is None:
        return set()
    owned = {(one.kind, one.reference) for one in known.payments.values() if one.amount_minor > 0 and one.kind != BY_RECEIPT}
    return {
        one.id
        for one in known.payments.values()
        if one.amount_minor < 0 and (one.kind, one.reference) in owned
    }


def _asked(tenant: str, order: str, before: set[str], known: OrderKnown, now_ms: int) -> list[tuple[Any, ...]]:
    new = sorted(_paid_out(known) - before)
    if not new or known.state is None:
        return []
    said = known.state.order
    return [
        (
            tenant, name_of(order, payment), order, said.number, said.brand, said.country, said.currency,
            -known.payments[payment].amount_minor, known.payments[payment].kind, known.payments[payment].reference, now_ms, ASKED,
            0, "", False,
        )
        for payment in new
    ]  # fmt: skip


def listed(connection: Connection, tenant: str, place: tuple[str, str], state: str) -> list["Row[Any]"]:
    """Requests of a (brand, country) in a state, the oldest first; a page at most."""
    at = web_refunds.c
    mine = (at.tenant == tenant, at.brand == place[0], at.country == place[1], at.state == state)
    return list(connection.execute(select(web_refunds).where(*mine).order_by(at.asked_ms, at.id).limit(PAGE_MAX)))


def settle(
    connection: Connection, tenant: str, place: tuple[str, str], refund: str, said: tuple[bool, str], now_ms: int
) -> "Row[Any]":
    """Keep what became of a request: (whether it is done, a note). The same again changes nothing.

    Raises HubProblem for one that is not there, and for one that is done and is to have failed.
    """
    at, (done, note) = web_refunds.c, said
    mine = (at.tenant == tenant, at.id == refund, at.brand == place[0], at.country == place[1])
    row = connection.execute(select(web_refunds).where(*mine).with_for_update()).first()
    if row is None:
        raise HubProblem("shop.none", what="refund", id=refund[:60])
    state = DONE if done else FAILED
    if row.state == state:
        return row
    if row.state == DONE:
        raise HubProblem("shop.settled", id=refund[:60])
    connection.execute(update(web_refunds).where(*mine).values(state=state, settled_ms=now_ms, note=note))
    of = tasks.c
    if done:
        named = (of.tenant == tenant, of.kind == FAILED_TASK, of.id == f"{FAILED_TASK}/{refund}", of.done_ms == 0)
        connection.execute(update(tasks).where(*named).values(done_ms=now_ms))
    else:
        detail = {
            "order": row.number, "amount_minor": row.amount_minor, "payment": f"{row.kind} {row.reference}".strip(), "note": note,
        }  # fmt: skip
        add_task(connection, (tenant, ""), FAILED_TASK, detail, now_ms, f"{FAILED_TASK}/{refund}")
    found = connection.execute(select(web_refunds).where(*mine)).one()
    return found


def untold(connection: Connection, tenant: str) -> list["Row[Any]"]:
    """Requests that no event tells of yet; from now on one does."""
    at = web_refunds.c
    mine = (at.tenant == tenant, at.told.is_(False))
    found = list(connection.execute(select(web_refunds).where(*mine).order_by(at.asked_ms, at.id).limit(PAGE_MAX)))
    if found:
        connection.execute(update(web_refunds).where(at.tenant == tenant, at.id.in_([row.id for row in found])).values(told=True))
    return found
