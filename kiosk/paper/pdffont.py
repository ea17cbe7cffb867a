"""The letters of a PDF: the shop's own free typeface, of which only the letters that are needed go along."""

import hashlib
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from fontTools import subset
from fontTools.ttLib import TTFont

_FILES = {False: "IBMPlexMono-Regular.ttf", True: "IBMPlexMono-Bold.ttf"}
_ALWAYS = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x100)))) - {"\u00ad"} | frozenset("€–—‘’“”•…")
"""Western Europe goes along with every receipt, so that nearly all share one cut of the typeface; each takes 40 ms."""
_KEPT = 16
"""So many cuts are remembered: names from elsewhere come back too."""


@dataclass(frozen=True, slots=True)
class Face:
    """One weight of the typeface, cut down. Measures in thousandths of the size; every letter is `advance` wide."""

    name: str
    data: bytes
    glyphs: Mapping[str, int]
    advance: int
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]

    def shown(self, text: str) -> bytes:
        """The text as the numbers of its glyphs, in hexadecimal digits."""
        return b"".join(b"%04x" % self.glyphs[letter] for letter in text)


def spelled(text: str) -> str:
    """The text in letters that the typeface has: composed first; another one appears as its code point, as on the printer's paper.

    >>> spelled("cafe\\u0301 € \\u4e2d")
    'café € [U+4E2D]'
    """
    known = _letters()
    return "".join(letter if letter in known else f"[U+{ord(letter):04X}]" for letter in unicodedata.normalize("NFC", text))


def face(letters: Iterable[str], bold: bool) -> Face:
    """The weight with these `spelled` letters and all of western Europe's. The same letters give the same bytes for ever."""
    return _cut(_ALWAYS | frozenset(letters), bold)


@lru_cache(_KEPT)
def _cut(letters: frozenset[str], bold: bool) -> Face:
    font = _opened(bold)
    options = subset.Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True, glyph_names=False)
    options.drop_tables += ["meta"]  # it lists languages for a font menu
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(letter) for letter in letters])
    cutter.subset(font)
    file = io.BytesIO()
    font.save(file)
    scale = 1000 / font["head"].unitsPerEm
    head, across, os2 = font["head"], font["hhea"], font["OS/2"]
    box = (head.xMin, head.yMin, head.xMax, head.yMax)
    glyphs = {chr(code): font.getGlyphID(name) for code, name in font.getBestCmap().items()}
    tag = hashlib.sha256("".join(sorted(letters)).encode()).digest()[:6]
    return Face(
        "".join(chr(65 + byte % 26) for byte in tag) + "+" + _FILES[bold].removesuffix(".ttf"), file.getvalue(), glyphs,
        round(font["hmtx"]["space"][0] * scale),
        round(across.ascent * scale), round(across.descent * scale), round(os2.sCapHeight * scale),
        (round(box[0] * scale), round(box[1] * scale), round(box[2] * scale), round(box[3] * scale)),
    )  # fmt: skip


@cache
def _letters() -> frozenset[str]:
    """What both weights have."""
    return frozenset.intersection(*(frozenset(map(chr, _opened(bold).getBestCmap())) for bold in _FILES))


def _opened(bold: bool) -> TTFont:
    file = resources.files("assets") / "fonts" / "plex-mono" / _FILES[bold]
    return TTFont(io.BytesIO(file.read_bytes()), recalcTimestamp=False)
