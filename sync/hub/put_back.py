"""Reservations that a restored hub has forgotten: whoever made them sends them again, and what is not covered is for a person.

A reservation is a promise to a customer that only the hub and the asker know of; the hub's part dies with it. So the asker brings
the hub's own signature: what that proves is taken under the id that it had, whatever is free. Whether the goods are there is
judged once, when every terminal has said what it holds and the hub is open again: before that nobody knows.
"""

import re
from collections.abc import Sequence
from typing import Literal

import msgspec
from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.allocation import FULFILLED
from kiosk.domain.chain import Verify
from sync.hub import epochs, staff
from sync.hub import stock_accounts as accounts
from sync.hub.places import known_store
from sync.hub.problems import HubProblem
from sync.hub.reservations import HOUR_MS, QUANTITY_MILLI_MAX, Asker, Now, proved_in
from sync.hub.stock import CLAIMED, EXPIRED, FOR_RESERVATION, HELD, RELEASED, Pool, pools, rules_of
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_stock import promises, put_back, reservations, stock_serials

AT_ONCE_MAX = 200
TEXT_MAX = 200
SERIALS_MAX = 1_000
UNCOVERED = "reservation.uncovered"
_ID = re.compile(r"[0-9A-Za-z-]{1,60}")


class Remembered(msgspec.Struct, frozen=True):
    """A reservation as its asker holds it. Thousandths and ms; `released` ones are those that were given back since.

    `proof` stood in every answer about it: only what this hub itself has given is taken again.
    """

    id: str
    store: str
    article: str
    quantity: int
    state: Literal["held", "claimed", "released"]
    expires_ms: int
    serials: list[str] = []
    proof: str = ""


class PutBack(msgspec.Struct, frozen=True):
    """`POST /v1/reserve/again`: what an asker holds from an epoch before the hub's, at most AT_ONCE_MAX of it."""

    epoch: int
    reservations: list[Remembered]


class PutBackOne(msgspec.Struct, frozen=True):
    """How it stands now. `covered` is None until the hub is open and has looked: ask again then."""

    id: str
    state: str
    covered: bool | None


class PutBackReply(msgspec.Struct, frozen=True):
    """The hub's epoch, how each stands in the order asked, and how many of them are not covered."""

    epoch: int
    reservations: list[PutBackOne]
    uncovered: int


def require_proofs(asker: Asker, ask: PutBack, epoch: int, verify: Verify) -> None:
    """Raise HubProblem unless the hub gave each of these to this asker in an epoch before its own."""
    for one in ask.reservations:
        given = proved_in(one, asker, verify)
        if not given:
            raise HubProblem("reservation.proof", reservation=one.id[:60])
        if given >= epoch:
            raise HubProblem("reservation.epoch", epoch=epoch)


def take(connection: Connection, asker: Asker, ask: PutBack, epoch: int, now: Now) -> PutBackReply:
    """Take reservations again; asked again it changes nothing. Raises HubProblem for what cannot be, and then takes none."""
    if ask.epoch >= epoch:
        raise HubProblem("reservation.epoch", epoch=epoch)
    for one in ask.reservations:
        _require_sound(connection, asker, one)
    ordered = sorted(ask.reservations, key=lambda one: (one.store, one.article, one.id))
    articles_of = {
        store: sorted({one.article for one in ordered if one.store == store}) for store in {one.store for one in ordered}
    }
    for store in sorted(articles_of):  # all marks before any stock, as everybody takes them
        mark_to_share(connection, asker.tenant, store, *articles_of[store])
    for store in sorted(articles_of):
        pools(connection, asker.tenant, store, articles_of[store], lock=True)
    taken = sum(_take_one(connection, asker, one, now) for one in ordered)
    if taken:
        detail = {"count": str(taken), "epoch": str(ask.epoch)}
        staff.note(connection, asker.tenant, asker.who, "reservation.put_back", detail, now.ms, now.new_id)
    judge(connection, asker.tenant, now.ms)
    answers = [_stands(connection, asker.tenant, one) for one in ask.reservations]
    return PutBackReply(epoch, answers, sum(one.covered is False for one in answers))


def judge(connection: Connection, tenant: str, now_ms: int) -> int:
    """Once the hub is open, look at what was put back; gives how many of them are not covered. Each is looked at once.

    Where more is promised than there is, those that were put back last are not covered: each is a task for a person.
    """
    at = put_back.c
    mine = at.tenant == tenant
    found = connection.execute(select(put_back).where(mine).order_by(at.store, at.article, at.at_ms, at.id)).all()
    if not found or epochs.state(connection, tenant).state != epochs.OPEN:
        return 0
    count = 0
    for store in sorted({row.store for row in found}):
        rows = [row for row in found if row.store == store]
        there = pools(connection, tenant, store, [row.article for row in rows], lock=True)
        for article in sorted({row.article for row in rows}):
            count += _judge_article(connection, [row for row in rows if row.article == article], there.get(article), now_ms)
        for row in rows:  # only these: somebody may have put back others meanwhile
            connection.execute(delete(put_back).where(mine, at.store == store, at.id == row.id))
    return count


def _judge_article(connection: Connection, rows: Sequence[Row[tuple[object, ...]]], there: Pool | None, now_ms: int) -> int:
    at, found = reservations.c, list[Row[tuple[object, ...]]]()
    for row in reversed(rows):
        query = select(reservations).where(at.tenant == row.tenant, at.store == row.store, at.id == row.id)
        found.append(connection.execute(query).one())
    if there is None:  # nobody ever said that there is any of it
        there = Pool(reserved=sum(kept.quantity_milli for kept in found if kept.state in (HELD, CLAIMED)))
    short, count = max(0, -(there.free + there.safety)), 0  # what is kept for safety is there for just this
    for kept in found:
        if kept.state not in (HELD, CLAIMED):
            continue
        wanted = read_json(kept.serials, list[str])
        lacks = len(wanted) != len(_pieces(connection, kept.tenant, kept.store, kept.article, kept.id))
        if not short and not lacks:
            continue
        short = max(0, short - kept.quantity_milli)
        detail = {"reservation": kept.id, "article": kept.article, "quantity_milli": kept.quantity_milli, "who": kept.who}
        values = {
            "tenant": kept.tenant, "store": kept.store, "id": f"uncovered-{kept.id}", "kind": UNCOVERED,
            "detail": msgspec.json.encode(detail).decode(), "at_ms": now_ms, "done_ms": 0,
        }  # fmt: skip
        count += bool(insert_new(connection, tasks, values))
    return count


def _require_sound(connection: Connection, asker: Asker, one: Remembered) -> None:
    known_store(connection, asker.tenant, one.store)
    texts = [one.article, *one.serials]
    sound = (
        _ID.fullmatch(one.id)
        and 0 < one.quantity <= QUANTITY_MILLI_MAX
        and one.expires_ms >= 0
        and len(one.serials) <= SERIALS_MAX
        and all(0 < len(text) <= TEXT_MAX and text.isprintable() for text in texts)
    )
    if not sound:
        raise HubProblem("request.argument", name="reservations", value=one.id[:40], wanted="a reservation as the hub gave it")
    at = reservations.c
    who = connection.scalar(select(at.who).where(at.tenant == asker.tenant, at.id == one.id))
    if who is not None and who != asker.who:
        raise HubProblem("reservation.unknown")


def _take_one(connection: Connection, asker: Asker, one: Remembered, now: Now) -> bool:
    """Take one; whether it changed anything."""
    at = reservations.c
    mine = and_(at.tenant == asker.tenant, at.store == one.store, at.id == one.id)
    there = connection.scalar(select(at.state).where(mine))
    state = FULFILLED if _was_handed_over(connection, asker.tenant, one) else one.state
    if there is None:
        latest_ms = now.ms + rules_of(connection, asker.tenant, one.store).reserve_hours * HOUR_MS
        connection.execute(
            insert(reservations).values(
                tenant=asker.tenant, store=one.store, id=one.id, article=one.article, quantity_milli=one.quantity, state=state,
                who=asker.who, serials=accounts.listed(one.serials), at_ms=now.ms, expires_ms=min(one.expires_ms, latest_ms),
            )
        )  # fmt: skip
    elif (there, state) in ((HELD, CLAIMED), (HELD, RELEASED), (CLAIMED, RELEASED), (EXPIRED, CLAIMED)):
        connection.execute(update(reservations).where(mine).values(state=state))
    else:
        return False  # the hub knows it as it is, or better
    _hold_pieces(connection, asker.tenant, one, keep=state in (HELD, CLAIMED))
    if state in (HELD, CLAIMED) and there != HELD:
        row = {"tenant": asker.tenant, "store": one.store, "id": one.id, "article": one.article, "at_ms": now.ms}
        insert_new(connection, put_back, row)
    return True


def _was_handed_over(connection: Connection, tenant: str, one: Remembered) -> bool:
    """A terminal's fact came first: the goods are with the customer."""
    at = promises.c
    query = select(at.id).where(at.tenant == tenant, at.store == one.store, at.id == one.id, at.state == FULFILLED)
    return connection.scalar(query) is not None


def _hold_pieces(connection: Connection, tenant: str, one: Remembered, keep: bool) -> None:
    """Hold the numbered pieces that nobody else holds, or let go of those that are held."""
    at, holder = stock_serials.c, f"{FOR_RESERVATION}{one.id}"
    mine = and_(at.tenant == tenant, at.store == one.store, at.article == one.article)
    connection.execute(update(stock_serials).where(mine, at.holder == holder).values(holder=""))
    if keep and one.serials:
        free = and_(mine, at.serial.in_(one.serials), at.holder == "", at.on_hand > 0)
        connection.execute(update(stock_serials).where(free).values(holder=holder))


def _pieces(connection: Connection, tenant: str, store: str, article: str, reservation: str) -> list[str]:
    at = stock_serials.c
    query = select(at.serial).where(
        at.tenant == tenant, at.store == store, at.article == article, at.holder == f"{FOR_RESERVATION}{reservation}"
    )
    return list(connection.scalars(query))


def _stands(connection: Connection, tenant: str, one: Remembered) -> PutBackOne:
    at, waits, task = reservations.c, put_back.c, tasks.c
    state = connection.scalar(select(at.state).where(at.tenant == tenant, at.store == one.store, at.id == one.id))
    if connection.scalar(select(waits.id).where(waits.tenant == tenant, waits.store == one.store, waits.id == one.id)) is not None:
        return PutBackOne(one.id, str(state), None)
    named = and_(task.tenant == tenant, task.store == one.store, task.id == f"uncovered-{one.id}", task.done_ms == 0)
    return PutBackOne(one.id, str(state), connection.scalar(select(task.id).where(named)) is None)
