"""How goods come that are not taken along: the ways with their days, cost and how sure they are, and whom they are for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.address import TEXT_MAX, Address
from kiosk.domain.cart import CartLine
from kiosk.domain.customer import Customer
from kiosk.domain.errors import ShopError
from kiosk.domain.order import COLLECT
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.services.ordering import Way
from kiosk.text import window_text
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry
from kiosk.ui.till_street import StreetFinder

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

FIELDS = ("name", "phone", "email", "postcode", "house", "street", "city")


@dataclass(frozen=True, slots=True)
class WayRow:
    """One way as it is shown. `sure` says whether it is certain, `firm` colours it."""

    key: int
    iconName: str
    title: str
    detail: str
    sure: str
    firm: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read when the dialog was opened."""

    ways: tuple[Way, ...]
    address: Address | None


@QmlElement
class OrderModel(QObject):
    """The dialog of ordering. `chosen` gives the line that is meant; `all` lines that can be ordered go the same way if wanted."""

    changed = Signal()
    edited = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self.chosen: Callable[[], PricedLine | None] = _nothing
        self.customer: Callable[[], Customer | None] = _nobody
        self._rows = Rows(WayRow, self)
        self._line: CartLine | None = None
        self._ways: tuple[Way, ...] = ()
        self._place = 0
        self._all = self._busy = False
        self._address = Address("")
        self._error: ShopError | None = None
        self._streets = StreetFinder(desk, self._fill, self.changed.emit)

    # what is shown

    @Property(QObject, notify=changed)
    def ways(self) -> QObject:
        """The ways."""
        return self._rows

    @Property(int, notify=changed)
    def place(self) -> int:
        """The way that is chosen."""
        return self._place

    @Property(str, notify=changed)
    def subject(self) -> str:
        """The line that is meant, and how many."""
        if self._line is None:
            return ""
        quantity = self._desk.say.quantity(self._line.quantity_milli, self._line.unit)
        return f"{quantity} × {self._line.name}  {self._line.variant}".strip()

    @Property(bool, notify=changed)
    def isShipped(self) -> bool:
        """Whether an address is asked."""
        return self.is_shipped()

    def is_shipped(self) -> bool:
        """Whether an address is asked."""
        way = self._way()
        return way is not None and way.is_shipped

    @Property(bool, notify=changed)
    def isOrdered(self) -> bool:
        """Whether the line is ordered already, so that it can be taken along after all."""
        return self._line is not None and self._line.ordered is not None

    @Property(int, notify=changed)
    def others(self) -> int:
        """How many other lines could come the same way."""
        return len(self._orderable()) - 1 if self._line is not None else 0

    @Property(bool, notify=changed)
    def allLines(self) -> bool:
        """Whether they do."""
        return self._all

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(str, notify=changed)
    def streetText(self) -> str:
        """What is known of postcode and house number; empty for nothing."""
        return self._streets.text if self.is_shipped() else ""

    @Property(bool, notify=changed)
    def isStreetFound(self) -> bool:
        """Whether street and town were found by them."""
        return self._streets.is_found

    @Property(str, notify=changed)
    def faulty(self) -> str:
        """The field that the refusal is about; empty where none is."""
        code = self._error.code if self._error else ""
        return {"order.address_reach": "phone"}.get(code, code.removeprefix("order.address_") if "address_" in code else "")

    @Property(int, notify=changed)
    def textMax(self) -> int:
        """How many characters a field may have."""
        return TEXT_MAX

    @Property("QVariantMap", notify=edited)  # type: ignore[arg-type]
    def address(self) -> dict[str, str]:
        """What is keyed in, by field."""
        return self.fields()

    def fields(self) -> dict[str, str]:
        """What is keyed in, by field."""
        return {name: getattr(self._address, name) for name in FIELDS}

    def rows_shown(self) -> tuple[WayRow, ...]:
        """The ways as they are shown."""
        return self._rows.rows

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        say, line = self._desk.say, self.chosen()
        why = "" if line is not None and _can_come(line.line) else say("Nothing in the basket that can be ordered")
        return (MenuEntry("order", say("Deliver or collect"), "truck", self.begin, why),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialog, where no field took the key."""
        if dialog is not Dialog.ORDER:
            return None
        key = Qt.Key
        return self.order, {
            key.Key_Escape: self._stage.close, key.Key_Up: lambda: self.step(-1), key.Key_Down: lambda: self.step(1),
            key.Key_F8: self.toggleAll, key.Key_F9: self.order, key.Key_Delete: self.takeAlong,
        }  # fmt: skip

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """No digits here: each field has its own."""
        return None

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # what a person wants

    @Slot()
    def begin(self) -> None:
        """Ask how the chosen line is to come."""
        line = self.chosen()
        if line is None or not _can_come(line.line):
            self._stage.tell(self._desk.say("Nothing in the basket that can be ordered"))
            return
        self._line, self._all, self._busy, self._error = line.line, False, False, None
        article, milli = line.line.article, line.line.quantity_milli
        ordering = self._desk.ordering
        self._desk.bridge.run(lambda: _Found(ordering.ways(article, milli), ordering.address()), self._opened, self._stage.refuse)

    @Slot(int)
    def choose(self, key: int) -> None:
        """A way was tapped."""
        self._place, self._error = min(max(key, 0), max(0, len(self._ways) - 1)), None
        self._show()

    @Slot(int)
    def step(self, by: int) -> None:
        """The next way, or the one before."""
        self.choose(self._place + by)

    @Slot(str, str)
    def write(self, name: str, text: str) -> None:
        """A field holds another text."""
        if name in FIELDS:
            self._address = replace(self._address, **{name: text[:TEXT_MAX]})
            if name in ("postcode", "house") and self.is_shipped():
                self._streets.look(self._address)
            if self._error is not None:
                self._error = None
                self.changed.emit()

    @Slot()
    def toggleAll(self) -> None:
        """All other lines that can be ordered come the same way, or not."""
        self._all = not self._all and len(self._orderable()) > 1
        self.changed.emit()

    @Slot()
    def order(self) -> None:
        """It comes so."""
        way, line = self._way(), self._line
        if way is None or line is None or self._busy:
            return
        self._busy = True
        lines = self._orderable() if self._all else [line.line]
        person = self._address if any(self.fields().values()) or way.is_shipped else None
        self._desk.bridge.run(lambda: self._desk.ordering.order(lines, way, person), self._done, self._refused)

    @Slot()
    def takeAlong(self) -> None:
        """It is taken along after all."""
        if self._line is not None and self._line.ordered is not None and not self._busy:
            self._busy, number = True, self._line.line
            self._desk.bridge.run(lambda: self._desk.ordering.take_along([number]), self._done, self._refused)

    # inside

    def _opened(self, found: _Found) -> None:
        self._ways = found.ways
        self._address = found.address or _of(self.customer())
        self._streets.begin()
        assert self._line is not None, "a line was chosen"
        said = self._line.ordered
        same = (n for n, way in enumerate(found.ways) if said is not None and _same(said.fulfilment, way.fulfilment))
        self._place = next(same, 0)
        self._show()
        self.edited.emit()
        self._stage.open(Dialog.ORDER)

    def _fill(self, street: str, city: str) -> None:
        """Street and town were found; what somebody typed stands."""
        if self._streets.may_fill(self._address):
            self._streets.filled(street, city)
            self._address = replace(self._address, street=street, city=city)
            self.edited.emit()

    def _way(self) -> Way | None:
        return self._ways[self._place] if self._ways else None

    def _orderable(self) -> list[int]:
        return [line.line for line in self._desk.selling.priced.cart.lines if _can_come(line)]

    def _done(self, priced: PricedCart) -> None:
        self._busy = False
        self._desk.sounds.play(sounds.GOOD)
        self._stage.close()
        self._stage.show(priced)

    def _refused(self, error: ShopError) -> None:
        self._busy, self._error = False, error
        self._desk.sounds.play(sounds.REFUSED)
        self.changed.emit()

    def _show(self) -> None:
        self._rows.put([self._row(n, way) for n, way in enumerate(self._ways)])
        self.changed.emit()

    def _row(self, n: int, way: Way) -> WayRow:
        say, desk = self._desk.say, self._desk
        seen, stores = desk.seen(), desk.counter.catalog.stores()
        name = stores[way.place].name if way.place in stores else way.place
        when = window_text(way.from_ms, way.until_ms, seen, say)
        if way.is_shipped:
            cost = desk.money(way.cost_minor) if way.cost_minor else say("free")
            icon, title = "truck", f"{say('Deliver at home')} · {cost}"
            details = [when]
        elif way.fulfilment.kind == COLLECT:
            own = way.fulfilment.source == seen.store
            icon, title = ("package", say("Put aside here")) if own else ("store", say("Collect here"))
            details = [when]
        else:
            icon, title = "map-pin", say("Collect in {store}", store=name)
            details = [when]
        if way.on_hand_milli is not None and way.fulfilment.source:
            amount = say.quantity(max(0, way.on_hand_milli), "piece")
            where = say("{amount} in {store}", amount=amount, store=name)
            details.append(f"{where}, {say.ago(way.age_ms)}")
        sure = say("certain") if way.firm else say("under reserve")
        return WayRow(n, icon, title, " · ".join(details), sure, way.firm, n == self._place)


def _can_come(line: CartLine) -> bool:
    return not (line.is_given or line.is_card or line.delivers or line.asks_serial)


def _same(one: object, other: object) -> bool:
    """Whether two ways are the same but for the address."""
    return all(getattr(one, name) == getattr(other, name) for name in ("kind", "source", "to"))


def _of(customer: Customer | None) -> Address:
    """What is known of a customer who is attached."""
    return Address(customer.name, customer.phone, customer.email, customer.postcode) if customer else Address("")


def _nothing() -> PricedLine | None:
    return None


def _nobody() -> Customer | None:
    return None


