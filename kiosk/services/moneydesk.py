"""All that a till does with money beside selling, put together: cash, counting, closing, reports."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.services.cash import CashDesk
from kiosk.services.closing import ClosingDesk
from kiosk.services.counter import Counter
from kiosk.services.counting import Counting
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


def money_desk(
    counter: Counter, session: Session, shifts: Shifts, selling: Selling, receipts: Receipts, suspended: Callable[[], int]
) -> MoneyDesk:
    """The desks on a counter; `suspended` counts the sales that wait. Card payments are told to `closing` by their owner."""
    cash, counting = CashDesk(counter, session, shifts), Counting(counter, shifts)
    closing = ClosingDesk(counter, session, shifts, selling, counting)
    closing.suspended = suspended
    return MoneyDesk(cash, counting, closing, ShiftReports(counter, shifts, receipts, cash, counting, closing))
