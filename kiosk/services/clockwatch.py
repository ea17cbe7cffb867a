"""Notices at the start that the machine's clock was set back, and says so; selling goes on.

Numbers and the chain order what happened, so nothing is lost; but receipts and prices would carry a wrong time. The ledger
itself writes the step down (`clock.moved`) before the next fact.
"""

from kiosk.domain.errors import ShopError
from kiosk.domain.facts import read_fact
from kiosk.services.counter import Counter

TOLERANCE_MS = 2 * 60_000


class ClockMovedBack(ShopError):
    """The clock shows an earlier time than one that this terminal has already written down."""

    code = "clock.moved_back"


def look(counter: Counter) -> ClockMovedBack | None:
    """Compare the clock with the latest fact."""
    ledger = counter.ledger
    last = ledger.facts(ledger.head() - 1, 1)
    if not last:
        return None
    then_ms, now_ms = read_fact(last[0].data).moment.wall_ms, counter.now_ms()
    if now_ms >= then_ms - TOLERANCE_MS:
        return None
    zone = ledger.identity.place.zone
    return ClockMovedBack(now=counter.words.date_time(now_ms, zone), then=counter.words.date_time(then_ms, zone))
