"""The codes in a picture (zxing-cpp), each with how far it is from the middle."""

from dataclasses import dataclass
from math import hypot

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

_CORRECTING = ("QRCode", "DataMatrix", "Aztec", "PDF417")
_BARS = ("EAN13", "EAN8", "UPCA", "UPCE", "Code128", "Code39", "ITF14", "DataBar")
"""Interleaved 2 of 5 only in its fixed length: a part of a longer one reads as a whole one."""
_FORMATS = ",".join((*_CORRECTING, *_BARS))

TURNS = 4
"""Ways to look at a picture, one after the other: as it is; turned by an eighth (bars are found along rows and columns only);
sharpened; light on dark as well. All of every picture would cost four times as much."""
_DARK_CUT = 1
_SHARPER = ImageFilter.UnsharpMask(2, 150, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """A code in a picture: how far its middle is from the picture's, in pixels, and whether it corrects its own errors."""

    text: str
    raw: bytes
    aim: str | None
    away: float
    corrects: bool


def codes_in(luma: Image.Image, turn: int) -> tuple[Found, ...]:
    """What stands in a picture of brightness, looked at in one of TURNS ways; nearest to the middle first."""
    way = turn % TURNS
    # The brightest hundredth is a lamp in the gloss of a package: what is left is spread out, or the dark would hide the bars.
    spread = ImageOps.autocontrast(luma, _DARK_CUT)
    picture = _turned(spread) if way == 1 else spread.filter(_SHARPER) if way == 2 else spread
    formats = zxingcpp.barcode_formats_from_str(_FORMATS)  # not kept: at the end of the program the library calls that a leak
    read = zxingcpp.read_barcodes(picture, formats, try_invert=way == 3, text_mode=zxingcpp.TextMode.Plain)
    found = [_found(one, picture.size) for one in read if one.valid and one.text]
    return tuple(sorted(found, key=lambda one: one.away))


def _turned(luma: Image.Image) -> Image.Image:
    """The square in the middle, turned by 45 degrees: what is how far from the middle stays as it is."""
    side = min(luma.size)
    left, top = (luma.width - side) // 2, (luma.height - side) // 2
    square = luma.crop((left, top, left + side, top + side))
    return square.rotate(45, Image.Resampling.BILINEAR, fillcolor=128)


def _found(one: zxingcpp.Barcode, size: tuple[int, int]) -> Found:
    place = one.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across, down = sum(corner.x for corner in corners) / 4, sum(corner.y for corner in corners) / 4
    away = hypot(across - size[0] / 2, down - size[1] / 2)
    return Found(one.text, bytes(one.bytes), one.symbology_identifier or None, away, one.format.name in _CORRECTING)
