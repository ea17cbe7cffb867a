"""The till: a terminal's services behind the till's face."""

import gc
import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from drivers.api import Health, Scan
from kiosk.apps.asking import customer_asker, order_asker, receipt_asker, street_asker, voucher_asker
from kiosk.apps.brands import brand_theme
from kiosk.apps.terminal import Terminal
from kiosk.domain.errors import ShopError
from kiosk.domain.feed import HelpCall
from kiosk.services.handing import Handing
from kiosk.services.pickup import Pickup
from kiosk.services.spooler import JobMoved
from kiosk.services.stockwork import StockDesk
from kiosk.store.pictures import PICTURES
from kiosk.ui.bridge import Bridge
from kiosk.ui.sounds import Alsa, Sounds, read_clips
from kiosk.ui.theme import Look
from kiosk.ui.till_desk import TillDesk
from kiosk.ui.till_face import BASELINE, TillFace
from sync.agent.ports import SyncStatus

log = logging.getLogger(__name__)


class TillEar:
    """The terminal's listener: hands everything to the GUI thread and returns at once."""

    def __init__(self) -> None:
        self._bridge: Bridge | None = None
        self._face: TillFace | None = None

    def attach(self, bridge: Bridge, face: TillFace) -> None:
        """From now on the screen hears."""
        self._bridge, self._face = bridge, face

    def on_scan(self, scan: Scan) -> None:
        """A scanner read something."""
        if self._bridge and (face := self._face):
            self._bridge.post(lambda: face.till.scanned(scan))

    def on_sync(self, status: SyncStatus) -> None:
        """How sync is has changed."""
        if self._bridge and (face := self._face):
            self._bridge.post(lambda: face.till.status_model.heard_sync(status))

    def on_printer(self, health: Health) -> None:
        """How the printer is has changed."""
        if self._bridge and (face := self._face):
            self._bridge.post(lambda: face.till.status_model.heard_printer(health))

    def on_scanner(self, health: Health) -> None:
        """How the serial scanner is has changed."""
        if self._bridge and (face := self._face):
            self._bridge.post(lambda: face.till.status_model.heard_scanner(health))

    def on_rows(self, scope: str) -> None:
        """New data from the hub is in."""
        if self._bridge and (face := self._face):
            told = face.application.theme.pictures_arrived if scope == PICTURES else lambda: face.till.rows_changed(scope)
            self._bridge.post(told)

    def on_job(self, moved: JobMoved) -> None:
        """A print job came to a new state."""
        if self._bridge and (face := self._face):
            self._bridge.post(face.till.job_moved)

    def on_trouble(self, error: Exception) -> None:
        """Something failed in the background."""
        log.error("in the background: %s", error, exc_info=error)
        if isinstance(error, ShopError) and self._bridge and (face := self._face):
            self._bridge.post(lambda: face.till.refuse(error))


@dataclass(frozen=True, slots=True)
class LateHelpDesk:
    """The terminal's help desk, asked for when a kiosk first calls and not before."""

    terminal: Terminal

    def shown(self, call: HelpCall) -> None:
        """The call is on this till's screen."""
        self.terminal.help_desk.shown(call)

    def answer(self, call: HelpCall, name: str) -> object:
        """Somebody goes there."""
        return self.terminal.help_desk.answer(call, name)


class Background:
    """Starts a terminal's background once, on a thread of its own, so that the window answers meanwhile."""

    def __init__(self, terminal: Terminal, ear: TillEar) -> None:
        self._terminal, self._ear = terminal, ear
        self._thread = threading.Thread(target=self._start, name="starter", daemon=True)
        self._asked = False

    def start(self) -> None:
        """Start it; asked again, it does nothing. Called on the GUI thread only."""
        if not self._asked:
            self._asked = True
            self._thread.start()

    def join(self) -> None:
        """Wait until what was begun has started, so that it can be stopped."""
        if self._asked:
            self._thread.join()

    def _start(self) -> None:
        try:
            self._terminal.start_background()
            # What is loaded now stays: a collection between two scans need not walk it, which takes 25 ms and more.
            gc.collect()
            gc.freeze()
        except Exception as error:  # selling goes on without it, and the log says why
            self._ear.on_trouble(error)


def open_till(terminal: Terminal, ear: TillEar, size: tuple[int, int] | None) -> TillFace:
    """The face of an open terminal, listening; the terminal is not started yet."""
    faces: list[TillFace] = []

    def on_bug(bug: BaseException) -> None:
        log.error("a fault of the program", exc_info=bug)
        for face in faces:
            face.till.refuse(ShopError())

    courtesy = terminal.catalog.courtesy
    bridge = Bridge(on_bug, on_wait=courtesy.waits)
    sounds = Sounds(Alsa(), read_clips())
    counter = terminal.counter
    desk = TillDesk(
        bridge=bridge, counter=counter, session=terminal.session, shifts=terminal.shifts,
        selling=terminal.selling, checkout=terminal.checkout, receipts=terminal.receipts,
        lookup=terminal.lookup, scans=terminal.scans, suspending=terminal.suspending, sounds=sounds, paper=terminal.spooler,
        help_desk=LateHelpDesk(terminal), help_calls=terminal.help_calls, tell_new_pins=terminal.tell_new_pins,
        try_sync=terminal.try_sync, till_money=terminal.money, stock=StockDesk(counter, terminal.session, terminal.receipts),
        language=counter.language, upkeep=terminal.upkeep,
        ask_receipt=receipt_asker(lambda: terminal.line, bridge),
        ask_voucher=voucher_asker(lambda: terminal.line, bridge, terminal.is_connected),
        version=terminal.version, returns=terminal.returns, voiding=terminal.voiding,
        training=terminal.training, cards=terminal.cards, tenders=terminal.tendering,
        customers=terminal.customers, ordering=terminal.ordering, orders=terminal.orders,
        ask_customers=customer_asker(lambda: terminal.line, bridge),
        pickup=Pickup(
            terminal.orders, terminal.picking, terminal.collecting, terminal.swapping, terminal.parcels, terminal.together
        ),
        orders_back=terminal.orders_back,
        ask_orders=order_asker(lambda: terminal.line, bridge), labels=terminal.labels, camera=terminal.camera,
        tablet=terminal.config.tablet,
        handing=Handing(counter, terminal.selling, terminal.sign, terminal.certificate.public_key),
        ask_street=street_asker(lambda: terminal.line, bridge, terminal.is_connected),
    )  # fmt: skip
    brand, settings = brand_theme(terminal.certificate.place.brand), terminal.config
    look = Look(brand, mm_per_px=settings.mm_per_px, key_caps=not settings.tablet)
    face = TillFace(desk, look, terminal.pictures.path, log.warning, size=size)
    faces.append(face)
    if terminal.config.customer_display:
        face.show_display()
    terminal.on_counter = lambda work: bridge.post(lambda: bridge.run(work, lambda _: None, face.till.refuse))
    terminal.on_camera = lambda health: bridge.post(lambda: face.till.camera_model.heard(health))
    face.when_served(courtesy.served)
    ear.attach(bridge, face)
    if terminal.wedge is not None:
        terminal.wedge.open(ear.on_scan, lambda health: None)
        face.listen_to_keys(terminal.wedge, _monotonic_ms, courtesy.waits)  # type: ignore[arg-type]
    return face


def run_till(folder: Path, size: tuple[int, int] | None = BASELINE) -> int:
    """Open the till of a folder and serve until its window closes; gives the exit code. Raises ShopError."""
    ear = TillEar()
    terminal = Terminal(folder, ear)
    try:
        face = open_till(terminal, ear, None if terminal.config.full_screen else size)
        terminal.look_at_clock()
        background = Background(terminal, ear)
        # What sells is there; what syncs takes long to load, and waits until the screen is painted.
        face.when_painted(background.start)
        try:
            return face.application.run()
        finally:
            background.join()
            face.close()
    finally:
        terminal.close()


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000
