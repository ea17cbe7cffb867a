"""Which of the codes that a camera sees counts, and when: once each time that it comes into the picture; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from drivers.camera.reading import Found

GONE_NS = 1_500_000_000
"""A code that was not seen for so long has left the picture; a hand that shakes does not sell twice."""
GONE_LOOKS = 5
"""And in so many looks: a slow machine looks seldom, and each way of looking must have had its turn."""
AGREE_NS = 1_500_000_000
"""Bars are believed when two looks within this time say the same."""


@dataclass(slots=True)
class Watch:
    """What was told already and is still in the picture."""

    _told: dict[str, tuple[int, int]] = field(default_factory=dict)
    _once: tuple[str, int] = ("", 0)
    _looks: int = 0

    def see(self, found: Sequence[Found], at_ns: int) -> Found | None:
        """One look at the picture, nearest to the middle first; gives the code to tell, if any.

        Only the nearest counts. What was told is not told again before it has left; bars have no error correction and can be
        read wrong in a blur, so they have to be read twice.
        """
        self._looks += 1
        seen = {one.text for one in found}
        self._told = {
            text: (at_ns, self._looks) if text in seen else last
            for text, last in self._told.items()
            if text in seen or at_ns - last[0] < GONE_NS or self._looks - last[1] < GONE_LOOKS
        }
        if not found or found[0].text in self._told:
            return None
        nearest = found[0]
        before, before_ns = self._once
        self._once = (nearest.text, at_ns)
        if not nearest.corrects and (before != nearest.text or at_ns - before_ns > AGREE_NS):
            return None
        self._told[nearest.text] = (at_ns, self._looks)
        return nearest

    def forget(self) -> None:
        """Nobody looks any more: what comes next is new."""
        self._told.clear()
        self._once = ("", 0)
