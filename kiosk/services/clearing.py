"""Stopped goods leave the shelf: which stops a store still has to act on, what may be scanned for one, and the facts of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.codec import Json
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.feed import STOP_DONE
from kiosk.domain.salesstop import SalesStop, StopDone, Verdict, verdict
from kiosk.domain.stock import WRITTEN_OFF
from kiosk.domain.stockwork import Work, WorkLine
from kiosk.services.counter import Counter
from kiosk.services.goods import Goods
from kiosk.services.receiving import Bodies
from kiosk.services.stockknown import known_in
from kiosk.store.database import Connection
from kiosk.store.opening import open_own

WHY = "recall"
"""Why goods are written off that a stop took off the shelf; nobody chooses it by hand."""


@dataclass(frozen=True, slots=True)
class Task:
    """A stop and what this store did about it. `here_milli`: what should still lie here; None where nobody knows."""

    stop: SalesStop
    done: StopDone | None
    here_milli: int | None

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look: nobody did yet, or more of it came since."""
        return self.done is None or (self.stop.is_whole and (self.here_milli or 0) > 0)


def tasks(counter: Counter) -> tuple[Task, ...]:
    """The stops that hold here, those to act on first, by what this till knows: its own facts and what the hub told of others."""
    store, now_ms = counter.ledger.identity.place.store, counter.now_ms()
    found = [one for group in counter.stops.values() for one in group if one.holds(store, now_ms)]
    if not found:
        return ()
    known = known_in(counter, [WorkLine(one.article) for one in found])
    told = {one.stop: one for one in counter.ledger.device_rows(STOP_DONE, StopDone)}
    own = counter.ledger.look(_own_in)
    made = []
    for stop in found:
        done = max(
            (one for one in (told.get(stop.id), own.get(stop.id)) if one is not None),
            key=lambda one: (one.quantity_milli, one.at_ms), default=None,
        )  # fmt: skip
        made.append(Task(stop, done, known.expected(WorkLine(stop.article))))
    return tuple(sorted(made, key=lambda one: (not one.is_open, -one.stop.from_ms, one.stop.id)))


def stop_of(counter: Counter, stop: str) -> SalesStop:
    """A stop that holds here, by its id. Raises NotFound("stop.over")."""
    store, now_ms = counter.ledger.identity.place.store, counter.now_ms()
    for group in counter.stops.values():
        for one in group:
            if one.id == stop and one.holds(store, now_ms):
                return one
    raise NotFound("stop.over")


def check_goods(counter: Counter, work: Work, goods: Goods) -> None:
    """Raise Refused for goods that are not what a stop means. A batch that no code says was read by whoever holds them."""
    stop, name = stop_of(counter, work.stop), goods.article.name(counter.language)
    if goods.article.id != stop.article:
        raise Refused("stop.other_article", name=name)
    if verdict(stop, goods.batch, goods.serial) is Verdict.FREE:
        raise Refused("stop.other_number", name=name, number=goods.batch or goods.serial)


def bodies_of(counter: Counter, work: Work, lines: Sequence[WorkLine], detail: Json) -> Bodies:
    """The facts of a work that took stopped goods off the shelf; with none found it says just that."""
    stop, store = stop_of(counter, work.stop), counter.ledger.identity.place.store
    found: list[Json] = [
        {"article": one.article, "quantity": one.quantity_milli or 0, "serials": list(one.serials)} for one in lines
    ]
    total = sum(one.quantity_milli or 0 for one in lines)
    cleared: Json = {
        "location": store, "stop": stop.id, "article": stop.article, "lines": found, "quantity": total,
        "handling": stop.handling, "detail": detail,
    }  # fmt: skip
    made: Bodies = [(facts.STOP_CLEARED, cleared)]
    gone = [{**one, "quantity": -one["quantity"]} for one in found if one["quantity"]]
    if gone:
        moved: Json = {"location": store, "reason": WRITTEN_OFF, "promise": "", "lines": gone, "detail": {**detail, "why": WHY}}
        made.append((facts.STOCK_MOVED, moved))
    return made


def _own_in(conn: Connection) -> dict[str, StopDone]:
    """What this till's own facts say, by stop."""
    rows = conn.execute(
        "SELECT f.data FROM fact_index i JOIN facts f USING (seq) WHERE i.kind = ? ORDER BY f.seq", (facts.STOP_CLEARED,)
    )
    made: dict[str, StopDone] = {}
    for (data,) in rows:
        fact = open_own(data)
        stop, before = str(fact.body["stop"]), made.get(str(fact.body["stop"]))
        milli = int(fact.body["quantity"]) + (before.quantity_milli if before else 0)
        made[stop] = StopDone(stop, fact.moment.wall_ms, fact.employee, milli)
    return made
