"""How far the state machines go: a few short lives by default, the full count of lives and steps with `--long`."""

import os
import random

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

LONG = os.environ.get("TOONBANK_LONG") == "1"
SHARES = 10 if LONG else 1
"""The lives of a machine are shared out, so that all workers live some; each share has chance of its own."""

LIVES, STEPS = (500 // SHARES, 50) if LONG else (12, 30)

MACHINE = settings(
    max_examples=LIVES, stateful_step_count=STEPS, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip

in_shares = pytest.mark.parametrize("share", range(SHARES))


def live(machine: type[RuleBasedStateMachine], share: int, kept: settings = MACHINE) -> None:
    """Live a share of a machine's lives."""
    if SHARES > 1:  # a seed for the whole run would give each share the same lives
        first = int(os.environ.get("TOONBANK_SEED") or random.SystemRandom().getrandbits(31))
        machine = seed(first * SHARES + share)(type(f"{machine.__name__}{share}", (machine,), {}))
    run_state_machine_as_test(machine, settings=kept)
