"""When a terminal was last backed up, noted in its own folder: the medium itself may be away, or slow to answer."""

from pathlib import Path

from kiosk.domain.codec import Json, canonical, parse
from kiosk.domain.errors import Damaged
from kiosk.store.folder import write_whole

NOTE = "last-backup.json"


def write(folder: Path, dev: str, inc: int, made_ms: int) -> None:
    """Note in the terminal's folder that a backup was made (wall ms) and proven. Raises OSError."""
    write_whole(folder / NOTE, canonical({"dev": dev, "inc": inc, "made_ms": made_ms}))


def read_ms(folder: Path, dev: str, inc: int) -> int | None:
    """When this terminal was last backed up (wall ms), 0 for never, None when it cannot be said."""
    try:
        raw: Json = parse((folder / NOTE).read_bytes())
        of, made_ms = (raw["dev"], raw["inc"]), int(raw["made_ms"])
    except FileNotFoundError:
        return 0
    except (OSError, Damaged, KeyError, TypeError, ValueError):
        return None
    return made_ms if of == (dev, inc) else 0
