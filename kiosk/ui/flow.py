"""Which screen comes next: the till's way through a day as a value and pure functions over it."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Screen(StrEnum):
    """The till's screens; one is shown at a time."""

    SIGN_IN = "sign_in"
    NEW_PIN = "new_pin"
    OPEN_SHIFT = "open_shift"
    SALE = "sale"
    PAYMENT = "payment"
    DONE = "done"
    CLOSE = "close"
    JOURNAL = "journal"
    STOCK = "stock"
    ORDERS = "orders"


class Dialog(StrEnum):
    """What may lie over a screen; one at a time."""

    NONE = ""
    NOTICE = "notice"
    ITEM = "item"
    QUANTITY = "quantity"
    DISCOUNT = "discount"
    AGE = "age"
    VOID = "void"
    GIVE_BACK = "give_back"
    CARD_WORD = "card_word"
    TICKET = "ticket"
    STATUS = "status"
    READINESS = "readiness"
    EXCEPTIONS = "exceptions"
    WRITE_OFF = "write_off"
    CASH = "cash"
    NO_SALE = "no_sale"
    CHANGE_ORDER = "change_order"
    REPORTS = "reports"
    CORRECT = "correct"
    MENU = "menu"
    SUSPEND = "suspend"
    RETRIEVE = "retrieve"
    APPROVE = "approve"
    RETURN_FIND = "return_find"
    RETURN_LINES = "return_lines"
    REFUND = "refund"
    VOID_RECEIPT = "void_receipt"
    CUSTOMER = "customer"
    LINE = "line"
    PRICE_CHECK = "price_check"
    LOST_SALE = "lost_sale"
    KEYS = "keys"
    EMPTIES = "empties"
    SERIAL = "serial"
    BALANCE = "balance"
    ORDER = "order"
    NEW_CUSTOMER = "new_customer"
    STOP = "stop"
    WEB_BACK = "web_back"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Flow:
    """Where the till is. `back` is the screen that a lock interrupted."""

    screen: Screen = Screen.SIGN_IN
    dialog: Dialog = Dialog.NONE
    back: Screen = Screen.SALE

    @property
    def may_sell(self) -> bool:
        """Whether a scan becomes a line now; else it waits in the queue."""
        return self.screen is Screen.SALE and self.dialog is Dialog.NONE

    @property
    def may_lock(self) -> bool:
        """Whether somebody is signed in."""
        return self.screen is not Screen.SIGN_IN


def signed_in(flow: Flow, *, must_change: bool, shift_open: bool) -> Flow:
    """Somebody signed in: a one-time PIN is changed first, then a shift is opened, then back."""
    if must_change:
        return replace(flow, screen=Screen.NEW_PIN, dialog=Dialog.NONE)
    if not shift_open:
        return replace(flow, screen=Screen.OPEN_SHIFT, dialog=Dialog.NONE)
    return replace(flow, screen=flow.back, dialog=Dialog.NONE, back=Screen.SALE)


def locked(flow: Flow) -> Flow:
    """The till was locked: cart and payment stay as they are."""
    if not flow.may_lock:
        return flow
    back = flow.screen if flow.screen in (Screen.PAYMENT, Screen.SALE) else Screen.SALE
    return Flow(Screen.SIGN_IN, Dialog.NONE, back)


def shift_opened(flow: Flow) -> Flow:
    """The shift is open: back to what a lock interrupted, or the first sale."""
    return Flow(flow.back)


def pay(flow: Flow) -> Flow:
    """The payment begins."""
    return Flow(Screen.PAYMENT)


def paid(flow: Flow) -> Flow:
    """The sale is committed."""
    return Flow(Screen.DONE)


def closing(flow: Flow) -> Flow:
    """The shift is being closed."""
    return Flow(Screen.CLOSE)


def next_shift(flow: Flow) -> Flow:
    """The shift was closed, and the next one begins."""
    return Flow(Screen.OPEN_SHIFT)


def journal(flow: Flow) -> Flow:
    """The journal is read."""
    return Flow(Screen.JOURNAL)


def stock(flow: Flow) -> Flow:
    """Stock work is done."""
    return Flow(Screen.STOCK)


def orders(flow: Flow) -> Flow:
    """The orders of the store are worked on."""
    return Flow(Screen.ORDERS)


def to_sale(flow: Flow) -> Flow:
    """The payment was cancelled, or the next customer comes."""
    return Flow(Screen.SALE)


def opened(flow: Flow, dialog: Dialog) -> Flow:
    """A dialog came over the screen."""
    return replace(flow, dialog=dialog)


def closed(flow: Flow) -> Flow:
    """The dialog went."""
    return replace(flow, dialog=Dialog.NONE)
