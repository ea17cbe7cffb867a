"""A till over a real shop on disk, for tests: real ledger, catalogue and services; the ears of paper and sound are ours."""

import csv
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from argon2 import PasswordHasher
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from drivers.api import PaymentTerminal, ReceiptPrinter, Scan
from drivers.registry import receipt_printer
from kiosk.apps.system import TOOLS
from kiosk.apps.upkeep import Near, Upkeep
from kiosk.domain.chain import Verify
from kiosk.domain.customer import Customer
from kiosk.domain.feed import EMPTY_DIGEST, Cursor, HelpCall, Row, Transaction, moved, row_number
from kiosk.domain.staff import Employee
from kiosk.domain.ticket import Ticket, encode, key_mark
from kiosk.services.allocations import Allocations
from kiosk.services.cardpay import CardPay
from kiosk.services.checkout import Checkout
from kiosk.services.collectdesk import CollectDesk
from kiosk.services.counter import Counter
from kiosk.services.customers import Customers
from kiosk.services.handing import Handing
from kiosk.services.lookup import Lookup
from kiosk.services.moneydesk import money_desk
from kiosk.services.orderdesk import OrderDesk
from kiosk.services.ordering import Ordering
from kiosk.services.ordersback import OrdersBack
from kiosk.services.parceldesk import ParcelDesk
from kiosk.services.pickdesk import PickDesk
from kiosk.services.pickup import Pickup
from kiosk.services.ports import NullFiscalDevice
from kiosk.services.receipts import Receipts
from kiosk.services.returns import Returns
from kiosk.services.scans import ScanDesk
from kiosk.services.selling import Selling
from kiosk.services.session import NewPin, Session, new_pins
from kiosk.services.shifts import Shifts
from kiosk.services.stockwork import StockDesk
from kiosk.services.suspending import Suspending
from kiosk.services.swapdesk import SwapDesk
from kiosk.services.tendering import Tendering
from kiosk.services.together import Together
from kiosk.services.training import Training
from kiosk.services.voiding import Voiding
from kiosk.store import spool
from kiosk.ui.bridge import Bridge
from kiosk.ui.sounds import SoundState
from kiosk.ui.theme import Look
from kiosk.ui.till_desk import CustomersAnswer, Eye, OrdersAnswer, TillDesk
from kiosk.ui.till_face import TillFace
from sync.agent.ports import SyncStatus
from sync.protocol.messages import HeldFact
from sync.protocol.signature import Key, verifier
from tests.kiosk.ui.kiosk.shop import SAMPLES, Shop, open_shop, row

PIN = "2580"
_TABS_MAX = 20
HASH = PasswordHasher(1, 8, parallelism=1).hash(PIN)


@dataclass
class HeardSounds:
    """Remembers what was played, and when (monotonic ns)."""

    played: list[tuple[str, int]] = field(default_factory=list)
    state: SoundState = SoundState.READY

    def play(self, name: str) -> None:
        """Remember it."""
        self.played.append((name, time.monotonic_ns()))

    @property
    def names(self) -> list[str]:
        """What was played, in order."""
        return [name for name, _ in self.played]


@dataclass
class HelpDesk:
    """Remembers what the kiosk would be told."""

    seen: list[str] = field(default_factory=list)
    answered: list[tuple[str, str]] = field(default_factory=list)

    def shown(self, call: HelpCall) -> None:
        """The call is on the screen."""
        self.seen.append(call.id)

    def answer(self, call: HelpCall, name: str) -> None:
        """Somebody goes."""
        self.answered.append((call.id, name))


@dataclass
class Paper:
    """Remembers what a person decided about held jobs."""

    released: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)

    def release(self, job_id: int) -> None:
        """Print it."""
        self.released.append(job_id)

    def give_up(self, job_id: int) -> None:
        """Drop it."""
        self.dropped.append(job_id)


class TillShop:
    """One till with its window."""

    def __init__(
        self, folder: Path, sample: str = "fashion", size: tuple[int, int] = (1366, 768),
        language: str = "nl", look: Look | None = None, with_printer: bool = True,
        terminal: PaymentTerminal | None = None, camera: Eye | None = None,
        tablet: bool = False,
    ) -> None:  # fmt: skip
        given: dict[str, object] = {"till.cash_rounding": True}
        self.shop: Shop = open_shop(folder, sample, "till", "01", None, given)
        self._put_staff()
        self.sample = sample
        self.bugs: list[BaseException] = []
        self.warnings: list[str] = []
        self.sounds, self.help_desk, self.paper = HeardSounds(), HelpDesk(), Paper()
        self.calls: tuple[HelpCall, ...] = ()
        self.told: list[NewPin] = []
        counter = self.shop.counter
        counter.language, counter.has_drawer = language, not tablet
        self.printer = _printer() if with_printer else None
        receipts = Receipts(counter, self.printer, lambda: None)
        selling, session = self.shop.selling, Session(counter, 1, 8)
        suspending = Suspending(counter, selling, receipts)
        shifts = Shifts(counter)
        self.money = money_desk(counter, session, shifts, selling, receipts, lambda: len(suspending.listed()))
        self.sync: SyncStatus | None = None
        self.retried = 0
        near = Near(lambda: self.sync, lambda: None, with_printer, self._retry)
        self.upkeep = Upkeep(counter, session, folder, counter.now_ms() + 40 * 86_400_000, near)
        allocations = Allocations(counter, session, verifier)
        ordering, orders = Ordering(counter, selling, allocations), OrderDesk(counter, allocations)
        bridge = Bridge(self.bugs.append)
        checkout = Checkout(counter, selling, receipts, NullFiscalDevice(), allocations, ordering)
        pickup = _pickup(counter, orders, selling, receipts, allocations)
        collecting = pickup.collecting
        checkout.give_back_in, checkout.check_orders = collecting.settle_in, collecting.check_due
        self.cards = CardPay(counter, selling, checkout, session, terminal, self._on_counter)
        self.asked: list[tuple[str, str, Callable[[CustomersAnswer | None], None]]] = []
        self.asked_orders: list[tuple[str, Callable[[OrdersAnswer | None], None]]] = []
        customers, returns = Customers(counter, selling), Returns(counter, selling, session)
        returns.comes_in_hand = orders.comes_in_hand
        orders_back = OrdersBack(counter, selling, returns)
        orders_back.watch(checkout)
        self.desk = TillDesk(
            bridge=bridge, counter=counter, session=session,
            shifts=shifts, selling=selling, till_money=self.money, stock=StockDesk(counter, session, receipts),
            checkout=checkout, receipts=receipts, cards=self.cards,
            tenders=Tendering(counter, selling, checkout),
            lookup=self.shop.lookup, scans=ScanDesk(counter, selling, verifiers, suspending, customers),
            ordering=ordering, orders=orders, customers=customers, ask_customers=lambda *asked: self.asked.append(asked),
            returns=returns, voiding=Voiding(counter, session, receipts),
            training=Training(counter, selling),
            suspending=suspending, sounds=self.sounds,
            paper=self.paper if with_printer else None, help_desk=self.help_desk,
            help_calls=lambda: self.calls,
            tell_new_pins=lambda: self.told.extend(new_pins(self.shop.ledger)),
            try_sync=lambda: None, language=language, version=lambda: "0.1.0", upkeep=self.upkeep,
            pickup=pickup, orders_back=orders_back, ask_orders=lambda *asked: self.asked_orders.append(asked),
            camera=camera, tablet=tablet, handing=Handing(counter, selling, KIOSK.sign, KIOSK.public),
        )  # fmt: skip
        self.desk.scans.orders, self.desk.scans.comes_back = orders, orders_back.knows
        pictures = SAMPLES / sample / "pictures"
        self.face = TillFace(
            self.desk, look or Look(), lambda name: pictures / name, self.warnings.append, size=size
        )
        self.till, self.window = self.face.till, self.face.window
        self.cards.start(lambda health: None)
        self.settle()

    def _on_counter(self, work: Callable[[], None]) -> None:
        bridge = self.desk.bridge
        bridge.post(lambda: bridge.run(work, lambda _: None, self.till.refuse))

    def _retry(self) -> None:
        self.retried += 1

    # doing

    def settle(self, until: Callable[[], bool] | None = None, ceiling_s: float = 20.0) -> None:
        """Turn the event loop until all work that was asked for is done, and `until` holds."""
        end = time.monotonic() + ceiling_s
        quiet = 0
        while time.monotonic() < end:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            quiet = quiet + 1 if self.desk.bridge.is_idle else 0
            if quiet > 2 and (until is None or until()):
                return
        raise AssertionError("it did not come to rest")

    def scan(self, text: str, aim: str | None = None) -> None:
        """The scanner reads a code."""
        self.till.scanned(Scan("scanner", text.encode(), text, aim, time.monotonic_ns()))
        self.settle()

    def key(self, *keys: Qt.Key) -> None:
        """Press keys on the keyboard."""
        for key in keys:
            QTest.keyClick(self.window, key)
            self.settle()

    def type(self, text: str) -> None:
        """Type text."""
        for letter in text:
            QTest.keyClick(self.window, letter)
        self.settle()

    def into_field(self, text: str) -> None:
        """Go to the next field with the Tab key, as who has no mouse, and type into it."""
        for _ in range(_TABS_MAX):
            self.key(Qt.Key.Key_Tab)
            holder = self.window.activeFocusItem()
            if holder is not None and holder.inherits("QQuickTextField"):
                self.type(text)
                return
        raise AssertionError("no field can be reached with the Tab key")

    def tap(self, name: str) -> None:
        """Touch the item with an accessible name, in its middle."""
        item = self.item(name)
        middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, pos=middle)
        self.settle()

    def hold_something(self) -> None:
        """Sell twice; the hub holds the second sale, and the first one's receipt waits for a person."""
        for _ in range(2):
            self.scan("8799999000017")
            self.key(Qt.Key.Key_F9, Qt.Key.Key_Return, Qt.Key.Key_Return)
        ledger = self.shop.ledger
        self.upkeep.heard([HeldFact(ledger.head(), "absurd.sum", self.shop.counter.now_ms() - 30 * 3_600_000)])
        job = next(one for one in ledger.run(spool.jobs) if one.kind is spool.JobKind.RECEIPT)
        ledger.run(lambda conn: spool.hold(conn, job.job_id, code="spool.unconfirmed"))

    def sign_in(self, number: str = "101") -> None:
        """Sign in by keyboard."""
        self.type(number)
        self.key(Qt.Key.Key_Return)
        self.type(PIN)
        self.key(Qt.Key.Key_Return)

    def ready(self) -> None:
        """Signed in, shift open: ready to sell."""
        self.sign_in()
        self.key(Qt.Key.Key_F9)
        assert self.till.screen == "sale", self.till.screen

    # looking

    def items(self) -> list[QQuickItem]:
        """All items that are shown."""
        return [item for item in walk(self.window.contentItem()) if is_shown(item)]

    def item(self, name: str) -> QQuickItem:
        """The shown, enabled item whose accessible name is, or begins with, a text."""
        found = [
            item for item in self.items()
            if item.isEnabled() and is_target(item) and name_of(item).startswith(name)
        ]  # fmt: skip
        exact = [item for item in found if name_of(item) == name]
        assert found, f"nothing is called {name!r}: {[name_of(i) for i in self.items() if name_of(i)]}"
        return (exact or found)[-1]

    def texts(self) -> list[str]:
        """All texts that are shown."""
        found = [item.property("text") for item in self.items()]
        return [text for text in found if isinstance(text, str) and text]

    def pictures_ready(self) -> bool:
        """Whether every picture that is shown has been read."""
        return not any(item.property("isReading") for item in self.items())

    def codes_with(self, column: str) -> list[str]:
        """Barcodes of pieces of the sample shop that have something in a column of its product file."""
        with (SAMPLES / self.sample / "products.csv").open(encoding="utf-8", newline="") as file:
            lines = [one for one in csv.DictReader(file) if one["unit"] == "piece"]
        return [one["barcodes"].split("|")[0] for one in lines if one[column]]

    def know(self, *people: Customer) -> None:
        """The feed tells of customers of this store."""
        self.hear(*(row("customer", one.number, one) for one in people))

    def hear(self, *rows: Row) -> None:
        """The feed brings rows of the device scope that are new."""
        at = self.shop.ledger.cursor()
        mark = Cursor(at.epoch, at.rev + 1, moved(at.digest, sum(map(row_number, rows))))
        self.shop.ledger.apply([Transaction(mark.rev, list(rows))], mark)
        self.shop.counter.reload()

    def close(self) -> None:
        """Take it all down."""
        self.cards.stop(20)
        self.face.close()
        self.shop.close()

    def _put_staff(self) -> None:
        """The staff beside the settings that the shop was opened with."""
        kept = self.shop.ledger.run(
            lambda conn: conn.execute("SELECT entity, key, payload FROM device_rows").fetchall()
        )
        rows = [Row(*one) for one in kept] + [row("staff", one.number, one) for one in STAFF]
        mark = moved(EMPTY_DIGEST, sum(map(row_number, rows)))
        self.shop.ledger.replace(iter(rows), Cursor(1, 2, mark))
        self.shop.counter.reload()


KIOSK = Key.load(bytes([5]) * 32)
"""The key of the store's kiosk."""


def verifiers() -> dict[bytes, Verify]:
    """Whose tickets this till believes."""
    return {key_mark(KIOSK.public): verifier(KIOSK.public)}


def _pickup(counter: Counter, orders: OrderDesk, selling: Selling, receipts: Receipts, allocations: Allocations) -> Pickup:
    """What the store does for orders, tied as at a real till."""
    scans = ScanDesk(counter, selling, verifiers)
    picking = PickDesk(counter, orders, receipts, scans.article_of)
    lookup = Lookup(counter)
    swapping = SwapDesk(counter, orders, picking, allocations, lookup.variants)
    together = Together(counter, lookup.offer, lookup.variants)
    parcels = ParcelDesk(counter, orders, picking, receipts, None, lambda: None)
    return Pickup(orders, picking, CollectDesk(counter, orders, selling, receipts), swapping, parcels, together)


def ticket(*lines: tuple[str, int]) -> str:
    """What the store's kiosk prints for a basket of (barcode, thousandths)."""
    listed = tuple((code.zfill(14), quantity) for code, quantity in lines)
    return encode(Ticket("0192f0a0-0000-7000-8000-00000000002a", key_mark(KIOSK.public), 1, listed), KIOSK.sign)


def _printer() -> ReceiptPrinter:
    """A real printer driver as the encoder; nothing is ever sent to it."""
    return receipt_printer("escpos+tcp://127.0.0.1:9", TOOLS)


STAFF = (
    Employee("101", "Zoë de Wit", "cashier", "B-101", HASH),
    Employee("102", "Łukasz Nowak", "cashier", "B-102", HASH),
    Employee("103", "François Lefèvre", "associate", "B-103", HASH),
    Employee("104", "Anouk Çelik", "associate", "B-104", HASH, must_change=True),
    Employee("201", "Hélène Jansen", "manager", "B-201", HASH),
)


def walk(item: QQuickItem) -> list[QQuickItem]:
    """An item and all below it, delegates included."""
    found = [item]
    for child in item.childItems():
        found += walk(child)
    return found


def is_shown(item: QQuickItem) -> bool:
    """Whether it is on the screen."""
    return item.isVisible() and item.width() > 0 and item.height() > 0


def is_target(item: QQuickItem) -> bool:
    """Whether it can be touched or typed into."""
    # Not by metaObject(): its wrapper outlives the type that a view makes for its rows, and what
    # is made at the same address later is taken for it.
    return item.inherits("QQuickAbstractButton") or item.inherits("QQuickTextField")


def name_of(item: QObject) -> str:
    """What a screen reader calls it."""
    face = QAccessible.queryAccessibleInterface(item)
    return face.text(QAccessible.Text.Name) if face is not None else ""
