"""Browsing and searching: a rail of categories, tabs below it, cards with pictures, and the shopper's typed words."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.services.lookup import Lookup, Offer
from kiosk.text import Words
from kiosk.ui.kiosk_desk import Desk
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.kiosk_words import Card, Tab, card, tabs

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

PAGE_ROWS = 24
_LETTERS_MAX = 40
_HITS_MAX = 40


@QmlElement
class KioskBrowseModel(QObject):
    """The shelf on the screen. What a shopper chose here is forgotten by `wipe`."""

    fixed = Signal()  # never sent: what it stands for stays, and the lint knows no constants
    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rail, self._tabs, self._cards = Rows(Tab, self), Rows(Tab, self), Rows(Card, self)
        self._top = self._path = ""
        self._offset = 0
        self._ended = False
        self._asked = 0
        self._loading = False

    @Property(QObject, notify=fixed)
    def rail(self) -> QObject:
        """The categories of the first level."""
        return self._rail

    @Property(QObject, notify=fixed)
    def tabs(self) -> QObject:
        """The categories below the chosen one, after `All`."""
        return self._tabs

    @Property(QObject, notify=fixed)
    def cards(self) -> QObject:
        """What is in the chosen category."""
        return self._cards

    @Property(str, notify=changed)
    def title(self) -> str:
        """The name of the chosen category."""
        for one in self._desk.offering.categories:
            if one.path == self._path:
                return one.names.get(self._desk.language, one.path)
        return ""

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether the chosen category has nothing, now that it was looked up."""
        return not self._loading and not self._cards.rows

    @Slot(str)
    def choose(self, path: str) -> None:
        """Show a category."""
        self._path = path
        self._top = path.partition("/")[0]
        self._load()

    @Slot()
    def more(self) -> None:
        """The shopper came to the end of what is shown."""
        if not self._loading and not self._ended:
            self._fetch(self._offset)

    def refresh(self) -> None:
        """New data or another language: say everything again, in the place where the shopper is."""
        first = next((one.path for one in self._desk.offering.categories), "")
        known = {one.path for one in self._desk.offering.categories}
        self._path = self._path if self._path in known else first
        self._top = self._path.partition("/")[0]
        self._load(max(self._offset, PAGE_ROWS))

    def wipe(self) -> None:
        """Back to the first category and its beginning."""
        self._path, self._offset = "", 0
        self.refresh()

    def state(self) -> dict[str, object]:
        """What a shopper left here."""
        return {"browse.path": self._path}

    def _load(self, rows: int = PAGE_ROWS) -> None:
        say, known = self._desk.say, self._desk.offering.categories
        self._rail.put(tabs(known, "", self._top, say))
        below = tabs(known, self._top, self._path, say)
        whole = Tab(self._top, say("All"), "", self._path == self._top)
        self._tabs.put((whole, *below) if len(below) > 1 else ())
        self._offset, self._ended = 0, False
        self._fetch(0, rows)

    def _fetch(self, offset: int, rows: int = PAGE_ROWS) -> None:
        self._asked += 1
        asked, path, desk = self._asked, self._path, self._desk
        self._loading = True
        self.changed.emit()

        def work() -> tuple[Card, ...]:
            found = desk.lookup.browse(path, rows, offset)
            return cards_of(desk.lookup, found, desk.offering.store, desk.say)

        def done(found: tuple[Card, ...]) -> None:
            if asked != self._asked:
                return  # the shopper has moved on
            self._loading = False
            self._cards.put((*(self._cards.rows if offset else ()), *found))
            self._offset = offset + len(found)
            self._ended = len(found) < rows
            self.changed.emit()

        desk.bridge.search(work, done)


@QmlElement
class KioskSearchModel(QObject):
    """What the shopper types, by our keys on the screen or by real ones, and what it finds."""

    fixed = Signal()  # never sent: what it stands for stays, and the lint knows no constants
    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._cards = Rows(Card, self)
        self._text = ""
        self._asked = 0
        self._found_for = ""

    @Property(QObject, notify=fixed)
    def cards(self) -> QObject:
        """What was found."""
        return self._cards

    @Property(str, notify=changed)
    def text(self) -> str:
        """What was typed."""
        return self._text

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether enough was typed, and nothing found for it."""
        return bool(self._found_for) and self._found_for == self._text and not self._cards.rows

    @Property(str, notify=changed)
    def summary(self) -> str:
        """How many were found, for the eye and for a screen reader."""
        say, count = self._desk.say, len(self._cards.rows)
        if not self._text:
            return say("Type what you are looking for, or scan an article")
        if self._found_for != self._text:
            return say("Type one more letter") if len(self._text.strip()) < 2 else ""
        if not count:
            return say("Nothing found for “{text}”", text=self._text)
        return say("1 article found") if count == 1 else say("{count} articles found", count=count)

    @Slot(str)
    def type(self, letters: str) -> None:
        """Add what a key says."""
        if letters.isprintable():
            self._set((self._text + letters)[:_LETTERS_MAX].lstrip())

    @Slot()
    def backspace(self) -> None:
        """Take the last letter away."""
        self._set(self._text[:-1])

    @Slot()
    def clear(self) -> None:
        """Begin again."""
        self._set("")

    def refresh(self) -> None:
        """Another language or new data: search again."""
        self._set(self._text)

    def state(self) -> dict[str, object]:
        """What a shopper left here."""
        return {"search.text": self._text, "search.cards": self._cards.rows}

    def _set(self, text: str) -> None:
        self._text = text
        self._asked += 1
        asked, desk = self._asked, self._desk
        if len(text.strip()) < 2:
            self._found_for = ""
            self._cards.put(())
            self.changed.emit()
            return
        self.changed.emit()

        def work() -> tuple[Card, ...]:
            found = desk.lookup.search(text, _HITS_MAX)
            return cards_of(desk.lookup, found, desk.offering.store, desk.say)

        def done(found: tuple[Card, ...]) -> None:
            if asked == self._asked:
                self._found_for = text
                self._cards.put(found)
                self.changed.emit()

        desk.bridge.search(work, done)


def cards_of(lookup: Lookup, offers: tuple[Offer, ...], store: str, say: Words) -> tuple[Card, ...]:
    """Cards for one offer per style, each told by all its variants."""
    made = []
    for offer in offers:
        variants = lookup.variants(offer.article.style) if offer.article.style else ()
        made.append(card(variants or (offer,), store, say))
    return tuple(made)
