"""`packaging/dev sim --seeds 200` prints a table; `--seed 7` plays one seed again; `--mutants` counts what finds each mistake."""

import argparse
import os
import sys
import time

from tests.simulation.campaign import Campaign, cores, kills, run
from tests.simulation.faults import FAULTS
from tests.simulation.mutants import MUTANTS
from tests.simulation.setup import DAYS_PACE_MS, MODEL, REAL, SIGNED, Setup, Shape
from tests.simulation.shrinking import shrunk
from tests.simulation.states import STATES
from tests.simulation.world import simulate


def main() -> int:
    """Run what was asked for; 1 when a seed failed, a fault or state never came about, or a mutant lived."""
    asked = _arguments().parse_args()
    setup = MODEL if asked.model else SIGNED if asked.signed else REAL
    pace_ms = asked.pace_ms or (DAYS_PACE_MS if asked.days else 0)
    shape = Shape(asked.terminals, asked.bad_ms, pace_ms=pace_ms, without=frozenset(asked.without), days=asked.days)
    if asked.seed is not None:
        return _play(asked.seed, setup, shape)
    seeds = range(asked.first, asked.first + asked.seeds)
    if asked.mutants:
        return 0 if _mutants(seeds, asked.workers) else 1
    began, cpu = time.perf_counter(), _cpu()
    campaign = run(seeds, setup, shape, asked.workers)
    return 0 if _table(campaign, time.perf_counter() - began, _cpu() - cpu, shape) else 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="packaging/dev sim", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds (default 200)")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument("--seed", type=int, help="play one seed and say what happened")
    parser.add_argument("--model", action="store_true", help="a quick hub of plain lists in place of the real one")
    parser.add_argument("--signed", action="store_true", help="the real hub, and Ed25519 in place of a keyed hash")
    parser.add_argument("--terminals", type=int, default=0, help="so many, in place of 4 to 12")
    parser.add_argument("--bad-ms", type=int, default=0, help="how long faults strike, in place of 1 to 3 minutes")
    parser.add_argument("--pace-ms", type=int, default=0, help="between two customers of a terminal, on average")
    parser.add_argument("--days", type=int, default=0, help="runs of so many days, with nights, midnights and long outages")
    parser.add_argument("--without", action="append", default=[], choices=FAULTS, help="leave out a kind of fault")
    parser.add_argument("--workers", type=int, default=cores(), help="processes (default: one a core)")
    parser.add_argument("--mutants", action="store_true", help="count the seeds that find each mistake made on purpose")
    return parser


def _play(seed: int, setup: Setup, shape: Shape) -> int:
    outcome = simulate(seed, setup, shape)
    print(f"seed {seed}: {outcome.sales} sales, {outcome.pushes} pushes, {outcome.events} events")
    for name, count in [*outcome.faults.most_common(), *outcome.states.most_common()]:
        print(f"  {name:34}{count:8}")
    for problem in outcome.problems:
        print(f"  WRONG: {problem}")
    return 1 if outcome.problems else 0


def _table(campaign: Campaign, seconds: float, cpu_s: float, shape: Shape) -> bool:
    print(f"{'seeds':36}{campaign.seeds:10}")
    print(f"{'failed':36}{len(campaign.failed):10}")
    print(f"{'sales':36}{campaign.sales:10}")
    print(f"{'pushes':36}{campaign.pushes:10}")
    print(f"{'events':36}{campaign.events:10}")
    print(f"{'slowest outbox after heal (s)':36}{campaign.slowest_ms / 1_000:10.1f}")
    print(f"{'seeds per second':36}{campaign.seeds / seconds:10.1f}")
    print(f"{'CPU per seed (ms)':36}{1_000 * cpu_s / campaign.seeds:10.1f}")
    print("faults that struck")
    for name in FAULTS:
        print(f"  {name:34}{campaign.faults[name]:10}")
    print("states that came about")
    for name in STATES:
        print(f"  {name:34}{campaign.states[name]:10}")
    never = [name for name in campaign.never() if name not in shape.without]
    if never:
        print(f"NEVER: {', '.join(never)}; run more seeds")
    if campaign.failed:
        print(campaign.complaint())
        print(f"smallest way to see seed {campaign.failed[0].seed} fail:\n    {shrunk(campaign.failed[0], campaign.setup, shape)}")
    return not never and not campaign.failed


def _mutants(seeds: range, workers: int) -> bool:
    print(f"{'mutant':30}{'killed by':>10} of {len(seeds)} seeds")
    alive = 0
    for mutant in MUTANTS:
        found = kills(mutant, seeds, workers)
        alive += not found
        first = min(found, default=-1)
        said = f"seed {first}: {found[first]}" if found else "ALIVE"
        print(f"  {mutant.name:28}{len(found):10}   {said}", flush=True)
    return not alive


def _cpu() -> float:
    """Processor seconds of this process and of its children that ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main())
