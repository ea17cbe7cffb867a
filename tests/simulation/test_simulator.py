"""Sync under every fault, seed by seed, and the proof that the simulator would see a mistake."""

import os

import pytest

from tests.simulation.campaign import first_kill, run
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.real_hub import REAL, REAL_FAULTS
from tests.simulation.world import FAULTS, simulate

LONG = os.environ.get("TOONBANK_LONG") == "1"
SEEDS = 5_000 if LONG else 200
REAL_SEEDS = range(100) if LONG else (8, 16, 4)
"""The real hub is some ten times slower than the model, so it gets fewer; these three see every fault."""
BLOCKS = 4
MUTANT_SEEDS_MAX = 200
pytestmark = pytest.mark.timeout(3_000 if LONG else 120)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_nothing_is_lost_or_doubled_and_all_copies_agree_whatever_goes_wrong(block: int) -> None:
    size = SEEDS // BLOCKS
    campaign = run(range(block * size, (block + 1) * size))
    assert not campaign.failed, campaign.complaint()
    assert not campaign.never_struck(FAULTS), f"never struck: {campaign.never_struck(FAULTS)}"


def test_the_real_hub_keeps_the_same_promises_with_real_signatures() -> None:
    campaign = run(REAL_SEEDS, REAL)
    assert not campaign.failed, campaign.complaint(real=True)
    assert campaign.sales > 100
    if LONG:
        assert not campaign.never_struck(REAL_FAULTS), campaign.never_struck(REAL_FAULTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_a_mistake_made_on_purpose_is_found(mutant: Mutant) -> None:
    found = first_kill(mutant, range(MUTANT_SEEDS_MAX))
    assert found is not None, f"{mutant.name} lived through {MUTANT_SEEDS_MAX} seeds"


def test_the_same_seed_gives_the_same_run_event_by_event() -> None:
    first, again = simulate(42), simulate(42)
    assert first == again
    assert first.events > 1_000 and first != simulate(43)


def test_a_failure_says_how_to_play_it_again() -> None:
    campaign = run(range(12), MUTANTS[0].setup)
    assert "python -m tests.simulation --seed" in campaign.complaint()
