"""One terminal put together: folder, ledger, catalogue, services, devices and the agent, with one place to listen."""

import base64
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from drivers import registry
from drivers.api import Camera, Health, LabelPrinter, PaymentTerminal, ReceiptPrinter, Scan, Scanner, Tools
from drivers.errors import AddressRefused
from kiosk import config
from kiosk.apps.line import LineNeeds
from kiosk.apps.newcustomers import NewCustomers
from kiosk.apps.nightly import Nightly
from kiosk.apps.outbox import LedgerOutbox
from kiosk.apps.papers import open_ledger, read_certificate
from kiosk.apps.system import TOOLS, sticks
from kiosk.apps.upkeep import Near, Upkeep
from kiosk.domain.chain import Break, Verify
from kiosk.domain.errors import ShopError
from kiosk.domain.feed import CATALOG, DEVICE, STOPPED, Cursor, HelpCall, Peer, Row, Transaction
from kiosk.domain.order import TABLET, TILL
from kiosk.domain.salesstop import SalesStop
from kiosk.domain.staff import Employee
from kiosk.domain.ticket import key_mark
from kiosk.services import clockwatch, ownsettings
from kiosk.services.allocations import Allocations
from kiosk.services.cardpay import CardPay
from kiosk.services.checkout import Checkout
from kiosk.services.collectdesk import CollectDesk
from kiosk.services.counter import Counter
from kiosk.services.counts import Counts
from kiosk.services.customers import Customers
from kiosk.services.labels import PATIENT, LabelDesk
from kiosk.services.labels import PRINTER as LABELS
from kiosk.services.lookup import Lookup
from kiosk.services.moneydesk import money_desk
from kiosk.services.orderdesk import OrderDesk
from kiosk.services.ordering import Ordering
from kiosk.services.ordersback import OrdersBack
from kiosk.services.parceldesk import ParcelDesk
from kiosk.services.pickdesk import PickDesk
from kiosk.services.ports import NullFiscalDevice
from kiosk.services.receipts import PRINTER, Receipts
from kiosk.services.returns import Returns
from kiosk.services.scans import ScanDesk
from kiosk.services.selling import Selling
from kiosk.services.session import Session, new_pins
from kiosk.services.shifts import Shifts
from kiosk.services.spooler import JobMoved, Spooler, SpoolPolicy
from kiosk.services.suspending import Suspending
from kiosk.services.swapdesk import SwapDesk
from kiosk.services.tendering import Tendering
from kiosk.services.together import Together
from kiosk.services.training import Training
from kiosk.services.voiding import Voiding
from kiosk.store import identity, orders, signatures
from kiosk.store.build import build_apart
from kiosk.store.catalog import Catalog
from kiosk.store.database import Connection
from kiosk.store.folder import FolderLock, keep_ballast, write_whole
from kiosk.store.pictures import PICTURES, Pictures
from kiosk.store.soundness import check_at_start
from sync.agent.ports import FeedStore, SyncStatus
from sync.protocol.messages import AddressesKept, LeaseReply, SignaturesKept
from sync.protocol.signature import Key, verifier

if TYPE_CHECKING:
    from concurrent.futures import Future

    from kiosk.apps.helpline import HubHelpDesk, HubHelpLine
    from kiosk.apps.hubline import HubLine
    from kiosk.apps.stateline import StateLine
    from sync.agent.events import Failure
    from sync.agent.shell import Agent

T = TypeVar("T")
D = TypeVar("D")

_STOP_S = 10.0
_LEASE_RETRY_MS = 60_000
_ADDRESS_DAY_MS = 86_400_000
"""A cart that was given up keeps its address for a day, no longer."""
_LINE = "kiosk.apps.hubline"
_BACKUPS = "kiosk.apps.backups"


class Listener(Protocol):
    """Hears of everything that happens beside the counter. Called from any thread: hand over and return at once."""

    def on_scan(self, scan: Scan) -> None:
        """A scanner read something."""

    def on_sync(self, status: SyncStatus) -> None:
        """How sync is has changed."""

    def on_printer(self, health: Health) -> None:
        """How the receipt printer is has changed."""

    def on_scanner(self, health: Health) -> None:
        """How the serial scanner is has changed."""

    def on_rows(self, scope: str) -> None:
        """New data from the hub is in."""

    def on_job(self, moved: JobMoved) -> None:
        """A print job came to a new state."""

    def on_trouble(self, error: Exception) -> None:
        """Something failed in the background that a log should keep."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A FeedStore that tells when it has taken something in."""

    inner: FeedStore
    scope: str
    told: Callable[[str], None]

    def cursor(self) -> Cursor:
        """How far the copy is."""
        return self.inner.cursor()

    def apply(self, transactions: Sequence[Transaction], cursor: Cursor) -> None:
        """Take in transactions."""
        self.inner.apply(transactions, cursor)
        if transactions:
            self.told(self.scope)

    def replace(self, rows: Iterable[Row], cursor: Cursor) -> None:
        """Take in a snapshot."""
        self.inner.replace(rows, cursor)
        self.told(self.scope)


class Terminal:
    """An open terminal. `counter` and the services on it are used from one thread at a time; `lookup` from any."""

    def __init__(self, folder: Path, listener: Listener) -> None:
        self.folder = folder
        self.certificate = read_certificate(folder)
        self._lock = FolderLock(folder)
        self._line: HubLine | None = None
        self._telling: StateLine | None = None
        self._stops_heard: tuple[str, ...] = ()
        self._nightly: Nightly | None = None
        self._line_lock = threading.Lock()
        self._lease_due_ms = 0
        self.config = config.load(folder)
        self._listener = listener
        self.on_counter: Callable[[Callable[[], None]], None] = _dropped
        self.on_camera: Callable[[Health], None] = _unseen
        files = identity.load(folder)
        self._key = Key.load(files.key)
        self._hub_key = files.hub_key
        try:
            check_at_start(folder, verifier(self.certificate.public_key), time.time_ns() // 1_000_000)
            self.ledger = open_ledger(folder, keep_ballast(folder))
        except BaseException:
            self._lock.release()
            raise
        self.catalog = Catalog(folder, build_apart)
        self.pictures = Pictures(folder / PICTURES, self.catalog)
        self.pictures.on_arrival = lambda: listener.on_rows(PICTURES)
        self._open_devices()
        self._make_services()
        self.spooler = self._make_spooler()
        self.labels, self.label_spooler = self._make_labels()
        near = Near(self._sync_status, self._printer_health, self.printer is not None, self._retry_held)
        self.upkeep = Upkeep(self.counter, self.session, folder, self.certificate.not_after_ms, near)

    def start(self) -> None:
        """Look at the clock, and start what works in the background."""
        self.look_at_clock()
        self.start_background()

    def forget_old(self) -> None:
        """Forget whom nothing was ordered for: the addresses of carts that were given up, and signatures for goods that stayed."""
        before_ms = self.counter.now_ms() - _ADDRESS_DAY_MS
        self.ledger.run(lambda conn: orders.forget_unordered_in(conn, before_ms))
        self.ledger.run(lambda conn: signatures.forget_unhanded_in(conn, before_ms))

    def look_at_clock(self) -> None:
        """Tell and keep that the clock was set back. On the thread of the counter."""
        ownsettings.look(self.counter, asdict(self.config))
        self.forget_old()
        moved_back = clockwatch.look(self.counter)
        if moved_back is not None:
            self._listener.on_trouble(moved_back)

    def start_background(self) -> None:
        """Start scanner, printer and agent. Call it once, from any thread."""
        if self.scanner is not None:
            self.scanner.open(self._listener.on_scan, self._listener.on_scanner)
        if self.camera is not None:
            self.camera.open(self._listener.on_scan, lambda health: self.on_camera(health))
        if self.spooler is not None:
            self.spooler.start()
        if self.label_spooler is not None:
            self.label_spooler.start()
        self.cards.start(lambda health: None)  # the payment screen asks when it is looked at
        self.ledger.on_growth = self.agent.wake
        self._telling = self.line.telling(self.upkeep)
        self.agent.start()
        self._telling.start()
        self._nightly = self._make_nightly()
        self._nightly.start()

    def close(self) -> None:
        """Stop everything in order; what is committed is safe at any point of it."""
        if self.scanner is not None:
            self.scanner.close()
        if self.camera is not None:
            self.camera.close()
        if self.spooler is not None:
            self.spooler.stop(_STOP_S)
        if self.label_spooler is not None:
            self.label_spooler.stop(_STOP_S)
        self.cards.stop(_STOP_S)
        if self._nightly is not None:
            self._nightly.stop()
        if self._telling is not None:
            self._telling.stop(_STOP_S)
        if self._line is not None:
            self._line.agent.stop(_STOP_S)
        self.catalog.close()
        self.ledger.close()
        self._lock.release()

    def verify(self) -> tuple[int, Break | None]:
        """Prove the ledger: count of facts and the first break."""
        return self.ledger.verify(verifier(self.certificate.public_key))

    def sign(self, message: bytes) -> bytes:
        """Sign with this terminal's key (tickets)."""
        return self._key.sign(message)

    def ticket_verifiers(self) -> Mapping[bytes, Verify]:
        """The terminals of this store by the mark of their key: a kiosk prints tickets, a tablet shows them."""
        keys = [
            base64.b64decode(peer.public_key)
            for peer in self.ledger.device_rows("peer", Peer)
            if not peer.revoked
        ]
        return {key_mark(key): verifier(key) for key in keys}

    def help_calls(self) -> tuple[HelpCall, ...]:
        """Open calls of the store's kiosks, oldest first."""
        found = self.ledger.device_rows("help", HelpCall)
        return tuple(sorted((call for call in found if call.state in ("waiting", "delivered")), key=lambda call: call.at_ms))

    def tell_new_pins(self) -> None:
        """Tell the hub of the PINs that people chose here; said again whenever it is back, until its feed has them."""
        rows = {one.number: one.pin_hash for one in self.ledger.device_rows("staff", Employee)}
        for chosen in new_pins(self.ledger):
            if rows.get(chosen.number) == chosen.replaces:
                self.line.tell_pin(chosen.number, chosen.pin_hash)

    def tell_addresses(self) -> None:
        """Tell the hub whom orders are for; from any thread. Said again at every contact until the hub has them; then they go."""
        told = self.ledger.look(orders.addresses_to_tell_in)
        if not told or self._line is None:
            return

        def answered(done: "Future[AddressesKept | Failure]") -> None:
            reply = done.result()
            if isinstance(reply, AddressesKept):
                self.ledger.run(lambda conn: orders.forget_addresses_in(conn, reply.keys))

        self._line.tell_addresses(told).add_done_callback(answered)

    def tell_signatures(self) -> None:
        """Tell the hub how customers signed for goods; from any thread. Said again as `tell_addresses` says it."""
        told = self.ledger.look(signatures.to_tell_in)
        if not told or self._line is None:
            return

        def answered(done: "Future[SignaturesKept | Failure]") -> None:
            reply = done.result()
            if isinstance(reply, SignaturesKept):
                self.ledger.run(lambda conn: signatures.forget_in(conn, reply.marks))

        self._line.tell_signatures(told).add_done_callback(answered)

    def version(self) -> str:
        """The installed version of this program. What reads it comes by name: it brings the mail parser along."""
        return str(import_module("importlib.metadata").version("toonbank"))

    def keep_rights(self) -> None:
        """Give rights back that the hub asks for or nobody uses; from any thread. What the disk refuses is tried again."""
        try:
            self.allocations.keep_house()
            self.orders.keep_house()
        except ShopError as error:
            self._listener.on_trouble(error)

    def keep_lease(self) -> None:
        """Ask for more time when half of the lease is over; from any thread. Only where the store's rights end by themselves."""
        sent = self.ledger.clock.now()
        if not self.counter.settings.stock.lease_minutes or sent.mono_ms < self._lease_due_ms:
            return
        self._lease_due_ms = sent.mono_ms + _LEASE_RETRY_MS

        def answered(done: "Future[LeaseReply | Failure]") -> None:
            reply = done.result()
            if isinstance(reply, LeaseReply) and reply.no:
                self.allocations.note_lease(reply.no, reply.term_ms, reply.grant_no, sent)
                self._lease_due_ms = sent.mono_ms + reply.term_ms // 2

        self.line.ask_lease().add_done_callback(answered)

    def try_sync(self) -> None:
        """A person wants to send and fetch now."""
        self.agent.try_now()

    # the line to the hub

    @property
    def line(self) -> "HubLine":
        """The line to the hub. Its modules (httpx, zeroconf, asyncio) are a fifth of all that a till loads and no scan
        needs them, so they come by name, when first asked for.
        """
        with self._line_lock:
            if self._line is None:
                self._line = import_module(_LINE).HubLine(self._line_needs())
            return self._line

    @property
    def agent(self) -> "Agent":
        """Who sends and fetches."""
        return self.line.agent

    @property
    def help_line(self) -> "HubHelpLine":
        """The kiosk's way to call for a person."""
        return self.line.help_line

    @property
    def help_desk(self) -> "HubHelpDesk":
        """The till's way to answer such a call."""
        return self.line.help_desk

    def _open_devices(self) -> None:
        """Make the devices of the settings; an address that is none is told and done without, so that selling goes on."""
        self.printer: ReceiptPrinter | None = self._device(registry.receipt_printer, self.config.printer)
        self.label_printer: LabelPrinter | None = self._device(registry.label_printer, self.config.label_printer)
        self.scanner: Scanner | None = self._device(registry.scanner, self.config.scanner)
        self.camera: Camera | None = self._device(registry.camera, self.config.camera)
        self.wedge: Scanner | None = self._device(registry.scanner, self.config.wedge)
        self.payment_terminal: PaymentTerminal | None = self._device(registry.payment_terminal, self.config.payment_terminal)

    def _device(self, make: Callable[[str, Tools], D], address: str) -> D | None:
        try:
            return make(address, TOOLS) if address else None
        except AddressRefused as error:
            self._listener.on_trouble(error)
            return None

    def _make_nightly(self) -> Nightly:
        """What is done while nobody looks; its modules come by name with the first thing that is due."""
        target = self.config.backup_folder
        work = partial(import_module, _BACKUPS)
        return Nightly(
            self.folder, self.ledger, self.config.backup_hour,
            (lambda: work().make_apart(self.folder, Path(target))) if target else None,
            lambda: work().look_apart(self.folder), self._listener.on_trouble,
            lambda: int(work().last_made_ms(self.folder, Path(target))) if target else 0,
        )  # fmt: skip

    def _make_services(self) -> None:
        self.counter = Counter(self.ledger, self.catalog)
        self.counter.has_drawer = self.config.drawer
        self.counter.channel = TABLET if self.config.tablet else TILL
        self.session = Session(self.counter, self.config.pin_passes, self.config.pin_memory_kib)
        self.shifts = Shifts(self.counter)
        self.selling = Selling(self.counter)
        self.receipts = Receipts(self.counter, self.printer, self._wake_spooler)
        self.allocations = Allocations(self.counter, self.session, verifier, self._clock_off_ms)
        self.counts = Counts(self.counter)
        self.ordering = Ordering(self.counter, self.selling, self.allocations)
        self.checkout = Checkout(
            self.counter, self.selling, self.receipts, NullFiscalDevice(), self.allocations, self.ordering
        )
        self.cards = CardPay(
            self.counter, self.selling, self.checkout, self.session, self.payment_terminal, lambda work: self.on_counter(work)
        )
        self.cards.print_slip_in, self.cards.on_slip = self.receipts.print_signature_in, self.receipts.wake
        self.tendering = Tendering(self.counter, self.selling, self.checkout)
        self.tendering.connected = self.is_connected
        self.orders = OrderDesk(self.counter, self.allocations)
        self.collecting = CollectDesk(self.counter, self.orders, self.selling, self.receipts)
        self.checkout.give_back_in, self.checkout.check_orders = self.collecting.settle_in, self.collecting.check_due
        self.ordering.on_placed = self.tell_addresses
        self.lookup = Lookup(self.counter, self._contact_ms)
        self.suspending = Suspending(self.counter, self.selling, self.receipts)
        self.returns = Returns(self.counter, self.selling, self.session)
        self.returns.comes_in_hand = self.orders.comes_in_hand
        self.orders_back = OrdersBack(self.counter, self.selling, self.returns)
        self.orders_back.watch(self.checkout)
        self.training = Training(self.counter, self.selling)
        self.voiding = Voiding(self.counter, self.session, self.receipts)
        self.voiding.orders = self.orders
        if self.payment_terminal is not None:
            self.voiding.reverse_cards = self.cards.reverse_sale
        self.customers = Customers(self.counter, self.selling)
        self.new_customers = NewCustomers(self.ledger, lambda: self.line)
        self.customers.on_new = self.new_customers.tell
        self.scans = ScanDesk(self.counter, self.selling, self.ticket_verifiers, self.suspending, self.customers)
        self.scans.orders, self.scans.connected = self.orders, self.is_connected
        self.scans.comes_back = self.orders_back.knows
        self.picking = PickDesk(self.counter, self.orders, self.receipts, self.scans.article_of)
        self.swapping = SwapDesk(self.counter, self.orders, self.picking, self.allocations, self.lookup.variants)
        self.together = Together(self.counter, self.lookup.offer, self.lookup.variants)
        self.parcels = ParcelDesk(
            self.counter, self.orders, self.picking, self.receipts, self.label_printer, self._wake_labels
        )
        self.money = money_desk(
            self.counter, self.session, self.shifts, self.selling, self.receipts, lambda: len(self.suspending.listed()),
            self.cards, self.config.export_folder, sticks,
        )  # fmt: skip

    def _line_needs(self) -> LineNeeds:
        certificate, listener = self.certificate, self._listener
        return LineNeeds(
            certificate.dev, certificate.inc, self._key, self._hub_key, LedgerOutbox(self.ledger),
            Watched(self.ledger, DEVICE, self._on_device_rows), Watched(self.catalog, CATALOG, listener.on_rows),
            self.folder / "chunks", self.config.hub, self._remember_hub, self.pictures,
            _SyncEar(listener, self._on_contact, self.keep_lease),
            self.ledger.clock, self.config.discovery, identity.PapersFile(self.folder),
        )  # fmt: skip

    def _make_spooler(self) -> Spooler | None:
        if self.printer is None:
            return None
        words = self.counter.words
        return Spooler(
            PRINTER, self.printer, self._run, self.counter.now_ms, lambda: secrets.randbelow(1000) / 1000,
            self._listener.on_job, self._listener.on_printer, self._listener.on_trouble,
            SpoolPolicy(copy_text=words("COPY")),
        )  # fmt: skip

    def _make_labels(self) -> tuple[LabelDesk | None, Spooler | None]:
        """A second printer with a spool of its own: labels wait for nobody's receipt, and no receipt waits for labels."""
        if self.label_printer is None:
            return None, None
        listener = self._listener
        spooler = Spooler(
            LABELS, self.label_printer, self._run, self.counter.now_ms, lambda: secrets.randbelow(1000) / 1000, listener.on_job,
            lambda health: None, listener.on_trouble, PATIENT,
        )  # fmt: skip
        return LabelDesk(self.counter, self.label_printer, spooler.wake), spooler

    def _run(self, work: Callable[[Connection], T], /) -> T:
        return self.ledger.run(work)

    def _wake_spooler(self) -> None:
        if self.spooler is not None:
            self.spooler.wake()

    def _wake_labels(self) -> None:
        if self.label_spooler is not None:
            self.label_spooler.wake()

    def _on_device_rows(self, scope: str) -> None:
        self._listener.on_rows(scope)
        self.keep_rights()
        heard = tuple(one.id for one in self.ledger.device_rows(STOPPED, SalesStop))
        if heard != self._stops_heard and self._telling is not None:
            self._telling.now()  # head office waits to see who has heard of it
        self._stops_heard = heard

    def _on_contact(self) -> None:
        self.tell_new_pins()
        self.tell_addresses()
        self.tell_signatures()
        self.new_customers.tell()
        self.keep_rights()
        if self._telling is not None:
            self._telling.now()

    def is_connected(self) -> bool:
        """Whether the hub answered when it was asked last."""
        status = self._sync_status()
        return status is not None and status.reachable is True

    def _contact_ms(self) -> int:
        """When the hub last answered: since the start, else when it last took facts."""
        status = self._sync_status()
        heard_ms = status.last_contact_ms if status is not None else None
        return heard_ms or self.ledger.push_state().last_ms

    def _sync_status(self) -> SyncStatus | None:
        return self._line.agent.status() if self._line is not None else None

    def _clock_off_ms(self) -> int:
        """By how much the clock is off where that stops promises of limited goods, as the agent last measured it; else 0."""
        status = self._sync_status()
        return abs(status.clock_offset_ms) if status is not None and status.clock_stop else 0

    def _printer_health(self) -> Health | None:
        return self.printer.health() if self.printer is not None else None

    def _retry_held(self) -> None:
        if self._telling is not None:
            self._telling.again()

    def _remember_hub(self, address: str) -> None:
        path = self.folder / config.FILE
        old = path.read_text("utf-8") if path.exists() else config.text(self.config)
        write_whole(path, config.change(old, "hub", address).encode())


def _unseen(health: Health) -> None:
    """Nobody looks here."""


def _dropped(work: Callable[[], None]) -> None:
    """Nobody serves here: what a card terminal says is asked again at the next start of a till."""


class _SyncEar:
    """The agent's listener, as the terminal's.

    `on_contact` is called each time the hub is reached again, `on_answer` each time it answered something.
    """

    def __init__(self, listener: Listener, on_contact: Callable[[], None], on_answer: Callable[[], None]) -> None:
        self._listener = listener
        self._on_contact = on_contact
        self._on_answer = on_answer
        self._reachable: bool | None = None

    def on_status(self, status: SyncStatus) -> None:
        """Pass it on."""
        if status.reachable and not self._reachable:
            self._on_contact()
        if status.reachable:
            self._on_answer()
        self._reachable = status.reachable
        self._listener.on_sync(status)


class Silence:
    """A Listener that hears nothing; for commands and tests that ask instead."""

    def on_scan(self, scan: Scan) -> None:
        """Nothing."""

    def on_sync(self, status: SyncStatus) -> None:
        """Nothing."""

    def on_printer(self, health: Health) -> None:
        """Nothing."""

    def on_scanner(self, health: Health) -> None:
        """Nothing."""

    def on_rows(self, scope: str) -> None:
        """Nothing."""

    def on_job(self, moved: JobMoved) -> None:
        """Nothing."""

    def on_trouble(self, error: Exception) -> None:
        """Nothing."""
