"""What facts mean for stock beside their movements: counts, rights, promises, serial numbers, and alarms."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, exists, select, update

from kiosk.domain import facts
from kiosk.domain.facts import Fact
from kiosk.domain.stock import SALE, Moved, counts_of, moved_by
from sync.hub import feedlog, stock_losses
from sync.hub import stock_accounts as accounts
from sync.hub.stock_counts import Counts, Place, add_task
from sync.hub.stock_rights import Rights
from sync.hub.storage.dialect import insert_new, upsert
from sync.hub.storage.schema import stock, stock_movements, tasks
from sync.hub.storage.schema_stock import stock_serials, stock_to_share

AHEAD_MS_MAX = 10 * 60_000
"""A count from a clock further ahead than this would rule over later ones: it waits until its time has come."""

NEGATIVE = "stock.negative"
CLOCK_AHEAD = "clock.ahead"
_RIGHTS = frozenset(
    {
        facts.RIGHTS_USED, facts.RIGHTS_RELEASED, facts.RIGHTS_REFUSED, facts.RIGHTS_RETURNED, facts.RIGHTS_TRANSFERRED,
        facts.RIGHTS_RECEIVED,
    }
)  # fmt: skip


class StockProjector:
    """Takes the facts of one transaction; `finish` comes after their movements were written."""

    def __init__(self, connection: Connection, tenant: str, now_ms: int, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._tenant = tenant
        self._now_ms = now_ms
        self._new_id = new_id
        self._counts = Counts(connection, tenant, now_ms, new_id)
        self._rights = Rights(connection, tenant, now_ms, new_id)
        self._of_rights: list[Fact] = []
        self._numbered: list[Fact] = []
        self._to_settle: set[Place] = set()
        self._moving: list[Fact] = []
        self._moved: list[Moved] = []
        self._to_share: set[Place] = set()

    def reason_to_hold(self, fact: Fact) -> str:
        """Why a fact has to wait, or nothing."""
        ahead = any(count.to_ms > self._now_ms + AHEAD_MS_MAX for count in counts_of(fact))
        return CLOCK_AHEAD if ahead else ""

    def take(self, fact: Fact, moves: bool) -> None:
        """Fold one more sound fact; `moves` says whether it has movements."""
        if moves:
            self._moving.append(fact)
        if fact.kind == facts.STOCK_COUNTED:
            self._to_settle |= self._counts.take(counts_of(fact))
            stock_losses.keep(self._connection, self._tenant, fact)
        elif fact.kind in _RIGHTS:
            self._of_rights.append(fact)
            self._to_share.add((fact.body["store"], fact.body["article"]))
        elif fact.kind == facts.SALE_COMPLETED and fact.body.get("rights"):
            self._of_rights.append(fact)
            self._to_share |= {(one["store"], one["article"]) for one in fact.body["rights"]}
        elif fact.kind == facts.STOCK_MOVED:
            stock_losses.keep(self._connection, self._tenant, fact)
            if fact.body["promise"]:
                self._of_rights.append(fact)
            if any(line.get("serials") for line in fact.body["lines"]):
                self._numbered.append(fact)
            self._to_share |= {(fact.body["location"], line["article"]) for line in fact.body["lines"]}

    def take_moves(self, store: str, moves: Callable[[], Iterable[Moved]]) -> None:
        """Take movements of a store that were folded without their facts; they are asked for only where they are needed."""
        if self._counts.any_in(store):
            self._moved += moves()

    def share_again(self, places: Collection[Place]) -> None:
        """Have goods (store, article) looked at again of which less is held back than before."""
        self._to_share |= set(places)

    def finish(self, moved: Collection[Place]) -> tuple[dict[Place, int], list[feedlog.Change]]:
        """By how much on-hand changes beside the sum of the movements at `moved`, and the rows for the feed."""
        # Before the stock's own rows are held, as a round of sharing does: two who take them crosswise wait for each other.
        to_share = self._to_share | self._to_settle
        for store in sorted({store for store, _ in to_share}):
            mark_to_share(self._connection, self._tenant, store, *(article for of, article in to_share if of == store))
        if self._of_rights or self._numbered:
            self._hold_stock(moved)
        for fact in self._numbered:  # first the pieces are there, then somebody has a right to them
            self._move_serials(fact.body)
        for fact in self._of_rights:
            self._rights.take(fact)
        # Movements are named by what their fact says only where somebody counted: elsewhere nobody asks for the name.
        moves = [one for fact in self._moving if self._counts.any_in(fact.place.store) for one in moved_by(fact)] + self._moved
        late = [one for one in moves if (one.movement.store, one.movement.article) not in self._to_settle]
        changes = self._counts.absorb(late) if late else {}
        for store, article in sorted(self._to_settle):
            changes[store, article] = self._counts.settle(store, article)
        return changes, self._rights.changes

    def watch(self, levels: Mapping[Place, int], changed: Mapping[Place, int]) -> None:
        """Raise an alarm for stock that went below nothing just now, and end it when it is above again.

        More was sold than anybody knew of: what lay in a customer's hand was there all the same.
        """
        fell: dict[str, list[str]] = {}
        for (store, article), by_milli in sorted(changed.items()):
            on_hand = levels[store, article]
            if on_hand < 0 <= on_hand - by_milli:
                fell.setdefault(store, []).append(article)
            elif on_hand - by_milli < 0 <= on_hand:
                self._end_alarm(store, article)
        for store, articles in fell.items():
            for article in self._kept(store, articles):
                detail = {"article": article, "on_hand_milli": levels[store, article]}
                add_task(self._connection, (self._tenant, store), NEGATIVE, detail, self._now_ms, self._new_id())

    def _hold_stock(self, moved: Collection[Place]) -> None:
        """Hold the articles' rows of `stock` before those of `rights`: who grants takes them in this order too."""
        places = sorted(self._to_share.union(moved))
        at = stock.c
        for store in sorted({store for store, _ in places}):
            articles = [article for of, article in places if of == store]
            for start in range(0, len(articles), feedlog.KEYS_PER_QUERY):
                part = articles[start : start + feedlog.KEYS_PER_QUERY]
                query = select(at.article).where(at.tenant == self._tenant, at.store == store, at.article.in_(part))
                self._connection.execute(query.order_by(at.article).with_for_update()).all()

    def _end_alarm(self, store: str, article: str) -> None:
        at = tasks.c
        mine = and_(at.tenant == self._tenant, at.store == store, at.kind == NEGATIVE, at.done_ms == 0)
        for task, detail in self._connection.execute(select(at.id, at.detail).where(mine)).all():
            if msgspec.json.decode(detail)["article"] == article:
                self._connection.execute(update(tasks).where(mine, at.id == task).values(done_ms=self._now_ms))

    def _kept(self, store: str, articles: Sequence[str]) -> list[str]:
        """Those of which anybody ever said what is there; of the others only sales are known, and they prove nothing."""
        at, there = stock.c, stock_movements.c
        said = exists().where(there.tenant == self._tenant, there.store == store, there.article == at.article, there.reason != SALE)
        found: list[str] = []
        for start in range(0, len(articles), feedlog.KEYS_PER_QUERY):
            part = articles[start : start + feedlog.KEYS_PER_QUERY]
            query = select(at.article).where(at.tenant == self._tenant, at.store == store, at.article.in_(part), said)
            found += self._connection.scalars(query)
        return sorted(found)

    def _move_serials(self, body: Mapping[str, Any]) -> None:
        """Each piece with a number is a sum of movements of its own, so it commutes too."""
        for line in body["lines"]:
            sign = 1 if line["quantity"] > 0 else -1
            for serial in line.get("serials", ()):
                self._move_serial(body["location"], line["article"], serial, sign)

    def _move_serial(self, store: str, article: str, serial: str, sign: int) -> None:
        at = stock_serials.c
        this = and_(at.tenant == self._tenant, at.store == store, at.article == article, at.serial == serial)
        key = {"tenant": self._tenant, "store": store, "article": article, "serial": serial}
        if insert_new(self._connection, stock_serials, {**key, "on_hand": sign, "holder": ""}):
            if holder := accounts.promised_by(self._connection, self._tenant, (store, article), serial):
                self._connection.execute(update(stock_serials).where(this).values(holder=holder))
        else:
            self._connection.execute(update(stock_serials).where(this).values(on_hand=at.on_hand + sign))


def mark_to_share(connection: Connection, tenant: str, store: str, *articles: str) -> None:
    """Ask for the rights of articles to be looked at in the next rounds; without any, of all that the store shares.

    A mark that is there is taken as well: a round that runs now would wipe it out, and has not seen what this transaction does.
    """
    rows = [{"tenant": tenant, "store": store, "article": article} for article in sorted(articles or ("",))]
    statement = upsert(connection, stock_to_share)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=("tenant", "store", "article"), set_={"article": statement.excluded.article}
        ),
        rows,
    )
