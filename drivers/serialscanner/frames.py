"""Scanner bytes to codes: CR, LF, CRLF or STX..ETX, found out by itself; pure."""

from dataclasses import dataclass, field
from enum import Enum

LENGTH_MAX = 8192
"""Longer than the 7,089 digits of the largest QR code."""
STALE_NS = 500_000_000
"""A code that stops in its middle for so long never ends: an unplug, or noise at power-on."""
_STX, _ETX = 0x02, 0x03
_ENDS = frozenset(b"\r\n")
_KEPT_CONTROLS = frozenset(b"\x1c\x1d\x1e\x1f\x04\t")
"""FNC1 arrives as 1Dh; ISO 15434 data in a DataMatrix uses the other separators and 04h."""
_AIM_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVXZacdehoqsuvxz")


class Framing(Enum):
    """How a scanner marks where a code ends; AUTO takes any of them."""

    AUTO = "auto"
    LINE = "crlf"
    STX_ETX = "stx"


@dataclass(frozen=True, slots=True)
class Frame:
    """One code as it came, without its framing; `at_ns` is when its last byte came."""

    raw: bytes
    at_ns: int


@dataclass(slots=True)
class Framer:
    """Fed with whatever the port gives, in any portions; never raises.

    `dropped_bytes` counts bytes no scanner sends inside a code; `dropped_codes` counts codes that
    were too long, stale or broken off by the start of the next one.

    >>> framer = Framer()
    >>> [f.raw for f in framer.feed(b"8710398500526\\r\\n\\x02A\\x1dB\\x03\\r", 1)]
    [b'8710398500526', b'A\\x1dB']
    """

    framing: Framing = Framing.AUTO
    dropped_bytes: int = 0
    dropped_codes: int = 0
    _code: bytearray = field(default_factory=bytearray)
    _inside: bool = False
    _overlong: bool = False
    _last_ns: int = 0

    def feed(self, data: bytes, at_ns: int) -> list[Frame]:
        """The codes completed by these bytes, which came at `at_ns` (monotonic)."""
        if at_ns - self._last_ns > STALE_NS:
            self._drop()
        self._last_ns = at_ns
        frames: list[Frame] = []
        for byte in data:
            if self._take(byte):
                if self._code and not self._overlong:
                    frames.append(Frame(bytes(self._code), at_ns))
                self._begin(inside=False)
        return frames

    def reset(self) -> None:
        """The line was cut: half a code must not become the beginning of the next."""
        self._drop()

    def _take(self, byte: int) -> bool:
        """Add one byte; True when it ends a code."""
        if byte == _STX and self.framing is not Framing.LINE:
            self._drop()
            self._begin(inside=True)
        elif self._ends(byte):
            return True
        elif self.framing is Framing.STX_ETX and not self._inside:
            self.dropped_bytes += byte not in _ENDS
        elif (byte < 0x20 and byte not in _KEPT_CONTROLS) or byte == 0x7F:
            self.dropped_bytes += 1
        elif len(self._code) >= LENGTH_MAX:
            self.dropped_codes += not self._overlong
            self._overlong = True
        else:
            self._code.append(byte)
        return False

    def _ends(self, byte: int) -> bool:
        """Whether this byte ends the code, by the framing that its beginning chose."""
        if self._inside:
            return byte == _ETX
        return byte in _ENDS and self.framing is not Framing.STX_ETX

    def _drop(self) -> None:
        if self._code and not self._overlong:
            self.dropped_codes += 1
        self._begin(inside=False)

    def _begin(self, *, inside: bool) -> None:
        self._code.clear()
        self._inside, self._overlong = inside, False


def text_of(raw: bytes) -> tuple[str | None, str]:
    """The AIM identifier, when there is one, and the text behind it; UTF-8, else Latin-1.

    >>> text_of(b"]E08710398500526"), text_of(b"caf\\xe9"), text_of(b"]")
    ((']E0', '8710398500526'), (None, 'café'), (None, ']'))
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    marked = len(text) >= 3 and text[0] == "]" and text[1] in _AIM_LETTERS
    if marked and text[2] in "0123456789ABCDEFabcdef":
        return text[:3], text[3:]
    return None, text
