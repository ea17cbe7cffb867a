"""Bad days at the desk: a locked approver, midnight and the changed clock in a sale, quantities that make no sense."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.cart import LINES_MAX, PERCENT
from kiosk.domain.returning import GOODWILL, Wish
from kiosk.services.returns import Approval, Returns
from tests.kiosk.support import MANAGER, PIN, HandClock, Shop, code_of, open_shop

SHIRT = "1001-WHT-M"
DAY_MS = 86_400_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


def _ms(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type]


def test_a_locked_person_approves_nothing_and_the_till_sells_on(shop: Shop) -> None:
    returns = Returns(shop.counter, shop.selling, shop.session)
    shop.add(SHIRT)
    receipt = shop.sell_cash().receipt
    shop.clock.pass_ms(31 * DAY_MS)
    found, wish = returns.find(receipt), Wish(1, 1_000, GOODWILL, "r", "as_new", True)
    for _ in range(5):
        code_of(lambda: returns.take(found, [wish], Approval(MANAGER, "0000")))
    assert code_of(lambda: returns.take(found, [wish], Approval(MANAGER, PIN))) == "staff.locked"
    shop.add(SHIRT)
    assert shop.sell_cash().total_minor == 1_499
    shop.clock.pass_ms(16 * 60_000)
    returns.take(found, [wish], Approval(MANAGER, PIN))


def test_a_sale_over_midnight_belongs_to_the_day_of_its_shift(tmp_path: Path) -> None:
    clock = HandClock(wall_ms=_ms(2026, 11, 20, 22, 58))  # 23:58 in Amsterdam
    with open_shop(tmp_path, clock=clock) as shop:
        shop.sign_in()
        shop.open_shift()
        day = shop.counter.business_day()
        shop.add(SHIRT)
        shop.clock.pass_ms(5 * 60_000)
        shop.add(SHIRT)
        shop.sell_cash()
        sale = shop.facts()[-1]
        assert sale.day == day and shop.ledger.clock.local_date(sale.moment.wall_ms) != day
        assert shop.shifts.totals().sales == 1


def test_the_night_of_the_changed_clock_loses_no_sale_and_no_order(tmp_path: Path) -> None:
    clock = HandClock(wall_ms=_ms(2026, 10, 25, 0, 30))  # 02:30 in Amsterdam, for the first time that night
    with open_shop(tmp_path, clock=clock) as shop:
        shop.sign_in()
        shop.open_shift()
        papers = []
        for _ in range(3):
            shop.add(SHIRT)
            papers.append(shop.sell_cash())
            shop.clock.pass_ms(30 * 60_000)
        sales = [fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED]
        assert [fact.moment.wall_ms for fact in sales] == sorted(fact.moment.wall_ms for fact in sales)
        assert len({fact.day for fact in sales}) == 1 and facts.CLOCK_MOVED not in shop.kinds()


@pytest.mark.parametrize("milli", [0, -1_000, 10_000_000_000, 1_500, 999_999_000])
def test_a_quantity_that_makes_no_sense_changes_nothing(shop: Shop, milli: int) -> None:
    shop.add(SHIRT)
    before = shop.selling.priced
    assert code_of(lambda: shop.selling.set_quantity(1, milli)) in ("cart.quantity", "cart.whole_pieces")
    assert shop.selling.priced == before


def test_a_cart_is_full_at_its_limit_and_says_so(shop: Shop) -> None:
    goods = [one.id for one in shop.catalog.articles("ORDER BY a.key LIMIT 2", ())]
    for n in range(LINES_MAX):
        shop.add(goods[n % 2])
    assert code_of(lambda: shop.add(goods[LINES_MAX % 2])) == "cart.too_many_lines"
    assert len(shop.selling.priced.lines) == LINES_MAX


def test_everything_off_and_nothing_to_pay_is_still_a_sale(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.selling.discount_sale(PERCENT, 10_000, "weggegeven", shop.session.approve(MANAGER, PIN))
    shop.checkout.begin()
    assert shop.kinds()[-1] == facts.SALE_COMPLETED and shop.facts()[-1].body["total"] == 0
