"""Stock work at a till: written off with a reason and a second person, counted while it sells, gone on with after a crash."""

from pathlib import Path

import pytest

from kiosk.domain.catalog import StockLevel
from kiosk.domain.errors import Refused
from kiosk.domain.facts import STOCK_COUNTED, STOCK_DISCARDED, STOCK_MOVED
from kiosk.domain.feed import Cursor, Row, Transaction, moved, row_number
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import counts_of, level, moved_by
from kiosk.domain.stockwork import COUNT, WRITE_OFF
from kiosk.services.goods import Goods
from kiosk.services.stockwork import StockDesk
from tests.kiosk.support import ASSOCIATE, CASHIER, MANAGER, PIN, SATURDAY_MS, Shop, code_of, open_shop, refused, row

SHIRT, SHIRT_CODE, COAT = "1001-WHT-M", "8799999000024", "1001-WHT-S"


def desk_of(shop: Shop, number: str = ASSOCIATE) -> StockDesk:
    """Somebody is at work."""
    shop.sign_in(number)
    return StockDesk(shop.counter, shop.session)


def tell_stock(shop: Shop, article: str, milli: int) -> None:
    """The hub's word on an article of this store."""
    key = f"{article}|AMS1"
    (old,) = shop.catalog.read(
        lambda conn: conn.execute("SELECT payload FROM catalog_rows WHERE entity = 'stock' AND key = ?", (key,)).fetchone()
    )
    fresh, cursor = row("stock", key, StockLevel(article, "AMS1", milli, SATURDAY_MS)), shop.catalog.cursor()
    mark = moved(cursor.digest, row_number(fresh), row_number(Row("stock", key, old)))
    shop.catalog.apply([Transaction(cursor.rev + 1, [fresh])], Cursor(cursor.epoch, cursor.rev + 1, mark))



def test_goods_are_written_off_with_a_reason_and_leave_the_stock(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        desk = desk_of(shop)
        work = desk.begin(WRITE_OFF).work.id
        assert code_of(lambda: desk.post(work)) == "stock.nothing"
        desk.scan(work, SHIRT_CODE)
        opened = desk.scan(work, SHIRT_CODE)
        assert [(one.article, one.quantity_milli) for one in opened.lines] == [(SHIRT, 2 * ONE)]
        assert code_of(lambda: desk.post(work)) == "stock.why"
        desk.say_why(work, "other")
        assert code_of(lambda: desk.post(work)) == "stock.note"
        desk.say_why(work, "damaged", " wet ")
        fact = desk.post(work)
        assert (fact.kind, fact.body["reason"], fact.body["location"]) == (STOCK_MOVED, "written_off", "AMS1")
        assert fact.body["lines"] == [{"article": SHIRT, "quantity": -2 * ONE, "serials": []}]
        told = {"why": "damaged", "note": "wet", "value": 2_998, "approved_by": "", "work": work, "people": [ASSOCIATE]}
        assert fact.body["detail"] == told
        assert [one.movement.quantity_milli for one in moved_by(fact)] == [-2 * ONE]
        assert desk.under_way() == [] and code_of(lambda: desk.post(work)) == "stock.work_over"


def test_who_has_no_right_and_what_is_worth_much_needs_a_second_person(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        desk = desk_of(shop, CASHIER)
        work = desk.begin(WRITE_OFF, why="theft").work.id
        desk.scan(work, SHIRT_CODE)
        assert code_of(lambda: desk.post(work)) == "stock.not_allowed"
        assert code_of(lambda: desk.post(work, CASHIER, PIN)) == "staff.same_person"
        desk.put(work, SHIRT, 4 * ONE)
        assert refused(lambda: desk.post(work)).values == {"limit_minor": 5_000}
        assert code_of(lambda: desk.post(work, ASSOCIATE, PIN)) == "staff.not_allowed"
        assert code_of(lambda: desk.post(work, MANAGER, "0000")) == "staff.wrong_pin"
        assert desk.post(work, MANAGER, PIN).body["detail"]["approved_by"] == MANAGER
        small = desk.begin(WRITE_OFF, why="sample").work.id
        desk.scan(small, SHIRT_CODE)
        assert desk.post(small, ASSOCIATE, PIN).body["detail"]["approved_by"] == ASSOCIATE


def test_a_count_goes_on_after_a_crash_and_with_a_colleague_and_corrects_only_what_was_counted(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        work = desk_of(shop).begin(COUNT).work.id
        desk_of(shop).scan(work, SHIRT_CODE)
        key = shop.key
    with open_shop(tmp_path, key=key) as shop:
        tell_stock(shop, SHIRT, 4 * ONE)
        desk = desk_of(shop, CASHIER)
        ((found, count),) = desk.under_way()
        assert (found.id, found.people, count) == (work, (ASSOCIATE,), 1)
        desk.scan(work, SHIRT_CODE)
        desk.put(work, SHIRT, 3 * ONE)
        shop.open_shift()
        shop.add(SHIRT)
        shop.sell_cash()
        checked = desk.check(work)
        assert checked.again == () and [(one.expected_milli, one.milli) for one in checked.differences] == [(4 * ONE, -ONE)]
        fact = desk.post(work, ASSOCIATE, PIN)
        assert fact.kind == STOCK_COUNTED and fact.body["detail"]["people"] == [ASSOCIATE, CASHIER]
        moves = [one for each in shop.facts() for one in moved_by(each)]
        now = level(counts_of(fact), moves, {})
        assert now.on_hand_milli == 2 * ONE and now.unclear == ()  # three were counted, and then one was sold


def test_what_differs_too_much_is_counted_a_second_time_and_then_stands(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        tell_stock(shop, SHIRT, 9 * ONE)
        desk = desk_of(shop)
        work = desk.begin(COUNT).work.id
        desk.scan(work, SHIRT_CODE)
        assert code_of(lambda: desk.post(work)) == "stock.count_again"
        (line,) = desk.open(work).lines
        assert (line.quantity_milli, line.before_milli) == (None, ONE)
        desk.put(work, SHIRT, 2 * ONE)
        assert code_of(lambda: desk.post(work)) == "stock.sign_off"  # seven shirts are worth more than the limit
        assert desk.post(work, MANAGER, PIN).body["detail"]["value"] == 7 * 1_499


def test_a_count_of_a_category_lists_all_of_it_and_what_nobody_looked_at_is_left_out(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        desk = desk_of(shop)
        path = shop.article(SHIRT).category
        opened = desk.begin(COUNT, category=path, title="Shirts")
        assert SHIRT in [line.article for line in opened.lines] and not opened.counted
        assert code_of(lambda: desk.begin(COUNT, category="nowhere")) == "stock.empty_category"
        work = opened.work.id
        tell_stock(shop, SHIRT, 0)
        desk.put(work, SHIRT, 0)
        assert [line["article"] for line in desk.post(work).body["lines"]] == [SHIRT]


def test_what_this_till_did_itself_since_the_hub_spoke_is_known(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        tell_stock(shop, SHIRT, 10 * ONE)
        shop.sign_in()
        shop.open_shift()
        shop.add(SHIRT)
        shop.sell_cash()
        desk = desk_of(shop, MANAGER)
        first = desk.begin(COUNT).work.id
        desk.put(first, SHIRT, 9 * ONE)
        assert [one.milli for one in desk.check(first).differences] == [0]
        desk.put(first, SHIRT, 8 * ONE)
        desk.post(first)
        second = desk.begin(COUNT).work.id  # the hub has heard of neither: the own count is the last word
        shop.add(SHIRT)
        shop.sell_cash()
        desk.put(second, SHIRT, 7 * ONE)
        assert [(one.expected_milli, one.milli) for one in desk.check(second).differences] == [(7 * ONE, 0)]


def test_work_that_is_given_up_changes_nothing_and_is_told(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        desk = desk_of(shop)
        work = desk.begin(COUNT).work.id
        desk.scan(work, SHIRT_CODE)
        desk.add(work, Goods(shop.article(COAT), ONE))
        opened = desk.remove(work, COAT)
        assert [line.article for line in opened.lines] == [SHIRT]
        fact = desk.discard(work)
        assert (fact.kind, fact.body["what"], fact.body["lines"]) == (STOCK_DISCARDED, "count", 1)
        assert desk.under_way() == []


def test_what_is_no_code_of_goods_no_whole_piece_or_practised_is_refused(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        desk = desk_of(shop)
        work = desk.begin(WRITE_OFF).work.id
        assert code_of(lambda: desk.scan(work, "8712345678906")) == "scan.unknown"
        for milli in (500, -ONE, 10**12):
            with pytest.raises(Refused, match=r"stock\.quantity"):
                desk.put(work, SHIRT, milli)
        assert desk.open(work).lines == ()
        shop.counter.training = True
        with pytest.raises(Refused, match="training"):
            desk.begin(COUNT)
