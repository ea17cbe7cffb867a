"""What a customer agreed to, purpose by purpose: every word that was ever said, and what stands after all of them.

The newest word counts by when it was said, not by when it was heard of: a withdrawal stands against everything given before it,
however late that comes to be known. Of two of one instant the withdrawal counts (GDPR, articles 4 and 7).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

TILL, FILE, SHOP, OFFICE = "till", "file", "shop", "office"
"""Who heard a word."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One word about one purpose: given or withdrawn, when (ms), and the day that people call it by (`YYYY-MM-DD`).

    `place` is where it was said (a store, a page), `text` the version of what was read and agreed to, `by` who wrote it down, and
    `known_ms` when the hub heard of it. A day alone counts from its beginning, so a withdrawal later that day stands.
    """

    id: str
    purpose: str
    given: bool
    at_ms: int
    day: str
    source: str = ""
    place: str = ""
    text: str = ""
    by: str = ""
    known_ms: int = 0

    @property
    def rank(self) -> tuple[int, bool, str]:
        """The same order on every machine: later words above earlier ones, withdrawn above given."""
        return self.at_ms, not self.given, self.id


def standing(said: Iterable[Consent]) -> dict[str, Consent]:
    """The word that counts, by purpose.

    >>> given, withdrawn = Consent("a", "marketing", True, 5, "2026-01-01"), Consent("b", "marketing", False, 5, "2026-01-01")
    >>> standing([withdrawn, given])["marketing"].given, standing([given])["marketing"].given
    (False, True)
    """
    found: dict[str, Consent] = {}
    for one in said:
        if one.purpose not in found or found[one.purpose].rank < one.rank:
            found[one.purpose] = one
    return found


def agreed(said: Iterable[Consent]) -> dict[str, str]:
    """What a customer agrees to now: the day it was given, by purpose. A purpose that is not in it was not agreed to."""
    return {purpose: one.day for purpose, one in sorted(standing(said).items()) if one.given}


def news_of_file(
    before: Iterable[Consent], wished: Mapping[str, str], says: Collection[str], begins_ms: Mapping[str, int], now_ms: int
) -> list[Consent]:
    """What a file says that is not known yet, of one customer: `wished` are its days by purpose, `begins_ms` when these begin.

    `says` are the purposes that it has a place for: one that it leaves empty is withdrawn from now on, of others it says nothing.
    """
    known = list(before)
    heard = {(one.purpose, one.day) for one in known if one.given}
    news = [
        Consent(f"file/{purpose}/{day}", purpose, True, begins_ms[day], day, FILE, known_ms=now_ms)
        for purpose, day in wished.items()
        if (purpose, day) not in heard
    ]
    return news + [
        Consent(f"file/{purpose}/not/{now_ms}", purpose, False, now_ms, "", FILE, known_ms=now_ms)
        for purpose in agreed(known)
        if purpose in says and purpose not in wished
    ]
