"""People who leave while tills are cut off: a till that has heard of it lets them in no more, and all others always get in."""

import random
from collections.abc import Sequence
from functools import partial
from typing import cast

from kiosk.domain.errors import Refused
from kiosk.domain.feed import Cursor
from kiosk.services.counter import Counter, StoreSettings
from kiosk.services.session import Session
from sync.hub import staff
from sync.hub.problems import HubProblem
from tests.simulation.hub_disk import TENANT
from tests.simulation.network import Network
from tests.simulation.people import PIN, STAFF
from tests.simulation.real_hub import RealHub
from tests.simulation.terminal import SimTerminal
from tests.simulation.timeline import Timeline

PACE_MS, FEW = 40_000, 3
"""In long runs there are not more of them."""

LEAVE = 2
"""So many of the staff leave in a run."""


class _Desk:
    """What signing in needs of a till's counter."""

    def __init__(self, terminal: SimTerminal) -> None:
        self.ledger, self.settings, self.employee = terminal.ledger, StoreSettings(), None
        self.now_ms, self.business_day = terminal.clock.wall_ms, terminal.clock.today


class Leavers:
    """Who left, and when the hub said so. A run fails where somebody gets in who must not, or does not who must."""

    def __init__(self, time: Timeline, hub: RealHub, network: Network, terminals: Sequence[SimTerminal]) -> None:
        self._time, self._hub, self._network, self._terminals = time, hub, network, terminals
        self._chance: random.Random = time.source("leavers")
        self._left: dict[str, tuple[int, int]] = {}
        """Epoch and revision of the hub's word, by number."""

    def plan(self, bad_ms: int, end_ms: int) -> None:
        """Put it all into the queue, from a source of chance of its own; in the end everybody tries at every till."""
        chance, time, pace_ms = self._chance, self._time, max(PACE_MS, bad_ms // FEW)
        for one in chance.sample(STAFF, LEAVE):
            time.after(chance.randrange(min(5_000, bad_ms // 2), bad_ms), partial(self._leave, one.number))
        for terminal in self._terminals:
            at_ms = 4_000
            while (at_ms := at_ms + chance.randrange(pace_ms // 4, 2 * pace_ms)) < bad_ms:
                time.after(at_ms, partial(self._try, terminal, chance.choice(STAFF).number))
        time.after(end_ms - 20_000, self._look_round)

    def _leave(self, number: str) -> None:
        """Somebody says so at the hub."""
        if not self._network.up:
            self._time.after(2_000, partial(self._leave, number))
            return
        try:
            self._hub.transact(lambda connection: staff.disable(connection, TENANT, number))
        except HubProblem:
            return
        self._left[number] = (self._hub.epoch(), self._hub.rev())
        self._network.ring()

    def _try(self, terminal: SimTerminal, number: str) -> None:
        """Somebody comes to work."""
        self._sign_in(terminal, number)

    def _sign_in(self, terminal: SimTerminal, number: str) -> str:
        """Somebody signs in with the right PIN; gives the code of the refusal, `-` where the till had no time for it."""
        said: list[str] = []

        def sign_in() -> None:
            try:
                Session(cast(Counter, _Desk(terminal)), 1, 8).sign_in(number, PIN)
            except Refused as error:
                said.append(error.code)
                raise
            said.append("")

        has = terminal.ledger.cursor() if terminal.alive else Cursor(0, 0, b"")
        done = terminal.act(sign_in)
        if not done and said != ["staff.inactive"]:
            return said[0] if said and said[0] else "-"
        if done and number in self._left:
            self._time.saw("leaver in before the till heard")
            if self._heard(has, number):
                raise AssertionError(f"{terminal.dev} lets {number} in after it heard that they left")
        self._time.saw("signed in" if done else "leaver turned away")
        return said[0]

    def _heard(self, has: Cursor, number: str) -> bool:
        """Whether a till is beyond the revision that said so; nobody can tell once a database was put back by hand."""
        epoch, rev = self._left[number]
        return has.epoch == epoch and has.rev >= rev and not self._time.faults["hub put back by hand"]

    def _look_round(self) -> None:
        """All is well: everybody whom the hub knows to be there gets in at each till that it serves, and nobody else."""
        for terminal in self._terminals:
            device = self._hub.device(terminal.dev)
            if not terminal.alive or device.revoked or self._hub.is_forked(terminal.dev):
                continue
            for one in STAFF:
                known = self._hub.transact(partial(staff.find, tenant=TENANT, number=one.number), reading=True)
                wanted = "" if known is not None and known.active else "staff.inactive"
                found = self._sign_in(terminal, one.number)
                if found not in (wanted, "-"):
                    raise AssertionError(f"{terminal.dev} says {found!r} to {one.number} in place of {wanted!r}")
