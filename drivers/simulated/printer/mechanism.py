"""The printer's body: paper, cover, cutter and drawer, and the status bytes that tell of them.

The bits are those of Epson's DLE EOT, GS a and GS r pages.

>>> real_time_status(Mechanism(paper="out"), 4).hex()
'7e'
"""

from dataclasses import dataclass

PAPER_STATES = ("ok", "near_end", "out")


@dataclass(frozen=True)
class Mechanism:
    """What a person could see or do at the printer."""

    paper: str = "ok"
    cover_open: bool = False
    cutter_jammed: bool = False
    drawer_open: bool = False

    def __post_init__(self) -> None:
        assert self.paper in PAPER_STATES, f"paper is one of {PAPER_STATES}, not {self.paper!r}"

    @property
    def offline(self) -> bool:
        """True when nothing that moves paper or a drawer is carried out."""
        return self.paper == "out" or self.cover_open or self.cutter_jammed


def real_time_status(state: Mechanism, n: int) -> bytes:
    """The answer to DLE EOT n: one byte, or none for an n that this printer does not know."""
    bits = {
        1: state.drawer_open * 0x04 | state.offline * 0x08,
        2: state.cover_open * 0x04 | (state.paper == "out") * 0x20 | state.cutter_jammed * 0x40,
        3: state.cutter_jammed * 0x08,
        4: {"ok": 0x00, "near_end": 0x0C, "out": 0x6C}[state.paper],
    }
    return bytes([0x12 | bits[n]]) if n in bits else b""


def automatic_status(state: Mechanism) -> bytes:
    """The four bytes of automatic status back (GS a)."""
    first = 0x10 | state.drawer_open * 0x04 | state.offline * 0x08 | state.cover_open * 0x20
    second = state.cutter_jammed * 0x08
    third = {"ok": 0x00, "near_end": 0x03, "out": 0x0F}[state.paper]
    return bytes([first, second, third, 0x00])


# Which bits of the four bytes each switch of GS a n watches.
_WATCHED = {
    0x01: (0x04, 0x00, 0x00, 0x00),
    0x02: (0x28, 0x00, 0x00, 0x00),
    0x04: (0x00, 0x68, 0x00, 0x00),
    0x08: (0x00, 0x00, 0x0F, 0x00),
    0x40: (0x40, 0x00, 0x00, 0x00),
}


def watched(status: bytes, switches: int) -> bytes:
    """The bits of an automatic status that the host asked to hear about."""
    result = bytearray(len(status))
    for switch, mask in _WATCHED.items():
        if switches & switch:
            for place, byte in enumerate(status):
                result[place] |= byte & mask[place]
    return bytes(result)


def paper_status(state: Mechanism) -> bytes:
    """The answer to GS r 1."""
    return {"ok": b"\x00", "near_end": b"\x03", "out": b"\x0c"}[state.paper]


def drawer_status(state: Mechanism) -> bytes:
    """The answer to GS r 2."""
    return b"\x01" if state.drawer_open else b"\x00"
