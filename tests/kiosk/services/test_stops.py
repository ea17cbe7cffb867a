"""Sales stops at a till: refused wherever goods would leave, asked where nobody can tell, and the shelf cleared by a work."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.api import Scan
from kiosk.domain import facts
from kiosk.domain.feed import STOP_DONE, STOPPED
from kiosk.domain.quantity import ONE
from kiosk.domain.salesstop import LISTED, OTHER, RECALL, SEND_BACK, SalesStop, StopDone, Verdict
from kiosk.domain.stock import moved_by
from kiosk.domain.stockwork import CLEAR
from kiosk.domain.ticket import Ticket
from kiosk.services import clearing
from kiosk.services.goods import goods_of
from kiosk.services.scans import Halted, ScanDesk, Sold
from kiosk.services.selfservice import SelfService
from kiosk.services.stockwork import StockDesk
from kiosk.services.stopguard import is_recalled
from kiosk.services.stops import StopDesk
from kiosk.services.suspending import Suspending
from tests.kiosk.services.test_pickup import PAY_AT_COLLECTION, SHIP_FROM_STORE, give_money, prepared, web_order
from tests.kiosk.services.test_stockwork import tell_stock
from tests.kiosk.support import ASSOCIATE, CASHIER, PIN, SATURDAY_MS, Shop, code_of, open_shop, row

SHIRT, SHIRT_CODE, OTHER_SHIRT = "1001-WHT-M", "8799999000024", "1001-WHT-L"
STOP = SalesStop("s1", RECALL, SHIRT, "the dye stains", SATURDAY_MS - 1, says={"nl": "De verf geeft af."}, handling=SEND_BACK)
OF_BATCH = replace(STOP, id="s2", batches=("L1", "L2"))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


def tell(shop: Shop, *stops: SalesStop) -> None:
    """The hub tells of stops."""
    shop.put_device(*(row(STOPPED, one.id, one) for one in stops))
    shop.counter.reload()


def lift(shop: Shop, *stops: SalesStop) -> None:
    """The hub says that they are over."""
    shop.put_device(*(row(STOPPED, one.id, one)._replace(payload=b"") for one in stops))
    shop.counter.reload()


def scan(shop: Shop, text: str, aim: str | None = None) -> Sold | str:
    """A scan at the till: what it sold, or the code of its refusal."""
    result = ScanDesk(shop.counter, shop.selling, dict).handle(Scan("scanner", text.encode(), text, aim, 0))
    if isinstance(result, Halted):
        return result.error.code
    assert isinstance(result, Sold)
    return result


def stops(shop: Shop) -> StopDesk:
    """Its stops."""
    return StopDesk(shop.counter, shop.selling)


def batch(number: str) -> str:
    """A GS1 code of the shirt with a batch."""
    return f"]d201{SHIRT_CODE.zfill(14)}10{number}"


def test_a_scan_of_stopped_goods_is_refused_while_its_stop_holds_and_without_any_network(shop: Shop) -> None:
    tell(shop, replace(STOP, from_ms=SATURDAY_MS + 1_000))
    assert isinstance(scan(shop, SHIRT_CODE), Sold), "it has not begun"
    shop.clock.pass_ms(1_000)
    assert scan(shop, SHIRT_CODE) == "stop.article"
    assert code_of(lambda: shop.add(SHIRT)) == "stop.article"
    assert isinstance(scan(shop, shop.article(OTHER_SHIRT).barcodes[0]), Sold), "another size goes"
    lift(shop, STOP)
    assert isinstance(scan(shop, SHIRT_CODE), Sold)


def test_a_stop_of_another_store_or_one_that_is_over_stops_nothing_here(shop: Shop) -> None:
    tell(shop, replace(STOP, stores=("UTR1",)), replace(STOP, id="s9", until_ms=SATURDAY_MS))
    assert isinstance(scan(shop, SHIRT_CODE), Sold)


def test_a_batch_in_the_code_decides_and_goes_onto_the_receipts_line(shop: Shop) -> None:
    tell(shop, OF_BATCH)
    assert scan(shop, batch("l1")) == "stop.number"
    assert isinstance(scan(shop, batch("L3")), Sold)
    assert isinstance(scan(shop, batch("L4")), Sold)
    assert [(line.batch, line.quantity_milli) for line in shop.selling.priced.cart.lines] == [("L3", ONE), ("L4", ONE)]
    assert stops(shop).caught(shop.selling.priced.cart) == ()
    shop.sell_cash()
    (sale,) = [fact.body for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED]
    assert [line["batch"] for line in sale["lines"]] == ["L3", "L4"]


def test_goods_whose_batch_nobody_knows_are_looked_at_before_they_are_paid_and_the_answer_is_a_fact(shop: Shop) -> None:
    tell(shop, OF_BATCH)
    scan(shop, SHIRT_CODE)
    (asked,) = stops(shop).caught(shop.selling.priced.cart)
    assert (asked.verdict, asked.stop.id) == (Verdict.LOOK, "s2")
    assert code_of(shop.checkout.begin) == "stop.look"
    stops(shop).answer(1, "s2", OTHER)
    scan(shop, SHIRT_CODE)
    assert code_of(shop.checkout.begin) == "stop.look", "nobody looked at the second one"
    stops(shop).answer(1, "s2", OTHER)
    shop.sell_cash()
    said = [fact.body for fact in shop.facts() if fact.kind == facts.STOP_LOOKED]
    assert [(one["stop"], one["answer"], one["quantity"]) for one in said] == [("s2", OTHER, ONE), ("s2", OTHER, 2 * ONE)]
    assert shop.chain()[1] is None


def test_goods_that_are_among_those_meant_go_out_of_the_sale(shop: Shop) -> None:
    tell(shop, OF_BATCH)
    scan(shop, SHIRT_CODE)
    priced = stops(shop).answer(1, "s2", LISTED)
    assert priced.cart.is_empty and [one.article for one in priced.cart.removed] == [SHIRT]
    (said,) = [fact for fact in shop.facts() if fact.kind == facts.STOP_LOOKED]
    assert (said.body["answer"], said.employee) == (LISTED, CASHIER)


def test_a_suspended_sale_is_caught_when_it_is_taken_up_and_before_it_is_paid(shop: Shop) -> None:
    shop.add(SHIRT)
    suspending = Suspending(shop.counter, shop.selling, shop.receipts)
    sale = suspending.suspend().sale
    tell(shop, STOP)
    priced = suspending.retrieve(sale)
    assert [one.verdict for one in stops(shop).caught(priced.cart)] == [Verdict.STOPPED]
    assert code_of(shop.checkout.begin) == "stop.in_cart"
    shop.selling.remove(1)
    shop.add(OTHER_SHIRT)
    shop.sell_cash()


def test_what_is_called_back_is_known_when_it_comes_back(shop: Shop) -> None:
    tell(shop, STOP)
    assert is_recalled(shop.counter, SHIRT) and not is_recalled(shop.counter, OTHER_SHIRT)


def test_stopped_goods_are_neither_picked_nor_handed_over_nor_paid_for_an_order(shop: Shop) -> None:
    ready, order = prepared(shop, (SHIRT, 1, 2_995)), web_order(shop, (SHIRT, 1, 2_995), key="w2", terms=PAY_AT_COLLECTION)
    tell(shop, STOP)
    for refused in (
        lambda: shop.picking.scan(order, SHIRT_CODE), lambda: shop.picking.pick_all(order),
        lambda: shop.collecting.hand_over(ready, "code"), lambda: shop.collecting.to_basket(ready, "code"),
    ):  # fmt: skip
        assert code_of(refused) == "stop.order"
    parcel = web_order(shop, (SHIRT, 1, 2_995), key="w3", kind=SHIP_FROM_STORE, terms=PAY_AT_COLLECTION)
    lift(shop, STOP)
    shop.picking.pick_all(parcel)
    shop.picking.put_ready(parcel, "")
    give_money(shop, parcel, 2_995)
    tell(shop, STOP)
    assert code_of(lambda: shop.picking.ship(parcel, "3S1")) == "stop.order", "the stop came when it was packed"
    lift(shop, STOP)
    assert shop.picking.ship(parcel, "3S1").id == parcel
    shop.collecting.to_basket(ready, "code")
    tell(shop, STOP)
    assert code_of(shop.checkout.begin) == "stop.in_cart", "the stop came while it stood in the basket"


def test_stopped_goods_are_available_nowhere_that_the_stop_holds(shop: Shop) -> None:
    before = shop.lookup.available(SHIRT)
    assert before.here is not None and before.here.free_milli > 0 and before.elsewhere
    tell(shop, replace(STOP, stores=("AMS1",)))
    after = shop.lookup.available(SHIRT)
    assert after.here is not None and after.here.free_milli == 0 and after.elsewhere == before.elsewhere
    tell(shop, replace(STOP, stores=()))
    assert shop.lookup.available(SHIRT).elsewhere == ()
    tell(shop, OF_BATCH)
    lift(shop, STOP)
    assert shop.lookup.available(SHIRT) == before, "another batch may be sold"


def test_a_kiosks_basket_comes_in_without_what_was_stopped_since(shop: Shop) -> None:
    tell(shop, STOP)
    codes = (SHIRT_CODE.zfill(14), shop.article(OTHER_SHIRT).barcodes[0].zfill(14))
    made = shop.selling.take_ticket(Ticket("0192f0a0-0000-7000-8000-00000000002a", b"kiosk", 1, tuple((one, ONE) for one in codes)))
    assert (made.added, made.unknown, made.stopped) == (1, (), (shop.article(SHIRT).name(shop.counter.language),))


def test_a_kiosk_refuses_stopped_goods_in_the_shoppers_words_and_leaves_what_nobody_knows_to_the_till(shop: Shop) -> None:
    kiosk = SelfService(shop.counter, shop.receipts, shop.key.sign, shop.key.public)
    shop.counter.language = "nl"
    kiosk.add_article(SHIRT)
    tell(shop, STOP)
    assert code_of(lambda: kiosk.add_article(SHIRT)) == "stop.shopper_says"
    assert code_of(lambda: kiosk.look_up_scan(SHIRT_CODE, None)) == "stop.shopper_says"
    assert code_of(lambda: kiosk.issue_ticket(on_paper=False)) == "stop.shopper_says"
    lift(shop, STOP)
    tell(shop, replace(OF_BATCH, says={}))
    assert code_of(lambda: kiosk.look_up_scan(batch("L1"), None)) == "stop.shopper"
    assert kiosk.issue_ticket(on_paper=False).id


# the shelf


def clear(shop: Shop, stop: SalesStop = STOP) -> tuple[StockDesk, str]:
    """Somebody takes stopped goods off the shelf."""
    shop.sign_in(ASSOCIATE)
    desk = StockDesk(shop.counter, shop.session)
    return desk, desk.begin(CLEAR, stop=stop, title="Shirt").work.id


def test_what_a_store_took_off_its_shelf_leaves_the_stock_with_the_stop_as_reason(shop: Shop) -> None:
    tell(shop, STOP)
    tell_stock(shop, SHIRT, 2 * ONE)
    (task,) = clearing.tasks(shop.counter)
    assert task.is_open and task.here_milli == 2 * ONE
    desk, work = clear(shop)
    assert clear(shop)[1] == work, "one work for each stop"
    assert code_of(lambda: desk.scan(work, shop.article(OTHER_SHIRT).barcodes[0])) == "stop.other_article"
    desk.scan(work, SHIRT_CODE)
    desk.scan(work, SHIRT_CODE)
    fact = desk.post(work)
    body = fact.body
    assert (fact.kind, body["stop"], body["quantity"], body["handling"]) == (facts.STOP_CLEARED, "s1", 2 * ONE, SEND_BACK)
    (moved,) = [one for one in shop.facts() if one.kind == facts.STOCK_MOVED]
    assert [one.movement.quantity_milli for one in moved_by(moved)] == [-2 * ONE]
    assert (moved.body["reason"], moved.body["detail"]["why"], moved.body["detail"]["work"]) == ("written_off", "recall", work)
    (task,) = clearing.tasks(shop.counter)
    assert not task.is_open and task.done is not None and task.done.quantity_milli == 2 * ONE
    tell_stock(shop, SHIRT, 5 * ONE)
    assert clearing.tasks(shop.counter)[0].is_open, "more of it came"


def test_a_store_that_found_none_says_so_and_moves_nothing(shop: Shop) -> None:
    tell(shop, OF_BATCH)
    desk, work = clear(shop, OF_BATCH)
    assert code_of(lambda: desk.post(work)) == "stock.nothing"
    assert code_of(lambda: desk.scan(work, batch("L3")[3:])) == "stop.other_number"
    desk.put(work, SHIRT, 0)
    assert desk.post(work).body["quantity"] == 0
    assert facts.STOCK_MOVED not in shop.kinds()
    assert not clearing.tasks(shop.counter)[0].is_open


def test_another_till_of_the_store_that_did_it_closes_the_task_and_a_stop_that_ends_ends_its_work(shop: Shop) -> None:
    tell(shop, STOP)
    shop.put_device(row(STOP_DONE, "s1", StopDone("s1", SATURDAY_MS, "102", 3 * ONE)))
    (task,) = clearing.tasks(shop.counter)
    assert task.done is not None and (task.done.employee, task.done.quantity_milli) == ("102", 3 * ONE)
    desk, work = clear(shop)
    lift(shop, STOP)
    assert code_of(lambda: desk.scan(work, SHIRT_CODE)) == "stop.over"
    assert clearing.tasks(shop.counter) == ()


def test_stopped_goods_of_any_worth_leave_the_shelf_without_a_second_person(shop: Shop) -> None:
    shop.put_settings({"till.stock_limit": "0.01"})
    tell(shop, STOP)
    desk, work = clear(shop)
    desk.put(work, SHIRT, 50 * ONE)
    assert desk.post(work).body["detail"]["approved_by"] == ""
    shop.sign_in(CASHIER)
    cashier = StockDesk(shop.counter, shop.session)
    again = cashier.begin(CLEAR, stop=STOP).work.id
    cashier.put(again, SHIRT, ONE)
    assert code_of(lambda: cashier.post(again)) == "stock.not_allowed"
    assert cashier.post(again, ASSOCIATE, PIN).body["detail"]["approved_by"] == ASSOCIATE


def test_a_code_with_a_batch_is_read_by_the_counter_as_it_is_by_the_till(shop: Shop) -> None:
    assert goods_of(shop.counter, batch("L7")).batch == "L7"
