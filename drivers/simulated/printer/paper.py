"""What stands on a paper roll: lines, pictures and feeds, as frozen values.

Measures are in dots of 1/203 inch (8 to the millimetre), the unit the print head works in.
"""

from dataclasses import dataclass

DOTS_PER_MM = 8
HEAD_DOTS = 576
CELL_DOTS = {"A": (12, 24), "B": (9, 17)}


@dataclass(frozen=True)
class TextStyle:
    """How characters look."""

    font: str = "A"
    bold: bool = False
    underline_dots: int = 0
    width_times: int = 1
    height_times: int = 1
    reversed: bool = False

    @property
    def cell_dots(self) -> tuple[int, int]:
        """Width and height of one character."""
        width, height = CELL_DOTS[self.font]
        return width * self.width_times, height * self.height_times


@dataclass(frozen=True)
class Bitmap:
    """Black dots on white: rows of packed bits, the leftmost dot in the highest bit, 1 is black."""

    width_dots: int
    height_dots: int
    rows: bytes

    def __post_init__(self) -> None:
        expected = (self.width_dots + 7) // 8 * self.height_dots
        assert len(self.rows) == expected, f"{len(self.rows)} bytes of dots instead of {expected}"


@dataclass(frozen=True)
class Span:
    """Characters of one style that stand side by side, x dots from the start of their line."""

    x_dots: int
    text: str
    style: TextStyle

    @property
    def width_dots(self) -> int:
        return len(self.text) * self.style.cell_dots[0]


@dataclass(frozen=True)
class InlinePicture:
    """A strip of dots inside a line (ESC *)."""

    x_dots: int
    bitmap: Bitmap

    @property
    def width_dots(self) -> int:
        return self.bitmap.width_dots


@dataclass(frozen=True)
class Line:
    """One printed line; align is left, center or right."""

    parts: tuple[Span | InlinePicture, ...]
    align: str
    height_dots: int
    upside_down: bool = False
    by_printer: bool = False

    @property
    def width_dots(self) -> int:
        return max((part.x_dots + part.width_dots for part in self.parts), default=0)

    @property
    def text(self) -> str:
        """The characters as the host sent them; a jump over columns shows as spaces."""
        result, x_dots = "", 0
        for part in self.parts:
            if isinstance(part, Span):
                gap_dots = max(0, part.x_dots - x_dots)
                result += " " * (gap_dots // part.style.cell_dots[0]) + part.text
            x_dots = part.x_dots + part.width_dots
        return result


@dataclass(frozen=True)
class Picture:
    """A picture or a code: what it means stands in label, for the text form of the paper."""

    bitmap: Bitmap
    align: str
    label: str
    kind: str
    data: str = ""

    @property
    def height_dots(self) -> int:
        return self.bitmap.height_dots


@dataclass(frozen=True)
class Feed:
    """Blank paper."""

    height_dots: int


PaperItem = Line | Picture | Feed


def length_mm(items: tuple[PaperItem, ...]) -> float:
    """How much paper these items take, in millimetres."""
    return sum(item.height_dots for item in items) / DOTS_PER_MM


def has_ink(items: tuple[PaperItem, ...]) -> bool:
    """Tell printed paper from paper that was only fed."""
    return any(isinstance(item, Picture) or (isinstance(item, Line) and item.parts) for item in items)


def text_of(items: tuple[PaperItem, ...]) -> str:
    """The paper as lines of text, indented where it is centred or set to the right."""
    rows: list[str] = []
    for item in items:
        if isinstance(item, Line):
            rows.append(_indented(item.text, item.width_dots, item.align).rstrip())
        elif isinstance(item, Picture):
            rows.append(_indented(item.label, item.bitmap.width_dots, item.align))
    return "".join(row + "\n" for row in rows)


def _indented(text: str, width_dots: int, align: str) -> str:
    free_columns = max(0, HEAD_DOTS - width_dots) // CELL_DOTS["A"][0]
    return " " * {"left": 0, "center": free_columns // 2, "right": free_columns}[align] + text
