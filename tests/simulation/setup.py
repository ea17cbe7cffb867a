"""What a run is made of and how large it is. A mutant replaces one part; shrinking makes it smaller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.store.ledger import Ledger
from sync.agent import core
from tests.simulation.hubs import ModelHub, SimHub
from tests.simulation.promises import Promises
from tests.simulation.real_hub import RealHub
from tests.simulation.signing import ED25519, KEYED_HASH, Signing
from tests.simulation.stores import SimCopy
from tests.simulation.terminal import MakeCopy, MakeLedger, Step


@dataclass(frozen=True)
class Setup:
    """The parts. Everything is the product's own except the hub of `MODEL` and the terminals' copy of the catalogue."""

    name: str
    make_hub: Callable[[Mapping[str, str], Signing], SimHub]
    """By the stores of the first terminals, and how they sign."""

    signing: Signing = KEYED_HASH
    step: Step = core.step
    make_ledger: MakeLedger = Ledger
    make_copy: MakeCopy = SimCopy
    make_desk: type[Promises] = Promises
    several_stores: bool = True


DAYS_PACE_MS = 900_000
"""In runs of days a customer every quarter of an hour, on average."""


@dataclass(frozen=True)
class Shape:
    """How large a run is; what is None or 0 is drawn from the seed. `without` names faults that are left out.

    With `days` a run is so many days long, with nights and midnights; outages last hours, and the strikes of a run come each day.
    """

    terminals: int = 0
    bad_ms: int = 0
    heal_ms: int = 100_000
    pace_ms: int = 0
    without: frozenset[str] = frozenset()
    days: int = 0

    @property
    def slower(self) -> int:
        """By how much what people do, and what befalls them, takes longer than in a run of minutes."""
        return 600 if self.days else 1


MODEL = Setup("model", lambda places, signing: ModelHub(), several_stores=False)
"""A hub of plain lists that keeps the rules: quick, for volume."""

REAL = Setup("real", RealHub)
"""The hub's own ingest, projections and feed on SQLite."""

SIGNED = Setup("signed", RealHub, ED25519)
"""The same with Ed25519."""

SETUPS = {setup.name: setup for setup in (MODEL, REAL, SIGNED)}
