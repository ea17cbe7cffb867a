"""One order of the store: its lines with what became of them, and each thing that can be done with it now."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import NotFound, Refused, ShopError
from kiosk.domain.orderasking import AWAY, NO, YES, Asked
from kiosk.domain.orderlife import IN_TRANSIT, READY, STATES
from kiosk.domain.orderswap import HEARD
from kiosk.domain.quantity import ONE
from kiosk.domain.receipt import is_receipt_number
from kiosk.services.collectdesk import Hand, HandingTerms
from kiosk.services.orderdesk import OrderView, Part
from kiosk.services.pickup import Pickup
from kiosk.ui import flow as flows
from kiosk.ui import sounds
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.pickup_words import PartRow, is_collected_at, note_text, part_rows, pieces, promise_text, waits
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_menu import Action, Keys
from kiosk.ui.till_missing import MissingModel
from kiosk.ui.till_pickup_acts import (
    ARRIVE,
    CANCEL,
    CAPS,
    COUNT_STEPS,
    ENTER,
    EXPIRE,
    HAND,
    HERE,
    LABEL,
    MISSING,
    PACK,
    PAPER,
    PLACE,
    SHELVE,
    SIGN,
    SLIP,
    TEXT_STEPS,
    TICK,
    TRACK,
    ActionRow,
    acts_of,
    hand_hint,
    step_hint,
    step_title,
)
from kiosk.ui.till_sign import SignModel

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

Now = Callable[[Pickup, OrderView], OrderView | None]


@QmlElement
class PickupModel(QObject):
    """The order that is open, if one is. `moved` after each step, `left` when a person goes back."""

    changed = Signal()
    moved = Signal()
    left = Signal()
    returning = Signal(str)

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._rows, self._acts = Rows(PartRow, self), Rows(ActionRow, self)
        self._view: OrderView | None = None
        self._step, self._text, self._proof, self._line = "", "", "", 0
        self._counts: dict[int, int] = {}
        self._old_enough, self._terms = False, HandingTerms()
        self.missing_model = MissingModel(desk, stage, self)
        self.missing_model.answered.connect(self.answer)
        self.sign_model = SignModel(desk, self)
        self.sign_model.signed.connect(lambda hand: self._hand(hand))
        self.sign_model.left.connect(self._prove_again)

    # what is shown

    @Property(bool, notify=changed)
    def isOpen(self) -> bool:
        """Whether an order is open."""
        return self._view is not None

    @Property(str, notify=changed)
    def title(self) -> str:
        """For whom it is, or which."""
        return (self._view.name or self._view.number) if self._view else ""

    @Property(str, notify=changed)
    def subtitle(self) -> str:
        """Its number, and where its customer is reached."""
        view = self._view
        return " · ".join(filter(None, (view.number if view.name else "", view.phone))) if view else ""

    @Property(str, notify=changed)
    def promiseText(self) -> str:
        """By when it was promised."""
        view, counter = self._view, self._desk.counter
        if view is None:
            return ""
        clock, now = counter.ledger.clock, self._desk.now_ms()
        zone = counter.ledger.identity.place.zone
        return promise_text(view, zone, now, clock.local_date(now), clock.local_date(view.until_ms), self._desk.say)

    @Property(str, notify=changed)
    def waitText(self) -> str:
        """How it stands with the target, while it is to be picked."""
        return self._waits()[0]

    @Property(str, notify=changed)
    def waitTone(self) -> str:
        """How loud that is."""
        return self._waits()[1]

    @Property(str, notify=changed)
    def progressText(self) -> str:
        """How much of it was picked, while anything is to be picked."""
        view, desk = self._view, self._desk.pickup
        if view is None or desk is None or not (left := pieces(desk.picking.to_take(view))):
            return ""
        done = pieces(desk.picking.taken(view))
        return self._desk.say("{done} of {count} picked", done=done, count=done + left)

    @Property(str, notify=changed)
    def payText(self) -> str:
        """What is still to be paid; empty when nothing is."""
        view = self._view
        if view is None or not view.to_pay_minor:
            return ""
        return self._desk.say("{money} to pay", money=self._desk.money(view.to_pay_minor))

    @Property(str, notify=changed)
    def shelfText(self) -> str:
        """Where it lies."""
        return self._view.said.get("shelf", "") if self._view and self._view.in_state(READY) else ""

    @Property(str, notify=changed)
    def noteText(self) -> str:
        """What the customer was asked, and under which number it went."""
        view, say = self._view, self._desk.say
        if view is None:
            return ""
        return note_text(view, self._article, say)

    @Property(QObject, notify=changed)
    def rows(self) -> QObject:
        """Its lines, a row for each state."""
        return self._rows

    @Property(QObject, notify=changed)
    def acts(self) -> QObject:
        """What can be done now, the likeliest first."""
        return self._acts

    @Property(str, notify=changed)
    def step(self) -> str:
        """What is being asked; empty for nothing."""
        return self._step

    @Property(bool, notify=changed)
    def asksText(self) -> bool:
        """Whether it asks for a text."""
        return self._step in TEXT_STEPS

    @Property(bool, notify=changed)
    def asksCounts(self) -> bool:
        """Whether it asks how much of each line."""
        return self._step in COUNT_STEPS or self._step == MISSING

    @Property(str, notify=changed)
    def stepTitle(self) -> str:
        """What is asked."""
        return step_title(self._step, self._desk.say)

    @Property(str, notify=changed)
    def stepHint(self) -> str:
        """What helps to answer."""
        say, view = self._desk.say, self._view
        if view is None:
            return ""
        if self._step == MISSING:
            reach = say("Call {phone}, and scan what you propose in its place.", phone=view.phone) if view.phone else ""
            return " ".join(filter(None, (self._name_of(self._line) + ".", reach)))
        if self._step == HAND and self._terms.due_minor:
            freed = view.order.expires_ms and any(self._counts[line] < self._most(line) for line in self._counts)
            return hand_hint(self._desk.money(self._terms.due_minor), bool(freed), say)
        return step_hint(self._step, say)

    @Property(str, notify=changed)
    def stepText(self) -> str:
        """What was typed so far."""
        return self._text

    @Property(str, notify=changed)
    def ageText(self) -> str:
        """The age that has to be seen; empty for none."""
        years = self._terms.years
        return self._desk.say("Is the customer {years} or older?", years=years) if years else ""

    @Property(bool, notify=changed)
    def isOldEnough(self) -> bool:
        """Whether somebody saw that."""
        return self._old_enough

    @Property(str, notify=changed)
    def proof(self) -> str:
        """The likeliest proof: by what the order was found."""
        return self._proof

    @Property(SignModel, notify=changed)
    def signing(self) -> SignModel:
        """Where the customer signs."""
        return self.sign_model

    @Property(MissingModel, notify=changed)
    def missing(self) -> MissingModel:
        """What is proposed for what is not there."""
        return self.missing_model

    @property
    def is_open(self) -> bool:
        """The same for Python."""
        return self._view is not None

    @property
    def handing(self) -> str:
        """The order that is being handed over; empty: none."""
        return self._view.id if self._view is not None and self._step == HAND else ""

    def rows_shown(self) -> tuple[PartRow, ...]:
        """The lines as they are shown."""
        return self._rows.rows

    def acts_shown(self) -> tuple[ActionRow, ...]:
        """What can be done, as it is shown."""
        return self._acts.rows

    def keys(self) -> Keys:
        """What the keyboard does while it is open."""
        key = Qt.Key
        lines: dict[Qt.Key, Action] = {key.Key_Up: lambda: self.stepLine(-1), key.Key_Down: lambda: self.stepLine(1)}
        if self._step == SIGN:
            return self.sign_model.keys()
        if self._step in TEXT_STEPS:
            return self.confirm, {key.Key_Escape: self.stop}
        if self._step == MISSING:
            lines = self.missing_model.keys()
        if self._step:
            return self._enter_counts, {
                **lines, key.Key_Escape: self.stop,
                key.Key_Plus: lambda: self.more(self._line, 1), key.Key_Minus: lambda: self.more(self._line, -1),
            }  # fmt: skip
        pressed: dict[Qt.Key, Action] = {
            key.Key_F3: lambda: self._press("F3"), key.Key_F4: lambda: self._press("F4"), key.Key_F6: lambda: self._press("F6"),
            key.Key_F7: lambda: self._press("F7"), key.Key_F8: lambda: self._press("F8"),
        }  # fmt: skip
        return lambda: self._press(ENTER), {**lines, **pressed, key.Key_Escape: self.left.emit}

    def place(self) -> str:
        """What the key map calls what is shown of it."""
        if self._step == SIGN:
            return self.sign_model.place()
        if self._step == MISSING:
            return "missing"
        return "order" if not self._step else "text" if self._step in TEXT_STEPS else "count"

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # opening and shutting

    def show(self, view: OrderView, proof: str = "") -> None:
        """Open an order; `proof` is by what it was found."""
        self._view, self._proof = view, proof or "code"
        self._line = next((part.line for part in self._parts()), 0)
        self.stop()

    def shut(self) -> None:
        """No order is open."""
        self._view, self._step = None, ""
        self._show()

    def refresh(self) -> None:
        """Read the open order anew; one that is not told here any more is shut, and that is said."""
        view, desk = self._view, self._desk.pickup
        if view is not None and desk is not None:
            order = view.id
            self._desk.bridge.search(lambda: desk.orders.view(order), self._renewed, lambda error: self._gone(order, error))

    # what a person does

    @Slot(int)
    def chooseLine(self, line: int) -> None:
        """A line was tapped."""
        self._line = line
        self._show()

    def stepLine(self, by: int) -> None:
        """The next line."""
        lines = list(dict.fromkeys(part.line for part in self._parts()))
        if lines:
            place = lines.index(self._line) if self._line in lines else 0
            self.chooseLine(lines[min(max(place + by, 0), len(lines) - 1)])

    @Slot(str)
    def act(self, act: str) -> None:
        """Do one of the things that can be done now, or ask what it needs."""
        view, line = self._view, self._line
        if view is None:
            return
        if act == TICK:
            self._run(lambda desk, one: desk.picking.pick(one.id, line, self._to_take(desk, one, line)), sounds.GOOD)
        elif act == HERE:
            self._run(lambda desk, one: desk.picking.at_hand(one.id), sounds.GOOD, then=HAND)
        elif act == SLIP:
            self._print(lambda desk, one: desk.picking.print_slip(one.id))
        elif act in (LABEL, PAPER):
            self._print(lambda desk, one: desk.parcels.print_again(one.id, on_receipts=act == PAPER))
        elif act == EXPIRE:
            self._run(lambda desk, one: desk.orders.expire(one.id), sounds.DONE, self._desk.say("It is back on the shelf"))
        elif act == SHELVE and not is_collected_at(view, self._desk.orders.store):
            self._run(lambda desk, one: desk.picking.put_ready(one.id, ""), sounds.DONE)
        elif act == CANCEL and is_receipt_number(view.number):
            self.returning.emit(view.number)
        else:
            self._ask(act)

    @Slot()
    def stop(self) -> None:
        """Nothing is asked any more."""
        self._step, self._text, self._counts = "", "", {}
        self._old_enough, self._terms = False, HandingTerms()
        self.missing_model.end()
        self._show()

    @Slot(str)
    def type(self, text: str) -> None:
        """What is asked for is typed."""
        self._text = text

    @Slot()
    def confirm(self) -> None:
        """What was typed or counted holds."""
        text, counts = self._text, dict(self._counts)
        grams = int(text) if self._step == PACK and text.isascii() and text.isdigit() else 0
        does: dict[str, Now] = {
            SHELVE: lambda desk, one: desk.picking.put_ready(one.id, text),
            PLACE: lambda desk, one: desk.picking.put_on_shelf(one.id, text),
            ARRIVE: lambda desk, one: desk.picking.arrive(one.id, text),
            TRACK: lambda desk, one: desk.picking.ship(one.id, text),
            PACK: lambda desk, one: desk.parcels.pack(one.id, counts if any(counts.values()) else None, grams),
            CANCEL: lambda desk, one: desk.orders.cancel(one.id, {line: milli for line, milli in counts.items() if milli}),
        }
        if self._step in does and not (self._step == CANCEL and not any(counts.values())):
            self._run(does[self._step], sounds.DONE)

    @Slot(int, int)
    def more(self, line: int, by: int) -> None:
        """One piece more or less of a line is meant."""
        most = self._most(line)
        if self._step and most:
            step = ONE if most % ONE == 0 else most
            self._line = line
            self._counts[line] = min(max(self._counts.get(line, 0) + by * step, 0), most)
            self._look_at_terms()

    @Slot()
    def seenAge(self) -> None:
        """Somebody saw how old the customer is."""
        self._old_enough = not self._old_enough
        self._show()

    @Slot(str)
    def answer(self, answer: str) -> None:
        """What the customer says to it that goods are not there: they take others, or else; empty: they were not asked."""
        line, milli = self._line, self._counts.get(self._line, 0)
        article, dearer = self.missing_model.article, self.missing_model.is_dearer
        asked = Asked(line, article, answer) if answer in (YES, NO, AWAY) else None
        if answer in HEARD and article:
            self._run(lambda desk, one: desk.swapping.substitute(one.id, line, milli, article, answer, dearer=dearer), sounds.DONE)
            return
        self._run(lambda desk, one: desk.picking.not_found(one.id, line, milli, asked), sounds.DONE)

    @Slot(str)
    def prove(self, proof: str) -> None:
        """By what the customer proved that it is theirs: they sign where the shop wants it, then it is handed over or paid."""
        if self._view is None or self._step != HAND:
            return
        self._proof, terms = proof, self._terms
        if terms.years and not self._old_enough and not terms.due_minor:
            self._stage.refuse(Refused("order.age", years=terms.years))
        elif terms.signs:
            names = {part.line: (part.name, part.unit) for part in self._parts()}
            goods = [f"{self._desk.say.quantity(milli, names[n][1])} × {names[n][0]}" for n, milli in self._counts.items() if milli]
            self._step = SIGN
            self.sign_model.begin(", ".join(goods))
            self._show()
        else:
            self._hand(None)

    # scans

    def takes(self, text: str) -> bool:
        """A scan that answers what is asked; gives whether it did."""
        if self._step in TEXT_STEPS:
            self._text = text
            self.confirm()
        elif self._step == MISSING:
            desk = self._desk.pickup
            assert desk is not None, "an order is open"
            self._desk.bridge.run(lambda: self._desk.scans.article_of(text), self.missing_model.propose, self._stage.refuse)
        elif self._step == PACK:
            self._pack(text)
        else:
            return False
        return True

    def _pack(self, text: str) -> None:
        """A piece was scanned into the parcel."""
        view, desk, counts = self._view, self._desk.pickup, dict(self._counts)
        assert view is not None and desk is not None, "an order is open"
        self._desk.bridge.run(
            lambda: desk.parcels.packs(view, self._desk.scans.article_of(text), counts), lambda line: self.more(line, 1),
            self._stage.refuse,
        )  # fmt: skip

    def tick(self, text: str) -> None:
        """An article was scanned: it is ticked off, or refused aloud."""
        self._run(lambda desk, one: desk.picking.scan(one.id, text), sounds.GOOD)

    # inside

    def _hand(self, hand: Hand | None) -> None:
        """It is handed over, or goes into the basket to be paid; signed for where the shop wants it."""
        view, desk, proof = self._view, self._desk.pickup, self._proof
        most, years = dict(self._counts), self._terms.years if self._old_enough else 0
        if view is None or desk is None:
            return
        if self._terms.due_minor:
            self._desk.bridge.run(
                lambda: desk.collecting.to_basket(view.id, proof, most, hand), lambda _: self._to_sale(), self._hand_refused
            )
        else:
            done = lambda one: self._handed(one)  # noqa: E731
            self._desk.bridge.run(
                lambda: desk.collecting.hand_over(view.id, proof, most, years, hand), done, self._hand_refused
            )

    def _hand_refused(self, error: ShopError) -> None:
        """Nothing went out: the order stands where its proof was asked for."""
        self._stage.refuse(error)
        if self._step == SIGN:
            self._prove_again()

    def _prove_again(self) -> None:
        self._step = HAND
        self._look_at_terms()

    def _press(self, cap: str) -> None:
        """The key of something that can be done now, or that could be."""
        found = next((one.key for one in self._acts.rows if cap in (one.keyCap, CAPS.get(one.key))), "")
        if found:
            self.act(found)

    def _enter_counts(self) -> None:
        if self._step == HAND:
            self.prove(self._proof)
        elif self._step == MISSING:
            self.missing_model.enter()
        else:
            self.confirm()

    def _ask(self, act: str) -> None:
        self._step, self._text, self._terms, self._old_enough = act, "", HandingTerms(), False
        lines = {part.line for part in self._parts()}
        self._counts = {line: 0 if act in (CANCEL, PACK) else self._most(line) for line in lines}
        if act == PLACE and self._view is not None:
            self._text = self._view.said.get("shelf", "")
        self._look_at_terms()

    def _look_at_terms(self) -> None:
        """Which age has to be seen, and what is to be paid, for what is meant to go."""
        view, desk, counts = self._view, self._desk.pickup, dict(self._counts)
        if self._step == MISSING and view is not None:
            self.missing_model.begin(view.id, self._line, counts.get(self._line, 0))
        self._show()
        if self._step == HAND and view is not None and desk is not None:
            self._desk.bridge.run(lambda: desk.collecting.terms(view.id, counts), self._agreed, self._stage.refuse)

    def _agreed(self, terms: HandingTerms) -> None:
        self._terms = terms
        self._show()

    def _run(self, work: Now, sound: str, told: str = "", then: str = "") -> None:
        view, desk = self._view, self._desk.pickup
        if view is None or desk is None:
            return

        def done(after: OrderView | None) -> None:
            self._desk.sounds.play(sound)
            if told:
                self._stage.tell(told)
            self._renewed(after)
            self.stop()
            self.moved.emit()
            if then:
                self._ask(then)

        self._desk.bridge.run(lambda: work(desk, view), done, self._refused)

    def _print(self, work: Callable[[Pickup, OrderView], object]) -> None:
        view, desk = self._view, self._desk.pickup
        if view is not None and desk is not None:
            self._desk.bridge.run(lambda: work(desk, view), lambda _: None, self._stage.refuse)

    def _refused(self, error: ShopError) -> None:
        self._stage.refuse(error)
        self.refresh()

    def _renewed(self, view: OrderView | None) -> None:
        if view is not None and self._view is not None and self._view.id == view.id:
            self._view = view
            if self._line not in {part.line for part in self._parts()}:
                self._line = next((part.line for part in self._parts()), 0)
            self._show()

    def _gone(self, order: str, error: ShopError) -> None:
        if self._view is not None and self._view.id == order:
            self._stage.refuse(error)
            if isinstance(error, NotFound):
                self.shut()

    def _handed(self, view: OrderView) -> None:
        self._desk.sounds.play(sounds.DONE)
        self._to_sale()
        self._stage.tell(self._desk.say("Order {number} is handed over", number=view.number))

    def _to_sale(self) -> None:
        self.shut()
        self.moved.emit()
        self._stage.show(self._desk.selling.priced)
        self._stage.move(flows.to_sale(self._stage.flow))

    def _parts(self) -> tuple[Part, ...]:
        """The parts, those that something is to be done with first; while it is asked for some, only those."""
        view = self._view
        if view is None:
            return ()
        if self._step in (HAND, SIGN, CANCEL, MISSING, PACK):
            return tuple(part for part in view.parts if self._is_meant(part))
        return view.parts

    def _is_meant(self, part: Part) -> bool:
        desk = self._desk.pickup
        assert desk is not None and self._view is not None, "an order is open"
        if self._step in (HAND, SIGN):
            return part.state == READY
        if self._step == PACK:
            return part in desk.parcels.to_pack(self._view)
        if self._step == MISSING:
            return part.line == self._line and part in desk.orders.pickable(self._view)
        return STATES[part.state].open and part.state != IN_TRANSIT

    def _most(self, line: int) -> int:
        return sum(part.quantity_milli for part in self._parts() if part.line == line)

    def _to_take(self, desk: Pickup, view: OrderView, line: int) -> int:
        return sum(part.quantity_milli for part in desk.picking.to_take(view) if part.line == line)

    def _waits(self) -> tuple[str, str]:
        view, desk = self._view, self._desk.pickup
        if view is None or desk is None or not desk.orders.pickable(view) or desk.parcels.is_packed(view):
            return "", ""
        found = waits(view, self._desk.now_ms(), self._desk.counter.settings.orders.pick_minutes, self._desk.say)
        return found.text, found.tone

    def _article(self, article: str) -> str:
        counter = self._desk.counter
        found = counter.catalog.article(article) if article else None
        return f"{found.name(self._desk.language)} {counter.variant_text(found)}".strip() if found else article

    def _name_of(self, line: int) -> str:
        return next((part.name for part in self._parts() if part.line == line), "")

    def _show(self) -> None:
        view, desk, say = self._view, self._desk.pickup, self._desk.say
        if view is None or desk is None:
            self._rows.put([])
            self._acts.put([])
            self.changed.emit()
            return
        counts = self._counts if self._step in (HAND, CANCEL, MISSING, PACK) else None
        self._rows.put(part_rows(view, self._parts(), self._line, counts, desk.orders.store, say))
        self._acts.put([] if self._step else acts_of(desk, view, self._line, self._desk.now_ms(), say))
        self.changed.emit()
