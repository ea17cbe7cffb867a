"""Asking the hub from a till's screen: each way an answer can come, or not, is told once, on the screen's thread."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, cast

import msgspec
import pytest

from kiosk.apps.asking import customer_asker, receipt_asker, street_asker, voucher_asker
from kiosk.apps.holding import hold_asker
from kiosk.domain.streets import StreetFound
from kiosk.domain.voucher import Voucher
from kiosk.services.reserving import Held, Hold, Told
from kiosk.ui.bridge import Bridge
from sync.agent.events import Failure
from sync.protocol.messages import CustomersReply, GoodsHeld, ReceiptReply, StreetReply, VoucherReply

CARD = Voucher("G1", "gift_card", 2_500, "EUR")


class Screen:
    """A bridge whose posts run when the test says so, and a line to a hub that has not answered yet."""

    def __init__(self) -> None:
        self.posted: list[Callable[[], None]] = []
        self.asked: list[tuple[object, ...]] = []
        self.answer: Future[Any] = Future()
        self.told: list[object] = []
        self.bridge, self.line = cast(Bridge, self), cast(Any, self)

    def post(self, call: Callable[[], None]) -> None:
        """For the screen's thread."""
        self.posted.append(call)

    def ask_receipt(self, *what: str) -> Future[Any]:
        """One of the questions."""
        self.asked.append(what)
        return self.answer

    ask_customers = ask_voucher = find_street = hold_goods = ask_receipt

    def run(self) -> list[object]:
        """What the screen is told in its own time."""
        assert not self.told, "nothing is told before the screen's thread says so"
        for call in self.posted:
            call()
        return self.told


def ways(screen: Screen) -> dict[str, Callable[[], None]]:
    """The questions."""
    line, told = (lambda: screen.line), screen.told.append
    return {
        "receipt": lambda: receipt_asker(line, screen.bridge)("R1", told),
        "customers": lambda: customer_asker(line, screen.bridge)("", "+31612345678", told),
        "voucher": lambda: voucher_asker(line, screen.bridge, lambda: True)("gift_card", "G1", lambda *found: told(found)),
        "street": lambda: street_asker(line, screen.bridge, lambda: True)("NL", "1012 JS", "1", told),
        "hold": lambda: hold_asker(line, screen.bridge, lambda: True)(Hold("h1", "A1", 1_000, "AMS1"), told),
    }


@pytest.mark.parametrize(
    ("way", "reply", "told"),
    [
        ("receipt", ReceiptReply(b"fact", []), ReceiptReply(b"fact", [])),
        ("customers", CustomersReply([b"{}"]), CustomersReply([b"{}"])),
        ("voucher", VoucherReply(msgspec.json.encode(CARD)), (CARD, True)),
        ("voucher", VoucherReply(b""), (None, True)),
        ("voucher", VoucherReply(b"{"), (None, True)),
        ("street", StreetReply("found", "Damrak", "Amsterdam"), StreetFound("found", "Damrak", "Amsterdam")),
        ("hold", GoodsHeld("r1", 5), Held("r1", 5)),
        ("hold", Failure("reservation.refused", contact=True), Told.NONE_FREE),
        ("hold", Failure("sync.timeout"), Told.AWAY),
    ],
)
def test_an_answer_comes_to_the_screen_s_thread(way: str, reply: object, told: object) -> None:
    screen = Screen()
    ways(screen)[way]()
    assert screen.asked and not screen.posted, "nobody waits"
    screen.answer.set_result(reply)
    assert screen.run() == [told]


@pytest.mark.parametrize("way", ["receipt", "customers", "voucher", "street", "hold"])
@pytest.mark.parametrize("fate", ["refused", "broke", "given up"])
def test_no_answer_is_told_too_whatever_the_reason(way: str, fate: str) -> None:
    screen = Screen()
    ways(screen)[way]()
    if fate == "refused":
        screen.answer.set_result(Failure("sync.no_network"))
    elif fate == "broke":
        screen.answer.set_exception(OSError("the line"))
    else:
        screen.answer.cancel()
    nothing: dict[str, object] = {"voucher": (None, False), "street": StreetFound(""), "hold": Told.AWAY}
    assert screen.run() == [nothing.get(way)]


def test_a_hub_that_is_known_to_be_away_is_asked_nothing() -> None:
    screen = Screen()
    voucher_asker(lambda: screen.line, screen.bridge, lambda: False)("gift_card", "G1", lambda *found: screen.told.append(found))
    hold_asker(lambda: screen.line, screen.bridge, lambda: False)(Hold("h1", "A1", 1_000, "AMS1"), screen.told.append)
    street_asker(lambda: screen.line, screen.bridge, lambda: False)("NL", "1012 JS", "1", screen.told.append)
    assert screen.run() == [(None, False), Told.AWAY] and not screen.asked
