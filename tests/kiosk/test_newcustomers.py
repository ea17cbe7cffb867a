"""New customers on their way to the hub: kept until it has answered, told once at a time, and again after anything else."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import cast

import pytest

from kiosk.apps.hubline import HubLine
from kiosk.apps.newcustomers import NewCustomers
from kiosk.domain.customer import Customer
from kiosk.store import customers
from sync.agent.events import Failure
from sync.protocol.messages import CustomerEnrolled
from tests.kiosk.support import Shop, open_shop

PEOPLE = (Customer("K1", "Paula"), Customer("K2", "Quinten"))


class Line:
    """Remembers what it was asked to tell; a test gives the answers."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Future[CustomerEnrolled | Failure]]] = []

    def tell_customer(self, customer: Customer, by: str) -> "Future[CustomerEnrolled | Failure]":
        """As HubLine does."""
        done: Future[CustomerEnrolled | Failure] = Future()
        self.told.append((customer.number, by, done))
        return done


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till where two people became customers."""
    with open_shop(tmp_path) as made:
        for at_ms, one in enumerate(PEOPLE):
            made.ledger.run(lambda conn, one=one, at_ms=at_ms: customers.keep_new_in(conn, one, "101", at_ms))  # type: ignore[misc]
        yield made


def waiting(shop: Shop) -> list[str]:
    """Who is still kept here."""
    return [one.customer.number for one in shop.ledger.look(customers.new_in)]


def test_a_customer_is_kept_until_the_hub_has_answered(shop: Shop) -> None:
    line = Line()
    sender = NewCustomers(shop.ledger, lambda: cast(HubLine, line))
    sender.tell()
    sender.tell()
    assert [(number, by) for number, by, _ in line.told] == [("K1", "101"), ("K2", "101")], "each is under way once"
    line.told[0][2].set_result(CustomerEnrolled("K1", "kept"))
    line.told[1][2].set_result(Failure("hub.unreachable"))
    assert waiting(shop) == ["K2"]
    sender.tell()
    line.told[2][2].set_exception(RuntimeError("the agent stopped"))
    sender.tell()
    line.told[3][2].cancel()
    line.told[3][2].set_running_or_notify_cancel()
    assert waiting(shop) == ["K2"]
    sender.tell()
    line.told[4][2].set_result(CustomerEnrolled("K2", "taken"))
    assert waiting(shop) == [] and [number for number, _, _ in line.told[1:]] == ["K2"] * 4, "whose card it is, a person finds out"
