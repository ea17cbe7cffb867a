"""The end of a shift: counted blind, explained, signed off by another person, numbered without a gap, never refused for a cent."""

from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.cash import CARRIED, CHANGE, DELIVERY, DEPOSIT, DROP, PAY_IN, PAY_OUT, Move, Tally
from kiosk.domain.facts import Fact
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.zreport import CHECK, fold_shift, totals_of
from kiosk.services.cash import CashDesk
from kiosk.services.closing import CARD, CART, PART_PAID, ClosingDesk, Wish
from kiosk.services.counting import Counting, Draft
from tests.kiosk.support import ASSOCIATE, CASHIER, MANAGER, PIN, HandClock, Shop, code_of, open_shop

DAY_MS = 86_400_000
ARTICLE = "1001-WHT-M"


class Office:
    """The till's desks for money, put together as the terminal does."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.counting = Counting(shop.counter, shop.shifts)
        self.cash = CashDesk(shop.counter, shop.session, shop.shifts)
        self.closing = ClosingDesk(shop.counter, shop.session, shop.shifts, shop.selling, self.counting)

    def start(self, float_minor: int = 10_000, who: str = CASHIER) -> "Office":
        """Somebody signs in and opens a shift."""
        self.shop.sign_in(who)
        self.shop.open_shift(float_minor)
        return self

    def sell(self) -> int:
        """One sale in cash; gives what it brought."""
        self.shop.add(ARTICLE)
        done = self.shop.sell_cash()
        return done.total_minor + done.rounding_minor

    def count(self, minor: int) -> Draft:
        """Count so much as one amount, and hand it in."""
        self.counting.begin()
        self.counting.put_rest(minor)
        return self.counting.hand_in()

    def count_right(self) -> Draft:
        """Count what there should be."""
        return self.count(self.shop.shifts.expected_cash())


def test_a_shift_is_counted_closed_and_its_z_adds_up_to_its_facts(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        taken = office.sell() + office.sell()
        office.count_right()
        z = office.closing.close(Wish(float_minor=10_000))
        body = z.body
        assert shop.counter.shift is None and shop.kinds()[-3:] == [facts.SHIFT_COUNTED, facts.CASH_MOVED, facts.SHIFT_CLOSED]
        assert (body["z"], body["z_name"], body["difference"]) == (1, "AMS1-01-A-Z0001", 0)
        assert (body["expected"], body["takings"], body["left"]) == (10_000 + taken, taken, 10_000)
        before = shop.facts()[-2]
        assert (body["last_seq"], body["last_hash"]) == (before.seq, z.prev.hex())
        totals = totals_of(body["totals"])
        assert (totals.gross + totals.rounding, totals.gross) == (taken, body["grand_total"]["sold"])
        day = DayTotals()
        for fact in shop.facts():
            day = apply_day(day, fact)
        assert (day.cash_expected, day.over_short, day.safe) == (0, 0, taken)


def test_z_reports_are_numbered_without_a_gap_and_carry_the_grand_total_on(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office, sold = Office(shop), 0
        for turn in range(1, 4):
            office.start()
            office.sell()
            sold += 1_499
            office.count_right()
            z = office.closing.close(Wish(float_minor=10_000)).body
            assert (z["z"], z["grand_total"]) == (turn, {"sold": sold, "returned": 0, "sales": turn, "voided": 0})
        assert shop.chain()[1] is None


def test_a_cent_too_little_never_stops_a_close(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        expected = shop.shifts.expected_cash()
        assert not office.closing.needs_second(office.count(expected - 1))
        assert office.closing.close(Wish()).body["difference"] == -1


def test_a_difference_above_the_limit_is_explained_and_signed_by_somebody_else(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings={"till.over_short_limit": "2.00"}) as shop:
        office = Office(shop).start()
        draft = office.count(shop.shifts.expected_cash() - 201)
        assert office.closing.needs_second(draft)
        for wish, code in (
            (Wish(), "shift.explanation"),
            (Wish("wrong change"), "shift.sign_off"),
            (Wish("wrong change", CASHIER, PIN), "staff.same_person"),
            (Wish("wrong change", ASSOCIATE, PIN), "staff.not_allowed"),
            (Wish("wrong change", MANAGER, "0000"), "staff.wrong_pin"),
        ):
            assert code_of(lambda wish=wish: office.closing.close(wish)) == code  # type: ignore[misc]
            assert shop.counter.shift is not None
        z = office.closing.close(Wish("wrong change", MANAGER, PIN)).body
        assert (z["difference"], z["explanation"], z["approved_by"], z["unsigned"]) == (-201, "wrong change", MANAGER, False)


def test_nobody_signs_off_what_they_counted_themselves(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start(who=MANAGER)
        office.counting.begin()
        shop.sign_in(CASHIER)
        office.counting.begin()
        assert office.counting.hand_in().people == (MANAGER, CASHIER)
        assert code_of(lambda: office.closing.close(Wish("short", MANAGER, PIN))) == "staff.same_person"


def test_who_must_go_home_closes_and_the_fact_says_what_is_missing(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        office.count(1)
        z = office.closing.close(Wish(go_home=True)).body
        assert z["unsigned"] and z["difference"] == 1 - 10_000
        office.start(1)
        assert code_of(lambda: office.closing.close(Wish())) == "shift.not_counted"
        assert code_of(lambda: office.closing.close(Wish(counted=False))) == "shift.not_counted"
        z = office.closing.close(Wish(counted=False, go_home=True)).body
        assert (z["is_counted"], z["difference"], z["left"]) == (False, 0, 1)


def test_what_nobody_counted_shows_with_the_next_float(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        brought = office.sell()
        office.closing.close(Wish(counted=False, go_home=True))
        assert shop.shifts.float_left() == 10_000 + brought
        office.start(10_000)
        assert shop.shifts.so_far().over_short == -brought
        assert shop.shifts.totals().over_short == -brought


def test_a_count_is_taken_up_again_after_a_crash_by_somebody_else(tmp_path: Path) -> None:
    clock = HandClock()
    with open_shop(tmp_path, clock=clock) as shop:
        office = Office(shop).start(22_000)
        office.counting.begin()
        office.counting.put(5_000, 4)
        office.counting.put(100, 10)
    with open_shop(tmp_path, clock=clock) as shop:
        office = Office(shop)
        shop.sign_in(ASSOCIATE)
        draft = office.counting.begin()
        assert (draft.people, draft.tally) == ((CASHIER, ASSOCIATE), Tally({5_000: 4, 100: 10}))
        office.counting.put(100, 20)
        done = office.counting.hand_in()
        assert done.difference_minor == 0
    with open_shop(tmp_path, clock=clock) as shop:
        office = Office(shop)
        shop.sign_in(ASSOCIATE)
        z = office.closing.close(Wish())  # also between handing in and closing
        assert z.body["people"] == [CASHIER, ASSOCIATE] and z.body["counts"] == {"5000": 4, "100": 20}
        assert office.counting.draft() is None


def test_a_count_is_blind_until_it_is_handed_in_and_each_turn_stays_in_the_journal(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        office.counting.begin()
        assert office.counting.put(1_000, 3).expected_minor is None
        assert office.counting.hand_in().expected_minor == 10_000
        assert code_of(lambda: office.counting.put(1_000, 10)) == "count.handed_in"
        office.counting.again()
        office.counting.put(1_000, 10)
        assert office.counting.hand_in().difference_minor == 0
        turns = [(fact.body["round"], fact.body["difference"]) for fact in shop.facts() if fact.kind == facts.SHIFT_COUNTED]
        assert turns == [(1, -7_000), (2, 0)]


def test_a_look_in_between_changes_nothing(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        before = shop.shifts.so_far()
        office.counting.begin(CHECK)
        office.counting.put_rest(1)
        assert office.counting.hand_in().difference_minor == 1 - 10_000
        assert shop.shifts.so_far() == before and office.counting.draft() is None


@pytest.mark.parametrize("pieces", [-1, 10_000])
def test_what_is_no_number_of_pieces_is_refused(tmp_path: Path, pieces: int) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        assert code_of(lambda: office.counting.put(1_000, 1)) == "count.none"
        office.counting.begin()
        assert code_of(lambda: office.counting.put(1_000, pieces)) == "cash.pieces"


def test_a_part_paid_cart_is_named_and_its_cash_belongs_to_the_shift_that_finishes_it(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        shop.add(ARTICLE)
        assert [one.what for one in office.closing.hindrances()] == [CART]
        shop.checkout.begin()
        shop.checkout.pay_cash(500)
        office.closing.unsure_cards = lambda: ("ref-1",)
        assert [(one.what, one.amount_minor) for one in office.closing.hindrances()] == [(CARD, 0), (PART_PAID, 500)]
        assert shop.shifts.expected_cash() == 10_500
        office.count(10_500)
        z = office.closing.close(Wish(float_minor=10_000)).body
        assert (z["difference"], z["takings"]) == (0, 500)
        assert z["unfinished"]["cards"] == ["ref-1"] and z["unfinished"]["paid_minor"] == 500
        office.start(10_000)
        assert shop.selling.priced.lines, "the cart is still there"
        total = shop.selling.priced.total_minor
        done = shop.checkout.pay_cash(shop.checkout.cash_due())
        assert done is not None
        assert shop.shifts.expected_cash() == 10_000 + total + done.rounding_minor - 500
        assert totals_of(office_z(office).body["totals"]).cash_moves[CARRIED] == -500


def office_z(office: Office) -> Fact:
    """Count what there should be, and close."""
    office.count_right()
    return office.closing.close(Wish())


def test_a_part_payment_given_back_in_the_next_shift_comes_out_of_its_drawer(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        shop.add(ARTICLE)
        shop.checkout.begin()
        shop.checkout.pay_cash(500)
        office.count_right()
        office.closing.close(Wish(float_minor=10_000))
        office.start(10_000)
        assert shop.shifts.expected_cash() == 10_000
        shop.checkout.give_back()
        assert shop.shifts.expected_cash() == 9_500


def test_several_shifts_of_a_day_and_one_over_midnight_keep_their_business_day(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        office.sell()
        office_z(office)
        office.start(shop.shifts.float_left() or 0)
        shop.clock.pass_ms(DAY_MS)
        office.sell()
        z = office_z(office)
        assert (z.day, z.body["number"], totals_of(z.body["totals"]).gross) == ("2026-11-21", 2, 1_499)
        office.start(0)
        assert shop.counter.business_day() == "2026-11-22"


def test_an_x_report_resets_nothing_and_is_the_fold_of_the_shifts_facts(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        office.sell()
        first = shop.shifts.so_far()
        assert shop.shifts.so_far() == first
        office.sell()
        office.cash.no_sale("change for a customer")
        shift = shop.counter.open_shift()
        assert shop.shifts.so_far() == fold_shift(shift, shop.facts()).totals
        assert (shop.shifts.so_far().sales, shop.shifts.so_far().no_sales) == (2, 1)


def test_personal_drawers_change_with_the_person_and_the_cart_stays(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings={"till.drawer": "personal"}) as shop:
        office = Office(shop).start()
        own = office.sell()
        shop.add(ARTICLE)
        shop.checkout.begin()
        shop.checkout.pay_cash(500)
        assert shop.shifts.switch_to(shop.sign_in(ASSOCIATE)) is None
        shop.open_shift(5_000)
        assert shop.selling.priced.pieces == 1
        done = shop.checkout.pay_cash(shop.checkout.cash_due())
        assert done is not None
        theirs = done.total_minor + done.rounding_minor
        assert shop.shifts.expected_cash() == 5_000 + theirs - 500
        assert code_of(lambda: office.cash.move(Move(PAY_OUT, 99_999, "too much"))) == "cash.not_there"
        shop.shifts.switch_to(shop.sign_in(CASHIER))
        assert shop.shifts.expected_cash() == 10_000 + own + 500
        assert [one.drawer for one in shop.shifts.resting()] == [ASSOCIATE]
        z = office_z(office)
        assert (z.body["drawer"], totals_of(z.body["totals"]).sales) == (CASHIER, 1)
        shop.shifts.switch_to(shop.sign_in(ASSOCIATE))
        assert totals_of(office_z(office).body["totals"]).gross == done.total_minor


def test_cash_goes_in_and_out_with_reason_bag_and_limit(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings={"till.pay_out_limit": "20.00"}) as shop:
        office = Office(shop).start()
        for move, code in (
            (Move(PAY_IN, 100), "cash.reason"),
            (Move(PAY_IN, 0, "x"), "cash.amount"),
            (Move(DEPOSIT, 5_000), "cash.bag"),
            (Move(DROP, 10_001), "cash.not_there"),
            (Move(CARRIED, 1), "cash.kind"),
            (Move(CHANGE, 500, tally=Tally({100: 4})), "cash.tally"),
            (Move(PAY_OUT, 2_001, "window cleaner"), "cash.sign_off"),
        ):
            assert code_of(lambda move=move: office.cash.move(move)) == code  # type: ignore[misc]
        assert code_of(lambda: office.cash.move(Move(PAY_OUT, 2_001, "w"), CASHIER, PIN)) == "staff.same_person"
        assert office.cash.move(Move(PAY_OUT, 2_001, "w"), MANAGER, PIN).body["approved_by"] == MANAGER
        office.cash.move(Move(PAY_OUT, 2_000, "w"))
        office.cash.move(Move(PAY_IN, 1_001, "found"))
        office.cash.move(Move(DROP, 3_000))
        office.cash.move(Move(CHANGE, 1_000, tally=Tally({100: 10})))
        office.cash.move(Move(DEPOSIT, 2_500, bag="B-1"))
        assert code_of(lambda: office.cash.move(Move(DEPOSIT, 2_500, bag=" B-1 "))) == "cash.bag_used"
        office.cash.move(Move(DEPOSIT, 1_000, bag="B-2", source="drawer"))
        totals = shop.shifts.so_far()
        assert totals.cash_expected == 10_000 - 4_001 + 1_001 - 3_000 + 1_000 - 1_000
        assert (totals.safe, totals.bank) == (3_000 - 1_000 - 2_500, 2_500 + 1_000)


def test_change_is_awaited_until_a_delivery_names_its_order_or_a_month_went_by(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        cash = Office(shop).start().cash
        first, second = (cash.order_change(Tally({1_000: count})).body["order_no"] for count in (20, 5))
        assert [(one.number, one.amount_minor) for one in cash.awaited()] == [(first, 20_000), (second, 5_000)]
        cash.move(Move(DELIVERY, 20_000, order=first))
        assert [one.number for one in cash.awaited()] == [second]
        cash.move(Move(DELIVERY, 1_000))
        assert [one.number for one in cash.awaited()] == [second], "what came without an order answers none"
        shop.clock.pass_ms(32 * DAY_MS)
        assert cash.awaited() == ()
        for absurd in (Tally(), Tally({20_000: 501})):
            assert code_of(lambda absurd=absurd: cash.order_change(absurd)) == "cash.amount"  # type: ignore[misc]


@pytest.mark.parametrize(("has_drawer", "float_minor", "needless"), [(True, 0, False), (False, 0, True), (False, 5_000, False)])
def test_only_where_no_cash_can_be_there_is_nothing_to_count(
    tmp_path: Path, has_drawer: bool, float_minor: int, needless: bool
) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start(float_minor)
        shop.counter.has_drawer = has_drawer
        assert office.counting.is_needless() is needless
