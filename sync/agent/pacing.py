"""How long to wait before the next attempt: full jitter, so that a thousand terminals never come back as one."""

from sync.agent.events import CHANCES, Failure
from sync.protocol.limits import BACKOFF_FIRST_MS, BACKOFF_LAST_MS, HERD_SPREAD_MS

PUSH_PATIENCE_MS = 20_000
"""A push without an answer is given up after this; the client's own limits are shorter."""

POLL_PATIENCE_MS = 20_000
"""The same for a poll, on top of the time that the hub was asked to wait."""

SNAPSHOT_PATIENCE_MS = 60_000
"""A snapshot is given up after this long without progress."""

LOCATE_PATIENCE_MS = 20_000
CAUGHT_UP_PAUSE_MS = 100
"""Between two long polls; a hub that answers at once for nothing must not make a busy loop."""

PUSH_LINGER_MS = 60
"""The first new fact waits so long: sending must not take the processor from the screen that says "paid"."""

PUSH_EVERY_MS = 200
"""From the start of one push to the next: sales that are rung up fast go in few requests, and come back as few stock rows."""

FACTS_MIN = 10
"""A batch shrinks to this when large ones do not get through (a path that drops large packets)."""

RENEWED_PAUSE_MS = 24 * 3_600_000
"""Between two renewals of a certificate, whatever the hub makes of its end."""

REPORT_LAST_MS = 16_000
RETRY_AFTER_MS_MAX = 10 * 60_000


def delay_ms(failures: int, chance: int, urgent: bool, failure: Failure) -> int:
    """The wait after the `failures`-th failure in a row: 1 to 2 s after the first, up to 60 s
    later.

    What is urgent (facts unsent, the device feed) stays within the 30 s over which a herd is spread, so that it is
    through within a minute of the hub's return. What the hub asks for (`Retry-After`) is the least.
    """
    last = BACKOFF_LAST_MS if failure.slow or not urgent else HERD_SPREAD_MS
    window = min(BACKOFF_FIRST_MS << min(failures - 1, 10), last - BACKOFF_FIRST_MS)
    wait = BACKOFF_FIRST_MS + window * chance // CHANCES
    if failure.slow:
        wait = max(wait, BACKOFF_LAST_MS // 2)
    asked = min(failure.retry_after_ms, RETRY_AFTER_MS_MAX)
    return max(wait, asked + asked * chance // CHANCES // 4)


def spread_ms(outage_ms: int, chance: int) -> int:
    """When heavy reading starts after an outage: spread over as long as the outage was, at most 30
    s.
    """
    return min(outage_ms, HERD_SPREAD_MS) * chance // CHANCES


def report_ms(reports: int, chance: int) -> int:
    """The wait after the `reports`-th report that the hub did not take: 1 s at first, 16 s at last, and half as much by chance."""
    wait = min(BACKOFF_FIRST_MS << min(reports - 1, 10), REPORT_LAST_MS)
    return wait + wait * chance // CHANCES // 2


def another(chance: int, number: int) -> int:
    """Another chance made from one: two lanes that fail together do not come back together."""
    return (chance * 40_503 + number * 27_644_437 + 12_345) % CHANCES
