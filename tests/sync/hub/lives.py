"""A hub that lives more than once: it is stopped, copied, put back, and run again, and terminals speak to each life."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from kiosk.domain.feed import NOWHERE
from sync.hub import epochs
from sync.hub.core import Hub
from sync.protocol.messages import HeldRight, PushedFact, PushReply, PushRequest, RightsReport, pack, unpack
from tests.sync.hub.support import TENANT, WAIT_S, FakeTerminal, RunningHub, open_test_hub, running_hub


class LivingTerminal:
    """A terminal that outlives its hub, and pushes as the agent does: from where it was told, and with what it was told."""

    def __init__(self, terminal: FakeTerminal) -> None:
        self.terminal = terminal
        self.acked = 0
        self.epoch = 0
        self.rights: list[HeldRight] = []

    def meet(self, hub: RunningHub) -> None:
        """Speak to another life of the hub."""
        self.terminal.http.close()
        self.terminal.url = hub.url
        self.terminal.http = httpx.Client(base_url=hub.url, timeout=WAIT_S, trust_env=False, verify=False)

    def sell(self, count: int = 1, article: str = "A1") -> None:
        """Sell without the hub."""
        for _ in range(count):
            self.terminal.sale(article)

    def push(self, report: RightsReport | None = None) -> PushReply:
        """One push of all that is unsent, as far as this terminal was told; it remembers the answer."""
        mine = self.terminal.facts[self.acked :]
        facts = [PushedFact(fact.data, fact.signature) for fact in mine]
        told = self.acked if self.epoch else 0
        request = PushRequest(self.terminal.dev, 1, self.acked + 1, facts, told, self.epoch, report)
        answer = self.terminal.request("POST", "/v1/push", pack(request))
        assert answer.status_code == 200, answer.text
        reply = unpack(answer.content, PushReply)
        self.acked, self.epoch = reply.next_seq - 1, reply.epoch
        return reply

    def settle(self) -> PushReply:
        """Push until the hub has everything."""
        reply = self.push()
        while self.acked < len(self.terminal.facts):
            reply = self.push()
        return reply

    def catch_up(self) -> None:
        """Follow the device scope, with a snapshot where the hub asks for one."""
        at = self.terminal.cursors.get("device", NOWHERE)
        refused = self.terminal.feed_raw("device").status_code == 410 if at != NOWHERE else True
        if refused:
            self.terminal.take_snapshot("device")
        self.terminal.catch_up("device")

    def report(self) -> RightsReport:
        """What it holds, as it stands."""
        at = self.terminal.cursors["device"]
        return RightsReport(len(self.terminal.facts), at.epoch, at.rev, at.digest, list(self.rights))


def copy_of(folder: Path, target: Path) -> Path:
    """A copy of a stopped hub's folder."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("admin.sock", "in-use"))
    return target


def put_back(folder: Path, copy: Path) -> None:
    """Put a copy in a stopped hub's place, by hand and not by the command."""
    shutil.rmtree(folder)
    copy_of(copy, folder)


def restore_copy(folder: Path, copy: Path, now_ms: int, known_epoch: int = 0) -> int:
    """Put a copy in a stopped hub's place and make it a restored one; gives the epoch."""
    put_back(folder, copy)
    hub = open_test_hub(folder, shop=False)
    try:
        return hub.storage.call(lambda connection: epochs.begin(connection, now_ms, known_epoch))
    finally:
        hub.close()


def state_of(hub: Hub) -> epochs.State:
    """How a hub is."""
    return hub.storage.call(lambda connection: epochs.state(connection, TENANT))


def waiting_of(hub: Hub) -> list[str]:
    """The terminals that a hub waits for."""
    return [one.terminal for one in hub.storage.call(lambda connection: epochs.waiting(connection, TENANT))]


@contextmanager
def life(folder: Path, *terminals: LivingTerminal) -> Iterator[RunningHub]:
    """One life of the hub, which terminals meet."""
    with running_hub(folder) as hub:
        for terminal in terminals:
            terminal.meet(hub)
            hub.terminals.append(terminal.terminal)
        yield hub
