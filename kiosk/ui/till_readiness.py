"""How long this till can work without the network, and why: the readiness board as finished text."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.domain.readiness import Board, State
from kiosk.domain.readiness import Row as BoardRow
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

ICONS = {State.OK: "check-circle", State.UNKNOWN: "help", State.WARN: "alert-triangle", State.STOP: "alert-octagon"}


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One line of the board; `standing` is its state by name, so that no colour has to say it alone."""

    key: str
    title: str
    text: str
    icon: str
    standing: str
    warns: bool
    stops: bool


@QmlElement
class ReadinessModel(QObject):
    """The readiness board of this till."""

    changed = Signal()

    def __init__(self, desk: TillDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = Rows(ReadyRow, self)
        self._board: Board | None = None

    def show(self, board: Board) -> None:
        """This is how it is now."""
        self._board = board
        self._rows.put([self._row(row) for row in board.rows])
        self.changed.emit()

    def retell(self) -> None:
        """The language changed."""
        if self._board is not None:
            self.show(self._board)

    @Property(str, notify=changed)
    def head(self) -> str:
        """How long it can work."""
        if self._board is None:
            return self._desk.say("Looking…")
        return self._desk.say.ready(self._board.hours, stopped=self._board.hours == 0)

    @Property(str, notify=changed)
    def because(self) -> str:
        """What sets the limit; empty where nothing does."""
        row = self._board.row if self._board is not None else None
        return self._told(row) if row is not None else ""

    @Property(str, notify=changed)
    def icon(self) -> str:
        """How all of it is."""
        return ICONS[self._board.state] if self._board is not None else ICONS[State.UNKNOWN]

    @Property(str, notify=changed)
    def kind(self) -> str:
        """How grave it is: info, warn or bad."""
        state = self._board.state if self._board is not None else State.UNKNOWN
        return {State.WARN: "warn", State.STOP: "bad"}.get(state, "info")

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """The board, line by line."""
        return self._rows

    def _row(self, row: BoardRow) -> ReadyRow:
        say = self._desk.say
        title, standing = say.sentence(f"ready.title.{row.key}"), say.sentence(f"ready.state.{row.state.value}")
        grave = row.state in (State.WARN, State.STOP)
        return ReadyRow(row.key, title, self._told(row), ICONS[row.state], standing, grave, row.state is State.STOP)

    def _told(self, row: BoardRow) -> str:
        place = self._desk.counter.ledger.identity.place
        return self._desk.say.told(row.code, row.values, place.zone, place.currency)
