"""Finding goods for stock work without a scan: by name, number or the beginning of a code; every variant by itself."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cardnumbers import is_swipe
from kiosk.domain.errors import Refused
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import TillDesk
from kiosk.ui.till_stockrows import FoundRow, face_of

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

_RESULTS = 12
_LETTERS_MIN = 2


@QmlElement
class StockSearchModel(QObject):
    """A field and what it finds. `wanted` asks the view to put the keyboard into it."""

    changed = Signal()
    wanted = Signal()
    refused = Signal(object)

    def __init__(
        self, desk: TillDesk, take: Callable[[str], None], read: Callable[[str], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._take, self._read = desk, take, read
        self._rows = Rows(FoundRow, self, in_place=True)
        self._query, self._asked, self._place = "", 0, 0
        self._answered = False

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """What was found, best first."""
        return self._rows

    @Property(str, notify=changed)
    def query(self) -> str:
        """What is searched for."""
        return self._query

    @Property(bool, notify=changed)
    def isSearching(self) -> bool:
        """Whether results are shown in place of the lines."""
        return self.is_searching()

    @Property(bool, notify=changed)
    def foundNothing(self) -> bool:
        """Whether the search is over and found nothing."""
        return self._answered and not self._rows.rows

    def is_searching(self) -> bool:
        """Whether enough is typed to search."""
        return len(self._query.strip()) >= _LETTERS_MIN

    @Slot(str)
    def search(self, text: str) -> None:
        """What is typed so far; answers to older questions are dropped, and so is a bank card that is swiped into the field."""
        if is_swipe(text):
            self.refused.emit(Refused("scan.card"))
            text = ""
        self._query, self._place = text, 0
        self._asked += 1
        asked = self._asked
        if self.is_searching():
            self._desk.bridge.search(lambda: self._look(text), lambda rows: self._found(asked, rows))
        else:
            self._answered = False
            self._rows.put([])
        self.changed.emit()

    @Slot()
    def enter(self) -> None:
        """The marked result; what finds nothing is taken for a code."""
        rows, text = self._rows.rows, self._query.strip()
        if rows:
            self.take(rows[min(self._place, len(rows) - 1)].key)
        elif text:
            self.search("")
            self._read(text)

    @Slot(str)
    def take(self, article: str) -> None:
        """A result was chosen."""
        self.search("")
        self._take(article)

    @Slot(int)
    def move(self, by: int) -> None:
        """The next result, or the one before."""
        self._place = min(max(self._place + by, 0), max(0, len(self._rows.rows) - 1))
        self._mark(list(self._rows.rows))

    def _look(self, text: str) -> list[FoundRow]:
        counter = self._desk.counter
        faces = [
            (article.id, face_of(article, counter.variant_text(article), self._desk.language))
            for article in self._desk.lookup.every(text, _RESULTS)
        ]
        return [FoundRow(key, face.title, face.detail, face.picture, False) for key, face in faces]

    def _found(self, asked: int, rows: list[FoundRow]) -> None:
        if asked == self._asked:
            self._answered = True
            self._mark(rows)

    def _mark(self, rows: list[FoundRow]) -> None:
        marked = [FoundRow(one.key, one.title, one.detail, one.picture, n == self._place) for n, one in enumerate(rows)]
        self._rows.put(marked)
        self.changed.emit()
