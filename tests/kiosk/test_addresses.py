"""Whom an order is for is told to the hub at every contact until it has it, and then forgotten here."""

from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from kiosk.apps.terminal import Terminal
from kiosk.domain.address import Address
from kiosk.store import orders
from sync.agent.events import Failure
from sync.protocol.messages import AddressesKept
from tests.kiosk.support import Shop, open_shop

ANNA = Address("Anna de Vries", "06 12345678", "", "1012js", "12", "Damrak", "Amsterdam")


class Line:
    """A line to a hub that answers when the test says so."""

    def __init__(self) -> None:
        self.told: list[list[orders.ToTell]] = []
        self.answers: list[Future[Any]] = []

    def tell_addresses(self, told: list[orders.ToTell]) -> Future[Any]:
        """Somebody tells."""
        self.told.append(told)
        self.answers.append(Future())
        return self.answers[-1]


def terminal_of(shop: Shop, line: Line | None) -> Terminal:
    """What telling needs of a terminal."""
    return cast(Terminal, SimpleNamespace(ledger=shop.ledger, counter=shop.counter, _line=line))


def place(shop: Shop) -> None:
    """A sale of something that is delivered."""
    shop.add("1001-WHT-M")
    shop.ordering.order([1], shop.ordering.ways("1001-WHT-M", 1_000)[0], ANNA)
    shop.sell_cash()


def left(shop: Shop) -> int:
    """How many addresses are still here."""
    return len(shop.ledger.look(orders.addresses_to_tell_in))


def test_it_is_told_again_until_the_hub_has_it_and_then_it_is_gone(tmp_path: Path) -> None:
    line = Line()
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.open_shift()
        terminal = terminal_of(shop, line)
        shop.ordering.on_placed = lambda: Terminal.tell_addresses(terminal)
        place(shop)
        assert [one.address.name for one in line.told[0]] == ["Anna de Vries"], "told as soon as the sale is paid"
        line.answers[0].set_result(Failure("hub.unreachable"))
        assert left(shop) == 1
        Terminal.tell_addresses(terminal)
        line.answers[1].set_result(AddressesKept([one.key for one in line.told[1]]))
        assert left(shop) == 0
        Terminal.tell_addresses(terminal)
        assert len(line.told) == 2, "nothing is told of nothing"
        Terminal.tell_addresses(terminal_of(shop, None))


def test_whom_a_cart_was_for_that_was_given_up_is_forgotten_at_the_next_start_after_a_day(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.add("1001-WHT-M")
        shop.ordering.order([1], shop.ordering.ways("1001-WHT-M", 1_000)[0], ANNA)
        key = shop.ordering.address_key
        shop.selling.abandon("went away")
        Terminal.forget_old(terminal_of(shop, None))
        assert shop.ledger.look(lambda conn: orders.address_in(conn, key)) is not None
        shop.clock.pass_ms(2 * 86_400_000)
        Terminal.forget_old(terminal_of(shop, None))
        assert shop.ledger.look(lambda conn: orders.address_in(conn, key)) is None
