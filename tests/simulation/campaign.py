"""Many seeds in a row: what struck, what failed, and how to play a failure again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.simulation.mutants import Mutant
from tests.simulation.world import FAULTS, MODEL, Outcome, Setup, simulate


@dataclass
class Campaign:
    """The sum of many runs."""

    seeds: int = 0
    events: int = 0
    sales: int = 0
    pushes: int = 0
    drained_ms: list[int] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one run."""
        self.seeds += 1
        self.events += outcome.events
        self.sales += outcome.sales
        self.pushes += outcome.pushes
        self.drained_ms.append(outcome.drained_ms)
        self.faults += outcome.faults
        if outcome.problems:
            self.failed.append(outcome)

    def never_struck(self, expected: Iterable[str] = FAULTS) -> list[str]:
        """Faults that never happened: what was not tried was not tested."""
        return [fault for fault in expected if not self.faults[fault]]

    def complaint(self, real: bool = False) -> str:
        """Every failure with the way to play it again; empty when there is none."""
        lines = [
            f"seed {outcome.seed}: {'; '.join(outcome.problems)}\n    {replay(outcome.seed, real)}" for outcome in self.failed[:10]
        ]
        return "\n".join(lines)


def replay(seed: int, real: bool = False) -> str:
    """The command that plays one seed again."""
    return f"again with: python -m tests.simulation --seed {seed}{' --real' if real else ''}"


def run(seeds: Iterable[int], setup: Setup = MODEL) -> Campaign:
    """Run seeds one after the other."""
    campaign = Campaign()
    for seed in seeds:
        campaign.add(simulate(seed, setup))
    return campaign


def first_kill(mutant: Mutant, seeds: Iterable[int]) -> Outcome | None:
    """The first seed that finds a mutant by the sign that is expected of it."""
    for seed in seeds:
        outcome = simulate(seed, mutant.setup)
        if any(sign in problem for problem in outcome.problems for sign in mutant.signs):
            return outcome
    return None
