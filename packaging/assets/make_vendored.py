"""Copies the fonts and icons we ship out of their npm packages, each with its licence beside it.

Run by path, with the packages unpacked (npm pack NAME@VERSION, then tar -xzf):

    python packaging/assets/make_vendored.py --inter DIR --plex DIR --lucide DIR

Each DIR is the folder `package` of the unpacked archive. The files go in unchanged, so that what we
ship is byte for byte what their makers published; the Reserved Font Names stay honoured that way.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
ASSETS = HERE.parent.parent / "assets"

SOURCES = {
    "inter": ("inter-ui", "4.1.1"),
    "plex": ("@expo-google-fonts/ibm-plex-mono", "0.4.1"),
    "lucide": ("lucide-static", "1.62.0"),
}

# Static weights instead of the one variable file: every renderer here (Qt, FreeType through Pillow)
# picks a static weight by its name, and three of them are smaller than the variable font in memory.
INTER = {
    "web/Inter-Regular.woff2": "inter/Inter-Regular.woff2",
    "web/Inter-SemiBold.woff2": "inter/Inter-SemiBold.woff2",
    "web/Inter-Bold.woff2": "inter/Inter-Bold.woff2",
    "LICENSE.txt": "inter/OFL.txt",
}
PLEX = {
    "400Regular/IBMPlexMono_400Regular.ttf": "plex-mono/IBMPlexMono-Regular.ttf",
    "700Bold/IBMPlexMono_700Bold.ttf": "plex-mono/IBMPlexMono-Bold.ttf",
    "LICENSE_FONT": "plex-mono/OFL.txt",
}


def check_version(package_dir: Path, key: str) -> None:
    """Stop when the unpacked package is not the one whose licence and letters were checked."""
    name, version = SOURCES[key]
    found = json.loads((package_dir / "package.json").read_text(encoding="utf-8"))
    if (found["name"], found["version"]) != (name, version):
        raise SystemExit(
            f"{package_dir} holds {found['name']} {found['version']}, not {name} {version}. "
            f"Unpack that one, or change SOURCES here and the table in assets/README.md."
        )


def copy_files(package_dir: Path, files: dict[str, str]) -> None:
    """Copy each file to its new name under assets/fonts."""
    for source, target in files.items():
        path = ASSETS / "fonts" / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package_dir / source, path)


def copy_icons(package_dir: Path) -> None:
    """Copy the icons of icons.csv under our own names, so that a screen asks for what it means."""
    target = ASSETS / "icons"
    target.mkdir(parents=True, exist_ok=True)
    with (HERE / "icons.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            source = package_dir / "icons" / f"{row['source']}.svg"
            shutil.copyfile(source, target / f"{row['name']}.svg")
    shutil.copyfile(package_dir / "LICENSE", target / "LICENSE.txt")


def main() -> None:
    """Read the folders and copy."""
    parser = argparse.ArgumentParser(description="Copy the fonts and icons we ship.")
    for key, (name, version) in SOURCES.items():
        parser.add_argument(f"--{key}", type=Path, help=f"unpacked {name} {version}")
    arguments = vars(parser.parse_args())
    for key, package_dir in arguments.items():
        if package_dir is not None:
            check_version(package_dir, key)
            if key == "lucide":
                copy_icons(package_dir)
            else:
                copy_files(package_dir, INTER if key == "inter" else PLEX)


if __name__ == "__main__":
    main()
