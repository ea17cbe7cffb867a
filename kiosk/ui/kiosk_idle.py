"""When a shopper has gone: pure, so that a test walks through it with a clock of its own."""

from dataclasses import dataclass, replace
from enum import Enum


class Presence(Enum):
    """AWAY: nobody has begun. HERE -> WARNED (are you still there?) -> GONE; a touch leads back to HERE."""

    AWAY = "away"
    HERE = "here"
    WARNED = "warned"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Idle:
    """Times are monotonic ms. A warning stands for `warning_ms` and may be answered any number of times."""

    idle_ms: int
    warning_ms: int
    touched_ms: int | None = None

    def touched(self, now_ms: int) -> "Idle":
        """Somebody touched, typed or scanned: they have the whole time again."""
        return replace(self, touched_ms=now_ms)

    def left(self) -> "Idle":
        """The session is over; nothing runs out before somebody begins again."""
        return replace(self, touched_ms=None)

    def presence(self, now_ms: int) -> Presence:
        """How it stands at an instant."""
        if self.touched_ms is None:
            return Presence.AWAY
        still_ms = now_ms - self.touched_ms
        if still_ms < self.idle_ms:
            return Presence.HERE
        return Presence.WARNED if still_ms < self.idle_ms + self.warning_ms else Presence.GONE

    def seconds_left(self, now_ms: int) -> int:
        """Whole seconds before everything is wiped, as a countdown shows them: 20 at first, never 0."""
        if self.touched_ms is None:
            return 0
        left_ms = self.touched_ms + self.idle_ms + self.warning_ms - now_ms
        return max(1, -(-left_ms // 1000))

    def next_change_ms(self, now_ms: int) -> int | None:
        """How long nothing changes on the screen because of this, or None."""
        presence = self.presence(now_ms)
        if self.touched_ms is None or presence is Presence.AWAY:
            return None
        if presence is Presence.HERE:
            return self.touched_ms + self.idle_ms - now_ms
        end_ms = self.touched_ms + self.idle_ms + self.warning_ms
        return max(0, (end_ms - now_ms) % 1000 or min(1000, max(0, end_ms - now_ms)))
