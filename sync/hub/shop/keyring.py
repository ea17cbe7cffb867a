"""Keys that were looked up, and how often each was used in the last minute: in memory, for one process."""

from sync.hub.problems import HubProblem
from sync.hub.shop.keys import ShopKey

KEYS_MAX = 1_000
MINUTE_MS = 60_000
BURST_MS = 10_000
"""What a key may do in so much time it may do at once; then it goes on evenly."""


class Keyring:
    """Used on the event loop; `forget` from any thread."""

    def __init__(self) -> None:
        self._known: dict[str, ShopKey] = {}
        self._turn = 0
        self._full_at: dict[str, float] = {}

    @property
    def turn(self) -> int:
        """Say this when you keep what you looked up: what was read before a change is not kept after it."""
        return self._turn

    def get(self, id: str) -> ShopKey | None:
        """A key that was looked up before."""
        return self._known.get(id)

    def keep(self, key: ShopKey, turn: int) -> None:
        """Keep what was looked up since `turn` was read."""
        if turn == self._turn:
            if len(self._known) >= KEYS_MAX:
                self._known = {}
            self._known[key.id] = key

    def forget(self) -> None:
        """Look every key up again: one may have been revoked."""
        self._turn += 1
        self._known = {}

    def admit(self, key: ShopKey, now_ms: int) -> None:
        """Count one request of a key. Raises HubProblem, with the seconds to wait, when it is one too many.

        `_full_at` is the moment at which all of a key's room is free again: each request moves it on by its share of a minute.
        """
        share_ms = MINUTE_MS / key.per_minute
        room_ms = max(float(BURST_MS), share_ms)
        before = self._full_at.get(key.id, 0.0)
        full_at = (before if now_ms < before <= now_ms + room_ms else float(now_ms)) + share_ms  # a clock that went back frees it
        over_ms = full_at - now_ms - room_ms
        if over_ms > 0:
            raise HubProblem("shop.too_many", limit=key.per_minute, seconds=-int(-over_ms // 1_000))
        if len(self._full_at) >= KEYS_MAX and key.id not in self._full_at:
            self._full_at = {id: at for id, at in self._full_at.items() if at > now_ms}
        self._full_at[key.id] = full_at
