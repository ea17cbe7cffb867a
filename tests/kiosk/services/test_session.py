"""Signing in: who may, who may not, and how long five wrong PINs last, whatever the clock does."""

from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kiosk.domain import facts
from kiosk.domain.feed import Cursor, Row
from kiosk.domain.staff import Employee
from kiosk.services.session import check_pin, new_pins
from tests.kiosk.support import ASSOCIATE, CASHIER, MANAGER, PIN, HandClock, Shop, code_of, digest_of, open_shop, refused, row

WRONG = "1357"
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


def wrong_pins(shop: Shop, count: int, number: str = CASHIER) -> list[str]:
    """The codes of so many wrong PINs."""
    return [code_of(lambda: shop.session.sign_in(number, WRONG)) for _ in range(count)]


def test_a_number_or_a_badge_with_the_pin_signs_in(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        assert shop.session.employee is None
        badge = shop.sign_in(CASHIER).badge
        assert shop.session.employee == shop.counter.signed_in()
        shop.session.sign_out()
        assert shop.session.sign_in(badge, PIN).number == CASHIER
        assert shop.kinds() == [facts.STAFF_SIGNED_IN, facts.STAFF_SIGNED_OUT, facts.STAFF_SIGNED_IN]


def test_a_badge_or_a_pin_alone_signs_nobody_in(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        badge = shop.session.find(CASHIER).badge
        assert code_of(lambda: shop.session.sign_in(badge, "")) == "staff.wrong_pin"
        assert code_of(lambda: shop.session.sign_in("", PIN)) == "staff.unknown"
        assert code_of(lambda: shop.session.sign_in(PIN, PIN)) == "staff.unknown"
        assert shop.session.employee is None


def test_an_empty_badge_is_nobodys(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        hashed = shop.session.find(CASHIER).pin_hash
        shop.put_device(row("staff", "900", Employee("900", "No Badge", "cashier", "", hashed)))
        assert code_of(lambda: shop.session.sign_in("", PIN)) == "staff.unknown"
        assert shop.session.sign_in("900", PIN).name == "No Badge"


def test_a_person_who_left_is_told_so_and_is_not_listed(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        hashed = shop.session.find(CASHIER).pin_hash
        shop.put_device(row("staff", "900", Employee("900", "Gone", "manager", "B9", hashed, active=False)))
        assert code_of(lambda: shop.session.sign_in("B9", PIN)) == "staff.inactive"
        assert "Gone" not in [one.name for one in shop.session.staff()]
        names = [one.name.casefold() for one in shop.session.staff()]
        assert names == sorted(names)


def test_a_damaged_pin_hash_lets_nobody_in(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        for n, bad in enumerate(("", "2580", "$argon2id$v=19$m=8,t=1,p=1$")):
            shop.put_device(row("staff", f"90{n}", Employee(f"90{n}", "X", "manager", f"B{n}", bad)))
            assert code_of(lambda n=n: shop.session.sign_in(f"90{n}", PIN)) == "staff.wrong_pin"  # type: ignore[misc]


def test_the_fifth_wrong_pin_locks_and_then_even_the_right_one_waits(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        assert wrong_pins(shop, 5) == ["staff.wrong_pin"] * 4 + ["staff.locked"]
        refusal = refused(lambda: shop.sign_in(CASHIER))
        assert (refusal.code, refusal.values["seconds"]) == ("staff.locked", 60)
        assert "60" in shop.counter.words.error(refusal)
        assert shop.kinds() == [facts.STAFF_REFUSED] * 5


def test_the_tries_that_are_left_are_counted_down(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        left = [refused(lambda: shop.session.sign_in(CASHIER, WRONG)).values.get("left") for _ in range(4)]
        assert left == [4, 3, 2, 1]


def test_a_colleague_signs_in_while_one_is_locked(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        wrong_pins(shop, 5)
        assert shop.sign_in(MANAGER).number == MANAGER


def test_the_lock_ends_by_the_clock_and_the_next_one_is_longer(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        wrong_pins(shop, 5)
        shop.clock.pass_ms(MINUTE_MS - 1)
        assert code_of(lambda: shop.sign_in(CASHIER)) == "staff.locked"
        shop.clock.pass_ms(1)
        assert code_of(lambda: shop.session.sign_in(CASHIER, WRONG)) == "staff.locked"
        assert refused(lambda: shop.sign_in(CASHIER)).values["seconds"] == 120
        shop.clock.pass_ms(2 * MINUTE_MS)
        shop.sign_in(CASHIER)
        shop.session.sign_out()
        assert wrong_pins(shop, 4) == ["staff.wrong_pin"] * 4, "the right PIN forgets the wrong ones"


def test_a_restart_does_not_unlock(tmp_path: Path) -> None:
    clock = HandClock()
    with open_shop(tmp_path, clock=clock) as shop:
        wrong_pins(shop, 5)
    clock.boot = "boot-2"
    with open_shop(tmp_path, clock=clock) as shop:
        assert code_of(lambda: shop.sign_in(CASHIER)) == "staff.locked"
        clock.pass_ms(MINUTE_MS)
        shop.sign_in(CASHIER)


def test_a_clock_set_back_a_day_locks_nobody_for_a_day(tmp_path: Path) -> None:
    clock = HandClock()
    with open_shop(tmp_path, clock=clock) as shop:
        wrong_pins(shop, 5)
        clock.set_back_ms(DAY_MS)
        assert refused(lambda: shop.sign_in(CASHIER)).values["seconds"] <= 60
        clock.pass_ms(MINUTE_MS // 2)
    with open_shop(tmp_path, clock=clock) as shop:
        assert refused(lambda: shop.sign_in(CASHIER)).values["seconds"] <= 30, "it began anew once, not with every try"
        clock.pass_ms(MINUTE_MS // 2)
        shop.sign_in(CASHIER)


def test_another_person_takes_over_and_the_cart_stays(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in(CASHIER)
        shop.open_shift()
        shop.add("1001-WHT-M")
        shop.sign_in(MANAGER)
        assert shop.kinds()[-2:] == [facts.STAFF_SIGNED_OUT, facts.STAFF_SIGNED_IN]
        assert not shop.selling.priced.cart.is_empty
        assert shop.counter.shift is not None and shop.counter.shift.employee == CASHIER


def test_nothing_is_opened_or_paid_by_nobody(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        assert code_of(lambda: shop.open_shift()) == "staff.not_signed_in"
        shop.sign_in()
        shop.open_shift()
        shop.add("1001-WHT-M")
        shop.session.sign_out()
        for work in (shop.checkout.begin, lambda: shop.selling.abandon("x"), lambda: shop.selling.remove(1)):
            assert code_of(work) == "staff.not_signed_in"


def test_a_first_pin_is_changed_for_ones_own(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        assert code_of(lambda: shop.session.change_pin(PIN, PIN)) == "staff.pin_same"
        assert code_of(lambda: shop.session.change_pin(PIN, "1234")) == "staff.pin_weak"
        shop.session.change_pin(PIN, "8520")
        assert shop.session.sign_in(CASHIER, "8520").must_change is False
        assert code_of(lambda: shop.session.sign_in(CASHIER, PIN)) == "staff.wrong_pin"
        assert facts.STAFF_PIN_CHANGED in shop.kinds()


def test_a_pin_chosen_while_the_hub_is_away_holds_through_a_restart_until_the_hub_has_it(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.session.change_pin(PIN, "8520")
        chosen = new_pins(shop.ledger)[0]
    with open_shop(tmp_path) as shop:
        assert shop.session.sign_in(CASHIER, "8520").number == CASHIER
        the_hub_says(shop, chosen.pin_hash)
        assert shop.session.sign_in(CASHIER, "8520").number == CASHIER
        assert new_pins(shop.ledger) == ()


def test_a_pin_that_the_hub_gave_out_anew_takes_the_place_of_the_one_chosen_here(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.session.change_pin(PIN, "8520")
        the_hub_says(shop, PasswordHasher(1, 8, 1).hash("4711"))
        assert code_of(lambda: shop.session.sign_in(CASHIER, "8520")) == "staff.wrong_pin"
        assert shop.session.sign_in(CASHIER, "4711").number == CASHIER


def the_hub_says(shop: Shop, pin_hash: str) -> None:
    """The feed brings the cashier's row with another PIN hash."""
    there = [Row(*one) for one in shop.ledger.run(lambda conn: conn.execute("SELECT * FROM device_rows").fetchall())]
    cashier = shop.ledger.device_row("staff", CASHIER, Employee)
    assert cashier is not None
    kept = [one for one in there if (one.entity, one.key) != ("staff", CASHIER)]
    kept.append(row("staff", CASHIER, replace(cashier, pin_hash=pin_hash)))
    shop.ledger.replace(kept, Cursor(1, shop.ledger.cursor().rev + 1, digest_of(kept)))


@pytest.mark.parametrize("pin", ["", "123", "1111", "0000", "1234", "9876", "12345678", "123456789", "12a4", "١٢٣٥", " 2580"])
def test_a_pin_that_anybody_would_try_first_is_weak(pin: str) -> None:
    assert code_of(lambda: check_pin(pin)) == "staff.pin_weak"


@pytest.mark.parametrize("pin", ["2580", "1243", "135790", "11112222"])
def test_a_pin_that_is_a_little_harder_will_do(pin: str) -> None:
    check_pin(pin)


def _weeks_without_the_hub(shop: Shop) -> None:
    """The hub spoke, then was away for eight days in which the cashier worked on; the manager was last here before it."""
    shop.sign_in(MANAGER)
    shop.session.heard()
    shop.clock.pass_ms(8 * DAY_MS)
    shop.sign_in(CASHIER)
    shop.session.sign_out()


def test_whoever_worked_here_lately_signs_in_however_long_the_hub_is_away(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in(CASHIER)
        shop.session.heard()
        shop.clock.pass_ms(90 * DAY_MS)
        assert shop.sign_in(CASHIER).number == CASHIER


def test_who_has_not_been_here_lately_needs_another_persons_word_after_a_week_without_the_hub(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in(CASHIER)
        _weeks_without_the_hub(shop)
        assert code_of(lambda: shop.session.admit(MANAGER, PIN)) == "staff.not_signed_in", "nobody waits"
        assert code_of(lambda: shop.session.sign_in(ASSOCIATE, WRONG)) == "staff.wrong_pin"
        assert code_of(lambda: shop.session.admit(MANAGER, PIN)) == "staff.not_signed_in", "the PIN comes first"
        refusal = refused(lambda: shop.sign_in(ASSOCIATE))
        assert (refusal.code, refusal.values["days"]) == ("staff.list_old", 7) and "7" in shop.counter.words.error(refusal)
        assert code_of(lambda: shop.session.admit(ASSOCIATE, PIN)) == "staff.cannot_admit"
        assert code_of(lambda: shop.session.admit(CASHIER, PIN)) == "staff.cannot_admit"
        assert code_of(lambda: shop.session.admit(MANAGER, WRONG)) == "staff.wrong_pin"
        assert shop.session.employee is None
        assert shop.session.admit(MANAGER, PIN).number == ASSOCIATE
        assert shop.facts()[-1].body == {"number": ASSOCIATE, "approved_by": MANAGER}
        shop.session.sign_out()
        assert shop.sign_in(ASSOCIATE).number == ASSOCIATE, "now they worked here lately"


def test_a_word_that_was_given_lets_in_one_person_once(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in(CASHIER)
        _weeks_without_the_hub(shop)
        refused(lambda: shop.sign_in(ASSOCIATE))
        shop.sign_in(CASHIER)
        assert code_of(lambda: shop.session.admit(MANAGER, PIN)) == "staff.not_signed_in"


def test_when_the_hub_speaks_or_the_shop_wants_it_so_everybody_signs_in_by_themselves(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in(CASHIER)
        _weeks_without_the_hub(shop)
        assert code_of(lambda: shop.sign_in(ASSOCIATE)) == "staff.list_old"
        shop.session.heard()
        assert shop.sign_in(ASSOCIATE).number == ASSOCIATE
        shop.clock.pass_ms(20 * DAY_MS)
        shop.put_settings({"staff.offline_days": 0})
        shop.counter.reload()
        assert shop.sign_in(MANAGER).number == MANAGER


def test_a_till_that_does_not_know_when_the_hub_spoke_keeps_nobody_out(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in(CASHIER)
        shop.clock.pass_ms(90 * DAY_MS)
        assert shop.sign_in(ASSOCIATE).number == ASSOCIATE
