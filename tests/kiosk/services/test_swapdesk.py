"""Goods that are not there, replaced with the customer's word: never dearer unasked, the difference settled, the new ones held."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.allocation import Grant
from kiosk.domain.feed import ORDER
from kiosk.domain.order import PAY_AT_COLLECTION, Terms
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, DECLINED, HANDED_OVER, PICKED, READY
from kiosk.domain.orderrow import OrderRow
from kiosk.domain.orderswap import PHONE, held_as
from kiosk.domain.quantity import ONE
from kiosk.services.swapdesk import SwapDesk
from tests.kiosk.services.test_pickup import OTHER, SHIRT, barcode, bodies, give_money, money, web_order
from tests.kiosk.support import Shop, code_of, open_shop, row

COSTS = 1_499
"""What every shirt of the sample costs."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


def desk(shop: Shop) -> SwapDesk:
    """The desk that replaces."""
    return SwapDesk(shop.counter, shop.orders, shop.picking, shop.allocations, shop.lookup.variants)


def ordered(shop: Shop, pieces: int, amount: int, paid: int = 0, terms: Terms = PAY_AT_COLLECTION) -> str:
    """A web order of shirts at an agreed amount, of which so much was paid on the web."""
    order = web_order(shop, (SHIRT, pieces, amount), terms=terms)
    if paid:
        give_money(shop, order, paid)
    return order


def where(shop: Shop, order: str) -> dict[tuple[str, str], int]:
    """Pieces by (article, state)."""
    found: dict[tuple[str, str], int] = {}
    for part in shop.orders.view(order).parts:
        found[part.article, part.state] = found.get((part.article, part.state), 0) + part.quantity_milli // ONE
    return found


def test_the_same_size_is_proposed_first_and_only_what_lies_here_with_what_it_costs_them(shop: Shop) -> None:
    order = ordered(shop, 1, 1_000)
    found = desk(shop).proposals(order, 1, ONE)
    assert found and all(one.here_milli >= ONE and one.article != SHIRT for one in found)
    wanted = shop.article(SHIRT)
    sizes = [shop.article(one.article).size == wanted.size for one in found]
    assert sizes == sorted(sizes, reverse=True), "what fits goes first"
    assert {(one.price.promised_minor, one.price.asked_minor) for one in found} == {(1_000, 1_000)}
    assert desk(shop).proposals(order, 1, 1_000 * ONE) == (), "not enough of anything"


def test_what_replaces_is_picked_by_its_own_scan_and_handed_over_for_what_was_promised(shop: Shop) -> None:
    order = ordered(shop, 2, 2_000)
    shop.picking.scan(order, barcode(shop, SHIRT))
    view = desk(shop).substitute(order, 1, ONE, OTHER, PHONE)
    assert where(shop, order) == {(SHIRT, PICKED): 1, (SHIRT, CANCELLED): 1, (OTHER, ALLOCATED): 1}
    assert code_of(lambda: shop.picking.scan(order, barcode(shop, SHIRT))) == "order.picked_already"
    assert code_of(lambda: shop.picking.put_ready(order, "A 1")) == "order.pick_first"
    shop.picking.scan(order, barcode(shop, OTHER))
    shop.picking.put_ready(order, "A 1")
    priced = shop.collecting.to_basket(order, "code")
    assert priced.total_minor == 2_000, "never dearer than promised"
    shop.sell_cash()
    assert where(shop, order) == {(SHIRT, HANDED_OVER): 1, (SHIRT, CANCELLED): 1, (OTHER, HANDED_OVER): 1}
    assert money(shop, order) == (0, 0)
    new = next(line.line for line in view.order.lines if line.article == OTHER)
    promises = {one["promise"] for one in bodies(shop, facts.STOCK_MOVED)}
    assert held_as(order, new) in promises, "what leaves is booked off what the hub holds back"


def test_a_cheaper_one_gives_the_difference_back_to_the_payment_of_the_web_at_once(shop: Shop) -> None:
    order = ordered(shop, 2, 5_000, paid=5_000)
    desk(shop).substitute(order, 1, ONE, OTHER, PHONE)
    (paid,) = bodies(shop, facts.ORDER_PAID)
    assert paid["payments"] == [
        {"kind": "link", "amount_minor": COSTS - 2_500, "rounding_minor": 0, "reference": ""}
    ] and money(shop, order) == (0, 0)  # fmt: skip


def test_a_cheaper_one_that_is_paid_at_collection_simply_costs_less_there(shop: Shop) -> None:
    order = ordered(shop, 1, 3_500)
    desk(shop).substitute(order, 1, ONE, OTHER, PHONE)
    shop.picking.pick_all(order)
    shop.picking.put_ready(order, "A")
    assert shop.collecting.to_basket(order, "code").total_minor == COSTS and bodies(shop, facts.ORDER_PAID) == []


def test_a_dearer_one_costs_more_only_where_the_customer_agreed_and_is_asked_at_the_hand_over(shop: Shop) -> None:
    order = ordered(shop, 1, 1_000, paid=1_000)
    assert desk(shop).price(order, 1, ONE, OTHER).more_minor == COSTS - 1_000
    desk(shop).substitute(order, 1, ONE, OTHER, PHONE, dearer=True)
    assert bodies(shop, facts.ORDER_SUBSTITUTED)[0]["dearer"] is True and money(shop, order) == (COSTS - 1_000, 0)
    shop.picking.pick_all(order)
    shop.picking.put_ready(order, "A")
    assert code_of(lambda: shop.collecting.hand_over(order, "code")) == "order.unpaid"
    assert shop.collecting.to_basket(order, "code").total_minor == COSTS - 1_000
    shop.sell_cash()
    assert where(shop, order) == {(SHIRT, CANCELLED): 1, (OTHER, HANDED_OVER): 1} and money(shop, order) == (0, 0)


def test_what_was_declined_is_replaced_when_the_customer_calls_back_and_only_as_much_as_is_missing(shop: Shop) -> None:
    order = ordered(shop, 2, 2_000)
    shop.picking.not_found(order, 1, ONE)
    assert code_of(lambda: desk(shop).substitute(order, 1, 3 * ONE, OTHER, PHONE)) == "order.too_many"
    desk(shop).substitute(order, 1, 2 * ONE, OTHER, PHONE)
    assert where(shop, order) == {(SHIRT, CANCELLED): 2, (OTHER, ALLOCATED): 2}
    assert DECLINED not in {state for _, state in where(shop, order)}
    assert sum(line.amount_minor for line in shop.orders.view(order).order.lines if line.article == OTHER) == 2_000


def test_a_right_of_the_till_holds_the_new_goods_where_it_has_one(shop: Shop) -> None:
    shop.put_device(row("grant", f"AMS1|{OTHER}", Grant("AMS1", OTHER, 1_000, 1)))
    order = ordered(shop, 1, 2_995)
    desk(shop).substitute(order, 1, ONE, OTHER, PHONE)
    (used,) = bodies(shop, facts.RIGHTS_USED)
    assert bodies(shop, facts.ORDER_SUBSTITUTED)[0]["promise"] == used["promise"] != ""


def test_what_makes_no_sense_is_refused_and_leaves_no_trace(shop: Shop) -> None:
    order, swapping = ordered(shop, 1, 2_995), desk(shop)
    assert code_of(lambda: swapping.substitute(order, 1, ONE, SHIRT, PHONE)) == "order.same_article"
    assert code_of(lambda: swapping.substitute(order, 1, ONE, "nothing", PHONE)) == "scan.unknown"
    assert code_of(lambda: swapping.substitute(order, 7, ONE, OTHER, PHONE)) == "order.not_now"
    shop.picking.pick_all(order)
    shop.picking.put_ready(order, "A")
    assert code_of(lambda: swapping.substitute(order, 1, ONE, OTHER, PHONE)) == "order.too_many", "nothing is missing"
    assert facts.ORDER_SUBSTITUTED not in shop.kinds() and where(shop, order) == {(SHIRT, READY): 1}


def test_an_order_of_a_till_is_exchanged_by_its_receipt_so_that_no_money_goes_back_twice(shop: Shop) -> None:
    order = ordered(shop, 1, 2_995)
    (told,) = [one for one in shop.ledger.device_rows(ORDER, OrderRow) if one.id == order]
    shop.put_device(row(ORDER, order, replace(told, order={**told.order, "number": "AMS1-01-A-000001"})))
    assert desk(shop).proposals(order, 1, ONE) == ()
    assert code_of(lambda: desk(shop).substitute(order, 1, ONE, OTHER, PHONE)) == "order.swap_receipt"
