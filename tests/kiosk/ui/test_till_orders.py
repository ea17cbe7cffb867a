"""The orders of the store on the till: lists with targets, picking by scan, hand-over with proof, and a sign that one waits."""

import pytest
from PySide6.QtCore import Qt

from kiosk.domain import facts as kinds
from kiosk.domain.address import Address
from kiosk.domain.allocation import Grant
from kiosk.domain.feed import ORDER, Row, Setting
from kiosk.domain.order import SHIP_FROM_STORE
from kiosk.domain.orderlife import CANCELLED, HANDED_OVER, READY
from kiosk.domain.ordermoney import OrderPayment
from kiosk.domain.orderrow import OrderRow
from kiosk.domain.reservation import code_of
from kiosk.services.pickup import Pickup
from kiosk.text import words
from kiosk.ui import sounds
from kiosk.ui.pickup_words import BAD, CALM, WARN, span
from kiosk.ui.till_orders import OrdersModel
from tests.kiosk.support import row
from tests.kiosk.ui.kiosk.shop import NOON_MS
from tests.kiosk.ui.shots_orders import NAMES, RESERVED, SHIRTS, reservation, some_orders, tell
from tests.kiosk.ui.test_till_menu import choose
from tests.kiosk.ui.test_till_returns import facts
from tests.kiosk.ui.till_shop import TillShop
from tests.kiosk.weborders import MINUTE_MS, web_row

ENTER, ESC, F3, F8, INSERT, DOWN = (
    Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F3, Qt.Key.Key_F8, Qt.Key.Key_Insert, Qt.Key.Key_Down,
)  # fmt: skip
M, L, XL = "8799999000024", "8799999000031", "8799999000048"


@pytest.fixture
def shop(selling: TillShop) -> TillShop:
    """A till with a morning's orders, on the list of those to pick."""
    some_orders(selling)
    selling.key(INSERT)
    return selling


def model(till: TillShop) -> OrdersModel:
    """The lists."""
    return till.till.more_model.orders_model


def desk(till: TillShop) -> Pickup:
    """The desks behind them."""
    assert till.desk.pickup is not None
    return till.desk.pickup


def states(till: TillShop, order: str) -> set[str]:
    """In which states an order's goods are."""
    return {part.state for part in desk(till).orders.view(order).parts}


def ready(till: TillShop, *lines: tuple[str, int, int], key: str, code: str, paid: bool = False) -> str:
    """One more order, which lies ready."""
    tell(till, web_row(*lines, key=key, names=NAMES, placed_ms=NOON_MS - MINUTE_MS, code=code))
    desk(till).picking.pick_all(key)
    desk(till).picking.put_ready(key, "C 7")
    if paid:
        (told,) = [one for one in till.shop.ledger.device_rows(ORDER, OrderRow) if one.id == key]
        payment = {"id": "hub/pay", "at_ms": 1, "kind": "link", "amount_minor": 2_995}
        body = {name: getattr(told, name) for name in ("id", "order", "placed_by", "events", "code", "name", "phone")}
        tell(till, row(ORDER, key, {**body, "payments": [payment]}))
    return key


def test_the_oldest_promise_comes_first_with_its_target_and_a_text_finds_or_says_that_nothing_fits(shop: TillShop):
    shown = model(shop).rows_shown()
    assert [(one.key, one.note, one.tone) for one in shown] == [
        ("240918", "35 min too late", BAD), ("240931", "10 min left", WARN), ("240940", "56 min left", CALM),
    ]  # fmt: skip
    assert model(shop).signText == "3 orders · 35 min too late" and model(shop).signWarns
    shop.tap("On the way 1")
    assert [one.key for one in model(shop).rows_shown()] == ["w5"]
    shop.key(ESC)
    assert shop.till.screen == "sale"
    shop.key(INSERT)
    model(shop).search("482 914")
    shop.settle()
    assert "No order fits '482 914'" in shop.texts()
    shop.scan("482914")
    assert shop.till.messageWarns
    model(shop).search("heuvel")
    shop.settle()
    assert [one.key for one in model(shop).rows_shown()] == ["240931"]
    model(shop).openOrder("240918")
    shop.settle()
    tell(shop, Row(ORDER, "240918", b""))
    assert not model(shop).pickup_model.is_open and shop.till.messageCode == "order.unknown"
    model(shop).chooseTab("pick")
    assert [one.key for one in model(shop).rows_shown()] == ["240931", "240940"]


def test_a_scan_ticks_off_a_wrong_article_is_refused_aloud_and_the_shelf_ends_it(shop: TillShop):
    shop.key(ENTER)
    shop.scan(M)
    assert "1 of 4 picked" in shop.texts() and shop.sounds.names[-1] == sounds.GOOD
    shop.scan(XL)
    assert "is not in this order" in shop.till.message and shop.sounds.names[-1] == sounds.REFUSED
    shop.scan(M)
    shop.scan(L)
    model(shop).pickup_model.chooseLine(3)
    shop.key(F3)
    shop.scan(XL)
    assert "Basic T-shirt white · XL · €14.96 less" in " ".join(shop.texts())
    shop.tap("The customer does not want that")
    assert "Customer does not want Basic T-shirt" in " ".join(shop.texts())
    shop.key(ENTER)
    shop.type("B 4")
    shop.key(ENTER)
    assert states(shop, "240918") == {READY, "declined"} and "B 4" in shop.texts()
    assert [one.key for one in model(shop).rows_shown()] == ["240931", "240940"]
    shop.till.clearMessage()
    shop.key(ESC, DOWN, ENTER)
    shop.key(ENTER)
    shop.key(ENTER)
    shop.scan("SHELF-12")
    assert desk(shop).orders.view("240931").said == {"shelf": "SHELF-12"} and not shop.till.message


def test_what_the_customer_agrees_to_is_picked_by_its_own_scan_in_place_of_what_is_not_there(shop: TillShop):
    shop.key(ENTER)
    pickup = model(shop).pickup_model
    pickup.chooseLine(3)
    shop.key(F3)
    shown = [one.key for one in pickup.missing_model.rows_shown()]
    assert shown and "1001-WHT-S" not in shown and pickup.missing_model.answers_shown()[0].title == "Not asked"
    shop.scan(XL)
    shop.key(DOWN)
    assert pickup.missing_model.article in shown and "Agreed at the counter" in shop.texts()
    chosen = pickup.missing_model.article
    shop.key(ENTER)
    (fact,) = facts(shop, kinds.ORDER_SUBSTITUTED)
    assert (fact["article"], fact["line"], fact["heard"], fact["dearer"]) == (chosen, 3, "phone", False)
    assert "In place of " + NAMES[2] in " ".join(shop.texts()) and "0 of 4 picked" in shop.texts()
    article = shop.desk.counter.catalog.article(chosen)
    assert article is not None
    shop.scan(article.barcodes[0])
    assert "1 of 4 picked" in shop.texts()
    assert not pickup.missing_model.article, "nothing of it is left for the next line"


def test_a_code_opens_its_order_one_touch_hands_it_over_and_what_is_open_is_paid_with_one_thing_more(shop: TillShop):
    order = ready(shop, ("1001-WHT-M", 1, 2_995), key="p1", code="334455", paid=True)
    shop.key(ESC)
    shop.scan("334455")
    assert shop.till.screen == "orders" and "C 7" in shop.texts()
    shop.key(ENTER, ENTER)
    assert states(shop, order) == {HANDED_OVER} and shop.till.screen == "sale"
    assert facts(shop, kinds.ORDER_MOVED)[-1]["proof"] == "code"
    assert shop.desk.selling.priced.cart.customer == "NL20410001" and "is handed over" in shop.till.message
    other = ready(shop, *SHIRTS, key="p2", code="998877")
    shop.scan("998877")
    shop.key(ENTER)
    assert "€119.80 goes into the basket" in " ".join(shop.texts())
    shop.tap("One less, " + NAMES[1])
    shop.tap("Identity document")
    assert shop.till.screen == "sale" and states(shop, other) == {READY}
    assert {line.pays.line for line in shop.desk.selling.priced.cart.lines if line.pays} == {1, 3}
    shop.scan(XL)
    shop.key(Qt.Key.Key_F9, ENTER, ENTER)
    assert states(shop, other) == {HANDED_OVER, READY}
    assert facts(shop, kinds.ORDER_MOVED)[-1]["proof"] == "identity"


def test_what_nobody_fetched_goes_back_what_is_not_wanted_is_cancelled_and_a_parcel_is_not_sent_unpaid(shop: TillShop):
    model(shop).chooseTab("late")
    shop.key(ENTER)
    shop.tap("Back on the shelf")
    assert states(shop, "w6") == {"expired"}
    shop.key(ESC)
    model(shop).chooseTab("pick")
    shop.key(ENTER, F8)
    shop.tap("One more, " + NAMES[0])
    shop.tap("Cancel these")
    assert "cancelled" in states(shop, "240918")
    model(shop).openOrder("240940")
    shop.settle()
    shop.key(ENTER, ENTER, ENTER)
    assert states(shop, "240940") == {"packed"} and "Label again" in [one.title for one in model(shop).pickup_model.acts_shown()]
    shop.key(ENTER)
    shop.scan("3SABCD0001")
    assert shop.till.messageCode == "order.unpaid"


def test_pieces_are_scanned_into_parcels_and_the_carrier_takes_what_was_scanned(selling: TillShop):
    tell(selling, row("setting", "order.sscc_prefix", Setting("order.sscc_prefix", "8712345001")))
    paid = OrderPayment("hub/pay", 1, "link", 5_990)
    tell(selling, web_row(("1001-WHT-M", 1, 2_995), ("1001-WHT-L", 1, 2_995), key="p8", names=NAMES, kind=SHIP_FROM_STORE,
                          placed_ms=NOON_MS - MINUTE_MS, name="", phone="", code="", payments=(paid,)))  # fmt: skip
    selling.key(INSERT, ENTER)
    selling.scan(M)
    selling.scan(L)
    selling.key(ENTER)
    assert "What goes into this parcel?" in selling.texts()
    selling.scan(M)
    selling.scan(XL)
    assert selling.till.messageCode == "order.wrong_article"
    selling.key(ENTER)
    assert states(selling, "p8") == {"packed", "picked"}
    selling.key(ENTER, ENTER)
    assert states(selling, "p8") == {"packed"} and "Parcels 2" in selling.texts()
    assert [one.key for one in model(selling).rows_shown()] == [], "nothing of it is to be picked"
    selling.key(ESC)
    model(selling).chooseTab("sending")
    first, second = (one.key for one in model(selling).carrier_model.rows_shown())
    selling.scan("00" + second)
    assert "Given to the carrier: 1 of 2" in selling.texts()
    selling.key(Qt.Key.Key_F9)
    assert facts(selling, kinds.PARCELS_HANDED)[-1]["parcels"][0]["parcel"] == second
    assert [one.key for one in model(selling).carrier_model.rows_shown()] == [first]
    selling.key(ENTER)
    assert "Given to the carrier: 1 of 1" in selling.texts()
    selling.tap("Given to the carrier")
    assert states(selling, "p8") == {"shipped"} and "No parcel waits for a carrier" in selling.texts()


def test_at_the_hand_over_what_others_bought_with_it_is_one_touch_from_the_basket(selling: TillShop):
    counter = selling.desk.counter
    more = next(
        one for one in counter.catalog.articles("ORDER BY a.id", ())
        if one.style != "1001" and one.barcodes and not one.asks_serial and not one.is_weighed
        and any(level.store == "AMS1" and level.on_hand_milli > 0 for level in counter.offer(one).stock)
    )  # fmt: skip
    for _ in range(2):
        selling.scan(M)
        selling.scan(more.barcodes[0])
        selling.key(Qt.Key.Key_F9, ENTER, ENTER)
    ready(selling, ("1001-WHT-L", 1, 2_995), key="t1", code="121212", paid=True)
    selling.scan("121212")
    assert model(selling).together_model.rows_shown() == (), "nothing is handed over yet"
    selling.key(ENTER)
    (row_,) = model(selling).together_model.rows_shown()
    assert row_.key == more.id and row_.note and "Often bought with it, and here" in selling.texts()
    selling.tap(row_.title)
    assert model(selling).together_model.rows_shown()[0].added
    selling.key(ENTER)
    assert states(selling, "t1") == {HANDED_OVER} and selling.till.screen == "sale"
    assert [line.article for line in selling.desk.selling.priced.cart.lines] == [more.id]


def test_an_order_of_this_till_is_on_the_list_at_once_and_goes_back_as_its_receipts_return(selling: TillShop):
    selling.scan(M)
    ordering = selling.desk.ordering
    assert ordering is not None
    tell(selling, row("grant", "AMS1|1001-WHT-M", Grant("AMS1", "1001-WHT-M", 1_000, 1)))
    here = next(way for way in ordering.ways("1001-WHT-M", 1_000) if way.fulfilment.source == "AMS1")
    ordering.order([1], here, Address("Anna de Vries", "06 12345678"))
    selling.till.show(selling.desk.selling.priced)
    selling.key(Qt.Key.Key_F9, ENTER, ENTER)
    assert model(selling).signShort == "1"
    order = facts(selling, kinds.ORDER_PLACED)[0]
    model(selling).openOrder(str(order["id"]))
    selling.settle()
    selling.till.more_model.orders_model.pickup_model.act("cancel")
    selling.settle()
    assert selling.till.dialog == "return_lines" and selling.till.screen == "sale"


def test_a_new_order_is_heard_once_or_not_at_all_where_the_shop_wants_it_quiet_and_training_has_none(shop: TillShop):
    before = shop.sounds.names.count(sounds.ATTENTION)
    tell(shop, web_row(key="n1"))
    shop.till.rows_changed("device")
    shop.settle()
    assert shop.sounds.names.count(sounds.ATTENTION) == before + 1
    tell(shop, row("setting", "order.sound", Setting("order.sound", False)))
    tell(shop, web_row(key="n2"))
    assert shop.sounds.names.count(sounds.ATTENTION) == before + 1
    shop.key(ESC)
    choose(shop, "orders")
    assert shop.till.screen == "orders"
    shop.key(ESC)
    choose(shop, "training")
    assert not model(shop).isCalling


def test_minutes_hours_and_days_are_told_as_short_as_they_are_read():
    say = words("en")
    assert [span(n, say) for n in (5, 119, 120, 47 * 60, 48 * 60)] == ["5 min", "119 min", "2 h", "47 h", "2 days"]


def test_a_reservation_is_in_the_basket_after_a_scan_and_three_times_enter_and_what_is_not_bought_is_let_go(selling: TillShop):
    till = selling
    tell(till, reservation())
    assert any("Reserved until 14:00" in one.detail for one in model(till).rows_shown())
    till.scan(code_of(RESERVED))
    acts = [one.key for one in model(till).pickup_model.acts_shown()]
    assert till.till.screen == "orders" and acts[0] == "here"
    till.key(ENTER)
    model(till).pickup_model.more(1, -1)
    till.settle()
    till.key(ENTER)
    (line,) = till.desk.selling.priced.lines
    assert till.till.screen == "sale" and (line.line.quantity_milli, line.amount_minor) == (1_000, 2_995)
    till.desk.checkout.begin()
    till.desk.checkout.pay_cash(2_995)
    assert states(till, RESERVED) == {HANDED_OVER, CANCELLED}


def test_after_its_time_a_reservation_is_neither_to_be_picked_nor_handed_over_and_its_code_says_so(selling: TillShop):
    till = selling
    tell(till, reservation(hours=0))
    assert not model(till).property("isCalling")
    till.scan(code_of(RESERVED))
    assert till.till.dialog == "notice" and till.till.screen == "sale"
    till.key(ENTER)
    till.key(INSERT)
    till.scan(code_of(RESERVED))
    shown = model(till).pickup_model
    assert "Was reserved until 12:00" in shown.property("promiseText")
    assert [one.key for one in shown.acts_shown()] == ["cancel"]
