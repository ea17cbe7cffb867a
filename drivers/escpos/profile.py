"""What one family of ESC/POS printers can do: character tables, confirmation, drawer wiring."""

from dataclasses import dataclass

from drivers.api import ConfirmLevel
from drivers.escpos.frames import DrawerLevel

EPSON_PAGES: tuple[tuple[int, str], ...] = (
    (16, "cp1252"),
    (19, "cp858"),
    (18, "cp852"),
    (17, "cp866"),
    (39, "iso8859_2"),
    (14, "cp737"),
    (13, "cp857"),
)
"""Slot of ESC t and the codec of its table, in the order in which they are tried.

WPC1252 first: it has the euro and all of western Europe on one page, so a Dutch receipt needs one
page command. PC852 before ISO8859-2 for Polish, because more printers have it. Slots as in the TM-T20II
profile of the shared printer database. Slot 15 (ISO8859-7) is left out: whether its font has the
euro differs between printers.
"""


def pages_of(slots: str) -> tuple[tuple[int, str], ...]:
    """The tables of a printer that has only these slots, in this order; raises ValueError.

    >>> pages_of("19,16")
    ((19, 'cp858'), (16, 'cp1252'))
    """
    known = dict(EPSON_PAGES)
    wanted = [int(slot) for slot in slots.split(",")]
    unknown = [slot for slot in wanted if slot not in known]
    if unknown or len(set(wanted)) != len(wanted):
        raise ValueError(f"slots are some of {', '.join(map(str, known))}, each once")
    return tuple((slot, known[slot]) for slot in wanted)


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts about a printer model; they come from the settings, never from guessing.

    `confirm` is the best answer to wait for: the process id also brings the barrier, a printer that
    answers nothing at all gets DRAINED. `double_byte` printers (sold in Asia) are told to leave
    their two-byte mode, which others would print as a full stop. `raster` says whether pictures are printed (GS v 0).
    """

    name: str = "epson"
    pages: tuple[tuple[int, str], ...] = EPSON_PAGES
    confirm: ConfirmLevel = ConfirmLevel.PROCESS_ID
    drawer: DrawerLevel = DrawerLevel.HIGH
    drawer_pin: int = 0
    double_byte: bool = False
    nul_flush: bool = True
    raster: bool = True

    def __post_init__(self) -> None:
        if not self.pages:
            raise ValueError("a profile needs at least one character table")
        if self.drawer_pin not in (0, 1):
            raise ValueError(f"drawer pin {self.drawer_pin} is unknown: 0 is pin 2, 1 is pin 5")
