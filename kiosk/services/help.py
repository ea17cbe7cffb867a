"""Calling a colleague from a kiosk: what the shopper may be told, and when.

"Called" is said only once a till shows the call. What cannot be delivered in five seconds is said
to be so, with where to go.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

DELIVERY_MS_MAX = 5_000


class HelpState(Enum):
    """NONE -> CALLING -> DELIVERED -> COMING; CALLING -> UNREACHABLE; any of them -> NONE."""

    NONE = "none"
    CALLING = "calling"
    DELIVERED = "delivered"
    COMING = "coming"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class HelpNews:
    """What the line knows of a call; `name` is who answered it, once somebody did.

    UNREACHABLE says that the call could not be made, NONE that a till closed it.
    """

    call: str
    state: HelpState
    name: str = ""


OnHelp = Callable[[HelpNews], None]


class HelpLine(Protocol):
    """The way to the store's tills. It never blocks; it tells its listener, from any thread."""

    def listen(self, listener: OnHelp) -> None:
        """Who wants to know; one listener at a time."""

    def start(self, reason: str, language: str) -> str:
        """Make a call and give its id at once, also with the hub away."""

    def cancel(self, call: str) -> None:
        """The shopper needs nobody any more; a call that is over or unknown is no error."""


@dataclass(frozen=True, slots=True)
class Help:
    """One call as the shopper sees it; times are monotonic ms. Each method gives the next value."""

    state: HelpState = HelpState.NONE
    call: str = ""
    name: str = ""
    deadline_ms: int = 0

    def called(self, call: str, now_ms: int) -> "Help":
        """A call went out."""
        return Help(HelpState.CALLING, call, "", now_ms + DELIVERY_MS_MAX)

    def heard(self, news: HelpNews) -> "Help":
        """The line told something; news of another call is not ours."""
        if self.state is HelpState.NONE or news.call != self.call:
            return self
        if news.state is HelpState.NONE:
            return Help()
        if self.state is HelpState.COMING and news.state is not HelpState.COMING:
            return self  # a late answer of the network does not send the colleague back
        if self.state is HelpState.DELIVERED and news.state is HelpState.CALLING:
            return self
        return replace(self, state=news.state, name=news.name)

    def at(self, now_ms: int) -> "Help":
        """The same call at a later time: not on a till's screen in time is not delivered."""
        if self.state is HelpState.CALLING and now_ms >= self.deadline_ms:
            return replace(self, state=HelpState.UNREACHABLE)
        return self
