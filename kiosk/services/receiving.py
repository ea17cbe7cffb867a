"""Deliveries at a terminal: the notices that the hub told of, what was received here, and what a posted delivery says."""

from dataclasses import replace

from kiosk.domain import facts
from kiosk.domain.codec import Json
from kiosk.domain.delivery import Notice, is_transfer, sender_of
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.feed import NOTICE
from kiosk.domain.stockwork import Work, WorkLine
from kiosk.services.counter import Counter
from kiosk.store.database import Connection
from kiosk.store.opening import open_own

Bodies = list[tuple[str, Json]]
"""Kinds and bodies of the facts that are sealed together."""


def notices(counter: Counter) -> tuple[Notice, ...]:
    """What is still to come to this store, by supplier and number; not what was received here, however old the feed."""
    gone = counter.ledger.look(_received_in)
    found = [one for one in counter.ledger.device_rows(NOTICE, Notice) if one.number not in gone]
    return tuple(sorted(found, key=lambda one: (one.supplier, one.number)))


def notice_of(counter: Counter, number: str = "", sscc: str = "") -> Notice:
    """The notice of a number, or of one of its parcels. Raises NotFound, or Refused for one that was received here."""
    listed = counter.ledger.device_rows(NOTICE, Notice)
    found = next((one for one in listed if (number and one.number == number) or (sscc and sscc in one.parcels)), None)
    if found is None:
        raise NotFound("delivery.unknown", code=number or sscc)
    if found.number in counter.ledger.look(_received_in):
        raise Refused("delivery.received", number=found.number)
    return found


def transfer_of(counter: Counter, number: str) -> Notice:
    """The notice of a slip that came with goods; where the hub has not told of it, one without lines: what comes is told then.

    Raises Refused for one that left from this store, or was received here.
    """
    here = counter.ledger.identity.place.store
    if sender_of(number) == here:
        raise Refused("delivery.own_transfer", number=number)
    try:
        return notice_of(counter, number)
    except NotFound:
        return Notice(number, sender_of(number), here, ())


def lines_of(notice: Notice) -> list[WorkLine]:
    """The lines of a notice: nothing of it has arrived yet. An article that stands on it twice is to come in all."""
    due: dict[str, int] = {}
    for line in notice.lines:
        due[line.article] = due.get(line.article, 0) + line.quantity_milli
    return [WorkLine(article, due_milli=milli) for article, milli in due.items()]


def of_notice(work: Work, notice: Notice) -> Work:
    """A work that receives against a notice."""
    return replace(
        work, title=notice.number, notice=notice.number, supplier=notice.supplier, parcels=notice.parcels,
        announced=bool(notice.lines),
    )  # fmt: skip


def bodies_of(work: Work, lines: tuple[WorkLine, ...], store: str, detail: Json) -> Bodies:
    """What a posted delivery says: what arrived against what was to come, and what is whole as stock. Refused for nothing."""
    known = [line for line in lines if not line.code and (line.arrived_milli or line.due_milli)]
    unknown = [{"code": line.code, "quantity": line.arrived_milli} for line in lines if line.code and line.arrived_milli]
    if not unknown and not any(line.arrived_milli for line in known):
        raise Refused("stock.nothing")
    delivery: Json = {
        "location": store, "notice": work.notice, "supplier": work.supplier, "parcels": list(work.seen), "detail": detail,
        "announced": work.announced,
        "lines": [
            {
                "article": line.article, "quantity": line.quantity_milli or 0, "due": line.due_milli,
                "damaged": line.damaged_milli,
            }
            for line in known
        ],
        "unknown": unknown,
    }  # fmt: skip
    moved = [
        {"article": line.article, "quantity": line.quantity_milli, "serials": list(line.serials)}
        for line in known
        if line.quantity_milli
    ]
    bodies: Bodies = [(facts.DELIVERY_RECEIVED, delivery)]
    if moved:
        reason = "transferred_in" if is_transfer(work.notice) else "received"
        move: Json = {"location": store, "reason": reason, "promise": "", "lines": moved, "detail": detail}
        bodies.append((facts.STOCK_MOVED, move))
    return bodies


def check_not_received_in(conn: Connection, notice: str) -> None:
    """Raise Refused for a notice that was received here: its goods are in the stock already."""
    if notice and notice in _received_in(conn):
        raise Refused("delivery.received", number=notice)


def _received_in(conn: Connection) -> frozenset[str]:
    rows = conn.execute(
        "SELECT f.data FROM fact_index i JOIN facts f USING (seq) WHERE i.kind = ?", (facts.DELIVERY_RECEIVED,)
    )
    return frozenset(str(open_own(data).body["notice"]) for (data,) in rows)
