"""The fonts load where Qt and Pillow need them and hold every letter and sign we print."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageFont
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QRawFont
from pytestqt.qtbot import QtBot

import assets

FONTS = Path(assets.__file__).resolve().parent / "fonts"
LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    "€éëïüçœÉËÏÜÇŒàâäèêîôöùûÿñáíóúijIJąćęłńóśźżĄĆĘŁŃÓŚŹŻßæøåÆØÅşğı"
    "✓…–—’‘“”„«»×·•→←−½°®™%&@#§.,:;!?()[]/+-=*"
)
BOXES = "─│┌┐└┘├┤═█▄"  # A receipt's rules and its bars.


def font_files() -> list[Path]:
    """Every font file that ships."""
    return sorted([*FONTS.rglob("*.woff2"), *FONTS.rglob("*.ttf"), *FONTS.rglob("*.otf")])


def test_every_font_folder_has_its_licence() -> None:
    folders = {path.parent for path in font_files()}
    assert {folder.name for folder in folders} == {"inter", "plex-mono"}
    for folder in folders:
        assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8").upper()


@pytest.mark.parametrize("path", font_files(), ids=lambda path: path.name)
def test_qt_loads_each_font_and_finds_every_letter(qtbot: QtBot, path: Path) -> None:
    # Of the file itself: QRawFont does not fall back to another font as a text would.
    raw = QRawFont(str(path), 20.0)
    assert raw.isValid()
    needed = LETTERS + (BOXES if "Mono" in path.name else "")
    assert [sign for sign in needed if not raw.supportsCharacter(ord(sign))] == []


def test_the_families_and_weights_have_the_names_a_theme_asks_for(qtbot: QtBot) -> None:
    for path in font_files():
        assert QFontDatabase.addApplicationFont(str(path)) != -1, path.name
    assert set(QFontDatabase.styles("Inter")) == {"Regular", "SemiBold", "Bold"}
    assert set(QFontDatabase.styles("IBM Plex Mono")) == {"Regular", "Bold"}
    widths = []
    for weight in (QFont.Weight.Normal, QFont.Weight.DemiBold, QFont.Weight.Bold):
        font = QFont("Inter")
        font.setPixelSize(40)
        font.setWeight(weight)
        assert QRawFont.fromFont(font).familyName().startswith("Inter")
        widths.append(QFontMetricsF(font).horizontalAdvance("Totaal te betalen"))
    assert widths == sorted(set(widths)), "the three weights must not be one and the same face"


def test_figures_of_the_screen_font_can_stand_in_columns(qtbot: QtBot) -> None:
    for path in font_files():
        QFontDatabase.addApplicationFont(str(path))
    font = QFont("Inter")
    font.setPixelSize(40)
    plain = QFontMetricsF(font)
    assert plain.horizontalAdvance("1111") != plain.horizontalAdvance("8888")
    font.setFeature(QFont.Tag("tnum"), 1)
    tabular = QFontMetricsF(font)
    widths = {tabular.horizontalAdvance(digit * 4) for digit in "0123456789"}
    assert len(widths) == 1


@pytest.mark.parametrize("name", ["IBMPlexMono-Regular.ttf", "IBMPlexMono-Bold.ttf"])
def test_pillow_loads_the_receipt_font_and_every_sign_is_equally_wide(name: str) -> None:
    font = ImageFont.truetype(str(FONTS / "plex-mono" / name), 24)
    assert len({font.getlength(sign) for sign in LETTERS + BOXES + " "}) == 1
    # A sign the font lacks is drawn as its "not there" box; none of ours may look like that.
    missing = bytes(font.getmask("\U000e0fff"))
    assert all(bytes(font.getmask(sign)) != missing for sign in LETTERS + BOXES)
