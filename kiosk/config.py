"""The terminal's own settings: one typed table, kept as one commented TOML file in its data folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import tomlkit
from platformdirs import user_data_path

from kiosk.domain.errors import ShopError

FILE = "terminal.toml"

COMMENTS = {
    "hub": "Where the hub was last found. It is also looked for on the network by itself.",
    "discovery": "Look for the hub on the local network (zeroconf).",
    "printer": "Receipt printer and drawer, e.g. escpos+tcp://192.0.2.10:9100; empty: none.",
    "label_printer": "Printer of shelf labels, e.g. zpl+tcp://192.0.2.9:9100?width=70&height=38; empty: none.",
    "scanner": "Serial scanner, e.g. serial:///dev/serial/by-id/usb-...; empty: none.",
    "camera": "Camera that reads codes, e.g. camera:///dev/video0; off until somebody looks through it; empty: none.",
    "wedge": "Keyboard scanner: longest pause between its keys in ms, and what it types after a code; empty: none.",
    "payment_terminal": "Card terminal, e.g. nexo+https://192.0.2.30:8443?poi=...; empty: cards by the reference on the slip.",
    "tablet": "Carried about by an associate: one column, large keys below, baskets are handed to a till.",
    "drawer": "Cash is taken here, into a drawer. Without it cash is neither asked for nor counted.",
    "mm_per_px": "Millimetres of one pixel of this screen; keys keep their size in millimetres.",
    "customer_display": "Show the customer the basket on a second screen (a window of its own where there is one screen).",
    "full_screen": "Take the whole screen.",
    "help_place": "Where a shopper finds a person when the kiosk cannot call one.",
    "pin_memory_kib": "What one PIN costs to check (argon2id memory), in KiB.",
    "backup_folder": "Where backups go every night: a folder on another disk, stick or share; empty: none.",
    "export_folder": "Where the journal is exported to when no stick is in: a folder or share; empty: none.",
    "backup_hour": "From which hour of the night on (0 to 23, in the store's time).",
    "pin_passes": "What one PIN costs to check (argon2id passes).",
}


LIMITS: Mapping[str, tuple[float, float]] = {
    "mm_per_px": (0.03, 2.0),
    "pin_memory_kib": (8, 1024 * 1024),
    "pin_passes": (1, 100),
    "backup_hour": (0, 23),
}
"""The least and the most that a number may be."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one terminal. A setting that is missing has its default."""

    hub: str = ""
    discovery: bool = True
    printer: str = ""
    label_printer: str = ""
    scanner: str = ""
    camera: str = ""
    wedge: str = "wedge://?gap=30&suffix=enter"
    payment_terminal: str = ""
    tablet: bool = False
    drawer: bool = True
    mm_per_px: float = 0.252
    customer_display: bool = False
    full_screen: bool = False
    help_place: str = ""
    pin_memory_kib: int = 19_456
    pin_passes: int = 2
    backup_folder: str = ""
    export_folder: str = ""
    backup_hour: int = 3


def default_folder(kind: str) -> Path:
    """Where a terminal of a kind keeps its data when nobody says otherwise."""
    return user_data_path("toonbank") / kind


def load(folder: Path) -> Config:
    """Read the settings; raises ShopError for a file that cannot be read or a value of the wrong type."""
    path = folder / FILE
    raw = _read(path)
    known: dict[str, Any] = {}
    for field in fields(Config):
        if field.name not in raw:
            continue
        value, default = raw[field.name], field.default
        if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not type(default):
            raise ShopError("config.wrong_type", file=str(path), setting=field.name)
        least, most = LIMITS.get(field.name, (0.0, 0.0))
        if isinstance(value, int | float) and field.name in LIMITS and not least <= value <= most:
            raise ShopError("config.out_of_range", file=str(path), setting=field.name, least=f"{least:g}", most=f"{most:g}")
        known[field.name] = value
    return Config(**known)


def unknown(folder: Path) -> list[str]:
    """What the file sets and nobody reads: a slip, or a setting of another version. The terminal works without it."""
    return sorted(set(_read(folder / FILE)) - {field.name for field in fields(Config)})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ShopError("config.unreadable", file=str(path), reason=str(error)) from error


def text(config: Config) -> str:
    """The file's text: every setting under a line that says what it is."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Settings of this Toonbank terminal. Changes hold from its next start."))
    for field in fields(Config):
        document.add(tomlkit.nl())
        document.add(tomlkit.comment(COMMENTS[field.name]))
        document.add(field.name, tomlkit.item(getattr(config, field.name)))
    return tomlkit.dumps(document)


def change(old: str, setting: str, value: str) -> str:
    """The file's text with one setting changed; what people wrote into it stays."""
    document = tomlkit.parse(old)
    document[setting] = value
    return tomlkit.dumps(document)
