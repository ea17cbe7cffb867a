"""One thing more at the hand-over: what others bought with these goods and lies here, one touch away from the basket."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.services.lookup import Offer
from kiosk.ui import sounds
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class MoreRow:
    """Something to add; `added`: it stands in the basket."""

    key: str
    title: str
    note: str
    added: bool


@QmlElement
class TogetherModel(QObject):
    """Three things at most; nothing where nobody bought anything with it, or while nothing is handed over."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows = Rows(MoreRow, self)
        self._order, self._found = "", tuple[Offer, ...]()
        self._added: set[str] = set()

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """What others bought with it."""
        return self._rows

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether there is nothing to propose."""
        return not self._found

    def rows_shown(self) -> tuple[MoreRow, ...]:
        """The rows as they are shown."""
        return self._rows.rows

    def look(self, order: str) -> None:
        """This order is being handed over; empty: none is."""
        if order == self._order:
            return
        self._order, self._found, self._added = order, (), set()
        self._show()
        desk = self._desk.pickup
        if order and desk is not None:
            self._desk.bridge.search(
                lambda: desk.together.bought_with({part.article for part in desk.orders.view(order).parts}),
                lambda found: self._arrived(order, found), self._stage.refuse,
            )  # fmt: skip

    @Slot(str)
    def add(self, article: str) -> None:
        """One of it goes into the basket, where the order's goods are paid as well."""
        found = next((one.article for one in self._found if one.article.id == article), None)
        if found is not None:
            self._desk.bridge.run(
                lambda: self._desk.selling.add_article(found), lambda _: self._put(article), self._stage.refuse
            )

    def _put(self, article: str) -> None:
        self._desk.sounds.play(sounds.GOOD)
        self._added.add(article)
        self._stage.show(self._desk.selling.priced)
        self._show()

    def _arrived(self, order: str, found: tuple[Offer, ...]) -> None:
        if order == self._order:
            self._found = found
            self._show()

    def _show(self) -> None:
        counter = self._desk.counter
        self._rows.put(
            [
                MoreRow(
                    one.article.id, f"{one.article.name(self._desk.language)} {counter.variant_text(one.article)}".strip(),
                    self._desk.money(one.shelf.asked_minor) if one.shelf is not None else "", one.article.id in self._added,
                )
                for one in self._found
            ]
        )  # fmt: skip
        self.changed.emit()
