"""Goods of an order that are not there: what to propose to its customer in their place, and what they say to it."""

from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.orderasking import AWAY, NO, YES
from kiosk.domain.orderswap import HERE, MAIL, PHONE
from kiosk.services.swapdesk import Proposal, SwapPrice
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Action

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

SHOWN_MAX = 4


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """An article to propose; `note` is what it costs compared with the promise."""

    key: str
    title: str
    note: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Something that a customer may say; the first has Enter."""

    key: str
    title: str
    iconName: str
    keyCap: str
    kind: str


@QmlElement
class MissingModel(QObject):
    """What is proposed for the goods that are missing. `answered` gives one of YES, NO, AWAY, HEARD, or nothing: not asked."""

    changed = Signal()
    answered = Signal(str)

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows, self._answers = Rows(ProposalRow, self), Rows(AnswerRow, self)
        self._found: tuple[Proposal, ...] = ()
        self._order, self._line, self._milli, self._asked = "", 0, 0, 0
        self.article, self.is_dearer = "", False
        self._name, self._price = "", SwapPrice(0, 0)

    # what is shown

    @Property(QObject, notify=changed)
    def proposals(self) -> QObject:
        """What is here of the same style."""
        return self._rows

    @Property(QObject, notify=changed)
    def answers(self) -> QObject:
        """What the customer may say."""
        return self._answers

    @Property(str, notify=changed)
    def proposedText(self) -> str:
        """What is proposed, and what it costs them; empty while nothing is."""
        return f"{self._name} · {self._cost(self._price)}" if self.article else ""

    @Property(str, notify=changed)
    def dearerText(self) -> str:
        """That it is dearer by itself, for the customer to agree to; empty where it is not."""
        say, more = self._desk.say, self._price.more_minor
        return say("The customer pays its own price: {money} more", money=self._desk.money(more)) if self.article and more else ""

    @Property(bool, notify=changed)
    def isDearer(self) -> bool:
        """Whether they agreed to that."""
        return self.is_dearer

    def answers_shown(self) -> tuple[AnswerRow, ...]:
        """The answers as they are shown."""
        return self._answers.rows

    def rows_shown(self) -> tuple[ProposalRow, ...]:
        """The proposals as they are shown."""
        return self._rows.rows

    def keys(self) -> dict[Qt.Key, Action]:
        """What the keyboard does beside what counts."""
        key = Qt.Key
        return {key.Key_Up: lambda: self.step(-1), key.Key_Down: lambda: self.step(1), key.Key_F4: self.dearer}

    # what a person does

    def begin(self, order: str, line: int, quantity_milli: int) -> None:
        """So much (thousandths) of a line is not there."""
        if (order, line) != (self._order, self._line) or not quantity_milli:
            self.article, self.is_dearer = "", False
        self._order, self._line, self._milli = order, line, quantity_milli
        self._asked += 1
        desk, asked = self._desk.pickup, self._asked
        if desk is not None and quantity_milli:
            self._desk.bridge.run(
                lambda: desk.swapping.proposals(order, line, quantity_milli), lambda found: self._arrived(asked, found),
                self._stage.refuse,
            )  # fmt: skip
            if self.article:
                self._look_up(self.article)
        self._show()

    def end(self) -> None:
        """Nothing is missing any more."""
        self._found, self.article, self.is_dearer, self._order = (), "", False, ""
        self._show()

    @Slot(str)
    def propose(self, article: str) -> None:
        """An article was tapped or scanned, to be proposed; the same one once more: after all not."""
        if article == self.article:
            self.article, self.is_dearer = "", False
            self._show()
            return
        self._look_up(article)

    def _look_up(self, article: str) -> None:
        desk, order, line, milli = self._desk.pickup, self._order, self._line, self._milli
        if desk is not None and order and milli:
            self._desk.bridge.run(
                lambda: desk.swapping.price(order, line, milli, article), lambda price: self._priced(article, price),
                self._stage.refuse,
            )  # fmt: skip

    @Slot()
    def dearer(self) -> None:
        """The customer agrees to its own price, or after all not."""
        self.is_dearer = not self.is_dearer and self._price.more_minor > 0
        self._show()

    def step(self, by: int) -> None:
        """The next proposal."""
        keys = [one.article for one in self._found[:SHOWN_MAX]]
        if keys:
            place = keys.index(self.article) if self.article in keys else -1 if by > 0 else len(keys)
            self._look_up(keys[min(max(place + by, 0), len(keys) - 1)])

    @Slot()
    def enter(self) -> None:
        """The likeliest answer."""
        self.answer(self._answers.rows[0].key)

    @Slot(str)
    def answer(self, answer: str) -> None:
        """What the customer says."""
        self.answered.emit(answer)

    # inside

    def _arrived(self, asked: int, found: tuple[Proposal, ...]) -> None:
        if asked == self._asked:
            self._found = found
            self._show()

    def _priced(self, article: str, price: SwapPrice) -> None:
        counter = self._desk.counter
        found = counter.catalog.article(article)
        self._name = f"{found.name(self._desk.language)} {counter.variant_text(found)}".strip() if found else article
        self.article, self._price, self.is_dearer = article, price, False
        self._show()

    def _cost(self, price: SwapPrice) -> str:
        less = price.promised_minor - price.asked_minor
        return self._desk.say("{money} less", money=self._desk.money(less)) if less else self._desk.say("for what was promised")

    def _show(self) -> None:
        say, counter = self._desk.say, self._desk.counter
        rows = []
        for one in self._found[:SHOWN_MAX]:
            article = counter.catalog.article(one.article)
            short = counter.variant_text(article) if article is not None else ""
            rows.append(ProposalRow(one.article, short or one.name, self._cost(one.price), one.article == self.article))
        self._rows.put(rows)
        agreed = [
            (PHONE, say("Agreed by phone"), "phone"), (HERE, say("Agreed at the counter"), "user"),
            (MAIL, say("Agreed by mail"), "check"), (NO, say("The customer does not want that"), "x"),
        ]  # fmt: skip
        alone = [
            ("", say("Not asked"), "minus"), (YES, say("The customer waits for it"), "clock"),
            (NO, say("The customer does not wait"), "x"), (AWAY, say("Not reached"), "phone"),
        ]  # fmt: skip
        self._answers.put(
            [
                AnswerRow(key, title, icon, "" if n else "Enter", "secondary" if n else "primary")
                for n, (key, title, icon) in enumerate(agreed if self.article else alone)
            ]
        )
        self.changed.emit()
