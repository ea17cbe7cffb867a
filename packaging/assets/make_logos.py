"""Draws the logos of the sample shops: a needle between north and south, and the awning of a market stall.

Run by path: python packaging/assets/make_logos.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

SAMPLES = Path(__file__).resolve().parent.parent.parent / "assets" / "samples"
FINE = 4
"""Drawn so many times larger and made smaller at the end, which smooths the edges."""
GREEN, ORANGE, RED, WOOD = "#14503c", "#e6822a", "#b4232d", "#6e4628"


def north_south() -> Image.Image:
    """A ring with a needle: its northern half filled with colour."""
    image, draw = _paper(480, 480)
    draw.ellipse(_at(10, 10, 470, 470), outline=GREEN, width=34 * FINE)
    for left, right, colour in ((178, 240, ORANGE), (302, 240, ORANGE)):
        draw.polygon(_at(240, 76, left, 240, right, 240), fill=colour)
    draw.polygon(_at(178, 240, 302, 240, 240, 404), fill=GREEN)
    draw.ellipse(_at(218, 218, 262, 262), fill="white")
    return _smaller(image)


def stall() -> Image.Image:
    """A striped awning with scalloped edge over a counter."""
    image, draw = _paper(640, 440)
    stripes, width = 7, 84
    for nth in range(stripes):
        left, colour = 26 + nth * width, RED if nth % 2 == 0 else "white"
        top_left = 80 + nth * (480 // stripes)
        draw.polygon(_at(top_left, 20, top_left + 480 // stripes, 20, left + width, 170, left, 170), fill=colour)
        draw.pieslice(_at(left, 128, left + width, 212), 0, 180, fill=colour)
        draw.arc(_at(left, 128, left + width, 212), 0, 180, fill=RED, width=8 * FINE)
    draw.line(_at(80, 20, 26, 170), fill=RED, width=8 * FINE)
    draw.line(_at(556, 20, 614, 170), fill=RED, width=8 * FINE)
    draw.rectangle(_at(76, 12, 560, 28), fill=RED)
    for left in (66, 554):
        draw.rectangle(_at(left, 190, left + 22, 420), fill=WOOD)
    draw.rectangle(_at(40, 300, 600, 420), fill=WOOD)
    for left, colour in ((130, ORANGE), (230, GREEN), (330, RED), (430, ORANGE)):
        draw.pieslice(_at(left, 245, left + 90, 355), 180, 360, fill=colour)
    return _smaller(image)


def _paper(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (width * FINE, height * FINE), "white")
    return image, ImageDraw.Draw(image)


def _at(*places: int) -> list[int]:
    return [place * FINE for place in places]


def _smaller(image: Image.Image) -> Image.Image:
    small = image.resize((image.width // FINE // 2, image.height // FINE // 2), Image.Resampling.LANCZOS)
    return small.quantize(64, dither=Image.Dither.NONE)


if __name__ == "__main__":
    for shop, drawn in (("fashion", north_south()), ("grocery", stall())):
        drawn.save(SAMPLES / shop / "logo.png", optimize=True)
        print(f"{shop}: {drawn.width} x {drawn.height}")
