"""Logos that settings.toml names by their files become settings of their own, each once, however many stores print it."""

import hashlib
from importlib import import_module
from pathlib import Path
from typing import Any

from kiosk.paper.letterhead import LOGO_SETTING, LOGOS
from kiosk.paper.logo import kept

_MAKER = "kiosk.paper.logomaking"


class LogoFiles:
    """The logos of one settings file; `made` are the settings that hold them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[str, str] = {}
        self.made: dict[str, Any] = {}

    def take(self, told: dict[str, Any]) -> None:
        """Put the name of the logo in the place of its file. Raises ValueError with a sentence for a file that is no logo."""
        file = told.get(LOGO_SETTING, "")
        if not isinstance(file, str):
            raise ValueError("write the logo as the name of a picture file beside settings.toml")
        if file:
            told[LOGO_SETTING] = self._names.get(file) or self._read(file)

    def _read(self, file: str) -> str:
        maker = import_module(_MAKER)  # what reads pictures loads where a shop has one
        try:
            with (self._folder / file).open("rb") as opened:
                data = opened.read(maker.FILE_BYTES_MAX + 1)
        except (OSError, ValueError) as error:
            raise ValueError(f"{file!r} cannot be read: put the picture beside settings.toml") from error
        value = kept(maker.logo_from(data))
        name = hashlib.sha256(repr(sorted(value.items())).encode()).hexdigest()[:16]
        self.made[LOGOS + name] = value
        self._names[file] = name
        return name
