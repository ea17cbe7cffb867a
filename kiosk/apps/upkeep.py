"""The terminal's upkeep: its readiness and its held work in one hand, for the screens and for what is told to the hub."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.api import Health
from kiosk.domain.exceptions import Waiting
from kiosk.domain.readiness import Board, TerminalState
from kiosk.services.counter import Counter
from kiosk.services.exceptions import Exceptions, refusal_of
from kiosk.services.readiness import Outside, Readiness
from kiosk.services.session import Session
from kiosk.store.folder import write_whole
from kiosk.store.held import HeldAtHub
from sync.protocol.messages import from_json, to_json


@dataclass(frozen=True, slots=True)
class Near:
    """What an upkeep asks for when it looks: how sync and the printer are (None: not known), and the way to the hub."""

    sync: Callable[[], Any]
    printer: Callable[[], Health | None]
    has_printer: bool
    retry: Callable[[], None]


WAITING_MAX = 100
STATE_FILE = "state.json"
"""What the terminal last told, for who looks at its folder."""


class Upkeep:
    """The readiness board and the exception queue of one terminal; see kiosk.services.readiness and .exceptions."""

    def __init__(self, counter: Counter, session: Session, folder: Path, key_until_ms: int, near: Near) -> None:
        self._counter = counter
        self._near = near
        self._session = session
        self._folder = folder
        self._exceptions = Exceptions(counter, session)
        self._readiness = Readiness(counter, folder, key_until_ms)

    def look(self) -> tuple[Board, tuple[Waiting, ...]]:
        """The board and what waits, as things are now. Reads the disk: not on the window's thread."""
        sync = self._near.sync()
        waiting = self._exceptions.waiting(refusal_of(sync))
        outside = Outside(sync, self._near.printer(), self._near.has_printer)
        return self._readiness.board(outside, waiting), waiting

    def write_off(self, item_id: str, approver: str, pin: str, note: str) -> None:
        """Leave a held fact out for good; see Exceptions.write_off."""
        self._exceptions.write_off(item_id, approver, pin, note)

    def retry(self) -> None:
        """Have held facts tried again at the hub; returns at once."""
        self._near.retry()

    # what is told to the hub

    def state(self, app: str) -> TerminalState:
        """How the terminal is now, for the hub; what the hub holds itself is not told back to it."""
        board, waiting = self.look()
        now_ms, hub = self._counter.now_ms(), self._hub_state()
        write_whole(self._folder / STATE_FILE, to_json(TerminalState(now_ms, app, board, waiting, len(waiting), hub)))
        own = tuple(one for one in waiting if one.kind != "held")
        rev = self._counter.ledger.cursor().rev
        return TerminalState(now_ms, app, board, own[:WAITING_MAX], len(own), hub, rev)

    def _hub_state(self) -> str:
        sync = self._near.sync()
        return str(sync.hub_state) if sync is not None and sync.last_contact_ms is not None else ""

    def heard(self, held: list[HeldAtHub]) -> None:
        """Remember what the hub holds of this terminal, and that it answered."""
        self._exceptions.heard(held)
        self._session.heard()


def last_told(folder: Path) -> TerminalState | None:
    """How a terminal was when it last looked at itself; None when it never did, or another version wrote it."""
    try:
        return from_json((folder / STATE_FILE).read_bytes(), TerminalState)
    except (OSError, ValueError):
        return None
