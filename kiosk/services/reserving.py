"""A shopper at a kiosk reserves pieces of an article: an order to be collected, not paid yet, that ends by itself.

Goods are held by a right of this terminal, which needs nobody, or by a reservation that the hub made when it was asked. Either way
the order names what holds them, and everything after it is what a store does with orders anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from kiosk.domain import facts
from kiosk.domain.address import Address
from kiosk.domain.errors import Refused
from kiosk.domain.order import (
    COLLECT,
    COLLECT_ELSEWHERE,
    KIOSK,
    PAY_AT_COLLECTION,
    Fulfilment,
    Order,
    OrderLine,
    Promise,
)
from kiosk.domain.orderfacts import order_body
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.domain.quantity import ONE
from kiosk.domain.reservation import NAME_MAX, code_of
from kiosk.domain.stockrules import HOUR_MS
from kiosk.paper.reservation import ReservationHead, reservation_document
from kiosk.paper.ticket import qr_rows
from kiosk.services.allocations import Allocations, Wanted
from kiosk.services.counter import Counter
from kiosk.services.receipts import Receipts
from kiosk.services.selfservice import SelfService
from kiosk.store import orders
from kiosk.store.database import Connection
from kiosk.store.ledger import push_state_in
from kiosk.store.spool import JobKind

PIECES_MAX = 9
"""More pieces of one thing are an order, which a person takes."""

BEYOND_RIGHTS = ("stock.no_right", "stock.reserved_only", "stock.lease_over", "stock.clock")
"""Why a terminal cannot promise goods by itself: the hub may."""


@dataclass(frozen=True, slots=True)
class Hold:
    """What a shopper wants: thousandths of an article from a store, for a name that may be empty. `id` is what it is called."""

    id: str
    article: str
    quantity_milli: int
    store: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Goods that the hub holds back: the name of its reservation, and until when (ms, its own clock)."""

    promise: str
    until_ms: int


class Told(Enum):
    """Why the hub holds nothing: not as many are free, or it could not be asked (in time)."""

    NONE_FREE = "none free"
    AWAY = "away"


Answer = Held | Told
"""What the hub says when it is asked to hold goods back."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation that was made. `number` is for people, `text` what its code says, `rows` the code's modules.

    `job` is the key of its print job, empty when it was not sent to paper. Time in ms (UTC), money in minor units.
    """

    id: str
    number: str
    text: str
    rows: tuple[str, ...]
    article: str
    quantity_milli: int
    store: str
    until_ms: int
    total_minor: int
    job: str


class Reserving:
    """Reservations of one kiosk. Used on the counter's thread."""

    def __init__(self, counter: Counter, basket: SelfService, allocations: Allocations, receipts: Receipts) -> None:
        self._counter, self._basket, self._allocations, self._receipts = counter, basket, allocations, receipts
        self.on_placed: Callable[[], None] = _nobody_listens

    @property
    def until_ms(self) -> int:
        """Until when something that is reserved now is held (ms, UTC)."""
        return self._counter.now_ms() + self.hours * HOUR_MS

    @property
    def hours(self) -> int:
        """For how long this store holds what nobody paid for."""
        return self._counter.settings.stock.reserve_hours

    def wanted(self, article: str, quantity_milli: int, store: str, name: str = "") -> Hold:
        """A wish under an id of its own. Raises Refused for what cannot be reserved, whoever would hold it."""
        if not 0 < quantity_milli <= PIECES_MAX * ONE or quantity_milli % ONE:
            raise Refused("reservation.pieces", most=PIECES_MAX)
        self._basket.price_alone(article, quantity_milli)
        return Hold(self._counter.ledger.ids(), article, quantity_milli, store, _short(name))

    def renamed(self, hold: Hold, name: str) -> Hold:
        """The same wish, so that the hub holds it once, for another name."""
        return replace(hold, name=_short(name))

    def by_right(self, hold: Hold, *, on_paper: bool) -> Reserved | None:
        """Reserve out of this terminal's own rights; None where they do not reach and the hub has to be asked.

        That they did not is kept, because rights follow demand. Raises Refused for what cannot be reserved at all.
        """
        priced = self._basket.price_alone(hold.article, hold.quantity_milli)
        ends_ms = self.until_ms

        def work(conn: Connection) -> Reserved | Refused:
            made = self._allocations.promise_or_refuse_in(
                conn, Wanted(hold.article, hold.quantity_milli, "reserve", hold.store)
            )
            return made if isinstance(made, Refused) else self._place_in(conn, hold, priced, Held(made.id, ends_ms), on_paper)

        made = self._counter.ledger.run(work)
        if not isinstance(made, Refused):
            return self._done(made)
        if made.code in BEYOND_RIGHTS:
            return None
        raise made

    def by_hub(self, hold: Hold, held: Held, *, on_paper: bool) -> Reserved:
        """Reserve what the hub holds back for it."""
        priced = self._basket.price_alone(hold.article, hold.quantity_milli)
        return self._done(self._counter.ledger.run(lambda conn: self._place_in(conn, hold, priced, held, on_paper)))

    def drop(self, made: Reserved) -> None:
        """Its shopper has gone: what still waits for paper is not wanted there any more. The goods are held on."""
        if made.job:
            self._basket.give_up_paper(made.job)

    def _done(self, made: Reserved) -> Reserved:
        if made.job:
            self._receipts.wake()
        self.on_placed()
        return made

    def _place_in(self, conn: Connection, hold: Hold, priced: PricedCart, held: Held, on_paper: bool) -> Reserved:
        counter, place = self._counter, self._counter.ledger.identity.place
        number = f"{place.terminal}-{push_state_in(conn).head + 1:04d}"
        kind = COLLECT if hold.store == place.store else COLLECT_ELSEWHERE
        way = Fulfilment(kind, hold.store, to=hold.store)
        promise = Promise(True, counter.now_ms(), max(counter.now_ms(), held.until_ms), held.promise)
        (line,) = (_line(one, way, promise) for one in priced.lines)
        order = Order(
            hold.id, number, place.tenant, place.entity, place.brand, place.country, place.currency, KIOSK, place.store, "",
            PAY_AT_COLLECTION, counter.now_ms(), (line,), expires_ms=promise.until_ms,
        )  # fmt: skip
        counter.ledger.append_in(conn, facts.ORDER_PLACED, order_body(order), employee="", day=counter.business_day())
        if hold.name:
            orders.keep_address_in(conn, hold.id, hold.id, Address(hold.name), counter.now_ms())
        text = code_of(hold.id)
        job = self._paper_in(conn, order, priced, text) if on_paper else ""
        return Reserved(
            hold.id, number, text, qr_rows(text), hold.article, hold.quantity_milli, hold.store, promise.until_ms,
            priced.total_minor, job,
        )  # fmt: skip

    def _paper_in(self, conn: Connection, order: Order, priced: PricedCart, text: str) -> str:
        counter, stores = self._counter, self._counter.catalog.stores()
        zone, to = counter.ledger.identity.place.zone, order.lines[0].fulfilment.to
        head = ReservationHead(
            counter.settings.brand_name, stores[to].name if to in stores else to, order.number,
            counter.words.date_time(order.placed_ms, zone), counter.words.date_time(order.expires_ms, zone),
        )  # fmt: skip
        document = reservation_document(priced, text, head, counter.words)
        job = self._receipts.spool_in(conn, f"hold-{order.id}", JobKind.REPORT, document)
        return job.idempotency_key if job else ""


def _short(name: str) -> str:
    return " ".join(name.split())[:NAME_MAX]


def _nobody_listens() -> None:
    """Nobody has a line to the hub here."""


def _line(one: PricedLine, way: Fulfilment, promise: Promise) -> OrderLine:
    line = one.line
    return OrderLine(
        line.line, line.article, f"{line.name} {line.variant}".strip(), line.unit, line.quantity_milli, one.amount_minor, way,
        promise, one.deposit_minor, line.vat_class,
    )  # fmt: skip
