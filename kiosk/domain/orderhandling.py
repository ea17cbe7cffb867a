"""How a store takes part in orders of others, and how long the hub waits: settings `order.*` that the hub reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OrderHandling:
    """The settings of one store; a value that is none, or is below nothing, is as if it were not there.

    What a place was allocated and has not accepted after `accept_minutes` goes on to the next (0: never). An order that is over
    stays on the tills for `keep_days`; then its name and address are deleted. Where `sends` is false, goods of the store go to no
    address and to no other store.
    """

    accept_minutes: int = 1_440
    keep_days: int = 30
    sends: bool = True


PREFIX = "order."
HANDLING = tuple(f"{PREFIX}{name}" for name in OrderHandling.__slots__)
"""The settings, as a shop writes them."""

_MOST = 100_000


def read_handling(values: Mapping[str, Any]) -> OrderHandling:
    """The settings by their names."""
    numbers = {
        name.removeprefix(PREFIX): value
        for name, value in values.items()
        if name in HANDLING and name != "order.sends" and type(value) is int and 0 <= value <= _MOST
    }
    return OrderHandling(**numbers, sends=values.get("order.sends") is not False)
