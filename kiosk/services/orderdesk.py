"""The life of orders in a store: what is to be picked, what waits for its customer, handing over, cancelling, taking back.

Everything works on what this terminal knows, also offline. Where two places did not hear of one another, the fold of all facts
says who was right (`kiosk.domain.ordersettling`), and a task tells a person what to do about it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.domain import facts
from kiosk.domain.address import Address
from kiosk.domain.allocation import Promise
from kiosk.domain.arbitrating import OrderState, arbitrate
from kiosk.domain.codec import Json
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.order import COLLECTED, Order, OrderLine
from kiosk.domain.orderback import came_to, refunded
from kiosk.domain.orderevents import FIRST_FENCE, NO_FENCE, OrderEvent
from kiosk.domain.orderfacts import apply_order, moved_body, paid_body
from kiosk.domain.orderlife import (
    ALLOCATED,
    CANCELLED,
    CARRIER,
    CUSTOMER_HAS,
    DECLINED,
    EXPIRED,
    HANDED_OVER,
    IN_TRANSIT,
    PLACE,
    RANK,
    READY,
    RETURNED,
    SHIPPED,
    STATES,
    STEPS,
    STORE,
    path_of,
)
from kiosk.domain.ordermoney import OrderPayment, due_now
from kiosk.domain.ordersettling import LineState, lies_at
from kiosk.domain.orderswap import Swap
from kiosk.domain.parcel import Parcel, parcels_of
from kiosk.domain.quantity import ONE
from kiosk.domain.refunding import WEB_PAYMENT
from kiosk.domain.reservation import code_of
from kiosk.domain.stock import HANDED_OVER as MOVED_OUT
from kiosk.services.allocations import Allocations
from kiosk.services.counter import Counter
from kiosk.services.ordering import SALE_PAID
from kiosk.store import orders, rights
from kiosk.store.database import Connection
from kiosk.store.orders import StoredOrder
from kiosk.store.returned import given_in

PROOFS = ("code", "card", "identity", "known")
"""By what a person proved that the goods are theirs: the code, their customer card, an identity card, or they are known."""

_LEAVES = (HANDED_OVER, SHIPPED, IN_TRANSIT)
"""Steps by which goods leave the place that they lay at."""


@dataclass(frozen=True, slots=True)
class Part:
    """So much (thousandths) of an order's line in one state, under a fence, at a place. `name` is the goods as they were sold."""

    line: int
    article: str
    name: str
    unit: str
    state: str
    fence: int
    place: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as a store works on it. `to_pay_minor` is what is still to be paid before all that is ready may go.

    `name`, `phone` and `code` only where the hub told them to this store. `said` is what people said of it, by
    `orderfacts.SAID`; `since_ms` when this store was given something of it; `swaps` what was taken in place of what, by line;
    `parcels` all that were packed of it; `to` where goods go that this store packs, by key. Times in ms (UTC).
    """

    id: str
    number: str
    placed_ms: int
    until_ms: int
    channel: str
    customer: str
    name: str
    phone: str
    code: str
    parts: tuple[Part, ...]
    to_pay_minor: int
    order: Order
    said: Mapping[str, str]
    since_ms: int
    swaps: Mapping[int, Swap]
    parcels: tuple[Parcel, ...]
    to: Mapping[str, Address]

    def in_state(self, *states: str) -> tuple[Part, ...]:
        """The parts in any of these states."""
        return tuple(part for part in self.parts if part.state in states)


@dataclass(frozen=True, slots=True)
class Move:
    """A part takes a step, as somebody at a screen wants it: so much (thousandths) of a line, out of a state under a fence."""

    line: int
    step: str
    source: str
    fence: int
    quantity_milli: int
    ground: str = ""
    parcel: str = ""


Also = Callable[[Connection, OrderView], None]
"""What is written in the transaction of a step, of the order as it is after it."""


class OrderDesk:
    """The orders of this store. Used on the counter's thread; `keep_house` from any."""

    def __init__(self, counter: Counter, allocations: Allocations) -> None:
        self._counter, self._allocations = counter, allocations
        self._kept: orders.Kept = {}
        self._views: dict[str, tuple[StoredOrder, OrderView]] = {}

    @property
    def store(self) -> str:
        """The store that this terminal speaks for."""
        return self._counter.ledger.identity.place.store

    # finding

    def listed(self) -> tuple[OrderView, ...]:
        """All orders that this store has something to do with and that are not over, what was promised first goes first.

        From any thread: what was folded before is kept, in values that nobody changes once they are shown.
        """
        kept, views = dict(self._kept), self._views
        stored = self._counter.ledger.look(lambda conn: orders.listed_in(conn, kept))
        new = {one.id: (one, was[1] if (was := views.get(one.id)) and was[0] is one else self.view_of(one)) for one in stored}
        self._kept, self._views = kept, new
        found = [view for _, view in new.values()]
        open_ = [one for one in found if any(STATES[part.state].open for part in one.parts)]
        return tuple(sorted(open_, key=lambda one: (one.until_ms, one.placed_ms, one.number)))

    def to_pick(self) -> tuple[OrderView, ...]:
        """Orders of which something lies here and waits to be picked or packed."""
        return tuple(one for one in self.listed() if self.pickable(one))

    def pickable(self, one: OrderView) -> tuple[Part, ...]:
        """What of an order is to be taken from this store's shelves."""
        over = one.order.is_over(self._counter.now_ms())
        before_ready = [part for part in one.parts if not over and part.place == self.store and part.state != READY]
        return tuple(part for part in before_ready if STATES[part.state].hands in (PLACE, "nobody") and part.fence != NO_FENCE)

    def ready(self) -> tuple[OrderView, ...]:
        """Orders of which something lies ready here for its customer."""
        return tuple(one for one in self.listed() if self.ready_here(one))

    def ready_here(self, one: OrderView) -> tuple[Part, ...]:
        """What of an order lies ready in this store."""
        return tuple(part for part in one.in_state(READY) if part.place == self.store)

    def find(self, text: str) -> tuple[OrderView, ...]:
        """Orders by code, number (also its last digits), a customer's number, or the beginning of a name's words.

        Raises NotFound where this store knows of none.
        """
        wanted = text.strip().upper()
        words = wanted.split()
        found = [one for one in self.listed() if wanted and _is_meant(one, wanted, words)]
        if not found:
            raise NotFound("order.unknown", text=text.strip()[:40])
        return tuple(found)

    def opened_by(self, text: str) -> str:
        """The open order whose number or code a scanned text is, by its id; empty for none, and while somebody practises."""
        wanted = text.strip().upper().rpartition("/")[2]
        if not wanted or self._counter.training:
            return ""
        return next((one.id for one in self.listed() if wanted in (one.code.upper(), one.number.upper(), code_of(one.id))), "")

    def view(self, order: str) -> OrderView:
        """One order by its id. Raises NotFound."""
        return self.view_of(self._order(order))

    def known(self, order: str) -> OrderState | None:
        """All that is known here of an order by its id, also when it is over; None for nothing."""
        stored = self._counter.ledger.look(lambda conn: orders.order_in(conn, order))
        return stored.known.state if stored is not None else None

    # working

    def move(self, order: str, moves: Sequence[Move], also: Json | None = None, follow: Also | None = None) -> OrderView:
        """Take steps that belong together, in one transaction: the fact, and the stock that leaves with it.

        `also` are further keys of the fact: the proof, what was said (`orderfacts.SAID`), the age that was checked. Without steps
        it only says something. `follow` is written in the same transaction, as paper is.

        Raises Refused for a step that this store cannot take now, and where goods would go out that are not paid.
        """
        assert moves or also, "somebody wants something"
        return self.view_of(self._counter.ledger.run(lambda conn: self.move_in(conn, order, moves, also, follow)))

    def move_in(
        self, conn: Connection, order: str, moves: Sequence[Move], also: Json | None = None, follow: Also | None = None
    ) -> StoredOrder:
        """`move` within a transaction."""
        stored = orders.order_in(conn, order)
        if stored is None or stored.known.state is None or stored.known.money is None:
            raise NotFound("order.unknown", text=order)
        state = then = stored.known.state
        for n, move in enumerate(moves):
            then = self._after(then, move, n)
        handed = {move.line: 0 for move in moves}
        for move in moves:
            handed[move.line] += move.quantity_milli if move.step in (HANDED_OVER, SHIPPED) else 0
        if any(handed.values()) and (due := due_now(state, stored.known.money, handed)):
            raise Refused("order.unpaid", due_minor=due)
        fact = self._append_moves_in(conn, state.order, moves, also)
        for move in moves:
            self._move_stock_in(conn, state, move)
        after = replace(stored, known=apply_order(stored.known, fact))
        if follow is not None:
            follow(conn, self.view_of(after))
        return after

    def hand_over(self, order: str, proof: str, most: Mapping[int, int] | None = None) -> OrderView:
        """All that is ready goes to its customer, or so much of each line (thousandths) as `most` says; refuses as `move` does."""
        if proof not in PROOFS:
            raise Refused("order.proof")
        return self.move(order, self.handing(self.view(order), most), {"proof": proof})

    def handing(self, view: OrderView, most: Mapping[int, int] | None = None) -> list[Move]:
        """The steps by which what is ready goes out, or so much of each line (thousandths). Raises Refused where nothing is."""
        left = dict(most) if most is not None else {part.line: part.quantity_milli for part in view.parts}
        moves = []
        for part in self.ready_here(view):
            milli = min(part.quantity_milli, left.get(part.line, 0))
            left[part.line] = left.get(part.line, 0) - milli
            if milli > 0:
                moves.append(Move(part.line, HANDED_OVER, READY, part.fence, milli))
        if not moves:
            raise Refused("order.nothing_ready")
        return moves

    def put_ready(
        self, order: str, missing: Mapping[int, int] | None = None, also: Json | None = None, follow: Also | None = None
    ) -> OrderView:
        """All that was to be picked here is picked, and lies ready where it is collected here; the rest of it is shipped later.

        `missing` (thousandths by line) was not found: this store declines it, and the hub looks for another place. `also` and
        `follow` are as in `move`.
        """
        view = self.view(order)
        lines = {line.line: line for line in self._state(order).order.lines}
        left, moves = dict(missing or {}), list[Move]()
        for part in self.pickable(view):
            lost = min(part.quantity_milli, left.get(part.line, 0))
            left[part.line] = left.get(part.line, 0) - lost
            if lost:
                moves.append(Move(part.line, DECLINED, part.state, part.fence, lost))
            moves += _towards(lines[part.line], part, part.quantity_milli - lost, self.store)
        if not moves:
            raise Refused("order.nothing_to_pick")
        return self.move(order, moves, also, follow)

    def cancel(self, order: str, most: Mapping[int, int]) -> OrderView:
        """So much of each line (thousandths) is not wanted any more. The money goes back with a return, or at the hub."""
        view, moves = self.view(order), list[Move]()
        for line, milli in most.items():
            found = _split(view, line, milli, CANCELLED)
            if not found or sum(one.quantity_milli for one in found) < milli:
                raise Refused("order.gone_already")
            moves += found
        return self.move(order, moves)

    def expired(self, now_ms: int) -> tuple[OrderView, ...]:
        """Orders whose goods lie ready longer than the shop holds them."""
        return tuple(one for one in self.ready() if now_ms >= self.held_until_ms(one))

    def held_until_ms(self, one: OrderView) -> int:
        """Until when goods that are ready wait: so many days after the day for which they were promised; reserved ones less."""
        if one.order.expires_ms:
            return one.order.expires_ms
        return one.until_ms + self._counter.settings.orders.hold_days * 86_400_000

    def expire(self, order: str) -> OrderView:
        """Nobody came: what lies ready goes back on the shelf. Raises Refused while it is still held for its customer."""
        view = self.view(order)
        if self._counter.now_ms() < self.held_until_ms(view):
            raise Refused("order.still_held")
        return self.move(order, [Move(one.line, EXPIRED, READY, one.fence, one.quantity_milli) for one in self.ready_here(view)])

    # what comes back, within the transaction of a sale

    def comes_in_hand(self, order: str, line: int, milli: int, given_milli: int) -> bool:
        """Whether so much of a line that is taken back is in somebody's hands, or is only not wanted any more.

        `given_milli` of it got its money back before. What was cancelled already and still waits for its money goes first. Where
        nothing is known of the order, goods are in hand: nobody gives money for what he does not see. Raises Refused for a part
        of both.
        """
        stored = self._counter.ledger.look(lambda conn: orders.order_in(conn, order))
        if stored is None or stored.known.state is None or line not in stored.known.state.lines:
            return True
        here = stored.known.state.lines[line]
        if _ended(here) - given_milli >= milli:
            return False
        out = sum(part for (_, name), part in here.at.items() if _is_out(name))
        if 0 < out < milli:
            name = next((one.name for one in stored.known.state.order.lines if one.line == line), "")
            raise Refused("order.part_out", name=name, out=out // ONE)
        return out >= milli

    def keep_house(self) -> int:
        """Let go of promises whose goods nobody wants any more, so that they can be promised again; gives how many."""

        def work(conn: Connection) -> list[Promise]:
            wanted: set[str] = set()
            known: set[str] = set()
            for stored in orders.listed_in(conn):
                state = stored.known.state
                for line in state.order.lines if state is not None else ():
                    if line.promise is not None and line.promise.id and state is not None:
                        known.add(line.promise.id)
                        if any(fence == FIRST_FENCE for fence, _ in state.lines[line.line].at):
                            wanted.add(line.promise.id)
            return [one for _, one in rights.open_promises_in(conn) if one.id in known - wanted]

        gone = self._counter.ledger.look(work)
        for one in gone:
            self._allocations.release(one.id)
        return len(gone)

    # parts

    def _order(self, order: str) -> StoredOrder:
        stored = self._counter.ledger.look(lambda conn: orders.order_in(conn, order))
        if stored is None or stored.known.state is None:
            raise NotFound("order.unknown", text=order)
        return stored

    def _state(self, order: str) -> OrderState:
        state = self._order(order).known.state
        assert state is not None, "it was placed"
        return state

    def view_of(self, stored: StoredOrder) -> OrderView:
        """A stored order as the store works on it."""
        state, row, money = stored.known.state, stored.row, stored.known.money
        assert state is not None and money is not None, "it was placed"
        order = state.order
        parts = tuple(part for line in order.lines for part in _parts(line, state))
        until = [line.promise.until_ms for line in order.lines if line.promise is not None]
        ready: dict[int, int] = {}
        for part in parts:
            if part.state == READY:
                ready[part.line] = ready.get(part.line, 0) + part.quantity_milli
        return OrderView(
            order.id, order.number, order.placed_ms, max(until, default=order.placed_ms), order.channel, order.customer,
            row.name if row else "", row.phone if row else "", row.code if row else "", parts,
            due_now(state, money, ready) if ready else 0, order,
            {what: one.text for what, one in stored.known.said.items() if one.text}, self._since(state), state.swaps,
            parcels_of(state), row.to if row else {},
        )  # fmt: skip

    def _since(self, state: OrderState) -> int:
        """When this store was given something of it: its last allocation here, or else when it was placed."""
        given = (one.at_ms for one in state.told.values() if one.step == ALLOCATED and one.place == self.store)
        return max(given, default=state.order.placed_ms)

    def _after(self, state: OrderState, move: Move, n: int) -> OrderState:
        """The order after a step that this store can take now. Raises Refused for any other."""
        line, step = state.order.line(move.line), STEPS[move.step]
        there = state.lines[move.line].at.get((move.fence, move.source), 0) if line is not None else 0
        if line is None or move.source not in step.sources or STORE not in step.roles:
            raise Refused("order.not_now")
        if not 0 < move.quantity_milli <= there or (line.unit == "piece" and move.quantity_milli % ONE):
            raise Refused("order.not_there_now", name=line.name)
        place = lies_at(line, (move.fence, move.source), state.lines[move.line].places)
        elsewhere = step.token and self.store not in (place, line.fulfilment.to if line.fulfilment.kind in COLLECTED else "")
        if elsewhere:
            raise Refused("order.other_place", name=line.name, place=place)
        event = replace(_event(state.order.id, move), id=f"{n}", at_ms=self._counter.now_ms(), owner=self.store)
        ruling = arbitrate(state, event)
        if any(task.event == event.id for task in ruling.opened):
            raise Refused("order.not_now")
        return ruling.state

    def _move_stock_in(self, conn: Connection, state: OrderState, move: Move) -> None:
        """What leaves the place that it was allocated to; what is only brought here to be collected never was our stock."""
        line = state.order.line(move.line)
        assert line is not None, "it was looked at before"
        if move.step not in _LEAVES or state.lines[move.line].places.get(move.fence) != self.store:
            return
        promise = _promise_of(line, state.order.id, move.fence)
        serials = made.serials if (made := rights.promise_in(conn, promise)) is not None else ()
        goods: Json = {"article": line.article, "quantity": -move.quantity_milli}
        if serials:
            goods["serials"] = [one.rpartition("#")[0] for one in serials]
        body = {"location": self.store, "reason": MOVED_OUT, "promise": promise, "lines": [goods]}
        self.append_in(conn, facts.STOCK_MOVED, body)

    def _append_moves_in(self, conn: Connection, order: Order, moves: Iterable[Move], also: Json | None = None) -> Fact:
        body = moved_body(order.id, [_event(order.id, move) for move in moves], also)
        return self.append_in(conn, facts.ORDER_MOVED, {"number": order.number, **(also or {}), **body})

    def append_in(self, conn: Connection, kind: str, body: Json) -> Fact:
        """A fact about an order, or about what moved with it, within a transaction; gives it as it was sealed."""
        counter = self._counter
        who = counter.employee.number if counter.employee else ""
        return read_fact(counter.ledger.append_in(conn, kind, body, employee=who, day=counter.business_day()).data)

    def give_back_in(self, conn: Connection, body: Json) -> None:
        """What the lines of a sale's body bring back of orders: the goods' steps, and the money that went out for them.

        The money has changed hands: nothing here refuses it. What cannot be a step any more is the money alone.
        """
        backs: dict[str, list[Json]] = {}
        for line in body["lines"]:
            if line.get("of_order"):
                backs.setdefault(line["of_order"], []).append(line)
        for order, lines in backs.items():
            stored = orders.order_in(conn, order)
            if stored is not None and stored.known.state is not None:
                moves = [move for line in lines if "delivers" not in line for move in self._back_in(conn, stored, line)]
                if moves:
                    self._append_moves_in(conn, stored.known.state.order, moves)
            minor = sum(line["amount"] + line["deposit"] for line in lines)
            known = stored.known.payments if stored is not None else {}
            paid = refunded(known, ((one["reference"], one["amount"]) for one in body["tenders"] if one["kind"] == WEB_PAYMENT))
            if rest := minor - sum(one.amount_minor for one in paid):
                paid.append(OrderPayment("", 0, SALE_PAID, rest, reference=body["receipt"]))
            if paid:
                self.append_in(conn, facts.ORDER_PAID, paid_body(order, paid))

    def _back_in(self, conn: Connection, stored: StoredOrder, line: Json) -> list[Move]:
        """The steps that one line of a sale tells: a return, a cancellation, or none where that was told before its money went."""
        back, milli = line["returned"], -line["quantity"]
        state, number = stored.known.state, line.get("of_line") or line["returned"]["line"]
        assert state is not None, "it was placed"
        if "ordered" not in line:
            moves = [replace(move, ground=back["ground"]) for move in _split(self.view_of(stored), number, milli, RETURNED)]
            gone = milli - sum(move.quantity_milli for move in moves)
            line_of = state.order.line(number)
            if gone and back.get("order") and line_of is not None:  # another till was faster: said all the same, and a task
                moves.append(Move(number, RETURNED, came_to(line_of), NO_FENCE, gone, back["ground"]))
            return moves
        given = given_in(conn, back["receipt"], self._counter.ledger.identity.dev).get(back["line"], 0) - milli
        told = max(0, min(milli, _ended(state.lines[back["line"]]) - given)) if back["line"] in state.lines else milli
        return _split(self.view_of(stored), back["line"], milli - told, CANCELLED)

    def check_void_in(self, conn: Connection, sale: Json) -> tuple[StoredOrder, tuple[Part, ...]] | None:
        """The order that was placed with a sale and what of it is to be cancelled with it; None where it placed none.

        Raises Refused when any of it is with its customer or a carrier already, and when the sale took something of an order back
        or paid one.
        """
        if any(line.get("of_order") for line in sale["lines"]):
            raise Refused("void.order_back", receipt=sale["receipt"])
        if any(line.get("pays") for line in sale["lines"]):
            raise Refused("void.order_paid", receipt=sale["receipt"])
        stored = orders.order_in(conn, sale["sale"])
        if stored is None or stored.known.state is None:
            return None
        alive = tuple(part for part in self.view_of(stored).parts if STATES[part.state].owed)
        if any(part.state not in STEPS[CANCELLED].sources for part in alive):
            raise Refused("void.order_gone", receipt=sale["receipt"])
        return stored, alive

    def void_in(self, conn: Connection, sale: Json, receipt: str) -> None:
        """The order that was placed with a sale is cancelled whole, because the sale is undone; refuses as the check does."""
        found = self.check_void_in(conn, sale)
        if found is None:
            return
        stored, alive = found
        if alive and stored.known.state is not None:
            moves = [Move(part.line, CANCELLED, part.state, part.fence, part.quantity_milli) for part in alive]
            self._append_moves_in(conn, stored.known.state.order, moves)
        money = stored.known.money
        if money is not None and money.net_minor:
            paid = [OrderPayment("", 0, SALE_PAID, -money.net_minor, reference=receipt)]
            self.append_in(conn, facts.ORDER_PAID, paid_body(stored.id, paid))


def _event(order: str, move: Move) -> OrderEvent:
    """A step as its fact says it; whose, when and by whom, the fact's own frame says."""
    return OrderEvent(
        "", order, move.line, move.step, move.source, move.quantity_milli, 0, STORE, move.fence, ground=move.ground,
        parcel=move.parcel,
    )  # fmt: skip


def _parts(line: OrderLine, state: OrderState) -> Iterable[Part]:
    here = state.lines[line.line]
    for bucket, milli in here.at.items():
        place = lies_at(line, bucket, here.places)
        yield Part(line.line, line.article, line.name, line.unit, bucket[1], bucket[0], place, milli)


def _promise_of(line: OrderLine, order: str, fence: int) -> str:
    """The promise that an allocation rests on: the terminal's own, or the hub's reservation for it."""
    if fence == FIRST_FENCE and line.promise is not None:
        return line.promise.id
    return f"{order}/{line.line}/{fence}"


def _towards(line: OrderLine, part: Part, milli: int, store: str) -> list[Move]:
    """The steps from where a part is to where this store is done with it: ready here, on its way, or packed for the carrier."""
    if milli <= 0:
        return []
    if line.fulfilment.kind in COLLECTED:
        goal = READY if line.fulfilment.to == store else IN_TRANSIT
    else:
        goal = "packed"
    path, found, here = path_of(line), list[Move](), part.state
    while here != goal:
        steps = (step for step in STEPS.values() if here in step.sources and step.target in path)
        reach = [step for step in steps if RANK[here] < RANK[step.target] <= RANK[goal]]
        ahead = max(reach, key=lambda step: RANK[step.target], default=None)
        if ahead is None:
            break
        found.append(Move(part.line, ahead.name, here, part.fence, milli))
        here = ahead.target
    return found


def _split(view: OrderView, line: int, milli: int, step: str) -> list[Move]:
    """So much of a line, or as much of it as can, takes a step out of wherever it is: what costs least to undo first."""
    found, left = list[Move](), milli
    sources = STEPS[step].sources
    parts = sorted((part for part in view.parts if part.line == line and part.state in sources), key=lambda one: RANK[one.state])
    for part in parts:
        taken = min(part.quantity_milli, left)
        left -= taken
        if taken:
            found.append(Move(line, step, part.state, part.fence, taken))
    return found


def _ended(line: LineState) -> int:
    """How much of a line nobody owes anything for any more, in thousandths."""
    return sum(milli for (_, name), milli in line.at.items() if not STATES[name].owed)


def _is_out(state: str) -> bool:
    """Whether the goods are with their customer or a carrier to them."""
    return STATES[state].hands in (CARRIER, CUSTOMER_HAS) and state != IN_TRANSIT


def _is_meant(one: OrderView, wanted: str, words: Sequence[str]) -> bool:
    number = one.number.upper()
    if wanted in (one.code.upper(), number, one.customer.upper()) or (len(wanted) >= 4 and number.endswith(wanted)):
        return True
    names = one.name.upper().split()
    return bool(words) and all(len(word) > 1 and any(name.startswith(word) for name in names) for word in words)


