"""Card payments of a real till at the terminal of the lab: no double charge, nothing approved and unrecorded, nothing forgotten."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers import registry
from drivers.api import DeviceState, Health, PaymentTerminal
from drivers.simulated.journal import Journal
from drivers.simulated.poi.network import PoiPort
from kiosk.domain import facts
from kiosk.domain.cardpay import State
from kiosk.domain.cardterminal import Capability, CardAnswer, CardRequest, CardStatus, CardTotals, Deed, Found, Verdict
from kiosk.domain.returning import AS_NEW, NON_CONFORMITY, Wish
from kiosk.services.returns import Returns
from tests.kiosk.services.carddesk import TOOLS, desk
from tests.kiosk.support import MANAGER, PIN, code_of


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PoiPort]:
    with PoiPort(tmp_path_factory.mktemp("poi"), Journal(time.time)) as made:
        yield made


@pytest.fixture
def terminal(port: PoiPort) -> Iterator[PaymentTerminal]:
    port.terminal.book.entries.clear()
    yield registry.payment_terminal(port.address + "&wait=20", TOOLS)
    port.terminal.switch(True)
    port.terminal.answer_status("")


def test_a_sale_is_paid_by_card_and_its_fact_knows_the_payment(tmp_path: Path, port: PoiPort, terminal: PaymentTerminal) -> None:
    with desk(tmp_path, terminal) as till:
        total, sale = till.shop.selling.priced.total_minor, till.sale
        attempt = till.pay()
        assert till.facts_of(facts.CARD_ATTEMPTED)[0]["attempt"] == attempt
        till.settled()
        assert till.cards.done is not None and till.cards.done.total_minor == total
        tender = till.facts_of(facts.SALE_COMPLETED)[0]["tenders"][0]
        assert (tender["kind"], tender["amount"], tender["card"]["attempt"], tender["card"]["digits"]) == (
            "card",
            total,
            attempt,
            "1111",
        )
        assert [body["outcome"] for body in till.facts_of(facts.CARD_RESOLVED)] == ["paid"]
        assert port.terminal.book.charged(sale) == total
        assert not till.shop.selling.locked and till.shop.chain()[1] is None


def test_a_refused_card_leaves_the_sale_open_for_another_way_to_pay(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next("decline", condition="WrongPIN")
        sale = till.sale
        till.pay()
        till.settled()
        assert till.cards.last is not None and (till.cards.last.state, till.cards.last.code) == (State.NOT_PAID, "card.wrong_pin")
        assert till.shop.checkout.pay_cash(till.shop.checkout.cash_due()) is not None
        assert port.terminal.book.charged(sale) == 0


def test_only_a_part_is_approved_and_the_rest_is_paid_in_cash(tmp_path: Path, port: PoiPort, terminal: PaymentTerminal) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next("approve", amount_minor=700)
        total = till.shop.selling.priced.total_minor
        till.pay()
        till.settled()
        assert till.shop.checkout.settlement is not None and till.shop.checkout.settlement.left_minor == total - 700
        assert till.shop.checkout.pay_cash(till.shop.checkout.cash_due()) is not None


def test_while_a_card_is_at_the_terminal_nothing_else_can_be_paid(tmp_path: Path, port: PoiPort, terminal: PaymentTerminal) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next("dawdle")
        attempt = till.pay(500)
        assert port.terminal.wait_for(lambda poi: poi.state()["under_way"] == attempt, 30)
        for work in (
            lambda: till.shop.checkout.pay_cash(500), till.shop.checkout.cancel, till.shop.checkout.give_back,
            lambda: till.cards.pay(100), lambda: till.shop.checkout.pay_card(100, "A1"),
        ):  # fmt: skip
            assert code_of(work) in ("card.unresolved", "card.under_way")
        assert code_of(lambda: till.cards.state(attempt, True, "1", MANAGER, PIN)) == "card.under_way"
        till.cards.stop_paying(attempt)
        till.settled()
        assert till.cards.last is not None and till.cards.last.code == "card.aborted"
        till.shop.checkout.cancel()


@pytest.mark.parametrize("do", ["approve_then_cut", "approve_then_garble", "half", "approve_then_answer_another"])
def test_money_that_moved_without_an_answer_is_found_by_itself_and_counts_once(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal, do: str
) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next(do)
        total, sale = till.shop.selling.priced.total_minor, till.sale
        till.pay()
        till.settled()
        assert till.cards.done is not None and port.terminal.book.charged(sale) == total
        assert len(till.facts_of(facts.CARD_ATTEMPTED)) == len(till.facts_of(facts.SALE_COMPLETED)) == 1


def test_a_terminal_that_reboots_is_asked_until_it_is_back_and_the_wait_shows_owner_and_age(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next("approve_then_reboot")
        sale = till.sale
        attempt = till.pay()
        till.side.until(lambda: till.cards.open_attempts[0].state is State.UNKNOWN)
        till.side.until(lambda: till.cards.open_attempts[0].code == "device.lost")
        unknown = till.cards.of_sale()
        assert unknown is not None and (unknown.employee, unknown.asked_ms) == ("101", till.shop.counter.now_ms())
        assert code_of(lambda: till.shop.checkout.pay_cash(10_000)) == "card.unresolved"
        port.terminal.switch(True)
        till.cards.ask_again(attempt)
        till.settled()
        assert port.terminal.book.charged(sale) == till.facts_of(facts.SALE_COMPLETED)[0]["total"]


def test_what_a_dead_till_left_unknown_is_found_after_its_restart_and_nothing_is_charged_twice(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next("dawdle")
        sale, total = till.sale, till.shop.selling.priced.total_minor
        attempt = till.pay()
        assert port.terminal.wait_for(lambda poi: poi.state()["under_way"] == attempt, 30)
    port.terminal.release()
    assert port.terminal.wait_for(lambda poi: poi.book.charged(sale) == total, 30)
    again = registry.payment_terminal(port.address, TOOLS)
    with desk(tmp_path, again, sell=False) as till:
        assert [one.reference for one in till.cards.open_attempts] == [attempt]
        assert till.shop.selling.locked and till.shop.checkout.must_resume
        till.settled()
        till.shop.sign_in()
        assert till.shop.checkout.must_resume, "the sale is paid and not yet on paper"
        assert till.shop.checkout.begin().is_paid
        assert till.shop.checkout.done is not None and port.terminal.book.charged(sale) == total
        assert [body["by"] for body in till.facts_of(facts.CARD_RESOLVED)] == ["approved"]
        assert till.facts_of(facts.SALE_COMPLETED)[0]["tenders"][0]["card"]["attempt"] == attempt


def test_what_a_dead_till_never_sent_is_not_paid_after_its_restart(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        till.shop.checkout.begin()
        assert till.cards._worker is not None
        till.cards._worker.carry_out = lambda request: None  # type: ignore[method-assign]  # dead before its first byte
        till.cards.pay(500)
    again = registry.payment_terminal(port.address, TOOLS)
    with desk(tmp_path, again, sell=False) as till:
        till.settled()
        assert [body["outcome"] for body in till.facts_of(facts.CARD_RESOLVED)] == ["not_paid"]
        assert not till.shop.checkout.must_resume or not till.shop.selling.priced.cart.tenders


def test_what_is_begun_before_the_start_has_looked_for_left_overs_is_none_of_them(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next("dawdle")
        attempt = till.pay(500)
        till.side.handed.get(timeout=30)()  # the start looks only now
        assert till.cards.open_attempts[0].state is State.ASKED
        assert port.terminal.wait_for(lambda poi: poi.state()["under_way"] == attempt, 30)
        port.terminal.release()
        till.settled()


def test_a_part_paid_sale_that_is_given_up_goes_back_to_the_card(tmp_path: Path, port: PoiPort, terminal: PaymentTerminal) -> None:
    with desk(tmp_path, terminal) as till:
        sale = till.sale
        till.pay(500)
        till.settled()
        till.pay(300)
        till.settled()
        assert port.terminal.book.charged(sale) == 800
        till.shop.checkout.pay_cash(100)
        assert code_of(till.shop.checkout.give_back) == "card.reverse_first"
        while till.cards.give_back_next() is not None:
            till.settled()
        assert till.shop.checkout.give_back() == (100, 0)
        till.shop.checkout.cancel()
        assert port.terminal.book.charged(sale) == 0 and not till.shop.selling.priced.cart.tenders


def test_a_till_that_dies_while_it_gives_back_gives_back_once(tmp_path: Path, port: PoiPort, terminal: PaymentTerminal) -> None:
    with desk(tmp_path, terminal) as till:
        sale = till.sale
        till.pay(500)
        till.settled()
        port.terminal.next("dawdle")
        reversal = till.cards.give_back_next()
        assert reversal is not None and port.terminal.wait_for(lambda poi: poi.state()["under_way"] == reversal.reference, 30)
    port.terminal.release()
    with desk(tmp_path, registry.payment_terminal(port.address, TOOLS), sell=False) as till:
        till.settled()
        assert port.terminal.book.charged(sale) == 0 and till.shop.selling.priced.cart.tenders == ()


def test_a_reversal_that_is_refused_waits_for_a_person_who_gives_it_back_by_hand(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        till.pay(500)
        till.settled()
        port.terminal.next("decline", condition="NotAllowed")
        reversal = till.cards.give_back_next()
        assert reversal is not None
        till.side.until(lambda: till.cards.open_attempts[0].needs_person)
        assert till.cards.open_attempts[0].code == "card.not_reversed"
        till.cards.state(reversal.reference, True, "slip 12", MANAGER, PIN, "by hand")
        assert till.shop.selling.priced.cart.tenders == ()
        stated = till.facts_of(facts.CARD_RESOLVED)[-1]
        assert (stated["by"], stated["approved_by"], stated["original"], stated["note"]) == (
            "stated_paid",
            MANAGER,
            "slip 12",
            "by hand",
        )


def test_a_manager_says_what_the_paper_says_when_the_terminal_cannot_be_asked(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next("approve_then_reboot")
        attempt = till.pay()
        till.side.until(lambda: till.cards.open_attempts[0].state is State.UNKNOWN)
        assert code_of(lambda: till.cards.state(attempt, True, " ", MANAGER, PIN)) == "card.slip"
        assert code_of(lambda: till.cards.state(attempt, True, "1", "101", PIN)) == "staff.not_allowed"
        assert code_of(lambda: till.cards.state(attempt, True, "4111111111111111", MANAGER, PIN)) == "scan.card"
        till.cards.state(attempt, True, "000042", MANAGER, PIN)
        assert till.facts_of(facts.SALE_COMPLETED)[0]["tenders"][0]["reference"] == "000042"
        assert code_of(lambda: till.cards.ask_again(attempt)) == "card.settled"


def test_a_finished_sale_that_is_undone_goes_back_to_its_cards(tmp_path: Path, port: PoiPort, terminal: PaymentTerminal) -> None:
    with desk(tmp_path, terminal) as till:
        sale = till.sale
        till.pay(500)
        till.settled()
        till.cards.pay(till.shop.checkout.settlement.left_minor)  # type: ignore[union-attr]
        till.settled()
        tenders = till.facts_of(facts.SALE_COMPLETED)[0]["tenders"]
        till.cards.reverse_sale(sale, tenders)
        assert code_of(lambda: till.cards.reverse_sale(sale, tenders)) == "card.under_way"
        till.settled()
        assert port.terminal.book.charged(sale) == 0
        till.cards.reverse_sale(sale, tenders[:1])
        till.side.until(lambda: till.cards.open_attempts[0].needs_person)
        assert till.cards.open_attempts[0].code == "card.not_reversed" and not till.cards.holds_sale()
        till.cards.state(till.cards.open_attempts[0].reference, False, "", MANAGER, PIN)


def test_what_comes_back_goes_back_to_the_card_that_paid_and_its_fact_says_so(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        till.pay()
        till.settled()
        sold = till.facts_of(facts.SALE_COMPLETED)[0]
        returns = Returns(till.shop.counter, till.shop.selling, till.shop.session)
        returns.take(returns.find(sold["receipt"]), [Wish(1, 1_000, NON_CONFORMITY, "too small", AS_NEW, True)])
        left = -till.shop.checkout.begin().left_minor
        (way,) = returns.refund_options(left, {"card": ("same",)})
        assert code_of(lambda: till.cards.give(left + 1, way.card)) == "refund.too_much"
        till.cards.give(left, way.card)
        assert code_of(till.shop.checkout.cancel) == "card.unresolved"
        till.settled()
        back = till.facts_of(facts.SALE_COMPLETED)[1]
        assert (back["tenders"][0]["amount"], back["tenders"][0]["kind"]) == (-sold["total"], "card")
        assert sum(entry.moved * (1 if entry.kind == "Payment" else -1) for entry in port.terminal.book.entries) == 0


def test_a_return_without_its_card_s_payment_goes_to_the_card_that_is_held_to_the_terminal(
    tmp_path: Path, port: PoiPort, terminal: PaymentTerminal
) -> None:
    with desk(tmp_path, terminal) as till:
        sold = till.shop.sell_cash()
        returns = Returns(till.shop.counter, till.shop.selling, till.shop.session)
        returns.take(returns.find(sold.receipt), [Wish(1, 1_000, NON_CONFORMITY, "too small", AS_NEW, True)])
        till.cards.give(-till.shop.checkout.begin().left_minor, None)
        till.settled()
        assert [entry.kind for entry in port.terminal.book.entries] == ["Refund"]
        assert till.facts_of(facts.SALE_COMPLETED)[1]["tenders"][0]["card"]["digits"] == "1111"


def test_money_for_a_sale_that_is_gone_is_given_back_by_itself(tmp_path: Path, port: PoiPort, terminal: PaymentTerminal) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.next("dawdle")
        sale = till.sale
        attempt = till.pay()
        assert port.terminal.wait_for(lambda poi: poi.state()["under_way"] == attempt, 30)
        till.shop.selling.start_fresh()  # however it came about
        port.terminal.release()
        till.settled()
        assert port.terminal.book.charged(sale) == 0
        assert [body["deed"] for body in till.facts_of(facts.CARD_ATTEMPTED)] == ["payment", "reversal"]


def test_the_terminal_s_totals_come_to_the_counter(tmp_path: Path, port: PoiPort, terminal: PaymentTerminal) -> None:
    with desk(tmp_path, terminal) as till:
        port.terminal.book.totals()
        till.pay()
        till.settled()
        told: list[CardTotals | None] = []
        till.cards.totals(told.append)
        till.side.until(lambda: bool(told))
        assert told[0] is not None and told[0].payments[1] == till.facts_of(facts.SALE_COMPLETED)[0]["total"]


def test_without_a_terminal_a_card_is_told_to_go_by_its_slip(tmp_path: Path) -> None:
    with desk(tmp_path, None) as till:
        assert code_of(till.pay) == "card.no_terminal" and not till.cards.has_terminal


# terminals of other kinds


class Puppet:
    """A terminal of any kind: answers as it is told, in order."""

    name = "PUPPET"

    def __init__(self, capabilities: frozenset[Capability], answers: list[CardAnswer], statuses: list[CardStatus]) -> None:
        self.capabilities, self.answers, self.statuses = capabilities, answers, statuses
        self.asked: list[str] = []
        self.closed = threading.Event()

    def open(self, station: str, on_health: Callable[[Health], None]) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def carry_out(self, request: CardRequest) -> CardAnswer:
        """The next answer."""
        self.asked.append(request.reference)
        return self.answers.pop(0)

    def status(self, about: Deed, reference: str, currency: str) -> CardStatus:
        """The next status."""
        return self.statuses.pop(0)

    def abort(self, about: Deed, reference: str) -> None:
        """Nothing to give up."""

    def reconcile(self, currency: str) -> CardTotals | None:
        """Counts nothing."""
        return None

    def probe(self) -> Health:
        """Well."""
        return self.health()

    def health(self) -> Health:
        """Well."""
        return Health(DeviceState.READY)


SILENCE = CardAnswer(Verdict.UNKNOWN, "device.timeout")
PAID = CardAnswer(Verdict.APPROVED, amount_minor=500, original="T1")


def test_a_terminal_that_takes_the_same_request_twice_is_sent_it_again_and_charges_once(tmp_path: Path) -> None:
    puppet = Puppet(frozenset({Capability.RESEND}), [SILENCE, PAID], [])
    with desk(tmp_path, puppet) as till:
        attempt = till.pay(500)
        till.settled()
        assert puppet.asked == [attempt, attempt]
        assert till.shop.checkout.settlement is not None and till.shop.checkout.settlement.tenders[0].amount_minor == 500


def test_a_terminal_that_can_say_nothing_leaves_it_to_a_person(tmp_path: Path) -> None:
    puppet = Puppet(frozenset(), [SILENCE], [])
    with desk(tmp_path, puppet) as till:
        attempt = till.pay(500)
        till.side.until(lambda: till.cards.open_attempts[0].needs_person)
        till.cards.state(attempt, False, "", MANAGER, PIN)
        assert till.facts_of(facts.CARD_RESOLVED)[0]["outcome"] == "not_paid" and puppet.asked == [attempt]


@pytest.mark.parametrize("found", [Found.STRANGER, Found.ABSENT])
def test_who_only_repeats_its_last_one_or_is_another_one_does_not_settle_it(tmp_path: Path, found: Found) -> None:
    puppet = Puppet(frozenset({Capability.REPEAT_LAST}), [SILENCE], [CardStatus(found)])
    with desk(tmp_path, puppet) as till:
        till.pay(500)
        till.side.until(lambda: till.cards.open_attempts[0].needs_person)
        assert till.cards.holds_sale()
