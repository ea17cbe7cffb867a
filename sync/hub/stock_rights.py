"""Terminals' rights at the hub: what their facts did with them, and what a person or a lease takes back.

The rule is `kiosk.domain.allocation.apply_rights`; here its state is loaded, folded and written back, fact by fact.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, and_, select, update

from kiosk.decoding import read_json
from kiosk.domain import facts
from kiosk.domain.allocation import FULFILLED, LAPSED, PROMISED, Key, Promise, RightsState, Spent, apply_rights, touched
from kiosk.domain.facts import Fact
from kiosk.domain.feed import DEVICE
from kiosk.domain.quantity import ONE
from sync.hub import feedlog
from sync.hub import stock_accounts as accounts
from sync.hub.stock import CLAIMED, FOR_RESERVATION, HELD, pool
from sync.hub.stock_accounts import Account
from sync.hub.stock_counts import add_task
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema_stock import promises, reservations, rights, rights_devices, stock_serials, transfers


class Rights:
    """The rights of one tenant within one transaction; `changes` are the rows for the feed."""

    def __init__(self, connection: Connection, tenant: str, now_ms: int, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._tenant = tenant
        self._now_ms = now_ms
        self._new_id = new_id
        self._makers: dict[str, str] = {}
        self.changes: list[feedlog.Change] = []

    def take(self, fact: Fact) -> None:
        """Fold one more fact of a terminal, in the order that it made them."""
        if fact.kind == facts.RIGHTS_REFUSED:
            self._refused(fact)
            return
        looks = touched(fact)
        if not (looks.keys or looks.promises):
            return
        found = {key: accounts.read(self._connection, self._tenant, fact.dev, key) for key in looks.keys}
        before = RightsState(
            {key: one.spent for key, one in found.items()}, self._promises(fact, looks.promises),
            frozenset(one for one in looks.transfers if self._is_received(fact, one)),
        )  # fmt: skip
        after = apply_rights(before, fact)
        late = fact.kind == facts.RIGHTS_USED and self._is_late(fact)
        handed_over = self._is_handed_over(fact)
        for key, one in found.items():
            if after.of(key) != one.spent:
                self._write_spent(fact.dev, key, one, after.of(key), late or handed_over)
                if handed_over:
                    self._hold_serials(key, after.of(key).gone - one.spent.gone, fact.dev, "")
                if not late:
                    self._watch(fact.dev, key, one, after.of(key))
        for promise in after.promises.values():
            if promise != before.promises.get(promise.id):
                self._write_promise(fact, promise)
                if promise.state == FULFILLED:
                    self._hold_serials((promise.store, promise.article), promise.serials, self._makers[promise.id], "")
        self._follow(fact, before, after)

    def _follow(self, fact: Fact, before: RightsState, after: RightsState) -> None:
        """What else a fact means to the hub, beside the account of the terminal that made it."""
        body = fact.body
        if fact.kind == facts.RIGHTS_USED:
            promise = after.promises[body["promise"]]
            self._demand(fact, promise.store, promise.article, promise.quantity_milli)
            if promise.over_right:
                self._task(promise.store, "promise.over_right", fact, {"approved_by": body["approved_by"]})
            elif self._is_late(fact):
                self._lapse(fact, promise)
        elif fact.kind in (facts.RIGHTS_TRANSFERRED, facts.RIGHTS_RECEIVED):
            self._move_transfer(fact)
        elif fact.kind == facts.STOCK_MOVED and body["promise"] not in before.promises:
            self._hand_over_foreign(fact)

    # what was asked for

    def _refused(self, fact: Fact) -> None:
        """A terminal had no right. It cost a promise if the goods were there: that is what grant sizes are judged by."""
        body, store = fact.body, fact.body["store"]
        self._demand(fact, store, body["article"], body["quantity"])
        there = pool(self._connection, self._tenant, store, body["article"])
        mine = accounts.read(self._connection, self._tenant, fact.dev, (store, body["article"])).held_milli
        free = max(0, there.free) + max(0, there.granted - mine)
        accounts.count_refusal(self._connection, (self._tenant, store), fact.day, free >= body["quantity"])

    def _demand(self, fact: Fact, store: str, article: str, milli: int) -> None:
        accounts.add_demand(self._connection, (self._tenant, store, article), fact.dev, fact.day, milli)

    # promises

    def _promises(self, fact: Fact, ids: Iterable[str]) -> dict[str, Promise]:
        """The promises by id that this fact may close: its own, or anybody's when the goods were handed over."""
        if not ids:
            return {}
        at = promises.c
        found = self._connection.execute(
            select(promises).where(at.tenant == self._tenant, at.store == _store_of(fact), at.id.in_(list(ids)))
        ).all()
        self._makers = {row.id: row.dev for row in found}
        return {
            row.id: Promise(
                row.id, row.store, row.article, row.quantity_milli, row.reason,
                tuple(read_json(row.serials, list[str])), row.over_right, row.lease, row.state,
            )
            for row in found
            if row.dev == fact.dev or (row.dev and fact.kind == facts.STOCK_MOVED)
        }  # fmt: skip

    def _write_promise(self, fact: Fact, promise: Promise) -> None:
        values = {
            "article": promise.article, "quantity_milli": promise.quantity_milli, "reason": promise.reason,
            "serials": accounts.listed(promise.serials), "dev": fact.dev, "over_right": promise.over_right, "lease": promise.lease,
        }  # fmt: skip
        key = {"tenant": self._tenant, "store": promise.store, "id": promise.id}
        state = {"state": promise.state, "at_ms": self._now_ms}
        if promise.state != PROMISED:
            self._update_promise(promise.store, promise.id, state=promise.state)
        elif not insert_new(self._connection, promises, {**key, **values, **state}):
            at = promises.c  # it was handed over before the hub heard of it
            unknown = and_(at.tenant == self._tenant, at.store == promise.store, at.id == promise.id, at.dev == "")
            self._connection.execute(update(promises).where(unknown).values(**values))

    def _update_promise(self, store: str, promise: str, **values: object) -> None:
        at = promises.c
        mine = and_(at.tenant == self._tenant, at.store == store, at.id == promise)
        self._connection.execute(update(promises).where(mine).values(**values))

    def _hand_over_foreign(self, fact: Fact) -> None:
        """Goods were handed over for a reservation, or for a promise that the hub has not heard of yet."""
        promise, store, at = fact.body["promise"], fact.body["location"], reservations.c
        closed = self._connection.execute(
            update(reservations)
            .where(at.tenant == self._tenant, at.store == store, at.id == promise, at.state.in_((HELD, CLAIMED)))
            .values(state=FULFILLED)
        )
        if closed.rowcount:
            its = and_(stock_serials.c.tenant == self._tenant, stock_serials.c.store == store)
            held = and_(its, stock_serials.c.holder == f"{FOR_RESERVATION}{promise}")
            self._connection.execute(update(stock_serials).where(held).values(holder=""))
            return
        insert_new(
            self._connection, promises,
            {
                "tenant": self._tenant, "store": store, "id": promise, "article": "", "quantity_milli": 0, "reason": "",
                "serials": "[]", "dev": "", "over_right": False, "lease": 0, "state": FULFILLED, "at_ms": self._now_ms,
            },
        )  # fmt: skip

    def _lapse(self, fact: Fact, promise: Promise) -> None:
        """It was promised under a lease that is over, so its right was given to others: nobody can keep this promise."""
        self._update_promise(promise.store, promise.id, state=LAPSED)
        key = promise.store, promise.article
        accounts.add_to_level(self._connection, self._tenant, fact.dev, key, promise.quantity_milli)
        self.changes += accounts.grant_rows(self._connection, self._tenant, fact.dev, key)
        self._task(promise.store, "promise.lapsed", fact, {})

    # passing on

    def _move_transfer(self, fact: Fact) -> None:
        """One half of a transfer. The two come in any order; a second half that says something else is for a person."""
        body, sent = fact.body, fact.kind == facts.RIGHTS_TRANSFERRED
        said = {
            "article": body["article"], "quantity_milli": body["quantity"],
            "from_dev": fact.dev if sent else body["from"], "to_dev": body["to"] if sent else fact.dev,
        }  # fmt: skip
        key = {"tenant": self._tenant, "store": body["store"], "id": body["transfer"]}
        if insert_new(self._connection, transfers, {**key, **said, "sent": sent, "received": not sent}):
            return
        at = transfers.c
        mine = and_(at.tenant == self._tenant, at.store == body["store"], at.id == body["transfer"])
        row = self._connection.execute(select(transfers).where(mine)).one()
        if any(getattr(row, name) != value for name, value in said.items()):
            self._task(body["store"], "rights.transfer_differs", fact, {"other": row.from_dev if not sent else row.to_dev})
        half = {"sent": True} if sent else {"received": True}
        self._connection.execute(update(transfers).where(mine).values(**half))

    def _is_received(self, fact: Fact, transfer: str) -> bool:
        at = transfers.c
        query = select(at.received).where(
            at.tenant == self._tenant, at.store == _store_of(fact), at.id == transfer, at.to_dev == fact.dev
        )
        return bool(self._connection.scalar(query))

    # the account

    def _write_spent(self, dev: str, key: Key, there: Account, spent: Spent, late: bool) -> None:
        values = {
            "used_milli": spent.used, "returned_milli": spent.returned, "transferred_milli": spent.transferred,
            "received_milli": spent.received, "gone": accounts.listed(sorted(spent.gone)),
            "got": accounts.listed(sorted(spent.got)),
        }  # fmt: skip
        accounts.make(self._connection, self._tenant, dev, key)
        self._connection.execute(update(rights).where(accounts.mine(self._tenant, dev, key)).values(**values))
        self._move_serials(dev, key, there, spent, late)
        held = Account(there.level_milli, spent).held_milli
        if there.keep_milli >= 0 and held <= there.keep_milli:
            self._connection.execute(update(rights).where(accounts.mine(self._tenant, dev, key)).values(keep_milli=accounts.NEVER))
            self.changes.append(feedlog.gone(DEVICE, feedlog.own(dev), "reclaim", "|".join(key)))

    def _watch(self, dev: str, key: Key, there: Account, spent: Spent) -> None:
        """Tell that a terminal used more than it was granted, once when it begins."""
        if spent.net > there.level_milli >= there.spent.net:
            detail = {"article": key[1], "dev": dev, "level_milli": there.level_milli, "spent_milli": spent.net}
            add_task(self._connection, (self._tenant, key[0]), "rights.exceeded", detail, self._now_ms, self._new_id())

    def _move_serials(self, dev: str, key: Key, there: Account, after: Spent, late: bool) -> None:
        """A numbered piece is its holder's: granted, promised or passed on, until it is handed over or its right came back.

        After a restore a terminal may have promised a piece of whose grant the backup knows nothing. It is held for it all
        the same, unless somebody else has it by now; when the promise is released, so is the piece, which was granted no more.
        """
        before = there.spent
        gone, back = after.gone - before.gone, before.gone - after.gone
        if after.returned > before.returned:
            self._hold_serials(key, gone, dev, "")
        elif gone and not late:
            self._hold_serials(key, gone, "", dev)
        self._hold_serials(key, after.got - before.got, None, dev)
        forgotten = back - frozenset(there.serials) - after.got
        if forgotten:
            self._hold_serials(key, forgotten, dev, "")
            accounts.add_to_level(self._connection, self._tenant, dev, key, -ONE * len(forgotten))
            self.changes += accounts.grant_rows(self._connection, self._tenant, dev, key)

    def _hold_serials(self, key: Key, serial_rights: Iterable[str], was: str | None, holder: str) -> None:
        """Pieces have another holder, if they were held by `was` (None: by whomever)."""
        numbers = accounts.numbers_of(serial_rights)
        if numbers:
            at = stock_serials.c
            mine = and_(at.tenant == self._tenant, at.store == key[0], at.article == key[1], at.serial.in_(numbers))
            if was is not None:
                mine = and_(mine, at.holder == was)
            self._connection.execute(update(stock_serials).where(mine).values(holder=holder))

    def _is_handed_over(self, fact: Fact) -> bool:
        """Whether another terminal handed the goods over before the hub heard of their promise: then nothing waits to be held."""
        if fact.kind != facts.RIGHTS_USED:
            return False
        at = promises.c
        mine = and_(at.tenant == self._tenant, at.store == fact.body["store"], at.id == fact.body["promise"])
        return self._connection.scalar(select(at.state).where(mine)) == FULFILLED

    def _is_late(self, fact: Fact) -> bool:
        """Whether a promise was made under a lease that is over. Held, so that no lease ends while its promise is being kept."""
        lease: int = fact.body["lease"]
        if not lease:
            return False
        at = rights_devices.c
        query = select(at.leases_over).where(at.tenant == self._tenant, at.dev == fact.dev).with_for_update()
        return lease <= int(self._connection.scalar(query) or 0)

    def _task(self, store: str, kind: str, fact: Fact, more: dict[str, str]) -> None:
        body = fact.body
        detail = {
            "promise": body.get("promise", ""), "article": body["article"], "quantity_milli": body["quantity"],
            "terminal": fact.place.terminal, "dev": fact.dev, "seq": fact.seq, "employee": fact.employee, **more,
        }  # fmt: skip
        add_task(self._connection, (self._tenant, store), kind, detail, self._now_ms, self._new_id())


def _store_of(fact: Fact) -> str:
    """The store whose goods a fact of rights or movements is about."""
    store: str = fact.body["location"] if fact.kind == facts.STOCK_MOVED else fact.body["store"]
    return store
