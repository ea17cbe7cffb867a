"""Goods of the basket that a sales stop means or may mean: somebody looks at them, or takes them out."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import ShopError
from kiosk.domain.pricing import PricedCart
from kiosk.domain.salesstop import DESTROY, KEEP, LISTED, OTHER, SEND_BACK, SalesStop, Verdict
from kiosk.services.goods import Goods, goods_of
from kiosk.services.stops import Caught, StopDesk
from kiosk.text import Words
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog, Screen
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


def handling_text(stop: SalesStop, say: Words) -> str:
    """What becomes of goods that were taken off the shelf."""
    texts = {KEEP: say("Keep it apart"), SEND_BACK: say("Send it back"), DESTROY: say("Destroy it")}
    return texts.get(stop.handling, stop.handling)


def ground_text(stop: SalesStop) -> str:
    """Why, with the law where one says so."""
    return f"{stop.reason} ({stop.law})" if stop.law else stop.reason


@QmlElement
class StopModel(QObject):
    """One line of the basket after another that must not, or may not, be sold. Put off until paying by Esc."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._stops = StopDesk(desk.counter, desk.selling)
        self._caught: Caught | None = None
        self._later: set[tuple[str, int, str, int]] = set()
        self._error: ShopError | None = None

    @Property(bool, notify=changed)
    def isLook(self) -> bool:
        """Whether somebody has to look; else it must not be sold."""
        return self._asks

    @Property(str, notify=changed)
    def subject(self) -> str:
        """Which goods."""
        line = self._caught.line if self._caught else None
        return " ".join(part for part in (line.name, line.variant) if part) if line else ""

    @Property(str, notify=changed)
    def numbers(self) -> str:
        """The batches and numbers that are meant; empty: all of it."""
        return "   ".join(self._caught.stop.numbers) if self._caught else ""

    @Property(str, notify=changed)
    def ground(self) -> str:
        """Why it must not be sold."""
        return ground_text(self._caught.stop) if self._caught else ""

    @Property(str, notify=changed)
    def handling(self) -> str:
        """What becomes of it."""
        return handling_text(self._caught.stop, self._desk.say) if self._caught else ""

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why an answer was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """Nothing: it comes by itself."""
        return ()

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does. Enter answers no question, it follows a scan too easily: it says how to answer."""
        if dialog is not Dialog.STOP:
            return None
        return (self._say_how if self._asks else self.takeOut), {Qt.Key.Key_Escape: self.later}

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """The answers by their number."""
        return self._answer_by if dialog is Dialog.STOP and self._asks else None

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """The code with the batch was scanned: it answers by itself. Other scans wait, as behind any dialog."""
        if dialog is not Dialog.STOP or not self._asks:
            return False
        try:
            goods = goods_of(self._desk.counter, text)
        except ShopError:
            return False
        if self._caught is None or goods.article.id != self._caught.line.article or not (goods.batch or goods.serial):
            return False
        self._read(goods, self._caught)
        return True

    def retell(self) -> None:
        """The language changed."""
        self.changed.emit()

    # what happens

    def watch(self) -> None:
        """The basket or the stops changed: ask what is not put off, where nothing else is open."""
        flow = self._stage.flow
        if flow.screen is Screen.SALE and flow.dialog is Dialog.NONE and not self._desk.selling.locked:
            self._ask([one for one in self._found() if _key(one, self._sale) not in self._later])

    def begin(self) -> None:
        """Somebody wants to pay: ask what is open, also what was put off."""
        self._ask(self._found())

    @Slot()
    def another(self) -> None:
        """It is another number: the goods are sold."""
        self._answer(OTHER)

    @Slot()
    def takeOut(self) -> None:
        """It is one of those, or all of it is meant: out of the sale."""
        if self._asks:
            self._answer(LISTED)
        elif self._caught is not None:
            line = self._caught.line.line
            self._desk.bridge.run(lambda: self._desk.selling.remove(line), self._answered, self._refused)

    @Slot()
    def later(self) -> None:
        """Not now; it is asked again before anybody pays."""
        if self._caught is not None:
            self._later.add(_key(self._caught, self._sale))
        self._stage.close()
        self.watch()

    # inside

    @property
    def _asks(self) -> bool:
        return self._caught is not None and self._caught.verdict is Verdict.LOOK

    @property
    def _sale(self) -> str:
        return self._desk.selling.priced.cart.sale

    def _found(self) -> list[Caught]:
        return list(self._stops.caught(self._desk.selling.priced.cart)) if self._desk.counter.stops else []

    def _ask(self, found: Sequence[Caught]) -> None:
        self._caught, self._error = (found[0] if found else None), None
        self.changed.emit()
        if self._caught is not None:
            self._desk.sounds.play(sounds.REFUSED)
            self._stage.open(Dialog.STOP)

    def _say_how(self) -> None:
        self._refused(ShopError("stop.say"))

    def _answer_by(self, digit: str) -> None:
        if digit in "12":
            (self.another if digit == "1" else self.takeOut)()

    def _read(self, goods: Goods, caught: Caught) -> None:
        listed = {number.upper() for number in caught.stop.numbers}
        self._answer(LISTED if {goods.batch.upper(), goods.serial.upper()} & listed else OTHER)

    def _answer(self, seen: str) -> None:
        if self._caught is None:
            return
        line, stop = self._caught.line.line, self._caught.stop.id
        self._desk.bridge.run(lambda: self._stops.answer(line, stop, seen), self._answered, self._refused)

    def _answered(self, priced: PricedCart) -> None:
        self._caught = None
        self._desk.sounds.play(sounds.GOOD)
        self._stage.close()
        self._stage.show(priced)

    def _refused(self, error: ShopError) -> None:
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()


def _key(one: Caught, sale: str) -> tuple[str, int, str, int]:
    """What was put off: another piece of the same line is asked for anew."""
    return sale, one.line.line, one.stop.id, one.line.quantity_milli
