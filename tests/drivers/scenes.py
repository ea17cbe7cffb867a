"""Picture files as a camera would take them: codes on a table, turned, blurred, dark, side by side."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import zxingcpp
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

EAN, OTHER = "8710398500526", "8799999000017"
LINK = "https://id.example/01/08799999000017"
SIZE = (1280, 720)


@dataclass(frozen=True)
class Label:
    """A code on a white label: its middle, how far it is turned (degrees), and how large a module is (pixels)."""

    text: str
    across: int = 640
    down: int = 360
    turned: float = 0.0
    scale: int = 4

    def paste(self, table: Image.Image) -> None:
        """Lay it on the table."""
        kind = zxingcpp.BarcodeFormat.QRCode if not self.text.isdigit() else zxingcpp.BarcodeFormat.EAN13
        bars = Image.fromarray(zxingcpp.create_barcode(self.text, kind).to_image(scale=self.scale, add_quiet_zones=True))
        label = Image.new("RGBA", (bars.width + 40, bars.height + 40), (250, 250, 245, 255))
        label.paste(bars.convert("RGBA"), (20, 20))
        lying = label.rotate(self.turned, Image.Resampling.BICUBIC, expand=True)
        table.paste(lying, (self.across - lying.width // 2, self.down - lying.height // 2), lying)


def scene(folder: Path, name: str, *labels: Label, blur: float = 0.0, light: float = 1.0) -> Path:
    """A picture file of labels on a wooden table; `light` 1.0 is daylight."""
    table = _table().copy()
    for label in labels:
        label.paste(table)
    if blur:
        table = table.filter(ImageFilter.GaussianBlur(blur))
    if light != 1.0:
        table = ImageEnhance.Brightness(table).enhance(light)
    path = folder / f"{name}.jpg"
    table.save(path, quality=90)
    return path


@cache
def _table() -> Image.Image:
    """Wood."""
    chance = Random(7)
    table = Image.new("RGB", SIZE, (170, 130, 95))
    draw = ImageDraw.Draw(table)
    for down in range(0, SIZE[1], 6):
        shade = chance.randrange(-12, 12)
        draw.line((0, down, SIZE[0], down + chance.randrange(-9, 9)), (170 + shade, 130 + shade, 95 + shade), 3)
    return table
