"""A shift: the time in which a drawer is answered for, and the business day to which its sales belong for ever."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shift:
    """An open shift. `float_minor` is the cash that was in the drawer at its start, in minor units."""

    id: str
    number: int
    day: str
    employee: str
    float_minor: int
    opened_ms: int
