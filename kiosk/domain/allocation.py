"""Rights to promise goods (escrow): granted ahead by the hub, used, given back or passed on by a terminal.

`available = granted + received - used - returned - transferred`, per article and store whose goods they are. The hub
sends the sum of all grants as one row (`Grant.level_milli`), never a difference: a row that comes twice, late or in a
snapshot says the same thing again. What the terminal did with its rights is the fold of its own facts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from kiosk.domain.codec import Json
from kiosk.domain.facts import (
    RIGHTS_RECEIVED,
    RIGHTS_RELEASED,
    RIGHTS_RETURNED,
    RIGHTS_TRANSFERRED,
    RIGHTS_USED,
    SALE_COMPLETED,
    STOCK_MOVED,
    Fact,
)
from kiosk.domain.identity import Moment

PROMISE_REASONS = ("reserve", "collect", "ship")
"""What a terminal promises goods for."""

RETURN_REASONS = ("idle", "reclaimed", "closing")
PROMISED, RELEASED, FULFILLED, LAPSED = "open", "released", "fulfilled", "lapsed"
"""States of a promise; all but `open` are final."""

Key = tuple[str, str]
"""(store whose goods, article)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """All rights ever granted to one terminal for one article of a store, less what the hub took back. Key: `store|article`.

    `no` rises with every grant to that terminal, over all articles. `serials` are the rights of serial goods as
    `number#no`: the same piece granted again is another right.
    """

    store: str
    article: str
    level_milli: int
    no: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reclaim:
    """The hub asks for rights back: what is held above `keep_milli`. Key: `store|article`. Asking again changes nothing."""

    store: str
    article: str
    keep_milli: int


@dataclass(frozen=True, slots=True)
class Lease:
    """For how long rights may be used: until the boot's monotonic clock shows `ends_mono_ms`; a reboot ends it.

    `no` tells leases apart that the hub has closed; `grant_no` is the last grant the hub had made when it gave the lease.
    """

    no: int
    boot: str
    ends_mono_ms: int
    grant_no: int

    def runs(self, now: Moment, newest_grant_no: int) -> bool:
        """Whether rights may be used now, by a terminal whose newest grant has that number."""
        return now.boot == self.boot and now.mono_ms < self.ends_mono_ms and newest_grant_no >= self.grant_no


@dataclass(frozen=True, slots=True)
class Spent:
    """What a terminal's facts did with its rights of one article: thousandths, and the serial rights that went and came."""

    used: int = 0
    returned: int = 0
    transferred: int = 0
    received: int = 0
    gone: frozenset[str] = frozenset()
    got: frozenset[str] = frozenset()

    @property
    def net(self) -> int:
        """What has to be granted before anything is available."""
        return self.used + self.returned + self.transferred - self.received


@dataclass(frozen=True, slots=True)
class Promise:
    """Goods promised to somebody. `lease` 0: for good; else it lapses with that lease unless the hub has heard of it."""

    id: str
    store: str
    article: str
    quantity_milli: int
    reason: str
    serials: tuple[str, ...] = ()
    over_right: bool = False
    lease: int = 0
    state: str = PROMISED


@dataclass(frozen=True, slots=True)
class RightsState:
    """What one terminal did with its rights: per key, its promises, and the transfers it took in (each once)."""

    spent: Mapping[Key, Spent] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)
    transfers: frozenset[str] = frozenset()

    def of(self, key: Key) -> Spent:
        """What was spent of one article."""
        return self.spent.get(key, Spent())


def newest(grants: Iterable[Grant]) -> dict[Key, Grant]:
    """The grant that holds for each article: the one with the highest number, however they came."""
    found: dict[Key, Grant] = {}
    for grant in grants:
        there = found.get((grant.store, grant.article))
        if there is None or grant.no > there.no:
            found[grant.store, grant.article] = grant
    return found


def available(grant: Grant | None, spent: Spent) -> int:
    """The rights that are left, in thousandths; never below nothing."""
    return max(0, (grant.level_milli if grant else 0) - spent.net)


def serials_left(grant: Grant | None, spent: Spent) -> tuple[str, ...]:
    """The serial rights that are left, in order."""
    return tuple(sorted((frozenset(grant.serials if grant else ()) | spent.got) - spent.gone))


class Touched(NamedTuple):
    """What a fact reads and changes: whoever keeps the state loads these, folds, and writes them back."""

    keys: tuple[Key, ...] = ()
    promises: tuple[str, ...] = ()
    transfers: tuple[str, ...] = ()


def touched(fact: Fact) -> Touched:
    """What `apply_rights` looks at for a fact."""
    body = fact.body
    if fact.kind in (RIGHTS_USED, RIGHTS_RELEASED):
        return Touched(((body["store"], body["article"]),), (body["promise"],))
    if fact.kind in (RIGHTS_RETURNED, RIGHTS_TRANSFERRED):
        return Touched(((body["store"], body["article"]),))
    if fact.kind == RIGHTS_RECEIVED:
        return Touched(((body["store"], body["article"]),), (), (body["transfer"],))
    if fact.kind == SALE_COMPLETED:
        return Touched(tuple((one["store"], one["article"]) for one in body.get("rights", ())))
    if fact.kind == STOCK_MOVED and body.get("promise"):
        return Touched((), (body["promise"],))
    return Touched()


def apply_rights(state: RightsState, fact: Fact) -> RightsState:
    """The terminal's rights after one more of its own facts, in the order it made them."""
    body = fact.body
    if fact.kind == RIGHTS_USED:
        return _used(state, body)
    if fact.kind == RIGHTS_RELEASED:
        return _released(state, body["promise"])
    if fact.kind == RIGHTS_RETURNED:
        return _changed(state, body, returned=body["quantity"])
    if fact.kind == RIGHTS_TRANSFERRED:
        return _changed(state, body, transferred=body["quantity"])
    if fact.kind == RIGHTS_RECEIVED:
        return _received(state, body)
    if fact.kind == SALE_COMPLETED:
        for one in body.get("rights", ()):
            state = _changed(state, one, used=one["quantity"])
        return state
    if fact.kind == STOCK_MOVED:
        return _closed(state, body.get("promise", ""), FULFILLED)
    return state


def _used(state: RightsState, body: Json) -> RightsState:
    """Goods were promised. Over a right nothing is used up: there was nothing to use."""
    if body["promise"] in state.promises:
        return state
    made = Promise(
        body["promise"], body["store"], body["article"], body["quantity"], body["reason"], tuple(body["serials"]),
        body["over_right"], body["lease"],
    )  # fmt: skip
    state = replace(state, promises={**state.promises, made.id: made})
    return state if made.over_right else _changed(state, body, used=made.quantity_milli)


def _released(state: RightsState, promise: str) -> RightsState:
    """The goods are not wanted any more. The right comes back, unless it was none, or a lease's that may be over."""
    there = state.promises.get(promise)
    if there is None or there.state != PROMISED:
        return state
    state = _closed(state, promise, RELEASED)
    if there.over_right or there.lease:
        return state
    key = there.store, there.article
    spent = state.of(key)
    back = replace(spent, used=spent.used - there.quantity_milli, gone=spent.gone - frozenset(there.serials))
    return replace(state, spent={**state.spent, key: back})


def _received(state: RightsState, body: Json) -> RightsState:
    if body["transfer"] in state.transfers:
        return state
    key = body["store"], body["article"]
    spent, serials = state.of(key), frozenset(body["serials"])
    came = replace(spent, received=spent.received + body["quantity"], got=spent.got | serials, gone=spent.gone - serials)
    return replace(state, spent={**state.spent, key: came}, transfers=state.transfers | {body["transfer"]})


def _changed(state: RightsState, body: Json, used: int = 0, returned: int = 0, transferred: int = 0) -> RightsState:
    key = body["store"], body["article"]
    spent = state.of(key)
    after = replace(
        spent, used=spent.used + used, returned=spent.returned + returned, transferred=spent.transferred + transferred,
        gone=spent.gone | frozenset(body.get("serials", ())),
    )  # fmt: skip
    return replace(state, spent={**state.spent, key: after})


def _closed(state: RightsState, promise: str, how: str) -> RightsState:
    there = state.promises.get(promise)
    if there is None or there.state != PROMISED:
        return state
    return replace(state, promises={**state.promises, promise: replace(there, state=how)})
