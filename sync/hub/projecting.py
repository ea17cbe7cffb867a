"""What follows from facts, kept in the transaction that stores them: day totals, stock, tickets and tasks.

The rules are the folds of kiosk.domain.projections; here is only where their state lies.
"""

from collections.abc import Callable
from operator import itemgetter

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select

from kiosk.decoding import read_json
from kiosk.domain.account import entries_in
from kiosk.domain.budget import spent_in
from kiosk.domain.catalog import StockLevel
from kiosk.domain.empties import code_of, is_key
from kiosk.domain.facts import DELIVERY_RECEIVED, SALE_COMPLETED, SALE_VOIDED, SHIFT_CLOSED, STOCK_MOVED, TRANSFER_SENT, Fact
from kiosk.domain.feed import CATALOG, DEVICE, TicketUse
from kiosk.domain.lostsale import lost_in
from kiosk.domain.orderfacts import ORDER_KINDS
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.promotion import COUPON_KEY
from kiosk.domain.returning import announced_in, returned_in
from kiosk.domain.stock import Movement, hlc_ms, moves_in
from kiosk.domain.voucher import of_once_key
from sync.hub import budgets, deliveries, feedlog, stops, voucher_accounts
from sync.hub.announced import receive
from sync.hub.consolidating import note_late, tell_closing
from sync.hub.folding import MOVEMENT, Fold, added
from sync.hub.lost_sales import LostProjector
from sync.hub.orders import Made, OrderBook
from sync.hub.stock_projecting import StockProjector
from sync.hub.storage.bulk import insert_many, insert_values, upsert_many
from sync.hub.storage.dialect import insert_new, lock_name
from sync.hub.storage.schema import day_totals, stock, stock_movements, tasks, ticket_uses
from sync.hub.taken_back import take_back

SLIP_TWICE = "deposit.used_twice"
"""The kind of task for a return machine's slip that two tills paid, as each knew nothing of the other."""

_ARTICLE = itemgetter(MOVEMENT.index("article"))
_STOCK = ("tenant", "store", "article", "on_hand_milli", "as_of_ms")
_LEVEL = ("store", "article", "on_hand_milli")
_DAY = ("tenant", "store", "day", "terminal", "state")
_DayKey = tuple[str, str, str]

# What every push asks is built once: to build such a statement costs more than to run it.
_STATE_OF_DAY = select(day_totals.c.state).where(
    day_totals.c.tenant == bindparam("tenant"), day_totals.c.store == bindparam("store"), day_totals.c.day == bindparam("day"),
    day_totals.c.terminal == bindparam("terminal"),
)  # fmt: skip


ANY_STORE = ""
"""In place of a store: what is used up in all of them at once."""


class Projector:
    """Folds the facts of one transaction and writes what changed once, at the end, under one revision of the feed."""

    def __init__(self, connection: Connection, tenant: str, now_ms: int, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._tenant = tenant
        self._now_ms = now_ms
        self._new_id = new_id
        self._days: dict[_DayKey, DayTotals] = {}
        self._movements: list[tuple[str | int, ...]] = []
        self._folded_moves: list[str | int] = []
        self._moved: dict[tuple[str, str], int] = {}
        self._told: list[feedlog.Change] = []
        self._booked: list[voucher_accounts.Booked] = []
        self._taken: list[budgets.Booked] = []
        self._stock = StockProjector(connection, tenant, now_ms, new_id)
        self._of_orders: list[Fact] = []
        self._moving: list[Fact] = []
        self._lost = LostProjector()

    def apply(self, fact: Fact) -> str:
        """Fold one more fact that `bodies.reason_to_hold` found sound; gives why it has to be held after all, or nothing."""
        key = (fact.place.store, fact.day, fact.place.terminal)
        try:
            totals = apply_day(self._days.get(key) or self._day(key), fact)
            moves = moves_in(fact)  # nothing is kept before all rules have said yes
            backs, announced = returned_in(fact), announced_in(fact)
            entries, taken = entries_in(fact), spent_in(fact)
            lost = lost_in(fact)
            reason = self._stock.reason_to_hold(fact)
        except (KeyError, TypeError, ValueError, AttributeError):
            return "projection.failed"
        if reason:
            return reason
        self._days[key] = totals
        if moves:
            self._keep_moves(fact, moves)
        self._stock.take(fact, bool(moves))
        if fact.kind == SALE_COMPLETED:
            for ticket in (*fact.body["tickets"], *fact.body.get("coupons_once", ())):
                self._use_ticket(ticket, fact)
        if fact.kind == SALE_VOIDED:
            self._give_back_uses(fact)
        if lost is not None:
            self._lost.take(fact, lost)
        if fact.kind in ORDER_KINDS:
            self._of_orders.append(fact)
        if fact.kind == STOCK_MOVED and fact.body["promise"]:
            self._moving.append(fact)
        self._booked += [(entry, fact) for entry in entries]
        self._taken += [(one, fact) for one in taken]
        if backs:
            self._told += take_back(self._connection, self._tenant, fact, backs, (self._now_ms, self._new_id))
        if announced:
            receive(self._connection, self._tenant, announced, str(fact.body["receipt"]), self._now_ms)
        if fact.kind == DELIVERY_RECEIVED:
            self._told += deliveries.take(self._connection, self._tenant, fact, self._now_ms, self._new_id)
        if fact.kind == TRANSFER_SENT:
            self._told += deliveries.send(self._connection, self._tenant, fact, self._now_ms, self._new_id)
        if fact.kind in stops.KINDS:
            self._told += stops.take(self._connection, self._tenant, fact)
        if fact.kind == SHIFT_CLOSED:
            tell_closing(self._connection, self._tenant, fact, self._now_ms, self._new_id)
        return ""

    def add(self, place: tuple[str, str], folded: Fold) -> None:
        """Add what was folded of a terminal's facts that are stored; `place` is its store and terminal."""
        store, terminal = place
        for day, totals in folded.totals.items():
            key = (store, day, terminal)
            self._days[key] = added(self._days.get(key) or self._day(key), totals)
        self._folded_moves += folded.moves
        for of, article, milli in folded.moved:
            self._moved[of, article] = self._moved.get((of, article), 0) + milli
        self._stock.take_moves(store, folded.each_move)

    def move(self, movement: Movement, name: tuple[str, int, int, int], at_ms: int | None = None) -> None:
        """Add one movement of stock; `name` is (dev, inc, seq, n) of the fact, an empty dev is the hub itself.

        It happened at `at_ms` by the clock of whoever made it, or now.
        """
        dev, inc, seq, n = name
        self._movements.append(
            (
                self._tenant, movement.store, movement.article, self._now_ms if at_ms is None else at_ms, dev, inc, seq, n,
                movement.quantity_milli, movement.reason,
            )
        )  # fmt: skip
        place = (movement.store, movement.article)
        self._moved[place] = self._moved.get(place, 0) + movement.quantity_milli

    def _keep_moves(self, fact: Fact, moves: list[tuple[str, str, int, str]]) -> None:
        tenant, dev, inc, seq, at_ms = self._tenant, fact.dev, fact.inc, fact.seq, hlc_ms(fact.hlc)
        rows, moved = self._movements, self._moved
        for n, (article, store, milli, reason) in enumerate(moves):
            rows.append((tenant, store, article, at_ms, dev, inc, seq, n, milli, reason))
            place = (store, article)
            moved[place] = moved.get(place, 0) + milli

    def finish(self) -> list[feedlog.Change]:
        """Write the state that changed; gives the rows that the feed has to carry."""
        days = [(self._tenant, *key, msgspec.json.encode(totals).decode()) for key, totals in self._days.items()]
        upsert_many(self._connection, day_totals, _DAY, days)
        changed = ((store, day) for store, day, _ in self._days)
        note_late(self._connection, self._tenant, changed, self._now_ms, self._new_id)
        self._movements.sort(key=_ARTICLE)  # nearly the order in which they are kept: neighbours go in together
        insert_many(self._connection, stock_movements, MOVEMENT, self._movements)
        insert_values(self._connection, stock_movements, MOVEMENT, self._folded_moves)
        book = OrderBook(self._connection, self._tenant, Made(self._now_ms, self._new_id))
        book.fold(self._of_orders, self._moving)
        self._stock.share_again(book.freed())
        corrections, rights = self._stock.finish(self._moved)
        for place, milli in corrections.items():
            self._moved[place] = self._moved.get(place, 0) + milli
        self._lost.finish(self._connection, self._tenant)
        vouchers = voucher_accounts.keep(self._connection, self._tenant, self._booked, (self._now_ms, self._new_id))
        spent = budgets.keep(self._connection, self._tenant, self._taken, self._now_ms)
        return self._told + book.write() + vouchers + spent + rights + self._stock_changes()

    def _stock_changes(self) -> list[feedlog.Change]:
        rows = [(self._tenant, store, article, moved_milli, self._now_ms) for (store, article), moved_milli in self._moved.items()]
        now = upsert_many(self._connection, stock, _STOCK, rows, added=("on_hand_milli",), gives=_LEVEL)
        on_hand = {(store, article): int(milli) for store, article, milli in now}
        levels = [StockLevel(article, store, on_hand[store, article], self._now_ms) for store, article in self._moved]
        self._stock.watch(on_hand, self._moved)
        return [feedlog.change(CATALOG, feedlog.EVERYWHERE, "stock", f"{level.article}|{level.store}", level) for level in levels]

    def _day(self, key: _DayKey) -> DayTotals:
        store, day, terminal = key
        # A terminal and the one that it replaced may push at once, at two processes: the second adds to what the first made.
        lock_name(self._connection, f"day {self._tenant} {store} {day} {terminal}")
        asked = {"tenant": self._tenant, "store": store, "day": day, "terminal": terminal}
        state = self._connection.scalar(_STATE_OF_DAY, asked)
        return read_json(state, DayTotals) if state else DayTotals()

    def _use_ticket(self, ticket: str, fact: Fact) -> None:
        """The first use closes the ticket for the store; a second one sold the same basket twice and is for a person.

        A single coupon holds in every store: its tills hear of their own store's uses, and the hub finds out another store's.
        """
        store, receipt = fact.place.store, fact.body["receipt"]
        values = {
            "tenant": self._tenant, "store": store, "ticket": ticket, "dev": fact.dev, "inc": fact.inc, "seq": fact.seq,
            "receipt": receipt,
        }  # fmt: skip
        if insert_new(self._connection, ticket_uses, values):
            use = TicketUse(ticket, receipt)
            self._told.append(feedlog.change(DEVICE, store, "ticket", ticket, use))
            if not ticket.startswith(COUPON_KEY) or insert_new(self._connection, ticket_uses, {**values, "store": ANY_STORE}):
                return
            used_at = ANY_STORE
        else:
            used_at = store
        used = ticket_uses.c
        first = self._connection.scalar(
            select(used.receipt).where(used.tenant == self._tenant, used.store == used_at, used.ticket == ticket)
        )
        slip = is_key(ticket)
        named = {"code": code_of(ticket)} if slip else {"ticket": ticket}
        detail = {**named, "first": first, "again": receipt}
        self._connection.execute(
            insert(tasks).values(
                id=self._new_id(), tenant=self._tenant, store=store, kind=SLIP_TWICE if slip else "ticket.used_twice",
                detail=msgspec.json.encode(detail).decode(), at_ms=self._now_ms, done_ms=0,
            )
        )  # fmt: skip

    def _give_back_uses(self, fact: Fact) -> None:
        """A voucher that pays once, or a machine's slip, is good again when its sale was undone; coupons stay used."""
        store, at = fact.place.store, ticket_uses.c
        for key in fact.body.get("coupons_once", ()):
            if of_once_key(key) is None and not is_key(key):
                continue
            mine = (at.tenant == self._tenant) & (at.store == store) & (at.ticket == key)
            if self._connection.execute(delete(ticket_uses).where(mine, at.receipt == fact.body["void"]["receipt"])).rowcount:
                self._told.append(feedlog.gone(DEVICE, store, "ticket", key))


class Projectors:
    """The projectors of one transaction, by tenant, for pushes that are stored together."""

    def __init__(self, connection: Connection, now_ms: int, new_id: Callable[[], str]) -> None:
        self._connection, self._now_ms, self._new_id = connection, now_ms, new_id
        self._by_tenant: dict[str, Projector] = {}

    def of(self, tenant: str) -> Projector:
        """A tenant's projector."""
        if tenant not in self._by_tenant:
            self._by_tenant[tenant] = Projector(self._connection, tenant, self._now_ms, self._new_id)
        return self._by_tenant[tenant]

    def publish(self) -> None:
        """Write what changed and publish it, one revision for each tenant. The last thing in a transaction."""
        for tenant, projector in sorted(self._by_tenant.items()):
            feedlog.publish(self._connection, tenant, projector.finish())
