"""How long to wait before a device is tried again: 0.1 to 5 seconds, with jitter."""

from collections.abc import Callable

LADDER_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def delay_s(failures: int, chance: Callable[[], float]) -> float:
    """Seconds to wait after `failures` failures in a row (1 or more).

    `chance` gives 0.0 up to 1.0; half of the step is fixed and half is chance, so that tills that
    lost the same printer together do not come back together.

    >>> delay_s(1, lambda: 1.0), delay_s(3, lambda: 0.0), delay_s(99, lambda: 1.0)
    (0.1, 0.25, 5.0)
    """
    if failures < 1:
        raise ValueError("a delay follows at least one failure")
    step = LADDER_S[min(failures, len(LADDER_S)) - 1]
    return step / 2 + step / 2 * chance()
