"""Signatures of customers for goods that they were handed: beside every fact, shown to whoever may see whom an order is for.

Told by the till that handed over, kept under the mark that the fact says, deleted with the order's name and address.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from kiosk.domain.handwriting import Handwriting, read_handwriting
from sync.hub import order_rows
from sync.hub.core import Device
from sync.hub.order_telling import concerned
from sync.hub.problems import HubProblem
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import erasing
from sync.hub.storage.schema_orders import order_signatures
from sync.protocol.messages import OrderSignature

EACH_MAX = 40
"""Of one order; goods handed over in more parts than this are not signed for on purpose."""

_COLUMNS = ("tenant", "order_id", "mark", "strokes", "at_ms")


@dataclass(frozen=True, slots=True)
class Shown:
    """A signature as it was given, at the till's wall clock (ms)."""

    mark: str
    at_ms: int
    written: Handwriting


def put_for(connection: Connection, device: Device, told: OrderSignature) -> None:
    """Keep a signature, told by a terminal of a store that has to do with the order; it may tell before it pushed the hand-over.

    Told again, nothing changes; of an order that is over for good nothing is kept any more. Raises HubProblem for another store's
    order, and for strokes that are none or are not what their mark says.
    """
    try:
        written = read_handwriting(told.strokes)
    except ValueError as error:
        raise HubProblem("request.argument", name="strokes", value="...", wanted="strokes in the grid") from error
    if written.mark != told.mark or not 0 < len(told.order) <= 200:
        raise HubProblem("request.argument", name="mark", value=told.mark[:70], wanted="the SHA-256 of the strokes, and an order")
    there = order_rows.load(connection, device.tenant, [told.order])[told.order]
    if (state := there.known.state) is not None:
        if device.store not in {state.order.store, *there.told, *concerned(state)}:
            raise HubProblem("device.store", store=device.store)
        if not there.is_open and not there.look_ms:
            return
    keep(connection, device.tenant, told.order, written, told.at_ms)


def keep(connection: Connection, tenant: str, order: str, written: Handwriting, at_ms: int) -> None:
    """Keep a signature of an order, unless it has very many."""
    at, mark = order_signatures.c, written.mark
    others = select(func.count()).where(at.tenant == tenant, at.order_id == order, at.mark != mark)
    if (connection.scalar(others) or 0) < EACH_MAX:
        upsert_many(connection, order_signatures, _COLUMNS, [(tenant, order, mark, written.text, at_ms)])


def of_order(connection: Connection, tenant: str, order: str) -> list[Shown]:
    """The signatures of an order, the newest first."""
    at = order_signatures.c
    query = select(at.mark, at.at_ms, at.strokes).where(at.tenant == tenant, at.order_id == order)
    return [
        Shown(mark, at_ms, read_handwriting(strokes))
        for mark, at_ms, strokes in connection.execute(query.order_by(at.at_ms.desc(), at.mark))
    ]


def drop(connection: Connection, tenant: str, order: str) -> None:
    """Forget how somebody signed for an order."""
    at = order_signatures.c
    with erasing(connection):
        connection.execute(delete(order_signatures).where(at.tenant == tenant, at.order_id == order))
