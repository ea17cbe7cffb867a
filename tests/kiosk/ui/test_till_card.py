"""A card at the terminal, on the screen: waiting, refused, unknown and its ways out; by keyboard; and scans meanwhile."""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from drivers import registry
from drivers.api import Tools
from drivers.simulated.journal import Journal
from drivers.simulated.poi.network import PoiPort
from kiosk.domain.returning import AS_NEW, NON_CONFORMITY, Wish
from tests.kiosk.ui.till_shop import PIN, TillShop

WHITE_S = "8799999000017"
PAY, CARD, ENTER, ESC, DECIDE = Qt.Key.Key_F9, Qt.Key.Key_F5, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F7
TOOLS = Tools(time.monotonic_ns, lambda: secrets.randbelow(1000) / 1000)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PoiPort]:
    with PoiPort(tmp_path_factory.mktemp("poi"), Journal(time.time)) as made:
        yield made


@pytest.fixture
def till(qapp: object, tmp_path: Path, port: PoiPort) -> Iterator[TillShop]:
    port.terminal.book.entries.clear()  # every till is new, and begins its references anew
    shop = TillShop(tmp_path, terminal=registry.payment_terminal(port.address, TOOLS))
    shop.ready()
    shop.scan(WHITE_S)
    shop.key(PAY, CARD)
    yield shop
    port.terminal.switch(True)
    port.terminal.release("Cancel")
    shop.close()
    assert not shop.bugs and not shop.warnings, (shop.bugs, shop.warnings)


def phase(till: TillShop, wanted: str) -> None:
    """Wait until the panel shows a phase."""
    till.settle(until=lambda: till.till.payment.card.phase == wanted)


def test_a_card_is_paid_by_two_keys_and_the_sale_is_done(till: TillShop) -> None:
    till.key(ENTER)
    till.settle(until=lambda: till.till.screen == "done")


def test_a_refused_card_says_why_and_leaves_the_choice(till: TillShop, port: PoiPort) -> None:
    port.terminal.next("decline", condition="WrongPIN")
    till.key(ENTER)
    phase(till, "declined")
    assert any("pincode was onjuist" in text for text in till.texts()), till.texts()
    port.terminal.next("decline")
    till.key(ENTER)
    till.settle(until=lambda: any("weigert" in text for text in till.texts()))
    till.key(ESC)
    assert not till.till.payment.card.isShown and till.till.screen == "payment"
    till.key(CARD, ENTER)
    till.settle(until=lambda: till.till.screen == "done")


def test_a_scan_while_the_customer_is_at_the_terminal_waits_and_goes_to_the_next_sale(till: TillShop, port: PoiPort) -> None:
    port.terminal.next("dawdle")
    till.key(ENTER)
    till.settle(until=lambda: bool(port.terminal.state()["under_way"]))
    till.type("12")
    till.scan(WHITE_S)
    assert till.till.payment.card.phase == "waiting" and till.desk.scans.waiting == 1
    port.terminal.release()
    till.settle(until=lambda: till.till.screen == "done")
    till.key(ENTER)
    till.settle(until=lambda: len(till.desk.selling.priced.lines) == 1)


def test_stop_is_the_terminal_s_to_say(till: TillShop, port: PoiPort) -> None:
    port.terminal.next("dawdle")
    till.key(ENTER)
    till.settle(until=lambda: bool(port.terminal.state()["under_way"]))
    till.key(ESC)
    phase(till, "declined")
    assert any("afgebroken" in text for text in till.texts())


def test_what_is_unknown_shows_owner_and_age_cannot_be_left_and_ends_when_the_terminal_is_back(
    till: TillShop, port: PoiPort
) -> None:
    port.terminal.next("approve_then_reboot")
    till.key(ENTER)
    phase(till, "unknown")
    assert any("Zoë de Wit" in text and "A0000001" in text for text in till.texts())
    till.key(ESC, CARD)
    assert till.till.payment.card.phase == "unknown" and not till.till.payment.hasTenders
    port.terminal.switch(True)
    till.key(ENTER)
    till.settle(until=lambda: till.till.screen == "done")


def test_a_manager_says_what_the_paper_says(till: TillShop, port: PoiPort) -> None:
    port.terminal.next("approve_then_reboot")
    till.key(ENTER)
    phase(till, "unknown")
    till.key(DECIDE)
    assert till.till.dialog == "card_word"
    till.key(ENTER)
    assert any("referentie van de bon" in text for text in till.texts())
    till.type("4711")
    till.key(ENTER)
    till.type("101")
    till.key(ENTER)
    till.type(PIN)
    till.key(ENTER)
    assert till.till.dialog == "card_word", "a cashier may not say so"
    till.type("201")
    till.key(ENTER)
    till.type(PIN)
    till.key(ENTER)
    till.settle(until=lambda: till.till.screen == "done")


def test_a_part_paid_by_card_goes_back_to_the_card_when_the_customer_changes_their_mind(till: TillShop, port: PoiPort) -> None:
    sale = till.desk.selling.priced.cart.sale
    till.type("500")
    till.key(ENTER)
    till.settle(until=lambda: till.till.payment.hasTenders)
    assert port.terminal.book.charged(sale) == 500
    till.key(ESC)
    assert till.till.dialog == "give_back" and "betaalautomaat" in till.till.payment.giveBackText
    till.key(ENTER)
    till.settle(until=lambda: till.till.screen == "sale")
    assert port.terminal.book.charged(sale) == 0


def test_a_payment_that_ends_while_the_till_is_locked_is_finished_by_whoever_comes_next(till: TillShop, port: PoiPort) -> None:
    port.terminal.next("dawdle")
    till.key(ENTER)
    till.settle(until=lambda: bool(port.terminal.state()["under_way"]))
    till.key(Qt.Key.Key_F12)
    assert till.till.screen == "sign_in"
    port.terminal.release()
    till.settle(until=lambda: not till.cards.open_attempts)
    till.sign_in("102")
    till.settle(until=lambda: till.till.screen == "done")


def test_goods_that_come_back_go_back_to_their_card_at_the_terminal(till: TillShop, port: PoiPort) -> None:
    till.key(ENTER)
    till.settle(until=lambda: till.till.screen == "done")
    till.key(ENTER)
    sold = till.desk.checkout.done
    assert sold is not None
    returns = till.desk.returns
    priced = returns.take(returns.find(sold.receipt), [Wish(1, 1_000, NON_CONFORMITY, "too small", AS_NEW, True)])
    till.till.sale_model.show(priced)
    port.terminal.next("decline", condition="Busy")
    till.key(PAY)
    till.settle(until=lambda: till.till.dialog == "refund")
    till.key(ENTER)
    till.settle(until=lambda: bool(till.cards.open_attempts) and till.cards.open_attempts[0].needs_person)
    till.cards.told()
    till.settle()
    assert any("op de automaat zelf" in text for text in till.texts())
    attempt = till.cards.open_attempts[0]
    till.cards.state(attempt.reference, False, "", "201", PIN)
    till.settle(until=lambda: not till.cards.open_attempts)
    till.key(ENTER)
    till.settle(until=lambda: till.till.screen == "done")
    assert sum(entry.moved * (1 if entry.kind == "Payment" else -1) for entry in port.terminal.book.entries) == 0


@pytest.mark.parametrize("swiped", ["4111111111111111", ";5413330089099999=25122010000012300000?"])
def test_a_bank_card_that_is_swiped_into_the_till_goes_nowhere(till: TillShop, swiped: str) -> None:
    till.scan(swiped)
    assert till.desk.scans.waiting == 0 and till.till.messageCode == "scan.card"
    till.key(ESC)
    till.till.goods.search(swiped)
    assert till.till.goods.query == ""
    assert swiped not in " ".join(till.texts())


def test_a_signature_is_compared_on_the_screen_refused_by_one_key_and_taken_by_another(till: TillShop, port: PoiPort) -> None:
    port.terminal.signature = True
    try:
        till.key(ENTER)
        phase(till, "to_sign")
        assert any("vergelijk de handtekening" in text for text in till.texts()), till.texts()
        till.scan(WHITE_S)
        till.key(ESC)
        assert till.till.payment.card.phase == "to_sign", "nothing but an answer ends it"
        till.key(Qt.Key.Key_F4)
        phase(till, "declined")
        assert any("terug op de pas" in text for text in till.texts()), till.texts()
        till.key(ENTER)
        phase(till, "to_sign")
        till.key(ENTER)
        till.settle(until=lambda: till.till.screen == "done")
    finally:
        port.terminal.signature = False
