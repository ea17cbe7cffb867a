"""The grid of sizes by colours as list models for QML: its cells, and what stands over and before them."""

from collections.abc import Iterable

from PySide6.QtCore import QObject

from kiosk.domain.variants import VariantGrid, variant_grid
from kiosk.text import Words
from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.variant_rows import ELSEWHERE, CellRow, HeadRow, Variants, cells, heads


class GridRows:
    """One grid; its lists stay the same objects whatever is shown."""

    def __init__(self, parent: QObject) -> None:
        self.cells, self.rows, self.columns = Rows(CellRow, parent), Rows(HeadRow, parent), Rows(HeadRow, parent)
        self.grid = VariantGrid()

    def show(self, style: Variants, chosen: str, say: Words) -> None:
        """Show a style with one of its articles chosen."""
        grid = self.grid = variant_grid(offer.article for offer in style.offers)
        self.rows.put([] if grid.is_line else heads(grid.rows, style.read_code))
        self.columns.put([] if grid.is_line else heads(grid.columns, style.read_code))
        self.cells.put(cells(grid, style, chosen, say))

    def wipe(self) -> None:
        """Show nothing."""
        self.grid = VariantGrid()
        for rows in (self.cells, self.rows, self.columns):
            rows.put(())

    @property
    def longest_head(self) -> str:
        """The longest of what stands before the rows, for which there has to be room."""
        return max((row.title for row in self.rows.rows), key=len, default="")

    @property
    def marks_others(self) -> bool:
        """Whether a cell has the sign that another place has it."""
        return any(row.known == ELSEWHERE for row in self.cells.rows)

    @property
    def keys(self) -> list[str]:
        """The articles of the cells, in their order."""
        return [row.key for row in self._each()]

    @property
    def chosen_place(self) -> int:
        """Which cell is chosen, counted from 0."""
        return next((place for place, row in enumerate(self._each()) if row.chosen), 0)

    def _each(self) -> Iterable[CellRow]:
        return self.cells.rows
