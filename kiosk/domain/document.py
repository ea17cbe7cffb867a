"""A printable document: what the paper shows, without any device in it."""

from dataclasses import dataclass
from enum import Enum


class Align(Enum):
    """Where a line stands between the margins of the paper."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class BarcodeKind(Enum):
    """The linear symbologies every receipt printer can draw by itself."""

    EAN13 = "ean13"
    EAN8 = "ean8"
    UPCA = "upca"
    CODE39 = "code39"
    CODE128 = "code128"
    ITF = "itf"


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; columns beyond the paper are wrapped by the encoder, never dropped.

    `size` is 1 for normal and 2 for double width and height; a size 2 character takes two columns.
    """

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    size: int = 1

    def __post_init__(self) -> None:
        if self.size not in (1, 2):
            raise ValueError(f"line size {self.size} is unknown: use 1 or 2")
        if "\n" in self.text or "\r" in self.text:
            raise ValueError("a line holds one line: split the text at its line ends first")


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line over the whole width."""


@dataclass(frozen=True, slots=True)
class Feed:
    """White paper, in lines of text."""

    lines: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= 255:
            raise ValueError(f"a feed of {self.lines} lines is outside 1..255")


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code (model 2, centred); `size` is the width of one module in dots, 1 to 16."""

    data: str
    size: int = 6

    def __post_init__(self) -> None:
        if not self.data:
            raise ValueError("a QR code needs data")
        if not 1 <= self.size <= 16:
            raise ValueError(f"module size {self.size} is outside 1..16")


@dataclass(frozen=True, slots=True)
class Barcode:
    """A linear barcode with its data in clear text below it."""

    kind: BarcodeKind
    data: str

    def __post_init__(self) -> None:
        if not self.data:
            raise ValueError("a barcode needs data")


@dataclass(frozen=True, slots=True)
class Picture:
    """A centred picture, such as a logo. `dots` are its rows for a printer: one bit a dot of 1/8 mm, 1 is black, each row filled
    up to whole bytes. `png` is the same with its colours, for a screen; `says` is what somebody reads who does not see it."""

    width: int
    dots: bytes
    png: bytes
    says: str = ""

    def __post_init__(self) -> None:
        if self.width < 1 or not self.dots or len(self.dots) % self.row_bytes:
            raise ValueError(f"{len(self.dots)} bytes are no rows of {self.width} dots")

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return (self.width + 7) // 8

    @property
    def height(self) -> int:
        """Rows of dots."""
        return len(self.dots) // self.row_bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """The knife; a partial cut leaves one point of paper standing."""

    partial: bool = False


Block = Line | Rule | Feed | QrCode | Barcode | Picture | Cut


@dataclass(frozen=True, slots=True)
class Document:
    """An ordered run of blocks for paper that is `columns` characters of size 1 wide."""

    blocks: tuple[Block, ...]
    columns: int = 48
    title: str = ""

    def __post_init__(self) -> None:
        if not 16 <= self.columns <= 96:
            raise ValueError(f"{self.columns} columns is outside 16..96")


def plain_text(document: Document) -> str:
    """The document as lines of text, one per printed line, for search, the screen and support.

    Codes appear as their data between square brackets, the knife as a dashed line.

    >>> plain_text(Document((Line("Total", bold=True), Cut()), columns=16))
    'Total\\n- - - - - - - -\\n'
    """
    lines: list[str] = []
    for block in document.blocks:
        lines.extend(_lines_of(block, document.columns))
    return "".join(line.rstrip() + "\n" for line in lines)


def wrapped(text: str, width: int) -> list[str]:
    """The text in pieces of at most `width` characters, broken at a space where one is near.

    >>> wrapped("a blue cotton shirt", 8)
    ['a blue', 'cotton', 'shirt']
    >>> wrapped("8710398500526", 8)
    ['87103985', '00526']
    """
    pieces: list[str] = []
    rest = text
    while len(rest) > width:
        space = rest.rfind(" ", 1, width + 1)
        at = space if space > 0 and rest[:space].strip() else width
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip(" ") if at == space else rest[at:]
    pieces.append(rest)
    return pieces


def _lines_of(block: Block, columns: int) -> list[str]:
    """The text lines one block takes on the paper."""
    match block:
        case Line(text, align, _, size):
            width = columns // size
            pieces = wrapped(text, width)
            if align is Align.CENTRE:
                return [piece.center(width) for piece in pieces]
            if align is Align.RIGHT:
                return [piece.rjust(width) for piece in pieces]
            return pieces
        case Rule():
            return ["-" * columns]
        case Feed(lines):
            return [""] * lines
        case QrCode(data, _) | Barcode(_, data):
            return [f"[{data}]"]
        case Picture():
            return []  # what it says stands in words beside it
        case Cut():
            return [("- " * columns)[:columns]]
