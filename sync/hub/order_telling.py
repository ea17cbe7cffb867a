"""Who is told of an order: the stores that have to do with it, by a row of the feed, as long as they do.

Tills alone: nobody signs in at a kiosk, which hears of what it placed itself, without a name. The name is told to the store where
the goods are collected, and only while they are waited for; where they go to the place that packs them, until the carrier has them.
The code by which they are fetched to the store that hands over and the one that placed the order.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select

from kiosk.decoding import read_json
from kiosk.domain.address import Address
from kiosk.domain.arbitrating import OrderState
from kiosk.domain.codec import digest
from kiosk.domain.feed import DEVICE, ORDER, Setting
from kiosk.domain.order import COLLECTED
from kiosk.domain.orderevents import FIRST_FENCE, NO_FENCE
from kiosk.domain.orderhandling import HANDLING, OrderHandling, read_handling
from kiosk.domain.orderlife import ACCEPTED, ALLOCATED, PACKED, PICKED, PICKING, POOL
from kiosk.domain.orderrow import row_of
from kiosk.domain.ordersettling import lies_at
from sync.hub import feedlog
from sync.hub.order_lapsing import kiosk_of
from sync.hub.order_rows import Stored
from sync.hub.order_tasks import OVERDUE_MS
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema import feed_now
from sync.hub.storage.schema_orders import orders

MINUTE_MS, DAY_MS = 60_000, 86_400_000
AGAIN_MS = 15 * MINUTE_MS
"""What nobody has is looked for again after so long: goods come in."""

TO_SEND = frozenset({ALLOCATED, ACCEPTED, PICKING, PICKED, PACKED})
"""States in which a place needs to know where goods go: it packs them, or has to."""

CODE_DIGITS = 6
_TRIES = 200
_RULES = select(feed_now.c.audience, feed_now.c.key, feed_now.c.payload).where(
    feed_now.c.tenant == bindparam("tenant"), feed_now.c.scope == DEVICE, feed_now.c.entity == "setting",
    feed_now.c.key.in_(HANDLING), feed_now.c.audience.in_((feedlog.EVERYWHERE, bindparam("store"))),
)  # fmt: skip


def rules_of(connection: Connection, tenant: str, store: str) -> OrderHandling:
    """The rules of a store: its own settings over those for all; of no store (head office, the web): those for all."""
    rows = connection.execute(_RULES, {"tenant": tenant, "store": store})
    found = sorted((audience, key, bytes(payload)) for audience, key, payload in rows)
    return read_handling({key: read_json(payload, Setting).value for _, key, payload in found})


def concerned(state: OrderState) -> set[str]:
    """The places that have to do with an order: that placed it, that goods were promised from or are collected at or lie at."""
    found = {state.order.store}
    for line in state.order.lines:
        here = state.lines[line.line]
        found |= {line.fulfilment.source, line.fulfilment.to, *here.put_back}
        found |= {place for bucket in here.at for place in (lies_at(line, bucket, here.places), here.places.get(bucket[0], ""))}
    return found - {""}


def packs_for(state: OrderState, place: str) -> set[str]:
    """The addresses, by their keys, to which a place has still something to send."""
    return {
        line.fulfilment.delivery
        for line in state.order.lines
        for fence, name in state.lines[line.line].at
        if line.fulfilment.delivery and state.lines[line.line].places.get(fence) == place and name in TO_SEND
    }


class Telling:
    """Tells of the orders that one transaction changes."""

    def __init__(self, connection: Connection, tenant: str, stores: Collection[str], now_ms: int) -> None:
        self._connection, self._tenant, self._stores, self._now_ms = connection, tenant, stores, now_ms
        self._rules: dict[str, OrderHandling] = {}
        self._given: set[str] = set()

    def tell(
        self, now: Stored, people: Mapping[str, Address], new_id: Callable[[], str]
    ) -> tuple[Stored, list[feedlog.Change]]:
        """An order with its code, who knows of it and when it is looked at next, and the rows that tell it."""
        state = now.known.state
        assert state is not None, "it was placed"
        collecting = {line.fulfilment.to for line in state.order.lines if line.fulfilment.kind in COLLECTED}
        code = now.code or (self._new_code(new_id) if collecting and now.is_open else "")
        wanted = {store for store in concerned(state) if store in self._stores}
        now = replace(now, code=code, told=frozenset(wanted), look_ms=self._look_ms(now))
        told = self._rows(now, people, collecting)
        return now, [told[store] for store in sorted(told)]

    def _rows(self, now: Stored, people: Mapping[str, Address], collecting: Collection[str]) -> dict[str, feedlog.Change]:
        state = now.known.state
        assert state is not None, "it was placed"
        person = next(iter(people.values()), Address("")) if now.is_open else Address("")
        rows: dict[str, feedlog.Change] = {}
        for store in now.told:
            here = store in collecting
            code = now.code if here or store == state.order.store else ""
            to = {key: people[key] for key in sorted(packs_for(state, store)) if key in people}
            row = row_of(now.known, code, person.name if here else "", person.phone if here else "", to)
            rows[store] = feedlog.change(DEVICE, feedlog.tills_of(store), ORDER, state.order.id, row)
        if kiosk := kiosk_of(now.known):
            rows[""] = feedlog.change(DEVICE, feedlog.own(kiosk), ORDER, state.order.id, row_of(now.known))
        return rows

    def _new_code(self, new_id: Callable[[], str]) -> str:
        """Six digits that no other open order of the tenant has; more of them only where a shop has hundreds of thousands open."""
        lock_name(self._connection, f"order codes {self._tenant}")
        at = orders.c
        for turn in range(_TRIES):
            digits = CODE_DIGITS + turn // (_TRIES // 2)
            code = f"{int.from_bytes(digest(new_id().encode())[:8]) % 10**digits:0{digits}d}"
            query = select(at.id).where(at.tenant == self._tenant, at.code == code, at.is_open).limit(1)
            if code not in self._given and self._connection.scalar(query) is None:
                self._given.add(code)
                return code
        raise AssertionError("a million codes are taken")

    def rules(self, store: str) -> OrderHandling:
        """The rules of a store, asked for once."""
        if store not in self._rules:
            self._rules[store] = rules_of(self._connection, self._tenant, store)
        return self._rules[store]

    def _look_ms(self, now: Stored) -> int:
        """When the hub has to do something with an order by itself; 0: only when somebody does."""
        state = now.known.state
        assert state is not None, "it was placed"
        if not now.is_open:
            over_ms = now.closed_ms + self.rules(state.order.store).keep_days * DAY_MS
            return (over_ms // DAY_MS + 1) * DAY_MS  # all of a day at once: what they said is taken out of the feed's log together
        if not now.stuck and any(line.of(name) for line in state.lines.values() for name in POOL):
            return self._now_ms
        due = self._due(state)
        return min([*due, self._now_ms + AGAIN_MS]) if now.stuck else min(due, default=0)

    def _due(self, state: OrderState) -> list[int]:
        """When places have had time enough to accept what they were allocated, and when news of an allocation are overdue."""
        late = [event.at_ms + OVERDUE_MS for line in state.lines.values() for event in line.waiting]
        found = [at_ms for at_ms in late if at_ms > self._now_ms]
        found += [state.order.expires_ms] if state.order.expires_ms else []
        for fence, place, at_ms in waiting(state):
            minutes = self.rules(place).accept_minutes
            found += [at_ms + minutes * MINUTE_MS] if minutes and fence != FIRST_FENCE else []
        return found


def waiting(state: OrderState) -> set[tuple[int, str, int]]:
    """What the hub allocated and nobody has accepted: fence, place, and since when (ms)."""
    found = set()
    told = state.told.values()
    for number, line in state.lines.items():
        for fence, name in line.at:
            if name == ALLOCATED and fence not in (NO_FENCE, FIRST_FENCE):
                since = [event.at_ms for event in told if event.line == number and event.step == ALLOCATED and event.fence == fence]
                found.add((fence, line.places[fence], max(since)))
    return found
