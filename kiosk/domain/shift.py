"""A shift: the time in which a drawer is answered for, and the business day to which its sales belong for ever."""

from dataclasses import dataclass

SHARED, PERSONAL = "shared", "personal"
DRAWERS = (SHARED, PERSONAL)
"""Whether all who work at a terminal use one drawer, or each person has one."""


@dataclass(frozen=True, slots=True)
class Shift:
    """An open shift. `float_minor` is the cash that was in the drawer at its start, in minor units.

    `drawer` is the number of the person whose drawer it is, empty for the drawer that all share.
    """

    id: str
    number: int
    day: str
    employee: str
    float_minor: int
    opened_ms: int
    drawer: str = ""
