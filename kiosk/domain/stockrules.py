"""How a store handles its stock: the settings `stock.*`, as hub and terminals read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class StockRules:
    """The settings of one store. Whole numbers; a value that is none, or is below nothing, is as if it were not there.

    `safety` pieces are never promised. Rights last `outage_hours` at the rate of the last `rate_days`; unused for
    `idle_hours` they go back (0: never). With `lease_minutes` they end by themselves (0: they do not). A reservation
    lasts `reserve_hours` unless asked for less. Clocks may differ by `count_skew_s` before a count is sure of them.
    """

    safety: int = 0
    outage_hours: int = 8
    rate_days: int = 14
    idle_hours: int = 24
    lease_minutes: int = 0
    reserve_hours: int = 24
    count_skew_s: int = 120
    promise_from: tuple[str, ...] = ()
    """Other stores whose goods this store's terminals may promise without asking."""


PREFIX = "stock."
NAMES = tuple(f"{PREFIX}{name}" for name in StockRules.__slots__)
_MOST = 100_000
_AT_LEAST_ONE = frozenset({"rate_days", "reserve_hours"})


def read_rules(values: Mapping[str, Any]) -> StockRules:
    """The rules in settings by their names."""
    given = {name.removeprefix(PREFIX): value for name, value in values.items() if name in NAMES}
    stores = given.pop("promise_from", ())
    numbers = {
        name: value
        for name, value in given.items()
        if isinstance(value, int) and not isinstance(value, bool) and int(name in _AT_LEAST_ONE) <= value <= _MOST
    }
    from_ = tuple(stores) if isinstance(stores, list | tuple) and all(isinstance(one, str) for one in stores) else ()
    return StockRules(**numbers, promise_from=from_)
