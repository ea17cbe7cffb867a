"""Which screen comes next, without a window."""

from kiosk.ui import flow as flows
from kiosk.ui.entry import Entry
from kiosk.ui.flow import Dialog, Flow, Screen


def test_a_first_day_goes_by_pin_and_shift_to_the_sale():
    at = flows.signed_in(Flow(), must_change=True, shift_open=False)
    assert at.screen is Screen.NEW_PIN
    at = flows.signed_in(at, must_change=False, shift_open=False)
    assert at.screen is Screen.OPEN_SHIFT
    assert flows.shift_opened(at).screen is Screen.SALE


def test_a_lock_comes_back_to_the_payment_it_interrupted():
    at = flows.locked(flows.pay(Flow(Screen.SALE)))
    assert at.screen is Screen.SIGN_IN
    assert flows.signed_in(at, must_change=False, shift_open=True).screen is Screen.PAYMENT


def test_a_lock_on_the_last_screen_comes_back_to_the_next_sale():
    at = flows.locked(flows.paid(Flow(Screen.PAYMENT)))
    assert flows.signed_in(at, must_change=False, shift_open=True).screen is Screen.SALE


def test_a_scan_is_sold_only_where_the_basket_is_seen():
    assert Flow(Screen.SALE).may_sell
    assert not flows.opened(Flow(Screen.SALE), Dialog.DISCOUNT).may_sell
    for screen in set(Screen) - {Screen.SALE}:
        assert not Flow(screen).may_sell


def test_an_amount_fills_from_the_right_and_stops_at_its_limit():
    entry = Entry(decimals=2, most=5)
    for digit in "0012345678":
        entry = entry.key(digit)
    assert entry.value == 12345
    assert entry.back().value == 1234 and entry.cleared().is_empty
    assert entry.key("x") == entry
