"""Judges stock, rights and reservations: the hub's numbers against the domain's own folds over the facts that happened."""

from collections import Counter
from collections.abc import Sequence, Set

from sqlalchemy import Connection, select

from kiosk.domain import facts
from kiosk.domain.allocation import Key, RightsState, apply_rights
from kiosk.domain.facts import Fact
from kiosk.domain.stock import INITIAL, Count, Moved, Movement, Name, counts_of, level, moved_by
from sync.hub import stock_accounts
from sync.hub.order_goods import WHO
from sync.hub.stock import CLAIMED, EXPIRED, HELD, RELEASED
from sync.hub.storage.schema import held
from sync.hub.storage.schema_stock import reservations
from tests.simulation import budgeting, comebacks, giftcards, history, money, orderings, reserving, stockflows
from tests.simulation.goods import GOODS, KIOSK_ONLY, PIECES, PROMISED, WEB_ONLY
from tests.simulation.history import Call
from tests.simulation.hub_disk import TENANT
from tests.simulation.real_hub import RealHub
from tests.simulation.stores import opened
from tests.simulation.timeline import EPOCH_MS

ONE = 1_000


def judge(hub: RealHub, truth: Sequence[bytes], calls: Sequence[Call]) -> list[str]:
    """What is wrong with what the hub says of goods, given every fact that was committed anywhere."""
    there = [opened(data) for data in truth]
    kept_back = hub.transact(kept_back_by, reading=True)
    projected = [fact for fact in there if (fact.dev, fact.inc, fact.seq) not in kept_back]
    return [
        *_on_hand(hub, projected), *_rights(hub, projected), *_promised(hub, there, projected), *_pieces(hub, projected, there),
        *_orders(hub, calls), *money.judge(hub, projected), *comebacks.judge(hub, projected),
        *giftcards.judge(hub, projected), *orderings.judge(hub, projected), *stockflows.judge(hub, projected),
        *budgeting.judge(hub, projected), *reserving.judge(hub, projected),
    ]  # fmt: skip


def shown(hub: RealHub, truth: Sequence[bytes]) -> dict[Key, int]:
    """What every copy has to show of each store's articles."""
    kept_back = hub.transact(kept_back_by, reading=True)
    there = [opened(data) for data in truth]
    return levels([fact for fact in there if (fact.dev, fact.inc, fact.seq) not in kept_back], hub.stores)


def levels(projected: Sequence[Fact], stores: Sequence[str]) -> dict[Key, int]:
    """On-hand by the domain's fold, which knows nothing of the order of arrival."""
    moves: dict[Key, list[Moved]] = {
        (store, one.id): [Moved(Name("", 0, n + 1, 0), Movement(one.id, store, one.pieces * ONE, INITIAL), EPOCH_MS)]
        for store in stores
        for n, one in enumerate(GOODS)
    }
    counts: dict[Key, list[Count]] = {place: [] for place in moves}
    for fact in projected:
        for moved in moved_by(fact):
            moves[moved.movement.store, moved.movement.article].append(moved)
        for count in counts_of(fact):
            counts[count.store, count.article].append(count)
    return {place: level(counts[place], moves[place], {}).on_hand_milli for place in moves}


def kept_back_by(connection: Connection) -> set[tuple[str, int, int]]:
    return {(dev, inc, seq) for dev, inc, seq in connection.execute(select(held.c.dev, held.c.inc, held.c.seq))}


def _on_hand(hub: RealHub, projected: Sequence[Fact]) -> list[str]:
    wanted = levels(projected, hub.stores)
    found = {(store, article): hub.on_hand(article, store) for store, article in wanted}
    return [f"hub: {found[one]} of {one} in place of {wanted[one]}" for one in wanted if found[one] != wanted[one]]


def _rights(hub: RealHub, projected: Sequence[Fact]) -> list[str]:
    """Each account at the hub is the fold of its terminal's facts."""
    states: dict[str, RightsState] = {}
    for fact in projected:
        states[fact.dev] = apply_rights(states.get(fact.dev, RightsState()), fact)
    wrong: list[str] = []
    for dev, state in states.items():
        for key, spent in state.spent.items():
            account = hub.transact(lambda c, dev=dev, key=key: stock_accounts.read(c, TENANT, dev, key), reading=True)  # type: ignore[misc]
            if account.spent != spent:
                wrong.append(f"hub: {dev} spent {account.spent} of {key[1]} in place of {spent}")
    return wrong


def promised_by(there: Sequence[Fact], lapsed: Set[str] = frozenset()) -> Counter[Key]:
    """What terminals promised and did not take back: in a customer's hands, or to be. A lapsed promise is known to be none."""
    open_ones: dict[str, tuple[Key, int]] = {}
    for fact in there:
        if fact.kind == facts.RIGHTS_USED and fact.body["promise"] not in lapsed:
            open_ones[fact.body["promise"]] = (fact.body["store"], fact.body["article"]), fact.body["quantity"]
        elif fact.kind == facts.RIGHTS_RELEASED:
            open_ones.pop(fact.body["promise"], None)
    found: Counter[Key] = Counter()
    for key, quantity in open_ones.values():
        found[key] += quantity
    return found


def _pieces(hub: RealHub, projected: Sequence[Fact], there: Sequence[Fact]) -> list[str]:
    """A piece with a number is promised to one customer, leaves the shop once, and the hub knows whether it is there."""
    whose: dict[str, list[str]] = {}
    lapsed = hub.lapsed()
    for fact in there:
        if fact.kind == facts.RIGHTS_USED and fact.body["promise"] not in lapsed:
            whose[fact.body["promise"]] = [one.rpartition("#")[0] for one in fact.body["serials"]]
        elif fact.kind == facts.RIGHTS_RELEASED:
            whose.pop(fact.body["promise"], None)
    given = Counter(number for numbers in whose.values() for number in numbers)
    wrong = [f"sold twice: piece {number} is promised to {count}" for number, count in given.items() if count > 1]
    left: Counter[str] = Counter()
    for fact in projected:
        if fact.kind == facts.STOCK_MOVED:
            left.update(number for line in fact.body["lines"] for number in line.get("serials", ()) if line["quantity"] < 0)
    for (store, article, number), on_hand in hub.pieces().items():
        if on_hand != 1 - left[number]:
            wrong.append(f"hub: {on_hand} of piece {number} ({article} in {store}), which left {left[number]} times")
    return wrong


def _promised(hub: RealHub, there: Sequence[Fact], projected: Sequence[Fact]) -> list[str]:
    """Never more promised than there is, by terminals, web shop and orders together.

    A hub that was restored has forgotten what it allocated, and a store may keep that word before it hears so.
    """
    came: Counter[Key] = Counter()
    for fact in there:
        if fact.kind == facts.STOCK_MOVED and fact.body["reason"] == "received":
            for line in fact.body["lines"]:
                came[fact.body["location"], line["article"]] += line["quantity"]
    at = reservations.c
    query = select(at.store, at.article, at.quantity_milli).where(at.state.notin_((RELEASED, EXPIRED)), at.who != WHO)
    promised = promised_by(there, hub.lapsed())
    if hub.restored_ms < 0:
        promised += orderings.taken(hub, projected)
    for store, article, quantity in hub.transact(lambda connection: connection.execute(query).all(), reading=True):
        promised[store, article] += quantity
    scarce = (*PROMISED, WEB_ONLY, KIOSK_ONLY)
    limits = {(store, one): PIECES[one] * ONE + came[store, one] for store in hub.stores for one in scarce}
    over = {place: limit for place, limit in limits.items() if promised[place] > limit}
    return [f"oversold: {promised[place]} of {place} are promised, and there are {limit}" for place, limit in over.items()]


def _orders(hub: RealHub, calls: Sequence[Call]) -> list[str]:
    """What the web shop was told holds, and some order of its calls explains every answer."""
    if hub.restored_ms >= 0:
        return []  # reservations are the hub's own: what was made after the backup went with it
    wrong: list[str] = []
    at = reservations.c
    state = {row.id: row.state for row in hub.transact(lambda c: c.execute(select(at.id, at.state)).all(), reading=True)}
    for call in calls:
        if call.result == "ok" and call.id not in state:
            wrong.append(f"the web shop was told that {call.id} is reserved, and it is not there")
        if call.result == CLAIMED and state.get(call.id) in (HELD, RELEASED, EXPIRED):
            wrong.append(f"{call.id} was claimed, and is {state[call.id]}")
    mine = {call.id for call in calls if call.what == "reserve" and call.on == WEB_ONLY}
    of_rings = [call for call in calls if call.on == WEB_ONLY or (call.what == "release" and call.on in mine)]
    if history.linearizable(of_rings, PIECES[WEB_ONLY] * ONE) is False:
        wrong.append("no order of the web shop's calls explains what it was told")
    return wrong
