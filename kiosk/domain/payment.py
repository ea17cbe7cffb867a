"""Tenders and what is left to pay: cash rounding, change, and when a sale is paid.

Cash is rounded on what is left for cash, never on cards (Dutch 5-cent rule, Belgian cash-only rule).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.errors import Refused
from kiosk.domain.money import divide_half_up

CASH = "cash"
CARD = "card"


@dataclass(frozen=True, slots=True)
class CardPart:
    """What is kept of a payment on a card terminal: our reference, its own name of it, brand, last four digits, its receipt."""

    attempt: str
    terminal: str = ""
    original: str = ""
    original_at: str = ""
    brand: str = ""
    digits: str = ""
    approval: str = ""
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tender:
    """One payment. `amount_minor` counts against the sale; for cash `tendered_minor` was given and `change_minor` went back.

    `rule` is the id of the tender rule that it was taken by, empty for cash and card as they always were. `issued`: a refund that
    makes a voucher, which holds until `until_ms` (0: no end). `left_minor` is what a voucher still held then, where that was
    known; `offline`: the hub could not be asked.
    """

    kind: str
    amount_minor: int
    tendered_minor: int
    change_minor: int
    reference: str = ""
    card: CardPart | None = None
    rule: str = ""
    issued: bool = False
    until_ms: int = 0
    left_minor: int | None = None
    offline: bool = False
    approved_by: str = ""
    """Whose word allowed a refund to go another way than the goods were paid."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a total stands after some tenders. `rounding_minor` is outside turnover and VAT: paid = total + rounding."""

    total_minor: int
    tenders: tuple[Tender, ...]
    rounding_minor: int
    left_minor: int

    @property
    def is_paid(self) -> bool:
        """Nothing is left."""
        return self.left_minor == 0

    @property
    def change_minor(self) -> int:
        """All change that goes back."""
        return sum(tender.change_minor for tender in self.tenders)


def open_settlement(total_minor: int) -> Settlement:
    """A total with nothing paid yet."""
    return Settlement(total_minor, (), 0, total_minor)


def resume_settlement(total_minor: int, tenders: Sequence[Tender]) -> Settlement:
    """A total with parts already paid (never the last one, which ends the sale in its own transaction)."""
    settlement = open_settlement(total_minor)
    for tender in tenders:
        settlement = _with(settlement, tender, 0)
    return settlement


def round_cash(amount_minor: int, step_minor: int) -> int:
    """An amount to the nearest step of coins, a half away from zero; a step of 1 rounds nothing."""
    return divide_half_up(amount_minor, step_minor) * step_minor


def cash_due(settlement: Settlement, step_minor: int) -> int:
    """What is left when it is paid in cash."""
    return round_cash(settlement.left_minor, step_minor)


def pay_cash(settlement: Settlement, tendered_minor: int, step_minor: int) -> Settlement:
    """Pay with cash in the hand. Too little pays a part and is not rounded; enough ends the sale with change.

    Small coins stay legal tender, so the exact amount is enough even where cash is rounded up. A remainder that rounds to
    nothing is paid with nothing. Raises Refused when nothing is given, or when nothing is left to pay.
    """
    due = cash_due(settlement, step_minor)
    if tendered_minor or due:
        _check_given(tendered_minor)
    _check_open(settlement)
    if settlement.left_minor <= tendered_minor < due:
        return _with(settlement, Tender(CASH, tendered_minor, tendered_minor, 0), tendered_minor - settlement.left_minor)
    if tendered_minor < due:
        return _with(settlement, Tender(CASH, tendered_minor, tendered_minor, 0), 0)
    rounding = due - settlement.left_minor
    return _with(settlement, Tender(CASH, due, tendered_minor, tendered_minor - due), rounding)


def pay_card(settlement: Settlement, amount_minor: int, reference: str) -> Settlement:
    """Record a card payment made on a separate terminal, by its reference; never more than is left, never rounded."""
    _check_given(amount_minor)
    _check_open(settlement)
    if amount_minor > settlement.left_minor:
        raise Refused("payment.card_too_much")
    if not reference.strip():
        raise Refused("payment.reference_missing")
    return _with(settlement, Tender(CARD, amount_minor, amount_minor, 0, reference.strip()), 0)


def pay_at_terminal(settlement: Settlement, amount_minor: int, part: CardPart) -> Settlement:
    """Count what a card terminal approved; what it approved beyond what is left is not counted (it was not asked for)."""
    _check_open(settlement)
    counted = min(amount_minor, settlement.left_minor)
    return _with(settlement, Tender(CARD, counted, counted, 0, part.original or part.attempt, part), 0)


def quick_cash(due_minor: int, notes: Sequence[int], count: int = 4) -> tuple[int, ...]:
    """Amounts a shopper is likely to hand over: exactly, then what the notes (minor units, any order) make.

    >>> quick_cash(1345, (500, 1000, 2000, 5000))
    (1345, 1500, 2000, 5000)
    """
    likely = {due_minor}
    for note in notes:
        likely.add(-(-due_minor // note) * note)
    return tuple(sorted(likely)[:count])


def with_tender(settlement: Settlement, tender: Tender) -> Settlement:
    """Count a payment that is never rounded; who makes it has checked that it may be taken (kiosk.domain.tendering)."""
    assert 0 < tender.amount_minor <= settlement.left_minor, "no more is paid than is left"
    return _with(settlement, tender, 0)


def _check_given(amount_minor: int) -> None:
    if amount_minor <= 0:
        raise Refused("payment.nothing_given")


def _check_open(settlement: Settlement) -> None:
    if settlement.is_paid:
        raise Refused("payment.already_paid")


def _with(settlement: Settlement, tender: Tender, rounding_minor: int) -> Settlement:
    return Settlement(
        settlement.total_minor,
        (*settlement.tenders, tender),
        settlement.rounding_minor + rounding_minor,
        settlement.left_minor + rounding_minor - tender.amount_minor,
    )
