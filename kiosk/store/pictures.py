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
        self.on_arrival: Callable[[], None] = _nobody

    def path(self, sha256: str) -> Path:
        """Where a picture is, or goes."""
        return self.folder / f"{sha256}.webp"

    def arrived(self) -> None:
        """More pictures are there than before."""
        self.on_arrival()

    def missing(self, count_max: int) -> Sequence[str]:
        """Pictures that the catalogue names and the folder does not hold."""
        have = {file.stem for file in self.folder.glob("*.webp")}
        return [name for name in self._catalog.picture_names() if name not in have][:count_max]


def _nobody() -> None:
    """Nobody listens yet."""
