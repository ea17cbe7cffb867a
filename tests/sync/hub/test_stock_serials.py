"""Pieces with numbers: whoever was promised one gets that one, whatever became of the terminal that promised it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.quantity import ONE
from sync.hub import stock_accounts
from sync.hub.reservations import Reservation
from tests.sync.hub.stock_support import (
    DirectHub,
    DirectTerminal,
    call,
    direct_hub,
    free,
    granted,
    make_limited,
    moved,
    rights,
    share,
    take,
    used,
)
from tests.sync.hub.support import STORE, TENANT, a_product, bring_products

KEY = f"{STORE}|A1"


@pytest.fixture
def hub(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a network that sells pieces with numbers."""
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product("A1", stock={}))
        yield made


def stocked(hub: DirectHub, *numbers: str) -> DirectTerminal:
    """A till that booked these pieces in, and holds what it was granted of them."""
    till = hub.terminal()
    make_limited(hub, stock_class="serial")
    moved(till, len(numbers) * ONE, serials=list(numbers))
    till.push()
    share(hub)
    return till


def given_out(hub: DirectHub, till: DirectTerminal) -> set[str]:
    """The numbers of all pieces that can still be had: by a terminal that comes new, and by reservations."""
    share(hub, whole=True)
    grant = granted(till).get(KEY)
    found = {one.partition("#")[0] for one in grant.serials} if grant else set()
    while isinstance(made := take(hub), Reservation):
        found.update(made.serials)
    return found


def lose(hub: DirectHub, till: DirectTerminal) -> None:
    """A person says that a terminal is lost."""
    call(hub, lambda c: stock_accounts.write_off_rights(c, TENANT, till.dev, "900", hub.clock(), hub.hub.world.new_id))


def test_a_piece_that_a_lost_terminal_had_promised_is_given_to_nobody_else(hub: DirectHub) -> None:
    till = stocked(hub, "S1", "S2")
    (right,) = granted(till)[KEY].serials
    used(till, "P1", serials=[right])
    till.push()
    lose(hub, till)
    assert given_out(hub, hub.terminal("2")) == {"S1", "S2"} - {right.partition("#")[0]}


def test_what_a_lost_terminal_had_not_promised_is_given_out_again(hub: DirectHub) -> None:
    lose(hub, stocked(hub, "S1", "S2"))
    assert given_out(hub, hub.terminal("2")) == {"S1", "S2"}


def test_a_piece_promised_by_a_right_that_the_hub_forgot_is_given_to_nobody_else(hub: DirectHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    make_limited(hub, stock_class="serial")
    moved(till, 2 * ONE, serials=["S1", "S2"])
    used(till, "P1", serials=["S2#7"])  # its grant came after the backup
    till.push()
    assert given_out(hub, other) <= {"S1"}
    rights(till, facts.RIGHTS_RELEASED, promise="P1", serials=["S2#7"])
    till.push()
    assert free(hub).granted <= ONE, "what was never granted, as far as the hub knows, is not held either"
    share(hub, whole=True)
    numbers = {one.partition("#")[0] for till in (till, other) if KEY in granted(till) for one in granted(till)[KEY].serials}
    assert "S2" in numbers | given_out(hub, hub.terminal("3"))


def test_a_piece_that_is_booked_in_and_promised_by_one_push_is_reserved_for_nobody_else(hub: DirectHub) -> None:
    till = hub.terminal("1")
    make_limited(hub, stock_class="serial")
    moved(till, 2 * ONE, serials=["S1", "S2"])
    used(till, "P1", serials=["S1#7"])
    till.push()
    web = take(hub)
    assert isinstance(web, Reservation) and web.serials == ["S2"]


def test_a_promised_piece_that_the_hub_hears_of_later_is_reserved_for_nobody_else(hub: DirectHub) -> None:
    till, tablet = hub.terminal("1"), hub.terminal("2")
    make_limited(hub, stock_class="serial")
    used(till, "P1", serials=["S1#7"])
    till.push()
    moved(tablet, 2 * ONE, serials=["S1", "S2"])  # it booked them in, and the backup lacks that as well
    tablet.push()
    web = take(hub)
    assert isinstance(web, Reservation) and web.serials == ["S2"]


def test_a_released_piece_is_still_its_terminal_s_when_more_was_granted_meanwhile(hub: DirectHub) -> None:
    till = stocked(hub, "S1")
    (first,) = granted(till)[KEY].serials
    used(till, "P1", serials=[first])
    moved(till, ONE, serials=["S2"])
    till.push()
    share(hub)
    rights(till, facts.RIGHTS_RELEASED, promise="P1", serials=[first])
    till.push()
    there = granted(till)[KEY]
    assert first in there.serials and len(there.serials) * ONE == there.level_milli


def reserved_number(hub: DirectHub) -> str:
    """The number of the piece that a reservation gets now."""
    made = take(hub)
    assert isinstance(made, Reservation)
    (number,) = made.serials
    return number


def test_a_piece_that_was_handed_over_and_comes_back_can_be_had_again(hub: DirectHub) -> None:
    till = stocked(hub, "S1")
    (first,) = granted(till)[KEY].serials
    used(till, "P1", serials=[first])
    moved(till, -ONE, serials=["S1"], promise="P1", reason="handed_over")
    till.push()
    assert not isinstance(take(hub), Reservation), "the customer has it"
    moved(till, ONE, serials=["S1"], reason="returned")
    till.push()
    assert reserved_number(hub) == "S1"


def test_a_piece_that_another_till_handed_over_first_and_that_comes_back_can_be_had_again(hub: DirectHub) -> None:
    till, other = stocked(hub, "S1"), hub.terminal("2")
    (first,) = granted(till)[KEY].serials
    used(till, "P1", serials=[first])
    moved(other, -ONE, serials=["S1"], promise="P1", reason="handed_over")
    moved(other, ONE, serials=["S1"], reason="returned")
    other.push()
    assert not isinstance(take(hub), Reservation), "until the promise is known its right is still out"
    till.push()
    assert reserved_number(hub) == "S1"


def test_a_reserved_piece_that_was_handed_over_and_comes_back_can_be_had_again(hub: DirectHub) -> None:
    till = hub.terminal()
    make_limited(hub, stock_class="serial")
    moved(till, ONE, serials=["S1"])
    till.push()
    web = take(hub)
    assert isinstance(web, Reservation) and web.serials == ["S1"]
    moved(till, -ONE, serials=["S1"], promise=web.id, reason="handed_over")
    moved(till, ONE, serials=["S1"], reason="returned")
    till.push()
    assert reserved_number(hub) == "S1"
