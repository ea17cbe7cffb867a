"""The scan desk: a refusal waits until it was seen, what is scanned meanwhile queues in order, nothing is lost or sold unseen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.api import Scan
from kiosk.domain.ticket import Ticket, encode, key_mark
from kiosk.services.scans import WAITING_MAX, Halted, Kept, ScanDesk, Sold, TicketTaken
from sync.protocol.signature import Key, verifier
from tests.kiosk.support import Shop, open_shop

KIOSK = Key.load(bytes([5]) * 32)
UNKNOWN = "8710398500526"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def desk(shop: Shop) -> ScanDesk:
    """Its scan desk, which knows one kiosk."""
    return desk_of(shop)


def desk_of(shop: Shop) -> ScanDesk:
    """A scan desk that knows one kiosk."""
    return ScanDesk(shop.counter, shop.selling, lambda: {key_mark(KIOSK.public): verifier(KIOSK.public)})


def scan(text: str) -> Scan:
    """A scan as a scanner tells it."""
    return Scan("scanner", text.encode(), text, None, 0)


def code(shop: Shop, place: int) -> str:
    """The barcode of the place-th article."""
    return shop.catalog.articles("ORDER BY a.id", ())[place].barcodes[0]


def sold(shop: Shop) -> list[str]:
    """Barcodes in the cart, each as often as it was sold."""
    return [line.barcode.lstrip("0") for line in shop.selling.priced.cart.lines for _ in range(line.quantity_milli // 1000)]


def test_a_known_article_is_sold_at_once(shop: Shop, desk: ScanDesk) -> None:
    result = desk.handle(scan(code(shop, 0)))
    assert isinstance(result, Sold)
    assert sold(shop) == [code(shop, 0)]


def test_an_unknown_article_waits_to_be_seen_and_the_next_scans_queue_behind_it(shop: Shop, desk: ScanDesk) -> None:
    halted = desk.handle(scan(UNKNOWN))
    assert isinstance(halted, Halted) and halted.error.code == "scan.unknown"
    kept = [desk.handle(scan(code(shop, place))) for place in (1, 2, 1)]
    assert [each.waiting for each in kept if isinstance(each, Kept)] == [1, 2, 3]
    assert sold(shop) == [], "nothing is added unseen"
    results = desk.acknowledge()
    assert all(isinstance(each, Sold) for each in results)
    assert sold(shop) == [code(shop, place) for place in (1, 2, 1)]
    assert desk.waiting == 0


def test_each_refusal_in_the_queue_is_seen_by_itself(shop: Shop, desk: ScanDesk) -> None:
    for text in (UNKNOWN, code(shop, 0), UNKNOWN, code(shop, 1)):
        desk.handle(scan(text))
    first = desk.acknowledge()
    assert [type(each) for each in first] == [Sold, Halted]
    assert (desk.waiting, sold(shop)) == (1, [code(shop, 0)])
    desk.acknowledge()
    assert sold(shop) == [code(shop, 0), code(shop, 1)]


def test_a_scan_during_payment_is_kept_and_sold_after_it(shop: Shop, desk: ScanDesk) -> None:
    desk.handle(scan(code(shop, 0)))
    shop.checkout.begin()
    kept = desk.handle(scan(code(shop, 1)), may_sell=False)
    assert kept == Kept(scan(code(shop, 1)), 1)
    shop.checkout.pay_card(shop.selling.priced.total_minor, "A1")
    assert [type(each) for each in desk.go_on()] == [Sold]
    assert sold(shop) == [code(shop, 1)], "it belongs to the next customer"


def test_a_scan_that_meets_a_locked_cart_is_refused_aloud_and_not_lost_in_silence(shop: Shop, desk: ScanDesk) -> None:
    desk.handle(scan(code(shop, 0)))
    shop.checkout.begin()
    result = desk.handle(scan(code(shop, 1)))
    assert isinstance(result, Halted) and result.error.code == "cart.locked"


def test_a_person_may_put_aside_what_waits(shop: Shop, desk: ScanDesk) -> None:
    for text in (UNKNOWN, code(shop, 0), code(shop, 1)):
        desk.handle(scan(text))
    assert desk.drop_waiting() == 2
    assert (desk.waiting, desk.halted, sold(shop)) == (0, None, [])


def test_a_scanner_that_does_not_stop_is_refused_aloud(shop: Shop, desk: ScanDesk) -> None:
    desk.handle(scan(UNKNOWN))
    for _ in range(WAITING_MAX):
        assert isinstance(desk.handle(scan(UNKNOWN)), Kept)
    result = desk.handle(scan(UNKNOWN))
    assert isinstance(result, Halted) and result.error.code == "scan.too_many"
    assert desk.waiting == WAITING_MAX


def test_a_quantity_keyed_before_counts_for_one_scan_only(shop: Shop, desk: ScanDesk) -> None:
    desk.quantity_milli = 3_000
    desk.handle(scan(code(shop, 0)))
    desk.handle(scan(code(shop, 1)))
    assert sold(shop) == [code(shop, 0)] * 3 + [code(shop, 1)]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("8710398500527", "barcode.check-digit"),
        ("", "barcode.empty"),
        ("x" * 600, "barcode.not-a-barcode"),
        ("TBKAAAA", "ticket.damaged"),
        (f"(01)0{UNKNOWN}(17)200101", "scan.expired"),
    ],
)
def test_a_scan_that_cannot_be_sold_says_why(desk: ScanDesk, text: str, refusal: str) -> None:
    result = desk.handle(scan(text))
    assert isinstance(result, Halted)
    assert result.error.code == refusal


def test_a_digital_link_sells_its_article(shop: Shop, desk: ScanDesk) -> None:
    desk.handle(scan(f"https://id.gs1.org/01/{code(shop, 0).zfill(14)}/10/B7"))
    assert sold(shop) == [code(shop, 0)]


def test_a_kiosks_ticket_becomes_lines_and_a_strangers_does_not(shop: Shop, desk: ScanDesk) -> None:
    lines = ((code(shop, 0).zfill(14), 2_000), (UNKNOWN.zfill(14), 1_000))
    basket = Ticket("0192f0a0-0000-7000-8000-00000000002a", key_mark(KIOSK.public), 1, lines)
    result = desk.handle(scan(encode(basket, KIOSK.sign).lower()))
    assert isinstance(result, TicketTaken)
    assert (result.outcome.added, result.outcome.unknown) == (1, (UNKNOWN.zfill(14),))
    assert sold(shop) == [code(shop, 0)] * 2
    again = desk.handle(scan(encode(basket, KIOSK.sign)))
    assert isinstance(again, Halted) and again.error.code == "ticket.already_taken"
    desk.acknowledge()
    stranger = desk.handle(scan(encode(basket, Key.load(bytes(32)).sign)))
    assert isinstance(stranger, Halted) and stranger.error.code == "ticket.foreign"


@settings(max_examples=20)
@given(st.lists(st.sampled_from(["known", "unknown", "during", "see", "go on"]), max_size=25))
def test_no_scan_is_lost_sold_twice_or_out_of_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    with open_shop(tmp_path_factory.mktemp("scans"), "grocery") as shop:
        shop.sign_in()
        goods = [one.barcodes[0] for one in shop.catalog.articles("LIMIT 60", ()) if not one.is_weighed]
        desk, given_, refused = desk_of(shop), [], 0
        for place, step in enumerate(steps):
            match step:
                case "known" | "during":
                    given_.append(goods[place % len(goods)])
                    desk.handle(scan(given_[-1]), may_sell=step == "known")
                case "unknown":
                    refused += 1
                    desk.handle(scan(UNKNOWN))
                case "see":
                    desk.acknowledge()
                case _:
                    if desk.halted is None:
                        desk.go_on()
        while desk.waiting or desk.halted:
            desk.acknowledge()
        assert sold(shop) == given_
