"""Checkout: paid means committed, part payments survive, the law's limits hold, and no fiscal unit can lose a sale."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.cart import PERCENT
from kiosk.domain.document import plain_text
from kiosk.domain.errors import ShopError
from kiosk.services.checkout import SaleDone
from kiosk.services.ports import FiscalFailed
from kiosk.store.database import Connection, DiskFull
from kiosk.store.spool import JobKind, SpoolState, enqueue
from tests.kiosk.support import MANAGER, FiscalUnit, HandClock, Shop, code_of, open_shop, refused

SHIRT = "1001-WHT-M"  # 14.99


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till with one shirt in its cart."""
    with open_shop(tmp_path) as made:
        yield with_a_shirt(made)


def with_a_shirt(shop: Shop) -> Shop:
    """Sign in, open the shift, scan a shirt."""
    shop.sign_in()
    if shop.counter.shift is None:
        shop.open_shift()
    shop.add(SHIRT)
    return shop


def last_sale(shop: Shop) -> dict[str, object]:
    """The body of the latest sale."""
    fact = shop.ledger.find_sale("")
    assert fact is not None
    return fact.body


def test_a_cash_sale_is_rounded_gives_change_prints_and_opens_the_drawer_once(shop: Shop) -> None:
    shop.checkout.begin()
    assert (shop.checkout.cash_due(), shop.checkout.quick_amounts()) == (1_500, (1_500, 2_000, 5_000, 10_000))
    done = shop.checkout.pay_cash(2_000)
    assert done == shop.checkout.done
    assert isinstance(done, SaleDone)
    assert (done.total_minor, done.rounding_minor, done.change_minor, done.receipt) == (1_499, 1, 500, "AMS1-01-A-000001")
    jobs = {job.kind: job for job in shop.receipts.jobs()}
    assert set(jobs) == {JobKind.DRAWER, JobKind.RECEIPT}
    assert all(job.state is SpoolState.QUEUED for job in jobs.values())
    assert jobs[JobKind.RECEIPT].plain_text == plain_text(done.document)
    assert shop.printer is not None and jobs[JobKind.RECEIPT].data == shop.printer.encode(done.document)
    assert shop.woken == [None]
    assert shop.receipts.job_of(f"receipt-{done.sale}") == jobs[JobKind.RECEIPT]
    assert shop.selling.priced.cart.is_empty and not shop.selling.locked


def test_the_paper_of_a_sale_is_found_however_much_was_printed_since(shop: Shop) -> None:
    shop.checkout.begin()
    sale = shop.checkout.pay_cash(1_500)
    assert isinstance(sale, SaleDone)
    key = f"receipt-{sale.sale}"

    def print_more(conn: Connection) -> None:
        for number in range(1_001):
            enqueue(conn, printer="p", kind=JobKind.REPORT, key=f"later-{number}", data=b"x", plain_text="x", at_ms=1)

    shop.ledger.run(print_more)
    found = shop.receipts.job_of(key)
    assert found is not None and found.idempotency_key == key


def test_a_card_sale_is_not_rounded_and_opens_no_drawer(shop: Shop) -> None:
    shop.checkout.begin()
    done = shop.checkout.pay_card(1_499, " 0042-7 ")
    assert done is not None and done.rounding_minor == 0
    assert [job.kind for job in shop.receipts.jobs()] == [JobKind.RECEIPT]
    assert last_sale(shop)["tenders"] == [
        {"kind": "card", "amount": 1_499, "tendered": 1_499, "change": 0, "reference": "0042-7"}
    ]


def test_a_store_that_does_not_round_takes_every_cent(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings={"till.cash_rounding": False}) as shop:
        with_a_shirt(shop).checkout.begin()
        assert shop.checkout.cash_due() == 1_499


def test_a_store_keeps_to_its_vat_rule_and_says_so_on_the_sale(tmp_path: Path) -> None:
    for rule in ("per_line", "per_rate_total"):
        with open_shop(tmp_path / rule, settings={"till.vat_rule": rule}) as shop:
            with_a_shirt(shop).sell_cash()
            assert last_sale(shop)["vat_rule"] == rule


def test_nothing_is_paid_without_goods_a_shift_or_a_beginning(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.add(SHIRT)
        assert code_of(shop.checkout.begin) == "shift.not_open"
        shop.open_shift()
        assert code_of(lambda: shop.checkout.pay_cash(2_000)) == "payment.not_begun"
        shop.selling.remove(1)
        assert code_of(shop.checkout.begin) == "cart.empty"


def test_the_cart_is_locked_while_it_is_paid_and_open_after_cancelling(shop: Shop) -> None:
    shop.checkout.begin()
    for work in (lambda: shop.add(SHIRT), lambda: shop.selling.remove(1), lambda: shop.selling.abandon("x")):
        assert code_of(work) == "cart.locked"
    shop.checkout.cancel()
    assert shop.add(SHIRT).pieces == 2


def test_what_is_given_away_is_paid_with_nothing(shop: Shop) -> None:
    shop.sign_in(MANAGER)
    shop.selling.discount_sale(PERCENT, 10_000, "cadeau")
    shop.checkout.begin()
    assert shop.checkout.done is not None and shop.checkout.done.total_minor == 0
    assert last_sale(shop)["tenders"] == []
    assert shop.selling.priced.cart.is_empty


def test_a_remainder_of_two_cents_is_paid_in_cash_with_nothing(shop: Shop) -> None:
    shop.checkout.begin()
    shop.checkout.pay_card(1_497, "A1")
    assert shop.checkout.cash_due() == 0
    done = shop.checkout.pay_cash(0)
    assert done is not None and done.rounding_minor == -2


# the law


@pytest.mark.parametrize(("card_minor", "goes"), [(0, False), (145, False), (146, False), (148, True)])
def test_only_the_cash_counts_for_the_cash_limit(tmp_path: Path, card_minor: int, goes: bool) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.set_price(SHIRT, 300_145)
        shop.add(SHIRT)
        shop.checkout.begin()
        if card_minor:
            shop.checkout.pay_card(card_minor, "A1")
        if goes:
            assert shop.checkout.pay_cash(300_000) is not None
        else:
            refusal = refused(lambda: shop.checkout.pay_cash(310_000))
            assert refusal.code == "payment.cash_limit_nl"
            assert "3.000" in shop.counter.words.error(refusal)
            assert shop.checkout.pay_card(300_145 - card_minor, "A2") is not None, "a card still may"


def test_cash_in_parts_is_added_up_for_the_limit(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.set_price(SHIRT, 400_000)
        shop.add(SHIRT)
        shop.checkout.begin()
        shop.checkout.pay_cash(150_000)
        assert code_of(lambda: shop.checkout.pay_cash(150_000)) == "payment.cash_limit_nl"
        assert shop.checkout.pay_cash(149_999) is None
        assert shop.checkout.pay_card(100_001, "A1") is not None


# part payments


def test_a_part_payment_survives_a_restart_and_the_sale_ends_as_it_would_have(tmp_path: Path) -> None:
    clock = HandClock()
    with open_shop(tmp_path, clock=clock) as shop:
        with_a_shirt(shop).checkout.begin()
        assert shop.checkout.pay_card(499, "A1") is None
        assert shop.checkout.pay_cash(500) is None
        settlement = shop.checkout.settlement
    with open_shop(tmp_path, clock=clock) as shop:
        assert shop.checkout.must_resume and shop.selling.locked
        assert code_of(lambda: shop.add(SHIRT)) == "cart.locked"
        shop.sign_in()
        assert shop.checkout.begin() == settlement
        assert not shop.checkout.must_resume
        done = shop.checkout.pay_cash(1_000)
        assert done is not None and (done.total_minor, done.change_minor) == (1_499, 500)
        assert [tender["amount"] for tender in last_sale(shop)["tenders"]] == [499, 500, 500]  # type: ignore[attr-defined]


def test_parts_are_given_back_before_the_payment_is_cancelled(shop: Shop) -> None:
    shop.checkout.begin()
    shop.checkout.pay_card(400, "A1")
    shop.checkout.pay_cash(300)
    assert code_of(shop.checkout.cancel) == "payment.part_paid"
    assert shop.checkout.give_back() == (300, 400)
    assert shop.selling.priced.cart.tenders == ()
    shop.checkout.cancel()
    shop.selling.remove(1)
    assert shop.chain()[1] is None


def test_what_was_given_back_stays_given_back_after_a_restart(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        with_a_shirt(shop).checkout.begin()
        shop.checkout.pay_card(400, "A1")
        shop.checkout.give_back()
    with open_shop(tmp_path) as shop:
        assert not shop.checkout.must_resume and not shop.selling.locked
        assert not shop.selling.priced.cart.is_empty


# commits that fail


def full_once(shop: Shop) -> None:
    """The next commit finds the disk full, as often as the writer tries; the one after it does not."""
    real = shop.ledger.append_in

    def full(conn: Connection, *args: object, **more: object) -> object:
        real(conn, *args, **more)  # type: ignore[arg-type]
        raise DiskFull(path="ledger.db")

    shop.ledger.append_in = full  # type: ignore[method-assign, assignment]


def test_a_sale_that_could_not_be_committed_is_not_sold_and_can_be_paid_again(tmp_path: Path) -> None:
    unit = FiscalUnit()
    with open_shop(tmp_path, fiscal=unit) as shop:
        with_a_shirt(shop).checkout.begin()
        real = shop.ledger.append_in
        full_once(shop)
        assert code_of(lambda: shop.checkout.pay_cash(2_000)) == "disk.full"
        assert shop.ledger.find_sale("") is None
        assert shop.receipts.jobs() == []
        assert shop.woken == [], "no drawer opens and no paper moves before COMMIT"
        assert not shop.selling.priced.cart.is_empty
        shop.ledger.append_in = real  # type: ignore[method-assign]
        done = shop.checkout.pay_cash(2_000)
        assert done is not None and done.receipt == "AMS1-01-A-000001"
        assert unit.finished == [("T1", "AMS1-01-A-000001", 1_499)], "however often the commit was tried, it signed once"
        assert shop.chain()[1] is None


# fiscal units


def test_a_fiscal_units_answer_is_part_of_the_sale_and_of_the_paper(tmp_path: Path) -> None:
    unit = FiscalUnit()
    with open_shop(tmp_path, fiscal=unit) as shop:
        done = with_a_shirt(shop).sell_cash()
        assert last_sale(shop)["fiscal"] == {"TSE": "T1-1499"}
        assert "TSE: T1-1499" in plain_text(done.document)
        assert not done.fiscal_outage


@pytest.mark.parametrize("fault", ["begin", "finish", "lost"])
def test_a_fiscal_unit_that_fails_or_loses_its_answer_never_loses_the_sale(tmp_path: Path, fault: str) -> None:
    unit = FiscalUnit()
    unit.fails = {fault}
    unit.loses_answer = fault == "lost"
    with open_shop(tmp_path, fiscal=unit) as shop:
        done = with_a_shirt(shop).sell_cash()
        assert done.fiscal_outage
        assert last_sale(shop)["fiscal"] == {"outage": "fiscal.failed"}
        assert shop.counter.words("Fiscal unit out of order, reported") in plain_text(done.document)
        assert len(unit.finished) == (fault == "lost")
        unit.fails, unit.loses_answer = set(), False
        assert not with_a_shirt(shop).sell_cash().fiscal_outage, "the next sale asks it again"


def test_a_cancelled_payment_is_cancelled_at_the_fiscal_unit_too(tmp_path: Path) -> None:
    unit = FiscalUnit()
    with open_shop(tmp_path, fiscal=unit) as shop:
        with_a_shirt(shop).checkout.begin()
        shop.checkout.cancel()
        assert unit.cancelled == ["T1"]
        shop.sell_cash()
        assert [transaction for transaction, _, _ in unit.finished] == ["T2"]


def test_a_fiscal_unit_that_does_not_hear_of_a_cancelled_payment_holds_up_nobody(tmp_path: Path) -> None:
    unit = FiscalUnit()
    unit.fails = {"cancel"}
    with open_shop(tmp_path, fiscal=unit) as shop:
        with_a_shirt(shop).checkout.begin()
        with pytest.raises(FiscalFailed):
            shop.checkout.cancel()
        assert not shop.selling.locked
        assert shop.sell_cash().total_minor == 1_499


# paper


def test_a_copy_is_marked_in_the_journal_and_on_paper_and_is_the_same_receipt(shop: Shop) -> None:
    done = shop.sell_cash()
    document = shop.receipts.reprint(done.receipt)
    assert plain_text(document) == plain_text(done.document)
    copies = [job for job in shop.receipts.jobs() if job.kind is JobKind.COPY]
    assert [job.marked for job in copies] == [True]
    assert (shop.facts()[-1].kind, shop.facts()[-1].body) == (facts.RECEIPT_COPIED, {"receipt": done.receipt})
    shop.receipts.reprint()
    assert len([job for job in shop.receipts.jobs() if job.kind is JobKind.COPY]) == 2
    assert shop.chain()[1] is None


def test_a_copy_is_in_the_language_of_its_sale(shop: Shop) -> None:
    shop.counter.language = "en"
    shop.selling.start_fresh()
    shop.add(SHIRT)
    done = shop.sell_cash()
    shop.counter.language = "nl"
    assert "Thank you and see you soon!" in plain_text(done.document)
    assert plain_text(shop.receipts.reprint()) == plain_text(done.document)


def test_a_receipt_of_another_till_is_not_found_here(shop: Shop) -> None:
    for number in ("AMS1-02-A-000001", ""):
        with pytest.raises(ShopError) as refusal:
            shop.receipts.reprint(number)
        assert refusal.value.code == "receipt.not_found"


def test_a_till_without_a_printer_sells_all_the_same(tmp_path: Path) -> None:
    with open_shop(tmp_path, printer=False) as shop:
        done = with_a_shirt(shop).sell_cash()
        assert shop.receipts.jobs() == []
        assert done.receipt in plain_text(done.document)


HOSTILE = ["Naam\nmet\r\nregels", "tab\there", "\x1b@\x1dV\x00", "emoji 🧀🥖", "عربي", "é" * 300, " ", "中文名称", "{braces} %s"]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_however_strange_can_stop_a_sale(shop: Shop, name: str) -> None:
    shop.selling.remove(1)
    line = shop.article(SHIRT)
    shop.selling.add_article(type(line)(**{**{key: getattr(line, key) for key in line.__slots__}, "names": {"nl": name}}))
    shop.sign_in(MANAGER)
    shop.selling.discount_line(2, PERCENT, 500, f"reden {name}")
    shop.checkout.begin()
    shop.checkout.pay_card(500, f"ref {name}")
    done = shop.checkout.pay_cash(5_000)
    assert done is not None
    assert shop.chain()[1] is None
