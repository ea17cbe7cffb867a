"""Budgets of promotions over all stores: every fact is booked with what it takes, and the tills are told the sum now and then.

The sum and what each device of a store took of it are told in one revision, so a till knows what of it is its own.
All tills want the sum, so it is not told with every sale: at most every TELL_EVERY_MS, and the rest with the hub's next round.
"""

from collections.abc import Iterable, Sequence
from functools import partial

import msgspec
from sqlalchemy import Connection, select, update

from kiosk.decoding import read_json
from kiosk.domain.budget import Spent, SpentHere, has_budget
from kiosk.domain.facts import Fact
from kiosk.domain.feed import BUDGET, BUDGET_HERE, CATALOG, DEVICE, PROMOTION
from kiosk.domain.promotion import Promotion
from sync.hub import feedlog
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema_budgets import budget_parts, budgets

TELL_EVERY_MS = 5_000
"""So often at most a thousand tills hear of a busy promotion: what they do not know yet is five seconds of others' sales."""

_WHOLE = ("tenant", "promotion", "minor", "uses", "told_ms", "waiting")
_PART = ("tenant", "promotion", "store", "dev", "minor", "uses", "waiting")
_SUMS = ("minor", "uses")
Booked = tuple[Spent, Fact]


class Budget(msgspec.Struct, frozen=True):
    """One promotion with a budget, or that had one: the limits (0: none), what was taken, and what went beyond it; minor units."""

    promotion: str
    name: str
    budget: int
    budget_uses: int
    budget_unheard: int
    spent: int
    uses: int
    over: int
    over_uses: int
    stores: int
    tills: int


def keep(connection: Connection, tenant: str, booked: Iterable[Booked], now_ms: int) -> list[feedlog.Change]:
    """Book what facts take, promotion by promotion in one order on every process; gives the rows that tell the tills."""
    by_promotion: dict[str, list[Booked]] = {}
    for one in booked:
        by_promotion.setdefault(one[0].promotion, []).append(one)
    changes: list[feedlog.Change] = []
    for promotion, mine in sorted(by_promotion.items()):
        lock_name(connection, f"budget {tenant} {promotion}")
        parts: dict[tuple[str, str], Spent] = {}
        for taken, fact in mine:
            place = (fact.place.store, fact.dev)
            parts[place] = parts.get(place, Spent(promotion)).plus(taken.minor, taken.uses)
        rows = [(tenant, promotion, *place, one.minor, one.uses, 1) for place, one in parts.items()]
        upsert_many(connection, budget_parts, _PART, rows, added=_SUMS)
        at = budgets.c
        known = connection.execute(select(at.told_ms).where(at.tenant == tenant, at.promotion == promotion)).first()
        told_ms = known.told_ms if known is not None else 0
        sums = (sum(one.minor for one in parts.values()), sum(one.uses for one in parts.values()))
        upsert_many(connection, budgets, _WHOLE, [(tenant, promotion, *sums, told_ms, 1)], added=_SUMS)
        if not 0 <= now_ms - told_ms < TELL_EVERY_MS:
            changes += _tell(connection, tenant, promotion, now_ms)
    return changes


def tell_waiting(connection: Connection, tenant: str, now_ms: int) -> int:
    """Tell the tills what they were not told yet; gives how many budgets that were."""
    at = budgets.c
    waiting = sorted(connection.scalars(select(at.promotion).where(at.tenant == tenant, at.waiting == 1)))
    changes: list[feedlog.Change] = []
    for promotion in waiting:
        lock_name(connection, f"budget {tenant} {promotion}")
        changes += _tell(connection, tenant, promotion, now_ms)
    if changes:
        feedlog.publish(connection, tenant, changes)
    return len(waiting)


def listed(connection: Connection, tenant: str) -> list[Budget]:
    """All promotions with a budget that the hub knows or that sales took from, by their ids."""
    rows = feedlog.rows_now(connection, tenant, CATALOG, PROMOTION)
    known = {key: read_json(payload, Promotion) for _, key, payload in rows}
    at, part = budgets.c, budget_parts.c
    sums = {one.promotion: one for one in connection.execute(select(budgets).where(at.tenant == tenant))}
    where: dict[str, list[tuple[str, str]]] = {}
    for promotion, store, dev in connection.execute(select(part.promotion, part.store, part.dev).where(part.tenant == tenant)):
        where.setdefault(promotion, []).append((store, dev))
    names = sorted({*sums, *(key for key, one in known.items() if has_budget(one))})
    return [_budget(name, known.get(name), sums.get(name), where.get(name, ())) for name in names]


def _budget(name: str, promotion: Promotion | None, sums: object, where: Sequence[tuple[str, str]]) -> Budget:
    limits = promotion or Promotion(name, "", {})
    spent, uses = int(getattr(sums, "minor", 0)), int(getattr(sums, "uses", 0))
    return Budget(
        name, limits.name("nl"), limits.budget_minor, limits.budget_uses, limits.budget_unheard_minor, spent, uses,
        max(0, spent - limits.budget_minor) if limits.budget_minor else 0,
        max(0, uses - limits.budget_uses) if limits.budget_uses else 0,
        len({store for store, _ in where}), len(where),
    )  # fmt: skip


def _tell(connection: Connection, tenant: str, promotion: str, now_ms: int) -> list[feedlog.Change]:
    """The sum for everybody, and for the stores that took something since what of it is whose."""
    at, part = budgets.c, budget_parts.c
    whole = (at.tenant == tenant) & (at.promotion == promotion)
    mine = (part.tenant == tenant) & (part.promotion == promotion)
    minor, uses = connection.execute(select(at.minor, at.uses).where(whole)).one()
    stores = sorted(set(connection.scalars(select(part.store).where(mine, part.waiting == 1))))
    by: dict[str, dict[str, tuple[int, int]]] = {store: {} for store in stores}
    for one in connection.execute(select(budget_parts).where(mine, part.store.in_(stores))):
        by[one.store][one.dev] = (int(one.minor), int(one.uses))
    connection.execute(update(budgets).where(whole).values(told_ms=now_ms, waiting=0))
    connection.execute(update(budget_parts).where(mine, part.waiting == 1).values(waiting=0))
    tell = partial(feedlog.change, DEVICE)
    told = tell(feedlog.EVERYWHERE, BUDGET, promotion, Spent(promotion, int(minor), int(uses)))
    return [told, *(tell(feedlog.tills_of(store), BUDGET_HERE, promotion, SpentHere(promotion, by[store])) for store in stores)]
