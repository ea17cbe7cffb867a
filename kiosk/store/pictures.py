"""Product pictures on this terminal, by the SHA-256 of their bytes."""

from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.store.catalog import Catalog

PICTURES = "pictures"
"""The folder's name in a terminal's data folder."""


class Pictures:
    """The folder of pictures (sync.agent.pictures.PictureShelf)."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.folder = folder
        self._catalog = catalog
        self._asked, self._wanted = -1, list[str]()
        self.on_arrival: Callable[[], None] = _nobody

    def path(self, sha256: str) -> Path:
        """Where a picture is, or goes."""
        return self.folder / f"{sha256}.webp"

    def arrived(self) -> None:
        """More pictures are there than before."""
        self.on_arrival()

    def missing(self, count_max: int) -> Sequence[str]:
        """Pictures that the catalogue names and the folder does not hold.

        It is asked after each part of a feed; the catalogue's names are read again only when articles or categories changed,
        because that reads every row.
        """
        have = {file.stem for file in self.folder.glob("*.webp")}
        picture_round = self._catalog.picture_round
        names = self._wanted if picture_round == self._asked else self._catalog.picture_names()
        self._wanted, self._asked = [name for name in names if name not in have], picture_round
        return self._wanted[:count_max]


def _nobody() -> None:
    """Nobody listens yet."""
