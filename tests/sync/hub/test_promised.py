"""What lies at a store for somebody is told to every terminal, and which stores the hub hears."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.decoding import read_json
from kiosk.domain.catalog import StockPromised
from kiosk.domain.feed import CONTACT, PROMISED, StoreContact
from kiosk.domain.quantity import ONE
from sync.hub.contact import SILENT_MS
from sync.hub.reservations import Reservation, claim, release
from tests.sync.hub.stock_support import ASKER, DirectHub, a_round, call, direct_hub, free, make_limited, moved, rights, take, used
from tests.sync.hub.support import OTHER_STORE, STORE, FakeTerminal, a_product, bring_products


@pytest.fixture
def direct(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub without a wire, with ten of A1."""
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product("A1", stock={STORE: 10 * ONE}))
        yield made


def told(till: FakeTerminal, store: str = STORE) -> int | None:
    """How much a till is told to be for somebody; None when nothing is said."""
    payload = till.catch_up("catalog").get((PROMISED, f"A1|{store}"))
    return read_json(payload, StockPromised).promised_milli if payload else None


def test_a_reservation_is_told_at_once_in_every_store_and_gone_when_it_is_released(direct: DirectHub) -> None:
    here, there = direct.terminal(), direct.terminal("1", store=OTHER_STORE)
    first, second = take(direct, 2 * ONE), take(direct, ONE)
    assert isinstance(first, Reservation) and isinstance(second, Reservation)
    assert (told(here), told(there)) == (3 * ONE, 3 * ONE) and told(there, OTHER_STORE) is None
    call(direct, lambda c: claim(c, ASKER, first.id, direct.clock()))
    call(direct, lambda c: release(c, ASKER, second.id, direct.clock()))
    a_round(direct)
    assert told(here) == 2 * ONE == free(direct).reserved
    call(direct, lambda c: release(c, ASKER, first.id, direct.clock()))
    a_round(direct)
    assert told(here) is None and told(there) is None


def test_a_reservation_that_nobody_claims_is_told_no_longer(direct: DirectHub) -> None:
    till = direct.terminal()
    take(direct, ONE, hours=1)
    assert told(till) == ONE
    direct.clock.added_ms += 2 * 3_600_000
    a_round(direct)
    assert told(till) is None


def test_a_promise_by_a_till_is_told_until_its_goods_are_handed_over(direct: DirectHub) -> None:
    till = direct.terminal()
    make_limited(direct)
    a_round(direct)
    used(till, "p1", 2 * ONE)
    till.push()
    a_round(direct)
    assert told(till) == 2 * ONE == free(direct).promised
    moved(till, -2 * ONE, reason="handed_over", promise="p1")
    till.push()
    a_round(direct)
    assert told(till) is None and free(direct).promised == 0


def test_a_promise_that_is_released_is_told_no_longer_and_nothing_is_told_twice(direct: DirectHub) -> None:
    till = direct.terminal()
    make_limited(direct)
    a_round(direct)
    used(till, "p1")
    till.push()
    a_round(direct)
    before = till.catch_up("catalog")
    a_round(direct, whole=True)
    assert told(till) == ONE and till.catch_up("catalog") == before
    rights(till, "rights.released", promise="p1")
    till.push()
    a_round(direct)
    assert told(till) is None


def contacts(till: FakeTerminal) -> dict[str, int]:
    """Since when stores are silent, as a till is told."""
    rows = till.catch_up("catalog")
    found = [read_json(payload, StoreContact) for (entity, _), payload in rows.items() if entity == CONTACT]
    return {one.store: one.silent_since_ms for one in found}


def test_a_store_is_silent_when_none_of_its_tills_is_heard_and_without_a_till_nothing_is_told(direct: DirectHub) -> None:
    first, second = direct.terminal(), direct.terminal("2")
    direct.terminal("9", "kiosk", OTHER_STORE)
    a_round(direct)
    assert contacts(first) == {STORE: 0}
    last_ms = direct.clock()
    direct.clock.added_ms += SILENT_MS + 60_000
    a_round(direct)
    since_ms = contacts(first)[STORE]
    assert 0 < since_ms <= last_ms
    before = first.catch_up("catalog")
    direct.clock.added_ms += SILENT_MS
    a_round(direct)
    assert first.catch_up("catalog") == before
    second.sale()
    second.push()
    a_round(direct)
    assert contacts(first) == {STORE: 0}
