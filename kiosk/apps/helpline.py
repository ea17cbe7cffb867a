"""Calls for a person over the hub: the kiosk's line, and the till's way to say that somebody saw it or comes."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from kiosk.domain.feed import HelpCall
from kiosk.services.help import DELIVERY_MS_MAX, HelpNews, HelpState, OnHelp
from sync.agent import help as calls
from sync.agent.client import HubClient
from sync.agent.events import Failure
from sync.agent.shell import Agent

_STATES = {"waiting": HelpState.CALLING, "delivered": HelpState.DELIVERED, "answered": HelpState.COMING}
_WAIT_S = 20


class HubHelpLine:
    """The kiosk's HelpLine (kiosk.services.help) over the agent's line to the hub."""

    def __init__(self, agent: Agent, new_id: Callable[[], str]) -> None:
        self._agent = agent
        self._new_id = new_id
        self._listener: OnHelp = _nobody
        self._lock = threading.Lock()
        self._call = ""

    def listen(self, listener: OnHelp) -> None:
        """Who wants to know."""
        self._listener = listener

    def start(self, reason: str, language: str) -> str:
        """Make a call; its id comes at once, the news by the listener."""
        call = self._new_id()
        with self._lock:
            self._call = call
        self._agent.ask(lambda client: self._follow(client, call, reason, language))
        return call

    def cancel(self, call: str) -> None:
        """The shopper needs nobody any more."""
        with self._lock:
            if self._call == call:
                self._call = ""
        self._agent.ask(lambda client: calls.mark(client, call, "cancelled"))

    async def _follow(self, client: HubClient, call: str, reason: str, language: str) -> None:
        found = await calls.call_for_help(client, call, reason, language)
        while self._is_open(call):
            if isinstance(found, Failure):
                self._listener(HelpNews(call, HelpState.UNREACHABLE))
                return
            state = _STATES.get(found.state, HelpState.NONE)
            self._listener(HelpNews(call, state, found.by))
            if state is HelpState.NONE:
                return
            wait_s = DELIVERY_MS_MAX // 1000 if state is HelpState.CALLING else _WAIT_S
            found = await calls.wait_for_state(client, call, wait_s, found.state)

    def _is_open(self, call: str) -> bool:
        with self._lock:
            return self._call == call


class HubHelpDesk:
    """The till's side: it says which calls its screen shows, and who goes."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def shown(self, call: HelpCall) -> None:
        """The call is on this till's screen; only now may the kiosk say that it was delivered."""
        if call.state == "waiting":
            self._agent.ask(lambda client: calls.mark(client, call.id, "delivered"))

    def answer(self, call: HelpCall, name: str) -> "Future[HelpCall | Failure]":
        """Somebody goes there."""
        return self._agent.ask(lambda client: calls.mark(client, call.id, "answered", name))


def _nobody(news: HelpNews) -> None:
    """Nobody listens yet."""
