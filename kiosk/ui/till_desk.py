"""What all view-models of the till share: the services, the language on the screen, and the stage they act on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from kiosk.domain.errors import ShopError
from kiosk.domain.exceptions import Waiting
from kiosk.domain.feed import HelpCall
from kiosk.domain.pricing import PricedCart
from kiosk.domain.readiness import Board
from kiosk.domain.streets import StreetFound
from kiosk.domain.voucher import Voucher
from kiosk.services.cardpay import CardPay
from kiosk.services.checkout import Checkout
from kiosk.services.counter import Counter
from kiosk.services.customers import Customers
from kiosk.services.handing import Handing
from kiosk.services.labels import LabelDesk
from kiosk.services.lookup import Lookup
from kiosk.services.moneydesk import MoneyDesk
from kiosk.services.orderdesk import OrderDesk
from kiosk.services.ordering import Ordering
from kiosk.services.ordersback import OrdersBack
from kiosk.services.pickup import Pickup
from kiosk.services.receipts import Receipts
from kiosk.services.returns import Returns
from kiosk.services.scans import ScanDesk
from kiosk.services.selling import Selling
from kiosk.services.session import Session
from kiosk.services.shifts import Shifts
from kiosk.services.stockwork import StockDesk
from kiosk.services.suspending import Suspending
from kiosk.services.tendering import Tendering
from kiosk.services.training import Training
from kiosk.services.voiding import Voiding
from kiosk.text import Seen, Words, words
from kiosk.ui.bridge import Bridge
from kiosk.ui.flow import Dialog, Flow
from kiosk.ui.sounds import SoundState


class SoundPlayer(Protocol):
    """Plays a short sound by name and returns at once."""

    @property
    def state(self) -> SoundState:
        """Whether there is a device to hear it from."""
        ...

    def play(self, name: str) -> None:
        """One of the names in kiosk.ui.sounds."""
        ...


class PrintRoom(Protocol):
    """Who carries the spool to the printer (kiosk.services.spooler)."""

    def release(self, job_id: int) -> object:
        """A person wants a held job on paper."""
        ...

    def give_up(self, job_id: int) -> object:
        """A person does not want the job any more."""
        ...


class ReceiptAnswer(Protocol):
    """A sale of another till, as the hub gave it; no bytes where it knows none."""

    @property
    def data(self) -> bytes: ...
    @property
    def returned(self) -> list[tuple[int, str, int]]: ...


class OrdersAnswer(Protocol):
    """Orders of other stores, as the hub gave them: the JSON of each row; or what was announced under a number that was asked for:
    the order or a receipt's number, the lines (thousandths) and the ground."""

    @property
    def orders(self) -> list[bytes]: ...
    @property
    def receipt(self) -> str: ...
    @property
    def announced(self) -> str: ...
    @property
    def lines(self) -> list[tuple[int, int]]: ...
    @property
    def ground(self) -> str: ...


class CustomersAnswer(Protocol):
    """Customers of other stores, as the hub gave them: the JSON of each."""

    @property
    def customers(self) -> list[bytes]: ...


class Eye(Protocol):
    """A camera that reads codes (drivers.api.Camera): off until somebody looks. What it sees comes on its own thread."""

    @property
    def has_light(self) -> bool: ...
    def look(self, on_sight: Callable[[Any], None]) -> None: ...
    def rest(self) -> None: ...
    def light(self, on: bool) -> None: ...


class Upkeep(Protocol):
    """Who knows how ready the till is and what waits at it (kiosk.apps.upkeep)."""

    def look(self) -> tuple[Board, tuple[Waiting, ...]]:
        """The board and what waits. Reads the disk."""
        ...

    def write_off(self, item_id: str, approver: str, pin: str, note: str) -> None:
        """Leave something out with a manager's word. Raises ShopError."""
        ...

    def retry(self) -> None:
        """Have held facts tried again at the hub; returns at once."""
        ...


class HelpAnswers(Protocol):
    """The way to tell a kiosk that its call was seen, and who goes."""

    def shown(self, call: HelpCall) -> None:
        """The call is on this till's screen."""
        ...

    def answer(self, call: HelpCall, name: str) -> object:
        """Somebody goes there."""
        ...


@dataclass(slots=True)
class TillDesk:
    """The services of one till. `language` is the screen's; `now_ms` the wall clock in ms."""

    bridge: Bridge
    counter: Counter
    session: Session
    shifts: Shifts
    selling: Selling
    checkout: Checkout
    receipts: Receipts
    lookup: Lookup
    scans: ScanDesk
    suspending: Suspending
    returns: Returns
    voiding: Voiding
    training: Training
    customers: Customers
    ordering: Ordering
    orders: OrderDesk
    sounds: SoundPlayer
    paper: PrintRoom | None
    help_desk: HelpAnswers
    help_calls: Callable[[], tuple[HelpCall, ...]]
    tell_new_pins: Callable[[], None]
    try_sync: Callable[[], None]
    till_money: MoneyDesk
    stock: StockDesk
    language: str
    version: Callable[[], str] = str
    ask_receipt: Callable[[str, Callable[[ReceiptAnswer | None], None]], None] | None = None
    ask_voucher: Callable[[str, str, Callable[[Voucher | None, bool], None]], None] | None = None
    ask_customers: Callable[[str, str, Callable[[CustomersAnswer | None], None]], None] | None = None
    cards: CardPay | None = None
    tenders: Tendering | None = None
    upkeep: Upkeep | None = None
    pickup: Pickup | None = None
    orders_back: OrdersBack | None = None
    ask_orders: Callable[[str, Callable[[OrdersAnswer | None], None]], None] | None = None
    ask_street: Callable[[str, str, str, Callable[[StreetFound], None]], None] | None = None
    labels: LabelDesk | None = None
    camera: Eye | None = None
    tablet: bool = False
    handing: Handing | None = None

    def seen(self) -> Seen:
        """From where and when this till tells how goods come."""
        place = self.counter.ledger.identity.place
        return Seen(place.store, place.zone, self.counter.now_ms())

    @property
    def say(self) -> Words:
        """The words of the language on the screen."""
        return words(self.language)

    def now_ms(self) -> int:
        """The wall clock, ms."""
        return self.counter.now_ms()

    def money(self, minor: int) -> str:
        """An amount in the store's currency."""
        return self.say.money(minor, self.counter.ledger.identity.place.currency)


class Stage(Protocol):
    """What a view-model may ask of the till as a whole."""

    @property
    def flow(self) -> Flow:
        """Where the till is."""
        ...

    def move(self, flow: Flow) -> None:
        """Go there."""
        ...

    def open(self, dialog: Dialog) -> None:
        """Put a dialog over the screen."""
        ...

    def close(self) -> None:
        """Take the dialog away; scans that waited behind it go on."""
        ...

    def show(self, priced: PricedCart) -> None:
        """The cart has changed."""
        ...

    def refuse(self, error: ShopError) -> None:
        """Say what is not possible, for as long as it takes to read it."""
        ...

    def tell(self, text: str) -> None:
        """Say that something was done."""
        ...
