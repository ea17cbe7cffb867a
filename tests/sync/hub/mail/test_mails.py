"""Mails about orders, over the wire: each once, with what is true when it is sent, through bad days and hostile names."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from drivers.simulated.mailbox import Mailbox, MailServer
from kiosk.domain import facts
from kiosk.domain.address import Address
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderfacts import OrderKnown, paid_body
from kiosk.domain.orderlife import ALLOCATED, CANCELLED, CONFIRMED, HANDED_OVER, PICKED, READY, SYSTEM
from kiosk.domain.ordermoney import OrderPayment
from sync.hub import order_addresses, orders
from sync.hub.mail import outbox
from sync.hub.mail.due import KINDS, due
from sync.hub.mail.sending import NotSent
from sync.hub.mail.server import MailServer as Server
from sync.hub.mail.worker import Posting
from sync.hub.mail.writing import LANGUAGES, faults_of, template_of, write
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_mails import mails
from tests.sync.hub.order_support import decide, line, made, moves, order, stored
from tests.sync.hub.stock_support import DirectHub, call, direct_hub
from tests.sync.hub.support import STORE, TENANT, a_product, bring_products

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
"""A test moves the hub's clock; nobody waits."""


@dataclass
class Box(Mailbox):
    """A mailbox, and how the hub reaches it."""

    server: Server = field(default_factory=Server)


@pytest.fixture
def box() -> Iterator[Box]:
    """A mail server that keeps what comes."""
    kept = Box()
    server = MailServer(kept)
    kept.server = Server("127.0.0.1", server.port, "none", sender="Noord <orders@noord.example>")
    yield kept
    server.close()


@pytest.fixture
def hub(tmp_path: Path, shop: Path) -> Iterator[DirectHub]:
    """A hub with goods."""
    with direct_hub(tmp_path, shop) as opened:
        bring_products(opened.hub, a_product(stock={STORE: 9_000}), set_stock=True)
        yield opened


def post(hub: DirectHub, box: Box) -> int:
    """One pass of the worker."""
    return asyncio.run(Posting(hub.hub, box.server).one_pass())


def placed(hub: DirectHub, id: str = "o1", name: str = "Zoë de Wit", email: str = "zoe@example.com") -> None:
    """A paid web order of two pieces, to be collected."""
    made_order = order(line(pieces=2, way="collect"), id=id)
    payments = [OrderPayment(f"pay-{id}", 0, "ideal", made_order.total_minor, reference="tr")]
    person = {f"address-{id}": Address(name, "", email)}
    call(hub, lambda c: orders.place(c, TENANT, made_order, payments, person, made(hub)))


def ready(hub: DirectHub, id: str = "o1") -> None:
    """Its goods lie ready."""
    when = hub.clock()
    decide(hub, OrderEvent(f"{id}/c", id, 1, CONFIRMED, "placed", 2_000, when, SYSTEM))
    decide(hub, OrderEvent(f"{id}/a", id, 1, ALLOCATED, CONFIRMED, 2_000, when, SYSTEM, 50, place=STORE))
    till = hub.terminal("1")
    moves(till, PICKED, "allocated", 2, 50, order=id)
    moves(till, READY, PICKED, 2, 50, order=id)
    till.push()


def subjects(box: Box) -> list[str]:
    """What came."""
    return [str(one["Subject"]) for one in box.messages()]


def states(hub: DirectHub) -> list[tuple[str, str]]:
    """Each mail's kind and state, in the order of their kinds."""
    return call(hub, lambda c: sorted((row.kind, row.state) for row in c.execute(select(mails.c.kind, mails.c.state))))


def test_a_confirmation_goes_out_once_with_the_orders_code_as_picture_and_text(hub: DirectHub, box: Box) -> None:
    placed(hub)
    assert post(hub, box) == 1 and post(hub, box) == 0
    (mail,) = box.messages()
    assert (mail["Subject"], mail["To"], mail["From"]) == (
        "Je bestelling N-o1 bij Noord", "Zoë de Wit <zoe@example.com>", "Noord <orders@noord.example>",
    )  # fmt: skip
    (id,) = call(hub, lambda c: list(c.scalars(select(mails.c.id))))
    assert mail["Message-ID"] == f"<{id}@noord.example>" and mail["Date"].datetime.timestamp() * 1_000 <= hub.clock()
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "2 x Mug" in text and "€ 20,00" in text and "14 dagen" in text and "N-o1" in text
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert 'src="cid:order_code@mail"' in html and "Mug" in html
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    path = hub.hub.folder.path / "code.png"
    path.write_bytes(picture.get_payload(decode=True))  # type: ignore[arg-type]
    assert [one.text for one in zxingcpp.read_barcodes(Image.open(path))] == ["N-o1"]


def test_ready_says_the_code_and_the_reminder_comes_a_day_before_the_end_and_only_while_it_lies_there(
    hub: DirectHub, box: Box
) -> None:
    placed(hub)
    ready(hub)
    post(hub, box)
    assert subjects(box) == ["Je bestelling N-o1 bij Noord", "Je bestelling N-o1 ligt klaar"]
    text = box.messages()[1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert stored(hub).code in text and len(stored(hub).code) == 6
    hub.clock.added_ms += 5 * DAY_MS
    assert post(hub, box) == 0
    hub.clock.added_ms += DAY_MS + HOUR_MS
    post(hub, box)
    assert subjects(box)[2:] == ["Je bestelling N-o1 ligt nog klaar"]
    hub.clock.added_ms += 9 * DAY_MS
    assert post(hub, box) == 0 and ("reminder", "sent") in states(hub)


def test_what_was_fetched_before_is_not_reminded_of(hub: DirectHub, box: Box) -> None:
    placed(hub)
    ready(hub)
    post(hub, box)
    till = hub.terminal("2")
    moves(till, HANDED_OVER, READY, 2, 50)
    till.push()
    hub.clock.added_ms += 6 * DAY_MS + 2 * HOUR_MS
    assert post(hub, box) == 0 and ("reminder", "dropped") in states(hub)


def test_a_server_that_is_down_for_a_day_costs_nothing_but_time(hub: DirectHub, box: Box) -> None:
    good = box.server
    box.server = replace(good, port=9)
    placed(hub)
    placed(hub, "o2")
    for _ in range(8):
        assert post(hub, box) == 0
        hub.clock.added_ms += 3 * HOUR_MS
    assert {state for _, state in states(hub)} == {"waiting"} and box.came == []
    box.server = good
    assert post(hub, box) == 2 and sorted(subjects(box)) == ["Je bestelling N-o1 bij Noord", "Je bestelling N-o2 bij Noord"]


def test_a_server_that_is_away_is_asked_once_a_pass_and_not_by_every_mail(hub: DirectHub, box: Box) -> None:
    asked = []

    def away(server: Server, message: object) -> None:
        asked.append(server)
        raise NotSent("ConnectionRefusedError", is_away=True)

    for n in range(3):
        placed(hub, f"o{n}")
    assert asyncio.run(Posting(hub.hub, box.server, away).one_pass()) == 0 and len(asked) == 1


def test_a_mail_that_one_process_has_in_hand_is_no_others_until_it_died_with_it(hub: DirectHub) -> None:
    placed(hub)
    assert call(hub, lambda c: outbox.claim(c, TENANT, hub.clock())) is not None
    assert call(hub, lambda c: outbox.claim(c, TENANT, hub.clock())) is None
    hub.clock.added_ms += outbox.LEASE_MS
    assert call(hub, lambda c: outbox.claim(c, TENANT, hub.clock())) is not None


def test_what_is_given_up_or_refused_for_good_is_a_task_and_the_others_go_on(hub: DirectHub, box: Box) -> None:
    box.refused["gone@example.com"] = "550 no such person"
    box.refused["full@example.com"] = "452 full"
    placed(hub, "o1", email="gone@example.com")
    placed(hub, "o2", email="full@example.com")
    placed(hub, "o3")
    assert post(hub, box) == 1 and states(hub) == [("placed", "dead"), ("placed", "sent"), ("placed", "waiting")]
    hub.clock.added_ms += 73 * HOUR_MS
    post(hub, box)
    assert states(hub) == [("placed", "dead"), ("placed", "dead"), ("placed", "sent")]
    kinds = call(hub, lambda c: list(c.scalars(select(tasks.c.detail).where(tasks.c.kind == outbox.DEAD_TASK))))
    assert len(kinds) == 2 and any("550 no such person" in one for one in kinds)


@pytest.mark.parametrize("name", ["Zoë\r\nBcc: all@example.com", "A\nSubject: won", "\x00<b>x</b>", "x" * 80, "名前 ☃ \u202e"])
def test_a_hostile_name_ends_no_header_and_opens_no_tag(tmp_path: Path, name: str) -> None:
    values = {"name": name, "number": "N\r\nX-Bad: 1", "shop": name, "lines": "a\nb"}
    template = template_of(tmp_path, "", "nl", "placed")
    mail = write(template, values, ("orders@noord.example", name, "zoe@example.com"), "nl")
    head = mail.as_bytes().partition(b"\r\n\r\n")[0]
    for bad in (b"\r\nBcc:", b"\r\nX-Bad:", b"\r\nSubject: won"):
        assert bad not in head
    assert len(mail.get_all("Subject") or []) == 1 and mail["To"].addresses[0].addr_spec == "zoe@example.com"
    assert "<b>" not in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_an_address_that_is_none_is_a_task_and_an_order_without_one_is_left_alone(hub: DirectHub, box: Box) -> None:
    placed(hub, "o1", email="zoe@exam ple.com")
    placed(hub, "o2", email="")
    assert post(hub, box) == 0
    assert states(hub) == [("placed", "dead"), ("placed", "dropped")] and box.came == []


def test_who_was_forgotten_is_written_to_no_more_and_without_a_host_nobody_is(hub: DirectHub, box: Box) -> None:
    placed(hub)
    call(hub, lambda c: order_addresses.drop(c, TENANT, "o1"))
    assert post(hub, box) == 0 and states(hub) == [("placed", "dropped")]
    box.server = Server()
    placed(hub, "o2")
    assert post(hub, box) == 0 and states(hub) == [("placed", "dropped")] * 2 and box.came == []


def test_cancelled_and_refunded_are_told_with_their_amounts(hub: DirectHub, box: Box) -> None:
    placed(hub)
    post(hub, box)
    decide(hub, OrderEvent("x", "o1", 1, CANCELLED, "placed", 2_000, hub.clock(), SYSTEM))
    post(hub, box)
    text = box.messages()[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert subjects(box)[-1] == "Geannuleerd: bestelling N-o1" and "€ 20,00" in text
    till = hub.terminal("3")
    till.fact(facts.ORDER_PAID, paid_body("o1", [OrderPayment("", 0, "ideal", -2_000, reference="tr")]))
    till.push()
    post(hub, box)
    assert subjects(box)[-1] == "We betalen € 20,00 terug voor bestelling N-o1"


def test_a_brands_own_words_go_before_ours_unless_they_are_spoilt(hub: DirectHub, box: Box) -> None:
    home = hub.hub.folder.path / "mail" / "noord-zuid"
    (home / "nl").mkdir(parents=True)
    (home / "sender.txt").write_text("Noord & Zuid <hallo@noordzuid.example>\n", "utf-8")
    (home / "nl" / "placed.txt").write_text("Gelukt: {number}\n\nDag {name}!\n", "utf-8")
    placed(hub)
    post(hub, box)
    (mail,) = box.messages()
    assert (mail["Subject"], mail["From"]) == ("Gelukt: N-o1", 'Noord & Zuid <hallo@noordzuid.example>')
    (home / "nl" / "placed.txt").write_text("Gelukt: {password}\n\nDag\n", "utf-8")
    placed(hub, "o2")
    post(hub, box)
    assert subjects(box)[-1] == "Je bestelling N-o2 bij Noord & Zuid"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_sound_template_in_every_language(tmp_path: Path, kind: str, language: str) -> None:
    assert faults_of(template_of(tmp_path, "", language, kind)) == []


def test_a_template_that_is_spoilt_says_how(tmp_path: Path) -> None:
    assert faults_of("Hello {nobody}\n\nx") == ["there is no {nobody}"]
    assert faults_of("\n\nx") == ["the first line is the subject"] and faults_of("x\n") == ["it says nothing"]
    assert faults_of("a {number\n\nb") != []


def test_the_same_events_in_any_order_ask_for_the_same_end_and_told_again_for_nothing(hub: DirectHub) -> None:
    placed(hub)
    ready(hub)
    known = stored(hub).known
    assert due(known, known) == [] and due(OrderKnown(), OrderKnown()) == []
    kinds = [one.kind for one in due(OrderKnown(), known)]
    assert sorted(kinds) == ["placed", "ready", "reminder"]
