"""Click and collect in the store: picked by scan, put on a shelf, paid and handed over at once, or sent with a carrier."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.api import Scan
from kiosk.domain import facts
from kiosk.domain.address import Address
from kiosk.domain.catalog import Price
from kiosk.domain.feed import ORDER, Row
from kiosk.domain.order import PAID_IN_FULL, PAY_AT_COLLECTION, SHIP_FROM_STORE, Terms, down_payment
from kiosk.domain.orderasking import YES, Asked, read_asked
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderfacts import latest, read_order, said_in
from kiosk.domain.orderlife import CANCELLED, DECLINED, HANDED_OVER, IN_TRANSIT, PICKED, READY, RETURNED, SHIPPED
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.orderrow import OrderRow
from kiosk.domain.pricelist import Prices
from kiosk.domain.pricing import NO_TERMS
from kiosk.domain.pricing import Terms as PricingTerms
from kiosk.domain.quantity import ONE
from kiosk.domain.recompute import work_out_again
from kiosk.domain.returning import AS_NEW, GOODWILL, Wish
from kiosk.services.orderdesk import OrderView
from kiosk.services.returns import Returns
from kiosk.services.scans import OrderRead, ReceiptRead, ScanDesk
from kiosk.services.tendering import Tendering
from kiosk.services.training import Training
from kiosk.services.voiding import Voiding
from kiosk.store import orders, spool
from tests.kiosk.support import MANAGER, PIN, SATURDAY_MS, Shop, code_of, open_shop, read_csv, row
from tests.kiosk.weborders import CARD, HERE, web_row

THERE = "UTR1"
SHIRT, OTHER = "1001-WHT-M", "1001-WHT-L"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


def web_order(shop: Shop, *lines: tuple[str, int, int], key: str = "w1", **said: Any) -> str:
    """The hub tells of a web order of (article, pieces, amount) for this store; gives its id."""
    shop.put_device(web_row(*lines, key=key, **said))
    return key


def again(shop: Shop, order: str, *events: OrderEvent) -> None:
    """The hub tells more of an order, without what this till did itself."""
    (told,) = [one for one in shop.ledger.device_rows(ORDER, OrderRow) if one.id == order]
    shop.put_device(row(ORDER, order, replace(told, events=(*told.events, *events))))


def prepared(shop: Shop, *lines: tuple[str, int, int], terms: Terms = PAY_AT_COLLECTION, deposit: int = 0) -> str:
    """A web order that lies ready."""
    order = web_order(shop, *lines, terms=terms, deposit=deposit)
    shop.picking.pick_all(order)
    shop.picking.put_ready(order, "B 4")
    return order


def states(view: OrderView) -> dict[str, int]:
    """Pieces by state."""
    found: dict[str, int] = {}
    for part in view.parts:
        found[part.state] = found.get(part.state, 0) + part.quantity_milli // ONE
    return found


def papers(shop: Shop) -> list[str]:
    """What was printed, as text."""
    return [job.plain_text for job in shop.ledger.run(spool.jobs)]


def money(shop: Shop, order: str) -> tuple[int, int]:
    """What is still to pay and to give back, minor units."""
    stored = shop.ledger.look(lambda conn: orders.order_in(conn, order))
    assert stored is not None and stored.known.money is not None
    return stored.known.money.to_pay_minor, stored.known.money.to_give_back_minor


def bodies(shop: Shop, kind: str) -> list[dict[str, object]]:
    """The bodies of all facts of a kind."""
    return [fact.body for fact in shop.facts() if fact.kind == kind]


def barcode(shop: Shop, article: str) -> str:
    """What stands on an article."""
    return shop.article(article).barcodes[0]


# picking


def test_each_piece_is_ticked_off_by_its_scan_and_a_wrong_one_is_refused(shop: Shop) -> None:
    order = web_order(shop, (SHIRT, 2, 5_990), (OTHER, 1, 2_995))
    assert states(shop.picking.scan(order, barcode(shop, SHIRT))) == {"allocated": 2, PICKED: 1}
    assert code_of(lambda: shop.picking.scan(order, barcode(shop, "1001-WHT-S"))) == "order.wrong_article"
    shop.picking.scan(order, barcode(shop, SHIRT))
    assert code_of(lambda: shop.picking.scan(order, barcode(shop, SHIRT))) == "order.picked_already"
    assert code_of(lambda: shop.picking.scan(order, "8799999999999")) == "barcode.check-digit"
    assert code_of(lambda: shop.picking.put_ready(order, "B 4")) == "order.pick_first"
    shop.picking.pick(order, 2, ONE)
    assert code_of(lambda: shop.picking.put_ready(order, "  ")) == "order.shelf"
    view = shop.picking.put_ready(order, "B 4")
    assert states(view) == {READY: 3} and view.said == {"shelf": "B 4"}
    assert shop.picking.put_on_shelf(order, "C 1").said["shelf"] == "C 1"


def test_ticks_outlive_a_cut_of_the_power(tmp_path: Path) -> None:
    with open_shop(tmp_path) as first:
        first.sign_in()
        order = web_order(first, (SHIRT, 2, 5_990))
        first.picking.scan(order, barcode(first, SHIRT))
    with open_shop(tmp_path, key=first.key) as after:
        assert states(after.orders.view(order)) == {"allocated": 1, PICKED: 1}


def test_what_is_not_found_is_declined_with_what_the_customer_was_asked(shop: Shop) -> None:
    order = web_order(shop, (SHIRT, 2, 5_990))
    shop.picking.pick(order, 1, ONE)
    view = shop.picking.not_found(order, 1, ONE, Asked(1, OTHER, YES))
    assert states(view) == {PICKED: 1, DECLINED: 1} and read_asked(view.said["asked"]) == Asked(1, OTHER, YES)
    assert code_of(lambda: shop.picking.not_found(order, 1, 2 * ONE)) == "order.too_many"
    assert states(shop.picking.put_ready(order, "A")) == {READY: 1, DECLINED: 1}


def test_a_cancellation_that_comes_while_it_is_picked_leaves_nothing_to_tick(shop: Shop) -> None:
    order = web_order(shop, (SHIRT, 2, 5_990))
    shop.picking.scan(order, barcode(shop, SHIRT))
    again(shop, order, OrderEvent("hub/9", order, 1, CANCELLED, "allocated", 2 * ONE, SATURDAY_MS, "customer"))
    assert code_of(lambda: shop.picking.scan(order, barcode(shop, SHIRT))) == "order.picked_already"
    assert code_of(lambda: shop.picking.put_ready(order, "A")) == "order.nothing_to_pick"
    assert shop.orders.listed() == ()


def test_an_order_that_is_not_told_any_more_is_unknown_and_never_half_done(shop: Shop) -> None:
    order = web_order(shop)
    shop.put_device(Row(ORDER, order, b""))
    assert code_of(lambda: shop.picking.pick_all(order)) == "order.unknown"
    assert facts.ORDER_MOVED not in shop.kinds()


def test_a_damaged_row_holds_up_no_other_order(shop: Shop) -> None:
    order = web_order(shop)
    shop.put_device(row(ORDER, "broken", {"id": "broken"}))
    told = OrderRow("odd", {"id": "odd", "lines": "none"}, ("hub", 1, 2))
    shop.put_device(row(ORDER, "odd", told))
    assert [one.id for one in shop.orders.listed()] == [order]


def test_a_parcel_gets_a_label_with_its_address_and_leaves_with_the_carriers_number(shop: Shop) -> None:
    order = web_order(shop, kind=SHIP_FROM_STORE, terms=PAY_AT_COLLECTION)
    anna = Address("Anna de Vries", "", "", "1012 JS", "12 a", "Damrak", "Amsterdam", "NL")
    shop.ledger.run(lambda conn: orders.keep_address_in(conn, f"{order}-address", order, anna, 1))
    assert code_of(lambda: shop.picking.ship(order, "3S1")) == "order.nothing_packed"
    shop.picking.pick_all(order)
    shop.picking.put_ready(order, "")
    assert "Damrak 12 a" in papers(shop)[-1] and f"[W-{order}]" in papers(shop)[-1]
    assert code_of(lambda: shop.picking.ship(order, "3S1")) == "order.unpaid"
    paid = web_order(shop, kind=SHIP_FROM_STORE, key="w2", terms=PAY_AT_COLLECTION)
    give_money(shop, paid, 2_995)
    shop.picking.pick_all(paid)
    shop.picking.put_ready(paid, "")
    view = shop.picking.ship(paid, " 3SABC\n123 ")
    assert states(view) == {SHIPPED: 1} and view.said["track"] == "3SABC 123"
    (moved,) = bodies(shop, facts.STOCK_MOVED)
    assert moved["promise"] == "w2/1"


def give_money(shop: Shop, order: str, minor: int) -> None:
    """The hub tells that it was paid on the web."""
    (told,) = [one for one in shop.ledger.device_rows(ORDER, OrderRow) if one.id == order]
    payment = {"id": "hub/pay", "at_ms": 1, "kind": "link", "amount_minor": minor}
    body = {name: getattr(told, name) for name in ("id", "order", "placed_by", "events", "code", "name", "phone")}
    shop.put_device(row(ORDER, order, {**body, "payments": [payment]}))


def test_goods_from_another_store_come_in_and_get_a_place(shop: Shop) -> None:
    order = web_order(shop, source=THERE)
    assert code_of(lambda: shop.picking.arrive(order, "B")) == "order.nothing_came"
    again(
        shop, order, OrderEvent("u/1", order, 1, PICKED, "allocated", ONE, 7, "store", 0, THERE),
        OrderEvent("u/2", order, 1, IN_TRANSIT, PICKED, ONE, 8, "store", 0, THERE),
    )  # fmt: skip
    view = shop.picking.arrive(order, "B 2")
    assert states(view) == {READY: 1} and view.said["shelf"] == "B 2"


def test_the_pick_slip_says_what_to_take_and_bears_the_orders_code(shop: Shop) -> None:
    order = web_order(shop, (SHIRT, 2, 5_990))
    shop.picking.print_slip(order)
    assert "[ ] 2" in papers(shop)[-1] and SHIRT in papers(shop)[-1] and f"[W-{order}]" in papers(shop)[-1]


def test_what_is_said_last_holds_whatever_came_first(shop: Shop) -> None:
    order = prepared(shop)
    shop.picking.put_on_shelf(order, "C 9")
    said = [one for fact in shop.facts() if fact.kind == facts.ORDER_MOVED for one in said_in(fact)]
    assert latest({}, said) == latest({}, said[::-1]) and latest({}, said)["shelf"].text == "C 9"


# handing over


def test_an_order_that_is_paid_is_handed_over_with_a_slip_and_the_sale_is_its_customers(shop: Shop) -> None:
    order = prepared(shop, terms=PAY_AT_COLLECTION)
    give_paid(shop, order)
    assert code_of(lambda: shop.collecting.hand_over(order, "smile")) == "order.proof"
    view = shop.collecting.hand_over(order, "code")
    assert states(view) == {HANDED_OVER: 1} and shop.selling.priced.cart.customer == CARD
    assert bodies(shop, facts.ORDER_MOVED)[-1]["proof"] == "code"
    assert "Code of bon" in papers(shop)[-1] or "Code or receipt" in papers(shop)[-1]


def give_paid(shop: Shop, order: str) -> None:
    """The hub tells that it was paid, beside what it told before."""
    (told,) = [one for one in shop.ledger.device_rows(ORDER, OrderRow) if one.id == order]
    give_money(shop, order, read_order(told.order).total_minor)


def test_the_open_amount_is_paid_with_one_thing_more_and_goods_and_money_move_together(shop: Shop) -> None:
    order = prepared(shop, (SHIRT, 2, 5_990), (OTHER, 1, 2_995))
    assert code_of(lambda: shop.collecting.hand_over(order, "code")) == "order.unpaid"
    priced = shop.collecting.to_basket(order, "code")
    assert priced.total_minor == 8_985 and priced.cart.customer == CARD
    assert code_of(lambda: shop.collecting.to_basket(order, "code")) == "order.in_basket"
    assert code_of(lambda: shop.selling.set_quantity(1, ONE)) == "order.pay_fixed"
    assert code_of(lambda: shop.selling.discount_line(1, "percent", 500, "r")) == "order.pay_fixed"
    shop.add("1001-WHT-S")
    before = shop.ledger.head()
    shop.sell_cash()
    (sale,) = bodies(shop, facts.SALE_COMPLETED)
    assert [one["article"] for one in sale["movements"]] == ["1001-WHT-S"]  # type: ignore[attr-defined]
    assert states(shop.orders.view(order)) == {HANDED_OVER: 3} and money(shop, order) == (0, 0)
    kinds = [fact.kind for fact in shop.facts() if fact.seq > before]
    assert kinds[:3] == [facts.SALE_COMPLETED, facts.ORDER_PAID, facts.ORDER_MOVED] and kinds.count(facts.STOCK_MOVED) == 2


class Offered:
    """What a hub knows of a sale that only pays for orders: nothing of it came from a list."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def prices(self, article: str, rev: int) -> Prices:
        raise AssertionError("an agreed price stands in no list")

    def published(self, article: str, rev: int) -> tuple[Price, ...]:
        raise AssertionError("an agreed price was never published")

    def terms(self, fact: facts.Fact) -> PricingTerms:
        return NO_TERMS

    def rates(self, fact: facts.Fact) -> Mapping[str, int]:
        return dict(self._shop.counter.rules.vat_rates(self._shop.counter.business_day()))


def test_the_hub_works_a_sale_that_pays_for_an_order_out_again_to_the_cent(shop: Shop) -> None:
    order = prepared(shop, (SHIRT, 3, 9_985), terms=down_payment(3_333), deposit=15)
    give_money(shop, order, 3_343)
    shop.collecting.to_basket(order, "code", {1: 2 * ONE})
    shop.sell_cash()
    (sale,) = [fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED]
    verdict = work_out_again(sale, Offered(shop))
    assert verdict.complete and verdict.differences == ()


def test_cash_that_was_paid_for_an_order_before_counts_towards_what_the_law_lets_be_paid_in_cash(shop: Shop) -> None:
    till = Tendering(shop.counter, shop.selling, shop.checkout)
    order = prepared(shop, (SHIRT, 1, 400_000))
    (told,) = [one for one in shop.ledger.device_rows(ORDER, OrderRow) if one.id == order]
    before = (OrderPayment("web/1", SATURDAY_MS, "cash", 150_000), OrderPayment("web/2", SATURDAY_MS, "card", 1_000))
    shop.put_device(row(ORDER, order, replace(told, payments=before)))
    shop.collecting.to_basket(order, "code")
    assert shop.checkout.begin().left_minor == 249_000
    assert code_of(lambda: till.pay("cash", 150_000)) == "tender.cash_limit" == code_of(lambda: shop.checkout.pay_cash(150_000))
    assert till.pay("cash", 149_900) is None, "299,900 of 300,000 in all"


@pytest.mark.parametrize("customer", ["", CARD])
def test_what_was_paid_here_for_the_order_counts_once_whoever_paid_it(shop: Shop, customer: str) -> None:
    till = Tendering(shop.counter, shop.selling, shop.checkout)
    order = prepared(shop, (SHIRT, 1, 150_000), (OTHER, 1, 200_000))
    shop.collecting.to_basket(order, "code", {1: ONE})
    if customer:
        shop.selling.know_customer(customer)
    shop.checkout.begin()
    assert till.pay("cash", 150_000) is not None
    shop.collecting.to_basket(order, "code")
    if customer:
        shop.selling.know_customer(customer)
    assert shop.checkout.begin().left_minor == 200_000
    assert code_of(lambda: till.pay("cash", 150_000)) == "tender.cash_limit"
    assert till.pay("cash", 149_900) is None


def test_a_discount_on_the_sale_and_promotions_leave_the_agreed_price_alone(shop: Shop) -> None:
    order = prepared(shop, (SHIRT, 1, 2_995))
    shop.collecting.to_basket(order, "code")
    shop.add("1001-WHT-S")
    priced = shop.selling.discount_sale("percent", 500, "friend")
    assert priced.lines[0].amount_minor == 2_995 and priced.lines[1].sale_discount_minor > 0


def test_a_down_payment_leaves_the_rest_and_deposit_is_apart(shop: Shop) -> None:
    order = prepared(shop, (SHIRT, 2, 6_000), terms=down_payment(2_500), deposit=50)
    give_money(shop, order, 1_525)
    priced = shop.collecting.to_basket(order, "code", {1: ONE})
    assert (priced.goods_minor, priced.deposit_minor, priced.total_minor) == (2_238, 50, 2_288)
    shop.sell_cash()
    assert states(shop.orders.view(order)) == {HANDED_OVER: 1, READY: 1}
    assert shop.collecting.due_minor(order) == 6_100 - 1_525 - 2_288


def test_an_order_that_was_paid_elsewhere_meanwhile_is_not_paid_twice(shop: Shop) -> None:
    order = prepared(shop)
    shop.collecting.to_basket(order, "code")
    give_paid(shop, order)
    assert code_of(shop.checkout.begin) == "order.changed"
    shop.selling.remove(1)
    shop.collecting.hand_over(order, "code")


def test_an_order_that_was_cancelled_while_its_customer_pays_is_paid_and_says_what_goes_back(shop: Shop) -> None:
    order = prepared(shop)
    shop.collecting.to_basket(order, "code")
    shop.checkout.begin()
    again(shop, order, OrderEvent("hub/9", order, 1, CANCELLED, READY, ONE, SATURDAY_MS, "customer", 0))
    assert shop.checkout.pay_cash(shop.checkout.cash_due()) is not None
    assert states(shop.orders.view(order)) == {CANCELLED: 1} and money(shop, order) == (0, 2_995)


def test_what_was_paid_at_collection_comes_back_on_its_receipt_and_cannot_be_undone_as_a_sale(shop: Shop) -> None:
    order = prepared(shop, (SHIRT, 1, 2_995), (OTHER, 1, 2_995))
    shop.add("1001-WHT-S")
    shop.collecting.to_basket(order, "code")
    shop.sell_cash()
    voiding = Voiding(shop.counter, shop.session, shop.receipts)
    voiding.orders = shop.orders
    receipt = str(bodies(shop, facts.SALE_COMPLETED)[0]["receipt"])
    assert code_of(lambda: voiding.void(receipt, "r", MANAGER, PIN)) == "void.order_paid"
    returns = Returns(shop.counter, shop.selling, shop.session)
    returns.take(returns.find(receipt), [Wish(3, ONE, GOODWILL, "too small", AS_NEW, to_stock=True)])
    shop.checkout.begin()
    shop.checkout.refund_cash(10**6)
    assert states(shop.orders.view(order)) == {HANDED_OVER: 1, RETURNED: 1} and money(shop, order) == (0, 0)


def test_another_till_that_has_heard_of_it_refuses_to_hand_the_same_goods_over(shop: Shop) -> None:
    order = prepared(shop, terms=PAID_IN_FULL)
    give_paid(shop, order)
    again(shop, order, OrderEvent("other-till/1/9/0", order, 1, HANDED_OVER, READY, ONE, SATURDAY_MS, "store", 0, HERE))
    assert code_of(lambda: shop.collecting.hand_over(order, "code")) == "order.nothing_ready"


def test_goods_with_an_age_limit_ask_for_it_and_the_fact_says_that_it_was_seen(tmp_path: Path) -> None:
    with open_shop(tmp_path, "grocery") as shop:
        shop.sign_in()
        shop.open_shift()
        beer = next(line["sku"] for line in read_csv("grocery", "products") if line["age_limit"] == "18")
        order = prepared(shop, (beer, 1, 100), terms=PAID_IN_FULL)
        give_paid(shop, order)
        assert code_of(lambda: shop.collecting.hand_over(order, "identity")) == "order.age"
        shop.collecting.hand_over(order, "identity", None, 18)
        assert bodies(shop, facts.ORDER_MOVED)[-1]["age_checked"] == 18


# scans


def scan(shop: Shop, text: str) -> object:
    """What a scan anywhere on the sale screen does."""
    desk = ScanDesk(shop.counter, shop.selling, dict)
    desk.orders = shop.orders
    return desk.handle(Scan("scanner", text.encode(), text, None, 1))


def test_a_code_or_a_number_opens_its_order_from_the_sale_and_a_receipt_that_is_over_still_returns(shop: Shop) -> None:
    order = web_order(shop)
    for text in ("482913", f"W-{order}", f"https://shop.example/collect/w-{order}"):
        found = scan(shop, text)
        assert isinstance(found, OrderRead) and found.order == order, text
    shop.add(SHIRT)
    receipt = shop.sell_cash().receipt
    assert isinstance(scan(shop, receipt), ReceiptRead)
    assert not isinstance(scan(shop, "482914"), OrderRead)
    Training(shop.counter, shop.selling).start()
    assert not isinstance(scan(shop, "482913"), OrderRead)


def test_the_list_is_folded_once_and_brought_up_to_date_by_what_changed(shop: Shop) -> None:
    order = web_order(shop)
    (first,) = shop.orders.listed()
    assert shop.orders.listed()[0] is first
    shop.picking.pick_all(order)
    (second,) = shop.orders.listed()
    assert second is not first and states(second) == {PICKED: 1}
