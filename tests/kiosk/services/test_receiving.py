"""Deliveries at a till: against a notice or blind, short, over, broken or unknown, and never the same one twice."""

from pathlib import Path

from kiosk.domain.delivery import Notice, NoticeLine, Shortfall, sent_notice, shortfall
from kiosk.domain.facts import DELIVERY_RECEIVED, STOCK_MOVED, TRANSFER_SENT
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import moved_by
from kiosk.domain.stockwork import RECEIVE, SEND
from kiosk.services import receiving
from kiosk.services.stockwork import StockDesk
from kiosk.store import spool
from tests.kiosk.services.test_stockwork import desk_of
from tests.kiosk.support import ASSOCIATE, CASHIER, MANAGER, PIN, Shop, code_of, open_shop, row

SHIRT, SHIRT_CODE, SMALL, SMALL_CODE = "1001-WHT-M", "8799999000024", "1001-WHT-S", "8799999000017"
PARCELS = ("387123450000000012", "387123450000000029")
NOTICE = Notice("N-1", "Weaver", "AMS1", (NoticeLine(SHIRT, 3 * ONE), NoticeLine(SMALL, 2 * ONE)), PARCELS)


def begin(shop: Shop, number: str = ASSOCIATE) -> tuple[StockDesk, str]:
    """A delivery whose notice is known is being received."""
    desk = desk_of(shop, number)
    if not shop.ledger.device_rows("notice", Notice):
        shop.put_device(row("notice", NOTICE.number, NOTICE))
    return desk, desk.begin(RECEIVE, notice=receiving.notice_of(shop.counter, sscc=PARCELS[0])).work.id


def test_a_delivery_is_received_against_its_notice_and_what_is_whole_becomes_stock(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        desk, work = begin(shop)
        assert code_of(lambda: desk.post(work)) == "stock.nothing"
        assert begin(shop)[1] == work  # the same parcel again: it goes on
        desk.scan(work, f"]C100{PARCELS[0]}")
        assert code_of(lambda: desk.scan(work, PARCELS[0])) == "delivery.parcel_twice"
        assert code_of(lambda: desk.scan(work, "106141410000000019")) == "delivery.other_parcel"
        desk.put(work, SHIRT, 4 * ONE)
        desk.damage(work, SHIRT, 2 * ONE)
        desk.scan(work, SMALL_CODE)
        desk.scan(work, "8712345678906")
        assert code_of(lambda: desk.damage(work, SMALL, 2 * ONE)) == "stock.quantity"
        gaps = {one.article: one.milli for one in desk.check(work).differences}
        assert gaps == {SHIRT: ONE, SMALL: -ONE}
        delivery = desk.post(work)
        assert (delivery.kind, delivery.body["notice"], delivery.body["parcels"]) == (DELIVERY_RECEIVED, "N-1", [PARCELS[0]])
        assert delivery.body["lines"][0] == {"article": SHIRT, "quantity": 2 * ONE, "due": 3 * ONE, "damaged": 2 * ONE}
        assert delivery.body["unknown"] == [{"code": "8712345678906", "quantity": ONE}]
        assert shortfall(delivery.body) == Shortfall(short=1, over=1, damaged=1, unknown=1)
        (moved,) = [fact for fact in shop.facts() if fact.kind == STOCK_MOVED]
        assert [(one.movement.article, one.movement.quantity_milli) for one in moved_by(moved)] == [
            (SHIRT, 2 * ONE), (SMALL, ONE),
        ]  # fmt: skip
        assert moved.body["reason"] == "received" and moved.body["detail"]["work"] == work


def test_a_notice_is_received_once_and_is_then_not_listed_although_the_feed_still_has_it(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        desk, work = begin(shop)
        assert receiving.notices(shop.counter) == (NOTICE,)
        desk.put(work, SHIRT, 3 * ONE)
        desk.put(work, SMALL, 2 * ONE)
        assert not shortfall(desk.post(work).body)
        assert receiving.notices(shop.counter) == ()
        assert code_of(lambda: receiving.notice_of(shop.counter, number="N-1")) == "delivery.received"
        assert code_of(lambda: receiving.notice_of(shop.counter, number="N-9")) == "delivery.unknown"
        late = desk.begin(RECEIVE, notice=NOTICE).work.id  # a screen that was open since before
        desk.put(late, SHIRT, 3 * ONE)
        assert code_of(lambda: desk.post(late, MANAGER, PIN)) == "delivery.received"


def test_goods_that_come_without_a_notice_are_received_blind(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        desk = desk_of(shop, CASHIER)
        work = desk.begin(RECEIVE).work.id
        desk.scan(work, SHIRT_CODE)
        assert desk.check(work).differences == ()
        assert code_of(lambda: desk.post(work)) == "stock.not_allowed"
        delivery = desk.post(work, ASSOCIATE, PIN)
        assert delivery.body["notice"] == "" and not shortfall(delivery.body)
        only = desk.begin(RECEIVE).work.id
        desk.scan(only, "8712345678906")
        assert shortfall(desk.post(only, ASSOCIATE, PIN).body).unknown == 1
        assert [fact.kind for fact in shop.facts()].count(STOCK_MOVED) == 1


def test_much_that_is_missing_needs_a_second_person(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings={"till.stock_limit": "20.00"}) as shop:
        desk, work = begin(shop)
        desk.scan(work, SHIRT_CODE)
        assert code_of(lambda: desk.post(work)) == "stock.sign_off"
        assert desk.post(work, MANAGER, PIN).body["detail"]["approved_by"] == MANAGER


def test_goods_go_to_another_store_with_a_slip_and_leave_the_stock(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in(ASSOCIATE)
        desk = StockDesk(shop.counter, shop.session, shop.receipts)
        work = desk.begin(SEND, to="UTR1", title="Utrecht").work.id
        assert code_of(lambda: desk.post(work)) == "stock.nothing"
        desk.put(work, SHIRT, 9 * ONE)
        desk.put(work, SMALL, 0)
        sent = desk.post(work)  # however much it is worth: the other store says what came
        number = f"TR-AMS1-01-A-{1:06d}"
        assert (sent.kind, sent.body["transfer"], sent.body["to"]) == (TRANSFER_SENT, number, "UTR1")
        assert sent_notice(sent) == Notice(number, "AMS1", "UTR1", (NoticeLine(SHIRT, 9 * ONE),))
        (moved,) = [fact for fact in shop.facts() if fact.kind == STOCK_MOVED]
        assert (moved.body["reason"], moved.body["lines"][0]["quantity"]) == ("transferred_out", -9 * ONE)
        slip = next(job.plain_text for job in shop.ledger.run(spool.jobs) if job.idempotency_key == number)
        assert number in slip and "Noord & Zuid Utrecht" in slip and SHIRT in slip and SMALL not in slip
        assert code_of(lambda: receiving.transfer_of(shop.counter, number)) == "delivery.own_transfer"


def test_a_transfer_is_received_by_its_slip_also_before_the_hub_told_of_it(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        desk, number = desk_of(shop), "TR-UTR1-02-B-000007"
        early = desk.begin(RECEIVE, notice=receiving.transfer_of(shop.counter, number)).work
        assert (early.notice, early.supplier, early.announced) == (number, "UTR1", False)
        desk.scan(early.id, SHIRT_CODE)
        assert desk.check(early.id).differences == ()
        arrived = desk.post(early.id)
        assert arrived.body["announced"] is False and not shortfall(arrived.body)
        assert shortfall(arrived.body, Notice(number, "UTR1", "AMS1", (NoticeLine(SHIRT, 3 * ONE),))).short == 1
        (moved,) = [fact for fact in shop.facts() if fact.kind == STOCK_MOVED]
        assert moved.body["reason"] == "transferred_in"
        assert code_of(lambda: desk.post(desk.begin(RECEIVE, notice=NOTICE).work.id)) == "stock.nothing"
        told = Notice("TR-UTR1-02-B-000008", "UTR1", "AMS1", (NoticeLine(SHIRT, ONE),))
        shop.put_device(row("notice", told.number, told))
        assert desk.begin(RECEIVE, notice=receiving.transfer_of(shop.counter, told.number)).work.announced
