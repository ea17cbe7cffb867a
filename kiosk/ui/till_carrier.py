"""Parcels that wait for their carrier: ticked off by scanning what goes along, and given away by a list."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.parcel import is_sscc, scanned, spaced
from kiosk.services.parceldesk import Waits
from kiosk.ui import sounds
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel; `ticked`: it goes along. `chosen` is where the keyboard is."""

    key: str
    title: str
    detail: str
    ticked: bool
    chosen: bool


@QmlElement
class CarrierModel(QObject):
    """The parcels of the store. `given` after a carrier took some."""

    changed = Signal()
    given = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows = Rows(ParcelRow, self)
        self._waiting: tuple[Waits, ...] = ()
        self._ticked: set[str] = set()
        self._at = 0

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """The parcels, the oldest first."""
        return self._rows

    @Property(str, notify=changed)
    def giveText(self) -> str:
        """What the carrier takes: all, or what was ticked; empty while nothing waits."""
        say, count = self._desk.say, len(self._waiting)
        if self._ticked:
            return say("Given to the carrier: {n} of {count}", n=len(self._ticked), count=count)
        return say("Given to the carrier: all {count}", count=count) if count else ""

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def rows_shown(self) -> tuple[ParcelRow, ...]:
        """The parcels as they are shown."""
        return self._rows.rows

    def keys(self) -> Keys:
        """What the keyboard does while they are shown."""
        key = Qt.Key
        return self.tickHere, {
            key.Key_Up: lambda: self._step(-1), key.Key_Down: lambda: self._step(1), key.Key_F9: self.give,
        }  # fmt: skip

    def show(self, waiting: tuple[Waits, ...]) -> None:
        """These wait now."""
        self._waiting = waiting
        self._ticked &= {one.parcel.number for one in waiting}
        self._show()

    def takes(self, text: str) -> bool:
        """A scan of a parcel's label: it goes along; gives whether it was one."""
        number = scanned(text)
        if number not in {one.parcel.number for one in self._waiting}:
            return False
        self._ticked.add(number)
        self._desk.sounds.play(sounds.GOOD)
        self._show()
        return True

    @Slot(str)
    def tick(self, number: str) -> None:
        """It goes along, or after all not."""
        self._ticked ^= {number}
        self._at = next((n for n, one in enumerate(self._waiting) if one.parcel.number == number), 0)
        self._show()

    @Slot()
    def tickHere(self) -> None:
        """The one where the keyboard is."""
        if self._waiting:
            self.tick(self._waiting[min(self._at, len(self._waiting) - 1)].parcel.number)

    @Slot()
    def give(self) -> None:
        """The carrier takes what was ticked, or all of it; a list comes out."""
        desk, numbers = self._desk.pickup, set(self._ticked) or {one.parcel.number for one in self._waiting}
        if desk is not None:
            self._desk.bridge.run(lambda: desk.parcels.hand_over(numbers), self._given, self._stage.refuse)

    def _given(self, count: int) -> None:
        self._ticked = set()
        self._desk.sounds.play(sounds.DONE)
        self._stage.tell(self._desk.say("1 parcel is with the carrier") if count == 1
                         else self._desk.say("{count} parcels are with the carrier", count=count))  # fmt: skip
        self.given.emit()

    def _step(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), max(0, len(self._waiting) - 1))
        self._show()

    def _show(self) -> None:
        say = self._desk.say
        rows = []
        for n, one in enumerate(self._waiting):
            pieces = one.parcel.pieces
            items = say("1 piece") if pieces == 1 else say("{count} pieces", count=pieces)
            number = one.parcel.number
            rows.append(ParcelRow(number, spaced(number) if is_sscc(number) else number, f"{one.view.number} · {items}",
                                  number in self._ticked, n == min(self._at, len(self._waiting) - 1)))  # fmt: skip
        self._rows.put(rows)
        self.changed.emit()
