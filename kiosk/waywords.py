"""How goods come that are not taken along, in words: the same on the screen, on paper and where an order is looked at."""

from dataclasses import dataclass

from kiosk.domain.order import COLLECTED
from kiosk.text import Words, local

RESERVE = " *"
"""Stands behind what is promised under reserve."""


@dataclass(frozen=True, slots=True)
class Seen:
    """From where it is told: the store, its time zone, and the instant (ms, UTC)."""

    store: str
    zone: str
    now_ms: int


def way_text(kind: str, to: tuple[str, str], window: tuple[int, int], seen: Seen, words: Words, *, firm: bool = True) -> str:
    """One line's way in a sentence. `to` is the id and name of the store where it is collected, `window` from and until (ms)."""
    when = window_text(*window, seen, words) + ("" if firm else RESERVE)
    store, name = to
    if kind not in COLLECTED:
        return words("Delivered at home {when}", when=when)
    if store == seen.store:
        return words("To be collected here {when}", when=when)
    return words("To be collected in {store} {when}", store=name or store, when=when)


def window_text(from_ms: int, until_ms: int, seen: Seen, words: Words) -> str:
    """Within which days something comes."""
    first, last = (local(at_ms, seen.zone).date().isoformat() for at_ms in (from_ms, until_ms))
    if until_ms <= seen.now_ms or last == local(seen.now_ms, seen.zone).date().isoformat():
        return words("today")
    if first == last:
        return words("on {day}", day=words.weekday(last))
    return words("{first} to {last}", first=words.weekday(first, short=first[:7] == last[:7]), last=words.weekday(last))
