"""A document as ESC/POS bytes, made once, complete in themselves and the same every time."""

from drivers.errors import NotPrintable
from drivers.escpos.lettering import Lettering
from drivers.escpos.profile import Profile
from kiosk.domain.barcode import check_digit, has_valid_check_digit, is_digits
from kiosk.domain.document import (
    Align,
    Barcode,
    BarcodeKind,
    Block,
    Cut,
    Document,
    Feed,
    Line,
    Picture,
    QrCode,
    Rule,
    wrapped,
)

_ALIGN = {Align.LEFT: 0, Align.CENTRE: 1, Align.RIGHT: 2}
_CUT_FEED = b"\x1b\x64\x06"
"""Six lines, so that the last printed line is past the knife."""
_COLUMN_DOTS = 12
"""Font A; 48 columns are the 576 dots of 80 mm paper, 32 the 384 dots of 58 mm paper."""
_QUIET_MODULES = 20
"""Both quiet zones together, of the widest kinds."""
_QR_DATA_MAX = 2953
"""Bytes in the largest symbol at error level L."""
_CODE39 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%+-./*")
_BAND_BYTES_MAX = 4_096
"""A picture goes in bands: what a host that was cut off leaves unfinished has to end within the flush of frames.NUL_FLUSH."""
_KIND = {
    BarcodeKind.UPCA: 65,
    BarcodeKind.EAN13: 67,
    BarcodeKind.EAN8: 68,
    BarcodeKind.CODE39: 69,
    BarcodeKind.ITF: 70,
    BarcodeKind.CODE128: 73,
}
_DIGITS = {BarcodeKind.UPCA: 12, BarcodeKind.EAN13: 13, BarcodeKind.EAN8: 8}


def encode(document: Document, profile: Profile) -> bytes:
    """The bytes that print `document`; no reset in them, so automatic status stays on.

    Raises NotPrintable for a code whose data its symbology cannot hold or whose check digit is
    wrong: a printer would print another number, or nothing. A linear code that is too wide for the
    paper appears as its text; a picture that is too wide, or that the printer cannot print, is left out.
    """
    writer = _Writer(profile)
    for block in document.blocks:
        writer.block(block, document.columns)
    return bytes(writer.out)


def copy_banner(text: str, profile: Profile, columns: int = 42) -> bytes:
    """Bytes that print `text` large between two rules; they stand before a job's own bytes."""
    banner = (
        Rule(),
        Line(text, Align.CENTRE, bold=True, size=2),
        Rule(),
    )
    return encode(Document(banner, columns), profile)


class _Writer:
    """The printer's state while one document is written; each document states it at its start."""

    def __init__(self, profile: Profile) -> None:
        self._lettering = Lettering(profile.pages)
        self._raster = profile.raster
        self._slot = profile.pages[0][0]
        self._align, self._bold, self._size = Align.LEFT, False, 1
        self.out = bytearray(b"\x1c\x2e" if profile.double_byte else b"")
        self.out += b"\x1b\x61\x00\x1b\x45\x00\x1d\x21\x00\x1b\x52\x00"
        self.out += bytes((0x1B, 0x74, self._slot))

    def block(self, block: Block, columns: int) -> None:
        """Append one block."""
        match block:
            case Line():
                self._line(block, columns)
            case Rule():
                self._line(Line("-" * columns), columns)
            case Feed(lines):
                self.out += bytes((0x1B, 0x64, lines))
            case QrCode(data, size):
                self._style(Align.CENTRE, False, 1)
                self.out += qr_code(data, size)
            case Barcode(kind, data):
                width_dots = columns * _COLUMN_DOTS
                if _module_dots(kind, _code_content(kind, data), width_dots) is None:
                    # A code too wide for the paper must not cost a sale: its text can be typed in.
                    self._line(Line(data, Align.CENTRE), columns)
                    return
                self._style(Align.CENTRE, False, 1)
                self.out += linear_code(kind, data, width_dots)
            case Picture():
                if self._raster and block.width <= columns * _COLUMN_DOTS:
                    self._style(Align.CENTRE, False, 1)
                    self.out += raster(block)
            case Cut(partial):
                self.out += _CUT_FEED + (b"\x1d\x56\x01" if partial else b"\x1d\x56\x00")

    def _line(self, line: Line, columns: int) -> None:
        self._style(line.align, line.bold, line.size)
        text = self._lettering.printable(line.text)
        for piece in wrapped(text, columns // line.size):
            for run in self._lettering.runs(piece, self._slot):
                if run.slot is not None and run.slot != self._slot:
                    self.out += bytes((0x1B, 0x74, run.slot))
                    self._slot = run.slot
                self.out += run.data
            self.out += b"\n"

    def _style(self, align: Align, bold: bool, size: int) -> None:
        """Only what changes; ESC a counts at the start of a line, which is where we always are."""
        if align is not self._align:
            self.out += bytes((0x1B, 0x61, _ALIGN[align]))
        if bold is not self._bold:
            self.out += bytes((0x1B, 0x45, int(bold)))
        if size != self._size:
            self.out += b"\x1d\x21" + (b"\x11" if size == 2 else b"\x00")
        self._align, self._bold, self._size = align, bold, size


def qr_code(data: str, size: int) -> bytes:
    """GS ( k: model 2, module size, level L, store, print.

    >>> qr_code("abc", 6)[-19:].hex(" ")
    '1d 28 6b 06 00 31 50 30 61 62 63 1d 28 6b 03 00 31 51 30'
    """
    content = data.encode("utf-8")
    if len(content) > _QR_DATA_MAX:
        raise NotPrintable(f"a QR code holds {_QR_DATA_MAX} bytes, not {len(content)}")
    length = len(content) + 3
    return b"".join(
        (
            b"\x1d\x28\x6b\x04\x00\x31\x41\x32\x00",
            b"\x1d\x28\x6b\x03\x00\x31\x43" + bytes((size,)),
            b"\x1d\x28\x6b\x03\x00\x31\x45\x30",
            b"\x1d\x28\x6b" + length.to_bytes(2, "little") + b"\x31\x50\x30" + content,
            b"\x1d\x28\x6b\x03\x00\x31\x51\x30",
        )
    )


def raster(picture: Picture) -> bytes:
    """GS v 0 in normal density: bands of rows, which the printer sets below one another without a gap.

    >>> raster(Picture(9, bytes.fromhex("ff80 0180"), b"")).hex(" ")
    '1d 76 30 00 02 00 02 00 ff 80 01 80'
    """
    step = max(1, _BAND_BYTES_MAX // picture.row_bytes)
    bands = bytearray()
    for top in range(0, picture.height, step):
        rows = picture.dots[top * picture.row_bytes : (top + step) * picture.row_bytes]
        height = len(rows) // picture.row_bytes
        bands += b"\x1d\x76\x30\x00" + picture.row_bytes.to_bytes(2, "little") + height.to_bytes(2, "little") + rows
    return bytes(bands)


def linear_code(kind: BarcodeKind, data: str, width_dots: int = 576) -> bytes:
    """GS h, GS w, GS f, GS H and GS k function B: 64 dots high, clear text below.

    Modules of 3 dots, or 2 when the paper is narrow for the data; a printer leaves out a code that
    is too wide without a word, so that is refused here.
    """
    content = _code_content(kind, data)
    module_dots = _module_dots(kind, content, width_dots)
    if module_dots is None:
        raise NotPrintable(f"{data!r} is too wide for {width_dots} dots as {kind.value}")
    return b"".join(
        (
            b"\x1d\x68\x40\x1d\x77" + bytes((module_dots,)) + b"\x1d\x66\x00\x1d\x48\x02",
            bytes((0x1D, 0x6B, _KIND[kind], len(content))),
            content,
        )
    )


def _module_dots(kind: BarcodeKind, content: bytes, width_dots: int) -> int | None:
    """The widest bar with which a code and its quiet zones fit on the paper, None for none."""
    modules = _modules(kind, content) + _QUIET_MODULES
    return next((dots for dots in (3, 2) if modules * dots <= width_dots), None)


def _modules(kind: BarcodeKind, content: bytes) -> int:
    """How many narrow bars wide a code is, without its quiet zones."""
    if kind is BarcodeKind.CODE128:
        shown = len(content) - 2 - content.count(b"{{")
        return 11 * (shown + 2) + 13
    if kind is BarcodeKind.CODE39:
        return 16 * (len(content) + 2)
    if kind is BarcodeKind.ITF:
        return 9 * len(content) + 9
    return 67 if kind is BarcodeKind.EAN8 else 95


def _code_content(kind: BarcodeKind, data: str) -> bytes:
    """The data as GS k wants it; raises NotPrintable for what the symbology cannot hold."""
    if kind in _DIGITS:
        length = _DIGITS[kind]
        if is_digits(data) and len(data) == length - 1:
            data += str(check_digit(data))
        if len(data) != length or not has_valid_check_digit(data):
            raise NotPrintable(f"{data!r} is no {kind.value} of {length} digits")
    elif kind is BarcodeKind.ITF:
        if not is_digits(data) or len(data) % 2:
            raise NotPrintable(f"{data!r} is no even count of digits for ITF")
    elif kind is BarcodeKind.CODE39:
        if set(data) - _CODE39:
            raise NotPrintable(f"{data!r} has characters that Code 39 does not have")
    else:
        if not all(" " <= char <= "~" for char in data):
            raise NotPrintable(f"{data!r} has characters that Code 128 set B does not have")
        data = "{B" + data.replace("{", "{{")
    if len(data) > 255:
        raise NotPrintable(f"a linear code of {len(data)} characters does not fit on paper")
    return data.encode("ascii")
