"""The paper as a picture: 203 dots an inch, black on white, 80 mm wide with the head in the middle.

The picture is what the tests read codes from and what the lab shows, so it is made of the printer's
own dots: no smoothing, no scaling.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

from drivers.simulated.printer.paper import (
    CELL_DOTS,
    HEAD_DOTS,
    Bitmap,
    Feed,
    Line,
    PaperItem,
    Picture,
    Span,
)

PAPER_DOTS = 640
MARGIN_DOTS = (PAPER_DOTS - HEAD_DOTS) // 2
WHITE, BLACK = 1, 0

# Places where a fixed-width font is found when none is named.
_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansMono-Regular.ttf",
    "C:/Windows/Fonts/consola.ttf",
)

AnyFont = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Typeface:
    """The printer's letters: a fixed-width font set into the printer's cells."""

    def __init__(self, path: Path | None = None) -> None:
        """Use the font file at path; without one, a font of the system or Pillow's own."""
        candidates = [str(path)] if path else [name for name in _FONTS if Path(name).exists()]
        self._path = candidates[0] if candidates else None
        self._glyph = lru_cache(maxsize=2048)(self._draw_glyph)

    @lru_cache(maxsize=8)  # noqa: B019 - a typeface lives as long as its printer
    def _font(self, name: str) -> AnyFont:
        """The largest size whose letters fit the cell."""
        width, height = CELL_DOTS[name]
        if self._path is None:
            return ImageFont.load_default(height * 0.7)
        for size in range(height, 5, -1):
            font = ImageFont.truetype(self._path, size)
            if font.getlength("M") <= width + 0.1:
                return font
        return font

    def _draw_glyph(self, letter: str, name: str, bold: bool) -> Image.Image:
        width, height = CELL_DOTS[name]
        cell = Image.new("1", (width, height), WHITE)
        draw = ImageDraw.Draw(cell)
        draw.fontmode = "1"
        font = self._font(name)
        x_dots = (width - font.getlength(letter)) / 2
        baseline = round(height * 0.78)
        for shift in (0, 1) if bold else (0,):
            place = (x_dots + shift, baseline)
            if isinstance(font, ImageFont.FreeTypeFont):
                draw.text(place, letter, font=font, fill=BLACK, anchor="ls")
            else:
                draw.text((x_dots + shift, 0), letter, font=font, fill=BLACK)
        return cell

    def draw(self, span: Span) -> Image.Image:
        """A run of characters in their style."""
        style = span.style
        width, height = CELL_DOTS[style.font]
        run = Image.new("1", (width * len(span.text), height), WHITE)
        for place, letter in enumerate(span.text):
            run.paste(self._glyph(letter, style.font, style.bold), (place * width, 0))
        if style.underline_dots:
            top = height - style.underline_dots
            ImageDraw.Draw(run).rectangle((0, top, run.width, height), fill=BLACK)
        if style.reversed:
            run = ImageChops.invert(run)
        if style.width_times > 1 or style.height_times > 1:
            size = (run.width * style.width_times, run.height * style.height_times)
            run = run.resize(size, Image.Resampling.NEAREST)
        return run


def picture_of(bitmap: Bitmap) -> Image.Image:
    """The dots of a bitmap as an image."""
    size = (bitmap.width_dots, bitmap.height_dots)
    return Image.frombytes("1", size, bitmap.rows, "raw", "1;I")


def render(items: Sequence[PaperItem], typeface: Typeface) -> Image.Image:
    """The paper with these items on it, top first."""
    height = max(1, sum(item.height_dots for item in items))
    paper = Image.new("1", (PAPER_DOTS, height), WHITE)
    top = 0
    for item in items:
        if not isinstance(item, Feed):
            image = _line(item, typeface) if isinstance(item, Line) else picture_of(item.bitmap)
            _place(paper, image, item, top)
        top += item.height_dots
    return paper


def _place(paper: Image.Image, image: Image.Image, item: Line | Picture, top: int) -> None:
    free = max(0, HEAD_DOTS - image.width)
    left = {"left": 0, "center": free // 2, "right": free}[item.align]
    if image.width > HEAD_DOTS:
        image = image.crop((0, 0, HEAD_DOTS, image.height))
    paper.paste(image, (MARGIN_DOTS + left, top))


def _line(line: Line, typeface: Typeface) -> Image.Image:
    """Characters of different heights stand on one base line, at the bottom of the tallest."""
    images = [(part.x_dots, typeface.draw(part) if isinstance(part, Span) else picture_of(part.bitmap)) for part in line.parts]
    tallest = max((image.height for _, image in images), default=0)
    result = Image.new("1", (max(1, line.width_dots), max(1, tallest)), WHITE)
    for x_dots, image in images:
        result.paste(image, (x_dots, tallest - image.height))
    return result.rotate(180) if line.upside_down else result


def png(image: Image.Image) -> bytes:
    """The image as a PNG file of 203 dots an inch."""
    file = io.BytesIO()
    image.save(file, format="PNG", dpi=(203, 203))
    return file.getvalue()
