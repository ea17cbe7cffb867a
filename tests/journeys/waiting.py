"""Waiting for what another process writes or for an instant, always with a ceiling."""

import threading
import time
from collections.abc import Callable

CEILING_S = 30.0
_LOOK_S = 0.05


def wait_for(held: Callable[[], bool], what: str, within_s: float = CEILING_S) -> None:
    """Look at something in another process again and again until it holds; raises AssertionError with `what` at the ceiling."""
    ends = time.monotonic() + within_s
    pause = threading.Event()  # nobody sets it: there is no event to be had from another process's file
    while not held():
        assert time.monotonic() < ends, f"waited {within_s:.0f} s for {what}"
        pause.wait(_LOOK_S)


def wait_until(instant_s: float) -> None:
    """Wait until the wall clock shows an instant (seconds since 1970) that is near."""
    assert instant_s - time.time() < CEILING_S, "too far ahead to wait for"
    wait_for(lambda: time.time() > instant_s, "an instant")
