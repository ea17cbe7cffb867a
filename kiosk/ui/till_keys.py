"""The keyboard of the till: each key finds its action on the screen or in the dialog that is shown; plain functions."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtQml import QmlElement

from kiosk.ui.flow import Dialog, Screen
from kiosk.ui.till_keylines import DIGITS, ENTER, LETTERS, TIMES
from kiosk.ui.till_menu import Action, Keys
from kiosk.ui.till_model import TillModel

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

Key = Qt.Key

_ENTER = (Key.Key_Return, Key.Key_Enter)
_TIMES = ("*", "×", "x", "X")


@QmlElement
class TillKeys(QObject):
    """Where the window sends every key that no field took."""

    def __init__(self, till: TillModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._till = till
        till.more_model.keymap_model.wanted.connect(lambda: show_keys(till))

    @Slot(int, str, result=bool)
    def press(self, key: int, text: str) -> bool:
        """One key; gives whether it meant something."""
        return press(self._till, key, text)


def press(till: TillModel, key: int, text: str) -> bool:
    """Do what a key means here; gives whether it meant something."""
    action = _actions(till).get(key)
    if action is not None:
        action()
        return True
    flow = till.flow
    if flow.dialog is Dialog.MENU:
        return len(text) == 1 and till.more_model.pick(text)
    typed = _digits(till)
    if typed is not None and len(text) == 1 and text.isascii() and text.isdigit():
        typed(text)
        return True
    if _takes_times(till) and text in _TIMES:
        till.sale_model.times()
        return True
    return False


def show_keys(till: TillModel) -> None:
    """Show what every key does here; where that is shown already, it goes."""
    keymap = till.more_model.keymap_model
    if till.flow.dialog is Dialog.KEYS:
        keymap.leave()
    else:
        keymap.begin(place(till), keys_here(till))


def place(till: TillModel) -> str:
    """What the key map calls the screen or dialog that is open; what has steps has a place for each."""
    flow = till.flow
    if flow.dialog is not Dialog.NONE:
        return flow.dialog
    if flow.screen is Screen.STOCK:
        return till.more_model.stock_model.place_name()
    if flow.screen is Screen.ORDERS:
        return f"{Screen.ORDERS}.{till.more_model.orders_model.place()}"
    return f"{Screen.CLOSE}.{till.more_model.closing_model.step_shown()}" if flow.screen is Screen.CLOSE else flow.screen


def keys_here(till: TillModel) -> set[Qt.Key]:
    """Every key that means something now, with one for all digits and the like (kiosk.ui.till_keylines)."""
    found = {ENTER if key in _ENTER else Key(key) for key in _actions(till)}
    if _digits(till) is not None:
        found.add(DIGITS)
    if _takes_times(till):
        found.add(TIMES)
    if till.flow.dialog is Dialog.MENU:
        found.add(LETTERS)
    return found


def _takes_times(till: TillModel) -> bool:
    return till.flow.screen is Screen.SALE and till.flow.dialog is Dialog.NONE


def _actions(till: TillModel) -> Mapping[int, Action]:
    flow = till.flow
    enter, here = _dialog_keys(till, flow.dialog) if flow.dialog is not Dialog.NONE else _screen_keys(till, flow.screen)
    return _with_enter(enter, {**here, **_anywhere(till)})


def _anywhere(till: TillModel) -> dict[Qt.Key, Action]:
    """What these keys do whatever is shown; a dialog is first answered, before the till is locked."""
    found: dict[Qt.Key, Action] = {Key.Key_F1: lambda: show_keys(till), Key.Key_F11: till.look_model.nextStep}
    if till.camera_model.is_fitted():
        found[Key.Key_Home] = till.camera_model.turn
    if till.camera_model.is_open():
        found[Key.Key_Escape] = till.camera_model.dismiss
    if till.flow.dialog is Dialog.NONE and till.flow.may_lock:
        found |= {Key.Key_F10: till.showStatus, Key.Key_F12: till.lock}
    return found


def _with_enter(enter: Action | None, others: Mapping[Qt.Key, Action]) -> Mapping[int, Action]:
    found: dict[int, Action] = dict(others.items())
    if enter is not None:
        found.update(dict.fromkeys(_ENTER, enter))
    return found


def _screen_keys(till: TillModel, screen: Screen) -> tuple[Action | None, dict[Qt.Key, Action]]:
    sale = till.sale_model
    match screen:
        case Screen.SIGN_IN:
            signing = till.sign_in_model
            return signing.enter, {
                Key.Key_Backspace: signing.backspace,
                Key.Key_Escape: signing.back,
            }
        case Screen.NEW_PIN:
            return till.new_pin_model.enter, {Key.Key_Backspace: till.new_pin_model.backspace}
        case Screen.OPEN_SHIFT:
            shift = till.shift_model
            return shift.enter, {
                Key.Key_Backspace: shift.backspace,
                Key.Key_Up: lambda: shift.step(-1),
                Key.Key_Down: lambda: shift.step(1),
                Key.Key_F9: shift.open,
                Key.Key_F3: lambda: shift.setCounting(not shift.is_counting()),
            }
        case Screen.SALE:
            return sale.enter, {
                Key.Key_Backspace: sale.backspace,
                Key.Key_Escape: sale.clear,
                Key.Key_Up: lambda: sale.step(-1),
                Key.Key_Down: lambda: sale.step(1),
                Key.Key_Plus: lambda: sale.more(1),
                Key.Key_Minus: lambda: sale.more(-1),
                Key.Key_Right: till.more_model.line_model.showCard,
                Key.Key_Delete: sale.remove,
                Key.Key_F2: till.searchWanted.emit,
                Key.Key_F3: sale.askQuantity,
                Key.Key_F4: sale.remove,
                Key.Key_F5: till.showMenu,
                Key.Key_F6: till.discountLine,
                Key.Key_F7: till.discountSale,
                Key.Key_F8: sale.askVoid,
                Key.Key_F9: sale.pay,
                Key.Key_Insert: till.more_model.orders_model.beginHere,
            }
        case Screen.PAYMENT:
            paying = till.payment_model
            return paying.enter, {
                Key.Key_Backspace: paying.backspace,
                Key.Key_Escape: paying.cancel,
                Key.Key_F5: paying.otherWay,
                Key.Key_F4: paying.card_model.refuseSignature,
                Key.Key_F6: paying.card_model.askAgain,
                Key.Key_F7: paying.card_model.state,
                Key.Key_F9: paying.enter,
            }
        case Screen.CLOSE:
            enter, others = till.more_model.closing_model.screen_keys()
            return enter, dict(others)
        case Screen.JOURNAL:
            enter, others = till.more_model.journal_model.screen_keys()
            return enter, dict(others)
        case Screen.STOCK:
            enter, others = till.more_model.stock_model.screen_keys()
            return enter, dict(others)
        case Screen.ORDERS:
            enter, others = till.more_model.orders_model.screen_keys()
            return enter, dict(others)
        case Screen.DONE:
            return till.nextSale, {
                Key.Key_Escape: till.nextSale,
                Key.Key_F9: till.nextSale,
                Key.Key_F5: till.done_model.printAgain,
            }


def _dialog_keys(till: TillModel, dialog: Dialog) -> Keys:
    close: dict[Qt.Key, Action] = {Key.Key_Escape: till.close}
    match dialog:
        case Dialog.NOTICE | Dialog.TICKET:
            seen = till.notice_model.acknowledge if dialog is Dialog.NOTICE else till.close
            return seen, {Key.Key_Escape: seen}
        case Dialog.ITEM:
            item = till.item_model
            return item.add, {
                **close,
                Key.Key_Backspace: item.backspace,
                Key.Key_F4: till.more_model.lost_model.begin,
                Key.Key_F5: item.order,
                Key.Key_F6: item.printLabel,
                Key.Key_Left: lambda: item.step(-1, 0),
                Key.Key_Right: lambda: item.step(1, 0),
                Key.Key_Up: lambda: item.step(0, -1),
                Key.Key_Down: lambda: item.step(0, 1),
            }
        case Dialog.QUANTITY:
            return till.sale_model.quantityEnter, {
                **close,
                Key.Key_Backspace: till.sale_model.quantityBack,
            }
        case Dialog.DISCOUNT:
            discount = till.discount_model
            return discount.enter, {
                **close,
                Key.Key_Backspace: discount.backspace,
                Key.Key_F3: discount.turn,
                Key.Key_Up: lambda: discount.stepReason(-1),
                Key.Key_Down: lambda: discount.stepReason(1),
            }
        case Dialog.AGE:
            return till.sale_model.ageChecked, close
        case Dialog.GIVE_BACK:
            return till.payment_model.giveBack, close
        case Dialog.CARD_WORD:
            word = till.payment_model.word_model
            return word.enter, {**close, Key.Key_Backspace: word.backspace, Key.Key_Up: word.other, Key.Key_Down: word.other}
        case Dialog.VOID:
            return None, close
        case Dialog.STATUS:
            return till.close, {
                **close,
                Key.Key_F5: till.status_model.tryNow,
                Key.Key_F6: till.status_model.printLast,
                Key.Key_F7: till.showReadiness,
                Key.Key_F8: till.showExceptions,
            }
        case Dialog.READINESS:
            return till.close, {**close, Key.Key_F5: till.exceptions_model.refresh, Key.Key_F8: till.showExceptions}
        case Dialog.EXCEPTIONS:
            return till.close, {**close, Key.Key_F5: till.exceptions_model.tryAll}
        case Dialog.WRITE_OFF:
            waiting = till.exceptions_model
            return waiting.enter, {
                Key.Key_Escape: till.showExceptions,
                Key.Key_Backspace: waiting.backspace,
                Key.Key_Up: lambda: waiting.stepReason(-1),
                Key.Key_Down: lambda: waiting.stepReason(1),
            }
        case _:
            return till.more_model.keys(dialog)


def _digits(till: TillModel) -> Callable[[str], object] | None:
    flow = till.flow
    if flow.dialog is not Dialog.NONE:
        dialogs: dict[Dialog, Callable[[str], object]] = {
            Dialog.ITEM: till.item_model.digit,
            Dialog.QUANTITY: till.sale_model.quantityDigit,
            Dialog.DISCOUNT: till.discount_model.digit,
            Dialog.WRITE_OFF: till.exceptions_model.digit,
            Dialog.CARD_WORD: till.payment_model.word_model.digit,
        }
        return dialogs.get(flow.dialog) or till.more_model.digits(flow.dialog)
    screens: dict[Screen, Callable[[str], object]] = {
        Screen.SIGN_IN: till.sign_in_model.digit,
        Screen.NEW_PIN: till.new_pin_model.digit,
        Screen.OPEN_SHIFT: till.shift_model.digit,
        Screen.SALE: till.sale_model.digit,
        Screen.PAYMENT: till.payment_model.digit,
        Screen.CLOSE: till.more_model.closing_model.digit,
    }
    if flow.screen is Screen.STOCK:
        return till.more_model.stock_model.typed()
    return screens.get(flow.screen)
