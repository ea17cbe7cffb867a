"""All that a till does with money beside selling, put together: cash, counting, closing, reports, journal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.cardterminal import CardTotals
from kiosk.domain.payment import CARD
from kiosk.services.cardpay import CardPay
from kiosk.services.cash import CashDesk
from kiosk.services.closing import ClosingDesk
from kiosk.services.corrections import Corrections
from kiosk.services.counter import Counter
from kiosk.services.counting import Counting
from kiosk.services.journal import Journal
from kiosk.services.receipts import Receipts
from kiosk.services.selling import Selling
from kiosk.services.session import Session
from kiosk.services.shiftreports import ShiftReports
from kiosk.services.shifts import Shifts


@dataclass(frozen=True, slots=True)
class MoneyDesk:
    """The desks of one till for its money."""

    cash: CashDesk
    counting: Counting
    closing: ClosingDesk
    reports: ShiftReports
    journal: Journal
    corrections: Corrections


def money_desk(
    counter: Counter, session: Session, shifts: Shifts, selling: Selling, receipts: Receipts, suspended: Callable[[], int],
    cards: CardPay | None = None, export_folder: str = "", sticks: Callable[[], Sequence[Path]] = tuple,
) -> MoneyDesk:  # fmt: skip
    """The desks on a counter; `suspended` counts the sales that wait. A card terminal is asked for its totals at each close."""
    cash, counting = CashDesk(counter, session, shifts), Counting(counter, shifts)
    closing = ClosingDesk(counter, session, shifts, selling, counting)
    closing.suspended = suspended
    if cards is not None:
        closing.unsure_cards = lambda: [one.reference for one in cards.open_attempts]
        closing.ask_poi = lambda: _ask(cards, closing)
    reports = ShiftReports(counter, shifts, receipts, cash, counting, closing)
    return MoneyDesk(cash, counting, closing, reports, Journal(counter, export_folder, sticks), Corrections(counter, session))


def _ask(cards: CardPay, closing: ClosingDesk) -> None:
    """Ask for the terminal's own totals; the close does not wait for them, and is not held up by a terminal that is away."""

    def told(totals: CardTotals | None) -> None:
        if totals is not None:
            closing.heard_poi(CARD, totals.payments[1] - totals.refunds[1] - totals.reversals[1])

    if cards.has_terminal:
        cards.totals(told)
