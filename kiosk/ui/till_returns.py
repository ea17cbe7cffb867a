"""Returns at the till: find the receipt, say what comes back and why, line by line."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Property, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.facts import Fact
from kiosk.domain.journal import Filter
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE
from kiosk.domain.receipt import is_receipt_number
from kiosk.domain.returning import AS_NEW, CONDITIONS, GROUNDS, RECALL, Returnable, Wish, share_of
from kiosk.services.ordersback import FoundOrder
from kiosk.services.returns import Approval, FoundGoods, FoundSale
from kiosk.services.stopguard import is_recalled
from kiosk.ui import sounds
from kiosk.ui.flow import Dialog
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.return_rows import Announced, BackRow, Mind, SaleRow
from kiosk.ui.return_words import condition_titles, ground_titles, reason_titles, void_titles
from kiosk.ui.sheet_rows import ChoiceRow
from kiosk.ui.till_approval import ApprovalModel
from kiosk.ui.till_desk import ReceiptAnswer, Stage, TillDesk
from kiosk.ui.till_menu import Keys, MenuEntry

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

ASKABLE = ("return.window", "return.excluded", "return.no_withdrawal", "return.long_ago", "return.without_receipt")
"""Refusals that a second person may lift."""

OWN_DIGITS = 7
"""As many digits at most are the end of a receipt's number of this till."""

GOODS_DIGITS = (8, 12, 13, 14)
"""So many digits are an article's code, and no order's number. Of keyed digits eight may be an order's code."""

Found = FoundSale | FoundOrder | FoundGoods


@QmlElement
class ReturnsModel(QObject):
    """What comes back, from the receipt to the cart."""

    changed = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, approval: ApprovalModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage, self._approval = desk, stage, approval
        self._sales, self._lines = Rows(SaleRow, self), Rows(BackRow, self)
        self._grounds, self._reasons, self._conditions = Rows(ChoiceRow, self), Rows(ChoiceRow, self), Rows(ChoiceRow, self)
        self._void_reasons = Rows(ChoiceRow, self)
        self._found: tuple[FoundSale, ...] = ()
        self._sale: Found | None = None
        self._first = Mind()
        self._expected = self._announced = Announced("", {}, "")
        self.elsewhere: Callable[[str], None] = lambda text: None
        self._minds: dict[int, Mind] = {}
        self._line = 0
        self._place = 0
        self._number = ""
        self._error: ShopError | None = None

    # what is shown

    @Property(QObject, notify=changed)
    def sales(self) -> QObject:
        """Sales that were found, the newest first."""
        return self._sales

    @Property(QObject, notify=changed)
    def lines(self) -> QObject:
        """The lines of the chosen sale."""
        return self._lines

    @Property(QObject, notify=changed)
    def grounds(self) -> QObject:
        """On which ground the chosen line comes back."""
        return self._grounds

    @Property(QObject, notify=changed)
    def reasons(self) -> QObject:
        """Why it does."""
        return self._reasons

    @Property(QObject, notify=changed)
    def conditions(self) -> QObject:
        """In what state it is."""
        return self._conditions

    @Property(int, notify=changed)
    def place(self) -> int:
        """Which sale of the list is chosen; the list scrolls to it."""
        return self._place

    @Property(bool, notify=changed)
    def isEmpty(self) -> bool:
        """Whether no sale was found."""
        return not self._found

    @Property(str, notify=changed)
    def numberText(self) -> str:
        """The number as it is keyed in."""
        return self._number

    @Property(str, notify=changed)
    def errorText(self) -> str:
        """Why it was refused."""
        return self._desk.say.error(self._error) if self._error else ""

    @Property(str, notify=changed)
    def saleText(self) -> str:
        """Which sale it is."""
        return self._title(self._sale) if self._sale else ""

    @Property(bool, notify=changed)
    def toStock(self) -> bool:
        """Whether the chosen line can be sold again."""
        return self._mind().to_stock

    @Property(bool, notify=changed)
    def canTake(self) -> bool:
        """Whether something comes back."""
        return self._something()

    @Property(str, notify=changed)
    def backText(self) -> str:
        """What all of it gives back."""
        if isinstance(self._sale, FoundOrder):
            return self._desk.money(self._sale.worth_minor(self._wishes())[0])
        return self._desk.money(sum(self._worth(line) for line in self._sale.lines)) if self._sale else ""

    @Property(str, notify=changed)
    def deliveryText(self) -> str:
        """That the delivery of a web order goes back too, where it does."""
        minor = self._sale.worth_minor(self._wishes())[1] if isinstance(self._sale, FoundOrder) else 0
        return self._desk.say("With it goes the delivery: {amount}", amount=self._desk.money(minor)) if minor else ""

    def sales_shown(self) -> tuple[SaleRow, ...]:
        """The sales as they are shown."""
        return self._sales.rows

    def lines_shown(self) -> tuple[BackRow, ...]:
        """The lines as they are shown."""
        return self._lines.rows

    # the family

    def menu(self) -> Sequence[MenuEntry]:
        """What the menu gets."""
        return (MenuEntry("return", self._desk.say("Receipts, returns, exchange"), "receipt", self.begin),)

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in its dialogs."""
        key = Qt.Key
        if dialog is Dialog.RETURN_FIND:
            return self.find, {
                key.Key_Escape: self._stage.close,
                key.Key_Backspace: self.backspace,
                key.Key_Up: lambda: self.stepSale(-1),
                key.Key_Down: lambda: self.stepSale(1),
                key.Key_F3: self.copy,
                key.Key_F4: self.gift,
                key.Key_F8: self.askVoid,
            }
        if dialog is Dialog.VOID_RECEIPT:
            return None, {
                key.Key_Escape: self.begin, key.Key_1: lambda: self.void("0"), key.Key_2: lambda: self.void("1"),
                key.Key_3: lambda: self.void("2"),
            }  # fmt: skip
        if dialog is Dialog.RETURN_LINES:
            return self.take, {
                key.Key_Escape: self.begin,
                key.Key_Up: lambda: self.stepLine(-1),
                key.Key_Down: lambda: self.stepLine(1),
                key.Key_Plus: lambda: self.more(1),
                key.Key_Minus: lambda: self.more(-1),
                key.Key_F3: lambda: self._turn("ground"),
                key.Key_F4: lambda: self._turn("reason"),
                key.Key_F6: self.takeAll,
                key.Key_F7: lambda: self._turn("condition"),
                key.Key_F8: self.turnStock,
            }
        return None

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes."""
        return self.digit if dialog is Dialog.RETURN_FIND else None

    def scanned(self, dialog: Dialog, text: str) -> bool:
        """A scan in its dialogs: a receipt, or where one is asked for the code of a web order, or goods that have no receipt."""
        if dialog is Dialog.RETURN_FIND and text.isascii() and text.isdigit() and len(text) in GOODS_DIGITS:
            self._look_at_goods(text)
        elif dialog is Dialog.RETURN_FIND or (dialog is Dialog.RETURN_LINES and is_receipt_number(text)):
            self.look(text)
        else:
            return False
        return True

    def look(self, text: str) -> None:
        """A receipt was scanned, wherever the till was; what is none may be the code of a web order."""
        self._desk.bridge.run(lambda: self._desk.returns.find(text), self._open, lambda error: self._ask_elsewhere(text, error))

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # finding

    @Slot()
    def begin(self) -> None:
        """Ask for the receipt; the newest sales are offered."""
        self._sale, self._number, self._error, self._place = None, "", None, 0
        self._expected = Announced("", {}, "")
        self._desk.bridge.run(lambda: self._desk.returns.search(Filter()), self._listed, self._stage.refuse)

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A digit of a receipt's number, or of the code on goods that have no receipt."""
        self._number, self._error = (self._number + digit)[: GOODS_DIGITS[-1]], None
        self._show()

    @Slot()
    def backspace(self) -> None:
        """One digit less."""
        self._number = self._number[:-1]
        self._show()

    @Slot()
    def find(self) -> None:
        """Look for the number that was keyed in, or open the sale that is chosen."""
        if len(self._number) in GOODS_DIGITS[1:]:
            self._look_at_goods(self._number)
        elif self._number:
            self.look(self._number)
        elif self._found:
            self._open(self._found[self._place])

    @Slot(str)
    def choose(self, receipt: str) -> None:
        """A sale was tapped."""
        found = next((one for one in self._found if one.receipt == receipt), None)
        if found is not None:
            self._open(found)

    @Slot(str)
    def mark(self, receipt: str) -> None:
        """A sale was tapped: the keys below are about it."""
        self._place = next((place for place, one in enumerate(self._found) if one.receipt == receipt), self._place)
        self._number, self._error = "", None
        self._show()

    @Slot(int)
    def stepSale(self, by: int) -> None:
        """The next sale, or the one before."""
        self._place = min(max(self._place + by, 0), max(0, len(self._found) - 1))
        self._show()

    # what else a receipt is good for

    @Property(bool, notify=changed)
    def hasReceipt(self) -> bool:
        """Whether a sale of the list is chosen."""
        return bool(self._found)

    @Property(str, notify=changed)
    def chosenReceipt(self) -> str:
        """Its number."""
        return self._found[self._place].receipt if self._found else ""

    @Property(QObject, notify=changed)
    def voidReasons(self) -> QObject:
        """Why a receipt may be voided."""
        return self._void_reasons

    @Slot()
    def copy(self) -> None:
        """Print the chosen receipt again, marked as a copy."""
        self._print(self._desk.receipts.reprint, self._desk.say("A copy is printed"))

    @Slot()
    def gift(self) -> None:
        """Print a receipt without amounts."""
        self._print(self._desk.receipts.gift, self._desk.say("A gift receipt is printed"))

    @Slot()
    def askVoid(self) -> None:
        """Ask why the chosen receipt is voided; what cannot be voided says so first."""
        if self._found:
            receipt = self._found[self._place].receipt
            work = self._desk.voiding.check
            self._desk.bridge.run(lambda: work(receipt), lambda _: self._stage.open(Dialog.VOID_RECEIPT), self._refused)

    @Slot(str)
    def void(self, key: str) -> None:
        """Void it for one of the reasons; a second person has to agree."""
        receipt, reason = self._found[self._place].receipt, void_titles(self._desk.say)[int(key)]
        work = self._desk.voiding.void
        self._approval.ask(
            Refused("void.approval", receipt=receipt), lambda number, pin: work(receipt, reason, number, pin), self._voided
        )

    # choosing

    @Slot(int)
    def chooseLine(self, line: int) -> None:
        """A line was tapped: one more of it comes back, and then none again."""
        self._line = line
        left, mind = self._left(line), self._mind()
        step = ONE if self._is_piece(line) else left
        self._set(quantity_milli=mind.quantity_milli + step if mind.quantity_milli + step <= left else 0)

    @Slot(int)
    def stepLine(self, by: int) -> None:
        """The next line, or the one before."""
        numbers = [line.line for line in self._sale.lines] if self._sale else []
        if numbers:
            self._line = numbers[min(max(numbers.index(self._line) + by, 0), len(numbers) - 1)]
            self._show()

    @Slot(int)
    def more(self, by: int) -> None:
        """One more or one less of the chosen line comes back."""
        left, mind = self._left(self._line), self._mind()
        step = ONE if self._is_piece(self._line) else left
        self._set(quantity_milli=min(max(mind.quantity_milli + by * step, 0), left))

    @Slot()
    def takeAll(self) -> None:
        """Everything that is left comes back."""
        for line in self._sale.lines if self._sale else ():
            self._minds[line.line] = replace(self._mind_of(line.line), quantity_milli=line.left_milli)
        self._show()

    @Slot(str)
    def setGround(self, ground: str) -> None:
        """On which ground."""
        self._set(ground=ground)

    @Slot(str)
    def setReason(self, reason: str) -> None:
        """Why."""
        self._set(reason=reason)

    @Slot(str)
    def setCondition(self, condition: str) -> None:
        """In what state; what is not as new is not sold again, unless somebody says so."""
        self._set(condition=condition, to_stock=condition == AS_NEW)

    @Slot()
    def turnStock(self) -> None:
        """It can be sold again, or it cannot."""
        self._set(to_stock=not self._mind().to_stock)

    @Slot()
    def take(self) -> None:
        """Put what comes back into the cart, with a second person's word where one is needed."""
        sale = self._sale
        if sale is None or not self._something():
            return
        wishes, take = self._wishes(), self._taker(sale)

        def refused(error: ShopError) -> None:
            if error.code in ASKABLE:
                self._approval.ask(error, lambda number, pin: take(wishes, Approval(number, pin)), self._taken)
            else:
                self._refused(error)

        self._desk.bridge.run(lambda: take(wishes, None), self._taken, refused)

    # inside

    def _look_at_goods(self, code: str) -> None:
        self._desk.bridge.run(lambda: self._desk.returns.find_goods(code), self._open, self._not_found)

    def _ask_elsewhere(self, number: str, error: ShopError) -> None:
        """A whole number that this till does not know may be another's: the hub is asked, and nobody waits for it."""
        ask = self._desk.ask_receipt
        own = number.isdigit() and len(number) <= OWN_DIGITS
        if error.code == "return.unknown_receipt" and not own and not is_receipt_number(number):
            self.elsewhere(number)
            return
        if error.code != "return.unknown_receipt" or ask is None or not is_receipt_number(number):
            self._not_found(error)
            return
        self._stage.tell(self._desk.say("The hub is asked for receipt {receipt}", receipt=number))

        def answered(reply: ReceiptAnswer | None) -> None:
            if reply is None:
                self._not_found(Refused("return.hub_away", receipt=number))
            elif not reply.data:
                self._not_found(error)
            else:
                work = self._desk.returns.open_elsewhere
                self._desk.bridge.run(lambda: work(reply.data, reply.returned), self._open, self._not_found)

        ask(number, answered)

    def open_order(self, found: FoundOrder) -> None:
        """A web order was found: one that a till took money for comes back by that receipt."""
        if found.by_receipts:
            self.look(found.by_receipts[-1])
        else:
            self._open(found)

    def expect(self, said: Announced) -> None:
        """What is opened next was announced so by its customer."""
        self._expected = said

    def _wishes(self) -> list[Wish]:
        titles = reason_titles(self._desk.say)
        return [
            Wish(
                line, mind.quantity_milli, mind.ground, titles[mind.reason], mind.condition, mind.to_stock, self._announced.number
            )
            for line, mind in sorted(self._minds.items())
            if mind.quantity_milli
        ]

    def _taker(self, sale: Found) -> Callable[[Sequence[Wish], Approval | None], PricedCart]:
        """Who puts it into the basket."""
        orders, returns = self._desk.orders_back, self._desk.returns
        if isinstance(sale, FoundOrder):
            assert orders is not None, "whoever found it takes it"
            order, back = sale, orders
            return lambda wishes, approval: back.take(order, wishes, approval)
        if isinstance(sale, FoundGoods):
            goods = sale
            return lambda wishes, approval: returns.take_without_receipt(goods.wish(wishes[0]), approval)
        found = sale
        return lambda wishes, approval: returns.take(found, wishes, approval)

    def _something(self) -> bool:
        return any(mind.quantity_milli for mind in self._minds.values())

    def _print(self, work: Callable[[str], object], said: str) -> None:
        if self._found:
            receipt = self._found[self._place].receipt
            self._desk.bridge.run(lambda: work(receipt), lambda _: self._stage.tell(said), self._refused)

    def _voided(self, fact: Fact) -> None:
        say, body = self._desk.say, fact.body
        amount = self._desk.money(-body["total"] - body["rounding"])
        self._stage.tell(say("Receipt {receipt} is void. Hand back {amount}.", receipt=body["void"]["receipt"], amount=amount))

    def _listed(self, found: tuple[FoundSale, ...]) -> None:
        self._found = found
        self._show()
        self._stage.open(Dialog.RETURN_FIND)

    def _open(self, sale: Found) -> None:
        if sale.is_over:
            self._not_found(Refused("return.over", receipt=sale.receipt))
            return
        self._sale, self._error, self._minds = sale, None, {}
        self._announced, self._expected = self._expected, Announced("", {}, "")
        self._first = Mind(ground=sale.ground) if isinstance(sale, FoundOrder) else Mind()
        self._line = next(line.line for line in sale.lines if line.left_milli)
        for line in sale.lines:
            if (milli := min(self._announced.lines.get(line.line, 0), line.left_milli)) > 0:
                self._minds[line.line] = replace(self._first, quantity_milli=milli, ground=self._announced.ground)
        if len(sale.lines) == 1 and (self._left(self._line) == ONE or isinstance(sale, FoundGoods)):
            self._minds[self._line] = replace(self._mind(), quantity_milli=ONE)  # there is only one thing that can be meant
        self._show()
        self._stage.open(Dialog.RETURN_LINES)

    def _taken(self, priced: PricedCart) -> None:
        self._desk.sounds.play(sounds.GOOD)
        self._stage.close()
        self._stage.show(priced)
        self._stage.tell(self._desk.say("It is in the basket. Scan what is bought instead, or pay out."))

    def _not_found(self, error: ShopError) -> None:
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        if self._stage.flow.dialog is Dialog.RETURN_FIND:
            self._show()
        else:
            self._stage.refuse(error)

    def _refused(self, error: ShopError) -> None:
        self._error = error
        self._desk.sounds.play(sounds.REFUSED)
        self._show()

    def _mind(self) -> Mind:
        return self._mind_of(self._line)

    def _mind_of(self, number: int) -> Mind:
        """What was said of a line; one that nobody spoke of yet begins like the last, goods that are called back as such."""
        if number in self._minds:
            return self._minds[number]
        sold = self._sold(number)
        if sold is not None and is_recalled(self._desk.counter, sold.article):
            return Mind(ground=RECALL, to_stock=False)
        last = next((one for one in reversed(self._minds.values()) if one.ground != RECALL), self._first)
        return replace(last, quantity_milli=0)

    def _set(self, **said: object) -> None:
        self._minds[self._line] = replace(self._mind(), **said)  # type: ignore[arg-type]  # names of Mind's own fields
        self._error = None
        self._show()

    def _turn(self, what: str) -> None:
        """The next of a few choices, by a key."""
        keys = {"ground": GROUNDS, "reason": tuple(reason_titles(self._desk.say)), "condition": CONDITIONS}[what]
        after = keys[(keys.index(getattr(self._mind(), what)) + 1) % len(keys)]
        {"ground": self.setGround, "reason": self.setReason, "condition": self.setCondition}[what](after)

    def _sold(self, line: int) -> Returnable | None:
        return next((one for one in self._sale.lines if one.line == line), None) if self._sale else None

    def _left(self, line: int) -> int:
        sold = self._sold(line)
        return sold.left_milli if sold else 0

    def _is_piece(self, line: int) -> bool:
        sold = self._sold(line)
        return sold is not None and sold.unit == "piece"

    def _worth(self, line: Returnable) -> int:
        milli = self._minds[line.line].quantity_milli if line.line in self._minds else 0
        if not milli:
            return 0
        whole = (line.amount_minor + line.deposit_minor, line.left_milli)
        return share_of(whole[0], whole[1], 0, milli)

    def _title(self, sale: Found) -> str:
        if isinstance(sale, FoundGoods):
            return self._desk.say("Return without a receipt")
        zone = self._desk.counter.ledger.identity.place.zone
        return f"{sale.receipt} · {self._desk.say.date_time(sale.sold_ms, zone)}"

    def _show(self) -> None:
        say, mind = self._desk.say, self._mind()
        self._sales.put([self._sale_row(one, place) for place, one in enumerate(self._found)])
        self._lines.put([self._line_row(line) for line in self._sale.lines] if self._sale else [])
        for rows, titles, chosen in (
            (self._grounds, ground_titles(say), mind.ground), (self._reasons, reason_titles(say), mind.reason),
            (self._conditions, condition_titles(say), mind.condition),
        ):  # fmt: skip
            rows.put([ChoiceRow(key, title, key == chosen) for key, title in titles.items()])
        self._void_reasons.put([ChoiceRow(str(place), title, False) for place, title in enumerate(void_titles(say))])
        self.changed.emit()

    def _sale_row(self, sale: FoundSale, place: int) -> SaleRow:
        goods = ", ".join(line.name for line in sale.lines[:3]) + ("…" if len(sale.lines) > 3 else "")
        return SaleRow(
            sale.receipt, self._title(sale), goods, self._desk.money(sale.total_minor), place == self._place and not self._number
        )

    def _line_row(self, line: Returnable) -> BackRow:
        say, mind = self._desk.say, self._minds.get(line.line, Mind())
        left, over = say.quantity(line.left_milli, line.unit), line.left_milli == 0
        detail = say("came back already") if over else say("{left} of {sold} can come back", left=left, sold=self._count(line))
        count = say.quantity(mind.quantity_milli, line.unit) if mind.quantity_milli else "0"
        note = "" if mind.to_stock or not mind.quantity_milli else say("is written off")
        worth = self._worth(line)
        return BackRow(
            line.line, " ".join(part for part in (line.name, line.variant) if part), detail, count,
            self._desk.money(worth) if worth else "", line.line == self._line, over, mind.quantity_milli > 0, note,
        )  # fmt: skip

    def _count(self, line: Returnable) -> str:
        return self._desk.say.quantity(line.sold_milli, line.unit)
