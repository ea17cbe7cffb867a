"""Reserving the article on the screen: where, how many, for what name, and the number that a shopper takes along."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.availability import Availability
from kiosk.domain.errors import ShopError
from kiosk.domain.feed import WAREHOUSE
from kiosk.domain.quantity import ONE
from kiosk.domain.reservation import NAME_MAX
from kiosk.services.reserving import PIECES_MAX, Answer, Held, Hold, Reserved, Told
from kiosk.services.selfservice import PaperState
from kiosk.ui import sounds
from kiosk.ui.kiosk_desk import Desk
from kiosk.ui.kiosk_item import Shown
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.kiosk_words import Option, paper_icon, paper_text, variant_text
from kiosk.ui.place_rows import PLACES_MOST

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

STORES_MOST = 4
"""So many stores to choose from: here and the nearest that have some."""


@dataclass(frozen=True, slots=True)
class Place:
    """A store that has some: its name and how many pieces are free there."""

    name: str
    pieces: int


@QmlElement
class KioskReserveModel(QObject):
    """One reservation, from the wish to the number. `made_one` when there is a number; `refused` with what no other try mends."""

    fixed = Signal()  # never sent: what it stands for stays, and the lint knows no constants
    changed = Signal()
    made_one = Signal()
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stores = Rows(Option, self)
        self._shown: Shown | None = None
        self._places: Mapping[str, Place] = {}
        self._store, self._count, self._name, self._naming = "", 1, "", False
        self._hold: Hold | None = None
        self._asked, self._busy = 0, False
        self._problem: Told | None = None
        self._none_free: frozenset[str] = frozenset()
        self._made: Reserved | None = None
        self._kept: Place | None = None
        self._paper, self._printer_works = PaperState.NONE, False

    # what is wanted

    def look_at(self, shown: Shown | None) -> None:
        """Another article stands on the screen, or other stock of it."""
        if shown is None or self._shown is None or shown.offer.article.id != self._shown.offer.article.id:
            self._hold, self._none_free = None, frozenset()  # other goods are another wish
        self._shown = shown
        found = shown.found.get(shown.offer.article.id) if shown is not None else None
        ours = shown is not None and shown.offer.price is not None and not shown.offer.article.is_weighed
        self._places = _places(found) if found is not None and ours else {}
        if self._store not in self._places:
            self._store = next(iter(self._places), "")
        self._count = min(self._count, self._most())
        self._show()

    def begin(self, count: int) -> bool:
        """A shopper wants to reserve what is on the screen; whether that can be."""
        if not self._can():
            return False
        self._store = next(iter(self._places))
        self._count, self._name, self._naming = max(1, min(count, self._most())), "", False
        self._made, self._problem, self._hold, self._none_free = None, None, None, frozenset()
        self._show()
        return True

    def give_up(self) -> None:
        """Not wanted after all; what the hub may be asked just now is not waited for."""
        self._asked += 1
        self._busy, self._problem, self._hold, self._name, self._naming = False, None, None, "", False
        self._show()

    def wipe(self) -> None:
        """Forget whose it was; what is reserved is held on."""
        if self._made is not None and self._desk.reserving is not None:
            made, reserving = self._made, self._desk.reserving
            self._desk.bridge.run(lambda: reserving.drop(made), lambda _: None)
        self._made, self._kept, self._paper = None, None, PaperState.NONE
        self._count, self._none_free = 1, frozenset()
        self.give_up()

    def retell(self) -> None:
        """The language changed."""
        self._show()

    def state(self) -> dict[str, object]:
        """What a shopper left here."""
        return {
            "reserve.name": self._name, "reserve.naming": self._naming, "reserve.count": self._count, "reserve.made": self._made,
            "reserve.hold": self._hold, "reserve.problem": self._problem, "reserve.store": self._store,
            "reserve.kept": self._kept, "reserve.none_free": self._none_free,
        }  # fmt: skip

    @Slot(str)
    def chooseStore(self, store: str) -> None:
        """Another store is to hold it."""
        if store in self._places and not self._busy:
            told = Told.NONE_FREE if store in self._none_free else None
            self._store, self._hold, self._problem = store, None, told
            self._count = min(self._count, self._most())
            self._show()

    @Slot()
    def more(self) -> None:
        """One piece more, as many as there are."""
        self._counted(min(self._count + 1, self._most()))

    @Slot()
    def less(self) -> None:
        """One piece less, but one at least."""
        self._counted(max(1, self._count - 1))

    @Slot()
    def askName(self) -> None:
        """The shopper wants to leave a name, or no more letters of it."""
        self._naming = not self._naming
        self._show()

    @Slot(str)
    def type(self, letters: str) -> None:
        """Add what a key says; names begin with a capital."""
        if self._naming and letters.isprintable():
            begins = not self._name or self._name[-1] in " -"
            self._name = (self._name + (letters.upper() if begins else letters)).lstrip()[:NAME_MAX]
            self._show()

    @Slot()
    def backspace(self) -> None:
        """Take the last letter away."""
        self._name = self._name[:-1]
        self._show()

    @Slot()
    def clear(self) -> None:
        """No name."""
        self._name = ""
        self._show()

    # reserving

    @Slot()
    def reserve(self) -> None:
        """Hold it: by this kiosk's own right at once, else by the hub. Again after a problem it is the same wish, held once."""
        reserving, shown = self._desk.reserving, self._shown
        if reserving is None or shown is None or not (self._can() and self.can_go()):
            return
        self._asked += 1
        asked, on_paper = self._asked, self._printer_works
        article, milli, store, name = shown.offer.article.id, self._count * ONE, self._store, self._name
        again, self._kept = self._hold, self._places.get(store)
        self._busy, self._problem, self._naming = True, None, False
        self._show()

        def work() -> tuple[Hold, Reserved | None]:
            hold = reserving.renamed(again, name) if again is not None else reserving.wanted(article, milli, store, name)
            return hold, reserving.by_right(hold, on_paper=on_paper)

        def done(found: tuple[Hold, Reserved | None]) -> None:
            hold, made = found
            if made is not None:
                self._is_made(asked, made)
            elif asked == self._asked:
                self._hold = hold
                self._desk.ask_hold(hold, lambda answer: self._answered(asked, hold, answer, on_paper))

        self._desk.bridge.run(work, done, self._refused)

    def _answered(self, asked: int, hold: Hold, answer: Answer, on_paper: bool) -> None:
        reserving = self._desk.reserving
        if asked != self._asked or reserving is None:
            return  # the shopper has gone on; what the hub holds ends by itself
        if isinstance(answer, Held):
            self._desk.bridge.run(
                lambda: reserving.by_hub(hold, answer, on_paper=on_paper), lambda made: self._is_made(asked, made), self._refused
            )
            return
        self._busy, self._problem = False, answer
        if answer is Told.NONE_FREE:
            self._hold, self._none_free = None, self._none_free | {self._store}
        self._desk.sounds.play(sounds.REFUSED)
        self._show()

    def _is_made(self, asked: int, made: Reserved) -> None:
        if asked != self._asked:
            return  # nobody stands here any more: it ends by itself
        self._busy, self._hold = False, None
        self._made, self._paper = made, PaperState.PRINTING if made.job else PaperState.NONE
        self._name = ""
        self._desk.sounds.play(sounds.DONE)
        self._show()
        self.made_one.emit()

    def _refused(self, error: ShopError) -> None:
        self._busy = False
        self._show()
        self.refused.emit(error)

    def on_printer(self, works: bool) -> None:
        """Whether the printer would print now."""
        self._printer_works = works

    def on_paper(self, job: str, state: PaperState) -> None:
        """How a print job is; only this reservation's matters."""
        if self._made is not None and self._made.job and job == self._made.job:
            self._paper = state
            self._show()

    @property
    def made(self) -> Reserved | None:
        """The reservation on the screen, or None."""
        return self._made

    # what is shown

    @Property(bool, notify=changed)
    def canReserve(self) -> bool:
        """Whether what is on the screen can be reserved anywhere."""
        return self._can()

    @Property(str, notify=changed)
    def offerText(self) -> str:
        """The button on the article's page."""
        say, here = self._desk.say, self._desk.offering.store
        return say("Reserve it here") if here in self._places else say("Reserve it in another store")

    @Property(str, notify=changed)
    def holdText(self) -> str:
        """For how long, and what it costs to change one's mind: nothing."""
        hours = self._desk.reserving.hours if self._desk.reserving is not None else 0
        say = self._desk.say
        if hours == 1:
            return say("We hold it for 1 hour. You pay at the till, and only if you like it.")
        return say("We hold it for {hours} hours. You pay at the till, and only if you like it.", hours=hours)

    @Property(str, notify=changed)
    def what(self) -> str:
        """The article with size and colour."""
        if self._shown is None:
            return ""
        article, desk = self._shown.offer.article, self._desk
        variant = variant_text(article, desk.offering.words, desk.say)
        return " · ".join(part for part in (article.name(desk.language), variant) if part)

    @Property(str, notify=changed)
    def picture(self) -> str:
        """Its picture."""
        return self._shown.offer.article.picture if self._shown else ""

    @Property(QObject, notify=fixed)
    def stores(self) -> QObject:
        """The stores that have some."""
        return self._stores

    @Property(str, notify=changed)
    def storeText(self) -> str:
        """Where it is held."""
        place = self._kept if self._made is not None else self._places.get(self._store)
        return self._desk.say("in {store}", store=place.name) if place else ""

    @Property(str, notify=changed)
    def count(self) -> str:
        """How many."""
        return str(self._count)

    @Property(bool, notify=changed)
    def canLess(self) -> bool:
        """Whether there may be fewer."""
        return self._count > 1

    @Property(bool, notify=changed)
    def canMore(self) -> bool:
        """Whether there may be more."""
        return self._count < self._most()

    @Property(str, notify=changed)
    def name(self) -> str:
        """The name as it was typed."""
        return self._name

    @Property(bool, notify=changed)
    def isNaming(self) -> bool:
        """Whether the keys for a name are there."""
        return self._naming

    @Property(bool, notify=changed)
    def canGo(self) -> bool:
        """Whether the button does something now."""
        return self.can_go()

    def can_go(self) -> bool:
        """The same; a store that has none to hold is not asked twice."""
        return not self._busy and self._store not in self._none_free

    @Property(str, notify=changed)
    def reserveText(self) -> str:
        """The button that does it."""
        say = self._desk.say
        if self._busy:
            return say("One moment …")
        return say("Try again") if self._problem is Told.AWAY else say("Reserve now")

    @Property(str, notify=changed)
    def problem(self) -> str:
        """Why it is not held, and what to do; empty for nothing."""
        say, place = self._desk.say, self._places.get(self._store)
        store = place.name if place else ""
        if self._problem is Told.NONE_FREE:
            return say("What is left in {store} is for others. Choose another store or size, or ask a colleague.", store=store)
        if self._problem is Told.AWAY and self._store == self._desk.offering.store:
            return say("We cannot hold it just now: there is no connection. Take it along to the till, or ask a colleague.")
        if self._problem is Told.AWAY:
            return say("{store} cannot be asked just now. Try again in a moment, or ask a colleague.", store=store)
        return ""

    # what was made

    @Property(str, notify=changed)
    def number(self) -> str:
        """The number for people."""
        return self._made.number if self._made else ""

    @Property(str, notify=changed)
    def codeSource(self) -> str:
        """The address of the picture of its code."""
        return f"image://kioskticket/{self._made.id}" if self._made else ""

    @Property(str, notify=changed)
    def untilText(self) -> str:
        """Until when it is held: the day only where it is another one."""
        if self._made is None:
            return ""
        counter, say = self._desk.counter, self._desk.say
        clock, until_ms = counter.ledger.clock, self._made.until_ms
        day, time = clock.local_date(until_ms), say.time(until_ms, counter.ledger.identity.place.zone)
        if day == clock.local_date(counter.now_ms()):
            return say("Held until {time} today", time=time)
        return say("Held until {day}, {time}", day=say.weekday(day), time=time)

    @Property(str, notify=changed)
    def totalText(self) -> str:
        """How many for how much."""
        if self._made is None:
            return ""
        pieces = self._desk.say.quantity(self._made.quantity_milli, "piece")
        return f"{pieces}  ·  {self._desk.say.money(self._made.total_minor)}"

    @Property(str, notify=changed)
    def paperText(self) -> str:
        """Whether it is on paper too."""
        return paper_text(self._paper, self._desk.say)

    @Property(str, notify=changed)
    def paperIcon(self) -> str:
        """The icon beside it."""
        return paper_icon(self._paper)

    # inside

    def _can(self) -> bool:
        return bool(self._places) and self._desk.reserving is not None

    def _most(self) -> int:
        place = self._places.get(self._store)
        return max(1, min(PIECES_MAX, place.pieces)) if place else 1

    def _free_text(self, store: str, place: Place) -> str:
        return self._desk.say("Not free") if store in self._none_free else self._desk.say("{count} free", count=place.pieces)

    def _counted(self, count: int) -> None:
        if not self._busy and count != self._count:
            self._count, self._hold, self._problem, self._none_free = count, None, None, frozenset()
            self._show()

    def _show(self) -> None:
        self._stores.put(
            [
                Option(id, one.name, id == self._store, id in self._none_free, self._free_text(id, one))
                for id, one in self._places.items()
            ]
        )
        self.changed.emit()


def _places(found: Availability) -> dict[str, Place]:
    """The stores that have some to reserve: this one first, then the nearest."""
    here = [found.here] if found.here is not None and found.here.free_milli >= ONE else []
    others = [one for one in found.elsewhere[:PLACES_MOST] if one.store.kind != WAREHOUSE and one.free_milli >= ONE]
    return {one.store.id: Place(one.store.name, one.free_milli // ONE) for one in (*here, *others)[:STORES_MOST]}
