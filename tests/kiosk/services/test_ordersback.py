"""Web orders that come back to a store: the exact money of the order, by the law's grounds, once, and offline."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.decoding import read_json
from kiosk.domain import facts
from kiosk.domain.feed import ORDER
from kiosk.domain.order import PAID_IN_FULL
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import DELIVERED, RETURNED, SHIPPED
from kiosk.domain.ordermoney import OrderPayment, money_tasks
from kiosk.domain.orderrow import OrderRow
from kiosk.domain.quantity import ONE
from kiosk.domain.recompute import work_out_again
from kiosk.domain.refunding import WEB_PAYMENT
from kiosk.domain.returning import AS_NEW, DAMAGED, GOODWILL, NON_CONFORMITY, WITHDRAWAL, Wish
from kiosk.services.ordersback import FoundOrder, OrdersBack
from kiosk.services.returns import Approval, Returns
from kiosk.store import orders, spool
from tests.kiosk.services.test_pickup import Offered
from tests.kiosk.support import MANAGER, PIN, SATURDAY_MS, Shop, code_of, open_shop, row
from tests.kiosk.weborders import HERE, web_row

SHIRT, OTHER = "1001-WHT-M", "1001-WHT-L"
DAY_MS = 86_400_000
BOSS = Approval(MANAGER, PIN)
IDEAL = OrderPayment("w1/0", SATURDAY_MS, "ideal", 6_485, reference="tr_77")
"""59.90 of shirts and 4.95 of delivery, paid in the web shop."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work, and five-cent rounding."""
    with open_shop(tmp_path, settings={"till.cash_rounding": True}) as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def returns(shop: Shop) -> Returns:
    """Its returns."""
    made = Returns(shop.counter, shop.selling, shop.session)
    made.comes_in_hand = shop.orders.comes_in_hand
    return made


@pytest.fixture
def back(shop: Shop, returns: Returns) -> OrdersBack:
    """What comes back of its web orders."""
    made = OrdersBack(shop.counter, shop.selling, returns)
    made.watch(shop.checkout)
    return made


def steps(lines: int, at_ms: int = SATURDAY_MS, last: str = DELIVERED) -> tuple[OrderEvent, ...]:
    """The goods of an order went to their customer, two pieces a line, and arrived unless `last` says less."""
    found = []
    for line in range(1, lines + 1):
        for n, (step, source) in enumerate([("packed", "picking"), (SHIPPED, "packed"), (DELIVERED, SHIPPED)]):
            role, owner = ("system", "") if step == DELIVERED else ("store", HERE)
            event = OrderEvent(f"e/{line}/{n}", "w1", line, step, source, 2 * ONE, at_ms, role, 0, owner)
            found += [event] if (step, last) != (DELIVERED, SHIPPED) else []
    return tuple(found)


def delivered(shop: Shop, *, at_ms: int = SATURDAY_MS, last: str = DELIVERED, **said: Any) -> None:
    """A web order of two and two shirts, sent from here and paid by iDEAL."""
    lines = said.pop("lines", ((SHIRT, 2, 3_990), (OTHER, 2, 2_000)))
    said = {"payments": (IDEAL,), "delivery": (495, 495), **said}
    shop.put_device(
        web_row(*lines, kind="ship_from_store", terms=PAID_IN_FULL, events=steps(len(lines), at_ms, last), **said)
    )


def wish(line: int, pieces: int = 1, ground: str = WITHDRAWAL, *, to_stock: bool = True) -> Wish:
    """So many pieces come back."""
    return Wish(line, pieces * ONE, ground, "Does not fit", AS_NEW if to_stock else DAMAGED, to_stock)


def one(back: OrdersBack, text: str = "W-w1") -> FoundOrder:
    """The order that is meant."""
    (found,) = back.search(text)
    return found


def pay_out(shop: Shop, returns: Returns) -> dict[str, Any]:
    """Give it back by the first way, as a cashier does; gives the sale's body."""
    settlement = shop.checkout.begin()
    way = returns.refund_options(-settlement.left_minor, {})[0]
    assert shop.checkout.refund(way, way.most_minor, "") is not None
    return shop.facts()[-1].body if shop.facts()[-1].kind == facts.SALE_COMPLETED else bodies(shop, facts.SALE_COMPLETED)[-1]


def bodies(shop: Shop, kind: str) -> list[dict[str, Any]]:
    """The bodies of all facts of a kind."""
    return [fact.body for fact in shop.facts() if fact.kind == kind]


def money(shop: Shop) -> tuple[int, int]:
    """What is still to pay and to give back of the order, minor units."""
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, "w1"))
    assert stored is not None and stored.known.money is not None
    return stored.known.money.to_pay_minor, stored.known.money.to_give_back_minor


def test_a_web_order_is_found_by_its_number_its_end_its_code_a_name_and_the_address_of_its_confirmation(
    shop: Shop, back: OrdersBack
) -> None:
    delivered(shop, key="w1")
    for text in ("W-w1", "w-W1", "482913", "anna vri", "https://shop.example/order/W-w1"):
        assert one(back, text).receipt == "W-w1"
    assert back.search("W-w2") == () and back.search("") == () and back.search("a") == ()
    assert back.knows("https://shop.example/order/w-w1") and not back.knows("anna")
    assert code_of(lambda: back.open("nothing")) == "return.unknown_order"


def test_one_piece_withdrawn_gives_its_share_and_no_delivery_and_the_rest_gives_the_rest_with_delivery(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    delivered(shop)
    assert one(back).worth_minor([wish(1)]) == (1_995, 0)
    back.take(one(back), [wish(1)])
    first = pay_out(shop, returns)
    assert (first["total"], first["tenders"][0]["kind"], first["tenders"][0]["reference"]) == (-1_995, WEB_PAYMENT, "w1/0")
    assert money(shop) == (0, 0)
    assert [line.left_milli for line in one(back).lines] == [ONE, 2 * ONE]
    assert one(back).worth_minor([wish(1), wish(2, 2)]) == (1_995 + 2_000 + 495, 495)
    back.take(one(back), [wish(1), wish(2, 2)])
    second = pay_out(shop, returns)
    assert (first["total"] + second["total"], money(shop)) == (-6_485, (0, 0))
    assert one(back).is_over and not back.knows("W-w1")
    sale = [fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED][-1]
    verdict = work_out_again(sale, Offered(shop))
    assert verdict.complete and verdict.differences == ()


def test_the_order_hears_of_goods_ground_and_the_very_payment_and_stock_is_here_again(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    delivered(shop)
    back.take(one(back), [wish(1), wish(2, 1, NON_CONFORMITY, to_stock=False)])
    body = pay_out(shop, returns)
    (moved,) = bodies(shop, facts.ORDER_MOVED)
    assert [(one["line"], one["step"], one["quantity_milli"], one["ground"]) for one in moved["moves"]] == [
        (1, RETURNED, ONE, WITHDRAWAL), (2, RETURNED, ONE, NON_CONFORMITY),
    ]  # fmt: skip
    (paid,) = bodies(shop, facts.ORDER_PAID)
    assert paid["payments"] == [{"kind": "ideal", "amount_minor": -2_995, "rounding_minor": 0, "reference": "tr_77"}]
    assert {(one["article"], one["quantity_milli"], one["reason"]) for one in body["movements"]} == {
        (SHIRT, ONE, "returned"), (OTHER, ONE, "returned"), (OTHER, -ONE, "written_off"),
    }  # fmt: skip
    assert [line["returned"]["order"] for line in body["lines"]] == ["W-w1", "W-w1"]
    assert sum(band["tax"] for band in body["tax"]) == -(2_995 - 2_475)
    printed = [job.plain_text for job in shop.ledger.run(spool.jobs)][-1]
    assert "W-w1" in printed and "26,95" not in printed


def test_nothing_comes_back_twice_on_one_till_nor_while_it_stands_in_the_basket(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    delivered(shop)
    found = one(back)
    back.take(found, [wish(1, 2)])
    assert code_of(lambda: back.take(found, [wish(1)])) == "return.already"
    assert code_of(lambda: back.take(found, [wish(2, 3)])) == "return.too_much"
    assert code_of(lambda: back.take(found, [wish(9)])) == "return.no_such_line"
    assert code_of(lambda: back.take(found, [replace(wish(2), quantity_milli=500)])) == "cart.whole_pieces"
    pay_out(shop, returns)
    assert code_of(lambda: back.take(found, [wish(1)])) == "return.already"


def test_what_another_till_took_back_meanwhile_stops_the_payment_before_it_begins(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    delivered(shop)
    back.take(one(back), [wish(1, 2)])
    (told,) = shop.ledger.device_rows(ORDER, OrderRow)
    gone = OrderEvent("other/1", "w1", 1, RETURNED, DELIVERED, ONE, SATURDAY_MS, "store", 0, "UTR1", ground=WITHDRAWAL)
    shop.put_device(row(ORDER, "w1", replace(told, events=(*told.events, gone))))
    assert code_of(shop.checkout.begin) == "return.already"


def test_what_two_cut_off_stores_took_back_is_a_task_with_its_money_when_both_are_heard(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    delivered(shop)
    back.take(one(back), [wish(1, 2)])
    pay_out(shop, returns)
    (told,) = shop.ledger.device_rows(ORDER, OrderRow)
    gone = OrderEvent("other/1", "w1", 1, RETURNED, DELIVERED, 2 * ONE, SATURDAY_MS - 1, "store", 0, "UTR1", ground=WITHDRAWAL)
    out = OrderPayment("other/2", SATURDAY_MS, "ideal", -3_990, reference="tr_77")
    shop.put_device(row(ORDER, "w1", replace(told, events=(*told.events, gone), payments=(*told.payments, out))))
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, "w1"))
    assert stored is not None and stored.known.state is not None
    (refused,) = stored.known.state.lines[1].refused
    assert (refused.code, refused.quantity_milli) == ("order.not_there", 2 * ONE)
    assert stored.known.money is not None
    (task,) = money_tasks(stored.known.state, stored.known.money)
    assert (task.code, task.amount_minor) == ("order.paid_out_too_much", 3_990)


def test_the_law_gives_fourteen_days_from_the_last_goods_and_after_that_a_manager_has_to(shop: Shop, back: OrdersBack) -> None:
    delivered(shop, last=SHIPPED, at_ms=SATURDAY_MS - 40 * DAY_MS)
    assert one(back).ground == WITHDRAWAL and back.reason_to_ask(one(back), [wish(1)]) == ""  # not all has arrived yet
    one_line = tuple(event for event in steps(2, SATURDAY_MS - 40 * DAY_MS) if event.line == 1 or event.step != DELIVERED)
    both = ((SHIRT, 2, 3_990), (OTHER, 2, 2_000))
    shop.put_device(web_row(*both, kind="ship_from_store", terms=PAID_IN_FULL, events=one_line, payments=(IDEAL,)))
    assert one(back).ground == WITHDRAWAL and back.reason_to_ask(one(back), [wish(1)]) == ""  # the second parcel is on its way
    delivered(shop, at_ms=SATURDAY_MS - 14 * DAY_MS)
    assert back.reason_to_ask(one(back), [wish(1)]) == ""
    delivered(shop, at_ms=SATURDAY_MS - 15 * DAY_MS - DAY_MS)
    found = one(back)
    assert found.ground == GOODWILL and back.reason_to_ask(found, [wish(1)]) == "return.no_withdrawal"
    assert back.reason_to_ask(found, [wish(1, 1, NON_CONFORMITY)]) == ""
    assert code_of(lambda: back.take(found, [wish(1)])) == "return.no_withdrawal"
    priced = back.take(found, [wish(1)], BOSS)
    assert priced.cart.lines[0].returned is not None and priced.cart.lines[0].returned.approved_by == MANAGER


def test_another_way_than_the_payment_itself_is_a_managers_word_and_stands_in_the_sale(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    delivered(shop)
    back.take(one(back), [wish(1)])
    settlement = shop.checkout.begin()
    ways = returns.refund_options(-settlement.left_minor, {})
    assert [(way.kind, way.most_minor, way.asks) for way in ways] == [
        (WEB_PAYMENT, 1_995, ""), ("store_credit", 1_995, "refund.other_way"), ("cash", 1_995, "refund.other_way"),
    ]  # fmt: skip
    assert code_of(lambda: shop.checkout.refund(ways[1], 1_995, "")) == "refund.other_way"
    assert code_of(lambda: shop.checkout.refund_cash(1_995, ways[2])) == "refund.other_way"
    assert code_of(lambda: returns.agreed(ways[2], Approval())) == "refund.other_way"
    allowed = returns.agreed(ways[2], BOSS)
    assert shop.checkout.refund_cash(allowed.most_minor, allowed) is not None
    (body,) = bodies(shop, facts.SALE_COMPLETED)
    assert (body["tenders"][0]["kind"], body["tenders"][0]["approved_by"]) == ("cash", MANAGER)
    (paid,) = bodies(shop, facts.ORDER_PAID)
    assert [(part["kind"], part["amount_minor"]) for part in paid["payments"]] == [("sale", -1_995)]
    assert money(shop) == (0, 0)


def test_two_payments_get_back_no_more_than_each_paid_and_no_more_than_came_back(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    card = OrderPayment("w1/1", SATURDAY_MS, "gift_card", 485, reference="GC1")
    delivered(shop, payments=(replace(IDEAL, amount_minor=6_000), card))
    back.take(one(back), [wish(1, 2), wish(2, 2)])
    shop.checkout.begin()
    ways = returns.refund_options(6_485, {})
    assert [(way.reference, way.most_minor) for way in ways[:2]] == [("w1/0", 6_000), ("w1/1", 485)]
    assert shop.checkout.refund(ways[0], 6_000, "") is None
    ways = returns.refund_options(485, {})
    assert [(way.reference, way.most_minor) for way in ways if way.kind == WEB_PAYMENT] == [("w1/0", 485), ("w1/1", 485)]
    assert shop.checkout.refund(ways[1], 485, "") is not None
    assert money(shop) == (0, 0)


def test_an_exchange_gives_the_web_payment_only_what_is_left_and_the_rest_paid_for_what_is_bought(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    delivered(shop)
    back.take(one(back), [wish(1, 2)])
    shop.add(OTHER)
    total = shop.selling.priced.total_minor
    body = pay_out(shop, returns)
    assert body["tenders"][0]["amount"] == total < 0
    (paid,) = bodies(shop, facts.ORDER_PAID)
    assert [(part["kind"], part["amount_minor"]) for part in paid["payments"]] == [("ideal", total), ("sale", -3_990 - total)]
    assert money(shop) == (0, 0)


def test_goods_come_back_and_others_are_sent_in_one_transaction(shop: Shop, back: OrdersBack, returns: Returns) -> None:
    delivered(shop)
    back.take(one(back), [wish(1, 2)])
    priced = shop.add(OTHER)
    bring = next(way for way in shop.ordering.ways(OTHER, ONE) if way.fulfilment.to == HERE)
    shop.ordering.order([priced.cart.last_line or 2], bring)
    body = pay_out(shop, returns)
    (placed,) = bodies(shop, facts.ORDER_PLACED)
    assert placed["lines"][0]["article"] == OTHER and body["total"] < 0
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, placed["id"]))
    assert stored is not None and stored.known.money is not None and stored.known.money.to_pay_minor == 0
    assert money(shop) == (0, 0)
    assert [one["article"] for one in body["movements"]] == [SHIRT]


def test_beside_goods_of_a_receipt_a_web_payment_gets_no_more_than_its_own_goods_cost(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    shop.add(OTHER)
    sale = returns.find(shop.sell_cash().receipt)
    delivered(shop)
    back.take(one(back), [wish(1)])
    returns.take(sale, [wish(1, 1, GOODWILL)])
    left = -shop.checkout.begin().left_minor
    to_same = {"cash": ("cash",)}
    ways = returns.refund_options(left, to_same)
    assert {way.kind: way.most_minor for way in ways} == {"cash": 1_500, WEB_PAYMENT: 1_995, "store_credit": left}
    web = next(way for way in ways if way.kind == WEB_PAYMENT)
    assert shop.checkout.refund(web, web.most_minor, "") is None
    rest = returns.refund_options(left - 1_995, to_same)
    assert [way.kind for way in rest] == ["cash"], "the payment has all of its own"


def test_goods_that_another_till_took_while_this_one_paid_out_are_told_all_the_same_and_are_a_task(
    shop: Shop, back: OrdersBack, returns: Returns
) -> None:
    delivered(shop)
    back.take(one(back), [wish(1, 2)])
    way = returns.refund_options(-shop.checkout.begin().left_minor, {})[0]
    (told,) = shop.ledger.device_rows(ORDER, OrderRow)
    gone = OrderEvent("other/1", "w1", 1, RETURNED, DELIVERED, ONE, SATURDAY_MS, "store", 0, "UTR1", ground=WITHDRAWAL)
    shop.put_device(row(ORDER, "w1", replace(told, events=(*told.events, gone))))
    assert shop.checkout.refund(way, way.most_minor, "") is not None
    (moved,) = bodies(shop, facts.ORDER_MOVED)
    assert sum(one["quantity_milli"] for one in moved["moves"]) == 2 * ONE
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, "w1"))
    assert stored is not None and stored.known.state is not None
    assert [(one.code, one.quantity_milli) for one in stored.known.state.lines[1].refused] == [("order.not_there", ONE)]


def test_an_order_that_a_till_took_money_for_comes_back_by_that_receipt(shop: Shop, back: OrdersBack) -> None:
    at_till = OrderPayment("x/1", SATURDAY_MS, "sale", 6_485, reference="AMS1-01-A-000007")
    delivered(shop, payments=(at_till,))
    found = one(back)
    assert found.by_receipts == ("AMS1-01-A-000007",)
    assert code_of(lambda: back.take(found, [wish(1)])) == "return.by_receipt"


def test_what_was_never_paid_gives_nothing_back(shop: Shop, back: OrdersBack) -> None:
    delivered(shop, payments=())
    assert code_of(lambda: back.take(one(back), [wish(1)])) == "return.order_unpaid"


def test_an_order_of_another_store_is_asked_for_once_and_then_comes_back_without_the_hub(
    shop: Shop, back: OrdersBack, returns: Returns, tmp_path: Path
) -> None:
    told = web_row(
        (SHIRT, 2, 3_990), kind="ship_from_store", source="UTR1", terms=PAID_IN_FULL, payments=(IDEAL,),
        events=tuple(replace(event, owner="UTR1" if event.owner else "") for event in steps(1)), delivery=(2_495, 495),
    )  # fmt: skip
    (found,) = back.keep([told.payload])
    assert back.search("W-w1") == (found,) and back.search("anna") == ()  # whom it is for is not kept
    kept = shop.ledger.look(lambda conn: conn.execute("SELECT payload FROM asked_orders").fetchone()[0])
    assert read_json(kept, OrderRow).name == "" and b"Anna" not in kept
    back.take(found, [wish(1, 2)])
    body = pay_out(shop, returns)
    assert (body["total"], money(shop)) == (-3_990 - 495, (0, 0))  # of the delivery as much as the standard one costs
    assert shop.orders.listed() == ()
    shop.clock.wall_ms += 31 * DAY_MS
    back.keep([])
    other = read_json(told.payload, OrderRow)
    back.keep([msgspec.json.encode(replace(other, id="w9", order={**other.order, "id": "w9", "number": "W-9"}))])
    assert shop.ledger.look(lambda conn: conn.execute("SELECT count(*) FROM asked_orders").fetchone()[0]) == 1


def test_what_lies_ready_and_is_not_fetched_cannot_come_back(shop: Shop, back: OrdersBack) -> None:
    shop.put_device(web_row((SHIRT, 2, 3_990), terms=PAID_IN_FULL, payments=(replace(IDEAL, amount_minor=3_990),)))
    assert one(back).is_over
    shop.picking.pick_all("w1")
    shop.picking.put_ready("w1", "B 4")
    shop.orders.hand_over("w1", "code")
    assert one(back).lines[0].left_milli == 2 * ONE
