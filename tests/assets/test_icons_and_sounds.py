"""Icons can be coloured at run time; sounds are short and can be told apart; all have licences."""

from __future__ import annotations

import csv
import itertools
import re
import subprocess
import sys
import wave
from array import array
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

import assets

ASSETS = Path(assets.__file__).resolve().parent
ICONS = sorted((ASSETS / "icons").glob("*.svg"))
SOUNDS = {path.stem: path for path in sorted((ASSETS / "sounds").glob("*.wav"))}
MAKERS = ASSETS.parent / "packaging" / "assets"
NEEDED = (
    "scan search plus minus trash undo cash card drawer printer printer-off wifi wifi-off "
    "cloud-sync cloud-off user lock globe language accessibility help headphones contrast "
    "text-size home basket tag percent receipt keyboard check x alert-triangle info clock "
    "chevron-left chevron-right chevron-up chevron-down arrow-left arrow-right arrow-up "
    "arrow-down store truck package qr-code barcode volume settings calculator pause play weight "
    "scale calendar eye eye-off backspace log-out refresh image map-pin phone bell hand"
)


def samples(path: Path) -> list[int]:
    """The samples of a WAV file."""
    with wave.open(str(path)) as file:
        return array("h", file.readframes(file.getnframes())).tolist()


def crossings_hz(path: Path) -> float:
    """Half the zero crossings per second: the pitch of a sound with few overtones."""
    data = samples(path)
    crossings = sum((one < 0) != (two < 0) for one, two in itertools.pairwise(data))
    return crossings / 2 / (len(data) / 44_100)


def test_every_icon_that_screens_need_is_there() -> None:
    assert set(NEEDED.split()) - {path.stem for path in ICONS} == set()
    with (MAKERS / "icons.csv").open(encoding="utf-8", newline="") as handle:
        assert {row["name"] for row in csv.DictReader(handle)} == {path.stem for path in ICONS}


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_an_icon_takes_the_colour_it_is_given(qtbot: QtBot, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    paints = set(re.findall(r'(?:fill|stroke)="([^"]+)"', text))
    assert "currentColor" in paints and paints <= {"currentColor", "none"}, paints
    colour = 0xFF2468AC
    svg = QSvgRenderer(QByteArray(text.replace("currentColor", "#2468ac").encode()))
    assert svg.isValid()
    image = QImage(48, 48, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    svg.render(painter)
    painter.end()
    pixels = [image.pixel(x, y) for x in range(48) for y in range(48)]
    assert pixels.count(colour) >= 20, "hardly any pixel has the colour"


def test_the_four_sounds_are_short_mono_and_free_of_clicks() -> None:
    assert set(SOUNDS) == {"scan_good", "scan_refused", "attention", "done"}
    for name, path in SOUNDS.items():
        with wave.open(str(path)) as file:
            assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
            assert file.getframerate() == 44_100
            assert 0.05 <= file.getnframes() / 44_100 <= 0.120, name
        data = samples(path)
        assert 8_000 < max(map(abs, data)) < 32_000, f"{name} is too soft, or it clips"
        # Loud within 15 ms, so that a scan is heard at once; and silent at both ends.
        assert max(map(abs, data[:662])) > 5_000, name
        assert abs(data[0]) < 200 and abs(data[-1]) < 200, name


def test_a_good_and_a_refused_scan_cannot_be_mistaken_for_each_other() -> None:
    good, refused = crossings_hz(SOUNDS["scan_good"]), crossings_hz(SOUNDS["scan_refused"])
    assert 1_800 < good < 2_000
    assert refused < good / 3
    assert len({path.read_bytes() for path in SOUNDS.values()}) == 4
    # The refused scan is two tones with a gap: for at least 10 ms in its middle it is silent.
    middle = samples(SOUNDS["scan_refused"])
    gap = middle[len(middle) // 3 : len(middle) * 2 // 3]
    assert any(not any(gap[at : at + 441]) for at in range(0, len(gap) - 441, 44))


def test_the_sounds_come_out_of_their_script_byte_for_byte(tmp_path: Path) -> None:
    script = MAKERS / "make_sounds.py"
    subprocess.run([sys.executable, str(script), "--out", str(tmp_path)], check=True, timeout=30)
    for path in SOUNDS.values():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_every_folder_with_files_of_others_names_their_licence() -> None:
    folders = ["icons", "sounds", "samples", "samples/fashion/pictures", "samples/grocery/pictures"]
    for folder in folders:
        text = (ASSETS / folder / "LICENSE.txt").read_text(encoding="utf-8")
        assert re.search(r"ISC|MIT|CC0|Apache-2\.0", text), folder
    readme = (ASSETS / "README.md").read_text(encoding="utf-8")
    for word in ("inter-ui", "lucide-static", "@lobehub/fluent-emoji-3d", "ibm-plex-mono", "CC0"):
        assert word in readme, f"assets/README.md does not name {word}"
