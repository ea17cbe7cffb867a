"""Reserved at the kiosk, sold at the till: held by a right or by the hub, fetched once, free again by itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.api import Scan
from drivers.escpos.encoder import encode as encode_paper
from drivers.escpos.profile import Profile
from kiosk.domain import facts
from kiosk.domain.allocation import Grant
from kiosk.domain.errors import Refused
from kiosk.domain.facts import read_fact
from kiosk.domain.feed import ORDER
from kiosk.domain.orderevents import LAPSED, NO_FENCE, OrderEvent
from kiosk.domain.orderfacts import order_body, read_order
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, HANDED_OVER, READY, SYSTEM
from kiosk.domain.orderrow import OrderRow, row_of
from kiosk.domain.quantity import ONE
from kiosk.domain.reservation import code_of
from kiosk.services.orderdesk import OrderDesk
from kiosk.services.reserving import Held, Reserved
from kiosk.services.scans import Halted, OrderRead, ScanDesk
from kiosk.store import orders, spool
from tests.kiosk.services.test_pickup import barcode, bodies, states
from tests.kiosk.support import Shop, open_shop, row
from tests.kiosk.ui.kiosk import shop as kiosks

HERE, THERE = "AMS1", "UTR1"
SHIRT = "1001-WHT-M"
HOUR_MS = 3_600_000


class PaperOnly:
    """The real encoder of the receipt printer, without a printer behind it."""

    def encode(self, document: object) -> bytes:
        """Bytes for the wire."""
        return encode_paper(document, Profile())  # type: ignore[arg-type]


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[kiosks.Shop]:
    """A kiosk that may promise two shirts of its store, and holds them for two hours."""
    shop = kiosks.open_shop(tmp_path / "kiosk", printer=PaperOnly(), settings={"stock.reserve_hours": 2})
    shop.put_device(row("grant", f"{HERE}|{SHIRT}", Grant(HERE, SHIRT, 2 * ONE, 1)))
    yield shop
    shop.close()


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Shop]:
    """A till of the same store with a cashier at work."""
    with open_shop(tmp_path / "till") as made:
        made.sign_in()
        made.open_shift()
        yield made


def reserve(kiosk: kiosks.Shop, pieces: int = 1, name: str = "") -> Reserved:
    """A shopper reserves shirts out of this kiosk's rights."""
    made = kiosk.reserving.by_right(kiosk.reserving.wanted(SHIRT, pieces * ONE, HERE, name), on_paper=False)
    assert made is not None
    return made


def hear(till: Shop, kiosk: kiosks.Shop, made: Reserved, *events: OrderEvent, name: str = "") -> None:
    """The hub tells the till of a reservation as the kiosk wrote it, with events of its own."""
    stored = kiosk.ledger.look(lambda conn: orders.order_in(conn, made.id))
    assert stored is not None
    told = row_of(stored.known, "482913", name)
    till.put_device(row(ORDER, made.id, replace(told, events=events)))


def seen(text: str) -> Scan:
    """What a scanner reads."""
    return Scan("wedge", text.encode(), text, "]Q3", 1)


def scan(till: Shop, text: str) -> object:
    """A scanner of the till read something."""
    desk = ScanDesk(till.counter, till.selling, dict)
    desk.orders = till.orders
    return desk.handle(seen(text))


def lapse(made: Reserved) -> OrderEvent:
    """The hub says that its time is over."""
    milli = made.quantity_milli
    return OrderEvent("over", made.id, 1, CANCELLED, ALLOCATED, milli, made.until_ms, SYSTEM, NO_FENCE, ground=LAPSED)


def written(kiosk: kiosks.Shop) -> list[tuple[str, dict[str, Any]]]:
    """The facts of the kiosk: kind and body."""
    return [(fact.kind, fact.body) for one in kiosk.ledger.facts() for fact in (read_fact(one.data),)]


def test_a_reservation_is_a_right_that_is_used_and_an_order_that_ends_and_no_fact_knows_the_name(kiosk: kiosks.Shop) -> None:
    made = reserve(kiosk, 2, "  Jo   Anne ")
    (used, promised), (placed, body) = written(kiosk)
    order = read_order(body)
    assert (used, placed) == (facts.RIGHTS_USED, facts.ORDER_PLACED)
    assert (promised["reason"], promised["quantity"]) == ("reserve", 2 * ONE)
    (line,) = order.lines
    assert line.promise is not None and line.promise.id == promised["promise"] and line.promise.firm
    assert order.expires_ms == made.until_ms == kiosk.clock.wall_ms + 2 * HOUR_MS and order.terms.ahead_bp == 0
    assert order_body(order) == body and made.total_minor == order.total_minor > 0
    assert order.number == made.number and made.number.startswith("K1-") and made.text == code_of(order.id)
    assert "Anne" not in repr(written(kiosk))
    (told,) = kiosk.ledger.look(orders.addresses_to_tell_in)
    assert (told.order, told.address.name) == (made.id, "Jo Anne")


def test_beyond_its_rights_the_kiosk_asks_and_what_the_hub_holds_is_promised_by_the_hubs_name(kiosk: kiosks.Shop) -> None:
    reserve(kiosk, 2)
    hold = kiosk.reserving.wanted(SHIRT, ONE, THERE)
    assert kiosk.reserving.by_right(hold, on_paper=False) is None
    assert written(kiosk)[-1][0] == facts.RIGHTS_REFUSED, "rights follow demand"
    made = kiosk.reserving.by_hub(hold, Held("r-1", kiosk.clock.wall_ms + HOUR_MS), on_paper=False)
    order = read_order(written(kiosk)[-1][1])
    (line,) = order.lines
    assert order.id == made.id == hold.id and line.fulfilment.to == line.fulfilment.source == THERE
    assert line.promise is not None and line.promise.id == "r-1" and order.expires_ms == kiosk.clock.wall_ms + HOUR_MS


def test_its_paper_says_number_place_time_and_price_and_no_name_and_is_given_up_with_its_shopper(kiosk: kiosks.Shop) -> None:
    made = kiosk.reserving.by_right(kiosk.reserving.wanted(SHIRT, ONE, HERE, "Anne"), on_paper=True)
    assert made is not None and made.job
    (job,) = kiosk.ledger.run(spool.jobs)
    text = job.plain_text
    assert made.number in text and "21-11-2026 14:00" in text and "Anne" not in text and "Amsterdam" in text
    kiosk.reserving.drop(made)
    assert kiosk.ledger.run(lambda conn: spool.jobs(conn, open_only=True)) == []
    assert kiosk.reserving.by_right(kiosk.reserving.wanted(SHIRT, ONE, HERE), on_paper=False) is not None, "the right was held on"


@pytest.mark.parametrize("milli", [0, 10 * ONE, 1_500])
def test_what_nobody_can_put_aside_is_refused(kiosk: kiosks.Shop, milli: int) -> None:
    with pytest.raises(Refused, match=r"reservation\.pieces"):
        kiosk.reserving.wanted(SHIRT, milli, HERE)


def test_the_right_comes_back_when_the_hub_says_that_it_is_over_and_not_before(kiosk: kiosks.Shop) -> None:
    made = reserve(kiosk, 2)
    desk = OrderDesk(kiosk.counter, kiosk.allocations)
    kiosk.clock.move(3 * HOUR_MS)
    assert desk.keep_house() == 0, "a till that is cut off may have sold it"
    stored = kiosk.ledger.look(lambda conn: orders.order_in(conn, made.id))
    assert stored is not None
    kiosk.put_device(row(ORDER, made.id, replace(row_of(stored.known), events=(lapse(made),))))
    assert (desk.keep_house(), desk.keep_house()) == (1, 0)
    assert [one.left_milli for one in kiosk.allocations.held()] == [2 * ONE]


def test_a_till_finds_it_by_code_number_and_name_and_sells_it_from_what_was_reserved(kiosk: kiosks.Shop, till: Shop) -> None:
    made = reserve(kiosk, name="Anne")
    hear(till, kiosk, made, name="Anne")
    promise = written(kiosk)[0][1]["promise"]
    assert scan(till, made.text.lower()) == OrderRead(seen(made.text.lower()), made.id)
    for text in (made.number, made.number[-4:], "anne", "482913"):
        assert [one.id for one in till.orders.find(text)] == [made.id]
    assert [one.id for one in till.orders.to_pick()] == [made.id], "it is to be put aside"
    till.picking.at_hand(made.id)
    till.collecting.to_basket(made.id, "code")
    assert till.selling.priced.total_minor == made.total_minor
    till.sell_cash()
    assert states(till.orders.view(made.id)) == {HANDED_OVER: 1}
    (sale,), (moved,) = bodies(till, facts.SALE_COMPLETED), bodies(till, facts.STOCK_MOVED)
    assert sale["movements"] == [] and moved["promise"] == promise, "the goods leave once, and under their promise"
    halted = scan(till, made.text)
    assert isinstance(halted, Halted) and halted.error.code == "reservation.fetched"


def test_of_two_the_customer_takes_one_and_nobody_waits_for_the_other(kiosk: kiosks.Shop, till: Shop) -> None:
    made = reserve(kiosk, 2)
    hear(till, kiosk, made)
    till.picking.scan(made.id, barcode(till, SHIRT))
    till.picking.pick_all(made.id)
    till.picking.put_ready(made.id, "B 4")
    till.collecting.to_basket(made.id, "code", {1: ONE})
    till.sell_cash()
    assert states(till.orders.view(made.id)) == {HANDED_OVER: 1, CANCELLED: 1}


def test_what_is_put_aside_waits_until_its_time_and_then_goes_back(kiosk: kiosks.Shop, till: Shop) -> None:
    made = reserve(kiosk)
    hear(till, kiosk, made)
    till.picking.at_hand(made.id)
    assert till.collecting.expired() == ()
    till.clock.pass_ms(2 * HOUR_MS)
    assert [one.id for one in till.collecting.expired()] == [made.id]
    with pytest.raises(Refused, match=r"reservation\.over"):
        till.collecting.to_basket(made.id, "code")
    with pytest.raises(Refused, match=r"reservation\.over"):
        till.collecting.hand_over(made.id, "code")
    till.orders.expire(made.id)
    hear(till, kiosk, made, lapse(made))
    view = till.orders.view(made.id)
    assert READY not in states(view) and sum(states(view).values()) == 1


def test_after_its_time_nothing_is_to_be_put_aside_and_its_code_says_so_and_the_goods_are_sold_as_any(
    kiosk: kiosks.Shop, till: Shop
) -> None:
    made = reserve(kiosk)
    hear(till, kiosk, made)
    till.clock.pass_ms(2 * HOUR_MS - 1)
    assert isinstance(scan(till, made.text), OrderRead)
    till.clock.pass_ms(1)
    assert till.orders.to_pick() == ()
    halted = scan(till, made.text)
    assert isinstance(halted, Halted) and halted.error.code == "reservation.over"
    till.add(SHIRT)
    till.sell_cash()
    assert bodies(till, facts.SALE_COMPLETED)[0]["movements"], "sold from the shelf"


def test_a_till_that_has_not_heard_of_it_says_how_to_sell_all_the_same(till: Shop) -> None:
    halted = scan(till, code_of("0199c1b2-a3d4-7e5f-8a9b-0c1d2e3f4a5b"))
    assert isinstance(halted, Halted) and halted.error.code == "reservation.unknown"


def test_an_order_from_before_reservations_reads_as_it_did(kiosk: kiosks.Shop) -> None:
    order = read_order(written(kiosk)[-1][1]) if reserve(kiosk) else None
    assert order is not None
    body = order_body(replace(order, expires_ms=0))
    assert "expires_ms" not in body and read_order(body).expires_ms == 0 and not read_order(body).is_over(1 << 60)
    assert OrderRow(order.id, body, ("d", 1, 1)).order == body
