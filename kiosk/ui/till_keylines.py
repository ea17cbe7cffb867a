"""What each key of the till does, in words. Which keys there are is not said here: that is what the screen itself answers to."""

from collections.abc import Mapping

from PySide6.QtCore import Qt

from kiosk.ui.flow import Dialog, Screen

Key = Qt.Key
Lines = Mapping[Qt.Key, str]

ENTER, TIMES, DIGITS, LETTERS = Key.Key_Return, Key.Key_Asterisk, Key.Key_0, Key.Key_A
"""Stand-ins: both Enter keys, all times signs, all digits, all letters of the menu."""

CAPS: Lines = {
    ENTER: "Enter", Key.Key_Escape: "Esc", Key.Key_Backspace: "⌫", Key.Key_Delete: "Del",
    TIMES: "*", DIGITS: "0-9", LETTERS: "1-9 A-Q",
    Key.Key_Up: "↑", Key.Key_Down: "↓", Key.Key_Left: "←", Key.Key_Right: "→", Key.Key_PageDown: "PgDn", Key.Key_PageUp: "PgUp",
    Key.Key_Home: "Home",
    Key.Key_Insert: "Ins", Key.Key_Plus: "+", Key.Key_Minus: "−", Key.Key_1: "1", Key.Key_2: "2", Key.Key_3: "3",
    **{Qt.Key(Key.Key_F1 + n): f"F{n + 1}" for n in range(12)},
}  # fmt: skip
"""What stands on a key, in the order in which a list of keys is read."""

EVERYWHERE: Lines = {
    Key.Key_F1: "Show these keys",
    Key.Key_F10: "Status of the till",
    Key.Key_F11: "Next size of text",
    Key.Key_F12: "Lock the till",
    Key.Key_Home: "Scan with the camera, or switch it off",
    Key.Key_Escape: "Back",
    Key.Key_Backspace: "Take back what was keyed in last",
    Key.Key_Up: "Choose",
    Key.Key_Down: "Choose",
    DIGITS: "Key in a number",
}
"""What a key does wherever a place has no words of its own for it."""

_RECEIPT_VOID: Lines = {Key.Key_1: "Choose the reason", Key.Key_2: "Choose the reason", Key.Key_3: "Choose the reason"}

PLACES: Mapping[str, Lines] = {
    Screen.SIGN_IN: {ENTER: "Next", DIGITS: "Key in your number or your PIN", Key.Key_Escape: "Somebody else signs in"},
    Screen.NEW_PIN: {ENTER: "Next", DIGITS: "Key in your new PIN"},
    Screen.OPEN_SHIFT: {
        ENTER: "Next kind; after the last, open the shift", Key.Key_F3: "Count each kind, or give one amount",
        Key.Key_F9: "Open the shift",
    },
    Screen.SALE: {
        ENTER: "Add the article of the number", DIGITS: "Key in the number of an article", TIMES: "So many of the next article",
        Key.Key_F2: "Search for an article", Key.Key_F3: "Another quantity", Key.Key_F4: "Take the line away",
        Key.Key_F5: "Menu: all else that the till does", Key.Key_F6: "Discount on the line", Key.Key_F7: "Discount on the sale",
        Key.Key_F8: "Void the whole sale", Key.Key_F9: "Pay", Key.Key_Up: "Choose a line", Key.Key_Down: "Choose a line",
        Key.Key_Plus: "One more", Key.Key_Minus: "One less", Key.Key_Delete: "Take the line away",
        Key.Key_Escape: "Clear what was keyed in", Key.Key_Right: "Sizes and stock of the line",
        Key.Key_Insert: "Orders of this store",
    },
    Screen.PAYMENT: {
        ENTER: "Take this amount", Key.Key_F9: "Take this amount", DIGITS: "Key in the amount",
        Key.Key_F4: "The signature is not right", Key.Key_F5: "Another means of payment", Key.Key_F6: "Ask the terminal again",
        Key.Key_F7: "Say what the terminal's slip says", Key.Key_Escape: "Back to the sale",
    },
    Screen.DONE: {
        ENTER: "Next customer", Key.Key_F9: "Next customer", Key.Key_Escape: "Next customer", Key.Key_F5: "Print the receipt again",
    },
    "stock.home": {
        ENTER: "Begin or go on with it", DIGITS: "Begin or go on with it", Key.Key_Left: "Choose", Key.Key_Right: "Choose",
    },
    "stock.lines": {
        ENTER: "So many there are", DIGITS: "Key in how many", Key.Key_F2: "Search for an article",
        Key.Key_F4: "Take the line away", Key.Key_Delete: "Take the line away", Key.Key_Plus: "One more", Key.Key_Minus: "One less",
        Key.Key_Up: "Choose a line", Key.Key_Down: "Choose a line", Key.Key_F8: "Discard this work", Key.Key_F9: "Check and post",
        Key.Key_F6: "Of a delivery: one came damaged",
        Key.Key_Escape: "Back; the work is kept",
    },
    "stock.check": {
        ENTER: "Post it", Key.Key_F9: "Post it", Key.Key_Escape: "Back to the lines",
    },
    "close.start": {ENTER: "Count the drawer", Key.Key_F9: "Count the drawer", Key.Key_Escape: "Back to the sale"},
    "close.count": {
        ENTER: "Next kind; after the last, hand the count in", Key.Key_F9: "Hand the count in", DIGITS: "Key in how many there are",
        Key.Key_Escape: "Back to the sale; the count is kept",
    },
    "close.result": {
        ENTER: "Close the shift", Key.Key_F9: "Close the shift", Key.Key_F3: "Count again", Key.Key_Up: "Choose the reason",
        Key.Key_Down: "Choose the reason", Key.Key_Escape: "Back to the sale; the count is kept",
    },
    "close.sign": {ENTER: "Next; after the PIN, close the shift", Key.Key_F8: "Close without this"},
    "close.done": {
        ENTER: "Done", Key.Key_Escape: "Done", Key.Key_F6: "Print the report again", Key.Key_F9: "Open the next shift",
    },
    Screen.JOURNAL: {
        Key.Key_F3: "Next kind of entry", Key.Key_F4: "Next person", Key.Key_F6: "Write it to a file",
        Key.Key_F9: "Back to the sale",
        Key.Key_Left: "Another day", Key.Key_Right: "Another day", Key.Key_PageDown: "Show more",
        Key.Key_Escape: "Back to the sale",
    },
    "orders.list": {
        ENTER: "Open the order", Key.Key_Left: "Another list", Key.Key_Right: "Another list", Key.Key_Up: "Choose an order",
        Key.Key_Down: "Choose an order", Key.Key_Escape: "Back to the sale",
    },
    "orders.sending": {
        ENTER: "It goes along, or not", Key.Key_Up: "Choose a parcel", Key.Key_Down: "Choose a parcel",
        Key.Key_F9: "Given to the carrier", Key.Key_Left: "Another list", Key.Key_Right: "Another list",
        Key.Key_Escape: "Back to the sale",
    },
    "orders.order": {
        ENTER: "Do what comes first", Key.Key_Up: "Choose a line", Key.Key_Down: "Choose a line", Key.Key_F3: "Not there",
        Key.Key_F4: "Picked by hand, or another place", Key.Key_F6: "Print the pick slip or the label",
        Key.Key_F7: "Back on the shelf", Key.Key_F8: "Cancel",
    },
    "orders.text": {ENTER: "Next"},
    "orders.sign": {
        ENTER: "That is the signature", Key.Key_Backspace: "Last stroke away", Key.Key_Delete: "Sign once more",
        Key.Key_F4: "Sign on paper",
    },
    "orders.paper": dict.fromkeys((ENTER, Key.Key_1, Key.Key_2, Key.Key_3), "Choose why on paper"),
    "orders.missing": {
        ENTER: "The first answer", Key.Key_Plus: "One more", Key.Key_Minus: "One less", Key.Key_Up: "Choose what to propose",
        Key.Key_Down: "Choose what to propose", Key.Key_F4: "The customer pays its own price",
    },
    "orders.count": {
        ENTER: "Do it for so many", Key.Key_Plus: "One more", Key.Key_Minus: "One less", Key.Key_Up: "Choose a line",
        Key.Key_Down: "Choose a line",
    },
    Dialog.NOTICE: {ENTER: "I have seen it", Key.Key_Escape: "I have seen it"},
    Dialog.TICKET: {ENTER: "I have seen it", Key.Key_Escape: "I have seen it"},
    Dialog.ITEM: {
        ENTER: "Add to the sale", Key.Key_Left: "Choose", Key.Key_Right: "Choose", DIGITS: "Key in the weight",
        Key.Key_F4: "Write down a lost sale", Key.Key_F5: "Order what is not here",
        Key.Key_F6: "Print a label for the shelf",
    },
    Dialog.QUANTITY: {ENTER: "Take this quantity", DIGITS: "Key in the quantity"},
    Dialog.DISCOUNT: {
        ENTER: "Give the discount", Key.Key_F3: "Percentage, amount or price", Key.Key_Up: "Choose the reason",
        Key.Key_Down: "Choose the reason",
    },
    Dialog.AGE: {ENTER: "Old enough, go on", Key.Key_Escape: "Back to the basket"},
    Dialog.VOID: {Key.Key_Escape: "Keep the sale"},
    Dialog.GIVE_BACK: {ENTER: "Give the money back", Key.Key_Escape: "Go on paying"},
    Dialog.CARD_WORD: {
        ENTER: "Next; after the PIN, write it down", Key.Key_Up: "The other answer", Key.Key_Down: "The other answer",
    },
    Dialog.STATUS: {
        ENTER: "Close", Key.Key_Escape: "Close", Key.Key_F5: "Ask the hub now", Key.Key_F6: "Print the last receipt again",
        Key.Key_F7: "How long it can work alone", Key.Key_F8: "What waits for a person",
    },
    Dialog.READINESS: {ENTER: "Close", Key.Key_Escape: "Close", Key.Key_F5: "Look again", Key.Key_F8: "What waits for a person"},
    Dialog.EXCEPTIONS: {ENTER: "Close", Key.Key_Escape: "Close", Key.Key_F5: "Try all of them again"},
    Dialog.WRITE_OFF: {
        ENTER: "Next; after the PIN, write it off", Key.Key_Up: "Choose the reason", Key.Key_Down: "Choose the reason",
    },
    Dialog.CASH: {
        ENTER: "Write it down", Key.Key_F9: "Write it down", DIGITS: "Key in the amount",
    },
    Dialog.CHANGE_ORDER: {
        ENTER: "Next note or coin", Key.Key_Up: "The note or coin before", Key.Key_Down: "Next note or coin",
        Key.Key_F9: "Order this change", DIGITS: "Key in how many",
    },
    Dialog.NO_SALE: {ENTER: "Open the drawer for the first reason", DIGITS: "Open the drawer for this reason"},
    Dialog.LOST_SALE: {
        DIGITS: "Write it down for this reason", Key.Key_Plus: "One more", Key.Key_Minus: "One less",
        Key.Key_Escape: "Back to the article",
    },
    Dialog.REPORTS: {ENTER: "Close", Key.Key_Escape: "Close", Key.Key_F6: "Print this report"},
    Dialog.CORRECT: {Key.Key_F5: "It was paid in cash", Key.Key_F6: "It was paid by card"},
    Dialog.MENU: {
        ENTER: "Do what is chosen", LETTERS: "Do what this key stands on", Key.Key_F5: "Back to the sale",
        Key.Key_Left: "Choose", Key.Key_Right: "Choose", Key.Key_Escape: "Back to the sale",
    },
    Dialog.SUSPEND: {ENTER: "Suspend the sale"},
    Dialog.RETRIEVE: {ENTER: "Open this sale again", Key.Key_Delete: "Void this sale"},
    Dialog.APPROVE: {ENTER: "Next; after the PIN, approve", DIGITS: "Key in your number or your PIN"},
    Dialog.RETURN_FIND: {
        ENTER: "Open this receipt", DIGITS: "Key in the receipt's number", Key.Key_F3: "Print a copy",
        Key.Key_F4: "Print a gift receipt", Key.Key_F8: "Void this receipt",
    },
    Dialog.RETURN_LINES: {
        ENTER: "Put the return in the sale", Key.Key_Plus: "One more", Key.Key_Minus: "One less", Key.Key_F3: "Next ground",
        Key.Key_F4: "Next reason", Key.Key_F6: "All of it comes back", Key.Key_F7: "Next condition",
        Key.Key_F8: "To the shelf, or not", Key.Key_Up: "Choose a line", Key.Key_Down: "Choose a line",
    },
    Dialog.REFUND: {ENTER: "Pay it out", Key.Key_Up: "Choose how", Key.Key_Down: "Choose how"},
    Dialog.VOID_RECEIPT: _RECEIPT_VOID,
    Dialog.CUSTOMER: {
        ENTER: "Attach the customer", DIGITS: "Key in a card's or telephone number", Key.Key_Delete: "Take the customer off",
        Key.Key_Up: "Choose the customer", Key.Key_Down: "Choose the customer",
    },
    Dialog.SERIAL: {Key.Key_Escape: "Later"},
    Dialog.STOP: {
        ENTER: "Take it out, where nothing is asked", DIGITS: "What stands on the goods", Key.Key_Escape: "Later, before paying",
    },
    Dialog.HAND: {ENTER: "The till has it", Key.Key_Escape: "Keep it here"},
    Dialog.LINE: {},
    Dialog.EMPTIES: {
        ENTER: "Count them; with nothing keyed in, ready", DIGITS: "Key in how many", Key.Key_Left: "Choose the deposit",
        Key.Key_Right: "Choose the deposit", Key.Key_Up: "Choose the deposit", Key.Key_Down: "Choose the deposit",
        Key.Key_Escape: "Back to the sale",
    },
    Dialog.KEYS: {
        ENTER: "Back", Key.Key_F1: "Back", Key.Key_Up: "Scroll", Key.Key_Down: "Scroll", Key.Key_PageUp: "Scroll",
        Key.Key_PageDown: "Scroll",
    },
    Dialog.PRICE_CHECK: {},
    Dialog.BALANCE: {Key.Key_F9: "Take it off the sale"},
    Dialog.WEB_BACK: {ENTER: "Choose what comes back, or ask the other stores", Key.Key_Escape: "Back"},
    Dialog.NEW_CUSTOMER: {
        ENTER: "Make a customer", Key.Key_F9: "Make a customer", Key.Key_F7: "Receipts by mail, or not",
        Key.Key_F8: "Offers and news, or not",
    },
    Dialog.ORDER: {
        ENTER: "It comes so", Key.Key_F9: "It comes so", Key.Key_F8: "This line, or all lines",
        Key.Key_Delete: "Taken along after all", Key.Key_Up: "Choose the way", Key.Key_Down: "Choose the way",
    },
}  # fmt: skip
"""Each place and its keys; the shift's close and orders have a place for each of their steps."""


def line(place: str, key: Qt.Key) -> str | None:
    """What a key does there, in English; None when nobody wrote it down."""
    return PLACES.get(place, {}).get(key) or EVERYWHERE.get(key)


def cap(key: Qt.Key) -> str:
    """What stands on a key."""
    return CAPS[key]
