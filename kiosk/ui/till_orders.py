"""The orders of the store at the till: lists with age and target, search, and a sign on every screen that something waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import NotFound, ShopError
from kiosk.domain.orderlife import IN_TRANSIT, READY
from kiosk.domain.reservation import is_reservation, order_of, why_shut
from kiosk.services.orderdesk import OrderView
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog, Screen
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.pickup_words import BAD, CALM, GOOD, Waits, pieces_text, promise_text, waits, way_text
from kiosk.ui.sheet_rows import ChoiceRow
from kiosk.ui.till_carrier import CarrierModel
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry
from kiosk.ui.till_pickup import PickupModel
from kiosk.ui.till_together import TogetherModel

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

PICK, WAIT, SENDING, COMING, LATE = "pick", "wait", "sending", "coming", "late"
TABS = (PICK, WAIT, SENDING, COMING, LATE)
TICK_MS = 20_000


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in a list. `place` is where it lies; `tone` says how loud `note` is."""

    key: str
    title: str
    detail: str
    note: str
    tone: str
    place: str
    chosen: bool


@QmlElement
class OrdersModel(QObject):
    """The lists of orders, and the one that is open (`pickup`)."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows, self._tabs = Rows(OrderRow, self), Rows(ChoiceRow, self)
        self._all: tuple[OrderView, ...] = ()
        self._seen: frozenset[str] | None = None
        self._tab, self._text, self._chosen = PICK, "", ""
        self._found: tuple[OrderView, ...] | None = None
        self._asked = 0
        self.pickup_model = PickupModel(desk, stage, self)
        self.pickup_model.moved.connect(self.refresh)
        self.pickup_model.left.connect(self.back)
        self.together_model = TogetherModel(desk, stage, self)
        self.pickup_model.changed.connect(self._look_for_more)
        self.carrier_model = CarrierModel(desk, stage, self)
        self.carrier_model.given.connect(self.refresh)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._show)
        self._timer.start()

    # what is shown

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """The orders of the list."""
        return self._rows

    @Property(QObject, notify=changed)
    def tabs(self) -> QObject:
        """Which list; none is chosen while something is searched for."""
        return self._tabs

    @Property(PickupModel, notify=changed)
    def pickup(self) -> PickupModel:
        """The order that is open."""
        return self.pickup_model

    @Property(CarrierModel, notify=changed)
    def carrier(self) -> CarrierModel:
        """The parcels that wait for their carrier."""
        return self.carrier_model

    @Property(TogetherModel, notify=changed)
    def together(self) -> TogetherModel:
        """One thing more, while an order is handed over."""
        return self.together_model

    @Property(bool, notify=changed)
    def isSending(self) -> bool:
        """Whether those are shown."""
        return self._tab == SENDING and self._found is None

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether the list has nothing."""
        return not self._listed()

    @Property(str, notify=changed)
    def emptyText(self) -> str:
        """What an empty list means."""
        say = self._desk.say
        if self._found is not None:
            return say("No order fits '{text}'", text=self._text)
        texts = {
            PICK: say("Nothing is to be picked"), WAIT: say("Nothing lies ready"), COMING: say("Nothing is on its way here"),
            LATE: say("Nothing lies here too long"), SENDING: say("No parcel waits for a carrier"),
        }  # fmt: skip
        return texts[self._tab]

    @Property(bool, notify=changed)
    def isCalling(self) -> bool:
        """Whether an order waits to be picked: then a sign says so on every screen."""
        return bool(self._of(PICK)) and not self._desk.counter.training

    @Property(str, notify=changed)
    def signText(self) -> str:
        """How many are to be picked, and how the oldest stands."""
        return f"{self._count()} · {self._oldest().text}" if self._of(PICK) else ""

    @Property(str, notify=changed)
    def signCount(self) -> str:
        """How many are to be picked."""
        return self._count()

    @Property(str, notify=changed)
    def signShort(self) -> str:
        """How many are to be picked, where there is no room for more."""
        return str(len(self._of(PICK)))

    @Property(bool, notify=changed)
    def signWarns(self) -> bool:
        """Whether one is over its target."""
        return bool(self._of(PICK)) and self._oldest().tone != CALM

    def rows_shown(self) -> tuple[OrderRow, ...]:
        """The list as it is shown."""
        return self._rows.rows

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        if self._desk.pickup is None:
            return ()
        say, waiting = self._desk.say, len(self._of(PICK))
        note = say("{count} to pick", count=waiting) if waiting else ""
        return (MenuEntry("orders", say("Orders"), "package", self.begin, note=note),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """It is a screen and has no dialog."""
        return None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """It is a screen and has no dialog."""
        return None

    def screen_keys(self) -> Keys:
        """What the keyboard does on it: the order that is open comes first."""
        key = Qt.Key
        if self.pickup_model.is_open:
            return self.pickup_model.keys()
        enter, lines = self.carrier_model.keys() if self._tab == SENDING and self._found is None else (self.take, {})
        return enter, {
            key.Key_Escape: self.leave, key.Key_Up: lambda: self.step(-1), key.Key_Down: lambda: self.step(1), **lines,
            key.Key_Left: lambda: self.stepTab(-1), key.Key_Right: lambda: self.stepTab(1),
        }  # fmt: skip

    def place(self) -> str:
        """What the key map calls what is shown."""
        if self._tab == SENDING and self._found is None and not self.pickup_model.is_open:
            return "sending"
        return self.pickup_model.place() if self.pickup_model.is_open else "list"

    def retell(self) -> None:
        """The language changed."""
        self._show()
        self.pickup_model.retell()

    # what a person does

    def begin(self) -> None:
        """Open the lists."""
        self._text, self._found, self._chosen = "", None, ""
        self._tab = PICK if self._of(PICK) or not self._of(WAIT) else WAIT
        self.pickup_model.shut()
        self.refresh()
        self._stage.move(flows.orders(self._stage.flow))

    @Slot()
    def beginHere(self) -> None:
        """The sign was touched."""
        if self._stage.flow.may_sell:
            self.begin()

    @Slot()
    def leave(self) -> None:
        """Back to the sale."""
        self.pickup_model.shut()
        self._stage.move(flows.to_sale(self._stage.flow))

    @Slot()
    def back(self) -> None:
        """From the order to its list."""
        self.pickup_model.shut()
        self.refresh()

    @Slot(str)
    def chooseTab(self, tab: str) -> None:
        """Another list."""
        self._tab, self._text, self._found, self._chosen = tab, "", None, ""
        self.pickup_model.shut()
        self._show()

    def stepTab(self, by: int) -> None:
        """The next list."""
        shown = [one.key for one in self._tabs.rows] or list(TABS)
        self.chooseTab(shown[(shown.index(self._tab) + by) % len(shown)])

    def step(self, by: int) -> None:
        """The next order of the list."""
        keys = [one.id for one in self._listed()]
        if keys:
            place = keys.index(self._chosen) if self._chosen in keys else -1 if by > 0 else 0
            self._chosen = keys[min(max(place + by, 0), len(keys) - 1)]
            self._show()

    @Slot()
    def take(self) -> None:
        """Open the order that is chosen, or the first."""
        listed = self._listed()
        if listed:
            self.openOrder(next((one.id for one in listed if one.id == self._chosen), listed[0].id))

    @Slot(str)
    def openOrder(self, order: str, proof: str = "") -> None:
        """An order was tapped, or its code was scanned (`proof`)."""
        desk = self._desk.pickup
        if desk is not None:
            self._chosen = order
            self._desk.bridge.run(lambda: desk.orders.view(order), lambda view: self._opened(view, proof), self._stage.refuse)

    @Slot(str)
    def search(self, text: str) -> None:
        """A code, a number, a name or a customer's number; empty: the lists again."""
        self._text, self._asked = text.strip(), self._asked + 1
        desk, asked, wanted = self._desk.pickup, self._asked, self._text
        if not wanted or desk is None:
            self._found = None
            self._show()
            return

        def work() -> tuple[OrderView, ...]:
            try:
                return desk.orders.find(wanted)
            except NotFound:
                return ()

        self._desk.bridge.search(work, lambda found: self._searched(asked, found), self._stage.refuse)

    def scanned(self, text: str) -> None:
        """A scan on this screen: the order that is open may want it; else it opens an order, by code, number or card."""
        desk = self._desk.pickup
        if desk is None or self.pickup_model.takes(text) or (self._tab == SENDING and self.carrier_model.takes(text)):
            return

        def work() -> tuple[OrderView, ...]:
            known = desk.orders.opened_by(text)
            if not known and is_reservation(text):
                raise why_shut(desk.orders.known(order_of(text)))
            return (desk.orders.view(known),) if known else desk.orders.find(text)

        self._desk.bridge.run(work, self._scan_found, lambda error: self._scan_failed(text, error))

    def refresh(self) -> None:
        """Read anew; also after news from the hub, and whatever screen is shown."""
        desk = self._desk.pickup
        if desk is not None:
            self._desk.bridge.search(desk.orders.listed, self._arrived, self._stage.refuse)
            self.pickup_model.refresh()

    # inside

    def _arrived(self, views: tuple[OrderView, ...]) -> None:
        self._all = views
        if self._desk.pickup is not None:
            self.carrier_model.show(self._desk.pickup.parcels.waiting_of(views))
        waiting = frozenset(one.id for one in self._of(PICK))
        new = self._seen is not None and bool(waiting - self._seen)
        self._seen = waiting | (self._seen or frozenset())
        if new and self._desk.counter.settings.orders.sound and not self._desk.counter.training:
            self._desk.sounds.play(sounds.ATTENTION)
        self._show()

    def _opened(self, view: OrderView, proof: str) -> None:
        self.pickup_model.show(view, proof)
        if self._stage.flow.screen is not Screen.ORDERS:
            self._stage.move(flows.orders(self._stage.flow))
        self._show()

    def _look_for_more(self) -> None:
        self.together_model.look(self.pickup_model.handing)

    def _searched(self, asked: int, found: tuple[OrderView, ...]) -> None:
        if asked == self._asked:  # an answer to an older question comes too late
            self._found = found
            self._show()

    def _scan_found(self, found: tuple[OrderView, ...]) -> None:
        self._desk.sounds.play(sounds.GOOD)
        if len(found) == 1:
            self.openOrder(found[0].id, "code")
        else:
            self._found = found
            self.pickup_model.shut()
            self._show()

    def _scan_failed(self, text: str, error: ShopError) -> None:
        if isinstance(error, NotFound) and self.pickup_model.is_open:
            self.pickup_model.tick(text)
        else:
            self._stage.refuse(error)

    def _of(self, tab: str) -> tuple[OrderView, ...]:
        desk = self._desk.pickup
        if desk is None:
            return ()
        here, now = desk.orders.store, self._desk.now_ms()
        ready = [one for one in self._all if any(part.place == here for part in one.in_state(READY))]
        late = {one.id for one in ready if now >= desk.orders.held_until_ms(one)}
        if tab == PICK:
            return tuple(one for one in self._all if desk.orders.pickable(one) and not desk.parcels.is_packed(one))
        if tab == SENDING:
            return tuple(one for one in self._all if any(parcel.is_here and parcel.place == here for parcel in one.parcels))
        if tab == COMING:
            return tuple(one for one in self._all if any(part.place == here for part in one.in_state(IN_TRANSIT)))
        return tuple(one for one in ready if (one.id in late) == (tab == LATE))

    def _count(self) -> str:
        count = len(self._of(PICK))
        return self._desk.say("1 order") if count == 1 else self._desk.say("{count} orders", count=count)

    def _oldest(self) -> Waits:
        return self._waits(min(self._of(PICK), key=lambda one: one.since_ms))

    def _waits(self, one: OrderView) -> Waits:
        return waits(one, self._desk.now_ms(), self._desk.counter.settings.orders.pick_minutes, self._desk.say)

    def _listed(self) -> tuple[OrderView, ...]:
        return self._of(self._tab) if self._found is None else self._found

    def _show(self) -> None:
        say = self._desk.say
        names = {
            PICK: say("To pick"), WAIT: say("Ready to collect"), SENDING: say("Parcels"), COMING: say("On the way"),
            LATE: say("Too long here"),
        }  # fmt: skip
        counts = {tab: len(self._of(tab)) for tab in TABS} | {SENDING: self.carrier_model.count}
        self._tabs.put(
            [
                ChoiceRow(tab, f"{name} {counts[tab]}" if counts[tab] else name, self._found is None and tab == self._tab)
                for tab, name in names.items()
                if tab != SENDING or counts[tab] or self._tab == SENDING
            ]
        )
        self._rows.put([self._row(one) for one in self._listed()])
        self.changed.emit()

    def _row(self, one: OrderView) -> OrderRow:
        desk, say, counter = self._desk.pickup, self._desk.say, self._desk.counter
        assert desk is not None, "there are orders"
        clock, zone, now = counter.ledger.clock, counter.ledger.identity.place.zone, self._desk.now_ms()
        promised = promise_text(one, zone, now, clock.local_date(now), clock.local_date(one.until_ms), say)
        note, tone = "", CALM
        if desk.orders.pickable(one):
            waiting = self._waits(one)
            note, tone = waiting.text, waiting.tone
        elif one.in_state(READY):
            note, tone = (self._desk.money(one.to_pay_minor), BAD) if one.to_pay_minor else (say("Paid"), GOOD)
        detail = " · ".join((pieces_text(one, say), way_text(one, desk.orders.store, say), promised))
        place = one.said.get("shelf", "") if one.in_state(READY) else ""
        return OrderRow(one.id, one.name or one.number, detail if not one.name else f"{one.number} · {detail}", note, tone, place,
                        one.id == self._chosen)  # fmt: skip
