"""What is looked for in a terminal's journal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; what is empty or None is not looked at. Amounts in minor units, days `YYYY-MM-DD`, both ends included."""

    day_from: str = ""
    day_to: str = ""
    employee: str = ""
    kinds: tuple[str, ...] = ()
    receipt: str = ""
    amount_from: int | None = None
    amount_to: int | None = None
