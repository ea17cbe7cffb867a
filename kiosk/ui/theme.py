"""The theme as typed properties: colours, text sizes and touch targets; a brand's file lists only its differences.

A theme in which something cannot be read is refused when it is loaded, not found out in the shop.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtQml import QmlElement, QmlSingleton

from kiosk.domain.errors import Damaged
from kiosk.ui.images import picture_address

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

BASE = "base"
TEXT_RATIO, TEXT_RATIO_HIGH, OTHER_RATIO = 4.5, 7.0, 3.0
"""WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11: text, text in high contrast, and lines or icons that carry meaning."""

LARGE_FROM = 1.2
"""Text scaled further than this is large: it wraps, and what only repeats it (key caps, icons) goes where there is no room."""
DISPLAY_SHARE = 0.75
"""How much of its scaled size a headline takes when text is large."""

_GROUNDS = ("page", "surface", "raised", "sunken")
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in ("ink", "inkMuted") for ground in _GROUNDS),
    *(("inkFaint", ground) for ground in ("page", "surface", "raised")),
    ("accentText", "accent"), ("accentText", "accentPressed"), ("accentInk", "accentSoft"),
    ("accentInk", "surface"), ("accentInk", "page"), ("ink", "accentSoft"), ("inkMuted", "accentSoft"),
    ("ink", "newRow"), ("inkMuted", "newRow"), ("accentInk", "newRow"),
    ("good", "goodSoft"), ("good", "surface"), ("warn", "warnSoft"), ("warn", "surface"), ("warn", "page"),
    ("warn", "newRow"), ("bad", "badSoft"), ("bad", "surface"), ("bad", "page"),
    ("ink", "warnSoft"), ("ink", "badSoft"), ("ink", "goodSoft"),
    ("stripText", "strip"), ("stripMuted", "strip"), ("stripWarn", "strip"), ("stripText", "stripSoft"),
)  # fmt: skip
"""What is written on what."""

OTHER_PAIRS: tuple[tuple[str, str], ...] = (
    *((line, ground) for line in ("outline", "focus") for ground in _GROUNDS),
    ("accent", "page"), ("accent", "surface"), ("stripWarn", "strip"),
)  # fmt: skip
"""What must be seen on what: borders of fields and keys, the focus ring, icons."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a terminal looks like. `mm_per_px` is measured on its screen: targets are sized in millimetres."""

    brand: str = BASE
    high_contrast: bool = False
    text_scale: float = 1.0
    mm_per_px: float = 0.2529  # a 15.6 inch panel of 1366 by 768 points
    key_caps: bool = True  # a terminal in a hand has no keyboard to speak of


@dataclass(frozen=True, slots=True)
class Tokens:
    """The values of a look by name."""

    colours: Mapping[str, str]
    sizes: Mapping[str, int]


def read_tokens(brand: str, high_contrast: bool = False) -> Tokens:
    """The tokens of a brand. Raises Damaged for an unknown token or a contrast that fails."""
    base = _read(BASE)
    own = _read(brand) if brand != BASE else {}
    colours = {**base["colours"], **own.get("colours", {})}
    if high_contrast:
        colours |= {**base["highContrast"], **own.get("highContrast", {})}
    sizes = {**base["sizes"], **own.get("sizes", {})}
    unknown = (colours.keys() - base["colours"].keys()) | (sizes.keys() - base["sizes"].keys())
    if unknown:
        raise Damaged("theme.unknown_token", brand=brand, token=sorted(unknown)[0])
    for first, second, ratio in failing_pairs(colours, high_contrast):
        raise Damaged("theme.contrast", brand=brand, pair=f"{first}/{second}", ratio=f"{ratio:.2f}")
    return Tokens(colours, sizes)


def failing_pairs(
    colours: Mapping[str, str], high_contrast: bool = False
) -> list[tuple[str, str, float]]:
    """Pairs of tokens that cannot be told apart well enough, with their ratio."""
    text = TEXT_RATIO_HIGH if high_contrast else TEXT_RATIO
    wanted = [(pair, text) for pair in TEXT_PAIRS] + [(pair, OTHER_RATIO) for pair in OTHER_PAIRS]
    found = [(*pair, contrast(colours[pair[0]], colours[pair[1]]), least) for pair, least in wanted]
    return [(first, second, ratio) for first, second, ratio, least in found if ratio < least]


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two opaque colours `#RRGGBB` (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _read(brand: str) -> dict[str, Any]:
    path = resources.files("assets") / "themes" / brand / "theme.json"
    if not path.is_file():
        raise Damaged("theme.missing", brand=brand)
    return cast(dict[str, Any], json.loads(path.read_text("utf-8")))


@QmlElement
@QmlSingleton
class Theme(QObject):
    """One look, as screens bind to it. `adopt` changes it at run time; every binding follows."""

    changed = Signal()
    picturesCame = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = Look()
        self._picture_round = 0
        self.find_picture: Callable[[str], Path] = Path
        self._tokens = read_tokens(BASE)

    @property
    def look(self) -> Look:
        """The look in force."""
        return self._look

    def adopt(self, look: Look) -> None:
        """Take another look. Raises Damaged for a brand's theme that fails; then nothing changes."""
        self._tokens = read_tokens(look.brand, look.high_contrast)
        self._look = look
        self.changed.emit()

    @Slot(bool)
    def setHighContrast(self, on: bool) -> None:
        """Switch high contrast on or off."""
        self.adopt(replace(self._look, high_contrast=on))

    @Slot(float)
    def setTextScale(self, scale: float) -> None:
        """Make all text larger: 1.0, 1.5 or 2.0."""
        self.adopt(replace(self._look, text_scale=scale))

    def _colour(self, name: str) -> QColor:
        return QColor(self._tokens.colours[name])

    def _text(self, name: str) -> int:
        return round(self._tokens.sizes[name] * self._look.text_scale)

    def _display(self, name: str) -> int:
        return round(self._text(name) * (DISPLAY_SHARE if self._look.text_scale > LARGE_FROM else 1))

    def _mm(self, millimetres: float) -> int:
        return math.ceil(millimetres / self._look.mm_per_px)

    @Slot(str, QColor, result=str)
    def icon(self, name: str, colour: QColor) -> str:
        """The address of an icon in a colour."""
        return f"image://icon/{name}/{colour.name()[1:]}"

    @Property(int, notify=picturesCame)
    def pictureRound(self) -> int:
        """How often pictures have arrived; screens that show a placeholder ask anew."""
        return self._picture_round

    def pictures_arrived(self) -> None:
        """Pictures that were missing are there now."""
        self._picture_round += 1
        self.picturesCame.emit()

    @Slot(str, int, result=str)
    def picture(self, name: str, round_: int) -> str:
        """The address of a product's picture, or of the placeholder; another round only makes screens ask again."""
        return picture_address(self.find_picture(name))

    @Property(QColor, notify=changed)
    def page(self) -> QColor:
        """The ground of a screen."""
        return self._colour("page")

    @Property(QColor, notify=changed)
    def surface(self) -> QColor:
        """Cards, lists and fields."""
        return self._colour("surface")

    @Property(QColor, notify=changed)
    def sunken(self) -> QColor:
        """Secondary buttons and wells."""
        return self._colour("sunken")

    @Property(QColor, notify=changed)
    def raised(self) -> QColor:
        """A quiet ground between page and surface."""
        return self._colour("raised")

    @Property(QColor, notify=changed)
    def hairline(self) -> QColor:
        """A line that only orders; it carries no meaning."""
        return self._colour("hairline")

    @Property(QColor, notify=changed)
    def outline(self) -> QColor:
        """The border of a field or key."""
        return self._colour("outline")

    @Property(QColor, notify=changed)
    def ink(self) -> QColor:
        """Text."""
        return self._colour("ink")

    @Property(QColor, notify=changed)
    def inkMuted(self) -> QColor:
        """Text of second rank."""
        return self._colour("inkMuted")

    @Property(QColor, notify=changed)
    def inkFaint(self) -> QColor:
        """Text of third rank and placeholders."""
        return self._colour("inkFaint")

    @Property(QColor, notify=changed)
    def accent(self) -> QColor:
        """The one main action, and what is chosen."""
        return self._colour("accent")

    @Property(QColor, notify=changed)
    def accentPressed(self) -> QColor:
        """The main action while it is pressed."""
        return self._colour("accentPressed")

    @Property(QColor, notify=changed)
    def accentSoft(self) -> QColor:
        """The ground of what is chosen."""
        return self._colour("accentSoft")

    @Property(QColor, notify=changed)
    def accentInk(self) -> QColor:
        """Text and icons in the accent."""
        return self._colour("accentInk")

    @Property(QColor, notify=changed)
    def accentText(self) -> QColor:
        """Text on the accent."""
        return self._colour("accentText")

    @Property(QColor, notify=changed)
    def focus(self) -> QColor:
        """The ring around what has the keyboard."""
        return self._colour("focus")

    @Property(QColor, notify=changed)
    def good(self) -> QColor:
        """Something went well."""
        return self._colour("good")

    @Property(QColor, notify=changed)
    def goodSoft(self) -> QColor:
        """The ground of good news."""
        return self._colour("goodSoft")

    @Property(QColor, notify=changed)
    def warn(self) -> QColor:
        """Something needs attention."""
        return self._colour("warn")

    @Property(QColor, notify=changed)
    def warnSoft(self) -> QColor:
        """The ground of a warning."""
        return self._colour("warnSoft")

    @Property(QColor, notify=changed)
    def bad(self) -> QColor:
        """Something was refused."""
        return self._colour("bad")

    @Property(QColor, notify=changed)
    def badSoft(self) -> QColor:
        """The ground of a refusal."""
        return self._colour("badSoft")

    @Property(QColor, notify=changed)
    def strip(self) -> QColor:
        """The status strip."""
        return self._colour("strip")

    @Property(QColor, notify=changed)
    def stripText(self) -> QColor:
        """Text on the strip."""
        return self._colour("stripText")

    @Property(QColor, notify=changed)
    def stripMuted(self) -> QColor:
        """Text of second rank on the strip."""
        return self._colour("stripMuted")

    @Property(QColor, notify=changed)
    def stripWarn(self) -> QColor:
        """A warning on the strip."""
        return self._colour("stripWarn")

    @Property(QColor, notify=changed)
    def stripSoft(self) -> QColor:
        """A button on the strip."""
        return self._colour("stripSoft")

    @Property(QColor, notify=changed)
    def newRow(self) -> QColor:
        """The newest line of a list."""
        return self._colour("newRow")

    @Property(QColor, notify=changed)
    def shade(self) -> QColor:
        """Over a screen behind a dialog."""
        return self._colour("shade")

    @Property(QColor, notify=changed)
    def shadow(self) -> QColor:
        """Under a card."""
        return self._colour("shadow")

    @Property(int, notify=changed)
    def textSmall(self) -> int:
        """Captions. Pixels, scaled with the text."""
        return self._text("textSmall")

    @Property(int, notify=changed)
    def textBody(self) -> int:
        """Ordinary text. Pixels, scaled with the text."""
        return self._text("textBody")

    @Property(int, notify=changed)
    def textStrong(self) -> int:
        """Lines and buttons. Pixels, scaled with the text."""
        return self._text("textStrong")

    @Property(int, notify=changed)
    def textTitle(self) -> int:
        """Titles of cards. Pixels, scaled with the text."""
        return self._text("textTitle")

    @Property(int, notify=changed)
    def textHeading(self) -> int:
        """Titles of screens. Pixels, scaled with the text."""
        return self._text("textHeading")

    @Property(int, notify=changed)
    def textTotal(self) -> int:
        """The running total. Pixels, scaled with the text."""
        return self._text("textTotal")

    @Property(int, notify=changed)
    def textHuge(self) -> int:
        """The change, and the amount to pay. Pixels, scaled with the text."""
        return self._text("textHuge")

    @Property(int, notify=changed)
    def radius(self) -> int:
        """Corners of cards. Pixels."""
        return self._tokens.sizes["radius"]

    @Property(int, notify=changed)
    def radiusSmall(self) -> int:
        """Corners of keys. Pixels."""
        return self._tokens.sizes["radiusSmall"]

    @Property(int, notify=changed)
    def space(self) -> int:
        """The grid of distances. Pixels."""
        return self._tokens.sizes["space"]

    @Property(int, notify=changed)
    def line(self) -> int:
        """A border. Pixels."""
        return self._tokens.sizes["line"]

    @Property(int, notify=changed)
    def focusLine(self) -> int:
        """The focus ring. Pixels."""
        return self._tokens.sizes["focusLine"]

    @Property(int, notify=changed)
    def target(self) -> int:
        """The least size of something to touch at the till. 13 mm in pixels."""
        return self._mm(13)

    @Property(int, notify=changed)
    def toolTarget(self) -> int:
        """The least size of a tool in a row. 10 mm in pixels."""
        return self._mm(10)

    @Property(int, notify=changed)
    def kioskTarget(self) -> int:
        """The least size of something to touch at the kiosk. 20 mm in pixels."""
        return self._mm(20)

    @Property(int, notify=changed)
    def gap(self) -> int:
        """The least distance between two things to touch. 2 mm in pixels."""
        return self._mm(2)

    @Property(float, notify=changed)
    def textScale(self) -> float:
        """How much larger text is than designed."""
        return self._look.text_scale

    @Property(bool, notify=changed)
    def large(self) -> bool:
        """Whether text is so much larger that parts have to arrange themselves for it."""
        return self._look.text_scale > LARGE_FROM

    @Property(int, notify=changed)
    def displayHeading(self) -> int:
        """textHeading where room is short: what is large by itself grows less. Pixels."""
        return self._display("textHeading")

    @Property(int, notify=changed)
    def displayTotal(self) -> int:
        """textTotal where room is short. Pixels."""
        return self._display("textTotal")

    @Property(int, notify=changed)
    def displayHuge(self) -> int:
        """textHuge where room is short. Pixels."""
        return self._display("textHuge")

    @Property(bool, notify=changed)
    def keyCaps(self) -> bool:
        """Whether keys of the keyboard are named on the buttons that do the same."""
        return self._look.key_caps

    @Property(bool, notify=changed)
    def highContrast(self) -> bool:
        """Whether high contrast is on."""
        return self._look.high_contrast
