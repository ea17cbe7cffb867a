"""A back end as a mirror: its on-hand as of an instant against ours as of the same instant, and corrections that somebody approves.

The hub's movements are the truth. What moved after the instant is in neither number, so a shop that goes on selling while
the back end counts shows no difference. Nothing is ever changed without `accept`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.domain.stock import CORRECTED, Movement, level
from sync.hub import feedlog, staff
from sync.hub.places import known_store
from sync.hub.problems import HubProblem
from sync.hub.projecting import Projector
from sync.hub.stock_counts import Counts, history
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.schema import HUBS_OWN, stock, stock_movements
from sync.hub.storage.schema_stock import counts

QUANTITY_MILLI_MAX = 10**12


class Difference(msgspec.Struct, frozen=True):
    """One article of which two ledgers say different things, in thousandths; `moved` is what happened since the instant."""

    article: str
    ours: int
    theirs: int
    moved: int
    on_hand: int


class Reconciled(msgspec.Struct, frozen=True):
    """What was compared and what differs; `corrected` says whether movements were written to make it agree."""

    store: str
    as_of_ms: int
    compared: int
    missing: int
    differences: list[Difference]
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who approves that our numbers become theirs, and why."""

    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Where:
    """Which store, and as of which instant (ms)."""

    tenant: str
    store: str
    as_of_ms: int


def compare(connection: Connection, where: Where, theirs: Mapping[str, int], now_ms: int, new_id: Callable[[], str]) -> Reconciled:
    """Compare a back end's on-hand (thousandths by article) with ours. Raises HubProblem for a store or number that is none."""
    known_store(connection, where.tenant, where.store)
    absurd = next((sku for sku, milli in theirs.items() if abs(milli) > QUANTITY_MILLI_MAX), None)
    if absurd is not None:
        raise HubProblem("request.argument", name=absurd[:60], value=str(theirs[absurd])[:40], wanted="a quantity")
    at = stock.c
    query = select(at.article, at.on_hand_milli).where(at.tenant == where.tenant, at.store == where.store)
    now_there = {article: int(milli) for article, milli in connection.execute(query)}
    ours = _as_of(connection, where, now_there, now_ms, new_id)
    differences = [
        Difference(
            article, ours.get(article, 0), milli, now_there.get(article, 0) - ours.get(article, 0), now_there.get(article, 0)
        )
        for article, milli in sorted(theirs.items())
        if ours.get(article, 0) != milli
    ]
    missing = sum(1 for article, milli in ours.items() if milli and article not in theirs)
    return Reconciled(where.store, where.as_of_ms, len(theirs), missing, differences)


def accept(
    connection: Connection, where: Where, found: Reconciled, approved: Acceptance, now_ms: int, new_id: Callable[[], str]
) -> Reconciled:
    """Write a correcting movement for each difference, in the name of who approved it. Raises HubProblem without name or reason."""
    for name, value in (("by", approved.who), ("reason", approved.reason)):
        if not 0 < len(value.strip()) <= 200 or not value.isprintable():
            raise HubProblem("request.argument", name=name, value=value[:40], wanted="a text of 1 to 200 characters")
    at = stock_movements.c
    last = connection.scalar(select(func.max(at.seq)).where(at.tenant == where.tenant, at.store == where.store, HUBS_OWN))
    projector = Projector(connection, where.tenant, now_ms, new_id)
    for n, one in enumerate(found.differences):
        movement = Movement(one.article, where.store, one.theirs - one.ours, CORRECTED)
        projector.move(movement, ("", 0, int(last or 0) + 1, n))
        mark_to_share(connection, where.tenant, where.store, one.article)
    feedlog.publish(connection, where.tenant, projector.finish())
    detail = {
        "store": where.store, "as_of_ms": str(where.as_of_ms), "reason": approved.reason, "articles": str(len(found.differences)),
    }  # fmt: skip
    staff.note(connection, where.tenant, approved.who, "stock.reconciled", detail, now_ms, new_id)
    return msgspec.structs.replace(found, corrected=True)


def _as_of(
    connection: Connection, where: Where, now_there: Mapping[str, int], now_ms: int, new_id: Callable[[], str]
) -> dict[str, int]:
    """What our ledger says was there at the instant: today's number less what moved since, or what its counts say."""
    at = stock_movements.c
    since = (
        select(at.article, func.sum(at.quantity_milli))
        .where(at.tenant == where.tenant, at.store == where.store, at.at_ms > where.as_of_ms)
        .group_by(at.article)
    )
    found = dict(now_there)
    for article, milli in connection.execute(since):
        found[article] = found.get(article, 0) - int(milli)
    counted = select(counts.c.article).where(counts.c.tenant == where.tenant, counts.c.store == where.store).distinct()
    book = Counts(connection, where.tenant, now_ms, new_id)
    for article in connection.scalars(counted).all():
        moves = [one for one in history(connection, where.tenant, where.store, article) if one.at_ms <= where.as_of_ms]
        then = [one for one in book.of(where.store, article) if one.to_ms <= where.as_of_ms]
        decided = {} if not then else book.decided(max(then, key=lambda one: one.rank))
        found[article] = level(then, moves, decided, book.skew_ms(where.store)).on_hand_milli
    return found
