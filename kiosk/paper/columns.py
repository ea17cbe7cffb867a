"""Text in columns, as every paper of the shop sets it: a figure is never cut, a name takes the lines that it needs."""

from collections.abc import Sequence

from kiosk.domain.document import Block, Line, wrapped


def plain(text: str) -> str:
    """One line of text without control characters: what came from a file or a keyboard must neither steer the printer nor
    stop a sale."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def columned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells in columns of so many characters: the first to the left, the others to the right."""
    first, *rest = zip(cells, widths, strict=True)
    return first[0].ljust(first[1]) + "".join(cell.rjust(width) for cell, width in rest)  # a figure is never cut


def named(name: str, figure: str, columns: int, indent: str = "") -> list[Block]:
    """A figure with its name, which takes as many lines as it needs; the figure stands on the first."""
    first, *rest = wrapped(plain(name), columns - len(figure) - len(indent) - 1)
    return [Line(pair(indent + first, figure, columns)), *(Line(indent + text) for text in rest)]


def pair(left: str, right: str, columns: int) -> str:
    """A short name to the left and a figure to the right on one line."""
    room = max(0, columns - len(right) - 1)
    return f"{left[:room].ljust(room)} {right}"
