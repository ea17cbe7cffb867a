"""Goods taken in place of others, at the hub: held back, told to everybody it concerns, freed again, and too late is a task."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.order import COLLECT, PAY_AT_COLLECTION, Fulfilment
from kiosk.domain.orderevents import FIRST_FENCE, NO_FENCE, OrderEvent
from kiosk.domain.orderfacts import swap_body
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, HANDED_OVER, OFFICE, PICKED, READY
from kiosk.domain.orderswap import Swap, held_as
from kiosk.domain.quantity import ONE
from sync.hub.mail.due import DROPPED, due
from sync.hub.shop.standing import told as told_to_shop
from tests.sync.hub.order_support import at_till, decide, line, moves, on_web, same, states, stored, told
from tests.sync.hub.stock_support import DirectHub, direct_hub, fact_at, free, moved, open_tasks
from tests.sync.hub.support import STORE, FakeTerminal, a_product, bring_products

HERE = Fulfilment(COLLECT, source=STORE, to=STORE)
SWAP = Swap("", 0, 1, ALLOCATED, 1, ONE, STORE, "A2", "Cup", "piece", 900, 0, "standard")


@pytest.fixture
def direct(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub that is called by its functions, with ten pieces of each of two articles in the first store."""
    with direct_hub(tmp_path, shop) as made:
        bring_products(made.hub, a_product(), a_product("A2", line=3), set_stock=True)
        yield made


def swaps(till: FakeTerminal, swap: Swap = SWAP) -> int:
    """A till tells that its customer takes something else; gives the number of the new line."""
    sealed = fact_at(till, facts.ORDER_SUBSTITUTED, swap_body("o1", swap))
    assert till.certificate is not None
    return replace(swap, id=f"{till.dev}/{till.certificate.inc}/{sealed.seq}/0").new_line


def from_web(direct: DirectHub) -> None:
    """Two pieces of a web order, allocated to the store."""
    on_web(direct, line(1, 2, Fulfilment(COLLECT, to=STORE)), terms=PAY_AT_COLLECTION, paid=False)
    for step, source, more in (("confirmed", "placed", {}), (ALLOCATED, "confirmed", {"place": STORE})):
        fence = 1 if more else NO_FENCE
        decide(direct, OrderEvent(step, "o1", 1, step, source, 2 * ONE, 1, "system", fence, **more))


def test_the_old_goods_are_free_the_new_ones_held_back_and_they_leave_once(direct: DirectHub) -> None:
    till = direct.terminal()
    from_web(direct)
    assert (free(direct).reserved, free(direct, "A2").reserved) == (2_000, 0)
    new = swaps(till)
    assert till.push().held == []
    one = stored(direct)
    assert states(one) == {ALLOCATED: 1, CANCELLED: 1} and states(one, new) == {ALLOCATED: 1}
    assert (free(direct).reserved, free(direct, "A2").reserved) == (1_000, 1_000)
    assert same(told(till), one), "a till makes the same of its row"
    assert one.known.money is not None and one.known.money.owed_minor == 1_900
    for step, source in ((PICKED, ALLOCATED), (READY, PICKED), (HANDED_OVER, READY)):
        moves(till, step, source, 1, FIRST_FENCE, line=new)
    moved(till, -ONE, reason="handed_over", promise=held_as("o1", new), article="A2")
    till.push()
    assert (free(direct, "A2").on_hand, free(direct, "A2").reserved) == (9_000, 0)
    assert states(stored(direct), new) == {HANDED_OVER: 1}
    ((kind, detail),) = open_tasks(direct)
    assert (kind, detail["amount_minor"]) == ("order.collect_money", 900), "what went out costs what was agreed for it"


def test_a_swap_that_comes_too_late_is_a_task_and_owes_nothing(direct: DirectHub) -> None:
    till = direct.terminal()
    from_web(direct)
    decide(direct, OrderEvent("c", "o1", 1, CANCELLED, ALLOCATED, 2 * ONE, 5, OFFICE, 1))
    new = swaps(till)
    till.push()
    assert states(stored(direct), new) == {CANCELLED: 1} and free(direct, "A2").reserved == 0
    ((kind, detail),) = open_tasks(direct)
    assert (kind, detail["order"], detail["quantity_milli"]) == ("order.too_late", "N-o1", ONE)


def test_a_swap_before_its_order_waits_with_it_and_one_that_is_none_is_held(direct: DirectHub) -> None:
    till = direct.terminal()
    new = swaps(till, replace(SWAP, fence=FIRST_FENCE))
    till.push()
    fact_at(till, facts.ORDER_SUBSTITUTED, {**swap_body("o1", SWAP), "heard": "gossip"})
    fact_at(till, facts.ORDER_SUBSTITUTED, {**swap_body("o2", SWAP), "amount_minor": 10**15})
    assert sorted(one.reason for one in till.push().held)[:1] == ["body.amount"]
    other = direct.terminal("2")
    at_till(other, line(1, 2, HERE, True))
    other.push()
    assert states(stored(direct), new) == {ALLOCATED: 1} and states(stored(direct)) == {ALLOCATED: 1, CANCELLED: 1}


def test_the_web_shop_sees_what_was_taken_for_what_and_nobody_is_told_that_it_was_cancelled(direct: DirectHub) -> None:
    till = direct.terminal()
    from_web(direct)
    before = stored(direct).known
    new = swaps(till)
    till.push()
    after = stored(direct)
    placed = told_to_shop(after)
    assert [(one.line, one.article, one.instead_of) for one in placed.lines] == [(1, "A1", 0), (new, "A2", 1)]
    assert (placed.total_minor, placed.owed_minor) == (2_000, 1_900), "what was agreed stays what was agreed"
    assert due(before, after.known) == [], "goods that were replaced are not cancelled goods"
    cancelled = decide(direct, OrderEvent("c", "o1", 1, CANCELLED, ALLOCATED, ONE, 5, OFFICE, 1))
    (mail,) = due(after.known, cancelled.known)
    assert (mail.kind, dict(mail.lines)) == (DROPPED, {1: ONE})
