"""Signing for goods at hand-over: where the shop wants it, kept beside the fact, and never for goods that stayed."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from kiosk.apps.terminal import Terminal
from kiosk.domain import facts
from kiosk.domain.feed import Setting
from kiosk.domain.handwriting import UNABLE, Handwriting, Signed
from kiosk.domain.orderlife import HANDED_OVER, READY
from kiosk.domain.orderrules import read_order_rules
from kiosk.domain.quantity import ONE
from kiosk.store import signatures
from sync.agent.events import Failure
from sync.protocol.messages import SignaturesKept
from tests.kiosk.services.test_pickup import OTHER, SHIRT, bodies, give_paid, papers, prepared, states
from tests.kiosk.support import Shop, code_of, open_shop, row

NAME = Handwriting((((100, 200), (300, 80), (500, 260)),))
DAY_MS = 86_400_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till with a cashier at work, in a shop that wants a signature for goods of fifty euros and more."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        wanted(made, "50.00")
        yield made


def wanted(shop: Shop, value: object) -> None:
    """The shop sets when it wants a signature."""
    shop.put_device(row("setting", "order.signature", Setting("order.signature", value)))
    shop.counter.reload()


def waiting(shop: Shop) -> list[signatures.Signature]:
    """What is still to be told."""
    return shop.ledger.look(signatures.to_tell_in)


@pytest.mark.parametrize(
    ("value", "from_minor"),
    [(None, None), ("never", None), ("always", 0), ("75", 7_500), ("12.50", 1_250), (True, None), ("-1", None)],
)
def test_the_setting_is_a_word_or_an_amount_and_nonsense_asks_nobody(value: object, from_minor: int | None) -> None:
    assert read_order_rules({"order.signature": value}).sign_from_minor == from_minor


def test_what_is_worth_enough_is_not_handed_over_unsigned_and_the_fact_has_the_mark_alone(shop: Shop) -> None:
    order = prepared(shop, (SHIRT, 2, 5_990))
    give_paid(shop, order)
    assert shop.collecting.terms(order, {1: 2 * ONE}).signs and not shop.collecting.terms(order, {1: ONE}).signs
    assert code_of(lambda: shop.collecting.hand_over(order, "code")) == "order.signature"
    assert states(shop.orders.view(order)) == {READY: 2} and waiting(shop) == []
    shop.collecting.hand_over(order, "code", hand=NAME)
    moved = bodies(shop, facts.ORDER_MOVED)[-1]
    assert moved["signed"] == NAME.mark and NAME.text not in repr(bodies(shop, facts.ORDER_MOVED))
    (kept,) = waiting(shop)
    assert (kept.mark, kept.order, kept.strokes) == (NAME.mark, order, NAME.text)
    assert "On the screen" in papers(shop)[-1] or "Op het scherm" in papers(shop)[-1]


def test_who_cannot_sign_on_the_screen_signs_on_paper_with_the_reason_in_the_fact_and_a_line_on_the_slip(shop: Shop) -> None:
    wanted(shop, "always")
    order = prepared(shop)
    give_paid(shop, order)
    shop.collecting.hand_over(order, "known", hand=Signed(paper=UNABLE))
    assert bodies(shop, facts.ORDER_MOVED)[-1]["signed"] == "paper/unable" and waiting(shop) == []
    assert "Handtekening van de klant" in papers(shop)[-1] or "Signature of the customer" in papers(shop)[-1]


def test_a_signature_goes_with_the_sale_that_pays_and_is_told_only_when_its_goods_went(shop: Shop) -> None:
    order = prepared(shop, (SHIRT, 2, 5_990), (OTHER, 1, 2_995))
    assert code_of(lambda: shop.collecting.to_basket(order, "code")) == "order.signature"
    shop.collecting.to_basket(order, "code", hand=NAME)
    assert waiting(shop) == [], "nothing went out yet"
    shop.sell_cash()
    assert states(shop.orders.view(order)) == {HANDED_OVER: 3} and [one.mark for one in waiting(shop)] == [NAME.mark]
    assert bodies(shop, facts.ORDER_MOVED)[-1]["signed"] == NAME.mark
    (sale,) = bodies(shop, facts.SALE_COMPLETED)
    assert {line["pays"]["signed"] for line in cast(list[Any], sale["lines"])} == {NAME.mark}


def test_a_sale_that_nobody_signed_for_says_nothing_of_it(shop: Shop) -> None:
    order = prepared(shop)
    shop.collecting.to_basket(order, "code")
    shop.sell_cash()
    (sale,) = bodies(shop, facts.SALE_COMPLETED)
    assert "signed" not in cast(list[Any], sale["lines"])[0]["pays"] and "signed" not in bodies(shop, facts.ORDER_MOVED)[-1]


def test_what_was_signed_for_goods_that_stayed_is_forgotten_after_a_day_and_what_went_is_not(shop: Shop) -> None:
    order = prepared(shop, (SHIRT, 2, 5_990))
    shop.collecting.to_basket(order, "code", hand=NAME)
    shop.selling.abandon("went away")
    give_paid(shop, order)
    other = Handwriting((((1, 1), (300, 5)),))
    shop.collecting.hand_over(order, "code", hand=other)
    shop.clock.pass_ms(2 * DAY_MS)
    terminal = cast(Terminal, SimpleNamespace(ledger=shop.ledger, counter=shop.counter, _line=None))
    Terminal.forget_old(terminal)
    left = shop.ledger.look(lambda conn: conn.execute("SELECT mark FROM order_signatures").fetchall())
    assert left == [(other.mark,)]


def test_a_signature_is_told_again_until_the_hub_has_it_and_then_it_is_gone(shop: Shop) -> None:
    order = prepared(shop, (SHIRT, 2, 5_990))
    give_paid(shop, order)
    shop.collecting.hand_over(order, "code", hand=NAME)
    told: list[tuple[list[signatures.Signature], Future[Any]]] = []

    def tell(one: list[signatures.Signature]) -> Future[Any]:
        told.append((one, Future()))
        return told[-1][1]

    line = SimpleNamespace(tell_signatures=tell)
    terminal = cast(Terminal, SimpleNamespace(ledger=shop.ledger, counter=shop.counter, _line=line))
    Terminal.tell_signatures(terminal)
    told[0][1].set_result(Failure("hub.unreachable"))
    assert len(waiting(shop)) == 1
    Terminal.tell_signatures(terminal)
    told[1][1].set_result(SignaturesKept([told[1][0][0].mark]))
    assert waiting(shop) == []
    Terminal.tell_signatures(terminal)
    assert len(told) == 2, "nothing is told of nothing"
