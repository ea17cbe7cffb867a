"""Bulk work stands back for a person, and never for long."""

import threading

from kiosk.store.courtesy import PATIENCE_S, Courtesy

CEILING_S = 30.0


class Hands:
    """A clock that goes on by a step each time it is read."""

    def __init__(self, step_s: float) -> None:
        self.now_s, self._step_s = 100.0, step_s

    def __call__(self) -> float:
        """The time, s."""
        self.now_s += self._step_s
        return self.now_s


def test_work_goes_on_at_once_when_nobody_waits() -> None:
    clock = Hands(0.0)
    Courtesy(clock).stand_back()
    assert clock.now_s == 100.0


def test_work_stands_back_until_the_answer_is_on_the_screen() -> None:
    courtesy = Courtesy(Hands(0.0))  # its patience never ends: only the answer lets the work go on
    courtesy.waits()
    gone_on = threading.Event()

    def work() -> None:
        courtesy.stand_back()
        gone_on.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not gone_on.wait(2 * PATIENCE_S)
    courtesy.served()
    assert gone_on.wait(CEILING_S)
    thread.join(CEILING_S)


def test_a_person_whose_answer_never_comes_holds_work_up_for_its_patience_only() -> None:
    clock = Hands(PATIENCE_S / 3)
    courtesy = Courtesy(clock)
    courtesy.waits()
    began_s = clock.now_s
    courtesy.stand_back()
    assert PATIENCE_S - 1e-9 <= clock.now_s - began_s <= 2 * PATIENCE_S
