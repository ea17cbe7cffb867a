"""Makes a failing run smaller: fewer terminals, a shorter time, fewer kinds of faults, as long as it still fails."""

from collections.abc import Callable
from dataclasses import replace

from tests.simulation.campaign import replay
from tests.simulation.faults import FAULTS
from tests.simulation.setup import SETUPS, Setup, Shape
from tests.simulation.world import Outcome, simulate

BAD_MS_TRIED = (5_000, 10_000, 20_000, 40_000, 80_000)
RUNS_MAX = 60


def shrunk(failed: Outcome, setup: str, shape: Shape) -> str:
    """The command that shows the same failure in the smallest run that was found."""
    return replay(failed.seed, setup, smallest(failed.seed, SETUPS[setup], shape))


def smallest(seed: int, setup: Setup, shape: Shape) -> Shape:
    """The smallest shape found in which this seed still fails."""
    budget = [RUNS_MAX]

    def fails(tried: Shape) -> bool:
        budget[0] -= 1
        return budget[0] >= 0 and bool(simulate(seed, setup, tried).problems)

    for make_smaller in (_fewer_terminals, _shorter, _fewer_faults, _fewer_terminals, _shorter):
        shape = make_smaller(shape, fails)
    return shape


Fails = Callable[[Shape], bool]


def _fewer_terminals(shape: Shape, fails: Fails) -> Shape:
    tried = (replace(shape, terminals=count) for count in range(1, shape.terminals or 4))
    return next((one for one in tried if fails(one)), shape)


def _shorter(shape: Shape, fails: Fails) -> Shape:
    tried = (replace(shape, bad_ms=bad_ms) for bad_ms in BAD_MS_TRIED if not shape.bad_ms or bad_ms < shape.bad_ms)
    return next((one for one in tried if fails(one)), shape)


def _fewer_faults(shape: Shape, fails: Fails) -> Shape:
    for name in FAULTS:
        tried = replace(shape, without=shape.without | {name})
        if fails(tried):
            shape = tried
    return shape
