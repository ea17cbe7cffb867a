"""Parcels in the store: packed piece by piece, labelled when their count is known, handed to the carrier by a list."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.simulated.labels.reader import Format, Reader
from drivers.zpl import frames
from drivers.zpl.driver import ZplPrinter
from kiosk.domain import facts
from kiosk.domain.address import Address
from kiosk.domain.feed import Setting
from kiosk.domain.order import SHIP_FROM_STORE
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import CANCELLED, PACKED, PICKED, SHIPPED
from kiosk.domain.parcel import is_sscc
from kiosk.domain.quantity import ONE
from kiosk.services.parceldesk import ParcelDesk
from kiosk.store import orders, spool
from tests.kiosk.services.test_pickup import OTHER, SHIRT, again, bodies, give_paid, papers, states, web_order
from tests.kiosk.support import SATURDAY_MS, Shop, code_of, open_shop, row

BIG, SMALL = frames.Stock(800, 1_200), frames.Stock(560, 304)
ANNA = Address("Anna de Vries", "", "", "1012 JS", "12 a", "Damrak", "Amsterdam", "NL")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till with a cashier at work, in a store with a GS1 prefix of its own."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        made.put_device(*(row("setting", name, Setting(name, value)) for name, value in
                          (("order.sscc_prefix", "8712345001"), ("order.carrier", "Bode Post"))))  # fmt: skip
        made.counter.reload()
        yield made


def desk(shop: Shop, stock: frames.Stock | None = BIG) -> ParcelDesk:
    """The desk, with labels of a size in the printer, or without one."""
    printer = None if stock is None else ZplPrinter(_nowhere, stock, lambda: 0)
    return ParcelDesk(shop.counter, shop.orders, shop.picking, shop.receipts, printer, lambda: None)


def _nowhere():  # type: ignore[no-untyped-def]
    raise AssertionError("nobody prints here")


def picked(shop: Shop, key: str = "w1", pieces: int = 2, *, paid: bool = True) -> str:
    """An order to be shipped from here: picked, and paid on the web."""
    order = web_order(shop, (SHIRT, pieces, 1_000 * pieces), (OTHER, 1, 1_000), key=key, kind=SHIP_FROM_STORE)
    shop.ledger.run(lambda conn: orders.keep_address_in(conn, f"{key}-address", key, ANNA, 1))
    if paid:
        give_paid(shop, order)
    shop.picking.pick_all(order)
    return order


def labels(shop: Shop) -> list[Format]:
    """What went to the label printer, as it reads it."""
    jobs = [job for job in shop.ledger.run(spool.jobs) if job.printer == "label"]
    return [one for job in jobs for one in Reader().feed(job.data) if isinstance(one, Format)]


def said_on(label: Format) -> str:
    """All texts of a label."""
    return " | ".join(one.text for one in label.fields if one.kind == "text")


def test_two_parcels_get_their_labels_when_the_second_is_packed_each_with_its_own_number(shop: Shop) -> None:
    order, packing = picked(shop), desk(shop)
    view = packing.pack(order, {1: ONE}, weight_g=1_250)
    assert states(view) == {PACKED: 1, PICKED: 2} and labels(shop) == [], "nobody knows yet of how many it is the first"
    view = packing.pack(order)
    one, two = labels(shop)
    assert "Damrak 12 a" in said_on(one) and "Bode Post" in said_on(one) and "Anna de Vries" in said_on(two)
    numbers = [parcel.number for parcel in view.parcels]
    assert len(set(numbers)) == 2 and all(is_sscc(number) and number[1:11] == "8712345001" for number in numbers)
    assert [field.text for field in one.fields if field.kind == "code128"] == [f">;>800{numbers[0]}"]
    assert "1 van 2" in said_on(one) or "1 of 2" in said_on(one)
    assert "1,25" in said_on(one) or "1.25" in said_on(one)
    assert one.unknown == [] and bodies(shop, facts.ORDER_MOVED)[-2]["weight_g"] == 1_250


def test_a_scan_says_in_which_line_a_piece_goes_and_what_does_not_belong_there(shop: Shop) -> None:
    order, packing = picked(shop), desk(shop)
    view = shop.orders.view(order)
    assert packing.packs(view, SHIRT, {}) == 1 == packing.packs(view, SHIRT, {1: ONE}) and packing.packs(view, OTHER, {}) == 2
    assert code_of(lambda: packing.packs(view, SHIRT, {1: 2 * ONE})) == "order.picked_already"
    assert code_of(lambda: packing.packs(view, "1001-WHT-S", {})) == "order.wrong_article"
    assert code_of(lambda: packing.pack(order, {1: 3 * ONE})) == "order.too_many"
    assert code_of(lambda: packing.pack(order, {1: 0})) == "order.nothing_to_pack"
    assert code_of(lambda: packing.pack(order, weight_g=200_000)) == "parcel.weight"


def test_what_is_too_small_for_a_label_or_no_printer_at_all_prints_it_on_receipt_paper(shop: Shop) -> None:
    for key, stock in (("w1", SMALL), ("w2", None)):
        order = picked(shop, key)
        number = desk(shop, stock).pack(order).parcels[0].number
        assert labels(shop) == [] and "Damrak 12 a" in papers(shop)[-1] and f"[{number}]" in papers(shop)[-1]


def test_a_label_once_more_is_marked_and_can_go_to_the_receipt_printer_where_the_other_one_is_dead(shop: Shop) -> None:
    order, packing = picked(shop), desk(shop)
    packing.pack(order)
    assert packing.print_again(order) == 1 and len(labels(shop)) == 2
    assert "COPY" in said_on(labels(shop)[1]) or "KOPIE" in said_on(labels(shop)[1])
    packing.print_again(order, on_receipts=True)
    assert len(labels(shop)) == 2 and ("COPY" in papers(shop)[-1] or "KOPIE" in papers(shop)[-1])


def test_the_carrier_takes_what_was_ticked_and_a_list_and_a_fact_say_which(shop: Shop) -> None:
    packing = desk(shop)
    for key in ("w1", "w2"):
        packing.pack(picked(shop, key))
    waiting = packing.waiting()
    assert [one.view.id for one in waiting] == ["w1", "w2"] and code_of(lambda: packing.hand_over([])) == "parcel.none"
    first = waiting[0].parcel.number
    assert packing.hand_over([first]) == 1
    assert states(shop.orders.view("w1")) == {SHIPPED: 3} and states(shop.orders.view("w2")) == {PACKED: 3}
    assert shop.orders.view("w1").said["track"] == first, "its own number, until a carrier gives another"
    (handed,) = bodies(shop, facts.PARCELS_HANDED)
    assert handed["carrier"] == "Bode Post" and handed["parcels"] == [{"parcel": first, "order": "w1", "number": "W-w1"}]
    assert first in papers(shop)[-1] and "W-w1" in papers(shop)[-1] and "Bode Post" in papers(shop)[-1]
    assert [one.view.id for one in packing.waiting()] == ["w2"]
    assert len(bodies(shop, facts.STOCK_MOVED)) == 2, "the goods left the store, line by line"


def test_one_order_at_a_time_still_goes_with_a_number_of_the_carriers_or_its_own(shop: Shop) -> None:
    order, packing = picked(shop), desk(shop)
    number = packing.pack(order).parcels[0].number
    view = shop.picking.ship(order, "")
    assert view.said["track"] == number and packing.waiting() == () and not any(one.is_here for one in view.parcels)


def test_what_is_not_paid_or_was_cancelled_stays_and_takes_no_other_parcel_along(shop: Shop) -> None:
    packing = desk(shop)
    packing.pack(picked(shop, "w1"))
    packing.pack(picked(shop, "w2", paid=False))
    packing.pack(picked(shop, "w3"))
    again(shop, "w3", OrderEvent("hub/9", "w3", 2, CANCELLED, PACKED, ONE, SATURDAY_MS, "office", 0))
    numbers = {one.view.id: one.parcel.number for one in packing.waiting()}
    assert code_of(lambda: packing.hand_over([numbers["w1"], numbers["w2"]])) == "parcel.unpaid"
    assert code_of(lambda: packing.hand_over([numbers["w1"], numbers["w3"]])) == "parcel.changed"
    assert states(shop.orders.view("w1")) == {PACKED: 3} and facts.PARCELS_HANDED not in shop.kinds()
    assert packing.hand_over([numbers["w1"]]) == 1


def test_without_a_prefix_a_parcel_bears_the_orders_number(shop: Shop) -> None:
    shop.put_device(row("setting", "order.sscc_prefix", Setting("order.sscc_prefix", "")))
    shop.counter.reload()
    order, packing = picked(shop), desk(shop)
    packing.pack(order, {1: ONE})
    assert [one.number for one in packing.pack(order).parcels] == ["W-w1-1", "W-w1-2"]
    assert [field.text for field in labels(shop)[0].fields if field.kind == "code128"] == [">:W-w1-1"]
