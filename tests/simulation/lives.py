"""What becomes of terminals in a run: a disk is lost, a terminal is cloned or replaced, a certificate ends while it is cut off."""

import random
from collections.abc import Callable

from kiosk.store.ledger import Identity
from sync.hub import devices
from sync.hub.devices import Who
from sync.hub.enrolment import find_device
from sync.hub.problems import HubProblem
from tests.simulation.network import Network
from tests.simulation.oracle import Oracle
from tests.simulation.real_hub import RealHub
from tests.simulation.terminal import SimTerminal, place_of
from tests.simulation.timeline import Timeline

ENROL_AGAIN_MS = 5_000
WHOLE_MACHINE = 0.6
"""Of so many databases that are put back by hand the rest of the disk goes back with them."""

Make = Callable[[Identity], SimTerminal]


class Lives:
    """Strikes one terminal for good, and has a person bring another in its place."""

    def __init__(
        self, time: Timeline, network: Network, hub: RealHub, terminals: list[SimTerminal], oracle: Oracle, make: Make
    ) -> None:
        self.ghosts: list[SimTerminal] = []
        self._time = time
        self._network = network
        self._hub = hub
        self._terminals = terminals
        self._oracle = oracle
        self._make = make
        self._chance: random.Random = time.source("lives")

    def blows(self) -> dict[str, Callable[[], None]]:
        """What can strike, by its name."""
        return {
            "disk lost": self._lose_disk, "clone": self._clone, "replaced": self._replace,
            "certificate ended": self._end_certificate, "hub put back by hand": self._put_back,
        }  # fmt: skip

    def heal(self) -> None:
        """Clones are found and switched off."""
        for ghost in self.ghosts:
            ghost.off()
            if self._hub.is_forked(ghost.dev):
                self._time.saw("fork")

    def _one(self) -> SimTerminal | None:
        there = [one for one in self._terminals if one.dev not in self._oracle.apart]
        return self._chance.choice(there) if len(there) > 1 else None

    def _lose_disk(self) -> None:
        """What had not been sent is lost with the disk; what had been must still be there. A person says so at the hub."""
        terminal = self._one()
        if terminal is None or not self._network.up:
            return
        terminal.off()
        self._oracle.apart[terminal.dev] = "disk lost"
        self._oracle.acked[terminal.dev] = terminal.state.acked
        who = Who("office", self._network.hub_ms(), self._hub.new_id)

        def declare() -> None:
            device = self._hub.transact(lambda connection: find_device(connection, terminal.dev), reading=True)
            if device is not None:
                left = self._hub.transact(lambda connection: devices.lose(connection, device, who))
                self._time.saw("rights written off" if left else "nothing to write off")
            self._enrol(terminal)

        self._time.after(self._chance.randrange(1_000, 10_000), declare)

    def _replace(self) -> None:
        """Another device takes the place; the old one still sends what it has, and gets nothing any more."""
        terminal = self._one()
        if terminal is not None and self._network.up:
            self._oracle.apart[terminal.dev] = "replaced"
            self._enrol(terminal)

    def _enrol(self, old: SimTerminal) -> None:
        """A new device at the place of an old one, with a code from the hub."""
        number, store, hub = old.identity.place.terminal, old.identity.place.store, self._hub
        dev = f"{old.dev}.{old.identity.series + 1}"
        now_ms = self._network.hub_ms()
        try:
            hub.enrol(dev, (store, number), now_ms)
        except HubProblem:  # it is in doubt: whoever enrols tries again when that is over
            self._time.after(ENROL_AGAIN_MS, lambda: self._enrol(old))
            return
        fresh = self._make(Identity(dev, 1, "till", hub.series(dev), place_of(number, store)))
        fresh.papers = hub.papers(dev)
        self._terminals.append(fresh)
        self._time.saw("replacement")
        self._time.after(self._chance.randrange(500, 5_000), fresh.boot)
        self._network.ring()

    def _clone(self) -> None:
        """Somebody copies a terminal's disk to a second machine, and both go on."""
        terminal = self._one()
        if terminal is None or not terminal.alive:
            return
        ghost = self._make(terminal.identity)
        ghost.papers = terminal.papers
        ghost.is_clone = True
        ghost.take_disk(terminal.disk.copy())
        self._oracle.apart[terminal.dev] = "cloned"
        self.ghosts.append(ghost)
        self._time.after(500, ghost.boot)
        for at_ms in range(2_000, 40_000, 6_000):
            self._time.after(at_ms + self._chance.randrange(5_000), lambda: ghost.sell("cola", 1_000))

    def _put_back(self) -> None:
        """An old file is copied over the hub's, or its machine is put back; later a person sees by its doubt what happened."""
        whole_machine = self._chance.random() < WHOLE_MACHINE
        if whole_machine and self._chance.random() < 0.5:
            self._replace()  # nothing of the hub's knows of this device afterwards, and it stands in the shop with good papers
        self._hub.put_back(self._network.hub_ms(), whole_machine)
        self._network.go_down(self._chance.randrange(500, 5_000))

        def own_up() -> None:
            if self._hub.own_up(self._network.hub_ms()):
                self._time.saw("hub in doubt")
            self._network.ring()

        self._time.after(self._chance.randrange(20_000, 50_000), own_up)

    def _end_certificate(self) -> None:
        """A terminal is cut off until after its certificate ended."""
        terminal = self._one()
        if terminal is None:
            return
        place = terminal.identity.place
        terminal.papers = self._hub.shorten(terminal.dev, self._network.hub_ms() + 3_000, place)
        terminal.die()
        self._network.cut.add(terminal.dev)
        self._time.after(self._chance.randrange(8_000, 20_000), lambda: self._network.cut.discard(terminal.dev))
