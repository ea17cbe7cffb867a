"""A lost sale at the kiosk: a shopper says in one touch that what is sold out here was wanted."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.lostsale import OUT_OF_STOCK, LostSale
from kiosk.domain.quantity import ONE
from kiosk.services.lostsales import note_wished
from kiosk.ui import sounds
from kiosk.ui.kiosk_desk import Desk
from kiosk.ui.kiosk_item import Shown
from kiosk.ui.kiosk_words import is_sold_out

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class KioskWishModel(QObject):
    """What one shopper wanted and did not find, each article once. Nobody's name is in it."""

    changed = Signal()
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Shown | None = None
        self._told: frozenset[str] = frozenset()

    def look_at(self, shown: Shown | None) -> None:
        """Another article stands on the screen, or other stock of it."""
        self._shown = shown
        self.changed.emit()

    def wipe(self) -> None:
        """Another shopper."""
        self._told = frozenset()
        self.changed.emit()

    def state(self) -> dict[str, object]:
        """What a shopper left here."""
        return {"wish.told": self._told}

    @Property(bool, notify=changed)
    def canTell(self) -> bool:
        """Whether what is on the screen is sold out here and nobody holds it in the hand."""
        return self._can_tell()

    @Property(bool, notify=changed)
    def isTold(self) -> bool:
        """Whether this shopper said so already."""
        return self._is_told()

    @Property(str, notify=changed)
    def text(self) -> str:
        """The button, and what became of it."""
        say = self._desk.say
        return say("Thank you, the shop knows") if self._is_told() else say("I wanted this one: tell the shop")

    @Slot()
    def tell(self) -> None:
        """Write it down."""
        shown, desk = self._shown, self._desk
        if shown is None or not self._can_tell() or self._is_told():
            return
        article = shown.offer.article.id
        here = next((one.on_hand_milli for one in shown.offer.stock if one.store == desk.offering.store), None)
        lost = LostSale(article, OUT_OF_STOCK, ONE, "", shown.offer.asked_minor, here)
        self._told |= {article}
        self.changed.emit()
        desk.bridge.run(lambda: note_wished(desk.counter, lost), lambda _: desk.sounds.play(sounds.GOOD), self.refused.emit)

    # inside

    def _can_tell(self) -> bool:
        shown = self._shown
        return shown is not None and shown.scanned is None and is_sold_out(shown.offer, self._desk.offering.store)

    def _is_told(self) -> bool:
        return self._shown is not None and self._shown.offer.article.id in self._told
