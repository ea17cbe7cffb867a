"""How long the hub waits with orders: the settings `order.accept_minutes` and `order.keep_days`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OrderPatience:
    """The settings of one store. Whole numbers; a value that is none, or is below nothing, is as if it were not there.

    What a place was allocated and has not accepted after `accept_minutes` goes on to the next (0: never). An order that is over
    stays on the tills for `keep_days`; then its name and address are deleted.
    """

    accept_minutes: int = 1_440
    keep_days: int = 30


PREFIX = "order."
PATIENCE = tuple(f"{PREFIX}{name}" for name in OrderPatience.__slots__)
"""The settings, as a shop writes them."""

_MOST = 100_000


def read_patience(values: Mapping[str, Any]) -> OrderPatience:
    """The settings by their names."""
    return OrderPatience(
        **{
            name.removeprefix(PREFIX): value
            for name, value in values.items()
            if name in PATIENCE and type(value) is int and 0 <= value <= _MOST
        }
    )
