"""Signatures at the hub (step_0029): told beside the facts, shown to who may see people, forgotten with the address."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert

from kiosk.decoding import read_json
from kiosk.domain.handwriting import Handwriting
from kiosk.domain.order import COLLECT, Fulfilment
from kiosk.domain.orderevents import FIRST_FENCE
from kiosk.domain.orderlife import HANDED_OVER, PICKED, READY
from sync.hub import order_rounds, order_signatures
from sync.hub.office.order_view import path_of
from sync.hub.storage.schema_orders import order_signatures as table
from sync.protocol.messages import OrderSignature, PutSignatures, SignaturesKept
from tests.sync.hub.order_support import at_till, line, moves, stored
from tests.sync.hub.stock_support import call
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, FakeTerminal, RunningHub, running_hub

HERE = Fulfilment(COLLECT, source=STORE, to=STORE)
NAME = Handwriting((((100, 200), (300, 80)), ((5, 5),)))
DAY_MS = 86_400_000


@pytest.fixture
def running(tmp_path: Path, shop: Path) -> Iterator[RunningHub]:
    """A running hub with a shop of two stores."""
    shutil.copytree(shop, tmp_path / "hub")
    with running_hub(tmp_path / "hub") as hub:
        yield hub


def put(till: FakeTerminal, *told: OrderSignature) -> list[str]:
    """A terminal tells how customers signed."""
    reply = till.post("/v1/orders/signatures", PutSignatures(list(told)))
    return read_json(reply.content, SignaturesKept).marks if reply.status_code == 200 else [reply.json()["code"]]


def kept(hub: RunningHub, order: str = "o1") -> list[tuple[str, int]]:
    """What the hub has of an order."""
    return [(one.mark, one.at_ms) for one in call(hub, lambda c: order_signatures.of_order(c, TENANT, order))]


def handed(till: FakeTerminal) -> None:
    """Goods of the order went out."""
    for name, source in ((READY, PICKED), (HANDED_OVER, READY)):
        moves(till, name, source, 1, FIRST_FENCE)
    till.push()


def test_a_signature_comes_beside_its_fact_once_from_its_own_store_and_only_as_sound_strokes(running: RunningHub) -> None:
    here, there, kiosk = running.terminal("1"), running.terminal("1", store=OTHER_STORE), running.terminal("7", kind="kiosk")
    one = OrderSignature(NAME.mark, "o1", 5, NAME.text)
    assert put(here, one) == [NAME.mark], "before the order came"
    at_till(here, line(1, 1, HERE, True))
    here.push()
    assert put(here, one) == [NAME.mark] and kept(running) == [(NAME.mark, 5)]
    assert put(there, one) == ["device.store"], "a store that has nothing to do with it"
    for text in ("", "zz00", "0000\"/><script>", NAME.text[:-4]):
        assert put(here, OrderSignature(NAME.mark, "o1", 5, text)) == ["request.argument"], text
    assert put(here, *[one] * 101) == ["request.argument"]
    assert kiosk.post("/v1/orders/signatures", PutSignatures([one])).json()["code"] == "device.kind"
    many = [Handwriting((((n, 1), (n + 300, 9)),)) for n in range(order_signatures.EACH_MAX + 5)]
    put(here, *[OrderSignature(name.mark, "o1", 6, name.text) for name in many])
    assert len(kept(running)) == order_signatures.EACH_MAX, "one order fills no disk"


def test_it_is_forgotten_with_whom_the_order_was_for_and_one_that_comes_later_is_not_kept(running: RunningHub) -> None:
    here = running.terminal("1")
    at_till(here, line(1, 1, HERE, True))
    put(here, OrderSignature(NAME.mark, "o1", 5, NAME.text))
    handed(here)
    running.clock.added_ms += 40 * DAY_MS
    new_id = running.hub.world.new_id
    assert call(running, partial(order_rounds.forget, tenant=TENANT, now_ms=running.clock(), new_id=new_id)) == 1
    running.clock.added_ms = 0
    assert kept(running) == [] and not stored(running).is_open
    assert put(here, OrderSignature(NAME.mark, "o1", 5, NAME.text)) == [NAME.mark] and kept(running) == []


def test_a_picture_is_made_of_whole_numbers_alone_and_rows_that_are_no_strokes_show_nothing(running: RunningHub) -> None:
    assert path_of(NAME) == "M100 200 L300 80 M5 5 L5 5"
    row = {"tenant": TENANT, "order_id": "o1", "mark": "m", "strokes": "<script>", "at_ms": 1}
    call(running, lambda c: c.execute(insert(table).values(row)))
    with pytest.raises(ValueError):
        kept(running)
