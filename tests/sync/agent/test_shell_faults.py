"""Faults on this side of the line: a full disk, a bug in a store, in a listener, in the core itself. Sync goes on."""

import errno
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.feed import NOWHERE
from sync.agent import core, shell
from sync.agent.ports import SyncStatus
from tests.sync.agent.desk import Desk, a_desk
from tests.sync.hub.support import RunningHub, a_product, bring_products, running_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with one article."""
    with running_hub(tmp_path / "hub") as running:
        bring_products(running.hub, a_product())
        yield running


def failing(times: int, work: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    """The same work, which raises so many times first."""
    left = [times]

    def tried(*args: Any, **kwargs: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise error
        return work(*args, **kwargs)

    return tried


def settled(desk: Desk) -> None:
    """The first data is here."""
    desk.ear.wait(lambda status: status.reachable and status.catalog != NOWHERE and status.progress == 100)


def test_a_full_disk_is_told_by_its_code_and_sync_goes_on_when_there_is_room(hub: RunningHub, tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "no space left on device")
    with a_desk(hub, tmp_path) as till:
        settled(till)
        till.catalog.apply = failing(1, till.catalog.apply, full)  # type: ignore[method-assign]
        bring_products(hub.hub, a_product("A2", line=3))
        status = till.ear.wait(lambda status: status.code == f"store.os.{errno.ENOSPC}")
        assert status.reachable, "the hub is not to blame"
        till.ear.wait(lambda _: till.on_hand("A2") == 10_000)


def test_a_fact_whose_acknowledgement_could_not_be_noted_is_asked_for_again(hub: RunningHub, tmp_path: Path) -> None:
    with a_desk(hub, tmp_path) as till:
        settled(till)
        broken = failing(1, till.outbox.acknowledge, OSError(errno.EIO, "input/output error"))
        till.outbox.acknowledge = broken  # type: ignore[method-assign]
        till.sell("A1")
        till.ear.wait(lambda status: status.code == f"store.os.{errno.EIO}" and status.unsent == 1)
        till.ear.wait(lambda status: till.outbox.acked() == 1 and status.unsent == 0)
        till.ear.wait(lambda _: till.on_hand("A1") == 9_000)


def test_a_bug_in_a_store_is_logged_and_does_not_end_sync(
    hub: RunningHub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    with a_desk(hub, tmp_path) as till:
        settled(till)
        till.outbox.pending = failing(1, till.outbox.pending, KeyError("a bug"))  # type: ignore[method-assign]
        till.sell("A1")
        till.ear.wait(lambda _: till.outbox.acked() == 1)
    assert any("a bug" in str(record.exc_info) for record in caplog.records)


def test_a_bug_in_the_listener_does_not_end_sync(hub: RunningHub, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with a_desk(hub, tmp_path) as till:
        hear = till.ear.on_status

        def deaf(status: SyncStatus) -> None:
            hear(status)
            raise RuntimeError("the window is gone")

        till.ear.on_status = deaf  # type: ignore[method-assign]
        till.sell("A1")
        till.ear.wait(lambda _: till.outbox.acked() == 1)
    assert "the window is gone" in caplog.text


def test_a_bug_in_the_core_starts_it_anew_from_what_is_stored(
    hub: RunningHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shell, "RESTART_S", 0.1)
    with a_desk(hub, tmp_path) as till:
        settled(till)
        monkeypatch.setattr(core, "step", failing(2, core.step, AssertionError("a bug in the core")))
        till.sell("A1")
        till.ear.wait(lambda _: till.outbox.acked() == 1)
    assert "a bug in the core" in caplog.text
