"""The whole agent against a real hub that is restored under it: nobody lifts a finger at the terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from kiosk.domain.facts import GENESIS
from kiosk.domain.feed import NOWHERE
from sync.hub import epochs
from sync.hub.storage.schema import facts, projections, stock_movements, terminals
from tests.sync.agent.desk import a_desk
from tests.sync.hub.lives import state_of
from tests.sync.hub.support import RunningHub, a_product, bring_products, running_hub, system_ms


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with one article."""
    with running_hub(tmp_path / "hub") as running:
        bring_products(running.hub, a_product())
        yield running


def _lose(hub: RunningHub, dev: str, whole: bool) -> int:
    """The hub becomes one restored from before the terminal's facts, or from before the terminal itself; gives the epoch."""

    def work(connection: Connection) -> int:
        for table in (facts, stock_movements, projections):  # and what follows from the facts
            connection.execute(delete(table).where(table.c.dev == dev))
        if whole:
            connection.execute(delete(terminals).where(terminals.c.dev == dev))
        else:
            connection.execute(update(terminals).where(terminals.c.dev == dev).values(next_seq=1, head=GENESIS))
        return epochs.begin(connection, system_ms())

    epoch = hub.hub.storage.call(work)
    hub.hub.storage.epoch = epoch
    hub.hub.devices.forget()
    hub.hub.bell.ring(frozenset({("", "", "")}))  # nobody waits at it any longer, as after a start
    return epoch


def test_a_restored_hub_gets_the_facts_again_and_opens_when_the_terminal_has_reported(hub: RunningHub, tmp_path: Path) -> None:
    with a_desk(hub, tmp_path) as till:
        for _ in range(3):
            till.sell("A1")
        till.ear.wait(lambda status: status.catalog != NOWHERE and till.outbox.acked() == 3)
        epoch = _lose(hub, till.outbox.dev, whole=False)
        till.sell("A1")
        till.ear.wait(lambda status: till.outbox.acked() == 4 and status.device.epoch == status.catalog.epoch == epoch)
        till.ear.wait(lambda status: status.hub_state == "open" and state_of(hub.hub).state == epochs.OPEN)
        assert till.agent.status().unsent == 0


def test_a_hub_that_forgot_the_terminal_is_shown_its_certificate_and_takes_everything(hub: RunningHub, tmp_path: Path) -> None:
    with a_desk(hub, tmp_path, "2"), a_desk(hub, tmp_path, "1") as till:
        till.sell("A1")
        till.ear.wait(lambda status: status.catalog != NOWHERE and till.outbox.acked() == 1)
        epoch = _lose(hub, till.outbox.dev, whole=True)
        till.sell("A1")
        till.ear.wait(lambda status: till.outbox.acked() == 2 and status.catalog.epoch == epoch)
        till.ear.wait(lambda _: state_of(hub.hub).state == epochs.OPEN)
