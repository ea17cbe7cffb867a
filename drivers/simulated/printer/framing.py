"""Where one ESC/POS command ends and the next begins.

Framing needs no knowledge of the printer's state, so it stands alone: given bytes, it answers how
long the command at the front is. The lengths are those of Epson's command reference.

>>> command_length(b"\\x1bE\\x01rest")
3
>>> command_length(b"\\x1dV") is None
True
"""

from collections.abc import Callable

NUL, HT, LF, FF, CR = 0x00, 0x09, 0x0A, 0x0C, 0x0D
EOT, ENQ, DLE, DC4, CAN = 0x04, 0x05, 0x10, 0x14, 0x18
ESC, FS, GS = 0x1B, 0x1C, 0x1D
SPACE = 0x20

PREFIX_NAMES = {DLE: "DLE", ESC: "ESC", FS: "FS", GS: "GS"}

# Commands with a fixed number of parameter bytes: prefix -> letter -> count.
_FIXED: dict[int, dict[str, int]] = {
    ESC: {
        **dict.fromkeys("2@LS<imv", 0),
        **dict.fromkeys(" !%-3=?EGJKMRTUVadertu{", 1),
        **dict.fromkeys("$\\c", 2),
        "p": 3,
        "W": 8,
    },
    FS: {
        **dict.fromkeys("&.", 0),
        **dict.fromkeys("!-CW", 1),
        **dict.fromkeys("?Sp", 2),
        "2": 74,
    },
    GS: {
        **dict.fromkeys(":c", 0),
        **dict.fromkeys("!/BEHITabfhjrw", 1),
        **dict.fromkeys("$LPW\\", 2),
        **dict.fromkeys("^z", 3),
        "g": 4,
    },
}

# A barcode of the NUL-terminated form may not be longer than a printer's line; without this a
# lost NUL would swallow everything that follows.
_BARCODE_BYTES_MAX = 256
_TAB_STOPS_MAX = 32

Bytes = bytes | bytearray


def _u16(data: Bytes, at: int) -> int:
    return data[at] | data[at + 1] << 8


def _until_nul(data: Bytes, start: int, bytes_max: int) -> int:
    """Bytes from start to the NUL, the NUL included; at most bytes_max."""
    end = data.find(NUL, start, start + bytes_max)
    if end >= 0:
        return end - start + 1
    data[start + bytes_max - 1]  # raises IndexError while the end may still come
    return bytes_max


def _bit_image(data: Bytes, at: int) -> int:
    return 3 + _u16(data, at + 1) * (3 if data[at] in (32, 33) else 1)


def _raster(data: Bytes, at: int) -> int:
    if data[at] not in (0, 0x30):
        return 1
    return 6 + _u16(data, at + 2) * _u16(data, at + 4)


def _barcode(data: Bytes, at: int) -> int:
    kind = data[at]
    if kind <= 6:
        return 1 + _until_nul(data, at + 1, _BARCODE_BYTES_MAX)
    return 2 + data[at + 1] if 65 <= kind <= 79 else 1


def _counted(data: Bytes, at: int) -> int:
    return 3 + _u16(data, at + 1)


def _counted_long(data: Bytes, at: int) -> int:
    return 5 + (_u16(data, at + 1) | _u16(data, at + 3) << 16)


def _cut(data: Bytes, at: int) -> int:
    return 2 if data[at] in (65, 66, 97, 98, 103, 104) else 1


def _tabs(data: Bytes, at: int) -> int:
    return _until_nul(data, at, _TAB_STOPS_MAX + 1)


def _own_characters(data: Bytes, at: int) -> int:
    rows, first, last = data[at], data[at + 1], data[at + 2]
    length = 3
    for _ in range(first, last + 1):
        length += 1 + data[at + length] * rows
    return length


def _stored_picture(data: Bytes, at: int) -> int:
    return 2 + data[at] * data[at + 1] * 8


def _stored_pictures(data: Bytes, at: int) -> int:
    length = 1
    for _ in range(data[at]):
        length += 4 + _u16(data, at + length) * _u16(data, at + length + 2) * 8
    return length


def _user_memory(data: Bytes, at: int) -> int:
    return 8 + _u16(data, at + 6) if data[at] == 0x31 else 8


def _real_time_status(data: Bytes, at: int) -> int:
    return 2 if data[at] in (7, 8, 18) else 1


def _real_time_request(data: Bytes, at: int) -> int:
    return {1: 3, 2: 3, 7: 2, 8: 8}.get(data[at], 1)


_VARIABLE: dict[tuple[int, int], Callable[[Bytes, int], int]] = {
    (DLE, EOT): _real_time_status,
    (DLE, ENQ): lambda data, at: 1,
    (DLE, DC4): _real_time_request,
    (ESC, ord("&")): _own_characters,
    (ESC, ord("*")): _bit_image,
    (ESC, ord("D")): _tabs,
    (ESC, ord("(")): _counted,
    (FS, ord("(")): _counted,
    (FS, ord("g")): _user_memory,
    (FS, ord("q")): _stored_pictures,
    (GS, ord("(")): _counted,
    (GS, ord("8")): _counted_long,
    (GS, ord("*")): _stored_picture,
    (GS, ord("V")): _cut,
    (GS, ord("k")): _barcode,
    (GS, ord("v")): _raster,
}


def command_length(data: Bytes, start: int = 0) -> int | None:
    """Length in bytes of the command at `start`, or None while its length cannot be known yet.

    The length may reach past the bytes that are there: the rest is still to come. A run of
    printable bytes counts as one command; an unknown command is two bytes long.
    """
    first = data[start]
    if first >= SPACE:
        return _text_length(data, start)
    if first not in PREFIX_NAMES:
        return 1
    if len(data) < start + 2:
        return None
    second = data[start + 1]
    count = _FIXED.get(first, {}).get(chr(second))
    if count is not None:
        return 2 + count
    measure = _VARIABLE.get((first, second))
    if measure is None:
        return 2
    try:
        return 2 + measure(data, start + 2)
    except IndexError:
        return None


def is_known(prefix: int, second: int) -> bool:
    """Tell whether the framing table names this two-byte command."""
    return chr(second) in _FIXED.get(prefix, {}) or (prefix, second) in _VARIABLE


def _text_length(data: Bytes, start: int) -> int:
    end = start
    while end < len(data) and data[end] >= SPACE:
        end += 1
    return end - start
