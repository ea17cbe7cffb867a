"""What a scan does: a line, a ticket's lines, a badge; or a refusal that waits until a person has seen it.

While one waits, or while something else is open, later scans queue in order: none is lost, and none is added unseen.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from drivers.api import Scan
from kiosk.domain.chain import Verify
from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE
from kiosk.domain.receipt import is_receipt_number
from kiosk.domain.reservation import is_reservation, order_of, why_shut
from kiosk.domain.returning import is_return_number
from kiosk.domain.tender import GIFT_CARD
from kiosk.domain.ticket import is_ticket, open_ticket
from kiosk.domain.voucher import clean_code, is_credit_number
from kiosk.services import barcodes, redeeming, storedvalue
from kiosk.services.barcodes import BarcodeRules, Refusal
from kiosk.services.counter import Counter
from kiosk.services.customers import Customers
from kiosk.services.empties import EmptiesDesk
from kiosk.services.goods import goods_of
from kiosk.services.orderdesk import OrderDesk
from kiosk.services.selling import Selling, TicketOutcome
from kiosk.services.suspending import Suspending, is_suspended_code

_SHOWN_MAX = 40
_NO_GOODS = ("scan.unknown", "scan.in_store", "scan.check_digit")
"""Refusals of what may be no article's code at all."""

_NOT_READ = ("scan.", "barcode.")
"""Of which codes they are: an order's code may look like anything."""


WAITING_MAX = 200
"""Scans kept while a person is needed; a burst beyond it is a stuck scanner, and is refused aloud."""


@dataclass(frozen=True, slots=True)
class Sold:
    """The scan became a line."""

    scan: Scan
    priced: PricedCart


@dataclass(frozen=True, slots=True)
class TicketTaken:
    """The scan was a kiosk's ticket, and is now lines."""

    scan: Scan
    outcome: TicketOutcome
    priced: PricedCart


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The scan was a suspended sale's slip, and that sale is open again."""

    scan: Scan
    priced: PricedCart


@dataclass(frozen=True, slots=True)
class ReceiptRead:
    """The scan was a receipt, a return's label, or a web order that is with its customer: its goods come back."""

    scan: Scan


@dataclass(frozen=True, slots=True)
class CardRead:
    """The scan was store credit, or a gift card that is known here: what is left on it is told."""

    scan: Scan


@dataclass(frozen=True, slots=True)
class Halted:
    """The scan was refused and waits to be acknowledged; `waiting` more scans stand behind it."""

    scan: Scan
    error: ShopError
    waiting: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The scan is kept in the queue behind something a person has to see first."""

    scan: Scan
    waiting: int


@dataclass(frozen=True, slots=True)
class Attached:
    """The scan was a customer's card: the sale is theirs."""

    scan: Scan
    priced: PricedCart


@dataclass(frozen=True, slots=True)
class OrderRead:
    """The scan was the code or the number of an order that this store has something to do with."""

    scan: Scan
    order: str


ScanResult = OrderRead | Sold | Attached | TicketTaken | Retrieved | ReceiptRead | CardRead | Halted | Kept


class ScanDesk:
    """Takes every scan of the till, from any scanner, in order. Used on the counter's thread."""

    def __init__(
        self, counter: Counter, selling: Selling, verifiers: Callable[[], Mapping[bytes, Verify]],
        suspending: Suspending | None = None, customers: Customers | None = None,
    ) -> None:  # fmt: skip
        self._counter = counter
        self._selling = selling
        self._verifiers = verifiers
        self._suspending, self._customers = suspending, customers
        self.empties = EmptiesDesk(counter, selling)
        self.orders: OrderDesk | None = None
        self.connected: Callable[[], bool] = _always
        self.comes_back: Callable[[str], bool] = _nothing
        self._queue: deque[Scan] = deque()
        self.halted: Halted | None = None
        self.quantity_milli = ONE

    @property
    def waiting(self) -> int:
        """How many scans are kept."""
        return len(self._queue)

    def handle(self, scan: Scan, *, may_sell: bool = True) -> ScanResult:
        """One scan. `may_sell` is false while a payment or a dialog is open: then it is kept and the person told."""
        if self.halted is not None or not may_sell or self._queue:
            if len(self._queue) >= WAITING_MAX:
                return Halted(scan, Refused("scan.too_many", limit=WAITING_MAX), len(self._queue))
            self._queue.append(scan)
            return Kept(scan, len(self._queue))
        return self._sell(scan)

    def acknowledge(self) -> tuple[ScanResult, ...]:
        """A person has seen the refusal: go on with what waits, up to the next refusal."""
        self.halted = None
        return self.go_on()

    def go_on(self) -> tuple[ScanResult, ...]:
        """Sell what waits (after a payment or a dialog ended), up to the next refusal."""
        results: list[ScanResult] = []
        while self._queue and self.halted is None:
            results.append(self._sell(self._queue.popleft()))
        return tuple(results)

    def drop_waiting(self) -> int:
        """A person does not want what waits; gives how many scans were put aside."""
        count = len(self._queue)
        self._queue.clear()
        self.halted = None
        return count

    def _sell(self, scan: Scan) -> ScanResult:
        quantity, self.quantity_milli = self.quantity_milli, ONE
        try:
            if is_ticket(scan.text):
                outcome = self._selling.take_ticket(open_ticket(scan.text, dict(self._verifiers())))
                return TicketTaken(scan, outcome, self._selling.priced)
            if is_reservation(scan.text):
                return self._reserved(scan)
            if is_return_number(scan.text):
                return ReceiptRead(scan)
            if is_receipt_number(scan.text):
                order = self._order_of(scan.text)
                return OrderRead(scan, order) if order else ReceiptRead(scan)
            if is_credit_number(scan.text):
                return CardRead(scan)
            if self._suspending is not None and is_suspended_code(scan.text):
                return Retrieved(scan, self._suspending.retrieve_code(scan.text))
            if self.empties.is_slip(scan.text):
                return Sold(scan, self.empties.take_slip(scan.text))
            return self._sell_or_attach(scan, quantity)
        except ShopError as error:
            if error.code in _NO_GOODS and (read := self._voucher(scan)):
                return read
            if error.code.startswith(_NOT_READ) and (order := self._order_of(scan.text)):
                return OrderRead(scan, order)
            if error.code.startswith(_NOT_READ) and self.comes_back(scan.text):
                return ReceiptRead(scan)
            self.halted = Halted(scan, error, len(self._queue))
            return self.halted

    def _reserved(self, scan: Scan) -> ScanResult:
        """What is still held opens. Raises Refused for the rest, and says what to do: whoever has goods in hand can buy them."""
        if self._counter.training:
            raise Refused("training.not_here")
        state = self.orders.known(order_of(scan.text)) if self.orders is not None else None
        order = self._order_of(scan.text)
        if not order or state is None or state.order.is_over(self._counter.now_ms()):
            raise why_shut(state)
        return OrderRead(scan, order)

    def _order_of(self, text: str) -> str:
        return self.orders.opened_by(text) if self.orders is not None else ""

    def _voucher(self, scan: Scan) -> ScanResult | None:
        """A single-purpose voucher takes off the goods that it was sold for; of any other one, what is left is told."""
        code = clean_code(scan.text)
        if not code:
            return None
        if redeeming.may_cover(self._counter, self._selling.priced, code):
            try:
                return Sold(scan, redeeming.redeem(self._counter, self._selling, code, away=not self.connected()))
            except Refused as error:
                self.halted = Halted(scan, error, len(self._queue))
                return self.halted
        is_known = storedvalue.known(self._counter, GIFT_CARD, code) or redeeming.voucher_of(self._counter, code)
        return CardRead(scan) if is_known else None

    def _sell_or_attach(self, scan: Scan, quantity_milli: int) -> ScanResult:
        """What is no article may be the card of a customer of this store; goods come first."""
        try:
            return Sold(scan, self._sell_article(scan, quantity_milli))
        except ShopError:
            if self._customers is None or not self._customers.is_card_here(scan.text):
                raise
            return Attached(scan, self._customers.attach(scan.text))

    def article_of(self, text: str) -> str:
        """The article number that a scanned text stands for, without selling it. Raises NotFound or Refused."""
        return goods_of(self._counter, text).article.id

    def take_empties(self, text: str, pieces: int) -> PricedCart:
        """A slip of a return machine, or so many empties of an article, scanned to give their deposit back."""
        if self.empties.is_slip(text):
            return self.empties.take_slip(text)
        return self.empties.take_article(self.article_of(text), pieces)

    def _sell_article(self, scan: Scan, quantity_milli: int) -> PricedCart:
        reading = barcodes.read(scan.text, scan.aim, self._rules(), self._today())
        if isinstance(reading, Refusal):
            raise Refused(reading.code, code=reading.text[:_SHOWN_MAX])
        if reading.expiry is not None and reading.expiry < self._today():
            raise Refused("scan.expired", day=reading.expiry.isoformat())
        if reading.weight_g is not None:
            quantity_milli = reading.weight_g
        elif reading.count is not None:
            quantity_milli = reading.count * ONE
        marked = barcodes.marked_minor(reading, self._counter.ledger.identity.place.currency)
        if isinstance(marked, Refusal):
            raise Refused(marked.code, code=marked.text[:_SHOWN_MAX])
        weighed, item = reading.weight_g is not None, reading.item or ""
        return self._selling.add_code(
            reading.gtin or reading.text, quantity_milli, weighed=weighed, marked_minor=marked, item=item,
            serial=reading.serial or "", batch=reading.batch or "",
        )  # fmt: skip

    def _rules(self) -> BarcodeRules:
        return BarcodeRules(self._counter.settings.patterns)

    def _today(self) -> date:
        return date.fromisoformat(self._counter.business_day())


def _always() -> bool:
    """Whoever has no hub to ask is never cut off from it."""
    return True


def _nothing(text: str) -> bool:
    """Nobody knows of web orders here."""
    return False
