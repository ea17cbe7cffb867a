"""Every kind of fault by its name, and what a run draws of them; one that is left out keeps the rest as it is."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation.weather import Luck, Weather

WEATHER: dict[str, tuple[str, float, float]] = {
    "request dropped": ("drop_request", 0.5, 0.3),
    "reply dropped": ("drop_reply", 0.5, 0.3),
    "request doubled": ("double_request", 0.5, 0.3),
    "reply doubled": ("double_reply", 0.5, 0.3),
    "delayed": ("delay", 0.5, 0.2),
    "garbage reply": ("garbage", 0.3, 0.15),
    "row altered on the way": ("flip", 0.3, 0.1),
    "captive portal": ("portal", 0.3, 0.15),
    "hub busy": ("busy", 0.3, 0.15),
    "answer lost in the shell": ("silent", 0.3, 0.1),
    "hub crash before commit": ("die_before", 0.4, 0.1),
    "hub crash after commit": ("die_after", 0.4, 0.1),
}
"""Of each request so many: the name, the field, in how many runs it strikes at all, and how often at most."""

LUCK: dict[str, tuple[str, float, float]] = {
    "crash inside a store": ("crash", 0.5, 0.01),
    "disk fault": ("disk_fault", 0.25, 0.005),
    "wake-up lost": ("wake_lost", 0.3, 0.3),
    "question lost in the hands": ("work_lost", 0.25, 0.1),
    "completion late": ("work_late", 0.25, 0.1),
    "exception in the hands": ("hands_fail", 0.25, 0.05),
}
"""Of each step at a terminal so many, in the same way."""

STRIKES: dict[str, tuple[float, int]] = {
    "crash at a random moment": (0.7, 3),
    "hub down": (0.6, 2),
    "hub restored": (0.3, 2),
    "log pruned": (0.5, 2),
    "clock jump": (0.4, 2),
    "line cut": (0.5, 2),
    "disk full": (0.3, 2),
    "slow disk": (0.3, 2),
    "disk lost": (0.15, 1),
    "clone": (0.15, 1),
    "replaced": (0.15, 1),
    "certificate ended": (0.15, 1),
    "hub put back by hand": (0.12, 1),
}
"""Once in a while: in how many runs, and how often at most."""

REAL_ONLY = ("disk lost", "clone", "replaced", "certificate ended", "hub put back by hand")
"""What only the real hub can bear: the model has no enrolment."""

FAULTS = (*WEATHER, "reordered", *LUCK, *STRIKES)


@dataclass(frozen=True)
class Draws:
    """What one run draws. `without` are the names of faults that are left out."""

    source: Callable[[str], random.Random]
    without: frozenset[str] = frozenset()

    def weather(self) -> Weather:
        """The network's share of each fault."""
        return Weather(**{field: self._share(name, of_runs, most) for name, (field, of_runs, most) in WEATHER.items()})

    def luck(self, dev: str) -> Luck:
        """One terminal's share of each fault."""
        return Luck(**{field: self._share(name, of_runs, most, dev) for name, (field, of_runs, most) in LUCK.items()})

    def strikes(self, bad_ms: int, times: int = 1) -> list[tuple[int, str]]:
        """When which fault strikes, drawn so many times."""
        found: list[tuple[int, str]] = []
        for name, (of_runs, most) in STRIKES.items():
            chance = self.source(f"strikes of {name}")
            for _ in range(times):
                count = chance.randint(1, most) if chance.random() < of_runs and name not in self.without else 0
                found += [(chance.randrange(bad_ms), name) for _ in range(count)]
        return found

    def _share(self, name: str, of_runs: float, most: float, dev: str = "") -> float:
        """Each run has its own mix: of some nothing at all, of some a lot."""
        if name in self.without:
            return 0.0
        strikes = self.source(f"whether {name}").random() < of_runs
        return self.source(f"how often {name} {dev}").random() * most if strikes else 0.0
