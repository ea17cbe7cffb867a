"""A name written by hand on a screen: strokes of points in a fixed grid, and the mark by which a fact speaks of them.

Strokes are personal data. A fact has their mark alone; they travel beside it, as names and addresses do, and can be forgotten.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kiosk.domain.codec import digest

WIDE, HIGH = 1_024, 384
"""The grid: points are whole numbers below these, whatever the screen."""

STROKES_MAX, POINTS_MAX = 60, 600
TEXT_MAX = POINTS_MAX * 4 + STROKES_MAX
"""Four signs a point and one between strokes: two and a half kilobytes at most."""

LEAST = WIDE // 8
"""So far a pen goes (in steps of the grid) before it has written anything: a tap and a slip of the hand are no name."""

UNABLE, UNWILLING, BROKEN = "unable", "unwilling", "broken"
ON_PAPER = (UNABLE, UNWILLING, BROKEN)
"""Why somebody signs on paper: cannot on a screen, does not want to, or the screen does not work."""

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_STROKE = r"(?:[0-9a-v]{4})+"
_TEXT = re.compile(rf"{_STROKE}(?:\.{_STROKE})*")
_MARK = re.compile(r"[0-9a-f]{64}")
_PAPER = "paper/"

Point = tuple[int, int]
Stroke = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Handwriting:
    """Strokes of a pen or finger, each of one point or more.

    >>> one = Handwriting((((0, 0), (1023, 383)), ((33, 1),)))
    >>> one.text, read_handwriting(one.text) == one
    ('0000vvbv.1101', True)
    """

    strokes: tuple[Stroke, ...]

    def __post_init__(self) -> None:
        points = [point for stroke in self.strokes for point in stroke]
        assert self.strokes and all(self.strokes), "a stroke has a point"
        assert len(self.strokes) <= STROKES_MAX and len(points) <= POINTS_MAX, "it is thinned before it is kept"
        assert all(0 <= x < WIDE and 0 <= y < HIGH for x, y in points), "points lie in the grid"

    @property
    def text(self) -> str:
        """As it is kept and sent: each number as two digits to the base of 32, a dot between strokes."""
        return ".".join("".join(_two(x) + _two(y) for x, y in stroke) for stroke in self.strokes)

    @property
    def mark(self) -> str:
        """SHA-256 of the text: what a fact says of it."""
        return digest(self.text.encode()).hex()


@dataclass(frozen=True, slots=True)
class Signed:
    """How somebody signed for goods: on the screen (`mark`), or on `paper` for a reason of ON_PAPER.

    >>> Signed(paper=UNABLE).text, read_signed("paper/unable")
    ('paper/unable', Signed(mark='', paper='unable'))
    >>> read_signed("nonsense") is None
    True
    """

    mark: str = ""
    paper: str = ""

    def __post_init__(self) -> None:
        assert bool(self.mark) != bool(self.paper), "on the screen or on paper"

    @property
    def text(self) -> str:
        """As it stands in its fact."""
        return self.mark or _PAPER + self.paper


def read_signed(text: str) -> Signed | None:
    """How somebody signed, from a fact; None for what is none."""
    if _MARK.fullmatch(text):
        return Signed(text)
    reason = text.removeprefix(_PAPER)
    return Signed(paper=reason) if text.startswith(_PAPER) and reason in ON_PAPER else None


def read_handwriting(text: str) -> Handwriting:
    """Strokes as they were kept. Raises ValueError for what is none, out of the grid or too much."""
    if len(text) > TEXT_MAX or not _TEXT.fullmatch(text):
        raise ValueError("not strokes of a pen")
    numbers = [[int(part[n : n + 2], 32) for n in range(0, len(part), 2)] for part in text.split(".")]
    try:
        return Handwriting(tuple(tuple(zip(part[::2], part[1::2], strict=True)) for part in numbers))
    except AssertionError as error:
        raise ValueError(str(error)) from error


def length(stroke: Sequence[Point]) -> int:
    """How far a pen went, in steps of the grid (the longer side of each leg)."""
    return sum(max(abs(x - was_x), abs(y - was_y)) for (was_x, was_y), (x, y) in pairwise(stroke))


def is_written(strokes: Iterable[Sequence[Point]]) -> bool:
    """Whether it is more than a tap or a slip of the hand."""
    return sum(map(length, strokes)) >= LEAST


def written(strokes: Iterable[Sequence[Point]]) -> Handwriting | None:
    """What was drawn, with as many points as it may have: as coarse as it must be and no coarser. None for hardly anything.

    Strokes beyond the most are left out; the ends of each stroke stay.
    """
    drawn = [tuple((_in(x, WIDE), _in(y, HIGH)) for x, y in stroke) for stroke in strokes if stroke][:STROKES_MAX]
    if not is_written(drawn):
        return None
    step = 2
    while True:
        thin = tuple(_thinned(stroke, step) for stroke in drawn)
        if sum(map(len, thin)) <= POINTS_MAX:
            return Handwriting(thin)
        step += 1 + step // 4


def _thinned(stroke: Stroke, step: int) -> Stroke:
    """Points at least so far apart, with both ends."""
    kept = [stroke[0]]
    for x, y in stroke[1:-1]:
        if max(abs(x - kept[-1][0]), abs(y - kept[-1][1])) >= step:
            kept.append((x, y))
    return (*kept, stroke[-1]) if len(stroke) > 1 and stroke[-1] != kept[-1] else tuple(kept)


def _in(number: int, most: int) -> int:
    return min(max(number, 0), most - 1)


def _two(number: int) -> str:
    return _DIGITS[number // 32] + _DIGITS[number % 32]
