"""How far the state machines go: a few short lives by default, the full count of lives and steps with `--long`."""

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("TOONBANK_LONG") == "1"
LIVES, STEPS = (500, 50) if LONG else (12, 30)

MACHINE = settings(
    max_examples=LIVES, stateful_step_count=STEPS, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip
