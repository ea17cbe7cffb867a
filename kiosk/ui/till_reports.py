"""X and Z reports on the screen: the open shift so far, and those that were closed; each can be printed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.facts import Fact
from kiosk.domain.sheet import Sheet
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.sheet_rows import SheetLine, sheet_lines
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_X = 0


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report to choose: the X report, or a Z report by the number of its fact."""

    key: int
    title: str
    detail: str
    chosen: bool


@QmlElement
class ReportsModel(QObject):
    """The reports of this till's shifts."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows, self._lines = Rows(ReportRow, self), Rows(SheetLine, self)
        self._x: Sheet | None = None
        self._zs: tuple[Fact, ...] = ()
        self._chosen = _X

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """The reports there are."""
        return self._rows

    @Property(QObject, notify=changed)
    def lines(self) -> QObject:
        """The chosen one, line by line."""
        return self._lines

    @Property(str, notify=changed)
    def title(self) -> str:
        """What it is."""
        sheet = self._sheet()
        return f"{sheet.title} {sheet.number}".strip() if sheet else ""

    @Property(bool, notify=changed)
    def isX(self) -> bool:
        """Whether the open shift is shown."""
        return self._chosen == _X

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("reports", self._desk.say("X and Z reports"), "file-text", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialog."""
        key = Qt.Key
        if dialog is not Dialog.REPORTS:
            return None
        return self._stage.close, {
            key.Key_Escape: self._stage.close, key.Key_F6: self.printIt,
            key.Key_Up: lambda: self.step(-1), key.Key_Down: lambda: self.step(1),
        }  # fmt: skip

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """No digits here."""
        return None

    def retell(self) -> None:
        """The language changed: a report that is shown is made anew."""
        if self._x is not None and self._stage.flow.dialog is Dialog.REPORTS:
            self.begin()

    # what a person does

    def begin(self) -> None:
        """Show the open shift so far."""
        reports = self._desk.till_money.reports
        self._desk.bridge.run(lambda: (reports.x(), reports.listed()), self._read, self._stage.refuse)

    @Slot(int)
    def choose(self, key: int) -> None:
        """Another report."""
        self._chosen = key
        self._show()

    def step(self, by: int) -> None:
        """The next one, or the one before."""
        keys = [_X, *(fact.seq for fact in self._zs)]
        self.choose(keys[min(max(keys.index(self._chosen) + by, 0), len(keys) - 1)])

    @Slot()
    def printIt(self) -> None:
        """The chosen one on paper; a Z report as a copy."""
        reports, chosen = self._desk.till_money.reports, self._chosen
        work: Callable[[], object] = reports.print_x if chosen == _X else lambda: reports.print_z(chosen)
        self._desk.bridge.run(work, self._printed, self._stage.refuse)

    # inside

    def _read(self, found: tuple[Sheet, tuple[Fact, ...]]) -> None:
        self._x, self._zs = found
        self._chosen = _X
        self._show()
        self._stage.open(Dialog.REPORTS)

    def _printed(self, _: object) -> None:
        self._stage.tell(self._desk.say("The report is being printed"))

    def _sheet(self) -> Sheet | None:
        fact = next((one for one in self._zs if one.seq == self._chosen), None)
        return self._desk.till_money.reports.z(fact) if fact else self._x

    def _show(self) -> None:
        say = self._desk.say
        rows = [ReportRow(_X, say("X report"), say("The open shift so far"), self._chosen == _X)]
        for fact in self._zs:
            detail = f"{say.date(fact.day)} · {self._desk.money(fact.body['totals']['gross'])}"
            rows.append(ReportRow(fact.seq, fact.body["z_name"], detail, fact.seq == self._chosen))
        self._rows.put(rows)
        sheet = self._sheet()
        self._lines.put(sheet_lines(sheet) if sheet else [])
        self.changed.emit()
