"""Training mode: everything can be tried, and nothing of it reaches turnover, stock, numbers, the drawer or a card."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.stock import moves_in
from kiosk.services.returns import Returns
from kiosk.services.suspending import Suspending
from kiosk.services.training import Training
from kiosk.store import spool
from kiosk.store.spool import JobKind
from tests.kiosk.support import Shop, code_of, open_shop

SHIRT = "1001-WHT-M"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def training(shop: Shop) -> Training:
    """Its training mode."""
    return Training(shop.counter, shop.selling)


def test_a_sale_of_training_reaches_no_total_no_stock_no_number_and_no_drawer(shop: Shop, training: Training) -> None:
    shop.add(SHIRT)
    real = shop.sell_cash()
    before = shop.shifts.totals()
    drawers = [job for job in shop.ledger.run(spool.jobs) if job.kind is JobKind.DRAWER]
    training.start()
    shop.add(SHIRT, 5_000)
    done = shop.sell_cash()
    training.end()
    assert shop.shifts.totals() == before
    rehearsed = shop.facts()[-2]
    assert rehearsed.kind == facts.TRAINING_REHEARSED and moves_in(rehearsed) == []
    assert done.receipt == "TRAINING"
    assert [job for job in shop.ledger.run(spool.jobs) if job.kind is JobKind.DRAWER] == drawers
    shop.add(SHIRT)
    assert shop.sell_cash().receipt[-6:] == f"{int(real.receipt[-6:]) + 1:06d}", "no number was used up"
    assert shop.chain()[1] is None


def test_its_paper_says_that_it_is_no_receipt_and_carries_no_code(shop: Shop, training: Training) -> None:
    training.start()
    shop.add(SHIRT)
    shop.sell_cash()
    paper = shop.ledger.run(spool.jobs)[-1].plain_text
    assert paper.count("OEFENING, GEEN BON") == 2
    assert code_of(lambda: Returns(shop.counter, shop.selling, shop.session).find("training")) == "return.training"


def test_a_restart_in_training_is_still_training_so_its_cart_never_becomes_a_sale(tmp_path: Path) -> None:
    with open_shop(tmp_path / "till") as shop:
        shop.sign_in()
        shop.open_shift()
        Training(shop.counter, shop.selling).start()
        shop.add(SHIRT)
        key = shop.key
    with open_shop(tmp_path / "till", key=key) as again:
        again.sign_in()
        Training(again.counter, again.selling)
        again.sell_cash()
        assert again.kinds()[-1] == facts.TRAINING_REHEARSED


def test_the_mode_changes_only_with_an_empty_basket(shop: Shop, training: Training) -> None:
    shop.add(SHIRT)
    assert code_of(training.start) == "training.cart_open"
    shop.selling.abandon("")
    training.start()
    shop.add(SHIRT)
    assert code_of(training.end) == "training.cart_open"
    assert code_of(Suspending(shop.counter, shop.selling, shop.receipts).suspend) == "training.not_here"
    shop.selling.abandon("")
    training.end()
    kinds = [kind for kind in shop.kinds() if kind in (facts.SALE_ABANDONED, facts.TRAINING_REHEARSED)]
    assert kinds == [facts.SALE_ABANDONED, facts.TRAINING_REHEARSED], "what was void in training is no aborted basket"


def test_the_journal_says_who_practised_and_when(shop: Shop, training: Training) -> None:
    training.start()
    training.end()
    assert shop.kinds()[-2:] == [facts.TRAINING_STARTED, facts.TRAINING_ENDED]
