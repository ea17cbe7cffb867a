"""Picking in the store: each piece checked by a scan, what is not there declined, then a shelf place, or a parcel for the carrier.

Every tick is a fact of its own, so that a cut of the power loses none and another till goes on where this one stopped.
"""

from collections.abc import Callable, Collection, Iterable

from kiosk.domain.address import Address
from kiosk.domain.errors import Refused
from kiosk.domain.order import COLLECTED
from kiosk.domain.orderasking import Asked
from kiosk.domain.orderfacts import ASKED, SAID_MAX, SHELF, TRACK
from kiosk.domain.orderlife import DECLINED, IN_TRANSIT, PACKED, PICKED, READY, SHIPPED
from kiosk.domain.quantity import ONE
from kiosk.paper.columns import plain
from kiosk.paper.orderslips import OrderHead, SlipLine, pick_slip, plain_parcel
from kiosk.services.counter import Counter
from kiosk.services.orderdesk import Move, OrderDesk, OrderView, Part
from kiosk.services.receipts import Receipts
from kiosk.services.stopguard import refuse_any
from kiosk.store import orders
from kiosk.store.database import Connection
from kiosk.store.spool import JobKind

TRACK_MAX = 40
_TAKEN = (PICKED, PACKED)


class PickDesk:
    """Picks the orders of this store. Used on the counter's thread. `article_of` says which article a scanned text is."""

    def __init__(
        self, counter: Counter, desk: OrderDesk, receipts: Receipts, article_of: Callable[[str], str]
    ) -> None:
        self._counter, self._desk, self._receipts, self._article_of = counter, desk, receipts, article_of

    def to_take(self, view: OrderView) -> tuple[Part, ...]:
        """What is still to be taken off the shelf."""
        return tuple(part for part in self._desk.pickable(view) if part.state not in _TAKEN)

    def taken(self, view: OrderView) -> tuple[Part, ...]:
        """What was taken off the shelf, and is neither ready nor gone."""
        return tuple(part for part in self._desk.pickable(view) if part.state in _TAKEN)

    def scan(self, order: str, text: str) -> OrderView:
        """One piece was held under the scanner; goods by measure are ticked off whole.

        Raises Refused("order.wrong_article") for what is not in the order, Refused("order.picked_already") for one too many, and as
        a scan does.
        """
        article, view = self._article_of(text), self._desk.view(order)
        wanted = [part for part in self.to_take(view) if part.article == article]
        if not wanted:
            known = next((part for part in view.parts if part.article == article), None)
            if known is not None:
                raise Refused("order.picked_already", name=known.name)
            raise Refused("order.wrong_article", name=self._name(article))
        part = wanted[0]
        return self._pick(order, [(part, ONE if part.unit == "piece" else part.quantity_milli)])

    def pick(self, order: str, line: int, quantity_milli: int) -> OrderView:
        """So much of a line was counted by hand. Raises Refused("order.too_many") where less is to be picked."""
        return self._pick(order, parts_of(self.to_take(self._desk.view(order)), line, quantity_milli))

    def pick_all(self, order: str) -> OrderView:
        """A person says that all of it is there."""
        view = self._desk.view(order)
        return self._pick(order, [(part, part.quantity_milli) for part in self.to_take(view)])

    def not_found(self, order: str, line: int, quantity_milli: int, asked: Asked | None = None) -> OrderView:
        """So much of a line is not there: this store declines it, and the hub looks for another place.

        `asked` is what the customer was proposed in its place and said to it.
        """
        view = self._desk.view(order)
        found = parts_of((*self.to_take(view), *self.taken(view)), line, quantity_milli)
        moves = [Move(part.line, DECLINED, part.state, part.fence, milli) for part, milli in found]
        return self._desk.move(order, moves, {ASKED: asked.text} if asked is not None else None)

    def put_ready(self, order: str, shelf: str) -> OrderView:
        """What was picked lies ready at a shelf place, is packed, or is on its way to the store where it is collected.

        Raises Refused("order.pick_first") while something is neither picked nor said to be missing.
        """
        view = self._desk.view(order)
        if left := sum(-(-part.quantity_milli // ONE) for part in self.to_take(view)):
            raise Refused("order.pick_first", count=left)
        here = any(line.fulfilment.to == self._desk.store for line in view.order.lines)
        shelf = said(shelf)
        if here and not shelf and any(part.state in _TAKEN for part in view.parts):
            raise Refused("order.shelf")
        label = self._label if self._ships(view) else None
        after = self._desk.put_ready(order, also={SHELF: shelf} if shelf and here else None, follow=label)
        self._receipts.wake()
        return after

    def at_hand(self, order: str) -> OrderView:
        """Its customer stands here: what was reserved is ready at once, without a place on a shelf and without a scan of each."""
        return self._desk.put_ready(order)

    def put_on_shelf(self, order: str, shelf: str) -> OrderView:
        """It lies somewhere else now."""
        if not said(shelf):
            raise Refused("order.shelf")
        return self._desk.move(order, [], {SHELF: said(shelf)})

    def arrive(self, order: str, shelf: str) -> OrderView:
        """What was on its way to this store came in, and lies ready. Raises Refused("order.nothing_came")."""
        view = self._desk.view(order)
        coming = [part for part in view.in_state(IN_TRANSIT) if part.place == self._desk.store]
        if not coming:
            raise Refused("order.nothing_came")
        if not said(shelf):
            raise Refused("order.shelf")
        moves = [Move(part.line, READY, IN_TRANSIT, part.fence, part.quantity_milli) for part in coming]
        return self._desk.move(order, moves, {SHELF: said(shelf)})

    def ship(self, order: str, track: str) -> OrderView:
        """What is packed went to the carrier, under its number or those of its parcels. Raises Refused("order.nothing_packed")."""
        packed = [part for part in self._desk.view(order).in_state(PACKED) if part.place == self._desk.store]
        if not packed:
            raise Refused("order.nothing_packed")
        refuse_any(self._counter, ((part.article, part.name) for part in packed))
        moves = leaving(self._desk.view(order), self._desk.store)
        number = said(track)[:TRACK_MAX] or " ".join(dict.fromkeys(move.parcel for move in moves if move.parcel))
        return self._desk.move(order, moves, {TRACK: number} if number else None)

    def print_slip(self, order: str) -> None:
        """The pick slip on paper."""
        view, words = self._desk.view(order), self._counter.words
        lines = [
            SlipLine(part.name, part.article, part.unit, part.quantity_milli, words("picked") if part.state in _TAKEN else "")
            for part in self._desk.pickable(view)
        ]
        if not lines:
            raise Refused("order.nothing_to_pick")
        slip = pick_slip(head_of(self._counter, view), lines, words, self._counter.settings.receipt_columns)
        key = f"pick-{order}-{self._counter.now_ms()}"
        self._counter.ledger.run(lambda conn: self._receipts.spool_in(conn, key, JobKind.RECEIPT, slip))
        self._receipts.wake()

    def print_label(self, order: str) -> None:
        """The parcel's label once more."""
        view = self._desk.view(order)
        if not view.in_state(PACKED):
            raise Refused("order.nothing_packed")
        self._counter.ledger.run(lambda conn: self._label(conn, view))
        self._receipts.wake()

    # parts

    def _ships(self, view: OrderView) -> bool:
        ways = {line.line: line.fulfilment.kind for line in view.order.lines}
        return any(ways[part.line] not in COLLECTED for part in self.taken(view))

    def _label(self, conn: Connection, view: OrderView) -> None:
        packed = {part.line for part in view.in_state(PACKED)}
        keys = [line.fulfilment.delivery for line in view.order.lines if line.line in packed and line.fulfilment.delivery]
        address: Address | None = orders.address_in(conn, keys[0]) if keys else None
        label = plain_parcel(
            head_of(self._counter, view), address, self._counter.words, self._counter.settings.receipt_columns
        )
        self._receipts.spool_in(conn, f"parcel-{view.id}-{self._counter.now_ms()}", JobKind.RECEIPT, label)

    def _pick(self, order: str, found: list[tuple[Part, int]]) -> OrderView:
        if not found:
            raise Refused("order.nothing_to_pick")
        refuse_any(self._counter, ((part.article, part.name) for part, _ in found))
        return self._desk.move(order, [Move(part.line, PICKED, part.state, part.fence, milli) for part, milli in found])

    def _name(self, article: str) -> str:
        found = self._counter.catalog.article(article)
        return f"{found.name(self._counter.language)} {self._counter.variant_text(found)}".strip() if found else article


def leaving(view: OrderView, store: str, parcels: Collection[str] | None = None) -> list[Move]:
    """The steps by which parcels of a store go with the carrier, and by which all that is packed does where none are named.

    Raises Refused("parcel.changed") for a parcel of which something is not packed any more: it is opened first.
    """
    packed = {(part.line, part.fence): part.quantity_milli for part in view.in_state(PACKED) if part.place == store}
    moves = []
    for parcel in view.parcels:
        if not parcel.is_here or parcel.place != store or (parcels is not None and parcel.number not in parcels):
            continue
        for (line, fence), milli in parcel.goods.items():
            there = min(milli, packed.get((line, fence), 0))
            if there < milli and parcels is not None:
                raise Refused("parcel.changed", parcel=parcel.number, number=view.number)
            packed[line, fence] = packed.get((line, fence), 0) - there
            moves += [Move(line, SHIPPED, PACKED, fence, there, parcel=parcel.number)] if there else []
    if parcels is None:
        moves += [Move(line, SHIPPED, PACKED, fence, milli) for (line, fence), milli in packed.items() if milli]
    return moves


def said(text: str) -> str:
    """What a person typed or scanned, as one printable line."""
    return plain(text)[:SAID_MAX]


def head_of(counter: Counter, view: OrderView) -> OrderHead:
    """The head of an order's paper."""
    zone, who = counter.ledger.identity.place.zone, counter.employee
    made, until = (counter.words.date_time(at_ms, zone) for at_ms in (counter.now_ms(), view.until_ms))
    return OrderHead(view.number, view.name, made, until, who.number if who else "")


def parts_of(parts: Iterable[Part], line: int, quantity_milli: int) -> list[tuple[Part, int]]:
    """What is taken of each part, the first ones first, for so much of a line. Raises Refused when they have less."""
    found, left = [], quantity_milli
    for part in parts:
        milli = min(left, part.quantity_milli) if part.line == line else 0
        left -= milli
        if milli > 0:
            found.append((part, milli))
    if left or not found:
        raise Refused("order.too_many")
    return found
