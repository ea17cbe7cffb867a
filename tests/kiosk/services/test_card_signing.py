"""A card payment that the customer has to sign for: paper, a person's word, and the money back where the signature is not right."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import registry
from drivers.api import PaymentTerminal
from drivers.simulated.journal import Journal
from drivers.simulated.poi.network import PoiPort
from kiosk.domain import facts
from kiosk.domain.cardnumbers import found
from kiosk.domain.cardpay import State
from kiosk.domain.cardterminal import CardAnswer, Verdict
from kiosk.store import cards, spool
from sync.protocol.signature import Key
from tests.kiosk.services.carddesk import TOOLS, Desk, desk
from tests.kiosk.support import code_of


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PoiPort]:
    with PoiPort(tmp_path_factory.mktemp("poi"), Journal(time.time)) as made:
        made.terminal.signature = True
        yield made


@pytest.fixture
def terminal(port: PoiPort) -> Iterator[PaymentTerminal]:
    port.terminal.book.entries.clear()
    yield registry.payment_terminal(port.address + "&wait=20", TOOLS)


def to_sign(till: Desk) -> str:
    """Pay up to where the customer has to sign; gives the attempt's reference."""
    till.cards.print_slip_in = till.shop.receipts.print_signature_in
    attempt = till.pay()
    till.side.until(lambda: till.cards.open_attempts[0].state is State.TO_SIGN)
    return attempt


def papers(till: Desk) -> list[str]:
    """What lies in the spool."""
    return [job.plain_text for job in till.shop.ledger.look(lambda conn: spool.jobs(conn))]


def test_nothing_is_sold_before_somebody_compared_the_signature_and_the_paper_is_printed_for_it(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        total, sale = till.shop.selling.priced.total_minor, till.sale
        attempt = to_sign(till)
        assert not till.facts_of(facts.SALE_COMPLETED) and not till.facts_of(facts.CARD_RESOLVED)
        for work in (lambda: till.shop.checkout.pay_cash(500), till.shop.checkout.cancel, lambda: till.cards.pay(100)):
            assert code_of(work) == "card.unresolved"
        till.cards.answered(attempt, CardAnswer(Verdict.APPROVED, signature=True))
        till.cards.absent(attempt)
        till.cards.waiting(attempt, "card.in_progress", needs_person=True)
        assert till.cards.open_attempts[0].state is State.TO_SIGN, "what a terminal says once more changes nothing"
        (paper,) = papers(till)
        assert "Te tekenen door de klant" in paper and attempt in paper and not found(paper)
        till.cards.signed(attempt, right=True)
        assert till.cards.done is not None and port.terminal.book.charged(sale) == total
        (resolved,) = till.facts_of(facts.CARD_RESOLVED)
        assert (resolved["by"], resolved["outcome"], resolved["approved_by"]) == ("signed", "paid", "101")
        assert code_of(lambda: till.cards.signed(attempt, right=True)) == "card.settled"


def test_a_signature_that_is_not_right_gives_the_money_back_and_the_sale_is_open_again(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        sale, attempt = till.sale, to_sign(till)
        till.cards.signed(attempt, right=False)
        (paid,) = till.facts_of(facts.CARD_RESOLVED)
        assert (paid["by"], paid["outcome"]) == ("not_signed", "paid"), "the terminal has the money until it gave it back"
        assert till.facts_of(facts.CARD_ATTEMPTED)[-1]["of"] == attempt and till.cards.holds_sale()
        till.settled()
        assert [body["deed"] for body in till.facts_of(facts.CARD_RESOLVED)] == ["payment", "reversal"]
        assert port.terminal.book.charged(sale) == 0
        assert till.shop.checkout.pay_cash(till.shop.checkout.cash_due()) is not None


def test_a_restart_while_the_customer_signs_asks_the_same_person_again_and_no_terminal(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    key = Key.generate()
    with desk(tmp_path, terminal, key=key) as till:
        attempt = to_sign(till)
    again = registry.payment_terminal(port.address + "&wait=20", TOOLS)
    with desk(tmp_path, again, key=key) as till:
        assert till.shop.selling.locked and [one.state for one in till.cards.open_attempts] == [State.TO_SIGN]
        till.shop.checkout.begin()
        till.side.until(lambda: till.side.handed.empty())
        assert till.cards.open_attempts[0].state is State.TO_SIGN and not till.side.refused
        till.cards.signed(attempt, right=True)
        assert len(till.facts_of(facts.SALE_COMPLETED)) == 1 and till.shop.ledger.run(cards.open_in) == []


@pytest.mark.parametrize("do", ["approve_then_cut", "approve_then_garble"])
def test_a_lost_answer_is_found_and_the_customer_signs_all_the_same(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal, do: str
) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next(do)
        total, sale, attempt = till.shop.selling.priced.total_minor, till.sale, to_sign(till)
        till.cards.signed(attempt, right=True)
        assert till.cards.done is not None and port.terminal.book.charged(sale) == total
