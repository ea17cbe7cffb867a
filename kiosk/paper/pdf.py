"""A printable document as a PDF: the same lines as on paper, real text in reading order for a screen reader, codes as shapes.

Nothing is read from a clock or by chance: the same document of the same moment gives the same bytes.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pydyf
from PIL import Image

from kiosk.domain.document import Align, Barcode, Block, Cut, Document, Feed, Line, Picture, QrCode, Rule, wrapped
from kiosk.paper.pdfcodes import bars, runs, squares
from kiosk.paper.pdffont import Face, face, spelled

_Draw: TypeAlias = Callable[[Any, float], None]
"""Draws onto a page's stream, below a height."""
MM = 72 / 25.4
"""Points in a millimetre."""
_DOT = MM / 8
"""A dot of a receipt printer: 203 to the inch."""
_HEIGHT_MAX = 14_400.0
"""No page may be longer (ISO 32000-1, annex C): about five metres of receipt."""
_LEADING = 1.35
_BASELINE = 1.0
_BAR_HEIGHT = 10 * MM
_QUIET_MODULES = 20
_LETTER = 0.6
"""How wide a letter of the typeface is, in sizes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper, in millimetres. A `height` of 0 is as long as what stands on it."""

    width: float
    text_width: float
    margin: float
    height: float = 0


ROLL = Sheet(80, 72, 6)
"""Receipt paper of 80 mm, as the printer uses it."""
A4 = Sheet(210, 96, 15, 297)
"""Letters of 9 points: an everyday receipt fits on one side."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """Something of a height that is never torn over two pages; `part` is the number of what it belongs to, none for ornament."""

    height: float
    draw: _Draw
    part: int | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """What a screen reader stops at: its role (ISO 32000-1, 14.8.4) and, for a figure, what it says instead."""

    role: str
    instead: str = ""


def pdf_of(document: Document, language: str, made_ms: int, sheet: Sheet = ROLL) -> bytes:
    """The document as a PDF file. `made_ms` is when what it tells of happened (wall clock), `language` a code such as `nl`.

    A letter that the typeface does not have appears as its code point, a code that does not fit as its text: never as nothing.
    """
    setter = _Setter(document, sheet)
    for block in document.blocks:
        setter.block(block)
    return _File(setter, sheet, document.title, language, made_ms).written()


class _Setter:
    """Sets blocks into inks of a known height, in reading order."""

    def __init__(self, document: Document, sheet: Sheet) -> None:
        self.inks: list[_Ink] = []
        self.parts: list[_Part] = []
        self.pictures: list[Picture] = []
        self.faces = tuple(face(_letters(document.blocks), bold) for bold in (False, True))
        self._columns = document.columns
        self._left, self._width = (sheet.width - sheet.text_width) / 2 * MM, sheet.text_width * MM
        self._size = self._width / document.columns / _LETTER

    def block(self, block: Block) -> None:
        """Add one block."""
        match block:
            case Line():
                self._line(block)
            case Rule():
                self.inks.append(_Ink(self._size * _LEADING, self._rule))
            case Feed(lines):
                self.inks.append(_Ink(lines * self._size * _LEADING, _nothing))
            case Barcode(kind, data):
                self._bars(bars(kind, data), data)
            case QrCode(data, size):
                self._squares(squares(data), data, size * _DOT)
            case Picture():
                self._picture(block)
            case Cut():
                pass  # a page ends by itself

    def _line(self, line: Line) -> None:
        text, size = spelled(line.text), self._size * line.size
        if not text.strip():
            self.inks.append(_Ink(size * _LEADING, _nothing))
            return
        titled = line.size == 2 and not any(part.role == "H1" for part in self.parts)
        part = self._part("H1" if titled else "P")
        for piece in wrapped(text, self._columns // line.size):
            free = self._width - len(piece) * size * _LETTER
            left = self._left + {Align.LEFT: 0.0, Align.CENTRE: free / 2, Align.RIGHT: free}[line.align]
            self.inks.append(_Ink(size * _LEADING, _text(self.faces[line.bold], line.bold, piece, left, size), part))

    def foot(self, text: str) -> _Draw:
        """The number of a page, in the middle of the margin below."""
        size = self._size * 0.8
        return _text(self.faces[0], False, text, self._left + (self._width - len(text) * size * _LETTER) / 2, size)

    def _rule(self, stream: Any, top: float) -> None:
        stream.set_line_width(0.5)
        stream.set_dash([1.5, 1.5], 0)
        height = top - self._size * _LEADING / 2
        stream.move_to(_short(self._left), _short(height))
        stream.line_to(_short(self._left + self._width), _short(height))
        stream.stroke()

    def _bars(self, modules: str, data: str) -> None:
        module = next((dots * _DOT for dots in (3, 2) if (len(modules) + _QUIET_MODULES) * dots * _DOT <= self._width), 0.0)
        if modules and module:
            left = self._left + (self._width - len(modules) * module) / 2
            boxes = [(left + at * module, 0.0, wide * module, _BAR_HEIGHT) for at, wide in runs(modules)]
            self.inks.append(_Ink(_BAR_HEIGHT + self._size * 0.2, _shapes(boxes)))  # its number in clear text follows
        self._line(Line(data, Align.CENTRE))

    def _squares(self, rows: Sequence[str], data: str, module: float) -> None:
        if not rows:
            self._line(Line(data, Align.CENTRE))
            return
        module = min(module, self._width / (len(rows) + 8))
        left = self._left + (self._width - len(rows) * module) / 2
        boxes = [
            (left + at * module, (2 + number) * module, wide * module, module)
            for number, row in enumerate(rows)
            for at, wide in runs(row)
        ]
        self.inks.append(_Ink((len(rows) + 4) * module, _shapes(boxes), self._part("Figure", data)))

    def _picture(self, picture: Picture) -> None:
        width, height = picture.width * _DOT, picture.height * _DOT
        fit = min(1.0, self._width / width)
        left = self._left + (self._width - width * fit) / 2
        drawn = _image(f"I{len(self.pictures)}", left, width * fit, height * fit)
        self.inks.append(_Ink(height * fit, drawn, self._part("Figure", picture.says or "Logo")))
        self.pictures.append(picture)

    def _part(self, role: str, instead: str = "") -> int:
        self.parts.append(_Part(role, instead))
        return len(self.parts) - 1


class _File:
    """The objects of the file: pages with marked content, and the tree that gives them their order."""

    def __init__(self, setter: _Setter, sheet: Sheet, title: str, language: str, made_ms: int) -> None:
        self._setter, self._sheet, self._made = setter, sheet, datetime.fromtimestamp(made_ms / 1000, UTC)
        self._title, self._language = title, language
        self._pdf = pydyf.PDF()
        self._marks: list[list[Any]] = [[] for _ in setter.parts]
        self._by_page: list[Any] = []

    def written(self) -> bytes:
        """The whole file."""
        pdf = self._pdf
        root, body = self._added(pydyf.Dictionary({"Type": "/StructTreeRoot"})), self._added(pydyf.Dictionary())
        elements = [self._added(_element(part, body)) for part in self._setter.parts]
        pictures = {f"I{at}": self._image(picture) for at, picture in enumerate(self._setter.pictures)}
        things = {"Font": pydyf.Dictionary(self._fonts()), "XObject": pydyf.Dictionary(pictures)}
        resources = self._added(pydyf.Dictionary(things))
        pages = _pages(self._setter.inks, self._sheet)
        for number, inks in enumerate(pages):
            foot = self._setter.foot(f"{number + 1} / {len(pages)}") if len(pages) > 1 else _nothing
            self._page(number, inks, resources, elements, foot)
        for element, marks in zip(elements, self._marks, strict=True):
            element["K"] = pydyf.Array(marks)
        body.update(Type="/StructElem", S="/Document", P=root.reference, K=pydyf.Array(one.reference for one in elements))
        numbers = [part for number, owners in enumerate(self._by_page) for part in (number, owners.reference)]
        tree = self._added(pydyf.Dictionary({"Nums": pydyf.Array(numbers)}))
        root.update(K=body.reference, ParentTree=tree.reference, ParentTreeNextKey=len(self._by_page))
        pdf.catalog.update(
            Lang=pydyf.String(self._language), StructTreeRoot=root.reference, MarkInfo=pydyf.Dictionary({"Marked": "true"}),
            ViewerPreferences=pydyf.Dictionary({"DisplayDocTitle": "true"}),
        )  # fmt: skip
        made = pydyf.String(f"D:{self._made:%Y%m%d%H%M%S}Z")
        pdf.info.update(Title=pydyf.String(self._title), Producer=pydyf.String("Toonbank"), CreationDate=made)
        out = io.BytesIO()
        pdf.write(out, compress=True)
        return out.getvalue()

    def _page(self, number: int, inks: Sequence[_Ink], resources: Any, elements: Sequence[Any], foot: _Draw) -> None:
        margin = self._sheet.margin * MM
        height = self._sheet.height * MM or sum(ink.height for ink in inks) + 2 * margin
        stream, owners = pydyf.Stream(compress=True), pydyf.Array()
        page = pydyf.Dictionary({
            "Type": "/Page", "Parent": self._pdf.pages.reference, "Resources": resources.reference, "StructParents": number,
            "MediaBox": pydyf.Array([0, 0, _short(self._sheet.width * MM), _short(height)]), "Tabs": "/S",
        })  # fmt: skip
        self._pdf.add_page(page)
        top = height - margin
        for ink in inks:
            if ink.part is None:
                stream.begin_marked_content("Artifact")
            else:
                stream.begin_marked_content(self._setter.parts[ink.part].role, f"<</MCID {len(owners)}>>")
                mark = {"Type": "/MCR", "Pg": page.reference, "MCID": len(owners)}
                self._marks[ink.part].append(pydyf.Dictionary(mark))
                owners.append(elements[ink.part].reference)
            ink.draw(stream, top)
            stream.end_marked_content()
            top -= ink.height
        stream.begin_marked_content("Artifact")
        foot(stream, margin)
        stream.end_marked_content()
        page["Contents"] = self._added(stream).reference
        self._by_page.append(self._added(owners))

    def _image(self, picture: Picture) -> Any:
        """A picture in its colours, whatever way they were packed."""
        with Image.open(io.BytesIO(picture.png), formats=["PNG"]) as opened:
            points = opened.convert("RGB")
        about = {
            "Type": "/XObject", "Subtype": "/Image", "Width": points.width, "Height": points.height, "ColorSpace": "/DeviceRGB",
            "BitsPerComponent": 8, "Interpolate": "true",
        }  # fmt: skip
        return self._added(pydyf.Stream([points.tobytes()], about, compress=True)).reference

    def _fonts(self) -> dict[str, Any]:
        """Both weights, as composite fonts whose codes are their own glyph numbers, with the way back to letters."""
        fonts = {}
        for bold, cut in enumerate(self._setter.faces):
            data = self._added(pydyf.Stream([cut.data], {"Length1": len(cut.data)}, compress=True))
            about = self._added(pydyf.Dictionary({
                "Type": "/FontDescriptor", "FontName": f"/{cut.name}", "Flags": 0b100001, "FontBBox": pydyf.Array(cut.box),
                "ItalicAngle": 0, "Ascent": cut.ascent, "Descent": cut.descent, "CapHeight": cut.cap_height,
                "StemV": 140 if bold else 80, "FontFile2": data.reference,
            }))  # fmt: skip
            system = pydyf.Dictionary({"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"), "Supplement": 0})
            letters = self._added(pydyf.Dictionary({
                "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": f"/{cut.name}", "CIDSystemInfo": system,
                "FontDescriptor": about.reference, "DW": cut.advance, "CIDToGIDMap": "/Identity",
            }))  # fmt: skip
            back = self._added(pydyf.Stream([_to_unicode(cut)], compress=True))
            fonts[_name(bool(bold))] = self._added(pydyf.Dictionary({
                "Type": "/Font", "Subtype": "/Type0", "BaseFont": f"/{cut.name}", "Encoding": "/Identity-H",
                "DescendantFonts": pydyf.Array([letters.reference]), "ToUnicode": back.reference,
            })).reference  # fmt: skip
        return fonts

    def _added(self, part: Any) -> Any:
        self._pdf.add_object(part)
        return part


def _pages(inks: Iterable[_Ink], sheet: Sheet) -> list[list[_Ink]]:
    """What goes onto which page; one that is higher than a page stands on its own."""
    room = (sheet.height * MM or _HEIGHT_MAX) - 2 * sheet.margin * MM
    pages: list[list[_Ink]] = [[]]
    left = room
    for ink in inks:
        if ink.height > left and pages[-1]:
            pages.append([])
            left = room
        pages[-1].append(ink)
        left -= ink.height
    return pages


def _element(part: _Part, body: Any) -> Any:
    element = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{part.role}", "P": body.reference})
    if part.instead:
        element["Alt"] = pydyf.String(part.instead)
    return element


def _to_unicode(cut: Face) -> bytes:
    """The map from glyphs back to letters, by which text is found, copied and read aloud (ISO 32000-1, 9.10.3)."""
    pairs = [b"<%04x> <%s>" % (glyph, letter.encode("utf-16-be").hex().encode()) for letter, glyph in cut.glyphs.items()]
    lots = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    body = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(lot), b"\n".join(lot)) for lot in lots)
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n" + body + b"\nendcmap\nend\nend"
    )


def _letters(blocks: Iterable[Block]) -> set[str]:
    texts = (block.text if isinstance(block, Line) else getattr(block, "data", "") for block in blocks)
    return {letter for text in texts for letter in spelled(text)}


def _text(cut: Face, bold: bool, piece: str, left: float, size: float) -> _Draw:
    def draw(stream: Any, top: float) -> None:
        stream.begin_text()
        stream.set_font_size(_name(bold), _short(size))
        stream.set_text_matrix(1, 0, 0, 1, _short(left), _short(top - size * _BASELINE))
        stream.show_text(b"<" + cut.shown(piece) + b">")
        stream.end_text()

    return draw


def _shapes(boxes: Sequence[tuple[float, float, float, float]]) -> _Draw:
    """Black boxes: from the left, below the top, width, height. All in one path, or a screen shows hairlines between them."""

    def draw(stream: Any, top: float) -> None:
        for left, below, width, height in boxes:
            stream.rectangle(_short(left), _short(top - below - height), _short(width), _short(height))
        stream.fill()

    return draw


def _image(name: str, left: float, width: float, height: float) -> _Draw:
    def draw(stream: Any, top: float) -> None:
        stream.push_state()
        stream.set_matrix(_short(width), 0, 0, _short(height), _short(left), _short(top - height))
        stream.draw_x_object(name)
        stream.pop_state()

    return draw


def _nothing(stream: Any, top: float) -> None:
    """White paper."""


def _name(bold: bool) -> str:
    return "F2" if bold else "F1"


def _short(points: float) -> float:
    """To a thousandth of a point, so that files stay small and the same everywhere."""
    return round(points, 3)
