"""Budgets of promotions over all stores (step_0017): booked once, told with whose part is whose, and not with every sale."""

from typing import Any

from kiosk.decoding import read_json
from kiosk.domain.budget import Spent, SpentHere
from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, read_fact
from kiosk.domain.receipt import ReceiptNumber
from kiosk.domain.voiding import void_body
from sync.hub.budgets import TELL_EVERY_MS, keep, tell_waiting
from sync.hub.promotion_operations import ReportPromotions, report_promotions
from tests.sync.hub.support import OTHER_STORE, TENANT, FakeTerminal, RunningHub

HALF = "HALF"


def take(till: FakeTerminal, minor: int, promotion: str = HALF) -> dict[str, Any]:
    """A sale from which a promotion took something off; gives its body."""
    till.number += 1
    body: dict[str, Any] = till.sale_body("A1", 1, 1_000)
    body["lines"][0]["promotions"] = [{"id": promotion, "name": promotion, "amount": minor}]
    body["budget_left"] = {HALF: 99_999}
    till.fact(SALE_COMPLETED, body)
    return body


def undo(till: FakeTerminal, body: dict[str, Any]) -> None:
    """The sale is undone, as a till does it."""
    till.number += 1
    number = ReceiptNumber(till.place.store, till.place.terminal, 1, till.number)
    till.fact(SALE_VOIDED, void_body(body, f"void {till.number}", number, "mistake", "201"))


def told(till: FakeTerminal) -> tuple[Spent | None, SpentHere | None]:
    """What a till hears of the budget."""
    rows = till.catch_up("device")
    whole, here = rows.get(("budget", HALF)), rows.get(("budget_here", HALF))
    return (read_json(whole, Spent) if whole else None), (read_json(here, SpentHere) if here else None)


def tell(hub: RunningHub) -> int:
    """The hub's round."""
    now_ms = hub.hub.world.now_ms()
    return hub.hub.storage.call(lambda connection: tell_waiting(connection, TENANT, now_ms))


def test_all_tills_hear_the_sum_and_those_of_a_store_whose_part_is_whose(hub: RunningHub) -> None:
    here, beside, there = hub.terminal("1"), hub.terminal("2"), hub.terminal("1", store=OTHER_STORE)
    take(here, 300)
    take(here, 200)
    here.push()
    assert told(beside) == (Spent(HALF, 500, 2), SpentHere(HALF, {here.dev: (500, 2)}))
    assert told(there) == (Spent(HALF, 500, 2), None)
    sold = take(there, 100)
    there.push()
    tell(hub)
    assert tell(hub) == 0
    assert told(beside) == (Spent(HALF, 600, 3), SpentHere(HALF, {here.dev: (500, 2)}))
    assert told(there) == (Spent(HALF, 600, 3), SpentHere(HALF, {there.dev: (100, 1)}))
    undo(there, sold)
    take(beside, 50)
    there.push()
    beside.push()
    beside.push()
    tell(hub)
    assert told(here) == (Spent(HALF, 550, 3), SpentHere(HALF, {here.dev: (500, 2), beside.dev: (50, 1)}))
    (one,) = report_promotions(hub.hub, ReportPromotions()).items
    assert (one.promotion, one.budget, one.spent, one.uses, one.stores, one.tills) == (HALF, 0, 550, 3, 2, 3)


def test_sales_that_take_nothing_from_a_budget_tell_nobody_anything(hub: RunningHub) -> None:
    till = hub.terminal("1")
    take(till, 300, promotion="ANOTHER")
    till.push()
    assert told(till) == (None, None) and tell(hub) == 0 and not report_promotions(hub.hub, ReportPromotions()).items


def test_a_busy_promotion_is_told_every_five_seconds_and_not_with_every_sale(hub: RunningHub) -> None:
    till = hub.terminal("1")
    take(till, 10)
    fact = read_fact(till.facts[-1].data)

    def told_at(now_ms: int) -> int:
        return len(hub.hub.storage.call(lambda c: keep(c, TENANT, [(Spent(HALF, 10, 1), fact)], now_ms)))

    first = 1_000_000
    assert [told_at(first + after) for after in (0, 1, TELL_EVERY_MS - 1, TELL_EVERY_MS, TELL_EVERY_MS + 1)] == [2, 0, 0, 2, 0]
    assert told_at(first - 1) == 2, "a clock that was set back keeps nobody waiting"
    assert (tell(hub), tell(hub)) == (0, 0)
    assert told_at(first) == 0 and (tell(hub), tell(hub)) == (1, 0)
    assert told(till)[0] == Spent(HALF, 70, 7)
