"""Suspend and retrieve: what is put aside stays on the disk, comes back whole, once, and to whoever is at the till."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.services.selling import Selling
from kiosk.services.suspending import SUSPENDED_MAX, Suspending, is_suspended_code
from kiosk.store import spool
from tests.kiosk.support import ASSOCIATE, Shop, code_of, open_shop

SHIRT, OTHER_SHIRT = "1001-WHT-M", "1001-WHT-L"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def suspending(shop: Shop) -> Suspending:
    """Its sales that wait."""
    return Suspending(shop.counter, shop.selling, shop.receipts)


def lines(shop: Shop) -> list[tuple[str, int]]:
    """Articles and quantities of the open cart."""
    return [(line.article, line.quantity_milli) for line in shop.selling.priced.cart.lines]


def test_a_sale_is_put_aside_and_comes_back_as_it_was(shop: Shop, suspending: Suspending) -> None:
    shop.add(SHIRT, 2_000)
    shop.selling.discount_line(1, "percent", 1_000, "damaged")
    before = shop.selling.priced
    suspended = suspending.suspend("  rode jas ")
    assert (lines(shop), suspended.note, suspended.employee) == ([], "rode jas", shop.counter.signed_in().number)
    (waiting,) = suspending.listed()
    assert waiting.priced.total_minor == before.total_minor
    assert suspending.retrieve(suspended.sale) == before
    assert suspending.listed() == ()
    assert shop.kinds()[-2:] == [facts.SALE_SUSPENDED, facts.SALE_RETRIEVED]


def test_the_next_customer_is_served_meanwhile_and_both_sales_are_paid_once(shop: Shop, suspending: Suspending) -> None:
    shop.add(SHIRT)
    first = suspending.suspend().sale
    shop.add(OTHER_SHIRT)
    shop.sell_cash()
    suspending.retrieve(first)
    shop.sell_cash()
    sold = [fact.body["sale"] for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED]
    assert len(sold) == 2 and sold[1] == first
    assert shop.chain()[1] is None


def test_another_cashier_retrieves_it_and_the_journal_names_both(shop: Shop, suspending: Suspending) -> None:
    shop.add(SHIRT)
    sale, by = suspending.suspend().sale, shop.counter.signed_in().number
    shop.sign_in(ASSOCIATE)
    suspending.retrieve(sale)
    fact = shop.facts()[-1]
    assert (fact.kind, fact.employee, fact.body["suspended_by"]) == (facts.SALE_RETRIEVED, ASSOCIATE, by)


def test_a_restart_opens_with_an_empty_cart_and_the_suspended_sale_still_waits(tmp_path: Path) -> None:
    with open_shop(tmp_path / "till") as shop:
        shop.sign_in()
        shop.open_shift()
        shop.add(SHIRT)
        sale = Suspending(shop.counter, shop.selling, shop.receipts).suspend().sale
        shop.add(OTHER_SHIRT)
        key = shop.key
    with open_shop(tmp_path / "till", key=key) as again:
        again.sign_in()
        assert lines(again) == [(OTHER_SHIRT, 1_000)], "the open cart is the one that was open"
        suspending = Suspending(again.counter, again.selling, again.receipts)
        assert [one.suspended.sale for one in suspending.listed()] == [sale]


def test_retrieving_over_an_open_cart_suspends_that_one_in_its_place(shop: Shop, suspending: Suspending) -> None:
    shop.add(SHIRT)
    first = suspending.suspend().sale
    shop.add(OTHER_SHIRT)
    suspending.retrieve(first)
    assert lines(shop) == [(SHIRT, 1_000)]
    assert [one.priced.cart.lines[0].article for one in suspending.listed()] == [OTHER_SHIRT]


def test_a_sale_is_retrieved_once(shop: Shop, suspending: Suspending) -> None:
    shop.add(SHIRT)
    suspended = suspending.suspend()
    suspending.retrieve(suspended.sale)
    shop.sell_cash()
    assert code_of(lambda: suspending.retrieve(suspended.sale)) == "suspended.gone"
    assert code_of(lambda: suspending.retrieve_code(suspending.code(suspended))) == "suspended.gone"


def test_its_slip_says_that_nothing_is_paid_and_its_code_brings_the_sale_back(shop: Shop, suspending: Suspending) -> None:
    shop.add(SHIRT)
    suspended = suspending.suspend("rode jas")
    code = suspending.code(suspended)
    [slip] = [job for job in shop.ledger.run(spool.jobs) if job.idempotency_key.startswith("suspended-")]
    assert "Niet betaald" in slip.plain_text and "rode jas" in slip.plain_text
    assert is_suspended_code(code) and not is_suspended_code("8799999000017")
    suspending.retrieve_code(code)
    assert lines(shop) == [(SHIRT, 1_000)]


def test_the_slip_of_another_till_names_that_till(suspending: Suspending) -> None:
    assert code_of(lambda: suspending.retrieve_code("HOLD-AMS1-07-12")) == "suspended.elsewhere"


def test_what_cannot_be_put_aside_is_refused(shop: Shop, suspending: Suspending) -> None:
    assert code_of(suspending.suspend) == "cart.empty"
    shop.add(SHIRT)
    shop.checkout.begin()
    assert code_of(suspending.suspend) == "cart.locked"


def test_a_suspended_sale_whose_customer_stays_away_is_voided_with_its_reason(shop: Shop, suspending: Suspending) -> None:
    shop.add(SHIRT)
    sale = suspending.suspend().sale
    suspending.void(sale, "klant kwam niet terug")
    fact = shop.facts()[-1]
    assert (fact.kind, fact.body["sale"], fact.body["reason"]) == (facts.SALE_ABANDONED, sale, "klant kwam niet terug")
    assert suspending.listed() == () and Selling(shop.counter).priced.cart.is_empty
    assert code_of(lambda: suspending.void(sale, "again")) == "suspended.gone"


def test_a_cupboard_full_of_suspended_sales_is_refused(shop: Shop, suspending: Suspending) -> None:
    for _ in range(SUSPENDED_MAX):
        shop.add(SHIRT)
        suspending.suspend()
    shop.add(SHIRT)
    assert code_of(suspending.suspend) == "suspended.too_many"
    assert lines(shop) == [(SHIRT, 1_000)], "the sale stays on the screen"
