"""Unicode text to runs of bytes on the printer's character tables, with no silent substitute."""

import unicodedata
from dataclasses import dataclass

_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
"""Hints for a typesetter, invisible on any paper."""
_SPELLED = {
    "\u2212": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2015": "-",
    "\u00a0": " ",
    "\u2044": "/",
}
"""Characters with a plain twin of the same meaning; U+00A0 because some fonts draw a box for it."""


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes that belong to one table; `slot` is None while they are ASCII, the same on all."""

    slot: int | None
    data: bytes


class Lettering:
    """Chooses tables for text; made fresh for each document, because the printer is reset too."""

    def __init__(self, pages: tuple[tuple[int, str], ...]) -> None:
        self._pages = pages
        self._known: dict[tuple[str, str], bytes | None] = {}

    def printable(self, text: str) -> str:
        """The text with only characters that some table has.

        Composed first; then a character with a plain twin is spelled by it; one that no table has
        appears as its code point in brackets, so that nobody takes it for another character.
        Control characters end up there too: a product name cannot command the printer.

        >>> Lettering(((16, "cp1252"),)).printable("e\\u0301 \\ufb01 \\x1b\\u20ac \\u4e2d")
        'é fi [U+001B]€ [U+4E2D]'
        """
        return "".join(self._spelled(char) for char in unicodedata.normalize("NFC", text))

    def runs(self, text: str, slot: int) -> list[Run]:
        """`printable` text as runs, for a printer whose table is `slot` now.

        Stays on a table as long as it has the character; else takes the table that reaches
        furthest, the earlier one of equals.
        """
        runs: list[Run] = []
        codec = dict(self._pages)[slot]
        start = 0
        while start < len(text):
            reach = self._reach(text, start, codec)
            if reach > start:
                runs.append(Run(slot, self._bytes(text[start:reach], codec)))
                start = reach
                continue
            slot, codec = max(self._pages, key=lambda page: self._reach(text, start, page[1]))
            if self._reach(text, start, codec) == start:
                raise ValueError(f"no table has {text[start]!r}: pass the text through printable")
        return [Run(None if run.data.isascii() else run.slot, run.data) for run in runs]

    def _spelled(self, char: str) -> str:
        if " " <= char <= "~":
            return char
        if char in _DROPPED:
            return ""
        if char in _SPELLED:
            return _SPELLED[char]
        if unicodedata.category(char)[0] != "C":
            if any(self._byte(char, codec) for _, codec in self._pages):
                return char
            plain = unicodedata.normalize("NFKD", char)
            if plain != char and all(" " <= part <= "~" for part in plain):
                return plain
        return f"[U+{ord(char):04X}]"

    def _reach(self, text: str, start: int, codec: str) -> int:
        """The first place from `start` that `codec` cannot write."""
        place = start
        while place < len(text) and self._byte(text[place], codec) is not None:
            place += 1
        return place

    def _byte(self, char: str, codec: str) -> bytes | None:
        """One character on one table, None when the table does not have it."""
        if char <= "~":
            return char.encode("ascii")
        key = (char, codec)
        if key not in self._known:
            try:
                data = char.encode(codec)
            except UnicodeEncodeError:
                data = b""
            self._known[key] = data if len(data) == 1 and data[0] >= 0x80 else None
        return self._known[key]

    def _bytes(self, text: str, codec: str) -> bytes:
        return b"".join(self._byte(char, codec) or b"" for char in text)
