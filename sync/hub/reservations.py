"""Reservations from outside (a web shop): reserve, then claim or release, or they expire. They never take more than is free.

Reserving looks at the pool and takes from it in one transaction that holds the article's row of `stock`.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec
from sqlalchemy import Connection, and_, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.chain import Sign, Verify
from kiosk.domain.codec import canonical, digest
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import OPEN, SERIAL
from sync.hub import epochs, feedlog, promised
from sync.hub import stock_accounts as accounts
from sync.hub.places import known_store
from sync.hub.problems import HubProblem
from sync.hub.stock import CLAIMED, EXPIRED, FOR_RESERVATION, HELD, RELEASED, article_of, free_serials, pool, rules_of
from sync.hub.stock_grants import WEB, classes_of
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.schema_stock import reservations, stock_serials

QUANTITY_MILLI_MAX = 10**9
HOUR_MS = 3_600_000
EPOCH_DIGITS_MAX = 12


class Reserve(msgspec.Struct, frozen=True):
    """`POST /v1/reserve`: so many thousandths of an article in a store; `hours` 0 is the store's own rule, and the most."""

    store: str
    article: str
    quantity: int
    hours: int = 0


class Reservation(msgspec.Struct, frozen=True):
    """A reservation as it stands: held, claimed, released, expired, fulfilled. Times in ms.

    `proof` is the hub's own word that it made this one: after a restore that forgot it, it is taken again by that.
    """

    id: str
    store: str
    article: str
    quantity: int
    state: str
    expires_ms: int
    serials: list[str] = []
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """There is not as much free; `elsewhere` says that there would be, did not terminals hold the rights to it."""

    free_milli: int
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Asker:
    """Who reserves: a connector by its name, or a terminal by its `dev`."""

    tenant: str
    who: str


class Provable(Protocol):
    """What a proof is about."""

    @property
    def id(self) -> str: ...
    @property
    def store(self) -> str: ...
    @property
    def article(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def serials(self) -> list[str]: ...
    @property
    def proof(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Now:
    """The moment and its local day, and where a new id comes from."""

    ms: int
    day: str
    new_id: Callable[[], str]


def proved(made: Reservation, asker: Asker, epoch: int, sign: Sign) -> Reservation:
    """A reservation with the hub's signature over what it promises, to whom and in which epoch: `EPOCH.SIGNATURE` (base64)."""
    signature = sign(digest(_promise(made.id, made.store, made.article, made.quantity, made.serials, asker, epoch)))
    return msgspec.structs.replace(made, proof=f"{epoch}.{base64.b64encode(signature).decode()}")


def proved_in(one: Provable, asker: Asker, verify: Verify) -> int:
    """The epoch in which the hub gave this reservation to this asker; 0 when it never did."""
    epoch, _, spelled = one.proof.partition(".")
    try:
        signature = base64.b64decode(spelled, validate=True)
        given = int(epoch) if epoch.isascii() and epoch.isdigit() and len(epoch) <= EPOCH_DIGITS_MAX else 0
        said = _promise(one.id, one.store, one.article, one.quantity, one.serials, asker, given)
    except ValueError:
        return 0
    return given if verify(digest(said), signature) else 0


def _promise(id: str, store: str, article: str, quantity: int, serials: Sequence[str], asker: Asker, epoch: int) -> bytes:
    return canonical(
        {
            "what": "toonbank reservation", "id": id, "tenant": asker.tenant, "who": asker.who, "store": store, "article": article,
            "quantity": quantity, "serials": list(serials), "epoch": epoch,
        }
    )  # fmt: skip


def reserve(connection: Connection, asker: Asker, ask: Reserve, now: Now) -> Reservation | Refusal:
    """Hold goods back for somebody. Raises HubProblem for what cannot be asked.

    Where not as much is free, that is the answer (`Refusal`), and the caller has it counted.
    """
    epochs.require_open(connection, asker.tenant)
    known_store(connection, asker.tenant, ask.store)
    if article_of(connection, asker.tenant, ask.article) is None:
        raise HubProblem("article.unknown", sku=ask.article[:60])
    if not 0 < ask.quantity <= QUANTITY_MILLI_MAX:
        raise HubProblem("request.argument", name="quantity", value=str(ask.quantity)[:40], wanted="thousandths above 0")
    if not 0 <= ask.hours <= 10_000:
        raise HubProblem("request.argument", name="hours", value=str(ask.hours)[:40], wanted="hours from 0 on")
    there = pool(connection, asker.tenant, ask.store, ask.article, lock=True)
    serials = _serials_for(connection, asker, ask)
    if there.free < ask.quantity or serials is None:
        return Refusal(there.free, max(0, there.free) + there.granted + there.in_transit >= ask.quantity)
    accounts.add_demand(connection, (asker.tenant, ask.store, ask.article), WEB, now.day, ask.quantity)
    hours = rules_of(connection, asker.tenant, ask.store).reserve_hours
    expires_ms = now.ms + min(ask.hours or hours, hours) * HOUR_MS
    made = Reservation(now.new_id(), ask.store, ask.article, ask.quantity, HELD, expires_ms, serials)
    connection.execute(
        insert(reservations).values(
            tenant=asker.tenant, store=ask.store, id=made.id, article=ask.article, quantity_milli=ask.quantity, state=HELD,
            who=asker.who, serials=accounts.listed(serials), at_ms=now.ms, expires_ms=expires_ms,
        )
    )  # fmt: skip
    _hold(connection, asker.tenant, made, f"{FOR_RESERVATION}{made.id}")
    feedlog.publish(connection, asker.tenant, promised.rows(connection, asker.tenant, made.store, (made.article,)))
    feedlog.give_out(connection, asker.tenant)
    return made


def count_refused(connection: Connection, asker: Asker, ask: Reserve, refused: Refusal, day: str) -> None:
    """Keep that somebody went away with nothing: grants follow demand, and what granting ahead costs is measured."""
    mark_to_share(connection, asker.tenant, ask.store, ask.article)  # first, as a push does that was refused goods
    accounts.add_demand(connection, (asker.tenant, ask.store, ask.article), WEB, day, ask.quantity)
    accounts.count_refusal(connection, (asker.tenant, ask.store), day, refused.elsewhere)


def claim(connection: Connection, asker: Asker, reservation: str, now_ms: int) -> Reservation:
    """Whoever reserved comes or has paid: from now on it does not expire. Again changes nothing."""
    return _move(connection, asker, reservation, CLAIMED, now_ms)


def release(connection: Connection, asker: Asker, reservation: str, now_ms: int) -> Reservation:
    """It is not wanted any more: its goods are free again. Again changes nothing."""
    return _move(connection, asker, reservation, RELEASED, now_ms)


def expire(connection: Connection, tenant: str, now_ms: int) -> int:
    """Let go of what nobody claimed in time; gives how many. None while the hub may have forgotten a claim."""
    if epochs.state(connection, tenant).state != epochs.OPEN:
        return 0
    at = reservations.c
    query = select(reservations).where(at.tenant == tenant, at.state == HELD, at.expires_ms <= now_ms)
    query = query.order_by(at.store, at.article, at.id)
    for row in connection.execute(query).all():  # before the reservations are held, as a push does that hands goods over
        mark_to_share(connection, tenant, row.store, row.article)
    late = connection.execute(query.with_for_update()).all()
    for row in late:
        _set(connection, tenant, row.store, row.id, EXPIRED)
        _let_go(connection, tenant, row.store, row.article, row.id)
    return len(late)


def _move(connection: Connection, asker: Asker, reservation: str, state: str, now_ms: int) -> Reservation:
    expire(connection, asker.tenant, now_ms)
    at = reservations.c
    query = select(reservations).where(at.tenant == asker.tenant, at.id == reservation, at.who == asker.who)
    if state == RELEASED and (there := connection.execute(query).first()) is not None:
        mark_to_share(connection, asker.tenant, there.store, there.article)
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        raise HubProblem("reservation.unknown")
    if row.state != state:
        if row.state not in (HELD, CLAIMED) or (row.state == CLAIMED and state != RELEASED):
            raise HubProblem("reservation.over", state=row.state)
        _set(connection, asker.tenant, row.store, row.id, state)
        if state == RELEASED:
            _let_go(connection, asker.tenant, row.store, row.article, row.id)
        else:
            feedlog.give_out(connection, asker.tenant)  # forgotten, it would expire
    serials = read_json(row.serials, list[str])
    return Reservation(row.id, row.store, row.article, row.quantity_milli, state, row.expires_ms, serials)


def _set(connection: Connection, tenant: str, store: str, reservation: str, state: str) -> None:
    at = reservations.c
    mine = and_(at.tenant == tenant, at.store == store, at.id == reservation)
    connection.execute(update(reservations).where(mine).values(state=state))


def _let_go(connection: Connection, tenant: str, store: str, article: str, reservation: str) -> None:
    at = stock_serials.c
    mine = and_(at.tenant == tenant, at.store == store, at.article == article, at.holder == f"{FOR_RESERVATION}{reservation}")
    connection.execute(update(stock_serials).where(mine).values(holder=""))
    mark_to_share(connection, tenant, store, article)


def _serials_for(connection: Connection, asker: Asker, ask: Reserve) -> list[str] | None:
    """The pieces to hold back of serial goods, none for others, None when there are not enough."""
    if classes_of(connection, asker.tenant, [ask.article]).get(ask.article, OPEN) != SERIAL:
        return []
    free = free_serials(connection, asker.tenant, ask.store, ask.article)
    wanted = ask.quantity // ONE
    return free[:wanted] if ask.quantity % ONE == 0 and len(free) >= wanted else None


def _hold(connection: Connection, tenant: str, made: Reservation, holder: str) -> None:
    at = stock_serials.c
    mine = and_(at.tenant == tenant, at.store == made.store, at.article == made.article, at.serial.in_(made.serials))
    if made.serials:
        connection.execute(update(stock_serials).where(mine).values(holder=holder))
