"""The self-service kiosk put together: a terminal's services under the kiosk's face."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from drivers.api import Health, Scan
from kiosk.apps.brands import brand_theme
from kiosk.apps.holding import hold_asker
from kiosk.apps.terminal import Terminal
from kiosk.domain.errors import Refused
from kiosk.services.reserving import Reserving
from kiosk.services.selfservice import SelfService, paper_state
from kiosk.services.spooler import JobMoved
from kiosk.store.pictures import PICTURES
from kiosk.ui.bridge import Bridge
from kiosk.ui.kiosk_desk import Desk
from kiosk.ui.kiosk_face import KioskFace
from kiosk.ui.kiosk_model import KioskModel
from kiosk.ui.sounds import Alsa, Sounds, read_clips
from kiosk.ui.theme import Look
from kiosk.ui.wedge import KeyScanner
from sync.agent.ports import SyncStatus

log = logging.getLogger(__name__)


class Ear:
    """The terminal's Listener: hands everything to the kiosk's model on the GUI thread.

    What is heard before the screen stands waits until `attach`, so that nothing is missed.
    """

    def __init__(self) -> None:
        self._bridge: Bridge | None = None
        self._model: KioskModel | None = None
        self._early: list[Callable[[KioskModel], None]] = []
        self.show_pictures: Callable[[], None] = lambda: None

    def attach(self, bridge: Bridge, model: KioskModel) -> None:
        """The screen stands: what was heard before goes there first."""
        self._bridge, self._model = bridge, model
        early, self._early = self._early, []
        for call in early:
            call(model)

    def on_scan(self, scan: Scan) -> None:
        """A scanner read something."""
        self._hand(lambda model: model.on_scan(scan.text, scan.aim))

    def on_sync(self, status: SyncStatus) -> None:
        """How sync is has changed."""
        self._hand(lambda model: model.on_reachable(status.reachable))

    def on_printer(self, health: Health) -> None:
        """How the receipt printer is has changed."""
        self._hand(lambda model: model.on_printer(health.can_print))

    def on_scanner(self, health: Health) -> None:
        """A kiosk shows no sign for its scanner: searching by name is always there."""
        log.info("scanner: %s %s", health.state.value, health.code)

    def on_rows(self, scope: str) -> None:
        """New data from the hub is in, or more of the pictures that it names."""
        if scope == PICTURES:
            self._hand(lambda model: self.show_pictures())
        else:
            self._hand(lambda model: model.on_rows())

    def on_job(self, moved: JobMoved) -> None:
        """A print job came to a new state."""
        key, state = moved.job.idempotency_key, paper_state(moved.job)
        self._hand(lambda model: model.on_paper(key, state))

    def on_trouble(self, error: Exception) -> None:
        """Something failed in the background."""
        log.error("in the background: %s", error, exc_info=error)

    def start_again(self) -> None:
        """Forget the shopper's session; on the GUI thread."""
        if self._model is not None:
            self._model.wipe()

    def _hand(self, call: Callable[[KioskModel], None]) -> None:
        bridge, model = self._bridge, self._model
        if bridge is None or model is None:
            self._early.append(call)
        else:
            bridge.post(lambda: call(model))


def run_kiosk(folder: Path, *, size: tuple[int, int] | None = None, arguments: Sequence[str] = ()) -> int:
    """Open the kiosk of a data folder and stay until its window closes; gives the exit code.

    `size` fixes the window's pixels, for tests and demonstrations; without it the settings decide.
    Raises ShopError for a folder that is in use, not enrolled, or enrolled as a till.
    """
    ear = Ear()
    terminal = Terminal(folder, ear)
    try:
        if terminal.certificate.kind != "kiosk":
            raise Refused("folder.not_a_kiosk", folder=str(folder))
        face, sounds = open_face(terminal, ear, size, arguments)
        terminal.start()
        try:
            return face.application.run()
        finally:
            face.close()
            sounds.close()
    finally:
        terminal.close()


def open_face(terminal: Terminal, ear: Ear, size: tuple[int, int] | None, arguments: Sequence[str]) -> tuple[KioskFace, Sounds]:
    """Put the face over an open terminal."""
    bridge = Bridge(lambda bug: _on_bug(bug, ear))
    sounds = Sounds(Alsa(), read_clips())
    public_key = terminal.certificate.public_key
    service = SelfService(terminal.counter, terminal.receipts, terminal.sign, public_key)
    reserving = Reserving(terminal.counter, service, terminal.allocations, terminal.receipts)
    reserving.on_placed = terminal.tell_addresses
    clock, place = terminal.ledger.clock, terminal.ledger.identity.place
    desk = Desk(
        bridge, terminal.counter, service, terminal.lookup, terminal.help_line, sounds,
        lambda: clock.now().mono_ms, terminal.counter.language, terminal.config.help_place,
        reserving=reserving, ask_hold=hold_asker(lambda: terminal.line, bridge, terminal.is_connected),
    )  # fmt: skip
    look = Look(brand_theme(place.brand), mm_per_px=terminal.config.mm_per_px)
    full_screen = size is None and terminal.config.full_screen
    face = KioskFace(
        desk, look, terminal.pictures.path, _warn,
        arguments=arguments, size=None if full_screen else size or (1080, 1920),
    )  # fmt: skip
    ear.show_pictures = face.application.theme.pictures_arrived
    ear.attach(bridge, face.model)
    if terminal.wedge is not None:
        terminal.wedge.open(ear.on_scan, ear.on_scanner)
        face.listen_to_keys(cast(KeyScanner, terminal.wedge), lambda: clock.now().mono_ms)
    return face, sounds


def _warn(text: str) -> None:
    log.warning("screen: %s", text)


def _on_bug(bug: BaseException, ear: Ear) -> None:
    """A fault of ours: the log has it whole, and the shopper's session begins anew from a clean state."""
    log.error("a fault of the program", exc_info=bug)
    ear.start_again()
