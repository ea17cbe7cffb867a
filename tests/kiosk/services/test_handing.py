"""A basket handed to a till: its goods come out the same at another terminal, once; what a code cannot carry stays here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.api import Scan
from kiosk.domain import facts
from kiosk.domain.ticket import LINES_MAX, key_mark
from kiosk.services.handing import Handing
from kiosk.services.scans import Halted, ScanDesk, TicketTaken
from sync.protocol.signature import Key, verifier
from tests.kiosk.support import Shop, open_shop, refused

TABLET = Key.load(bytes([9]) * 32)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """The tablet, at work."""
    with open_shop(tmp_path / "tablet") as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Shop]:
    """A till of the same store, at work."""
    with open_shop(tmp_path / "till") as made:
        made.sign_in()
        made.open_shift()
        yield made


def handing(shop: Shop) -> Handing:
    """What hands its basket over."""
    return Handing(shop.counter, shop.selling, TABLET.sign, TABLET.public)


def code(shop: Shop, place: int) -> str:
    """The barcode of the place-th article."""
    return shop.catalog.articles("ORDER BY a.id", ())[place].barcodes[0]


def scanned(till: Shop, text: str) -> object:
    """What the till makes of a scan."""
    desk = ScanDesk(till.counter, till.selling, lambda: {key_mark(TABLET.public): verifier(TABLET.public)})
    return desk.handle(Scan("scanner", text.encode(), text, "]Q1", 0))


def goods(shop: Shop) -> list[tuple[str, int]]:
    """What is in a basket."""
    return [(line.article, line.quantity_milli) for line in shop.selling.priced.cart.lines]


def last(shop: Shop) -> facts.Fact:
    """The newest fact."""
    return shop.facts()[-1]


def test_the_till_has_the_same_goods_at_the_same_price_and_takes_them_once(shop: Shop, till: Shop) -> None:
    shop.selling.add_code(code(shop, 0), 3_000)
    shop.selling.add_code(code(shop, 1))
    before, total = goods(shop), shop.selling.priced.total_minor
    made = handing(shop).make()
    assert goods(shop) == before, "nothing is lost when nobody scans it"
    assert isinstance(scanned(till, made.text), TicketTaken)
    assert goods(till) == before and till.selling.priced.total_minor == total
    assert handing(shop).finish(made).cart.is_empty and goods(shop) == []
    again = scanned(till, made.text)
    assert isinstance(again, Halted) and again.error.code == "ticket.already_taken"


def test_who_handed_what_over_is_a_fact(shop: Shop) -> None:
    shop.selling.add_code(code(shop, 0))
    sale, number = shop.selling.priced.cart.sale, shop.counter.signed_in().number
    made = handing(shop).make()
    told = last(shop)
    assert (told.kind, told.employee) == (facts.TICKET_ISSUED, number)
    assert (told.body["sale"], told.body["ticket"], len(told.body["lines"])) == (sale, made.id, 1)


def test_after_a_restart_the_basket_that_was_handed_over_does_not_come_back(shop: Shop) -> None:
    shop.selling.add_code(code(shop, 0))
    made = handing(shop).make()
    handing(shop).finish(made)
    assert shop.ledger.run(lambda conn: conn.execute("SELECT count(*) FROM cart_events").fetchone()) == (0,)


def test_another_basket_that_is_open_by_now_stays(shop: Shop) -> None:
    shop.selling.add_code(code(shop, 0))
    made = handing(shop).make()
    handing(shop).finish(made)
    shop.selling.add_code(code(shop, 1))
    assert refused(lambda: handing(shop).finish(made)).code == "hand.gone"
    assert len(goods(shop)) == 1


def test_a_discount_is_said_to_stay_behind(shop: Shop) -> None:
    shop.selling.add_code(code(shop, 0))
    assert not handing(shop).make().left
    shop.selling.discount_line(1, "percent", 500, "damaged")
    assert handing(shop).make().left


def test_what_a_code_cannot_carry_is_refused(shop: Shop) -> None:
    assert refused(lambda: handing(shop).make()).code == "cart.empty"
    for place in range(LINES_MAX + 1):
        shop.selling.add_code(code(shop, place % 2))  # one after the other, each is a line
    assert len(goods(shop)) == LINES_MAX + 1
    assert refused(lambda: handing(shop).make()).code == "hand.too_many"


def test_a_price_by_hand_and_a_locked_basket_stay_here(shop: Shop) -> None:
    shop.selling.add_code(code(shop, 0))
    shop.selling.locked = True
    assert refused(lambda: handing(shop).make()).code == "cart.locked"
