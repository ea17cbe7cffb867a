"""A clock that was set back is noticed, said and written down, and stops nobody from selling."""

from pathlib import Path

from kiosk.services import clockwatch
from tests.kiosk.support import HandClock, open_shop

DAY_MS = 24 * 3_600_000


def test_a_clock_set_back_a_day_is_said_in_words_with_both_times(tmp_path: Path) -> None:
    clock = HandClock()
    with open_shop(tmp_path, clock=clock) as shop:
        shop.sign_in()
        shop.open_shift()
        assert clockwatch.look(shop.counter) is None
        clock.set_back_ms(DAY_MS)
        warning = clockwatch.look(shop.counter)
        assert warning is not None
        said = shop.counter.words.error(warning)
        assert "20-11-2026 12:00" in said
        assert "21-11-2026 12:00" in said


def test_selling_goes_on_in_the_shift_s_business_day_with_the_clock_set_back(tmp_path: Path) -> None:
    clock = HandClock()
    with open_shop(tmp_path, clock=clock) as shop:
        shop.sign_in()
        shop.open_shift()
        day = shop.counter.business_day()
        clock.set_back_ms(DAY_MS)
        shop.selling.add_article(shop.article("1001-WHT-M"))
        shop.sell_cash()
        assert shop.counter.business_day() == day
        assert shop.chain()[1] is None
