"""Counts with a frontier: what a count corrects, kept right while movements come late and in any order.

The rule is `kiosk.domain.stock.level` over the whole history. Here it is kept up to date: a new count reads the history of
its articles, a late movement only looks at the ruling count. The correction lies among the movements, named by the count,
so that on-hand stays the sum of all movements.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Table, and_, bindparam, delete, insert, not_, select, tuple_, update

from kiosk.decoding import read_json
from kiosk.domain.stock import (
    AFTER,
    BEFORE,
    COUNTED,
    UNCLEAR,
    Count,
    Moved,
    Movement,
    Name,
    is_after,
    level,
    side,
)
from sync.hub import feedlog
from sync.hub.problems import HubProblem
from sync.hub.stock import rules_of
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema import stock_movements, tasks
from sync.hub.storage.schema_stock import counts, unclear_movements

TASK = "stock.count_unclear"
Place = tuple[str, str]
"""(store, article)."""


def _there(table: Table) -> ColumnElement[bool]:
    """The rows of an article in a store, whose names stand in the parameters."""
    return and_(*(table.c[name] == bindparam(f"its_{name}") for name in ("tenant", "store", "article")))


# What a movement of counted goods asks is built once: to build such a statement costs more than to run it.
_CORRECTIONS = and_(stock_movements.c.reason == COUNTED, stock_movements.c.dev != "")
_HISTORY = select(stock_movements).where(_there(stock_movements), not_(_CORRECTIONS))
_CORRECTED = select(stock_movements).where(_there(stock_movements), _CORRECTIONS)
_UNCLEAR = select(unclear_movements).where(_there(unclear_movements))
_DECIDED = _UNCLEAR.where(unclear_movements.c.decided != "", unclear_movements.c.counted == bindparam("its_count"))
_NEW_TASK, _NEW_UNCLEAR, _NEW_MOVEMENT = insert(tasks), insert(unclear_movements), insert(stock_movements)


class Counts:
    """The counts of one tenant within one transaction."""

    def __init__(self, connection: Connection, tenant: str, now_ms: int, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._tenant = tenant
        self._now_ms = now_ms
        self._new_id = new_id
        self._skews: dict[str, int] = {}
        self._counted: dict[str, bool] = {}

    def take(self, found: Sequence[Count]) -> set[Place]:
        """Keep new counts; gives the places to `settle` once the transaction's movements are written."""
        for count in found:
            insert_new(
                self._connection, counts,
                {
                    "tenant": self._tenant, "store": count.store, "article": count.article, "dev": count.name.dev,
                    "inc": count.name.inc, "seq": count.name.seq, "n": count.name.n,
                    "quantity_milli": count.quantity_milli, "from_ms": count.from_ms, "to_ms": count.to_ms,
                    "frontier": msgspec.json.encode(count.frontier).decode(), "last_seq": count.last_seq,
                },
            )  # fmt: skip
        return {(count.store, count.article) for count in found}

    def settle(self, store: str, article: str) -> int:
        """Work out a place anew from its whole history; gives by how much its on-hand changes."""
        moves = history(self._connection, self._tenant, store, article)
        ruling = max(self._counts_of([(store, article)]), key=lambda count: count.rank, default=None)
        if ruling is None:
            return 0
        now = level([ruling], moves, self.decided(ruling), self.skew_ms(store))
        before = self._corrections(store, article)
        for name, milli in before.items():
            if milli and name != ruling.name:
                self._correct((store, article), name, -milli)
        if ruling.name in before:
            self._correct((store, article), ruling.name, now.correction_milli - before[ruling.name])
        else:
            self._insert_correction(ruling, now.correction_milli)
        self._keep_unclear(ruling, now.unclear, whole=True)
        return now.correction_milli - sum(before.values())

    def absorb(self, moves: Iterable[Moved]) -> dict[Place, int]:
        """Look at movements that came after a count was settled; gives by how much on-hand changes beside their sum."""
        by_place: dict[Place, list[Moved]] = {}
        for moved in moves:
            if self.any_in(moved.movement.store):
                by_place.setdefault((moved.movement.store, moved.movement.article), []).append(moved)
        ruling: dict[Place, Count] = {}
        for count in self._counts_of(list(by_place)):
            there = ruling.get((count.store, count.article))
            if there is None or count.rank > there.rank:
                ruling[count.store, count.article] = count
        changes: dict[Place, int] = {}
        for place, count in ruling.items():
            skew_ms = self.skew_ms(count.store)
            late = by_place[place]
            absorbed = -sum(one.movement.quantity_milli for one in late if not is_after(count, one, {}, skew_ms))
            if absorbed:
                self._correct(place, count.name, absorbed)
                changes[place] = absorbed
            self._keep_unclear(count, [one for one in late if side(count, one, skew_ms) == UNCLEAR], whole=False)
        return changes

    def decide(self, store: str, article: str, name: Name, decided: str, who: str) -> int:
        """A person says where an unclear movement lies: BEFORE or AFTER the count; gives by how much on-hand changes.

        Raises HubProblem for a movement that is not unclear any more.
        """
        if decided not in (BEFORE, AFTER):
            raise HubProblem("request.argument", name="side", value=decided[:20], wanted=f"{BEFORE} or {AFTER}")
        at = unclear_movements.c
        mine = and_(self._at_place(store, article), at.dev == name.dev, at.inc == name.inc, at.seq == name.seq, at.n == name.n)
        task = self._connection.scalar(select(at.task).where(mine))
        if task is None:
            raise HubProblem("stock.clear", article=article[:60], store=store[:20])
        self._connection.execute(update(unclear_movements).where(mine).values(decided=decided, who=who))
        self._close_task(store, task)
        return self.settle(store, article)

    def _keep_unclear(self, ruling: Count, found: Sequence[Moved], whole: bool) -> None:
        """Have a task for each unclear movement; with `whole`, close those that another count made clear."""
        at = unclear_movements.c
        mine = self._at_place(ruling.store, ruling.article)
        there = {_name(row): row for row in self._connection.execute(_UNCLEAR, self._place(ruling.store, ruling.article))}
        if whole:
            wanted = {moved.name for moved in found}
            for name, row in list(there.items()):
                of_this = row.counted == _count_text(ruling)
                if not of_this or (name not in wanted and not row.decided):
                    this = and_(mine, at.dev == name.dev, at.inc == name.inc, at.seq == name.seq, at.n == name.n)
                    self._connection.execute(delete(unclear_movements).where(this))
                    self._close_task(ruling.store, row.task)
                    del there[name]
        for moved in found:
            if moved.name not in there:
                self._open_task(ruling, moved)

    def _open_task(self, ruling: Count, moved: Moved) -> None:
        task, name = self._new_id(), moved.name
        detail = {
            "article": ruling.article, "quantity_milli": moved.movement.quantity_milli, "reason": moved.movement.reason,
            "dev": name.dev, "inc": name.inc, "seq": name.seq, "n": name.n, "moved_ms": moved.at_ms,
            "counted_from_ms": ruling.from_ms, "counted_ms": ruling.to_ms, "counted_milli": ruling.quantity_milli,
        }  # fmt: skip
        row = {
            "tenant": self._tenant, "store": ruling.store, "article": ruling.article, "dev": name.dev, "inc": name.inc,
            "seq": name.seq, "n": name.n, "counted": _count_text(ruling), "decided": "", "who": "", "task": task,
        }  # fmt: skip
        self._connection.execute(_NEW_UNCLEAR, row)
        add_task(self._connection, (self._tenant, ruling.store), TASK, detail, self._now_ms, task)

    def _close_task(self, store: str, task: str) -> None:
        at = tasks.c
        self._connection.execute(
            update(tasks)
            .where(at.tenant == self._tenant, at.store == store, at.id == task, at.done_ms == 0)
            .values(done_ms=self._now_ms)
        )

    def _at_place(self, store: str, article: str) -> ColumnElement[bool]:
        at = unclear_movements.c
        return and_(at.tenant == self._tenant, at.store == store, at.article == article)

    def decided(self, ruling: Count) -> dict[Name, str]:
        """What a person said about movements that are unclear for a count."""
        of = {**self._place(ruling.store, ruling.article), "its_count": _count_text(ruling)}
        return {_name(row): row.decided for row in self._connection.execute(_DECIDED, of)}

    def skew_ms(self, store: str) -> int:
        """How far clocks may be apart in a store."""
        if store not in self._skews:
            self._skews[store] = rules_of(self._connection, self._tenant, store).count_skew_s * 1000
        return self._skews[store]

    def of(self, store: str, article: str) -> list[Count]:
        """All counts of an article in a store."""
        return self._counts_of([(store, article)])

    def any_in(self, store: str) -> bool:
        """Whether anything was ever counted there: where nothing was, a push pays one look for it."""
        if store not in self._counted:
            there = select(counts.c.seq).where(counts.c.tenant == self._tenant, counts.c.store == store).limit(1)
            self._counted[store] = self._connection.scalar(there) is not None
        return self._counted[store]

    def _counts_of(self, places: Sequence[Place]) -> list[Count]:
        found: list[Count] = []
        at = counts.c
        for start in range(0, len(places), feedlog.KEYS_PER_QUERY):
            part = places[start : start + feedlog.KEYS_PER_QUERY]
            query = select(counts).where(at.tenant == self._tenant, tuple_(at.store, at.article).in_(part))
            found += [
                Count(
                    _name(row), row.article, row.store, row.quantity_milli, row.from_ms, row.to_ms,
                    read_json(row.frontier, dict[str, int]), row.last_seq,
                )
                for row in self._connection.execute(query)
            ]  # fmt: skip
        return found

    def _corrections(self, store: str, article: str) -> dict[Name, int]:
        found = self._connection.execute(_CORRECTED, self._place(store, article))
        return {_name(row): row.quantity_milli for row in found}

    def _correct(self, place: Place, name: Name, by_milli: int) -> None:
        at = stock_movements.c
        this = and_(at.dev == name.dev, at.inc == name.inc, at.seq == name.seq, at.n == name.n)
        self._connection.execute(
            update(stock_movements).where(_of(self._tenant, *place), this).values(quantity_milli=at.quantity_milli + by_milli)
        )

    def _insert_correction(self, count: Count, milli: int) -> None:
        name = count.name
        row = {
            "tenant": self._tenant, "store": count.store, "dev": name.dev, "inc": name.inc, "seq": name.seq, "n": name.n,
            "article": count.article, "quantity_milli": milli, "reason": COUNTED, "at_ms": count.to_ms,
        }  # fmt: skip
        self._connection.execute(_NEW_MOVEMENT, row)

    def _place(self, store: str, article: str) -> dict[str, str]:
        return _place_of(self._tenant, store, article)


def add_task(
    connection: Connection, place: tuple[str, str], kind: str, detail: Mapping[str, object], now_ms: int, task: str
) -> None:
    """Give a store's people something to look at; `place` is (tenant, store)."""
    row = {
        "tenant": place[0], "store": place[1], "id": task, "kind": kind, "detail": msgspec.json.encode(detail).decode(),
        "at_ms": now_ms, "done_ms": 0,
    }  # fmt: skip
    connection.execute(_NEW_TASK, row)


def history(connection: Connection, tenant: str, store: str, article: str) -> list[Moved]:
    """All movements of an article in a store, without what counts corrected."""
    return [
        Moved(_name(row), Movement(article, store, row.quantity_milli, row.reason), row.at_ms)
        for row in connection.execute(_HISTORY, _place_of(tenant, store, article))
    ]


def _place_of(tenant: str, store: str, article: str) -> dict[str, str]:
    """The parameters that name an article in a store."""
    return {"its_tenant": tenant, "its_store": store, "its_article": article}


def _of(tenant: str, store: str, article: str) -> ColumnElement[bool]:
    at = stock_movements.c
    return and_(at.tenant == tenant, at.store == store, at.article == article)


def _name(row: Row[Any]) -> Name:
    return Name(row.dev, row.inc, row.seq, row.n)


def _count_text(count: Count) -> str:
    name = count.name
    return f"{name.dev}/{name.inc}/{name.seq}"
