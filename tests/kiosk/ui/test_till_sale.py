"""A sale from sign-in to change, driven by real keys and touches on the till's window."""

from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Qt

from drivers.api import Scan
from kiosk.domain.facts import SALE_ABANDONED, SALE_COMPLETED
from kiosk.services.checkout import Checkout
from kiosk.services.ports import NullFiscalDevice
from kiosk.services.selling import Selling
from kiosk.ui import sounds
from kiosk.ui.flow import Flow, Screen
from tests.kiosk.ui.till_shop import PIN, TillShop, ticket

WHITE_S, WHITE_M = "8799999000017", "8799999000024"
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def facts(shop: TillShop, kind: str) -> list[dict[str, object]]:
    """The bodies of one kind in the ledger."""
    day = shop.shop.counter.business_day()
    return [dict(fact.body) for fact in shop.shop.ledger.day_facts(day) if fact.kind == kind]


def test_a_whole_sale_goes_by_keyboard_alone(till: TillShop):
    till.type("101")
    till.key(ENTER)
    till.type(PIN)
    till.key(ENTER)
    assert till.till.screen == "open_shift"
    till.type("1")
    till.key(Qt.Key.Key_Down)
    till.type("1")
    till.key(Qt.Key.Key_F9)
    assert till.till.screen == "sale"
    till.type("3*")
    till.type(WHITE_S)
    till.key(ENTER)
    assert till.till.sale.totalText == "€44.97"
    till.key(Qt.Key.Key_F9)
    assert till.till.payment.roundedText == "In cash €44.95"
    till.type("5000")
    till.key(ENTER)
    assert till.till.screen == "done" and till.till.done.changeText == "€5.05"
    till.key(ENTER)
    assert till.till.screen == "sale" and till.till.sale.isEmpty
    (sale,) = facts(till, SALE_COMPLETED)
    assert (sale["total"], sale["rounding"]) == (4497, -2)


def test_a_whole_sale_goes_by_touch_alone(till: TillShop):
    till.tap("Zoë de Wit")
    for digit in PIN:
        till.tap(digit)
    till.tap("Sign in")
    till.tap("Open the shift")
    till.tap("Football")
    till.tap("Add to the basket")
    till.tap("One more")
    till.tap("Pay")
    till.tap("Card")
    till.item("Reference on the card slip").forceActiveFocus()
    till.type("7731")
    till.tap("The card payment is approved")
    assert till.till.screen == "done" and not till.till.done.hasChange
    till.tap("Next customer")
    (sale,) = facts(till, SALE_COMPLETED)
    assert sale["total"] == 4990 and sale["rounding"] == 0


def test_a_scan_becomes_a_line_with_its_sound_and_the_newest_is_marked(selling: TillShop):
    selling.scan(WHITE_S)
    selling.scan(WHITE_M)
    selling.scan(WHITE_M)
    rows = selling.till.sale_model.lines.rows
    assert [(row.quantity, row.newest) for row in rows] == [("1", False), ("2", True)]
    assert selling.sounds.names[-3:] == [sounds.GOOD] * 3
    assert "T-shirt" in " ".join(selling.texts())


def test_an_unknown_scan_waits_and_nothing_behind_it_is_lost_or_silently_added(selling: TillShop):
    selling.scan(WHITE_S)
    selling.scan("8790000000002")
    selling.scan(WHITE_M)
    selling.scan(WHITE_S)
    assert selling.till.dialog == "notice" and len(selling.till.sale_model.lines.rows) == 1
    assert "2 more scanned" in selling.texts()
    assert "is not known" in selling.till.notice.sentence
    selling.key(ENTER)
    assert selling.till.dialog == ""
    assert [row.quantity for row in selling.till.sale_model.lines.rows] == ["1", "1", "1"]


def test_a_second_unknown_scan_in_the_queue_waits_for_its_own_turn(selling: TillShop):
    for code in ("8790000000002", WHITE_S, "8790000000019", WHITE_M):
        selling.scan(code)
    selling.key(ENTER)
    assert selling.till.dialog == "notice" and len(selling.till.sale_model.lines.rows) == 1
    assert "1 more scanned" in selling.texts()
    selling.key(ENTER)
    assert selling.till.dialog == "" and len(selling.till.sale_model.lines.rows) == 2


def test_a_scan_during_the_payment_waits_until_the_next_sale(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F9)
    selling.scan(WHITE_M)
    assert selling.till.screen == "payment" and "1 more scanned" in selling.till.message
    selling.key(ENTER)
    assert selling.till.screen == "done" and selling.till.sale.isEmpty
    selling.key(ENTER)
    assert len(selling.till.sale_model.lines.rows) == 1
    assert facts(selling, SALE_COMPLETED)[0]["total"] == 1499


def test_a_scan_on_the_last_screen_starts_the_next_sale(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F9, ENTER)
    assert selling.till.screen == "done"
    selling.scan(WHITE_M)
    assert selling.till.screen == "sale" and selling.till.sale.totalText == "€14.99"


def test_a_locked_till_keeps_its_cart_for_the_next_cashier(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F12)
    assert selling.till.screen == "sign_in"
    selling.scan("B-102")
    assert selling.till.signIn.personName == "Łukasz Nowak"
    selling.type(PIN)
    selling.key(ENTER)
    assert selling.till.screen == "sale" and selling.till.sale.totalText == "€14.99"
    assert selling.till.cashierText == "Łukasz Nowak"


def test_five_wrong_pins_lock_one_person_and_a_colleague_goes_on(till: TillShop):
    till.type("101")
    till.key(ENTER)
    for left in (4, 3, 2, 1):
        till.type("1111")
        till.key(ENTER)
        assert till.till.signIn.errorText == f"Wrong PIN. {left} tries left."
    till.type("1111")
    till.key(ENTER)
    assert "can try again in 60 seconds" in till.till.signIn.errorText
    till.shop.clock.move(10_000)
    till.settle(until=lambda: "in 50 seconds" in till.till.signIn.errorText)
    assert till.sounds.names.count(sounds.REFUSED) == 5
    till.tap("Łukasz Nowak")
    till.type(PIN)
    till.key(ENTER)
    assert till.till.screen == "open_shift"


def test_the_one_time_pin_is_changed_before_the_first_sale(till: TillShop):
    till.sign_in("104")
    assert till.till.screen == "new_pin"
    for pin, again in (("1234", "1234"), ("7391", "7392")):
        till.type(pin)
        till.key(ENTER)
        till.type(again)
        till.key(ENTER)
        assert till.till.newPin.errorText != "" and till.told == []
    for _ in range(2):
        till.type("7391")
        till.key(ENTER)
    assert till.till.screen == "open_shift" and till.told[0].number == "104"


def test_goods_by_weight_ask_for_their_weight(open_till):
    shop = open_till("grocery", language="en")
    shop.ready()
    shop.scan("8798888000015")
    assert shop.till.dialog == "item" and shop.till.item.isWeighed
    shop.type("420")
    assert shop.till.item.weightPriceText == "€1.05"
    shop.key(ENTER)
    assert shop.till.dialog == "" and shop.till.sale.totalText == "€1.05"


def test_an_age_is_checked_before_the_payment(open_till):
    shop = open_till("grocery", language="en")
    shop.ready()
    shop.scan(shop.codes_with("age_limit")[0])
    shop.key(Qt.Key.Key_F9)
    assert shop.till.dialog == "age" and shop.till.screen == "sale"
    shop.key(ESC)
    assert shop.till.screen == "sale"
    shop.key(Qt.Key.Key_F9, ENTER)
    assert shop.till.screen == "payment"


def test_a_discount_needs_a_role_and_says_what_it_comes_to(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F6)
    selling.type("50")
    selling.key(ENTER)
    assert "at most 10%" in selling.till.more.approval.whyText and selling.till.dialog == "approve"
    selling.key(ESC)
    assert selling.till.dialog == "discount", "nobody agreed: back to what was keyed in"
    selling.key(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    selling.type("10")
    assert selling.till.discount.resultText == "€1.50 off, €13.49 stays"
    selling.key(ENTER)
    assert selling.till.dialog == "" and selling.till.sale.totalText == "€13.49"
    assert "10% off (Damaged)" in selling.till.sale_model.lines.rows[0].discount


def test_a_larger_discount_is_given_with_a_second_persons_word_in_place(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F6)
    selling.type("50")
    selling.key(ENTER)
    selling.type("201")
    selling.key(ENTER)
    selling.type(PIN)
    selling.key(ENTER)
    assert selling.till.dialog == "" and selling.till.sale.totalText == "€7.49"
    (line,) = selling.desk.selling.priced.cart.lines
    assert line.discount is not None and (line.discount.employee, line.discount.approved_by) == ("101", "201")


def test_a_price_is_set_by_hand_with_its_reason(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F6)
    selling.key(Qt.Key.Key_F3, Qt.Key.Key_F3)
    selling.type("1399")
    assert selling.till.discount.resultText == "€13.99 instead of €14.99"
    selling.key(ENTER)
    assert selling.till.sale.totalText == "€13.99"
    selling.scan(WHITE_S)
    assert selling.till.sale.totalText == "€28.98", "the next one costs what the shop says"


def test_quantity_removal_and_a_void_sale_go_by_their_keys(selling: TillShop):
    selling.scan(WHITE_S)
    selling.type("4")
    selling.key(Qt.Key.Key_F3)
    assert selling.till.sale.totalText == "€59.96"
    selling.key(Qt.Key.Key_F3)
    selling.type("2")
    selling.key(ENTER)
    assert selling.till.sale.totalText == "€29.98"
    selling.scan(WHITE_M)
    selling.key(Qt.Key.Key_F4)
    assert selling.till.sale.totalText == "€29.98"
    selling.key(Qt.Key.Key_F8)
    assert selling.till.dialog == "void"
    selling.tap("Void the sale")
    assert selling.till.sale.isEmpty and len(facts(selling, SALE_ABANDONED)) == 1


def test_a_part_payment_has_to_be_given_back_before_the_payment_is_cancelled(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F9)
    selling.type("1000")
    selling.key(ENTER)
    assert selling.till.payment.leftText == "€4.99"
    selling.key(ESC)
    assert selling.till.dialog == "give_back"
    assert selling.till.payment.giveBackText == "Hand back €10.00 in cash."
    selling.key(ENTER)
    assert selling.till.screen == "sale" and selling.till.sale.totalText == "€14.99"
    assert not facts(selling, SALE_COMPLETED)


def test_results_come_from_two_letters_and_enter_takes_the_marked_one(selling: TillShop):
    selling.key(Qt.Key.Key_F2)
    selling.type("p")
    assert not selling.till.goods.isSearching
    selling.type("adl")
    assert selling.till.goods.isSearching and selling.till.goods.resultRow == 0
    assert selling.till.goods_model.results.rows[0].name == "Padlock"
    selling.key(ENTER)
    assert selling.till.sale.totalText == "€29.95" and selling.till.goods.query == ""


def test_an_article_with_sizes_shows_its_page_with_stock_here_and_elsewhere(selling: TillShop):
    selling.till.goods.take("1001-WHT-S")
    selling.settle()
    assert selling.till.dialog == "item" and selling.till.item.hasVariants
    heads = [row.title for row in selling.till.item_model.columnHeads.rows]
    assert heads == ["S", "M", "L", "XL"]
    assert [row.here for row in selling.till.item_model.places.rows] == [True, False]
    selling.key(Qt.Key.Key_Right, ENTER)
    assert selling.till.sale_model.priced.lines[0].line.article == "1001-WHT-M"


def test_the_language_changes_at_run_time_on_every_screen(selling: TillShop):
    selling.scan(WHITE_S)
    assert "Pay" in selling.texts() and "Basket" in selling.texts()
    selling.till.setLanguage("nl")
    selling.settle()
    assert "Betalen" in selling.texts() and "Winkelmand" in selling.texts()
    assert selling.till.sale.totalText == "€ 14,99"
    selling.till.setLanguage("en")
    selling.settle()
    assert "Pay" in selling.texts()


def test_a_scan_that_was_refused_behind_a_dialog_is_shown_when_the_dialog_goes(selling: TillShop):
    selling.scan(WHITE_S)
    selling.till.scanned(Scan("scanner", b"", "8790000000002", None, 0))
    selling.till.discountLine()  # before the answer to the scan is back
    selling.settle()
    assert selling.till.dialog == "discount"
    selling.key(ESC)
    assert selling.till.dialog == "notice"
    selling.key(ENTER)
    assert selling.till.dialog == "" and len(selling.till.sale_model.lines.rows) == 1


def test_a_part_payment_that_a_restart_found_comes_before_anything_else(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F9)
    selling.type("1000")
    selling.key(ENTER)
    checkout = selling.desk.checkout
    selling.desk.checkout = Checkout(
        selling.shop.counter, Selling(selling.shop.counter), selling.desk.receipts, NullFiscalDevice()
    )  # as after a restart: what is on disk is all there is
    assert checkout.settlement is not None and selling.desk.checkout.must_resume
    selling.till.move(Flow(Screen.SIGN_IN))
    selling.sign_in()
    assert selling.till.screen == "payment" and selling.till.payment.leftText == "€4.99"


def test_a_refusal_shows_its_code_and_a_way_out(selling: TillShop):
    selling.key(Qt.Key.Key_F9)
    assert "There is nothing in the basket yet. Scan an article." in selling.texts()
    assert "cart.empty" in selling.texts()


def test_keys_go_to_the_cash_again_after_a_card_was_thought_of(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(Qt.Key.Key_F9)
    selling.type("500")
    selling.key(ENTER, Qt.Key.Key_F5)
    assert selling.item("Reference on the card slip").hasActiveFocus()
    selling.key(ESC)
    assert not selling.till.payment.isCard
    selling.key(ESC)
    assert selling.till.dialog == "give_back"
    selling.key(ESC)
    selling.type("2000")
    assert selling.till.payment.entryText == "€20.00"
    selling.key(ENTER)
    assert selling.till.screen == "done" and selling.till.done.changeText == "€10.00"


def test_the_first_digit_takes_the_place_of_the_usual_float(till: TillShop):
    counter = till.shop.counter
    counter.settings = replace(counter.settings, opening_float_minor=15_000)
    till.sign_in()
    shift = till.till.shift
    assert shift.totalText == "€150.00"
    for digit in "2000":
        shift.digit(digit)
    assert shift.totalText == "€20.00"


def test_a_pin_typed_so_fast_that_it_looks_like_a_scan_is_still_a_pin(till: TillShop):
    till.type("101")
    till.key(ENTER)
    till.scan(PIN)
    assert till.till.screen == "open_shift"


def test_a_badge_scanned_while_somebody_else_was_chosen_chooses_its_owner(till: TillShop):
    till.type("101")
    till.key(ENTER)
    till.scan("B-102")
    till.scan(PIN)
    (signed_in,) = [one for one in till.shop.ledger.facts() if b"staff.signed_in" in one.data]
    assert b'"employee":"102"' in signed_in.data.replace(b" ", b"")


def test_the_kiosks_basket_comes_in_with_one_scan_and_is_taken_once(till: TillShop):
    till.ready()
    printed = ticket((WHITE_S, 2_000), (WHITE_M, 1_000))
    till.scan(printed)
    assert till.till.sale.totalText == "€44.97"
    assert "The kiosk's basket is in: 2 lines" in till.texts()
    till.scan(printed)
    assert "This ticket was not taken" in till.texts()
    till.key(ENTER)
    assert till.till.sale.totalText == "€44.97"
    till.key(Qt.Key.Key_F9)
    till.type("5000")
    till.key(ENTER)
    (sale,) = facts(till, SALE_COMPLETED)
    assert sale["tickets"] == ["0192f0a0-0000-7000-8000-00000000002a"]


def test_what_this_till_does_not_know_of_the_kiosks_basket_is_named_by_its_code(till: TillShop):
    till.ready()
    till.scan(ticket((WHITE_S, 1_000), ("8710398500526", 1_000)))
    assert "8710398500526" in till.texts()
    assert till.till.sale.totalText == "€14.99"
    till.key(ENTER)
    assert "8710398500526" not in till.texts()


def test_a_full_basket_moves_up_by_a_third_so_that_most_scans_move_no_row(till: TillShop):
    till.ready()
    (basket,) = [item for item in till.items() if item.property("chosenRow") is not None and item.property("leap")]
    places = []
    codes = till.codes_with("size")
    for code in codes[:30]:
        till.scan(code)
        places.append(basket.property("contentY"))
        newest = till.till.sale.lines.rows[-1].name
        assert newest in till.texts(), "the newest line is always in view"
    leaps = [after - before for before, after in pairwise(places) if after != before]
    assert leaps and len(leaps) < 12
    assert min(leaps) > basket.height() / 3
