"""The commands that draw: raster pictures, stored pictures, barcodes and QR codes."""

from dataclasses import replace

from drivers.simulated.printer import symbols
from drivers.simulated.printer.paper import Bitmap
from drivers.simulated.printer.press import Press

PICTURE_LABEL = "[picture]"
_QR_LEVELS = {48: "l", 49: "m", 50: "q", 51: "h"}


def strip(press: Press, data: bytes) -> bytes:
    """ESC * m nL nH: a strip of 8 or 24 dots in the line; m 0 and 32 double the width."""
    height_bytes = 3 if data[2] in (32, 33) else 1
    bitmap = symbols.columns_to_rows(data[5:], height_bytes=height_bytes)
    across = 2 if data[2] in (0, 32) else 1
    down = 3 if height_bytes == 1 else 1
    press.write_strip(_enlarged(bitmap, across=across, down=down))
    return b""


def raster(press: Press, data: bytes) -> bytes:
    """GS v 0 m xL xH yL yH: a picture in rows."""
    if data[2] not in (0, 0x30):
        press.say("command.unknown", data[:16].hex(" "))
        return b""
    width_bytes, height = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
    bitmap = Bitmap(width_bytes * 8, height, data[8:])
    mode = data[3] & 3
    bitmap = _enlarged(bitmap, across=2 if mode & 1 else 1, down=2 if mode & 2 else 1)
    press.picture(bitmap, label=PICTURE_LABEL)
    return b""


def _enlarged(bitmap: Bitmap, *, across: int, down: int) -> Bitmap:
    if across == 1 and down == 1:
        return bitmap
    row_bytes = (bitmap.width_dots + 7) // 8
    width_dots = bitmap.width_dots * across
    rows = []
    for at in range(0, len(bitmap.rows), row_bytes or 1):
        row = bitmap.rows[at : at + row_bytes]
        bits = f"{int.from_bytes(row, 'big'):0{row_bytes * 8}b}"[: bitmap.width_dots]
        wide = "".join(bit * across for bit in bits)
        wide += "0" * (-len(wide) % 8)
        rows.append(int(wide, 2).to_bytes(len(wide) // 8, "big") * down)
    return Bitmap(width_dots, bitmap.height_dots * down, b"".join(rows))


def function_of(data: bytes) -> int | None:
    """The function number of GS ( L or GS 8 L."""
    at = 6 if data[1] == ord("(") else 8
    return data[at] if len(data) > at else None


def stored(press: Press, data: bytes) -> bytes:
    """GS ( L: keep a picture (67 by key, 112 for now) and print it (69, 50 or 2)."""
    body = data[5:] if data[1] == ord("(") else data[7:]
    function = function_of(data)
    if function in (2, 50):
        if press.settings.raster is not None:
            press.picture(press.settings.raster, label=PICTURE_LABEL)
            press.settings.raster = None
    elif function == 69 and len(body) >= 6:
        bitmap = press.stored_pictures.get(body[2:4])
        if bitmap is None:
            press.say("picture.missing", body[2:4].decode("ascii", "replace"))
        else:
            bitmap = _enlarged(bitmap, across=max(1, body[4] & 3), down=max(1, body[5] & 3))
            press.picture(bitmap, label=PICTURE_LABEL)
    elif function == 112 and len(body) >= 10:
        press.settings.raster = _counted_picture(press, body[6:10], body[10:])
    elif function == 67 and len(body) >= 11:
        kept = _counted_picture(press, body[6:10], body[11:])
        if kept is not None:
            press.stored_pictures[body[3:5]] = kept
    else:
        press.say("command.not_simulated", data[:16].hex(" "))
    return b""


def _counted_picture(press: Press, size: bytes, rows: bytes) -> Bitmap | None:
    width, height = int.from_bytes(size[:2], "little"), int.from_bytes(size[2:], "little")
    length = (width + 7) // 8 * height
    if len(rows) < length:
        press.say("picture.refused", f"{width} x {height} dots need {length} bytes")
        return None
    return Bitmap(width, height, rows[:length])


def barcode_text(press: Press, data: bytes) -> bytes:
    """GS H: where the digits stand; 0 nowhere, 1 above, 2 below, 3 both."""
    press.settings.barcode_text = data[2] & 3
    return b""


def barcode_font(press: Press, data: bytes) -> bytes:
    """GS f: the font of the digits."""
    press.settings.barcode_font = "B" if data[2] in (1, 49) else "A"
    return b""


def barcode_height(press: Press, data: bytes) -> bytes:
    """GS h: the height in dots; 0 is refused."""
    press.settings.barcode_height_dots = data[2] or press.settings.barcode_height_dots
    return b""


def barcode_width(press: Press, data: bytes) -> bytes:
    """GS w: the width of a module, 2 to 6 dots (some models take 1)."""
    if 1 <= data[2] <= 6:
        press.settings.barcode_module_dots = data[2]
    return b""


def barcode(press: Press, data: bytes) -> bytes:
    """GS k in both forms: ended by a NUL (m 0-6) or counted (m 65-79)."""
    kind, content = data[2], data[4:] if data[2] >= 65 else data[3:].rstrip(b"\x00")
    text = content.decode("ascii", "replace")
    try:
        name, modules, text = _modules_of(kind % 65 if kind >= 65 else kind, content, text)
    except symbols.CannotDraw as reason:
        press.say("code.refused", str(reason))
        return b""
    settings = press.settings
    bitmap = symbols.bars(
        modules,
        module_dots=settings.barcode_module_dots,
        height_dots=settings.barcode_height_dots,
    )
    shown = settings.barcode_text
    if shown & 1:
        _digits(press, text)
    press.picture(bitmap, label=f"[{name} {text}]", kind=name, data=text)
    if shown & 2:
        _digits(press, text)
    return b""


def _modules_of(kind: int, content: bytes, text: str) -> tuple[str, str, str]:
    """Name, modules and readable text of a barcode; kind counts from 0 for UPC-A."""
    if kind in (0, 2):
        digits = text if kind else "0" + text
        modules = symbols.ean(digits, digits=13)
        whole = digits if len(digits) == 13 else digits + symbols.check_digit(digits)
        return ("EAN-13", modules, whole) if kind else ("UPC-A", modules, whole[1:])
    if kind == 3:
        modules = symbols.ean(text, digits=8)
        return "EAN-8", modules, text if len(text) == 8 else text + symbols.check_digit(text)
    if kind == 4:
        return "CODE39", symbols.code39_modules(text), text.strip("*")
    if kind == 5:
        return "ITF", symbols.itf_modules(text), text
    if kind in (8, 14):
        notation = content if kind == 8 else symbols.code128_automatic(content)
        modules, seen = symbols.code128_modules(notation)
        return "CODE128", modules, seen
    raise symbols.CannotDraw(f"barcode kind {kind} is not simulated")


def _digits(press: Press, text: str) -> None:
    """The readable form, in normal type, whatever the text around it looks like."""
    press.flush_line()
    kept = press.settings.style
    font = press.settings.barcode_font
    press.settings.style = replace(type(kept)(), font=font)
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    press.write(printable)
    press.end_line(feed_dots=press.settings.style.cell_dots[1], by_printer=True)
    press.settings.style = kept


def two_dimensional(press: Press, data: bytes) -> bytes:
    """GS ( k pL pH cn fn: QR model 2 (cn 49); other codes are recorded, not drawn."""
    if len(data) < 8 or data[5] != 0x31:
        press.say("command.not_simulated", data[:16].hex(" "))
        return b""
    function, settings = data[6], press.settings
    if function == 0x41 and data[7] != 50:
        press.say("code.refused", "only QR model 2 is drawn")
    elif function == 0x43:
        settings.qr_module_dots = min(max(data[7], 1), 16)
    elif function == 0x45:
        settings.qr_level = _QR_LEVELS.get(data[7], settings.qr_level)
    elif function == 0x50:
        settings.qr_data = data[8:]
    elif function == 0x51:
        _print_qr(press)
    return b""


def _print_qr(press: Press) -> None:
    settings = press.settings
    if not settings.qr_data:
        press.say("code.refused", "no QR data were stored")
        return
    try:
        bitmap = symbols.qr(settings.qr_data, level=settings.qr_level, module_dots=settings.qr_module_dots)
    except symbols.CannotDraw as reason:
        press.say("code.refused", str(reason))
        return
    text = settings.qr_data.decode("utf-8", "replace")
    press.picture(bitmap, label=f"[QR {text}]", kind="QR", data=text)
