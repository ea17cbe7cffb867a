"""Parcels of the store: packed piece by piece, labelled with a number of the store's own, and handed to a carrier by a list.

A label that cannot be printed holds nothing up: the number stands on the screen and on the list, and the receipt printer makes one
too.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from drivers.api import LabelPrinter
from kiosk.domain import facts
from kiosk.domain.address import Address
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.order import COLLECTED, OrderLine
from kiosk.domain.orderfacts import TRACK
from kiosk.domain.orderlife import PACKED, PICKED
from kiosk.domain.parcel import WEIGHT_G_MAX, Parcel, ParcelLabel, sscc
from kiosk.domain.quantity import ONE
from kiosk.paper.orderslips import SlipLine, carrier_list, parcel_label
from kiosk.services.counter import Counter
from kiosk.services.labels import PRINTER as LABELS
from kiosk.services.orderdesk import Move, OrderDesk, OrderView, Part
from kiosk.services.pickdesk import PickDesk, head_of, leaving
from kiosk.services.receipts import Receipts
from kiosk.services.stopguard import refuse_any
from kiosk.store import orders, spool
from kiosk.store.database import Connection
from kiosk.store.spool import JobKind


@dataclass(frozen=True, slots=True)
class Routing:
    """What a carrier wants on a label, and the number by which it follows a parcel (empty: the parcel's own)."""

    lines: tuple[str, ...] = ()
    track: str = ""


class Carrier(Protocol):
    """Who fetches parcels. Asked without a network: what it needs to know, it knows beforehand."""

    def routing(self, parcel: str, address: Address | None) -> Routing:
        """How a parcel with this number gets to an address."""
        ...


class OwnLabel:
    """A carrier that takes parcels with the store's own label: its name on it, and the store's number to follow it by."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def routing(self, parcel: str, address: Address | None) -> Routing:
        """See Carrier.routing."""
        name = self._counter.settings.orders.carrier
        return Routing((name,) if name else ())


@dataclass(frozen=True, slots=True)
class Waits:
    """A parcel that waits for its carrier, and its order."""

    view: OrderView
    parcel: Parcel


class ParcelDesk:
    """Packs, labels and hands over. Used on the counter's thread. `wake` sets the label printer to work."""

    def __init__(
        self, counter: Counter, desk: OrderDesk, picking: PickDesk, receipts: Receipts, printer: LabelPrinter | None,
        wake: Callable[[], None], carrier: Carrier | None = None,
    ) -> None:  # fmt: skip
        self._counter, self._desk, self._picking, self._receipts = counter, desk, picking, receipts
        self._printer, self._wake, self._carrier = printer, wake, carrier or OwnLabel(counter)

    def to_pack(self, view: OrderView) -> tuple[Part, ...]:
        """What was picked for a carrier and lies in no parcel."""
        ways = {line.line: line.fulfilment.kind for line in view.order.lines}
        return tuple(part for part in self._picking.taken(view) if part.state == PICKED and ways[part.line] not in COLLECTED)

    def pack(self, order: str, most: Mapping[int, int] | None = None, weight_g: int = 0) -> OrderView:
        """A parcel of what was picked, or of so much of each line (thousandths). Labels come when nothing is left to be packed.

        Raises Refused("order.nothing_to_pack") where it would be empty, ("order.too_many"), ("parcel.weight"), ("stop.order").
        """
        if not 0 <= weight_g <= WEIGHT_G_MAX:
            raise Refused("parcel.weight", most=WEIGHT_G_MAX // 1_000)
        view = self._desk.view(order)
        left = dict(most) if most is not None else {part.line: part.quantity_milli for part in self.to_pack(view)}
        found = []
        for part in self.to_pack(view):
            milli = min(part.quantity_milli, left.get(part.line, 0))
            left[part.line] = left.get(part.line, 0) - milli
            if milli > 0:
                found.append((part, milli))
        if any(milli > 0 for milli in left.values()):
            raise Refused("order.too_many")
        if not found:
            raise Refused("order.nothing_to_pack")
        refuse_any(self._counter, ((part.article, part.name) for part, _ in found))
        number = self._counter.ledger.run(lambda conn: self._number_in(conn, view))
        moves = [Move(part.line, PACKED, part.state, part.fence, milli, parcel=number) for part, milli in found]
        after = self._desk.move(order, moves, {"weight_g": weight_g} if weight_g else {}, self._labelled)
        self._woken()
        return after

    def packs(self, view: OrderView, article: str, counts: Mapping[int, int]) -> int:
        """The line that a scanned article is of and that has still room in the parcel. Raises Refused as picking does."""
        mine = [part for part in self.to_pack(view) if part.article == article]
        if not mine:
            raise Refused("order.wrong_article", name=article)
        for part in mine:
            if counts.get(part.line, 0) + ONE <= sum(one.quantity_milli for one in mine if one.line == part.line):
                return part.line
        raise Refused("order.picked_already", name=mine[0].name)

    def print_again(self, order: str, *, on_receipts: bool = False) -> int:
        """The labels of an order's parcels once more, marked; gives how many. `on_receipts`: not on the label printer."""
        view = self._desk.view(order)
        mine = [one for one in view.parcels if one.is_here and one.place == self._desk.store]
        if not mine:
            self._picking.print_label(order)
            return 1
        self._counter.ledger.run(lambda conn: self._labels_in(conn, view, mine, self._counter.words("COPY"), on_receipts))
        self._woken()
        return len(mine)

    def is_packed(self, view: OrderView) -> bool:
        """Whether all that is here of an order lies in parcels that wait for their carrier."""
        here = self._desk.pickable(view)
        inside = sum(sum(one.goods.values()) for one in view.parcels if one.place == self._desk.store)
        return bool(here) and all(part.state == PACKED for part in here) and inside >= sum(part.quantity_milli for part in here)

    def trouble(self) -> str:
        """The code of what the label printer said last; empty: nothing is known to be wrong, or there is none."""
        return self._printer.health().code if self._printer is not None else ""

    # the carrier

    def waiting(self) -> tuple[Waits, ...]:
        """All parcels that wait here for their carrier, the oldest first."""
        return self.waiting_of(self._desk.listed())

    def waiting_of(self, views: Sequence[OrderView]) -> tuple[Waits, ...]:
        """Those of some orders, from any thread."""
        store = self._desk.store
        found = [Waits(view, one) for view in views for one in view.parcels if one.is_here and one.place == store]
        return tuple(sorted(found, key=lambda one: (one.parcel.at_ms, one.parcel.number)))

    def hand_over(self, numbers: Collection[str]) -> int:
        """A carrier took these parcels: they are on their way, and a list says which; gives how many.

        Raises Refused("parcel.none") for nothing, ("parcel.unpaid") for one whose goods are not paid, ("parcel.changed") for one
        whose goods were cancelled since: then none of them went.
        """
        taken = [one for one in self.waiting() if one.parcel.number in numbers]
        if not taken:
            raise Refused("parcel.none")
        store = self._desk.store
        for one in taken:
            goods = {line.line: line for line in one.view.order.lines}
            refuse_any(self._counter, ((goods[line].article, goods[line].name) for line, _ in one.parcel.goods))

        def work(conn: Connection) -> None:
            for view in {one.view.id: one.view for one in taken}.values():
                mine = [one.parcel.number for one in taken if one.view.id == view.id]
                moves, track = leaving(view, store, mine), self._track(conn, view, mine)
                try:
                    self._desk.move_in(conn, view.id, moves, {TRACK: track})
                except Refused as error:
                    if error.code != "order.unpaid":
                        raise
                    raise Refused("parcel.unpaid", number=view.number, **error.values) from error
            parcels = [{"parcel": one.parcel.number, "order": one.view.id, "number": one.view.number} for one in taken]
            body: Json = {"carrier": self._counter.settings.orders.carrier, "location": store, "parcels": parcels}
            fact = self._desk.append_in(conn, facts.PARCELS_HANDED, body)
            self._list_in(conn, taken, f"carrier-{fact.seq}")

        self._counter.ledger.run(work)
        self._receipts.wake()
        return len(taken)

    # parts

    def _track(self, conn: Connection, view: OrderView, numbers: Sequence[str]) -> str:
        """The numbers to follow the parcels by: the carrier's, else their own; those that were said before stay."""
        address = self._address(conn, view, None)
        tracks = [self._carrier.routing(number, address).track or number for number in numbers]
        said = view.said.get(TRACK, "")
        return " ".join(dict.fromkeys([*said.split(), *tracks])) if said else " ".join(tracks)

    def _number_in(self, conn: Connection, view: OrderView) -> str:
        """The number of the next parcel. The till and its life stand in it, so that no two make the same."""
        prefix, who = self._counter.settings.orders.sscc_prefix, self._counter.ledger.identity
        if not prefix:
            return f"{view.number}-{len(view.parcels) + 1}"
        (serial,) = conn.execute("SELECT coalesce(max(value), 0) + 1 FROM meta WHERE key = 'parcel'").fetchone()
        conn.execute("REPLACE INTO meta VALUES ('parcel', ?)", (serial,))
        till = int("".join(sign for sign in who.place.terminal if sign in "0123456789") or "0") % 100
        return sscc(f"{prefix}{till:02d}{who.inc % 10}", int(serial))

    def _labelled(self, conn: Connection, after: OrderView) -> None:
        """All labels of an order at once, when it is known how many parcels it is."""
        left = {part.line for part in (*self.to_pack(after), *self._picking.to_take(after))}
        ways = {line.line: line.fulfilment.kind for line in after.order.lines}
        mine = [one for one in after.parcels if one.is_here and one.place == self._desk.store]
        if not any(ways[line] not in COLLECTED for line in left):
            self._labels_in(conn, after, mine, "", on_receipts=False)

    def _labels_in(self, conn: Connection, view: OrderView, parcels: Sequence[Parcel], mark: str, on_receipts: bool) -> None:
        made = [self._label(conn, view, one, n, len(parcels), mark) for n, one in enumerate(parcels, 1)]
        data = self._printer.encode_parcels(made) if self._printer is not None and not on_receipts else b""
        now_ms = self._counter.now_ms()
        key = f"parcels-{view.id}-{now_ms}{mark}"
        if data:
            text = "\n".join(" ".join((one.order, one.count, one.number, *one.to)) for one in made)
            spool.enqueue(conn, printer=LABELS, kind=JobKind.REPORT, key=key, data=data, plain_text=text, at_ms=now_ms)
            return
        for n, one in enumerate(made):
            paper = parcel_label(head_of(self._counter, view), one, self._counter.words, self._counter.settings.receipt_columns)
            self._receipts.spool_in(conn, f"{key}-{n}", JobKind.RECEIPT, paper)

    def _label(self, conn: Connection, view: OrderView, one: Parcel, n: int, count: int, mark: str) -> ParcelLabel:
        words, address = self._counter.words, self._address(conn, view, one)
        to: tuple[str, ...] = (words("The address is with the carrier's portal: look up this order."),)
        if address is not None:
            street, town = f"{address.street} {address.house}".strip(), f"{address.postcode}  {address.city}".strip()
            to = tuple(text for text in (address.name, street, town, address.country) if text)
        here = self._counter.catalog.stores().get(self._desk.store)
        name = self._counter.settings.brand_name or self._counter.settings.entity_name
        sender = tuple(filter(None, (name, here.name, f"{here.street}, {here.city}".strip(", ")) if here else (name,)))
        items = words("1 piece") if one.pieces == 1 else words("{count} pieces", count=one.pieces)
        return ParcelLabel(
            to, sender, words("Order {number}", number=view.number),
            f"{words('Parcel {n} of {count}', n=n, count=count)} · {items}", one.number, self._weight(conn, view, one),
            self._carrier.routing(one.number, address).lines, mark,
        )  # fmt: skip

    def _weight(self, conn: Connection, view: OrderView, one: Parcel) -> str:
        grams = orders.weight_in(conn, view.id, one.number)
        return self._counter.words("{weight} kg", weight=self._counter.words.quantity(grams, "")) if grams else ""

    def _address(self, conn: Connection, view: OrderView, one: Parcel | None) -> Address | None:
        lines: Sequence[OrderLine] = view.order.lines
        inside = {line for line, _ in one.goods} if one is not None else {line.line for line in lines}
        keys = [line.fulfilment.delivery for line in lines if line.line in inside and line.fulfilment.delivery]
        return (view.to.get(keys[0]) or orders.address_in(conn, keys[0])) if keys else None

    def _list_in(self, conn: Connection, taken: Sequence[Waits], key: str) -> None:
        zone, now_ms = self._counter.ledger.identity.place.zone, self._counter.now_ms()
        made, who = self._counter.words.date_time(now_ms, zone), self._counter.employee
        rows = [SlipLine(one.parcel.number, one.view.number, "piece", ONE * one.parcel.pieces) for one in taken]
        paper = carrier_list(
            self._counter.settings.orders.carrier, made, who.number if who else "", rows, self._counter.words,
            self._counter.settings.receipt_columns,
        )  # fmt: skip
        self._receipts.spool_in(conn, key, JobKind.RECEIPT, paper)

    def _woken(self) -> None:
        self._receipts.wake()
        self._wake()
