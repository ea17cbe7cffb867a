"""Work leaves the GUI thread and comes back to it."""

import threading
import time

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Signal

from kiosk.domain.errors import Refused, ShopError
from kiosk.ui.bridge import Bridge

CEILING_S = 20


def turn_until(bridge: Bridge) -> None:
    """Turn the event loop until everything has come back."""
    end = time.monotonic() + CEILING_S
    while not bridge.is_idle:
        assert time.monotonic() < end, "nothing came back"
        QCoreApplication.processEvents()


def test_work_runs_on_one_thread_in_order_and_its_results_arrive_on_the_gui_thread(qapp: object):
    bugs: list[BaseException] = []
    bridge = Bridge(bugs.append)
    workers: list[str] = []
    arrived: list[tuple[int, str]] = []

    def work(number: int) -> int:
        workers.append(threading.current_thread().name)
        return number

    for number in range(50):
        bridge.run(
            lambda number=number: work(number),
            lambda got: arrived.append((got, threading.current_thread().name)),
        )
    turn_until(bridge)
    bridge.close()
    assert arrived == [(number, "MainThread") for number in range(50)]
    assert set(workers) == {"counter"} and not bugs


def test_a_refusal_of_the_shop_and_a_fault_of_ours_take_different_ways(qapp: object):
    bugs: list[BaseException] = []
    refused: list[ShopError] = []
    bridge = Bridge(bugs.append)

    def shop_says_no() -> None:
        raise Refused("cart.empty")

    def we_failed() -> None:
        raise ValueError("ours")

    bridge.run(shop_says_no, pytest.fail, refused.append)
    bridge.run(we_failed, pytest.fail, refused.append)
    turn_until(bridge)
    bridge.close()
    assert [error.code for error in refused] == ["cart.empty"]
    assert [str(bug) for bug in bugs] == ["ours"]


def test_a_search_does_not_wait_for_the_counter(qapp: object):
    bridge = Bridge(lambda bug: None)
    gate, found = threading.Event(), threading.Event()
    bridge.run(lambda: gate.wait(CEILING_S), lambda _: None)
    bridge.search(found.set, lambda _: None)
    assert found.wait(CEILING_S)
    gate.set()
    turn_until(bridge)
    bridge.close()


class Flag(QObject):
    """A signal that carries a bool."""

    moved = Signal(bool)


def test_five_thousand_bools_through_a_signal_do_no_harm(qapp: object):
    # WORKAROUND(PySide6 6.12.0): on Python 3.11 each delivery of a bool took a reference too many.
    flag, seen = Flag(), [0]

    def count(value: bool) -> None:
        seen[0] += value

    flag.moved.connect(count)
    for number in range(10_000):
        flag.moved.emit(number % 2 == 0)
    assert seen == [5_000]
