"""A fact as a line of the journal that a person can read: what it is called, and what it says."""

from collections.abc import Mapping

from kiosk.domain import facts
from kiosk.domain.facts import Fact
from kiosk.domain.orderlife import (
    CANCELLED,
    DECLINED,
    EXPIRED,
    HANDED_OVER,
    IN_TRANSIT,
    PACKED,
    PICKED,
    READY,
    RETURNED,
    SHIPPED,
)
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import WRITTEN_OFF
from kiosk.paper.shiftsheet import move_name
from kiosk.text import Words

SALES, ORDERS, COPIES, VOIDS, CASH, SHIFTS, CARDS, STOCK, STAFF, SETTINGS = (
    "sales", "orders", "copies", "voids", "cash", "shifts", "cards", "stock", "staff", "settings",
)  # fmt: skip
GROUPS: Mapping[str, tuple[str, ...]] = {
    SALES: (facts.SALE_COMPLETED, facts.SALE_SUSPENDED, facts.SALE_RETRIEVED, facts.SALE_LOST, facts.TICKET_ISSUED),
    ORDERS: (facts.ORDER_PLACED, facts.ORDER_MOVED, facts.ORDER_PAID, facts.ORDER_SUBSTITUTED,
             facts.PARCELS_HANDED),
    VOIDS: (facts.SALE_ABANDONED, facts.SALE_VOIDED, facts.TENDER_CORRECTED),
    COPIES: (facts.RECEIPT_COPIED, facts.SHIFT_REPORTED, facts.JOURNAL_EXPORTED),
    CASH: (facts.CASH_MOVED, facts.DRAWER_OPENED, facts.CHANGE_ORDERED),
    SHIFTS: (facts.SHIFT_OPENED, facts.SHIFT_COUNTED, facts.SHIFT_CLOSED, facts.SHIFT_SWITCHED),
    CARDS: (facts.CARD_ATTEMPTED, facts.CARD_RESOLVED),
    STOCK: (facts.STOCK_MOVED, facts.STOCK_COUNTED, facts.STOCK_DISCARDED, facts.DELIVERY_RECEIVED, facts.TRANSFER_SENT,
            facts.STOP_LOOKED, facts.STOP_CLEARED, facts.LABELS_PRINTED),
    STAFF: (facts.STAFF_SIGNED_IN, facts.STAFF_SIGNED_OUT, facts.STAFF_REFUSED, facts.STAFF_PIN_CHANGED, facts.CUSTOMER_SEARCHED,
            facts.CUSTOMER_ENROLLED),
    SETTINGS: (facts.SETTING_CHANGED, facts.CLOCK_MOVED, facts.TERMINAL_ENROLLED, facts.GAP_DECLARED, facts.WORK_WRITTEN_OFF),
}
"""Kinds that people look for together."""

_SAID = ("reason", "why", "notice", "supplier", "transfer", "to", "explanation", "note", "bag", "approved_by", "code", "number",
         "shelf", "track")  # fmt: skip
"""What bodies say in words or numbers a person knows; the rest is in the export."""


def group_names(words: Words) -> dict[str, str]:
    """The groups as they are called."""
    return {
        SALES: words("Sales"), ORDERS: words("Orders"), VOIDS: words("Voids"), COPIES: words("Copies"), CASH: words("Cash"),
        SHIFTS: words("Shifts"), CARDS: words("Cards"), STOCK: words("Stock"), STAFF: words("Staff"), SETTINGS: words("Settings"),
    }  # fmt: skip


def title(fact: Fact, words: Words) -> str:
    """What happened, in a few words; a kind that this version does not know is called by its code."""
    if fact.kind == facts.CASH_MOVED:
        return move_name(str(fact.body.get("what", "")), words)
    if fact.kind == facts.STOCK_MOVED and fact.body.get("reason") == WRITTEN_OFF:
        return words("Goods written off")
    if fact.kind == facts.SALE_COMPLETED and any(line.get("quantity", 0) < 0 for line in fact.body.get("lines", ())):
        return words("Sale with goods that came back")
    if fact.kind == facts.ORDER_MOVED:
        return _moved(fact, words)
    if fact.kind == facts.ORDER_PAID:
        out = sum(one.get("amount_minor", 0) for one in fact.body.get("payments", ())) < 0
        return words("Order: money paid out") if out else words("Order: paid")
    return _titles(words).get(fact.kind, fact.kind)


def _moved(fact: Fact, words: Words) -> str:
    """What the last of its steps did; without a step something was said of the order."""
    steps = [str(one.get("step", "")) for one in fact.body.get("moves", ())]
    known = {
        PICKED: words("Order: picked"), PACKED: words("Order: packed"), READY: words("Order: put ready"),
        HANDED_OVER: words("Order: handed over"), SHIPPED: words("Order: given to the carrier"),
        IN_TRANSIT: words("Order: sent to another store"), DECLINED: words("Order: not there, declined"),
        CANCELLED: words("Order: cancelled"), EXPIRED: words("Order: not fetched, back on the shelf"),
        RETURNED: words("Order: came back"),
    }  # fmt: skip
    return known.get(steps[-1], words("Order: worked on")) if steps else words("Order: something noted")


def _titles(words: Words) -> dict[str, str]:
    return {
        facts.SALE_COMPLETED: words("Sale"), facts.SALE_ABANDONED: words("Basket given up"),
        facts.SALE_VOIDED: words("Finished sale voided"), facts.SALE_SUSPENDED: words("Sale suspended"),
        facts.SALE_RETRIEVED: words("Sale retrieved"), facts.SALE_LOST: words("Lost sale"),
        facts.TENDER_CORRECTED: words("Way of paying corrected"),
        facts.RECEIPT_COPIED: words("Copy printed"), facts.SHIFT_REPORTED: words("X report printed"),
        facts.JOURNAL_EXPORTED: words("Journal exported"), facts.DRAWER_OPENED: words("Drawer opened without a sale"),
        facts.CHANGE_ORDERED: words("Change ordered"), facts.SHIFT_OPENED: words("Shift opened"),
        facts.SHIFT_COUNTED: words("Drawer counted"), facts.SHIFT_CLOSED: words("Shift closed"),
        facts.SHIFT_SWITCHED: words("Drawer changed"), facts.CARD_ATTEMPTED: words("Card payment begun"),
        facts.CARD_RESOLVED: words("Card payment settled"), facts.STAFF_SIGNED_IN: words("Signed in"),
        facts.STAFF_SIGNED_OUT: words("Signed out"), facts.STAFF_REFUSED: words("Wrong PIN"),
        facts.STAFF_PIN_CHANGED: words("PIN changed"), facts.SETTING_CHANGED: words("Setting changed"),
        facts.CLOCK_MOVED: words("Clock set back"), facts.TERMINAL_ENROLLED: words("Till enrolled"),
        facts.GAP_DECLARED: words("Gap declared"), facts.WORK_WRITTEN_OFF: words("Written off"),
        facts.TICKET_ISSUED: words("Kiosk ticket"), facts.STOCK_MOVED: words("Stock moved"),
        facts.STOCK_COUNTED: words("Stock counted"), facts.STOCK_DISCARDED: words("Stock work discarded"),
        facts.DELIVERY_RECEIVED: words("Delivery received"), facts.TRANSFER_SENT: words("Goods sent to another store"),
        facts.CUSTOMER_SEARCHED: words("Customer looked up"), facts.ORDER_PLACED: words("Order placed"),
        facts.ORDER_SUBSTITUTED: words("Order: taken in place of other goods"),
        facts.PARCELS_HANDED: words("Parcels given to the carrier"),
        facts.CUSTOMER_ENROLLED: words("New customer"), facts.STOP_LOOKED: words("Looked for a sales stop"),
        facts.STOP_CLEARED: words("Stopped goods off the shelf"), facts.LABELS_PRINTED: words("Shelf labels printed"),
    }  # fmt: skip


def why_text(why: str, say: Words) -> str:
    """A reason to write off."""
    texts = {
        "damaged": say("Damaged"), "expired": say("Out of date"), "theft": say("Stolen"), "own_use": say("Used in the shop"),
        "sample": say("Sample or display"), "donated": say("Given away"), "other": say("Something else"),
        "recall": say("Must not be sold"),
    }  # fmt: skip
    return texts.get(why, why)


def detail(fact: Fact, words: Words) -> str:
    """What it says: receipt, reasons, approvals, and for a sale what was removed or reduced."""
    body = fact.body
    said = {**body, **body["detail"]} if isinstance(body.get("detail"), dict) else body
    parts = [str(body[key]) for key in ("receipt", "z_name") if isinstance(body.get(key), str) and body[key]]
    if fact.kind == facts.SETTING_CHANGED:
        parts += [f"{one['name']}: {one['before'] or '–'} → {one['after'] or '–'}" for one in body["settings"]]
    if fact.kind == facts.ORDER_MOVED and body.get("moves"):
        step = body["moves"][-1]["step"]
        pieces = sum(-(-one["quantity_milli"] // ONE) for one in body["moves"] if one["step"] == step)
        parts.append(words("1 piece") if pieces == 1 else words("{count} pieces", count=pieces))
    if fact.kind == facts.ORDER_SUBSTITUTED:
        parts.append(str(body.get("name", "")))
    if fact.kind == facts.ORDER_PAID:
        parts += [words.money(one["amount_minor"], fact.place.currency) for one in body["payments"]]
    if fact.kind == facts.SALE_COMPLETED and body.get("removed"):
        parts.append(words("{count} lines removed", count=len(body["removed"])))
    if fact.kind == facts.SALE_COMPLETED and body.get("discount"):
        parts.append(words("discount {money}", money=words.money(body["discount"], fact.place.currency)))
    if isinstance(body.get("difference"), int) and body["difference"]:
        parts.append(words("difference {money}", money=words.money(body["difference"], fact.place.currency)))
    for key in _SAID:
        value = why_text(str(said.get(key)), words) if key == "why" and said.get(key) else said.get(key)
        if isinstance(value, str) and value and value not in parts:
            parts.append(words("approved by {who}", who=value) if key == "approved_by" else value)
    return " · ".join(parts)
