"""The receipt on paper: letter by letter as it was agreed, in columns that line up and add up, in both languages.

After a wanted change: `TOONBANK_GOLDEN=write pytest tests/kiosk/paper`, then read the difference before committing it.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cart import PERCENT, Cart
from kiosk.domain.document import Barcode, Document, Line, plain_text
from kiosk.domain.facts import GENESIS, SALE_COMPLETED
from kiosk.domain.pricing import price_cart
from kiosk.domain.tax import PER_LINE
from kiosk.paper.columns import plain
from kiosk.paper.letterhead import Letterhead
from kiosk.paper.receipt import receipt, shift_slip
from kiosk.text import words
from tests.kiosk.domain.strategies import RATES, fact, full_carts
from tests.kiosk.domain.test_receipt import body_of
from tests.kiosk.support import MANAGER, Shop, open_shop

GOLDEN = Path(__file__).parent / "golden"
HEAD = Letterhead(["Noord & Zuid"], ["Bedankt!"], ["Voorbeeldkade 12"], "Noord en Zuid Voorbeeld B.V.", "NL000099998B57")


def one_shirt(shop: Shop) -> Document:
    """One shirt in cash, rounded, with change."""
    shop.add("1001-WHT-M")
    return shop.sell_cash(2_000).document


def discounts_and_a_card(shop: Shop) -> Document:
    """Quantities, a discount on a line and on the sale, a card for a part."""
    shop.sign_in(MANAGER)
    shop.add("1001-WHT-M")
    shop.selling.set_quantity(1, 3_000)
    shop.selling.discount_line(1, PERCENT, 1_000, "naad los, laatste stuk uit de etalage van vorig seizoen")
    shop.add("1001-WHT-XL")
    shop.selling.discount_sale(PERCENT, 500, "vaste klant")
    shop.checkout.begin()
    shop.checkout.pay_card(2_000, "0042-7731")
    done = shop.checkout.pay_cash(5_000)
    assert done is not None
    return done.document


def weights_and_deposit(shop: Shop) -> Document:
    """Goods by weight, drinks with deposit and an age limit, two VAT rates."""
    goods = shop.catalog.articles("ORDER BY a.key", ())
    shop.add("101", 420)
    shop.selling.add_article(next(one for one in goods if one.deposit_minor), 6_000)
    shop.selling.add_article(next(one for one in goods if one.age_limit), 1_000)
    shop.selling.check_age(18)
    return shop.sell_cash().document


SALES: list[tuple[str, str, Callable[[Shop], Document]]] = [
    ("fashion", "one-shirt", one_shirt),
    ("fashion", "discounts-and-a-card", discounts_and_a_card),
    ("grocery", "weights-and-deposit", weights_and_deposit),
]


def rung(tmp_path: Path, sample: str, language: str, sale: Callable[[Shop], Document]) -> Document:
    """The receipt of a sale."""
    with open_shop(tmp_path, sample) as shop:
        shop.counter.language = language
        shop.sign_in()
        shop.open_shift()
        return sale(shop)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("sample", "name", "sale"), SALES, ids=[name for _, name, _ in SALES])
def test_the_paper_is_letter_by_letter_what_was_agreed(
    tmp_path: Path, sample: str, name: str, sale: Callable[[Shop], Document], language: str
) -> None:
    text = plain_text(rung(tmp_path, sample, language, sale))
    golden = GOLDEN / f"{name}.{language}.txt"
    if os.environ.get("TOONBANK_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(("sample", "name", "sale"), SALES, ids=[name for _, name, _ in SALES])
def test_what_the_paper_says_adds_up_to_its_total(
    tmp_path: Path, sample: str, name: str, sale: Callable[[Shop], Document]
) -> None:
    """Read the paper as a person would: all figures of the upper part make the total, the VAT lines make it too."""
    text = plain_text(rung(tmp_path, sample, "en", sale))
    goods, paid, vat = text.split("-" * 48)[1:4]
    figures = re.compile(r" (-?[\d,]+\.\d\d)$", re.MULTILINE)
    upper = [minor(figure) for figure in figures.findall(goods)]
    total = minor(re.search(r"^Total EUR +([\d,.]+)", paid, re.MULTILINE)[1])  # type: ignore[index]
    sale_off = sum(minor(figure) for figure in re.findall(r"^Discount on the sale.* (-[\d,.]+)$", paid, re.MULTILINE))
    assert sum(upper) + sale_off == total
    gross = [line.split() for line in vat.splitlines() if figures.search(line)]
    assert sum(minor(columns[-1]) for columns in gross) == total
    for columns in gross:
        net, tax, whole = (minor(figure) for figure in columns[-3:])
        assert net + tax == whole


def minor(figure: str) -> int:
    """`1,234.50` in cents."""
    return int(figure.replace(",", "").replace(".", ""))


@given(full_carts(), st.sampled_from(["nl", "en"]), st.sampled_from([32, 42, 48]), st.text(max_size=120))
def test_no_line_is_wider_than_the_paper_and_every_amount_is_on_it(
    cart: Cart, language: str, columns: int, reason: str
) -> None:
    body = {**body_of(price_cart(cart, RATES, PER_LINE), card_minor=1), "receipt": "AMS1-01-A-000001", "sale_reason": reason}
    paper = receipt(fact(1, GENESIS, body, SALE_COMPLETED), HEAD, words(language), columns)
    text = plain_text(paper)
    assert max(len(line) for line in text.splitlines()) <= columns
    for line in body["lines"]:
        assert words(language).amount(line["before"]) in text
    assert words(language).amount(body["total"]) in text
    assert isinstance(paper.blocks[-2], Barcode), "the number comes last: what is torn off before it is no receipt"


@given(st.text(min_size=60, max_size=200), st.integers(0, 10**9))
def test_a_long_name_wraps_and_loses_no_letter(name: str, price: int) -> None:
    line = {
        "line": 1, "article": "A1", "name": name, "variant": "", "quantity": 1000, "unit": "piece", "unit_price": price,
        "before": price, "line_discount": 0, "sale_discount": 0, "reason": "", "deposit": 0,
    }  # fmt: skip
    body = {
        "receipt": "R1", "lines": [line], "tax": [], "vat_rule": "per_line", "fiscal": {}, "total": price, "rounding": 0,
        "tenders": [],
    }  # fmt: skip
    paper = receipt(fact(1, GENESIS, body, SALE_COMPLETED), HEAD, words("nl"))
    text = plain_text(paper).replace(words("nl").amount(price), "")
    assert "".join((plain(name) or "A1").split()) in "".join(text.split())


def test_the_same_fact_gives_the_same_paper(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.open_shift()
        first = one_shirt(shop)
        found = shop.ledger.find_sale("")
        assert found is not None
        assert shop.receipts.document(found) == first


def test_a_fiscal_outage_stands_on_the_paper() -> None:
    cart = price_cart(Cart(), RATES, PER_LINE)
    body = {**body_of(cart), "receipt": "R1", "fiscal": {"outage": "fiscal.failed"}}
    for language in ("nl", "en"):
        text = plain_text(receipt(fact(1, GENESIS, body, SALE_COMPLETED), HEAD, words(language)))
        assert words(language)("Fiscal unit out of order, reported") in text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\nb\r\nc", "a b c"),
        ("\x1b@\x1dV\x00", "@ V"),
        ("  twee  spaties ", "twee spaties"),
        ("€ 5\xa0korting", "€ 5 korting"),
        ("", ""),
    ],
)
def test_a_line_is_one_line_and_steers_no_printer(text: str, clean: str) -> None:
    assert plain(text) == clean


def test_a_slip_lines_its_figures_up() -> None:
    slip = shift_slip("Dienst", [("Kleingeld", "150,00"), ("Een heel lange naam voor een bedrag op een strook", "1,00")])
    lines = [block.text for block in slip.blocks if isinstance(block, Line)]
    assert [len(line) for line in lines[1:]] == [48, 48]
    assert all(line.endswith(("0,00", " 1,00")) for line in lines[1:])
