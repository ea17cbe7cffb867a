"""Money at the till's window: cash in and out, reports, and a shift closed by keyboard and by touch, in every language."""

from PySide6.QtCore import Qt

from kiosk.domain import facts
from kiosk.domain.feed import Setting
from kiosk.services.counter import read_settings
from kiosk.store import spool
from tests.kiosk.ui.shots_money import sell
from tests.kiosk.ui.till_shop import TillShop, name_of

ENTER, ESC, DOWN, BACK = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Backspace
F3, F5, F8, F9 = Qt.Key.Key_F3, Qt.Key.Key_F5, Qt.Key.Key_F8, Qt.Key.Key_F9
BAG = "SB-20261121-7"


def kinds(till: TillShop) -> list[str]:
    """The kinds of all facts."""
    ledger = till.shop.ledger
    return [kind for (kind,) in ledger.run(lambda conn: conn.execute("SELECT kind FROM facts ORDER BY seq").fetchall())]


def last(till: TillShop, kind: str) -> dict[str, object]:
    """The body of the latest fact of a kind."""
    found = [fact for fact in till.shop.ledger.day_facts("2026-11-21") if fact.kind == kind]
    return found[-1].body


def choose(till: TillShop, key: str) -> None:
    """An entry of the menu."""
    till.key(F5)
    till.till.more_model.choose(key)
    till.settle()


def test_a_shift_is_counted_closed_and_the_next_one_opened_by_keyboard_alone(till: TillShop) -> None:
    till.ready()
    sell(till)
    choose(till, "close_shift")
    assert till.till.screen == "close"
    till.key(F9)
    assert till.till.more.closing.totalText == ""  # blind
    closing = till.till.more_model.closing_model
    for _ in range(closing._counted.kinds.index(500)):
        till.key(ENTER)
    till.type("3")
    till.key(F9)
    body = last(till, facts.SHIFT_COUNTED)
    assert (body["amount"], body["difference"]) == (1_500, 0)
    till.key(F9)
    assert till.till.more.closing.step == "done" and last(till, facts.SHIFT_CLOSED)["left"] == 0
    till.key(F9)
    assert till.till.screen == "open_shift"
    jobs = [job.kind for job in till.shop.ledger.run(spool.jobs)]
    assert jobs.count(spool.JobKind.REPORT) == 2  # the count's slip and the Z report


def test_a_difference_asks_for_an_explanation_and_a_second_person_or_is_left_open(till: TillShop) -> None:
    till.ready()
    sell(till)
    choose(till, "close_shift")
    till.key(F9)
    till.type("9")
    till.key(F9, F9)
    assert till.till.more.closing.errorText
    till.key(DOWN)
    till.into_field("munt weg")
    till.key(ENTER)
    assert till.till.more.closing.step == "sign"
    till.type("101")
    till.key(ENTER)
    till.type("2580")
    till.key(ENTER)
    assert till.till.more.closing.errorText and not till.till.more.closing.isPin  # not the one who counted
    till.key(F8)
    body = last(till, facts.SHIFT_CLOSED)
    assert body["unsigned"] is True and body["explanation"].endswith("munt weg")
    till.key(ENTER)
    assert till.till.screen == "sign_in"


def test_a_count_put_off_goes_on_where_it_was_and_can_be_done_again(till: TillShop) -> None:
    till.ready()
    sell(till)
    choose(till, "close_shift")
    till.key(F9)
    till.type("12")
    till.key(BACK, ESC)
    assert till.till.screen == "sale"
    choose(till, "close_shift")
    till.key(F9)
    assert till.till.more_model.closing_model._counted.tally().pieces[20_000] == 1
    till.key(F9, F3)
    assert till.till.more.closing.step == "count"
    assert kinds(till).count(facts.SHIFT_COUNTED) == 1


def test_a_scan_in_the_middle_of_a_count_waits_and_one_on_a_bag_is_its_number(till: TillShop) -> None:
    till.ready()
    choose(till, "close_shift")
    till.scan("8799999000017")
    assert till.till.screen == "close" and till.desk.scans.waiting == 1
    till.key(ESC)
    assert till.till.screen == "sale" and len(till.desk.selling.priced.lines) == 1
    choose(till, "cash")
    till.till.more_model.cash_model.choose("deposit")
    till.type("2500")
    till.scan(BAG)
    till.key(ENTER)
    assert (last(till, facts.CASH_MOVED)["bag"], last(till, facts.CASH_MOVED)["amount"]) == (BAG, 2_500)
    assert till.desk.scans.waiting == 0


def test_the_drawer_opens_for_a_reason_and_the_x_report_counts_it(till: TillShop) -> None:
    till.ready()
    choose(till, "no_sale")
    till.type("2")
    assert last(till, facts.DRAWER_OPENED)["reason"]
    choose(till, "reports")
    names = [name_of(item) for item in till.items()]
    assert any("X" in name for name in names)
    till.key(Qt.Key.Key_F6)
    assert kinds(till)[-1] == facts.SHIFT_REPORTED


def test_the_menu_says_when_so_much_cash_lies_in_the_drawer_that_some_should_go(till: TillShop) -> None:
    given = {"till.cash_rounding": True, "till.drawer_limit": "10.00"}
    till.desk.counter.settings = read_settings([Setting(name, value) for name, value in given.items()], till.desk.counter.rules)
    till.ready()
    sell(till)
    till.key(F5)
    assert [row.note for row in till.till.more_model.rows_shown() if row.key == "cash"] == ["Much cash in the drawer"]


def test_a_pay_out_above_the_limit_asks_for_a_second_person_in_place(till: TillShop) -> None:
    till.ready()
    till.till.more_model.cash_model.begin()
    till.till.more_model.cash_model.choose("pay_in")
    till.till.more_model.cash_model.write("found")
    till.type("10000")
    till.key(ENTER)
    choose(till, "cash")
    cash = till.till.more_model.cash_model
    cash.choose("pay_out")
    cash.write("window cleaner")
    till.type("5001")
    till.key(ENTER)
    assert till.till.more.cash.isSigning
    till.type("201")
    till.key(ENTER)
    till.type("2580")
    till.key(ENTER)
    assert last(till, facts.CASH_MOVED)["approved_by"] == "201"


def test_a_reason_is_typed_by_keys_alone_and_the_pin_of_who_agrees_goes_into_no_field(till: TillShop) -> None:
    till.ready()
    choose(till, "cash")
    till.key(DOWN, DOWN)
    till.type("10000")
    till.into_field("buren")
    till.key(ENTER)
    assert last(till, facts.CASH_MOVED)["reason"] == "buren"
    choose(till, "cash")
    till.key(DOWN, DOWN, DOWN)
    till.type("5001")
    till.into_field("deur")
    field = till.window.activeFocusItem()
    till.tap("Write down")  # with a finger, which leaves the keyboard where it is
    cash = till.till.more_model.cash_model
    assert cash.isSigning is True
    till.type("201")
    till.key(ENTER)
    till.type("2580")
    assert cash.text == "deur" and field.property("text") == "deur"
    till.key(ENTER)
    body = last(till, facts.CASH_MOVED)
    assert (body["what"], body["reason"], body["approved_by"]) == ("pay_out", "deur", "201")


def test_the_journal_is_filtered_scanned_and_taken_along(till: TillShop) -> None:
    till.ready()
    sell(till)
    sell(till)
    choose(till, "journal")
    journal = till.till.more_model.journal_model
    assert till.till.screen == "journal" and journal.rows.rowCount() >= 4
    journal.chooseGroup("sales")
    till.settle()
    assert [row.title for row in journal.rows.rows] == ["Sale", "Sale"]
    till.scan("AMS1-01-A-000001")
    assert [row.detail for row in journal.rows.rows] == ["AMS1-01-A-000001"]
    journal.search("14,99")
    till.settle()
    assert journal.rows.rowCount() == 2
    journal.search("2")
    till.settle()
    assert [row.detail for row in journal.rows.rows] == ["AMS1-01-A-000002"]
    till.key(Qt.Key.Key_F6)
    assert "USB" in till.till.more.journal.doneText
    till.key(ESC)
    assert till.till.screen == "sale" and len(till.desk.selling.priced.lines) == 0


def test_a_sale_rung_up_as_cash_is_put_right_with_a_second_persons_word(till: TillShop) -> None:
    till.ready()
    sell(till)
    sell(till)
    choose(till, "correct")
    till.scan("AMS1-01-A-000001")
    till.key(Qt.Key.Key_F6)
    assert till.till.dialog == "approve"
    till.type("201")
    till.key(ENTER)
    till.type("2580")
    till.key(ENTER)
    body = last(till, facts.TENDER_CORRECTED)
    assert (body["receipt"], body["after"]) == ("AMS1-01-A-000001", [{"kind": "card", "amount": 1_500}])
    assert till.till.dialog == ""


def test_change_is_ordered_note_by_note_and_the_bank_s_delivery_names_the_order(till: TillShop) -> None:
    till.ready()
    choose(till, "change_order")
    change = till.till.more_model.change_order_model
    till.key(*[DOWN] * change._counted.kinds.index(1_000))
    till.type("20")
    till.key(ENTER)
    till.type("1")
    till.key(BACK)
    assert "200" in till.till.more.changeOrder.totalText
    till.scan("8799999000017")
    assert till.till.dialog == "change_order" and till.desk.scans.waiting == 1  # it lies in the basket when this is done
    till.key(F9)
    ordered = last(till, facts.CHANGE_ORDERED)
    assert (ordered["amount"], ordered["counts"]) == (20_000, {"1000": 20})
    assert till.till.dialog == "" and [job.kind for job in till.shop.ledger.run(spool.jobs)][-1] is spool.JobKind.REPORT
    choose(till, "cash")
    cash = till.till.more_model.cash_model
    cash.choose("delivery")
    (order,) = cash.orders.rows
    cash.chooseOrder(order.key)
    assert order.key == ordered["order_no"] and cash.hasOrders and "200" in cash.amountText
    till.key(ENTER)
    brought = last(till, facts.CASH_MOVED)
    assert (brought["what"], brought["amount"], brought["order_no"]) == ("delivery", 20_000, order.key)
    choose(till, "cash")
    cash.choose("delivery")
    assert not cash.hasOrders, "an order that came is not offered again"


def test_an_order_for_nothing_says_so_and_costs_no_fact(till: TillShop) -> None:
    till.ready()
    choose(till, "change_order")
    till.key(F9)
    assert till.till.more.changeOrder.errorText and facts.CHANGE_ORDERED not in kinds(till)
    till.key(ESC)
    assert till.till.dialog == ""
