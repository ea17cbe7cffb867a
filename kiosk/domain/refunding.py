"""Paying out: what a return or an exchange leaves to be given back, to which tenders, and how cash is rounded then.

A settlement below zero is settled by tenders below zero. Cash rounds by its own rule, what goes back to a card does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.payment import CARD, CASH, CardPart, Settlement, Tender, cash_due

STORE_CREDIT = "store_credit"

WEB_PAYMENT = "web_payment"
"""Money that goes back to a payment of a web order: whoever owns that payment is asked to, by the hub."""


@dataclass(frozen=True, slots=True)
class RefundOption:
    """One way for money to go back: at most so much (minor units, positive); `reference` names the payment it undoes."""

    kind: str
    most_minor: int
    reference: str = ""
    rule: str = ""
    card: CardPart | None = None
    """The payment on a card terminal of this till that it undoes."""
    asks: str = ""
    """Why a second person has to say yes before this way is gone, as an error code; empty: nobody has to."""
    approved_by: str = ""
    name: str = ""
    """How the payment that it goes back to calls itself, for people."""


def is_refund(settlement: Settlement) -> bool:
    """Whether money is to be given back."""
    return settlement.left_minor < 0


def paid_with(sale: Json) -> tuple[RefundOption, ...]:
    """How a sale was paid: each tender and its amount, what is most to be given back to it."""
    return tuple(
        RefundOption(one["kind"], one["amount"], one.get("reference", ""), one.get("rule", ""), card_of(one))
        for one in sale["tenders"]
        if one["amount"] > 0
    )


def less(
    originals: Sequence[RefundOption], given: Iterable[Tender], refund_to: Mapping[str, Sequence[str]]
) -> tuple[RefundOption, ...]:
    """How goods were paid, less the parts that went back already (tenders below zero), so that no payment is given back twice.

    What went back took off the very payment that it names, else one of its kind, else one whose rule lets it go back so.
    """
    left = list(originals)
    for tender in given:
        rest = -tender.amount_minor
        for place in sorted(range(len(left)), key=lambda place: _fit(left[place], tender, refund_to)):
            taken = max(0, min(rest, left[place].most_minor))
            left[place] = replace(left[place], most_minor=left[place].most_minor - taken)
            rest -= taken
    return tuple(one for one in left if one.most_minor > 0)


def _fit(one: RefundOption, given: Tender, refund_to: Mapping[str, Sequence[str]]) -> int:
    """How well a payment fits what went back: the smaller, the better."""
    if one.kind == given.kind:
        return 0 if one.reference == given.reference else 1
    return 2 if given.kind in refund_to.get(one.rule or one.kind, ()) else 3


def options(
    left_minor: int, originals: Sequence[RefundOption], refund_to: Mapping[str, Sequence[str]], *, voucher: bool
) -> tuple[RefundOption, ...]:
    """The ways that are open for so much (minor units, positive), the right one first.

    `originals` are how the goods were paid, less what went back already; `refund_to` is the tender rules' own list by kind, where
    "same" is the very payment. `voucher` gives store credit and nothing else (goodwill, where the shop's policy says so).
    Without a receipt nobody knows how the goods were paid: cash, as the shop allows it.
    """
    assert left_minor > 0, "there is something to give back"
    if voucher:
        return (RefundOption(STORE_CREDIT, left_minor),)
    found: list[RefundOption] = []
    for one in originals:
        most = min(one.most_minor, left_minor)
        for kind in refund_to.get(one.rule or one.kind, ("same",)):
            found.append(replace(one, most_minor=most) if kind == "same" else RefundOption(kind, most))
    if not found:
        found.append(RefundOption(CASH, left_minor))
    return _merged(found, left_minor)


def give_cash(settlement: Settlement, step_minor: int, most_minor: int, approved_by: str = "") -> Settlement:
    """Hand cash back: all that is left, rounded, or as much as was paid in cash. Raises Refused when nothing is to be given."""
    _check(settlement)
    left = -settlement.left_minor
    if most_minor < left:
        return _with(settlement, Tender(CASH, -most_minor, -most_minor, 0, approved_by=approved_by), 0)
    due = cash_due(settlement, step_minor)
    return _with(settlement, Tender(CASH, due, due, 0, approved_by=approved_by), due - settlement.left_minor)


def give(
    settlement: Settlement, kind: str, amount_minor: int, reference: str, rule: str = "", approved_by: str = ""
) -> Settlement:
    """Give so much back (minor units, positive) to a card, or as store credit, which gets its number with the sale's own.

    Never more than is left, never rounded.
    """
    _check(settlement)
    if not 0 < amount_minor <= -settlement.left_minor:
        raise Refused("refund.too_much")
    if kind == STORE_CREDIT and not reference.strip():
        return _with(settlement, Tender(kind, -amount_minor, -amount_minor, 0, rule=rule, issued=True, approved_by=approved_by), 0)
    if not reference.strip():
        raise Refused("payment.reference_missing")
    tender = Tender(kind, -amount_minor, -amount_minor, 0, reference.strip(), rule=rule, approved_by=approved_by)
    return _with(settlement, tender, 0)


def numbered(settlement: Settlement, code: str, until_ms: int) -> Settlement:
    """The settlement with the number and the end (wall ms, 0: none) of the store credit that it issues, known only at the end."""
    tenders = [
        replace(one, reference=one.reference or code, until_ms=until_ms) if one.issued else one for one in settlement.tenders
    ]
    return replace(settlement, tenders=tuple(tenders))


def give_at_terminal(settlement: Settlement, amount_minor: int, part: CardPart) -> Settlement:
    """Count what a card terminal gave back (minor units, positive); never more than is left."""
    _check(settlement)
    counted = min(amount_minor, -settlement.left_minor)
    return _with(settlement, Tender(CARD, -counted, -counted, 0, part.original or part.attempt, part), 0)


def card_of(tender: Json) -> CardPart | None:
    """The terminal's part of a tender as its fact has it."""
    card = tender.get("card")
    return CardPart(card["attempt"], card["terminal"], card["original"], card["original_at"]) if card else None


def _merged(found: Iterable[RefundOption], left_minor: int) -> tuple[RefundOption, ...]:
    """Two receipts paid in cash are one way to give cash; two cards stay two."""
    merged: dict[tuple[str, str], RefundOption] = {}
    for one in found:
        key = (one.kind, one.reference if one.kind != CASH else "")
        before = merged[key].most_minor if key in merged else 0
        most = min(left_minor, before + one.most_minor)
        merged[key] = replace(one, most_minor=most, reference=key[1])
    return tuple(merged.values())


def _check(settlement: Settlement) -> None:
    if not is_refund(settlement):
        raise Refused("refund.nothing")


def _with(settlement: Settlement, tender: Tender, rounding_minor: int) -> Settlement:
    return Settlement(
        settlement.total_minor, (*settlement.tenders, tender), settlement.rounding_minor + rounding_minor,
        settlement.left_minor + rounding_minor - tender.amount_minor,
    )  # fmt: skip
