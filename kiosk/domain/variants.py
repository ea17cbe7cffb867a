"""Sizes and colours of a style as people see them: sizes in the order they are worn, colours beside them, in a grid.

>>> sorted(["XL", "10", "S", "104/110", "9,5", "M", "wide"], key=size_rank)
['S', 'M', 'XL', '9,5', '10', '104/110', 'wide']
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kiosk.domain.catalog import Article

CLOTHING = ("XXXS", "3XS", "XXS", "2XS", "XS", "S", "M", "L", "XL", "XXL", "2XL", "XXXL", "3XL", "4XL", "5XL", "6XL")
"""Clothing sizes, smallest first; two spellings of one size stand side by side."""

SIZES_BESIDE = 8
"""So many sizes stand beside each other; of more, each is a row of its own, with the colours beside each other."""

_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?")


@dataclass(frozen=True, slots=True)
class VariantGrid:
    """The variants of a style. `rows` and `columns` are codes; `cells` has the article's id by (row, column).

    Of a single row or column the other codes are in `columns`, and `is_line` says so: it may be wrapped.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    of_sizes: bool = True
    """Whether the columns are sizes; else they are colours."""

    @property
    def is_line(self) -> bool:
        """Whether there is one row alone."""
        return len(self.rows) == 1

    def place_of(self, article: str) -> tuple[int, int] | None:
        """Where an article stands, by row and column."""
        return next((place for place, one in self.cells.items() if one == article), None)

    def step(self, article: str, right: int, down: int) -> str:
        """The next article in a direction, over cells that do not exist; the same where there is none."""
        place = self.place_of(article)
        if place is None:
            return next(iter(self.cells.values()), article)
        row, column = place
        while 0 <= (row := row + down) < len(self.rows) and 0 <= (column := column + right) < len(self.columns):
            if (row, column) in self.cells:
                return self.cells[row, column]
        return article


def size_rank(code: str) -> tuple[int, float, str]:
    """The order of sizes: clothing sizes as they are worn, then numbers by what they begin with, then other words."""
    upper = code.upper()
    if upper in CLOTHING:
        return 0, CLOTHING.index(upper), upper
    number = _NUMBER.match(upper)
    return (1, float(number[0].replace(",", ".")), upper) if number else (2, 0, upper)


def variant_grid(variants: Iterable[Article]) -> VariantGrid:
    """The grid of a style's variants. Two of one size and colour stand in a line by themselves: none is hidden by another."""
    listed = sorted(variants, key=lambda one: (one.colour, size_rank(one.size), one.id))
    sizes = sorted({one.size for one in listed}, key=size_rank)
    colours = list(dict.fromkeys(one.colour for one in listed))
    if len({(one.size, one.colour) for one in listed}) < len(listed):
        return VariantGrid(("",), tuple(one.id for one in listed), {(0, n): one.id for n, one in enumerate(listed)})
    if len(sizes) == 1 or (len(sizes) > SIZES_BESIDE and 1 < len(colours) <= SIZES_BESIDE):
        rows, columns, of_sizes = sizes, colours, False
    else:
        rows, columns, of_sizes = colours, sizes, True
    cells = {
        (rows.index(one.colour if of_sizes else one.size), columns.index(one.size if of_sizes else one.colour)): one.id
        for one in listed
    }
    return VariantGrid(tuple(rows), tuple(columns), dict(sorted(cells.items())), of_sizes)
