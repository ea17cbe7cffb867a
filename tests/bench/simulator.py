"""How many seeds the simulator plays in a second: four terminals, ten virtual minutes, on all cores."""

import time

from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.simulation.campaign import cores, run
from tests.simulation.setup import MODEL, REAL, Setup, Shape

FIGURES = ("simulator", "simulator_real")
TEN_MINUTES = Shape(terminals=4, bad_ms=480_000, heal_ms=120_000, pace_ms=60_000)
_SEEDS = {"simulator": 60, "simulator_real": 12}
_SEEDS_QUICK = {"simulator": 8, "simulator_real": 2}
_SETUPS: dict[str, Setup] = {"simulator": MODEL, "simulator_real": REAL}


def measure(figures: Figures, options: Options) -> None:
    """Play seeds that were not played before in this process; the first two warm up what is made once."""
    for name in FIGURES:
        if not options.wants(name):
            continue
        count = (_SEEDS_QUICK if options.quick else _SEEDS)[name]
        run(range(9_000, 9_002), _SETUPS[name], TEN_MINUTES)
        began = time.perf_counter()
        played = run(range(count), _SETUPS[name], TEN_MINUTES, cores())
        assert not played.failed, played.complaint()
        figures.add(name, count / (time.perf_counter() - began))
