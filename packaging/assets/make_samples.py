"""Makes the pictures of the sample shops from 3D emoji: recoloured, and some with a small badge.

Run by path, with the package unpacked (npm pack @lobehub/fluent-emoji-3d@1.1.0, then tar -xzf):

    python packaging/assets/make_samples.py --emoji DIR [--shop fashion] [--sheet OUT.png]

DIR is the folder `package` of the unpacked archive. Which pictures to make is read from the shops'
own tables: a picture's file name is its recipe, `base[-colour][__badge[-colour]].webp`. So
`jar-red__strawberry.webp` is the emoji "jar" (emoji.csv) turned red, with a strawberry in its
corner.

How a colour is changed: in OKLCH, where lightness is what the eye sees. Only pixels near the
emoji's main hue move; their lightness keeps its distance from the middle, so folds and shine stay.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "assets" / "samples"
PACKAGE = ("@lobehub/fluent-emoji-3d", "1.1.0")
# SHA-256 over the names and bytes of all emoji files used; printed and compared at every run.
USED_SHA256 = "5bc0e04541007e808d87d2c128032c151c574df354da62921a8e20d99e9906c1"
SIDE_PX = 256
BADGE_PX = 122


@dataclass(frozen=True)
class Colour:
    """A target colour: lightness 0 to 1, chroma, hue in degrees, and how much shading to keep."""

    lightness: float
    chroma: float
    hue_deg: float
    contrast: float = 0.85


COLOURS: dict[str, Colour] = {
    "black": Colour(0.30, 0.012, 270, 0.55),
    "white": Colour(0.91, 0.008, 260, 0.55),
    "grey": Colour(0.66, 0.010, 260, 0.75),
    "navy": Colour(0.36, 0.085, 265, 0.60),
    "blue": Colour(0.55, 0.170, 257),
    "sky": Colour(0.76, 0.105, 235),
    "mint": Colour(0.83, 0.095, 172),
    "green": Colour(0.62, 0.150, 148),
    "lime": Colour(0.80, 0.170, 125),
    "olive": Colour(0.52, 0.080, 118, 0.70),
    "yellow": Colour(0.85, 0.160, 92),
    "orange": Colour(0.72, 0.165, 55),
    "red": Colour(0.58, 0.205, 25),
    "burgundy": Colour(0.41, 0.125, 15, 0.70),
    "pink": Colour(0.76, 0.125, 355),
    "purple": Colour(0.54, 0.155, 305),
    "brown": Colour(0.48, 0.070, 55, 0.75),
    "chocolate": Colour(0.36, 0.050, 48, 0.70),
    "beige": Colour(0.82, 0.048, 78, 0.70),
}


@dataclass(frozen=True)
class Emoji:
    """One emoji: its file, the hues (degrees either side) and the least chroma that count as it."""

    file: str
    hue_window_deg: float
    chroma_floor: float


Lch = tuple[float, float, float]
Rgb = tuple[int, int, int]


def to_oklch(rgb: Rgb) -> Lch:
    """sRGB to OKLCH (Ottosson 2020): lightness, chroma, hue in degrees."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def to_rgb(lch: Lch) -> Rgb:
    """OKLCH to sRGB; what sRGB cannot show is clipped."""
    lightness, chroma, hue = lch
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    shown = []
    for c in channels:
        c = min(max(c, 0.0), 1.0)
        c = 12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055
        shown.append(round(c * 255))
    return shown[0], shown[1], shown[2]


def hue_gap(one: float, other: float) -> float:
    """Signed difference of two hues, -180 to 180 degrees."""
    return (one - other + 180) % 360 - 180


def main_colour(pixels: dict[Rgb, int], emoji: Emoji) -> tuple[Lch, dict[Rgb, Lch]]:
    """The emoji's own colour (median lightness and chroma at the strongest hue), and all pixels."""
    table = {rgb: to_oklch(rgb) for rgb in pixels}
    histogram = [0.0] * 36
    for rgb, (_, chroma, hue) in table.items():
        if chroma >= emoji.chroma_floor:
            histogram[int(hue // 10) % 36] += pixels[rgb] * (chroma if emoji.chroma_floor else 1)
    smooth = [histogram[i - 1] + histogram[i] + histogram[(i + 1) % 36] for i in range(36)]
    peak = smooth.index(max(smooth)) * 10 + 5
    members = [
        (lch, pixels[rgb]) for rgb, lch in table.items()
        if lch[1] >= emoji.chroma_floor and abs(hue_gap(lch[2], peak)) <= emoji.hue_window_deg
    ]
    total = sum(count for _, count in members)
    assert total, "No pixel has this emoji's main hue: lower its chroma_floor in emoji.csv"
    lightness = sum(lch[0] * count for lch, count in members) / total
    chroma = sum(lch[1] * count for lch, count in members) / total
    hue = peak + sum(hue_gap(lch[2], peak) * count for lch, count in members) / total
    return (lightness, chroma, hue % 360), table


def weight_of(lch: Lch, main: Lch, emoji: Emoji) -> float:
    """How far a pixel belongs to the main colour, 0 to 1, with a soft edge in hue and chroma."""
    if not emoji.chroma_floor:
        return 1.0
    outside = abs(hue_gap(lch[2], main[2])) - emoji.hue_window_deg
    by_hue = 1 - min(max(outside / 18, 0.0), 1.0)
    by_chroma = min(max((lch[1] / emoji.chroma_floor - 0.5) * 2, 0.0), 1.0)
    return by_hue * by_chroma


def recolour(image: Image.Image, emoji: Emoji, colour: Colour) -> Image.Image:
    """The image with its main colour changed; other colours and the shape stay."""
    data = image.tobytes()
    pixels: dict[Rgb, int] = {}
    for at in range(0, len(data), 4):
        if data[at + 3]:
            rgb = (data[at], data[at + 1], data[at + 2])
            pixels[rgb] = pixels.get(rgb, 0) + 1
    main, table = main_colour(pixels, emoji)
    # An emoji that is grey all over gets its new colour all over; else grey parts stay grey.
    chroma_least = 0.0 if emoji.chroma_floor else 0.65
    moved: dict[Rgb, Rgb] = {}
    shares: dict[Rgb, int] = {}
    for rgb, lch in table.items():
        lightness = colour.lightness + (lch[0] - main[0]) * colour.contrast
        chroma = colour.chroma * min(max(lch[1] / max(main[1], 0.02), chroma_least), 1.35)
        hue = colour.hue_deg + hue_gap(lch[2], main[2]) * 0.3
        moved[rgb] = to_rgb((min(max(lightness, 0.08), 0.99), chroma, hue))
        shares[rgb] = round(255 * weight_of(lch, main, emoji))
    new, mask = bytearray(len(data)), bytearray(len(data) // 4)
    for at in range(0, len(data), 4):
        if data[at + 3]:
            rgb = (data[at], data[at + 1], data[at + 2])
            new[at : at + 3], new[at + 3] = bytes(moved[rgb]), data[at + 3]
            mask[at // 4] = shares[rgb]
    return Image.composite(
        Image.frombytes("RGBA", image.size, bytes(new)), image, smooth(mask, image)
    )


def smooth(mask: bytearray, image: Image.Image) -> Image.Image:
    """The mask without speckles, which lossy sources have where a colour fades into grey.

    Around the emoji the mask is grown outwards, or smoothing would leave an old-coloured rim.
    """
    inner = Image.frombytes("L", image.size, bytes(mask))
    solid = image.getchannel("A").point(lambda alpha: 255 if alpha > 40 else 0)
    filled = Image.composite(inner, inner.filter(ImageFilter.MaxFilter(9)), solid)
    return filled.filter(ImageFilter.MedianFilter(7)).filter(ImageFilter.GaussianBlur(1.2))


class Kitchen:
    """The unpacked emoji package: draws pictures by recipe and remembers which files it used."""

    def __init__(self, package_dir: Path) -> None:
        found = json.loads((package_dir / "package.json").read_text(encoding="utf-8"))
        if (found["name"], found["version"]) != PACKAGE:
            raise SystemExit(f"{package_dir} is not {PACKAGE[0]} {PACKAGE[1]}. Unpack that one.")
        self.folder = package_dir / "assets"
        self.used: set[str] = set()
        with (HERE / "emoji.csv").open(encoding="utf-8", newline="") as handle:
            self.emoji = {
                row["name"]: Emoji(
                    row["file"], float(row["hue_window"]), float(row["chroma_floor"])
                )
                for row in csv.DictReader(handle)
            }

    def part(self, word: str) -> Image.Image:
        """One emoji in one colour: `tshirt` as it is, `tshirt-red` changed."""
        name, _, colour = word.partition("-")
        emoji = self.emoji[name]
        self.used.add(emoji.file)
        with Image.open(self.folder / f"{emoji.file}.webp") as file:
            image = file.convert("RGBA").resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
        return recolour(image, emoji, COLOURS[colour]) if colour else image

    def picture(self, recipe: str) -> Image.Image:
        """The whole picture: base, and the badge at the lower right over a cleared rim."""
        base, _, badge = recipe.partition("__")
        image = self.part(base)
        if not badge:
            return image
        small = self.part(badge).resize((BADGE_PX, BADGE_PX), Image.Resampling.LANCZOS)
        canvas = Image.new("RGBA", (SIDE_PX, SIDE_PX))
        body = image.resize((226, 226), Image.Resampling.LANCZOS)
        canvas.alpha_composite(body, (0, 0))
        place = (SIDE_PX - BADGE_PX, SIDE_PX - BADGE_PX)
        rim = small.getchannel("A").resize((BADGE_PX + 12, BADGE_PX + 12))
        hole = Image.new("RGBA", rim.size)
        canvas.paste(hole, (place[0] - 6, place[1] - 6), rim)
        canvas.alpha_composite(small, place)
        return canvas

    def digest(self) -> str:
        """SHA-256 over the emoji files used, by name."""
        total = hashlib.sha256()
        for name in sorted(self.used):
            total.update(name.encode() + (self.folder / f"{name}.webp").read_bytes())
        return total.hexdigest()


def recipes_of(shop: Path) -> list[str]:
    """The recipes that a shop's tables name, in order."""
    names: set[str] = set()
    for table in ("products.csv", "categories.csv"):
        with (shop / table).open(encoding="utf-8", newline="") as handle:
            names |= {row["picture"] for row in csv.DictReader(handle) if row["picture"]}
    return sorted(name.removesuffix(".webp") for name in names)


def make_shop(kitchen: Kitchen, shop: Path) -> list[Path]:
    """Write a shop's pictures and remove those no table names any more."""
    folder = shop / "pictures"
    folder.mkdir(exist_ok=True)
    wanted = [folder / f"{recipe}.webp" for recipe in recipes_of(shop)]
    for old in set(folder.glob("*.webp")) - set(wanted):
        old.unlink()
    for path in wanted:
        kitchen.picture(path.stem).save(path, quality=82, method=6, alpha_quality=90, exact=False)
    return wanted


def contact_sheet(paths: list[Path], out: Path) -> None:
    """All pictures on one sheet with their names, to be looked at."""
    cell, columns = 112, 14
    rows = (len(paths) + columns - 1) // columns
    sheet = Image.new("RGB", (columns * cell, rows * (cell + 14)), "white")
    draw = ImageDraw.Draw(sheet)
    for index, path in enumerate(paths):
        x, y = index % columns * cell, index // columns * (cell + 14)
        with Image.open(path) as file:
            small = file.convert("RGBA").resize((cell - 8, cell - 8))
        sheet.paste(small, (x + 4, y), small)
        draw.text((x + 2, y + cell - 6), path.stem[:20], fill="black")
    sheet.save(out)


def main() -> None:
    """Make the pictures of one shop or of all."""
    parser = argparse.ArgumentParser(description="Make the sample shops' pictures.")
    parser.add_argument("--emoji", type=Path, required=True, help="unpacked emoji package")
    parser.add_argument("--shop", choices=("fashion", "grocery"), action="append")
    parser.add_argument("--sheet", type=Path, help="also write a contact sheet here")
    arguments = parser.parse_args()
    kitchen = Kitchen(arguments.emoji)
    paths = []
    for shop in arguments.shop or ("fashion", "grocery"):
        paths += make_shop(kitchen, SAMPLES / shop)
    if arguments.sheet:
        contact_sheet(paths, arguments.sheet)
    print(f"{len(paths)} pictures; emoji files used: SHA-256 {kitchen.digest()}")
    if not arguments.shop and kitchen.digest() != USED_SHA256:
        print("That is another set than last time: put this value into USED_SHA256.")


if __name__ == "__main__":
    main()
