"""`toonbank`: a plain `till --data DIR` or `kiosk --data DIR` goes straight to its window, everything else to the command line.

A shop waits for that window every morning, and the command line's own modules (typer, pydantic, rich) are an eighth of its start.
"""

import gc
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from kiosk.domain.errors import ShopError

WINDOWS: Mapping[str, tuple[str, str]] = {
    "till": ("kiosk.apps.till", "run_till"),
    "kiosk": ("kiosk.apps.kiosk", "run_kiosk"),
}
"""What the commands of the same name in kiosk.commands run."""
_LINE = "kiosk.commands.line"
_ANSWERS = "kiosk.commands.output"


def main() -> None:
    """Open a window, or run the command line."""
    plain = plain_window(sys.argv[1:])
    if plain is None:
        import_module(_LINE).run()
    else:
        sys.exit(open_window(*plain))


def plain_window(words: Sequence[str]) -> tuple[str, Path] | None:
    """The window and the folder that plain words ask for; None for whatever else the command line has to read or refuse."""
    match words:
        case [name, "--data", folder] if name in WINDOWS and folder and not folder.startswith("-"):
            return name, Path(folder)
    return None


def open_window(name: str, folder: Path) -> int:
    """Run a window until it closes; gives the exit code, and tells of a refusal as the command line does."""
    module, function = WINDOWS[name]
    gc.disable()  # all that is loaded here stays: to walk it again and again for rubbish takes a twentieth of the start
    run = getattr(import_module(module), function)
    gc.freeze()
    gc.enable()
    try:
        return int(run(folder))
    except ShopError as error:
        return int(import_module(_ANSWERS).refuse(error))


if __name__ == "__main__":
    main()
