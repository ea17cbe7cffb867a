"""Which backups are kept: the newest of each of the last seven days that have one, and of each of the last four such weeks.

>>> day = 86_400_000
>>> sorted(made // day for made in kept(number * day for number in range(60)))
[38, 45, 52, 53, 54, 55, 56, 57, 58, 59]
"""

from collections.abc import Iterable

DAYS, WEEKS = 7, 4
_DAY_MS = 86_400_000
_THURSDAY = 3  # 1970 began on a Thursday; weeks begin on Monday


def kept(made_ms: Iterable[int]) -> frozenset[int]:
    """The moments (ms since 1970) of the backups to keep; the others may go."""
    newest_of_day: dict[int, int] = {}
    newest_of_week: dict[int, int] = {}
    for made in sorted(made_ms):
        day = made // _DAY_MS
        newest_of_day[day] = made
        newest_of_week[(day + _THURSDAY) // 7] = made
    days = [newest_of_day[day] for day in sorted(newest_of_day)[-DAYS:]]
    weeks = [newest_of_week[week] for week in sorted(newest_of_week)[-WEEKS:]]
    return frozenset(days + weeks)
