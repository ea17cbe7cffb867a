"""A lost sale in two taps: the button on the product card, and the reason. Beside it may be said how many, and which size."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.lostsale import NO_SIZE, OTHER, OUT_OF_STOCK, REASONS, TOO_DEAR, WANTED_MAX, LostSale
from kiosk.domain.quantity import ONE
from kiosk.services.lookup import Offer
from kiosk.services.lostsales import note_lost, quantity_within, wish
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Action, Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class LostReasonRow:
    """Why nothing was bought; `keyCap` is the digit that means it."""

    key: str
    title: str
    keyCap: str


@QmlElement
class LostSaleModel(QObject):
    """What a customer wanted and did not get. `shown` gives the offer on the product card, and what of it is here."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self.shown: Callable[[], tuple[Offer | None, int | None]] = _nothing
        self._rows = Rows(LostReasonRow, self)
        self._offer: Offer | None = None
        self._here: int | None = None
        self._wanted, self._milli = "", ONE

    @Property(QObject, notify=changed)
    def reasons(self) -> QObject:
        """Why."""
        return self._rows

    @Property(str, notify=changed)
    def subject(self) -> str:
        """The article and the variant that are meant."""
        if self._offer is None:
            return ""
        article = self._offer.article
        return " · ".join(
            part for part in (article.name(self._desk.language), self._desk.counter.variant_text(article)) if part
        )

    @Property(str, notify=changed)
    def count(self) -> str:
        """How many were wanted."""
        return self._desk.say.quantity(self._milli, "piece")

    @Property(int, notify=changed)
    def wantedMax(self) -> int:
        """How many characters a wish may have."""
        return WANTED_MAX

    @Slot()
    def begin(self) -> None:
        """Ask why the article on the product card was not bought."""
        self._offer, self._here = self.shown()
        self._wanted, self._milli = "", ONE
        if self._offer is not None:
            self._show()
            self._stage.open(Dialog.LOST_SALE)

    @Slot(str)
    def write(self, text: str) -> None:
        """The size or colour that was wanted and that the range does not have."""
        self._wanted = text

    @Slot(int)
    def more(self, by: int) -> None:
        """One more or one less."""
        self._milli = quantity_within(self._milli + by * ONE)
        self.changed.emit()

    @Slot(str)
    def choose(self, reason: str) -> None:
        """Write it down for this reason."""
        offer = self._offer
        if offer is None:
            return
        self._offer = None  # a second tap writes nothing more
        lost = LostSale(offer.article.id, reason, self._milli, wish(self._wanted), offer.asked_minor, self._here)
        self._desk.bridge.run(lambda: note_lost(self._desk.counter, lost), lambda _: self._noted(), self._stage.refuse)

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """Nothing: it begins on the product card."""
        return ()

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialog: Esc goes back to the card."""
        if dialog is not Dialog.LOST_SALE:
            return None
        keys: dict[Qt.Key, Action] = {
            Qt.Key.Key_Escape: self.back, Qt.Key.Key_Plus: lambda: self.more(1), Qt.Key.Key_Minus: lambda: self.more(-1),
        }  # fmt: skip
        return None, keys

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """A digit is a reason."""
        return self._pick if dialog is Dialog.LOST_SALE else None

    def retell(self) -> None:
        """The language changed."""
        self._show()

    @Slot()
    def back(self) -> None:
        """Back to the product card."""
        self._stage.open(Dialog.ITEM)

    def _pick(self, digit: str) -> None:
        place = int(digit) - 1
        if 0 <= place < len(REASONS):
            self.choose(REASONS[place])

    def _noted(self) -> None:
        self._stage.close()
        self._stage.tell(self._desk.say("The lost sale is written down"))

    def _show(self) -> None:
        say = self._desk.say
        titles = {
            NO_SIZE: say("No such size or colour"), OUT_OF_STOCK: say("Out of stock"), TOO_DEAR: say("Too expensive"),
            OTHER: say("Another reason"),
        }  # fmt: skip
        self._rows.put([LostReasonRow(one, titles[one], str(place)) for place, one in enumerate(REASONS, 1)])
        self.changed.emit()


def _nothing() -> tuple[Offer | None, int | None]:
    return None, None
