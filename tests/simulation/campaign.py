"""Many seeds in a row: what struck, what came about, what failed, and how to play a failure again."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.simulation.faults import FAULTS, REAL_ONLY
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.setup import SETUPS, Setup, Shape
from tests.simulation.states import STATES
from tests.simulation.world import ANY, Outcome, simulate

T = TypeVar("T")
CHUNK = 5


@dataclass
class Campaign:
    """The sum of many runs."""

    setup: str = "real"
    seeds: int = 0
    events: int = 0
    sales: int = 0
    pushes: int = 0
    slowest_ms: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one run."""
        self.seeds += 1
        self.events += outcome.events
        self.sales += outcome.sales
        self.pushes += outcome.pushes
        self.slowest_ms = max(self.slowest_ms, outcome.drained_ms)
        self.faults += outcome.faults
        self.states += outcome.states
        if outcome.problems:
            self.failed.append(outcome)

    def never(self) -> list[str]:
        """Faults and states that never came about: what was not tried was not tested."""
        expected = [*FAULTS, *STATES]
        if self.setup == "model":
            expected = [name for name in expected if name not in REAL_ONLY and STATES.get(name, True)]
        return [name for name in expected if not self.faults[name] and not self.states[name]]

    def complaint(self) -> str:
        """Every failure with the way to play it again; empty when there is none."""
        return "\n".join(
            f"seed {one.seed}: {'; '.join(one.problems)}\n    {replay(one.seed, self.setup)}" for one in self.failed[:10]
        )


def replay(seed: int, setup: str, shape: Shape = ANY) -> str:
    """The command that plays one seed again."""
    words = ["again with: packaging/dev sim --seed", str(seed)]
    words += [f"--{setup}"] if setup != "real" else []
    words += ["--terminals", str(shape.terminals)] if shape.terminals else []
    words += ["--bad-ms", str(shape.bad_ms)] if shape.bad_ms else []
    words += ["--days", str(shape.days)] if shape.days else []
    words += [f'--without "{name}"' for name in sorted(shape.without)]
    return " ".join(words)


def run(seeds: Sequence[int], setup: Setup, shape: Shape = ANY, workers: int = 1) -> Campaign:
    """Run seeds, on several processes if asked; the order in which they end changes nothing."""
    campaign = Campaign(setup.name)
    for outcome in spread(_Run(setup.name, shape), seeds, workers):
        campaign.add(outcome)
    return campaign


@dataclass(frozen=True)
class _Run:
    """One seed in whichever process; set-ups travel by their name."""

    setup: str
    shape: Shape

    def __call__(self, seed: int) -> Outcome:
        return simulate(seed, SETUPS[self.setup], self.shape)


@dataclass(frozen=True)
class _Kill:
    """Whether a seed finds a mutant by a sign that is expected of it."""

    mutant: str

    def __call__(self, seed: int) -> tuple[int, str]:
        return seed, sign_of(next(one for one in MUTANTS if one.name == self.mutant), seed)


def sign_of(mutant: Mutant, seed: int) -> str:
    """What the oracle said of a mutant in a run, if it is what was expected; empty when it lived."""
    problems = simulate(seed, mutant.setup).problems
    return next((problem for problem in problems if any(sign in problem for sign in mutant.signs)), "")


def kills(mutant: Mutant, seeds: Sequence[int], workers: int = 1) -> dict[int, str]:
    """The seeds that find a mutant, with what they said."""
    return {seed: said for seed, said in spread(_Kill(mutant.name), seeds, workers) if said}


def first_kill(mutant: Mutant, seeds: Iterable[int]) -> str:
    """What the first seed that finds a mutant says of it; empty when none does."""
    return next((said for seed in (mutant.found_by, *seeds) if (said := sign_of(mutant, seed))), "")


def spread(work: Callable[[int], T], seeds: Sequence[int], workers: int) -> Iterable[T]:
    """Do something with each seed, on so many processes."""
    if workers <= 1 or len(seeds) <= CHUNK:
        yield from map(work, seeds)
        return
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        yield from pool.imap_unordered(work, seeds, CHUNK)


def cores() -> int:
    """How many processes a campaign is spread over unless somebody says."""
    return os.cpu_count() or 1
