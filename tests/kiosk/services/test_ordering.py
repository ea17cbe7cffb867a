"""Mixed baskets: what is not taken along is ordered in the same sale, promised as firmly as can be, delivered or undone."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import facts
from kiosk.domain.address import Address
from kiosk.domain.allocation import Grant
from kiosk.domain.document import Document
from kiosk.domain.feed import ORDER, Row, Transaction, moved, row_number
from kiosk.domain.order import COLLECT, COLLECT_ELSEWHERE, SHIP, TABLET
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, CONFIRMED, HANDED_OVER, IN_TRANSIT, READY, RETURNED
from kiosk.domain.orderrow import row_of
from kiosk.domain.quantity import ONE
from kiosk.domain.recompute import work_out_again
from kiosk.domain.returning import AS_NEW, GOODWILL, Wish
from kiosk.services.orderdesk import Move, OrderView
from kiosk.services.ordering import Way
from kiosk.services.returns import Returns
from kiosk.services.training import Training
from kiosk.services.voiding import Voiding
from kiosk.store import orders
from kiosk.store.ledger import LEDGER_FILE
from tests.kiosk.services.test_labels import AsPublished
from tests.kiosk.support import CASHIER, MANAGER, PIN, PLACE, Shop, code_of, open_shop, row

HERE, THERE = PLACE.store, "UTR1"
SHIRT, OTHER = "1001-WHT-M", "1001-WHT-L"
ANNA = Address("Anna de Vries", "06 12345678", "anna@example.org", "1012js", "12 a", "Damrak", "Amsterdam")
DELIVERY = {"order.delivery_cost": "4.95", "order.free_from": "100.00", "order.ship_days": [1, 2]}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till that delivers for 4.95, with a cashier at work."""
    with open_shop(tmp_path, settings=DELIVERY) as made:
        made.sign_in()
        made.open_shift()
        yield made


def grant(shop: Shop, store: str, article: str, milli: int) -> None:
    """The hub grants rights to a place's goods."""
    shop.put_device(row("grant", f"{store}|{article}", Grant(store, article, milli, 1)))


def way(shop: Shop, kind: str, article: str = SHIRT, source: str | None = None, milli: int = ONE) -> Way:
    """The first way of a kind in which an article can come."""
    found = shop.ordering.ways(article, milli)
    return next(one for one in found if one.fulfilment.kind == kind and source in (None, one.fulfilment.source))


def bodies(shop: Shop, kind: str) -> list[dict[str, Any]]:
    """The bodies of all facts of a kind."""
    return [fact.body for fact in shop.facts() if fact.kind == kind]


def sell_mixed(shop: Shop, kind: str = COLLECT, source: str = HERE, milli: int = ONE) -> str:
    """One shirt taken along, another ordered; gives the order's id."""
    shop.add(SHIRT)
    shop.add(OTHER, milli)
    shop.ordering.order([2], way(shop, kind, OTHER, source, milli), ANNA)
    sale = shop.selling.priced.cart.sale
    shop.sell_cash()
    return sale


def move_stock(shop: Shop, location: str) -> list[tuple[str, int, str]]:
    """What was moved out of a store beside sales, with the promise it was for."""
    moved = [body for body in bodies(shop, facts.STOCK_MOVED) if body["location"] == location]
    return [(line["article"], line["quantity"], body["promise"]) for body in moved for line in body["lines"]]


def states(view: OrderView) -> dict[str, int]:
    """Thousandths by state."""
    found: dict[str, int] = {}
    for part in view.parts:
        found[part.state] = found.get(part.state, 0) + part.quantity_milli
    return found


def tell(shop: Shop, order: str, *events: OrderEvent, name: str = "", code: str = "") -> None:
    """The hub tells what it made of an order, with events of its own beside ours."""
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, order))
    assert stored is not None and stored.known.state is not None
    told = row_of(stored.known, code, name)
    shop.put_device(row(ORDER, order, replace(told, events=(*told.events, *events))))


# placing


def test_an_order_says_whether_a_till_or_a_tablet_took_it(shop: Shop) -> None:
    sell_mixed(shop)
    shop.counter.channel = TABLET
    sell_mixed(shop)
    assert [placed["channel"] for placed in bodies(shop, facts.ORDER_PLACED)] == ["till", "tablet"]


def test_one_sale_takes_a_shirt_along_and_orders_another_with_one_payment_and_one_receipt(shop: Shop) -> None:
    order = sell_mixed(shop)
    (sale,), (placed,) = bodies(shop, facts.SALE_COMPLETED), bodies(shop, facts.ORDER_PLACED)
    assert [one["article"] for one in sale["movements"]] == [SHIRT]
    assert placed["id"] == order and placed["number"] == sale["receipt"]
    (line,) = placed["lines"]
    assert line["line"] == 2 and line["article"] == OTHER and line["employee"] == CASHIER
    assert placed["payments"] == [
        {"kind": "sale", "amount_minor": line["amount_minor"], "rounding_minor": 0, "reference": sale["receipt"]}
    ]
    assert "Anna" not in repr([fact.body for fact in shop.facts()]) and "1012" not in repr([fact.body for fact in shop.facts()])


def test_a_promise_is_firm_within_the_rights_and_provisional_beyond_and_the_paper_says_which(shop: Shop) -> None:
    grant(shop, THERE, SHIRT, 2 * ONE)
    shop.add(SHIRT, 2 * ONE)
    shop.ordering.order([1], way(shop, COLLECT_ELSEWHERE, SHIRT, THERE, 2 * ONE), ANNA)
    done = shop.sell_cash()
    assert "*" not in next(text for text in lines_of(done.document) if "Utrecht" in text or THERE in text)
    (used,) = bodies(shop, facts.RIGHTS_USED)
    (line,) = bodies(shop, facts.ORDER_PLACED)[0]["lines"]
    assert line["promise"]["firm"] and line["promise"]["id"] == used["promise"] and used["reason"] == "collect"
    shop.add(SHIRT)
    shop.ordering.order([1], way(shop, COLLECT_ELSEWHERE, SHIRT, THERE), ANNA)
    done = shop.sell_cash()
    (line,) = bodies(shop, facts.ORDER_PLACED)[1]["lines"]
    assert not line["promise"]["firm"] and shop.kinds().count(facts.RIGHTS_REFUSED) == 1
    assert any("voorbehoud" in text for text in lines_of(done.document))


def lines_of(document: Document) -> list[str]:
    """The texts of a paper."""
    return [str(getattr(block, "text", "")) for block in document.blocks]


def test_rights_that_went_while_the_customer_was_paying_make_the_promise_provisional_and_the_sale_is_kept(shop: Shop) -> None:
    grant(shop, THERE, SHIRT, ONE)
    shop.add(SHIRT)
    shop.ordering.order([1], way(shop, COLLECT_ELSEWHERE, SHIRT, THERE), ANNA)
    assert shop.selling.priced.cart.lines[0].ordered.firm  # type: ignore[union-attr]
    assert shop.allocations.promise(SHIRT, ONE, "reserve", THERE).firm
    shop.sell_cash()
    (sale,) = bodies(shop, facts.SALE_COMPLETED)
    assert sale["lines"][0]["ordered"]["firm"] is False


def test_delivery_is_charged_once_for_all_that_is_shipped_and_not_above_the_limit(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.add(OTHER)
    shop.ordering.order([1], way(shop, SHIP), ANNA)
    shop.ordering.order([2], way(shop, SHIP, OTHER))
    priced = shop.selling.priced
    assert [one.amount_minor for one in priced.lines if one.line.delivers] == [495] and priced.pieces == 2
    shop.selling.set_quantity(1, 50 * ONE)
    assert not any(one.delivers for one in shop.selling.priced.cart.lines)
    shop.selling.set_quantity(1, ONE)
    assert sum(one.marked_minor for one in shop.selling.priced.cart.lines if one.delivers) == 495
    shop.ordering.take_along([1, 2])
    assert not any(one.delivers for one in shop.selling.priced.cart.lines) and not shop.selling.priced.cart.removed


def test_delivery_is_no_line_of_its_own_to_take_out_or_count_up(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.ordering.order([1], way(shop, SHIP), ANNA)
    delivery = next(one.line for one in shop.selling.priced.cart.lines if one.delivers)
    assert code_of(lambda: shop.selling.remove(delivery)) == "order.delivery_fixed"
    assert code_of(lambda: shop.selling.set_quantity(delivery, 2 * ONE)) == "order.delivery_fixed"
    shop.selling.remove(1)
    assert shop.selling.priced.cart.is_empty


def test_the_order_owes_goods_and_delivery_and_is_paid_to_the_cent(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.add(OTHER)
    shop.ordering.order([2], way(shop, SHIP, OTHER), ANNA)
    order = shop.selling.priced.cart.sale
    shop.sell_cash()
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, order))
    assert stored is not None and stored.known.money is not None
    money = stored.known.money
    assert money.delivery_minor == 495 and money.to_pay_minor == money.to_give_back_minor == 0


def test_an_address_is_looked_at_before_anybody_pays(shop: Shop) -> None:
    shop.add(SHIRT)
    for wrong, code in (
        (replace(ANNA, name=" "), "order.address_name"), (replace(ANNA, postcode="10"), "order.address_postcode"),
        (replace(ANNA, house="a"), "order.address_house"), (replace(ANNA, city=""), "order.address_street"),
        (replace(ANNA, email="anna"), "order.address_email"), (replace(ANNA, email="", phone=""), "order.address_reach"),
    ):  # fmt: skip
        assert code_of(partial(shop.ordering.order, [1], way(shop, SHIP), wrong)) == code
    assert code_of(lambda: shop.ordering.order([1], way(shop, SHIP))) == "order.address_name"
    shop.ordering.order([1], way(shop, SHIP), ANNA)
    kept = shop.ordering.address()
    assert kept is not None and (kept.postcode, kept.country) == ("1012 JS", "NL")


def test_an_address_waits_for_its_sale_then_for_the_hub_and_then_is_gone(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.ordering.order([1], way(shop, SHIP), ANNA)
    assert shop.ledger.look(orders.addresses_to_tell_in) == []
    order = shop.selling.priced.cart.sale
    shop.sell_cash()
    (told,) = shop.ledger.look(orders.addresses_to_tell_in)
    assert (told.order, told.address.name) == (order, "Anna de Vries")
    assert shop.ledger.run(lambda conn: orders.forget_unordered_in(conn, 2**60)) == 0
    shop.ledger.run(lambda conn: orders.forget_addresses_in(conn, [told.key]))
    assert shop.ledger.look(orders.addresses_to_tell_in) == []
    shop.add(SHIRT)
    shop.ordering.order([1], way(shop, SHIP), ANNA)
    shop.selling.abandon("went away")
    assert shop.ledger.run(lambda conn: orders.forget_unordered_in(conn, 2**60)) == 1


def test_a_cart_with_an_order_comes_back_after_a_restart_as_it_was(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings=DELIVERY) as first:
        first.sign_in()
        first.open_shift()
        first.add(SHIRT)
        first.ordering.order([1], way(first, SHIP), ANNA)
        before = first.selling.priced
    with open_shop(tmp_path, key=first.key) as again:
        assert again.selling.priced.cart == before.cart and again.selling.priced.total_minor == before.total_minor


def test_gift_cards_and_empties_are_not_ordered(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.ordering.order([1], way(shop, SHIP), ANNA)
    shop.sell_cash()
    returns = Returns(shop.counter, shop.selling, shop.session)
    returns.take(returns.find("1"), [Wish(1, ONE, GOODWILL, "r", AS_NEW, to_stock=True)])
    assert code_of(lambda: shop.ordering.order([1], way(shop, SHIP), ANNA)) == "order.not_orderable"


# in the store


def test_what_is_put_aside_here_is_picked_made_ready_and_handed_over_offline(shop: Shop) -> None:
    grant(shop, HERE, OTHER, ONE)
    order = sell_mixed(shop)
    (view,) = shop.orders.to_pick()
    assert view.id == order and [part.quantity_milli for part in shop.orders.pickable(view)] == [ONE]
    assert states(shop.orders.put_ready(order)) == {READY: ONE}
    assert shop.orders.to_pick() == () and [one.id for one in shop.orders.ready()] == [order]
    assert shop.orders.hand_over(order, "code").in_state(HANDED_OVER)[0].quantity_milli == ONE
    (used,) = bodies(shop, facts.RIGHTS_USED)
    assert move_stock(shop, HERE) == [(OTHER, -ONE, used["promise"])]
    assert shop.orders.listed() == () and shop.allocations.open_promises() == []


def test_goods_that_are_not_on_the_shelf_are_declined_and_the_rest_is_made_ready(shop: Shop) -> None:
    grant(shop, HERE, OTHER, 3 * ONE)
    order = sell_mixed(shop, milli=3 * ONE)
    view = shop.orders.put_ready(order, {2: ONE})
    assert states(view) == {READY: 2 * ONE, "declined": ONE}
    assert states(shop.orders.hand_over(order, "known", {2: ONE}))[READY] == ONE


def test_goods_of_another_store_are_not_handed_over_here(shop: Shop) -> None:
    grant(shop, THERE, OTHER, ONE)
    order = sell_mixed(shop, COLLECT_ELSEWHERE, THERE)
    assert shop.orders.to_pick() == ()
    assert code_of(lambda: shop.orders.put_ready(order)) == "order.nothing_to_pick"
    assert code_of(lambda: shop.orders.hand_over(order, "code")) == "order.nothing_ready"


def test_what_the_hub_allocated_to_this_store_is_picked_for_a_customer_of_another(shop: Shop) -> None:
    order = sell_mixed(shop, COLLECT, "")
    given = [
        OrderEvent("hub/1", order, 2, CONFIRMED, "provisional", ONE, 5, "system"),
        OrderEvent("hub/2", order, 2, ALLOCATED, CONFIRMED, ONE, 6, "system", 7, place=HERE),
    ]
    tell(shop, order, *given, name="Anna de Vries", code="482913")
    assert [one.id for one in shop.orders.to_pick()] == [order]
    shop.orders.put_ready(order)
    (found,) = shop.orders.find("482913")
    assert found.name == "Anna de Vries" and shop.orders.find("vries an")[0].id == order
    shop.orders.hand_over(order, "code")
    assert move_stock(shop, HERE) == [(OTHER, -ONE, f"{order}/2/7")]


def test_goods_that_were_brought_here_move_no_stock_of_this_store(shop: Shop) -> None:
    order = sell_mixed(shop, COLLECT, "")
    tell(
        shop, order, OrderEvent("hub/1", order, 2, CONFIRMED, "provisional", ONE, 5, "system"),
        OrderEvent("hub/2", order, 2, ALLOCATED, CONFIRMED, ONE, 6, "system", 7, place=THERE),
        OrderEvent("u/1", order, 2, "picked", ALLOCATED, ONE, 7, "store", 7, THERE),
        OrderEvent("u/2", order, 2, IN_TRANSIT, "picked", ONE, 8, "store", 7, THERE),
    )  # fmt: skip
    view = shop.orders.view(order)
    shop.orders.move(order, arrivals(view))
    shop.orders.hand_over(order, "identity")
    assert move_stock(shop, HERE) == []


def arrivals(view: OrderView) -> list[Move]:
    """What is on its way here came in."""
    return [Move(part.line, READY, IN_TRANSIT, part.fence, part.quantity_milli) for part in view.in_state(IN_TRANSIT)]


def test_nothing_is_handed_over_without_a_proof_or_twice(shop: Shop) -> None:
    grant(shop, HERE, OTHER, ONE)
    order = sell_mixed(shop)
    shop.orders.put_ready(order)
    assert code_of(lambda: shop.orders.hand_over(order, "")) == "order.proof"
    shop.orders.hand_over(order, "card")
    assert code_of(lambda: shop.orders.hand_over(order, "card")) == "order.nothing_ready"


def test_what_nobody_fetches_goes_back_on_the_shelf_and_its_right_is_free_again(shop: Shop) -> None:
    grant(shop, HERE, OTHER, ONE)
    order = sell_mixed(shop)
    shop.orders.put_ready(order)
    assert code_of(lambda: shop.orders.expire(order)) == "order.still_held"
    shop.clock.pass_ms(8 * 86_400_000)
    assert [one.id for one in shop.orders.expired(shop.clock.wall_ms)] == [order]
    shop.orders.expire(order)
    assert shop.orders.keep_house() == 1 and shop.allocations.open_promises() == []
    assert next(one.left_milli for one in shop.allocations.held() if one.article == OTHER) == ONE


# undoing


def returning(shop: Shop) -> Returns:
    """Returns that know of orders."""
    made = Returns(shop.counter, shop.selling, shop.session)
    made.comes_in_hand = shop.orders.comes_in_hand
    return made


def test_an_ordered_line_that_is_not_wanted_any_more_gives_its_money_back_and_moves_no_stock(shop: Shop) -> None:
    grant(shop, HERE, OTHER, ONE)
    order = sell_mixed(shop)
    returns = returning(shop)
    returns.take(returns.find("1"), [Wish(2, ONE, GOODWILL, "changed mind", AS_NEW, to_stock=True)])
    shop.checkout.begin()
    shop.checkout.refund_cash(10**6)
    assert states(shop.orders.view(order)) == {CANCELLED: ONE}
    assert bodies(shop, facts.SALE_COMPLETED)[1]["movements"] == []
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, order))
    assert stored is not None and stored.known.money is not None and stored.known.money.net_minor == 0
    assert shop.orders.keep_house() == 1


def test_goods_of_an_order_that_were_handed_over_come_back_as_a_return_into_stock(shop: Shop) -> None:
    grant(shop, HERE, OTHER, ONE)
    order = sell_mixed(shop)
    shop.orders.put_ready(order)
    shop.orders.hand_over(order, "code")
    returns = returning(shop)
    returns.take(returns.find("1"), [Wish(2, ONE, GOODWILL, "too small", AS_NEW, to_stock=True)])
    shop.checkout.begin()
    shop.checkout.refund_cash(10**6)
    assert states(shop.orders.view(order)) == {RETURNED: ONE}
    assert [one["quantity_milli"] for one in bodies(shop, facts.SALE_COMPLETED)[1]["movements"]] == [ONE]


def test_what_was_cancelled_at_the_desk_gets_its_money_once_and_cancels_nothing_more(shop: Shop) -> None:
    grant(shop, HERE, OTHER, 3 * ONE)
    order = sell_mixed(shop, milli=3 * ONE)
    shop.orders.cancel(order, {2: ONE})
    returns = returning(shop)
    for _ in range(2):  # the first is owed already, the second is one more that is not wanted
        returns.take(returns.find("1"), [Wish(2, ONE, GOODWILL, "changed mind", AS_NEW, to_stock=True)])
        shop.checkout.begin()
        shop.checkout.refund_cash(10**6)
    assert states(shop.orders.view(order)) == {CANCELLED: 2 * ONE, "allocated": ONE}
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, order))
    assert stored is not None and stored.known.money is not None
    assert stored.known.money.to_give_back_minor == stored.known.money.to_pay_minor == 0
    assert all(body["movements"] == [] for body in bodies(shop, facts.SALE_COMPLETED)[1:])


def test_what_is_partly_with_the_customer_is_taken_back_and_cancelled_apart(shop: Shop) -> None:
    grant(shop, HERE, OTHER, 2 * ONE)
    order = sell_mixed(shop, milli=2 * ONE)
    shop.orders.put_ready(order)
    shop.orders.hand_over(order, "code", {2: ONE})
    returns = returning(shop)
    both = Wish(2, 2 * ONE, GOODWILL, "r", AS_NEW, to_stock=True)
    assert code_of(lambda: returns.take(returns.find("1"), [both])) == "order.part_out"


def test_a_sale_that_is_undone_cancels_its_order_but_not_once_goods_went_out(shop: Shop) -> None:
    voiding = Voiding(shop.counter, shop.session, shop.receipts)
    voiding.orders = shop.orders
    grant(shop, HERE, OTHER, 2 * ONE)
    order = sell_mixed(shop)
    receipt = str(bodies(shop, facts.SALE_COMPLETED)[0]["receipt"])
    voiding.void(receipt, "wrong customer", MANAGER, PIN)
    assert states(shop.orders.view(order)) == {CANCELLED: ONE}
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, order))
    assert stored is not None and stored.known.money is not None and stored.known.money.net_minor == 0
    other = sell_mixed(shop)
    shop.orders.put_ready(other)
    shop.orders.hand_over(other, "code")
    receipt = str(bodies(shop, facts.SALE_COMPLETED)[1]["receipt"])
    assert code_of(lambda: voiding.void(receipt, "r", MANAGER, PIN)) == "void.order_gone"


def test_cancelling_at_the_desk_takes_what_costs_least_to_undo(shop: Shop) -> None:
    grant(shop, HERE, OTHER, 3 * ONE)
    order = sell_mixed(shop, milli=3 * ONE)
    shop.orders.put_ready(order, {2: ONE})
    assert states(shop.orders.cancel(order, {2: 2 * ONE})) == {CANCELLED: 2 * ONE, READY: ONE}
    assert code_of(lambda: shop.orders.cancel(order, {2: 2 * ONE})) == "order.gone_already"


def test_a_row_of_the_hub_and_the_own_facts_say_the_same_as_either_alone(shop: Shop) -> None:
    grant(shop, HERE, OTHER, ONE)
    order = sell_mixed(shop)
    before = shop.orders.view(order)
    tell(shop, order)
    assert shop.orders.view(order) == before
    assert code_of(lambda: shop.orders.view("nothing")) == "order.unknown"


def test_a_training_places_no_order(shop: Shop) -> None:
    Training(shop.counter, shop.selling).start()
    shop.add(SHIRT)
    shop.ordering.order([1], way(shop, SHIP), ANNA)
    shop.sell_cash()
    assert facts.ORDER_PLACED not in shop.kinds()


# to the edge


def test_a_promise_is_firm_for_as_many_as_there_are_rights_and_not_one_more(shop: Shop) -> None:
    grant(shop, THERE, SHIRT, 2 * ONE)
    assert [way(shop, COLLECT_ELSEWHERE, SHIRT, THERE, n * ONE).firm for n in (1, 2, 3)] == [True, True, False]


def test_delivery_is_free_from_exactly_the_limit_on(shop: Shop) -> None:
    shop.put_settings({"order.free_from": "14.99"})
    shop.add(SHIRT)
    shop.ordering.order([1], way(shop, SHIP), ANNA)
    assert not any(one.delivers for one in shop.selling.priced.cart.lines)
    shop.put_settings({"order.free_from": "15.00"})
    shop.selling.set_quantity(1, ONE)
    assert any(one.delivers for one in shop.selling.priced.cart.lines)


def test_a_discount_on_the_sale_leaves_delivery_as_it_is_and_the_hub_works_it_out_alike(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.ordering.order([1], way(shop, SHIP), ANNA)
    shop.selling.discount_sale("percent", 1_000, "goodwill")
    assert [one.amount_minor for one in shop.selling.priced.lines] == [1349, 495]
    shop.sell_cash()
    (sale,) = [fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED]
    verdict = work_out_again(sale, AsPublished(shop))
    assert [one for one in verdict.differences if one.what != "unit_price"] == []


def test_of_two_ordered_one_fetched_and_one_cancelled_the_money_is_for_the_cancelled_one(shop: Shop) -> None:
    grant(shop, HERE, OTHER, 2 * ONE)
    order = sell_mixed(shop, milli=2 * ONE)
    shop.orders.put_ready(order)
    shop.orders.hand_over(order, "code", {2: ONE})
    shop.orders.cancel(order, {2: ONE})
    returns = returning(shop)
    returns.take(returns.find("1"), [Wish(2, ONE, GOODWILL, "not wanted", AS_NEW, to_stock=True)])
    shop.checkout.begin()
    shop.checkout.refund_cash(10**6)
    assert states(shop.orders.view(order)) == {HANDED_OVER: ONE, CANCELLED: ONE}, "the customer keeps what was fetched"
    assert bodies(shop, facts.SALE_COMPLETED)[1]["movements"] == []


def test_what_lies_ready_in_another_store_is_not_on_this_stores_shelf(shop: Shop) -> None:
    order = sell_mixed(shop, COLLECT_ELSEWHERE, THERE)
    tell(
        shop, order, OrderEvent("hub/1", order, 2, CONFIRMED, "provisional", ONE, 5, "system"),
        OrderEvent("hub/2", order, 2, ALLOCATED, CONFIRMED, ONE, 6, "system", 7, place=THERE),
        OrderEvent("u/1", order, 2, "picked", ALLOCATED, ONE, 7, "store", 7, THERE),
        OrderEvent("u/2", order, 2, READY, "picked", ONE, 8, "store", 7, THERE),
    )  # fmt: skip
    assert states(shop.orders.view(order)) == {READY: ONE} and shop.orders.ready() == ()
    assert code_of(lambda: shop.orders.hand_over(order, "code")) == "order.nothing_ready"


def test_no_card_is_reversed_for_a_sale_that_cannot_be_undone_any_more(shop: Shop) -> None:
    voiding, reversed_ = Voiding(shop.counter, shop.session, shop.receipts), list[str]()
    voiding.orders, voiding.reverse_cards = shop.orders, lambda sale, tenders: reversed_.append(sale)
    grant(shop, HERE, OTHER, ONE)
    order = sell_mixed(shop)
    shop.orders.put_ready(order)
    shop.orders.hand_over(order, "code")
    assert code_of(lambda: voiding.void("AMS1-01-A-000001", "r", MANAGER, PIN)) == "void.order_gone"
    assert reversed_ == []


def test_no_byte_of_whom_an_order_was_for_is_left_once_the_hub_has_it_and_the_order_is_over(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings=DELIVERY) as made:
        made.sign_in()
        made.open_shift()
        made.add(SHIRT)
        for n in range(40):  # corrected again and again: what stood there before is overwritten too
            person = replace(ANNA, name=f"Zwartkruis{n}x", street=f"Quirijnstraat{n}x")
            made.ordering.order([1], way(made, SHIP), person)
        order = made.ordering.address_key
        made.sell_cash()
        tell(made, order, name="Roodkruis")
        told = made.ledger.look(orders.addresses_to_tell_in)
        made.ledger.run(lambda conn: orders.forget_addresses_in(conn, [one.key for one in told]))
        stands = made.ledger.look(
            lambda conn: conn.execute("SELECT payload FROM device_rows WHERE entity = ? AND key = ?", (ORDER, order)).fetchone()
        )
        cursor = made.ledger.cursor()
        mark = moved(cursor.digest, 0, row_number(Row(ORDER, order, stands[0])))
        made.ledger.apply([Transaction(cursor.rev + 1, [Row(ORDER, order, b"")])], cursor._replace(rev=cursor.rev + 1, digest=mark))
    there = (tmp_path / LEDGER_FILE).read_bytes()
    assert [word for word in (b"Zwartkruis", b"Quirijnstraat", b"Roodkruis") if word in there] == []
