"""The shopper's basket and the ticket that is made of it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE
from kiosk.services.selfservice import IssuedTicket, PaperState
from kiosk.ui import sounds
from kiosk.ui.kiosk_desk import Desk
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.kiosk_words import LineRow, count_text, line_row, paper_icon, paper_text

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class KioskBasketModel(QObject):
    """What the shopper wants to take along, and the ticket once it is made.

    `told` brings a short message, and whether it speaks of something that can be undone.
    """

    fixed = Signal()  # never sent: what it stands for stays, and the lint knows no constants
    changed = Signal()
    ticketChanged = Signal()
    ticketMade = Signal()
    refused = Signal(object)
    told = Signal(str, bool)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = Rows(LineRow, self)
        self._priced = desk.selfservice.priced
        self._can_undo = False
        self._busy = False
        self._ticket: IssuedTicket | None = None
        self._paper = PaperState.NONE
        self._printer_works = False

    # changing

    def add(self, article: str, code: str, quantity_milli: int) -> None:
        """Put something in; it says so when it is in."""
        service, say = self._desk.selfservice, self._desk.say

        def work() -> PricedCart:
            if code:
                return service.add_code(code, quantity_milli)
            return service.add_article(article, quantity_milli)

        def done(priced: PricedCart) -> None:
            self._show(priced)
            self._desk.sounds.play(sounds.GOOD)
            name = next((x.line.name for x in priced.lines if x.line.article == article), "")
            self.told.emit(say("{name} is in your basket", name=name), False)

        self._desk.bridge.run(work, done, self.refused.emit)

    @Slot(int)
    def more(self, line: int) -> None:
        """One more of a line."""
        self._change(line, ONE)

    @Slot(int)
    def less(self, line: int) -> None:
        """One less of a line; the last one takes it out."""
        self._change(line, -ONE)

    @Slot(int)
    def remove(self, line: int) -> None:
        """Take a line out; it can be brought back."""
        name = next((x.line.name for x in self._priced.lines if x.line.line == line), "")
        service, say = self._desk.selfservice, self._desk.say

        def done(priced: PricedCart) -> None:
            self._show(priced)
            self.told.emit(say("{name} is taken out", name=name), True)

        self._desk.bridge.run(lambda: service.remove(line), done, self.refused.emit)

    @Slot()
    def undo(self) -> None:
        """Bring back what was changed last."""
        say = self._desk.say

        def done(priced: PricedCart) -> None:
            self._show(priced)
            self.told.emit(say("Undone"), False)

        self._desk.bridge.run(self._desk.selfservice.undo, done, self.refused.emit)

    def use_language(self, language: str) -> None:
        """The basket in another language."""
        service = self._desk.selfservice
        self._desk.bridge.run(lambda: service.use_language(language), self._show)

    def refresh(self) -> None:
        """Prices of now."""
        self._desk.bridge.run(self._desk.selfservice.refresh, self._show)

    def wipe(self, then: Callable[[], None]) -> None:
        """Forget the basket and the ticket at once; `then` follows when the services forgot too."""
        self._ticket, self._paper = None, PaperState.NONE

        def done(priced: PricedCart) -> None:
            self._show(priced)
            then()

        self._rows.put(())
        self._desk.bridge.run(self._desk.selfservice.wipe, done)
        self.ticketChanged.emit()

    def state(self) -> dict[str, object]:
        """What a shopper left here."""
        return {
            "basket.lines": self._rows.rows,
            "basket.priced": replace(self._priced, priced_at_ms=0),
            "basket.undo": self._can_undo,
            "ticket": self._ticket,
            "ticket.paper": self._paper,
        }

    # the ticket

    @Slot()
    def makeTicket(self) -> None:
        """Make a ticket of the basket: printed where a printer works, on the screen in any case."""
        if self._busy or self._priced.cart.is_empty:
            return
        self._busy = True
        on_paper = self._printer_works

        def done(ticket: IssuedTicket) -> None:
            self._busy = False
            self._ticket = ticket
            self._paper = PaperState.PRINTING if ticket.job else PaperState.NONE
            self._show(ticket.priced)
            self._desk.sounds.play(sounds.DONE)
            self.ticketChanged.emit()
            self.ticketMade.emit()

        def failed(error: ShopError) -> None:
            self._busy = False
            self.refused.emit(error)

        service = self._desk.selfservice
        self._desk.bridge.run(lambda: service.issue_ticket(on_paper=on_paper), done, failed)

    def drop_ticket(self) -> None:
        """The shopper goes on shopping: the next ticket is another one."""
        if self._ticket is not None:
            self._desk.bridge.run(self._desk.selfservice.drop_ticket, lambda _: None)
        self._ticket, self._paper = None, PaperState.NONE
        self.ticketChanged.emit()

    def on_printer(self, works: bool) -> None:
        """Whether the printer would print a ticket now."""
        self._printer_works = works

    def on_paper(self, job: str, state: PaperState) -> None:
        """How a print job is; only this ticket's matters."""
        if self._ticket is not None and self._ticket.job and job == self._ticket.job:
            self._paper = state
            self.ticketChanged.emit()

    @property
    def ticket(self) -> IssuedTicket | None:
        """The ticket on the screen, or None."""
        return self._ticket

    @Property(str, notify=ticketChanged)
    def ticketNumber(self) -> str:
        """The number for people."""
        return self._ticket.number if self._ticket else ""

    @Property(str, notify=ticketChanged)
    def ticketSource(self) -> str:
        """The address of the picture of its code."""
        return f"image://kioskticket/{self._ticket.id}" if self._ticket else ""

    @Property(str, notify=ticketChanged)
    def paperText(self) -> str:
        """Whether it is on paper too. It never says printed before the printer said so."""
        return paper_text(self._paper, self._desk.say)

    @Property(str, notify=ticketChanged)
    def paperIcon(self) -> str:
        """The icon beside it."""
        return paper_icon(self._paper)

    # what is shown

    @Property(QObject, notify=fixed)
    def rows(self) -> QObject:
        """The lines."""
        return self._rows

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether there is nothing in it."""
        return self._priced.cart.is_empty

    @Property(bool, notify=changed)
    def canUndo(self) -> bool:
        """Whether the last change can be taken back."""
        return self._can_undo

    @Property(str, notify=changed)
    def countText(self) -> str:
        """How much is in it, in words."""
        return count_text(self._priced, self._desk.say)

    @Property(str, notify=changed)
    def badge(self) -> str:
        """How much is in it, as a figure; empty for nothing."""
        return str(self._priced.pieces) if self._priced.pieces else ""

    @Property(str, notify=changed)
    def goods(self) -> str:
        """What the goods cost without deposit."""
        return self._desk.say.money(self._priced.goods_minor)

    @Property(str, notify=changed)
    def deposit(self) -> str:
        """The deposit, or nothing."""
        minor = self._priced.deposit_minor
        return self._desk.say.money(minor) if minor else ""

    @Property(str, notify=changed)
    def total(self) -> str:
        """What it costs with deposit."""
        return self._desk.say.money(self._priced.total_minor)

    def _change(self, line: int, by_milli: int) -> None:
        service = self._desk.selfservice

        def work() -> tuple[PricedCart, bool]:
            # On the counter's thread, where the quantity is: two quick touches are two more.
            now = service.priced.cart.find(line).quantity_milli
            return service.set_quantity(line, now + by_milli), now + by_milli <= 0

        def done(result: tuple[PricedCart, bool]) -> None:
            priced, gone = result
            name = next((x.line.name for x in self._priced.lines if x.line.line == line), "")
            self._show(priced)
            if gone:
                self.told.emit(self._desk.say("{name} is taken out", name=name), True)

        self._desk.bridge.run(work, done, self.refused.emit)

    def _show(self, priced: PricedCart) -> None:
        self._priced = priced
        self._can_undo = self._desk.selfservice.can_undo
        self._rows.put([line_row(line, self._desk.say) for line in priced.lines])
        self.changed.emit()
