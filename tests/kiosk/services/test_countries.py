"""A till obeys the laws of the country that its store is in, and every country answers the same questions."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from kiosk.countries import be, nl
from kiosk.countries.known import COUNTRIES
from kiosk.domain import tender
from kiosk.domain.catalog import GOODS_CLASSES, VAT_CLASSES
from kiosk.domain.pricing import Terms
from tests.kiosk.support import IDENTITY, Shop, code_of, open_shop, row

SHIRT = "1001-WHT-M"
FACE = {name for name in dir(nl) if name[0] != "_" and not hasattr(tender, name) and not isinstance(getattr(nl, name), type)}
"""What a country says; what it borrows to say it is the borrowed module's."""
DAYS = ("2019-12-01", "2026-11-21", "2040-01-01")
IN_BELGIUM = replace(IDENTITY, place=replace(IDENTITY.place, country="BE"))


@pytest.fixture
def belgian(tmp_path: Path) -> Iterator[Shop]:
    """A till in Belgium with a cashier at work, whose shop would rather not round."""
    with open_shop(tmp_path, identity=IN_BELGIUM, settings={"till.cash_rounding": False}) as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.mark.parametrize("country", COUNTRIES.values(), ids=COUNTRIES)
def test_every_country_answers_what_is_asked_of_each(country: ModuleType) -> None:
    assert set(dir(country)) >= FACE
    assert COUNTRIES[country.COUNTRY] is country
    assert country.GOODS_LIMITS.keys() <= set(GOODS_CLASSES)
    assert country.LEAST_NOTE_MINOR in country.COUNTED_MINOR and set(country.NOTES_MINOR) <= set(country.COUNTED_MINOR)
    for day in DAYS:
        rates = country.vat_rates(day)
        assert {"standard", "reduced", "zero", "exempt"} <= rates.keys() <= set(VAT_CLASSES)
        assert rates["standard"] > rates["reduced"] > rates["zero"] == rates["exempt"] == 0
    assert Terms(limits=country.GOODS_LIMITS).limits


def test_belgium_has_a_rate_between_the_two() -> None:
    assert be.vat_rates("2026-11-21") == {"standard": 2100, "intermediate": 1200, "reduced": 600, "zero": 0, "exempt": 0}


@pytest.mark.parametrize(("price", "due", "given"), [(1497, 1495, 1495), (1498, 1500, 1500), (1500, 1500, 2000)])
def test_cash_is_rounded_in_belgium_whatever_the_shop_says_and_cards_are_not(
    belgian: Shop, price: int, due: int, given: int
) -> None:
    belgian.set_price(SHIRT, price)
    belgian.add(SHIRT)
    belgian.checkout.begin()
    assert belgian.checkout.cash_due() == due
    done = belgian.checkout.pay_cash(given)
    assert done is not None and done.rounding_minor == due - price
    belgian.add(SHIRT)
    belgian.checkout.begin()
    card = belgian.checkout.pay_card(price, "A1")
    assert card is not None and card.rounding_minor == 0


@pytest.mark.parametrize(("price", "due"), [(1, 1), (2, 2), (5, 5), (6, 5), (7, 5), (8, 10)])
def test_a_total_of_up_to_five_cents_is_paid_as_it_is_in_belgium(belgian: Shop, price: int, due: int) -> None:
    belgian.set_price(SHIRT, price)
    belgian.add(SHIRT)
    belgian.checkout.begin()
    assert belgian.checkout.cash_due() == due
    done = belgian.checkout.pay_cash(due)
    assert done is not None and done.rounding_minor == due - price


def test_of_a_larger_total_a_rest_of_two_cents_is_rounded_away(belgian: Shop) -> None:
    belgian.set_price(SHIRT, 1_003)
    belgian.add(SHIRT)
    belgian.checkout.begin()
    belgian.checkout.pay_card(1_001, "A1")
    assert belgian.checkout.cash_due() == 0


def test_of_a_mixed_payment_only_the_part_in_cash_is_rounded(belgian: Shop) -> None:
    belgian.set_price(SHIRT, 3_002)
    belgian.add(SHIRT)
    belgian.checkout.begin()
    belgian.checkout.pay_card(1_001, "A1")
    assert belgian.checkout.cash_due() == 2_000


@pytest.mark.parametrize(("cash", "refusal"), [(300_000, ""), (300_005, "payment.cash_limit_be")])
def test_three_thousand_euro_in_cash_may_be_taken_in_belgium_and_a_coin_more_may_not(
    belgian: Shop, cash: int, refusal: str
) -> None:
    belgian.set_price(SHIRT, cash)
    belgian.add(SHIRT)
    belgian.checkout.begin()
    if refusal:
        assert code_of(lambda: belgian.checkout.pay_cash(cash)) == refusal
    else:
        assert belgian.checkout.pay_cash(cash) is not None


def test_the_receipt_states_belgian_vat(belgian: Shop) -> None:
    tyre = replace(belgian.article(SHIRT), id="T1", barcodes=("8719999999999",), vat_class="intermediate")
    belgian.put_catalog(row("article", "T1", tyre))
    belgian.set_price("T1", 11_200)
    priced = belgian.selling.add_code("8719999999999")
    assert [(band.vat_class, band.rate_bp, band.amount.tax) for band in priced.bands] == [("intermediate", 1200, 1_200)]


def test_goods_with_a_rate_that_this_country_does_not_have_are_refused_and_the_sale_goes_on(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.add(SHIRT)
        tyre = replace(shop.article(SHIRT), id="T1", barcodes=("8719999999999",), vat_class="intermediate")
        shop.put_catalog(row("article", "T1", tyre))
        shop.set_price("T1", 11_200)
        assert code_of(lambda: shop.selling.add_code("8719999999999")) == "scan.no_vat"
        assert len(shop.selling.priced.lines) == 1 and shop.sell_cash().total_minor > 0
