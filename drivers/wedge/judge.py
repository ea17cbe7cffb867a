"""Tells a keyboard-wedge scanner from a person typing, by the keys' own time stamps; pure.

A scan is a run of keys with short gaps. Its first keys look like typing, so they are held back,
for at most HOLD_MS, and released as typing when no run follows. All times are milliseconds on the
clock of the key events; `tick` tells the judge that time passed without a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

HOLD_MS = 60
"""A typed key is released after this time at the latest: still unseen by the person."""
SURE_KEYS = 3
"""So many keys in a run are a scanner; people do not press three keys within HOLD_MS."""
KEYS_MAX = 8192


class Suffix(Enum):
    """The key a scanner sends behind a code."""

    ENTER = "enter"
    TAB = "tab"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Key:
    """One key press.

    `text` is what the key types ("" for Shift and the like, "\\r" for Enter, "\\t" for Tab).
    `scan_code` and `shift` are for scanners with another keyboard layout than the system;
    `auto_repeat` marks a key that is held down. `token` is the caller's own, to release the key by.
    """

    text: str
    at_ms: int
    scan_code: int = 0
    shift: bool = False
    auto_repeat: bool = False
    token: object = None

    @property
    def is_enter(self) -> bool:
        """Enter on either part of the keyboard."""
        return self.text in ("\r", "\n")


@dataclass(frozen=True, slots=True)
class WedgeProfile:
    """What pairing learned about one scanner.

    `gap_max_ms` is its largest gap between two keys, with a margin. A scanner slower than half of
    HOLD_MS cannot be told from typing by its gaps alone: it needs a `prefix` that nobody types.
    `layout` maps (native scan code, shift) to the character the scanner means.
    """

    gap_max_ms: int = 30
    prefix: str = ""
    suffix: Suffix = Suffix.ENTER
    length_min: int = 4
    layout: Mapping[tuple[int, bool], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.gap_max_ms <= 250:
            raise ValueError(f"a gap of {self.gap_max_ms} ms is outside 1..250")
        if self.gap_max_ms * (SURE_KEYS - 1) > HOLD_MS and not self.prefix:
            raise ValueError(f"a scanner with gaps of {self.gap_max_ms} ms needs a prefix")
        if self.length_min < SURE_KEYS:
            raise ValueError(f"codes shorter than {SURE_KEYS} are typing")


@dataclass(frozen=True, slots=True)
class Release:
    """These keys were typed: hand them on, in this order."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class WedgeScan:
    """A code was scanned: swallow its keys. `at_ms` is the time of the last one.

    Not `complete` means that the suffix never came: the code may be cut short, so refuse it aloud.
    """

    text: str
    at_ms: int
    complete: bool


Action = Release | WedgeScan
"""What to do now. No action at all means: hold."""


class WedgeJudge:
    """Fed with every key press before any widget sees it; the caller carries the actions out.

    >>> judge = WedgeJudge(WedgeProfile())
    >>> [judge.key(Key(c, 10 * n)) for n, c in enumerate("4011")], judge.key(Key("\\r", 40))
    ([[], [], [], []], [WedgeScan(text='4011', at_ms=40, complete=True)])
    >>> judge.key(Key("a", 1000)), judge.tick(1031)[0].keys[0].text
    ([], 'a')
    """

    def __init__(self, profile: WedgeProfile) -> None:
        self._profile = profile
        self._held: list[Key] = []
        self._typed = ""
        self._sure = False

    @property
    def due_ms(self) -> int | None:
        """When `tick` has to be called if no key comes before; None when nothing is held."""
        if not self._held:
            return None
        silence = self._held[-1].at_ms + self._profile.gap_max_ms + 1
        if self._sure or self._prefixed:
            return silence
        return min(silence, self._held[0].at_ms + HOLD_MS)

    @property
    def _prefixed(self) -> bool:
        """Whether a run has begun with the prefix that nobody types."""
        return bool(self._profile.prefix)

    def key(self, key: Key) -> list[Action]:
        """One key press, in the order of the keyboard."""
        actions = self.tick(key.at_ms)
        if key.auto_repeat and not self._held:
            # A key held down repeats as fast as a slow scanner types, and is a person. Its first repeat comes late, when
            # nothing is held any more; one that comes within a run is none: Qt on X11 says so of two equal keys when the
            # first goes up and the second down in one millisecond, as those of a fast scanner do.
            return [*actions, Release((key,))]
        if not self._held:
            return [*actions, *self._first(key)]
        if self._is_suffix(key):
            return [*actions, *self._end(key)]
        self._hold(key)
        self._sure = self._sure or len(self._typed) >= SURE_KEYS
        if self._prefix_broken() or len(self._held) > KEYS_MAX:
            actions += self._release()
        return actions

    def tick(self, now_ms: int) -> list[Action]:
        """No key came before `now_ms`. Call it only when all keys up to then were fed."""
        due = self.due_ms
        if due is None or now_ms < due:
            return []
        code = self._code()
        if self._sure and len(code) >= self._profile.length_min and not self._prefix_broken():
            return [self._scanned(code, self._profile.suffix is Suffix.NONE)]
        return self._release()

    def _first(self, key: Key) -> list[Action]:
        """A key after a silence: held when a scan may begin with it."""
        char = self._char(key)
        may_begin = char != "" and (char.isprintable() or char == "\x1d")
        if self._profile.prefix:
            may_begin = char == self._profile.prefix[0]
        if not may_begin or self._is_suffix(key) or key.is_enter:
            return [Release((key,))]
        self._hold(key)
        return []

    def _hold(self, key: Key) -> None:
        """Keep a key back; Shift and the like come along but prove no scanner."""
        self._held.append(key)
        self._typed += self._char(key)

    def _end(self, key: Key) -> list[Action]:
        """The suffix within a run: the run was a scan, or a short burst of typing."""
        code = self._code()
        long_enough = len(code) >= self._profile.length_min and len(self._typed) >= SURE_KEYS
        if long_enough and not self._prefix_broken(whole=True):
            scan = self._scanned(code, complete=True)
            return [WedgeScan(scan.text, key.at_ms, True)]
        self._hold(key)
        return self._release()

    def _scanned(self, code: str, complete: bool) -> WedgeScan:
        at_ms = self._held[-1].at_ms
        self._forget()
        return WedgeScan(code, at_ms, complete)

    def _release(self) -> list[Action]:
        if not self._held:
            return []
        keys = tuple(self._held)
        self._forget()
        return [Release(keys)]

    def _forget(self) -> None:
        self._held.clear()
        self._typed, self._sure = "", False

    def _is_suffix(self, key: Key) -> bool:
        if self._profile.suffix is Suffix.ENTER:
            return key.is_enter
        return self._profile.suffix is Suffix.TAB and key.text == "\t"

    def _char(self, key: Key) -> str:
        """The character the scanner means by a key."""
        return self._profile.layout.get((key.scan_code, key.shift), key.text)

    def _code(self) -> str:
        return self._typed.removeprefix(self._profile.prefix)

    def _prefix_broken(self, *, whole: bool = False) -> bool:
        """Whether the run is not (any more) what the prefix promised."""
        prefix, typed = self._profile.prefix, self._typed
        if whole or len(typed) >= len(prefix):
            return not typed.startswith(prefix)
        return not prefix.startswith(typed)
