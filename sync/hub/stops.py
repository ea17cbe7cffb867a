"""Sales stops and recalls at the hub: told to every terminal, kept out of every promise, and what each store did about them."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.facts import STOP_CLEARED, STOP_LOOKED, Fact
from kiosk.domain.feed import DEVICE, STOP_DONE, STOPPED
from kiosk.domain.salesstop import LISTED, OTHER, SalesStop, StopDone
from kiosk.domain.stock import SALE, hlc_ms
from sync.hub import feedlog
from sync.hub.places import stores_of
from sync.hub.problems import HubProblem
from sync.hub.readiness import Standing, standings
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema import stock_movements
from sync.hub.storage.schema_stops import sales_stops, stop_answers, stopped_goods

CLEARED = "cleared"
KINDS = (STOP_LOOKED, STOP_CLEARED)
LISTED_MAX = 200


class StopAtStore(msgspec.Struct, frozen=True):
    """What a store did: its terminals and how many have heard of it, when it said that its shelf is clear (ms, 0: not yet).

    Quantities in thousandths: what it took off the shelf, what tills looked at and sold, what they took out of a sale, and what the
    store ever sold of the article.
    """

    store: str
    terminals: int
    told: int
    cleared_ms: int
    found: int
    seen_other: int
    seen_listed: int
    sold: int


class StopShown(msgspec.Struct, frozen=True):
    """A stop with what became of it. Times in ms; `lifted_ms` 0: it stands."""

    stop: SalesStop
    by: str
    at_ms: int
    rev: int
    lifted_ms: int
    lifted_by: str
    note: str
    stores: list[StopAtStore]


def add(connection: Connection, tenant: str, stop: SalesStop, who: str, now_ms: int) -> int:
    """Publish a stop; gives the revision that tells terminals of it. Locks as everybody does: what is shared, the tenant last."""
    _keep_in_force(connection, tenant, [stop], now_ms)
    rev = feedlog.publish(connection, tenant, [feedlog.change(DEVICE, feedlog.EVERYWHERE, STOPPED, stop.id, stop)])
    connection.execute(
        insert(sales_stops).values(
            tenant=tenant, id=stop.id, article=stop.article, payload=msgspec.json.encode(stop).decode(), by=who, at_ms=now_ms,
            rev=rev, lifted_ms=0, lifted_by="", note="",
        )
    )  # fmt: skip
    return rev


def lift(connection: Connection, tenant: str, asked: str, who: str, note: str, now_ms: int) -> SalesStop:
    """End a stop, named by its id or how that begins. Raises HubProblem for one that is not there, or that more than one fits."""
    at = sales_stops.c
    mine = (at.tenant == tenant) & (at.lifted_ms == 0)
    found = connection.execute(select(at.id, at.payload).where(mine, at.id.startswith(asked, autoescape=True)).limit(2)).all()
    if not asked or len(found) != 1:
        raise HubProblem("stop.unknown", id=asked[:60])
    stop = read_json(found[0].payload, SalesStop)
    _end(connection, tenant, [stop], (now_ms, who, note))
    return stop


def look_again(connection: Connection, tenant: str, now_ms: int) -> int:
    """The regular work: stops that begin keep goods from being promised, those whose end came do so no more; gives how many."""
    at, kept = sales_stops.c, stopped_goods.c
    rows = connection.execute(select(at.payload).where(at.tenant == tenant, at.lifted_ms == 0).order_by(at.id)).scalars()
    open_ = [read_json(payload, SalesStop) for payload in rows]
    over = [one for one in open_ if 0 < one.until_ms <= now_ms]
    there = set(connection.scalars(select(kept.stop).where(kept.tenant == tenant)))
    begun = [one for one in open_ if one not in over and one.is_whole and one.from_ms <= now_ms and one.id not in there]
    if begun:
        _keep_in_force(connection, tenant, begun, now_ms)
    if over:
        _end(connection, tenant, over, (now_ms, "", ""))
    return len(begun) + len(over)


def take(connection: Connection, tenant: str, fact: Fact) -> list[feedlog.Change]:
    """Keep what a store answered; gives what its tills are told."""
    body, store = fact.body, fact.place.store
    answer = CLEARED if fact.kind == STOP_CLEARED else body["answer"]
    fresh = insert_new(
        connection, stop_answers,
        {
            "tenant": tenant, "stop": body["stop"], "store": store, "dev": fact.dev, "inc": fact.inc, "seq": fact.seq,
            "answer": answer, "day": fact.day, "at_ms": hlc_ms(fact.hlc), "terminal": fact.place.terminal,
            "employee": fact.employee, "quantity_milli": body["quantity"],
        },
    )  # fmt: skip
    if not fresh or answer != CLEARED:
        return []
    at = stop_answers.c
    mine = (at.tenant == tenant) & (at.stop == body["stop"]) & (at.store == store) & (at.answer == CLEARED)
    last = connection.execute(select(at.at_ms, at.employee).where(mine).order_by(at.at_ms.desc(), at.dev, at.seq).limit(1)).one()
    total = connection.scalar(select(func.sum(at.quantity_milli)).where(mine))
    done = StopDone(body["stop"], last.at_ms, last.employee, int(total or 0))
    return [feedlog.change(DEVICE, feedlog.tills_of(store), STOP_DONE, done.stop, done)]


def listed(connection: Connection, tenant: str, store: str = "", every: bool = False) -> list[StopShown]:
    """Stops with what each store (or one) did about them, the latest first; `every`: also those that are over."""
    at = sales_stops.c
    query = select(sales_stops).where(at.tenant == tenant).order_by(at.at_ms.desc(), at.id).limit(LISTED_MAX)
    rows = connection.execute(query if every else query.where(at.lifted_ms == 0)).all()
    places = [one for one in stores_of(connection, tenant) if store in ("", one)]
    there = standings(connection, tenant) if rows else []
    found = []
    for row in rows:
        stop = read_json(row.payload, SalesStop)
        at_stores = _at_stores(connection, tenant, stop, [one for one in places if stop.is_at(one)], (row.rev, there))
        found.append(StopShown(stop, row.by, row.at_ms, row.rev, row.lifted_ms, row.lifted_by, row.note, at_stores))
    return found


def stopped_everywhere(connection: Connection, tenant: str) -> frozenset[str]:
    """The articles that must not be sold anywhere now."""
    at = stopped_goods.c
    return frozenset(connection.scalars(select(at.article).where(at.tenant == tenant, at.store == "")))


def _at_stores(
    connection: Connection, tenant: str, stop: SalesStop, stores: Sequence[str], told: tuple[int, Sequence[Standing]]
) -> list[StopAtStore]:
    at, moved = stop_answers.c, stock_movements.c
    mine = (at.tenant == tenant) & (at.stop == stop.id)
    query = select(at.store, at.answer, func.max(at.at_ms), func.sum(at.quantity_milli)).where(mine).group_by(at.store, at.answer)
    said = {(store, answer): (int(when), int(milli)) for store, answer, when, milli in connection.execute(query)}
    of_it = (moved.tenant == tenant) & moved.store.in_(stores) & (moved.article == stop.article) & (moved.reason == SALE)
    gone = connection.execute(select(moved.store, func.sum(moved.quantity_milli)).where(of_it).group_by(moved.store))
    sold = {store: -int(milli) for store, milli in gone}
    rev, there = told
    made = []
    for store in stores:
        own = [one for one in there if one.store == store]
        heard = sum(1 for one in own if one.state is not None and one.state.device_rev >= rev)
        cleared_ms, found = said.get((store, CLEARED), (0, 0))
        other, stopped = (said.get((store, answer), (0, 0))[1] for answer in (OTHER, LISTED))
        made.append(StopAtStore(store, len(own), heard, cleared_ms, found, other, stopped, sold.get(store, 0)))
    return made


def _keep_in_force(connection: Connection, tenant: str, stops: Sequence[SalesStop], now_ms: int) -> None:
    """Nobody is promised any of what is stopped whole from now on."""
    for stop in stops:
        if stop.is_whole and stop.from_ms <= now_ms:
            for store in stop.stores or ("",):
                values = {"tenant": tenant, "article": stop.article, "store": store, "stop": stop.id}
                insert_new(connection, stopped_goods, values)
    _share_again(connection, tenant, stops)


def _end(connection: Connection, tenant: str, stops: Sequence[SalesStop], how: tuple[int, str, str]) -> None:
    at, kept, ids = sales_stops.c, stopped_goods.c, [one.id for one in stops]
    now_ms, who, note = how
    ended = update(sales_stops).where(at.tenant == tenant, at.id.in_(ids))
    connection.execute(ended.values(lifted_ms=now_ms, lifted_by=who, note=note))
    connection.execute(delete(stopped_goods).where(kept.tenant == tenant, kept.stop.in_(ids)))
    _share_again(connection, tenant, stops)
    feedlog.publish(connection, tenant, [feedlog.gone(DEVICE, feedlog.EVERYWHERE, STOPPED, one) for one in ids])


def _share_again(connection: Connection, tenant: str, stops: Sequence[SalesStop]) -> None:
    """Whoever waits for these goods, or holds rights to them, is looked at again."""
    known = stores_of(connection, tenant)
    for store, article in sorted({(store, one.article) for one in stops for store in (one.stores or known)}):
        mark_to_share(connection, tenant, store, article)


