"""Stock work at the till and tablet: what can be begun, what is under way, and the screen on which it is done."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.delivery import Notice, is_transfer, sscc_of
from kiosk.domain.errors import ShopError
from kiosk.domain.feed import Category, Store
from kiosk.domain.quantity import ONE
from kiosk.domain.stockwork import CLEAR, COUNT, RECEIVE, SEND, WRITE_OFF, Work
from kiosk.services import clearing
from kiosk.services.labels import LabelTask
from kiosk.services.receiving import notice_of, notices, transfer_of
from kiosk.services.stockwork import Opened
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_approval import ApprovalModel
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_labels import chosen_changes, label_entries, to_print
from kiosk.ui.till_menu import Action, Keys, MenuEntry
from kiosk.ui.till_stockrows import StockEntry, work_title
from kiosk.ui.till_stockwork import CHECK, StockWorkModel
from kiosk.ui.till_stops import ground_text, handling_text

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

HOME, CATEGORIES, NOTICES, STORES, STOPS, LABELS, WORK = "home", "categories", "notices", "stores", "stops", "labels", "work"
_CATEGORY, _BLIND = "category", ""
_ICONS = {WRITE_OFF: "trash", COUNT: "list", RECEIVE: "truck", SEND: "arrow-right", CLEAR: "ban"}
_KEYCAPS = "123456789"


@QmlElement
class StockModel(QObject):
    """The stock screen: its first page, and the way to a work and back."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, approval: ApprovalModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._entries, self._going = Rows(StockEntry, self), Rows(StockEntry, self)
        self._page, self._place = HOME, 0
        self._works: list[tuple[Work, int]] = []
        self._categories: tuple[Category, ...] = ()
        self._notices: tuple[Notice, ...] = ()
        self._stores: tuple[Store, ...] = ()
        self._stops: tuple[tuple[clearing.Task, str], ...] = ()
        self._labels: tuple[LabelTask, ...] | None = None
        self._error: ShopError | None = None
        self.work_model = StockWorkModel(desk, stage, approval, self.home, self)

    # what is shown

    @Property(str, notify=changed)
    def page(self) -> str:
        """`home`, `categories`, `notices`, `stores`, `stops`, `labels` or `work`."""
        return self._page

    @Property(QObject, notify=changed)
    def entries(self) -> QObject:
        """What can be chosen on this page."""
        return self._entries

    @Property(QObject, notify=changed)
    def works(self) -> QObject:
        """What is under way."""
        return self._going

    @Property(bool, notify=changed)
    def hasWorks(self) -> bool:
        """Whether something is under way."""
        return bool(self._works)

    @Property(str, notify=changed)
    def title(self) -> str:
        """What this page asks."""
        say = self._desk.say
        if self._page == NOTICES:
            return say("Which delivery is here?")
        if self._page == STORES:
            return say("Which store do the goods go to?")
        if self._page == STOPS:
            return say("What must not be sold")
        if self._page == LABELS:
            return say("Shelf labels until tomorrow") if self._labels else say("No price changes until tomorrow")
        return say("Which category is counted?") if self._page == CATEGORIES else say("Stock")

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(StockWorkModel, notify=changed)
    def work(self) -> StockWorkModel:
        """The work that is open."""
        return self.work_model

    def entries_shown(self) -> tuple[StockEntry, ...]:
        """What can be chosen, what is under way last."""
        return (*self._entries.rows, *self._going.rows)

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        note = self._desk.say("Goods must come off the shelf") if any(task.is_open for task, _ in self._stops) else ""
        return (MenuEntry("stock", self._desk.say("Stock"), "package", self.begin, note=note),)

    def look_at_stops(self) -> None:
        """News from the hub: what is still to come off the shelf is worked out where nobody waits for it."""
        if self._desk.counter.stops or self._stops:
            self._desk.bridge.run(self._read_stops, self._stops_read, lambda error: None)

    def _stops_read(self, found: tuple[tuple[clearing.Task, str], ...]) -> None:
        self._stops = found

    def keys(self, dialog: Dialog) -> Keys | None:
        """It is a screen and has no dialog."""
        return None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """It is a screen and has no dialog."""
        return None

    def screen_keys(self) -> Keys:
        """What the keyboard does on it."""
        key = Qt.Key
        if self._page == WORK:
            return self.work_model.screen_keys()
        back: Action = self.leave if self._page == HOME else self.home
        return self.enter, {
            key.Key_Escape: back, key.Key_Up: lambda: self.step(-1), key.Key_Down: lambda: self.step(1),
            key.Key_Left: lambda: self.step(-1), key.Key_Right: lambda: self.step(1),
        }  # fmt: skip

    def place_name(self) -> str:
        """What the key map calls this page."""
        return f"{flows.Screen.STOCK}.{self.work_model.step if self._page == WORK else HOME}"

    def typed(self) -> Callable[[str], object] | None:
        """Where a digit goes: to an entry of this page, or into how many."""
        if self._page != WORK:
            return self._pick
        return None if self.work_model.step == CHECK else self.work_model.digit

    def _pick(self, digit: str) -> None:
        rows = self.entries_shown()
        place = _KEYCAPS.find(digit)
        if 0 <= place < len(rows):
            self.choose(rows[place].key)

    def retell(self) -> None:
        """The language changed."""
        self._show()
        self.work_model.retell()

    # what a person does

    def begin(self) -> None:
        """Open the screen."""
        self.home()
        self._stage.move(flows.stock(self._stage.flow))

    @Slot()
    def leave(self) -> None:
        """Back to the sale."""
        self._stage.move(flows.to_sale(self._stage.flow))

    @Slot()
    def home(self) -> None:
        """What can be begun and what is under way."""
        self._page, self._place, self._error = HOME, 0, None
        self._desk.bridge.run(lambda: (self._desk.stock.under_way(), self._read_stops()), self._found, self._refused)

    @Slot()
    def enter(self) -> None:
        """The marked entry."""
        rows = self.entries_shown()
        if rows:
            self.choose(rows[min(self._place, len(rows) - 1)].key)

    @Slot(str)
    def choose(self, key: str) -> None:
        """Begin something, or go on with it."""
        desk = self._desk.stock
        if self._page == NOTICES:
            notice = next((one for one in self._notices if one.number == key), None)
            self._open(lambda: desk.begin(RECEIVE, notice=notice))
        elif self._page == CATEGORIES:
            title = next(one.names.get(self._desk.language, one.path) for one in self._categories if one.path == key)
            self._open(lambda: desk.begin(COUNT, category=key, title=title))
        elif key == _CATEGORY:
            self._desk.bridge.search(self._desk.lookup.categories, self._ask_category, self._refused)
        elif self._page == STORES:
            name = next(one.name for one in self._stores if one.id == key)
            self._open(lambda: desk.begin(SEND, to=key, title=name))
        elif self._page == STOPS:
            stop, title = next((task.stop, name) for task, name in self._stops if task.stop.id == key)
            self._open(lambda: desk.begin(CLEAR, stop=stop, title=title))
        elif self._page == LABELS:
            self._print_labels(key)
        elif key == LABELS and self._desk.labels is not None:
            self._page, self._place, self._error = LABELS, 0, None
            self._read_labels()
        elif key == CLEAR:
            self._desk.bridge.run(self._read_stops, self._ask_stop, self._refused)
        elif key == SEND:
            self._desk.bridge.run(self._desk.counter.catalog.stores, self._ask_store, self._refused)
        elif key == RECEIVE:
            self._desk.bridge.run(lambda: notices(self._desk.counter), self._ask_notice, self._refused)
        elif key in (WRITE_OFF, COUNT):
            self._open(lambda: desk.begin(key))
        else:
            self._open(lambda: desk.open(key))

    def step(self, by: int) -> None:
        """The next entry, or the one before."""
        self._place = min(max(self._place + by, 0), max(0, len(self.entries_shown()) - 1))
        self._show()

    def scanned(self, text: str, aim: str | None) -> None:
        """A scan goes into the open work; a parcel's or a transfer's opens its delivery; else nothing is done unseen."""
        desk, sscc = self._desk, sscc_of(text)
        if self._page == WORK:
            self.work_model.scanned(text, aim)
        elif is_transfer(text):
            number = text.strip()
            self._open(lambda: desk.stock.begin(RECEIVE, notice=transfer_of(desk.counter, number)))
        elif sscc:
            self._open(lambda: desk.stock.scan(desk.stock.begin(RECEIVE, notice=notice_of(desk.counter, sscc=sscc)).work.id, sscc))
        else:
            self._refused(ShopError("stock.choose_first"))

    # inside

    def _open(self, work: Callable[[], Opened]) -> None:
        self._desk.bridge.run(work, self._opened, self._refused)

    def _opened(self, opened: Opened) -> None:
        self._page, self._error = WORK, None
        self.work_model.begin(opened)
        self._show()

    def _found(self, found: tuple[list[tuple[Work, int]], tuple[tuple[clearing.Task, str], ...]]) -> None:
        self._works, self._stops = found
        self._read_labels()
        self._show()

    def _read_labels(self) -> None:
        """Where nobody waits for it: a hundred thousand prices are looked through."""
        labels = self._desk.labels
        if labels is not None:
            self._desk.bridge.search(labels.tasks, self._labels_read, self._refused)

    def _labels_read(self, found: tuple[LabelTask, ...]) -> None:
        self._labels = found
        labels = self._desk.labels
        if self._page == LABELS and labels is not None and labels.trouble():
            self._error = ShopError(labels.trouble())
        self._show()

    def _print_labels(self, key: str) -> None:
        labels, changes = self._desk.labels, chosen_changes(key, self._labels or ())
        if labels is None:
            return

        def printed(count: int) -> None:
            self._desk.sounds.play(sounds.GOOD)
            self._stage.tell(self._desk.say("Labels sent to the printer: {count}", count=count))
            self._read_labels()

        self._desk.bridge.run(lambda: labels.print(changes), printed, self._refused)

    def _read_stops(self) -> tuple[tuple[clearing.Task, str], ...]:
        """The sales stops that hold here, each with the name of its goods."""
        counter = self._desk.counter
        named = []
        for task in clearing.tasks(counter):
            article = counter.catalog.article(task.stop.article)
            parts = (article.name(self._desk.language), counter.variant_text(article)) if article else (task.stop.article,)
            named.append((task, " ".join(part for part in parts if part)))
        return tuple(named)

    def _ask_stop(self, found: tuple[tuple[clearing.Task, str], ...]) -> None:
        self._stops, self._page, self._place, self._error = found, STOPS, 0, None
        self._show()

    def _ask_category(self, found: tuple[Category, ...]) -> None:
        self._categories, self._page, self._place = found, CATEGORIES, 0
        self._show()

    def _ask_notice(self, found: tuple[Notice, ...]) -> None:
        self._notices, self._page, self._place, self._error = found, NOTICES, 0, None
        self._show()

    def _ask_store(self, found: dict[str, Store]) -> None:
        here = self._desk.counter.ledger.identity.place.store
        self._stores = tuple(sorted((one for one in found.values() if one.id != here), key=lambda one: one.name))
        self._page, self._place, self._error = STORES, 0, None
        self._show()

    def _refused(self, error: ShopError) -> None:
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()

    def _show(self) -> None:
        pages = {
            CATEGORIES: self._category_entries, NOTICES: self._notice_entries, STORES: self._store_entries,
            STOPS: self._stop_entries, LABELS: self._label_entries,
        }  # fmt: skip
        first = pages.get(self._page, self._beginnings)()
        going = self._going_on() if self._page == HOME else []
        rows = [
            StockEntry(key, title, note, icon, _KEYCAPS[place : place + 1], place == self._place)
            for place, (key, title, note, icon) in enumerate([*first, *going])
        ]
        self._entries.put(rows[: len(first)])
        self._going.put(rows[len(first) :])
        self.changed.emit()

    def _beginnings(self) -> list[tuple[str, str, str, str]]:
        say, todo = self._desk.say, sum(1 for task, _ in self._stops if task.is_open)
        waiting = say("To take off the shelf: {count}", count=todo) if todo else say("All of it is off the shelf")
        missing = len(to_print(self._labels or ()))
        told = say("Labels not printed yet: {count}", count=missing) if missing else say("Every label is printed")
        labels = [(LABELS, say("Shelf labels"), told if self._labels is not None else "", "tag")] if self._desk.labels else []
        stops = [(CLEAR, say("Sales stops and recalls"), waiting, "ban")] if self._stops else []
        return [
            (WRITE_OFF, say("Write off"), say("Broken, out of date, stolen, used"), "trash"),
            (COUNT, say("Count what I scan"), say("The shop stays open meanwhile"), "scan"),
            (_CATEGORY, say("Count a category"), say("Every article of it is listed"), "list"),
            (RECEIVE, say("Receive a delivery"), say("With a notice or without; scan a parcel to open its own"), "truck"),
            (SEND, say("Send to a store"), say("A slip travels with the goods"), "arrow-right"),
            *stops, *labels,
        ]

    def _going_on(self) -> list[tuple[str, str, str, str]]:
        say, zone = self._desk.say, self._desk.counter.ledger.identity.place.zone
        going = []
        for work, lines in self._works:
            when, who = say.date_time(work.begun_ms, zone), ", ".join(work.people)
            note = say("Articles: {count} · {when} · {who}", count=lines, when=when, who=who)
            going.append((work.id, work_title(work, say), note, _ICONS.get(work.kind, "edit")))
        return going

    def _notice_entries(self) -> list[tuple[str, str, str, str]]:
        say = self._desk.say
        found = [
            (one.number, one.number, say("{supplier} · articles: {count}", supplier=one.supplier, count=len(one.lines)), "truck")
            for one in self._notices
        ]
        return [*found, (_BLIND, say("Without a notice"), say("Everything that is scanned is taken in"), "scan")]

    def _store_entries(self) -> list[tuple[str, str, str, str]]:
        return [(one.id, one.name, " · ".join(part for part in (one.id, one.city) if part), "store") for one in self._stores]

    def _stop_entries(self) -> list[tuple[str, str, str, str]]:
        say, zone = self._desk.say, self._desk.counter.ledger.identity.place.zone
        rows = []
        for task, name in self._stops:
            parts = [ground_text(task.stop), " ".join(task.stop.numbers), handling_text(task.stop, say)]
            if task.done is not None:
                count, when = -(-task.done.quantity_milli // ONE), say.date_time(task.done.at_ms, zone)
                parts.append(say("Taken off: {count}, {when} by {who}", count=count, when=when, who=task.done.employee))
            if task.is_open and task.here_milli:
                parts.append(say("Still here: {count}", count=-(-task.here_milli // ONE)))
            rows.append((task.stop.id, name, " · ".join(part for part in parts if part), "ban" if task.is_open else "check"))
        return rows

    def _label_entries(self) -> list[tuple[str, str, str, str]]:
        place = self._desk.counter.ledger.identity.place
        return label_entries(self._labels or (), self._desk.say, place.currency, place.zone)

    def _category_entries(self) -> list[tuple[str, str, str, str]]:
        language = self._desk.language
        names = {one.path: one.names.get(language, one.path) for one in self._categories}
        return [(one.path, names[one.path], names.get(one.path.rpartition("/")[0], ""), "list") for one in self._categories]
