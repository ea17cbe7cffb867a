"""What each ESC/POS command does: one small function per command, found by its first two bytes."""

from collections.abc import Callable
from dataclasses import replace

from drivers.simulated.printer import codepages, graphics
from drivers.simulated.printer.framing import CR, DLE, ESC, FF, FS, GS, HT, LF, PREFIX_NAMES, is_known
from drivers.simulated.printer.mechanism import drawer_status, paper_status
from drivers.simulated.printer.press import LINE_SPACING_DOTS, Press

Handler = Callable[[Press, bytes], bytes]

ALIGNMENTS = {0: "left", 48: "left", 1: "center", 49: "center", 2: "right", 50: "right"}
MAKER, MODEL, FIRMWARE, SERIAL = "TOONBANK", "SIM-80", "1.00", "SIM0000001"


def _style(press: Press, **changes: object) -> None:
    press.settings.style = replace(press.settings.style, **changes)  # type: ignore[arg-type]


def _print_mode(press: Press, data: bytes) -> bytes:
    n = data[2]
    _style(
        press,
        font="B" if n & 0x01 else "A",
        bold=bool(n & 0x08),
        height_times=2 if n & 0x10 else 1,
        width_times=2 if n & 0x20 else 1,
        underline_dots=1 if n & 0x80 else 0,
    )
    return b""


def _size(press: Press, data: bytes) -> bytes:
    width, height = (data[2] >> 4) + 1, (data[2] & 0x0F) + 1
    if width > 8 or height > 8:
        press.say("command.refused", f"character size {data[2]:02x}")
        return b""
    _style(press, width_times=width, height_times=height)
    return b""


def _bold(press: Press, data: bytes) -> bytes:
    _style(press, bold=bool(data[2] & 1))
    return b""


def _underline(press: Press, data: bytes) -> bytes:
    dots = data[2] - 48 if data[2] >= 48 else data[2]
    if dots in (0, 1, 2):
        _style(press, underline_dots=dots)
    return b""


def _reverse(press: Press, data: bytes) -> bytes:
    _style(press, reversed=bool(data[2] & 1))
    return b""


def _font(press: Press, data: bytes) -> bytes:
    _style(press, font="B" if data[2] in (1, 49) else "A")
    return b""


def _align(press: Press, data: bytes) -> bytes:
    if press.line_is_empty:  # in the middle of a line the command is ignored
        press.settings.align = ALIGNMENTS.get(data[2], press.settings.align)
    return b""


def _page(press: Press, data: bytes) -> bytes:
    press.settings.page = data[2]
    if not codepages.has_page(data[2]):
        press.say("codepage.unsupported", str(data[2]))
    return b""


def _national(press: Press, data: bytes) -> bytes:
    press.settings.national_set = data[2]
    return b""


def _spacing(press: Press, data: bytes) -> bytes:
    press.settings.line_spacing_dots = data[2] if data[1] == ord("3") else LINE_SPACING_DOTS
    return b""


def _upside_down(press: Press, data: bytes) -> bytes:
    press.settings.upside_down = bool(data[2] & 1)
    return b""


def _tabs(press: Press, data: bytes) -> bytes:
    press.settings.tabs = tuple(sorted(stop for stop in data[2:] if stop))
    return b""


def _move(press: Press, data: bytes) -> bytes:
    dots = int.from_bytes(data[2:4], "little", signed=data[1] == ord("\\"))
    if data[1] == ord("$"):
        press.move_to(dots)
    else:
        press.move_by(dots)
    return b""


def _left_margin(press: Press, data: bytes) -> bytes:
    if press.line_is_empty:
        press.settings.left_margin_dots = min(int.from_bytes(data[2:4], "little"), 480)
    return b""


def _line_feed(press: Press, data: bytes) -> bytes:
    press.end_line()
    return b""


def _feed_dots(press: Press, data: bytes) -> bytes:
    press.end_line(feed_dots=data[2])
    return b""


def _feed_lines(press: Press, data: bytes) -> bytes:
    press.end_line(feed_dots=data[2] * press.settings.line_spacing_dots)
    return b""


def _cut(press: Press, data: bytes) -> bytes:
    mode = data[2] if data[0] == GS else 1
    if len(data) > 3:
        press.flush_line()
        press.feed(data[3])
    press.cut("full" if mode in (0, 48, 65, 97, 103) else "partial")
    return b""


def _pulse(press: Press, data: bytes) -> bytes:
    if data[2] in (0, 1, 48, 49):
        press.pulse_drawer(2 if data[2] in (0, 48) else 5)
    return b""


def _initialise(press: Press, data: bytes) -> bytes:
    press.initialise()
    return b""


def _status(press: Press, data: bytes) -> bytes:
    if data[2] in (1, 49):
        return paper_status(press.mechanism)
    return drawer_status(press.mechanism) if data[2] in (2, 50) else b""


def _identity(press: Press, data: bytes) -> bytes:
    single = {1: b"\x20", 49: b"\x20", 2: b"\x02", 50: b"\x02", 3: b"\x01", 51: b"\x01"}
    texts = {65: FIRMWARE, 66: MAKER, 67: MODEL, 68: SERIAL}
    if data[2] in texts:
        return b"_" + texts[data[2]].encode("ascii") + b"\x00"
    return single.get(data[2], b"")


def _process_id(press: Press, data: bytes) -> bytes:
    """GS ( H function 48: answer with the host's own number once all before it is done."""
    number = data[7:11]
    if data[3:7] != b"\x06\x00\x30\x30" or not all(0x20 <= byte <= 0x7E for byte in number):
        press.say("command.refused", f"process id {data.hex(' ')}")
        return b""
    press.say("process.confirmed", number.decode("ascii"))
    return b"\x37\x22" + number + b"\x00"


def _accepted(press: Press, data: bytes) -> bytes:
    """Settings that change nothing on this paper (density, motion units, buttons ...)."""
    return b""


def _known_only(press: Press, data: bytes) -> bytes:
    press.say("command.not_simulated", data[:16].hex(" "))
    return b""


def _text(press: Press, data: bytes) -> None:
    text = codepages.decode(data, press.settings.page, press.settings.national_set)
    if codepages.UNPRINTABLE in text:
        press.say("text.unprintable", f"page {press.settings.page}: {data.hex(' ')}")
    press.write(text)


_SINGLE: dict[int, Handler] = {LF: _line_feed, FF: _line_feed}

_HANDLERS: dict[tuple[int, str], Handler] = {
    (ESC, "!"): _print_mode,
    (ESC, "-"): _underline,
    (ESC, "2"): _spacing,
    (ESC, "3"): _spacing,
    (ESC, "@"): _initialise,
    (ESC, "D"): _tabs,
    (ESC, "E"): _bold,
    (ESC, "G"): _bold,
    (ESC, "J"): _feed_dots,
    (ESC, "M"): _font,
    (ESC, "R"): _national,
    (ESC, "$"): _move,
    (ESC, "\\"): _move,
    (ESC, "*"): graphics.strip,
    (ESC, "a"): _align,
    (ESC, "d"): _feed_lines,
    (ESC, "i"): _cut,
    (ESC, "m"): _cut,
    (ESC, "p"): _pulse,
    (ESC, "t"): _page,
    (ESC, "{"): _upside_down,
    (GS, "!"): _size,
    (GS, "B"): _reverse,
    (GS, "H"): graphics.barcode_text,
    (GS, "I"): _identity,
    (GS, "L"): _left_margin,
    (GS, "V"): _cut,
    (GS, "f"): graphics.barcode_font,
    (GS, "h"): graphics.barcode_height,
    (GS, "k"): graphics.barcode,
    (GS, "r"): _status,
    (GS, "v"): graphics.raster,
    (GS, "w"): graphics.barcode_width,
    **{(ESC, letter): _accepted for letter in " %=UVcu"},
    **{(FS, letter): _accepted for letter in ".-!CSW&"},
    **{(GS, letter): _accepted for letter in "PWTbaj"},
}

# Commands of the form GS ( letter; GS 8 L is GS ( L with a longer count.
_COUNTED: dict[str, Handler] = {
    "H": _process_id,
    "k": graphics.two_dimensional,
    "L": graphics.stored,
    "A": _known_only,
    "E": _accepted,
    "D": _accepted,
    "K": _accepted,
}

# Each moves paper or a drawer, so it waits while the printer is offline.
_MOVES: frozenset[tuple[int, str]] = frozenset(
    [(ESC, letter) for letter in "JKdeimp"] + [(GS, letter) for letter in "Vkv"] + [(FS, "p")]
)


def moves_something(press: Press, data: bytes) -> bool:
    """Tell whether the command needs paper or power for a coil, and so waits while offline."""
    first = data[0]
    if first >= 0x20:
        return press.overflows(len(data))
    if first in (LF, FF):
        return True
    if len(data) < 2 or first not in PREFIX_NAMES:
        return False
    if first == GS and data[1:3] == b"(k":
        return data[6:7] == b"\x51"
    if first == GS and data[1:3] in (b"(L", b"8L"):
        return graphics.function_of(data) in (2, 50, 69)
    return (first, chr(data[1])) in _MOVES


def execute(press: Press, data: bytes) -> bytes:
    """Carry one whole command out; the answer is what the printer sends back, often nothing."""
    first = data[0]
    if first >= 0x20:
        _text(press, data)
        return b""
    if first == HT:
        press.tab()
        return b""
    if first in _SINGLE:
        return _SINGLE[first](press, data)
    if first not in PREFIX_NAMES or len(data) < 2:
        if first not in (0x00, CR, 0x18):
            press.say("command.unknown", data.hex(" "))
        return b""
    if first == DLE:
        return b""  # acted upon when it was received
    letter = chr(data[1])
    if first == GS and letter in "(8":
        return _COUNTED.get(chr(data[2]), _unknown)(press, data)
    handler = _HANDLERS.get((first, letter))
    if handler is None:
        handler = _known_only if is_known(first, data[1]) else _unknown
    return handler(press, data)


def _unknown(press: Press, data: bytes) -> bytes:
    name = PREFIX_NAMES.get(data[0], "")
    letter = chr(data[1]) if 0x21 <= data[1] <= 0x7E else f"{data[1]:02x}"
    press.say("command.unknown", f"{name} {letter}: {data[:16].hex(' ')}")
    return b""
