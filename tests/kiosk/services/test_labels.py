"""Labels of the shop's own scales: weight or price inside the code, by the shop's patterns and no others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.api import Scan
from kiosk.domain.barcode import check_digit, patterns_of, value_check_digit
from kiosk.domain.catalog import Article, Price
from kiosk.domain.facts import Fact
from kiosk.domain.pricelist import Prices
from kiosk.domain.pricing import NO_TERMS, Terms
from kiosk.domain.quantity import ONE
from kiosk.domain.recompute import work_out_again
from kiosk.services.scans import Halted, ScanDesk, Sold
from tests.kiosk.support import Shop, code_of, open_shop, row

WEIGHT = {"prefix": "21", "item": 5, "value": 5, "measure": "weight"}
PRICE = {"prefix": "22", "item": 5, "value": 5, "measure": "price"}
CHECKED = {"prefix": "28", "item": 4, "value": 5, "measure": "price", "value_check": True}
CHEESE, PIE = "12345", "54321"
CHEESE_MINOR = 1899


def whole(body: str) -> str:
    """A code with its check digit."""
    return body + str(check_digit(body))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A grocery till with three kinds of label; cheese goes by the kilogram, pie by the piece."""
    with open_shop(tmp_path, "grocery", settings={"barcodes.patterns": [WEIGHT, PRICE, CHECKED]}) as made:
        base = made.article("10129")
        codes = (whole("211234500000"), whole("221234500000"))
        made.put_catalog(
            row("article", CHEESE, article(base, CHEESE, "kg", codes)),
            row("price", f"{CHEESE}|0", Price(CHEESE, 0, CHEESE_MINOR, 9)),
            row("article", PIE, article(base, PIE, "piece", ())), row("price", f"{PIE}|0", Price(PIE, 0, 500, 9)),
            row("article", "4321", article(base, "4321", "piece", ())), row("price", "4321|0", Price("4321", 0, 500, 9)),
        )  # fmt: skip
        made.sign_in()
        made.open_shift()
        yield made


def article(base: Article, number: str, unit: str, barcodes: tuple[str, ...]) -> Article:
    """Goods without deposit or age."""
    return Article(number, number, {"nl": number}, "", base.category, "", "", barcodes, "reduced", unit, 0, "", "", 0, 0)


@pytest.fixture
def desk(shop: Shop) -> ScanDesk:
    """Its scanner."""
    return ScanDesk(shop.counter, shop.selling, dict)


def scan(desk: ScanDesk, text: str) -> str:
    """What a scan is refused with; empty when it is sold."""
    result = desk.handle(Scan("front", text.encode(), text, None, 0))
    if isinstance(result, Halted):
        desk.acknowledge()
        return result.error.code
    assert isinstance(result, Sold)
    return ""


class AsPublished:
    """What the hub knows, as far as a label needs it: VAT rates."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def prices(self, article: str, rev: int) -> Prices:
        """The till's own."""
        return self._shop.catalog.prices(article)

    def published(self, article: str, rev: int) -> tuple[Price, ...]:
        """Nobody asks."""
        return ()

    def terms(self, fact: Fact) -> Terms:
        """No promotions."""
        return NO_TERMS

    def rates(self, fact: Fact) -> dict[str, int]:
        """Those of the day."""
        rates: dict[str, int] = self._shop.counter.rules.vat_rates(fact.day)
        return rates


def test_a_weight_label_sells_its_weight(shop: Shop, desk: ScanDesk) -> None:
    assert scan(desk, whole("211234500532")) == ""
    (line,) = shop.selling.priced.lines
    assert (line.line.quantity_milli, line.amount_minor) == (532, 1010)


@pytest.mark.parametrize("label_minor", [1, 7, 249, 1009, 1010, 1011, 99_999])
def test_a_price_label_costs_what_stands_on_it_and_takes_the_weight_that_it_pays_for(
    shop: Shop, desk: ScanDesk, label_minor: int
) -> None:
    assert scan(desk, whole(f"2212345{label_minor:05d}")) == ""
    (line,) = shop.selling.priced.lines
    assert line.amount_minor == label_minor
    assert abs(line.line.quantity_milli * CHEESE_MINOR - label_minor * ONE) <= CHEESE_MINOR  # within a gram
    shop.sell_cash()
    body = shop.facts()[-1].body
    again = work_out_again(shop.facts()[-1], AsPublished(shop))
    assert (body["lines"][0]["marked"], body["total"], again.differences) == (label_minor, label_minor, ())


def test_two_packs_are_two_lines_and_neither_can_be_multiplied(shop: Shop, desk: ScanDesk) -> None:
    for _ in range(2):
        assert scan(desk, whole("225432100349")) == ""
    assert [(line.line.quantity_milli, line.amount_minor) for line in shop.selling.priced.lines] == [(1000, 349), (1000, 349)]
    assert code_of(lambda: shop.selling.set_quantity(1, 2 * ONE)) == "cart.marked"
    shop.selling.discount_line(2, "percent", 1000, "bruised")
    assert shop.selling.priced.total_minor == 349 + 314


def test_a_pack_may_be_given_another_price_by_hand_and_its_own_back(shop: Shop, desk: ScanDesk) -> None:
    scan(desk, whole("225432100349"))
    assert shop.selling.reprice_line(1, 340, "torn").total_minor == 340
    assert shop.selling.reprice_line(1, 0, "").total_minor == 349


def test_a_label_with_a_digit_for_its_value_is_checked_by_it(shop: Shop, desk: ScanDesk) -> None:
    good = f"284321{value_check_digit('00349')}00349"
    assert scan(desk, whole(good)) == ""
    assert scan(desk, whole(good[:-1] + "8")) == "barcode.value"
    assert shop.selling.priced.total_minor == 349


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (whole("211234500532")[:-1] + "1", "barcode.check-digit"),
        (whole("221234500000"), "barcode.price"),
        (whole("219999900532"), "scan.in_store"),
        (whole("290000000001"), "scan.in_store"),
        (whole("020000000001"), "scan.in_store"),
        ("8710398500526", "scan.unknown"),
    ],
)
def test_a_label_that_sells_nothing_says_why(shop: Shop, desk: ScanDesk, text: str, code: str) -> None:
    assert scan(desk, text) == code


def test_without_patterns_no_digit_of_a_label_is_weight_or_price(shop: Shop, desk: ScanDesk) -> None:
    shop.put_settings({"barcodes.patterns": []})
    assert scan(desk, whole("211234500532")) == "scan.in_store"


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({**WEIGHT, "prefix": "87"}, "prefix"), ({**WEIGHT, "prefix": "2"}, "prefix"), ({**WEIGHT, "item": 6}, "13 places"),
        ({**WEIGHT, "measure": "volume"}, "weight or price"), ({**WEIGHT, "value": "5"}, "digits"),
        ({**PRICE, "decimals": 7}, "decimals"), ({**WEIGHT, "itme": 5}, "itme"),
        ({**PRICE, "item": 3, "value": 6, "value_check": True}, "4 or 5"),
    ],
)  # fmt: skip
def test_a_pattern_that_cannot_be_says_what_is_wrong(table: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        patterns_of([table])


def test_a_pattern_with_a_slip_stops_no_till(shop: Shop) -> None:
    shop.put_settings({"barcodes.patterns": [{**WEIGHT, "item": 9}]})
    assert shop.counter.settings.patterns == ()
