"""A label as a picture of its own dots: texts, EAN-13, Code 128 and QR, so that what was printed can be read back."""

from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

from drivers.simulated.labels.reader import Field, Format
from drivers.simulated.printer.symbols import code128_modules

WHITE, BLACK = 255, 0
_FONTS = ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf")
_ODD = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
_PARITY = ("OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO")


def picture(label: Format) -> Image.Image:
    """The label in black on white, 8 dots to a millimetre."""
    image = Image.new("L", (label.width or 560, label.height or 304), WHITE)
    pen = ImageDraw.Draw(image)
    for one in label.fields:
        if one.kind == "ean13":
            _ean13(pen, one)
        elif one.kind == "qr":
            _qr(pen, one)
        elif one.kind == "code128":
            _bars(pen, one, code128_modules(notation(one.text))[0])
        elif one.kind == "box":
            pen.rectangle((one.x, one.y, one.x + one.width - 1, one.y + one.height - 1), BLACK)
        else:
            _text(pen, one)
    return image


def wrapped(one: Field) -> list[str]:
    """A text in the lines of its ^FB; what goes beyond them is lost, as on the printer."""
    font, lines = _font(one.height), [""]
    for word in one.text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and one.width and font.getlength(longer) > one.width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines[: one.lines]


def ean13_modules(code: str) -> str:
    """The bars of an EAN-13 as ones and zeros (GS1 General Specifications, 5.2)."""
    left = ""
    for digit, kind in zip(code[1:7], _PARITY[int(code[0])], strict=True):
        odd = _ODD[int(digit)]
        left += odd if kind == "O" else odd.translate(str.maketrans("01", "10"))[::-1]
    right = "".join(_ODD[int(digit)].translate(str.maketrans("01", "10")) for digit in code[7:])
    return f"101{left}01010{right}101"


def notation(text: str) -> bytes:
    """What a ^FD after ^BC holds, in the notation of the receipt printer's Code 128: `>;` and `>:` choose a set, `>8` is FNC1."""
    if text.startswith(">;"):
        digits = text[2:].replace(">8", "")
        pairs = bytes(int(digits[at : at + 2]) for at in range(0, len(digits), 2))
        return b"{C" + (b"{1" if text.startswith(">;>8") else b"") + pairs
    return b"{B" + text.removeprefix(">:").replace(">0", ">").replace("{", "{{").encode("ascii", "replace")


def _ean13(pen: ImageDraw.ImageDraw, one: Field) -> None:
    _bars(pen, one, ean13_modules(one.text))
    pen.text((one.x, one.y + one.height + 4), one.text, BLACK, _font(20))


def _bars(pen: ImageDraw.ImageDraw, one: Field, modules: str) -> None:
    for place, module in enumerate(modules):
        if module == "1":
            x = one.x + place * one.module
            pen.rectangle((x, one.y, x + one.module - 1, one.y + one.height - 1), BLACK)


def _qr(pen: ImageDraw.ImageDraw, one: Field) -> None:
    for row, modules in enumerate(segno.make_qr(one.text, error="m").matrix):
        for column, dark in enumerate(modules):
            if dark:
                x, y = one.x + column * one.module, one.y + row * one.module
                pen.rectangle((x, y, x + one.module - 1, y + one.module - 1), BLACK)


def _text(pen: ImageDraw.ImageDraw, one: Field) -> None:
    for n, line in enumerate(wrapped(one)):
        pen.text((one.x, one.y + n * one.height), line, BLACK, _font(one.height))


def _font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    found = next((name for name in _FONTS if Path(name).exists()), None)
    return ImageFont.truetype(found, round(height * 0.8)) if found else ImageFont.load_default(round(height * 0.8))
