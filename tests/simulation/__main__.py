"""`python -m tests.simulation --seeds 200` prints a table; `--seed 7` plays one seed again."""

import argparse
import sys
import time

from tests.simulation.campaign import Campaign, first_kill, run
from tests.simulation.mutants import MUTANTS
from tests.simulation.real_hub import REAL, REAL_FAULTS
from tests.simulation.world import FAULTS, MODEL, Setup, simulate


def main() -> int:
    """Run what was asked for; 1 when a seed failed, a fault never struck or a mutant lived."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds (default 200)")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument("--seed", type=int, help="play one seed and say what happened")
    parser.add_argument("--real", action="store_true", help="the real hub in place of the model")
    parser.add_argument("--mutants", action="store_true", help="also look for every mutant")
    asked = parser.parse_args()
    setup = REAL if asked.real else MODEL
    if asked.seed is not None:
        return _play(asked.seed, setup)
    began = time.perf_counter()
    seeds = range(asked.first, asked.first + asked.seeds)
    campaign = run(seeds, setup)
    good = _table(campaign, time.perf_counter() - began, asked.real)
    if asked.mutants:
        good = _mutants(seeds) and good
    return 0 if good else 1


def _play(seed: int, setup: Setup) -> int:
    outcome = simulate(seed, setup)
    print(f"seed {seed}: {outcome.sales} sales, {outcome.pushes} pushes, {outcome.events} events")
    for fault, count in outcome.faults.most_common():
        print(f"  {fault:28}{count:8}")
    for problem in outcome.problems:
        print(f"  WRONG: {problem}")
    return 1 if outcome.problems else 0


def _table(campaign: Campaign, seconds: float, real: bool) -> bool:
    print(f"{'seeds':32}{campaign.seeds:10}")
    print(f"{'failed':32}{len(campaign.failed):10}")
    print(f"{'sales':32}{campaign.sales:10}")
    print(f"{'pushes':32}{campaign.pushes:10}")
    print(f"{'slowest outbox after heal (s)':32}{max(campaign.drained_ms) / 1_000:10.1f}")
    print(f"{'seeds per second':32}{campaign.seeds / seconds:10.1f}")
    print("faults that struck")
    for fault in FAULTS:
        print(f"  {fault:30}{campaign.faults[fault]:10}")
    never = campaign.never_struck(REAL_FAULTS if real else FAULTS)
    if never:
        print(f"NEVER STRUCK: {', '.join(never)}; run more seeds")
    if campaign.failed:
        print(campaign.complaint(real))
    return not never and not campaign.failed


def _mutants(seeds: range) -> bool:
    print("mutants")
    alive = 0
    for mutant in MUTANTS:
        found = first_kill(mutant, seeds)
        alive += found is None
        print(f"  {mutant.name:30}{'ALIVE' if found is None else f'killed by seed {found.seed}'}")
        if found is not None:
            print(f"      {found.problems[0]}")
    return not alive


if __name__ == "__main__":
    sys.exit(main())
