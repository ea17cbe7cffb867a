"""A shop's logo as it travels in the setting `receipt.logo`: small, sound, and ready for a printer that knows only dots."""

import base64
import zlib
from collections.abc import Mapping

from kiosk.domain.document import Picture

WIDTH_MAX, HEIGHT_MAX = 384, 160
"""48 by 20 mm: the narrowest paper is as wide, and a printer gets it within the blink of an eye."""


def kept(picture: Picture) -> dict[str, object]:
    """The logo as the value of a setting."""
    dots = base64.b64encode(zlib.compress(picture.dots, 9)).decode()
    return {"width": picture.width, "dots": dots, "png": base64.b64encode(picture.png).decode()}


def logo_of(value: object, says: str) -> Picture | None:
    """The logo in a setting's value; None for what is none, so that one slip does not stop a sale. `says` is the shop's name."""
    if not isinstance(value, Mapping):
        return None
    width, dots, png = value.get("width"), value.get("dots"), value.get("png")
    if not (isinstance(width, int) and 0 < width <= WIDTH_MAX and isinstance(dots, str) and isinstance(png, str)):
        return None
    try:
        rows = zlib.decompressobj().decompress(base64.b64decode(dots, validate=True), (WIDTH_MAX // 8) * HEIGHT_MAX)
        logo = Picture(width, rows, base64.b64decode(png, validate=True), says)
    except (ValueError, zlib.error):
        return None
    return logo if logo.height <= HEIGHT_MAX else None
