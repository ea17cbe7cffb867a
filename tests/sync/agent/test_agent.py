"""The whole agent against a real hub over sockets: nothing between them is simulated."""

import asyncio
import base64
import hashlib
import secrets
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
from sqlalchemy import select
from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from kiosk.domain.errors import ShopError
from kiosk.domain.feed import NOWHERE, HelpCall
from sync.agent import help as calls
from sync.agent.discovery import Discovery
from sync.agent.enrolment import enrol
from sync.hub.server import Address, HubServer
from sync.hub.storage.schema import facts
from sync.protocol.signature import Key
from tests.simulation.stores import digest_of
from tests.sync.agent.desk import WAIT_S, a_desk, enrol_at
from tests.sync.hub.support import STORE, RunningHub, TestClock, a_product, bring_products, open_test_hub, running_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with one article."""
    with running_hub(tmp_path / "hub") as running:
        bring_products(running.hub, a_product())
        yield running


def stored(hub: RunningHub) -> list[bytes]:
    """Every fact that the hub has."""
    query = select(facts.c.data).order_by(facts.c.seq)
    return hub.hub.storage.call(lambda connection: [bytes(data) for data in connection.scalars(query)])


class Pointer(Discovery):
    """Points at addresses as zeroconf would; `asked` counts how often it was asked."""

    def __init__(self, *urls: str) -> None:
        super().__init__()
        self.asked = threading.Semaphore(0)
        self._urls = list(urls)

    async def start(self) -> None:
        """Nothing to listen to."""

    async def close(self) -> None:
        """Nothing to stop."""

    def found(self) -> list[str]:
        self.asked.release()
        return self._urls


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_new_terminal_gets_its_data_sells_and_every_terminal_sees_the_stock(hub: RunningHub, tmp_path: Path) -> None:
    with a_desk(hub, tmp_path, "1") as till, a_desk(hub, tmp_path, "2", "kiosk") as kiosk:
        till.ear.wait(lambda status: status.progress == 100 and status.catalog != NOWHERE)
        assert till.on_hand("A1") == 10_000
        for _ in range(3):
            till.sell("A1")
        till.ear.wait(lambda status: status.reachable and till.outbox.acked() == 3)
        kiosk.ear.wait(lambda _: kiosk.on_hand("A1") == 7_000)
        till.ear.wait(lambda _: till.on_hand("A1") == 7_000)
        assert till.agent.status().unsent == 0 and till.agent.status().code == ""
    mine = [fact for fact in stored(hub) if till.outbox.dev.encode() in fact]
    assert len(mine) == 3
    assert digest_of(kiosk.catalog.rows) == kiosk.catalog.cursor().digest


def test_facts_made_while_the_hub_is_away_are_kept_and_counted(hub: RunningHub, tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    with a_desk(hub, tmp_path, addresses=[dead]) as till:
        till.ear.wait(lambda status: status.reachable is False and status.code == "sync.unreachable")
        till.sell("A1")
        till.ear.wait(lambda status: status.unsent == 1)
        assert stored(hub) == []


@contextmanager
def hub_at(folder: Path, port: int) -> Iterator[RunningHub]:
    """A hub that comes and goes at one address, with its folder."""
    hub = open_test_hub(folder, shop=False)
    ready = threading.Event()
    server = HubServer(hub, Address("127.0.0.1", port), lambda _: ready.set())
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), name="hub-that-comes-and-goes")
    thread.start()
    try:
        assert ready.wait(WAIT_S), "the hub did not get ready"
        yield RunningHub(hub, server.url, TestClock())
    finally:
        server.stop()
        thread.join(WAIT_S)
        hub.close()


def test_what_was_sold_during_an_outage_goes_out_by_itself_once(tmp_path: Path) -> None:
    port = free_port()
    with running_hub(tmp_path / "hub") as first:
        bring_products(first.hub, a_product())
    with ExitStack() as stack:
        with hub_at(tmp_path / "hub", port) as hub:
            till = stack.enter_context(a_desk(hub, tmp_path))
            till.sell("A1")
            till.ear.wait(lambda _: till.outbox.acked() == 1)
        till.ear.wait(lambda status: status.reachable is False)
        for _ in range(250):
            till.outbox.sell("A1", 1_000, till.clock.now())
        till.agent.wake()
        till.ear.wait(lambda status: status.unsent == 250)
        with hub_at(tmp_path / "hub", port) as again:
            till.ear.wait(lambda status: status.reachable and status.unsent == 0)
            till.ear.wait(lambda _: till.on_hand("A1") == 10_000 - 251_000)
            assert len(stored(again)) == 251
            assert till.agent.stop(WAIT_S)


def test_a_hub_that_is_back_at_another_address_is_found_and_remembered(hub: RunningHub, tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    with a_desk(hub, tmp_path, addresses=[dead, hub.url]) as till:
        till.sell("A1")
        till.ear.wait(lambda status: status.reachable and status.unsent == 0 and till.outbox.acked() == 1)
        assert till.remembered == [hub.url]
    assert len(stored(hub)) == 1


def test_another_hub_is_not_believed_although_it_says_hello(hub: RunningHub, tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    with running_hub(tmp_path / "other") as other:
        pointer = Pointer(other.url)
        with a_desk(hub, tmp_path, addresses=[dead], discovery=pointer) as till:
            till.sell("A1")
            # Asked a second time means that what it pointed at the first time was turned down.
            assert pointer.asked.acquire(timeout=WAIT_S) and pointer.asked.acquire(timeout=WAIT_S)
            assert till.remembered == [] and till.outbox.acked() == 0
            assert till.agent.status().reachable is False
        assert stored(other) == []


def test_a_clock_that_is_a_day_behind_does_not_keep_facts_back(hub: RunningHub, tmp_path: Path) -> None:
    with a_desk(hub, tmp_path, added_ms=-86_400_000) as till:
        till.sell("A1")
        status = till.ear.wait(lambda _: till.outbox.acked() == 1)
        assert status.clock_warning and abs(status.clock_offset_ms - 86_400_000) < 60_000


def test_a_restored_copy_that_drifted_is_replaced(hub: RunningHub, tmp_path: Path) -> None:
    with a_desk(hub, tmp_path) as till:
        till.ear.wait(lambda status: status.catalog != NOWHERE)
        till.catalog.rows["price", "of nothing"] = b"{}"  # a row that the hub never sent
        till.catalog._cursor = till.catalog.cursor()._replace(digest=digest_of(till.catalog.rows))
        bring_products(hub.hub, a_product("A2", line=3))
        till.ear.wait(lambda _: ("price", "of nothing") not in till.catalog.rows and till.on_hand("A2") == 10_000)


def test_pictures_come_by_themselves_and_whole(hub: RunningHub, tmp_path: Path) -> None:
    picture = secrets.token_bytes(3_000)
    sha256, unknown = hashlib.sha256(picture).hexdigest(), "0" * 64
    hub.hub.folder.picture(sha256).write_bytes(picture)
    with a_desk(hub, tmp_path, wanted=[unknown, sha256]) as till:
        till.ear.wait(lambda status: status.catalog != NOWHERE)
        assert till.shelf.came.wait(WAIT_S)
        assert till.shelf.path(sha256).read_bytes() == picture
        assert not list(till.shelf.folder.glob("*.part"))


def test_a_call_for_help_is_called_only_when_a_till_shows_it(hub: RunningHub, tmp_path: Path) -> None:
    with a_desk(hub, tmp_path, "1") as till, a_desk(hub, tmp_path, "2", "kiosk") as kiosk:
        call = str(uuid.uuid4())
        made = kiosk.agent.ask(lambda client: calls.call_for_help(client, call, "age", "nl")).result(WAIT_S)
        assert isinstance(made, HelpCall) and made.state == "waiting"
        waiting = kiosk.agent.ask(lambda client: calls.wait_for_state(client, call, 20, "waiting"))
        till.ear.wait(lambda _: ("help", call) in till.device.rows)
        till.agent.ask(lambda client: calls.mark(client, call, "delivered")).result(WAIT_S)
        seen = waiting.result(WAIT_S)
        assert isinstance(seen, HelpCall) and seen.state == "delivered"
        gone = till.agent.ask(lambda client: calls.mark(client, call, "answered", "Noor")).result(WAIT_S)
        assert isinstance(gone, HelpCall) and (gone.state, gone.by) == ("answered", "Noor")


def test_it_stops_at_once_although_the_hub_keeps_its_polls(hub: RunningHub, tmp_path: Path) -> None:
    with a_desk(hub, tmp_path) as till:
        till.ear.wait(lambda status: status.reachable and status.catalog != NOWHERE)
        assert till.agent.stop(5)
        till.agent.wake()
        till.agent.try_now()


def test_a_code_makes_one_terminal_even_when_the_answer_was_lost(hub: RunningHub) -> None:
    key, attempt, code = Key.generate(), str(uuid.uuid4()), hub.code("7")
    first = asyncio.run(enrol(hub.url, code, key, "test", "host", attempt))
    again = asyncio.run(enrol(hub.url, code, key, "test", "host", attempt))
    assert first == again
    assert (first.certificate.place.store, first.certificate.place.terminal) == (STORE, "07")
    assert first.certificate.public_key == key.public
    with pytest.raises(ShopError) as refused:
        asyncio.run(enrol(hub.url, code, Key.generate(), "test", "host", str(uuid.uuid4())))
    assert refused.value.code == "enrol.code_used"


def test_enrolment_says_what_went_wrong(hub: RunningHub) -> None:
    with pytest.raises(ShopError) as wrong:
        asyncio.run(enrol(hub.url, "AAAA-AAAA", Key.generate(), "test", "host", str(uuid.uuid4())))
    assert wrong.value.code == "enrol.code_wrong"
    nobody = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ShopError) as away:
        asyncio.run(enrol(nobody, hub.code(), Key.generate(), "test", "host", str(uuid.uuid4())))
    assert away.value.code == "sync.unreachable"


def test_the_certificate_is_checked_against_the_hubs_key(hub: RunningHub) -> None:
    enrolled = enrol_at(hub, Key.generate(), "8")
    assert enrolled.hub_key == hub.hub.key.public
    assert base64.b64encode(enrolled.certificate_signature)


def test_a_hub_on_the_local_network_is_found(hub: RunningHub) -> None:
    service = f"_toonbank-{secrets.token_hex(3)}._tcp.local."
    port = int(hub.url.rpartition(":")[2])

    async def run() -> list[str]:
        info = ServiceInfo(
            service, f"hub.{service}", port=port, server="hub-of-a-test.local.", addresses=[ip_address("127.0.0.1").packed]
        )
        announcing = AsyncZeroconf(["127.0.0.1"], ip_version=IPVersion.V4Only)
        discovery = Discovery(service, ["127.0.0.1"])
        await discovery.start()
        try:
            await announcing.async_register_service(info)
            await asyncio.wait_for(discovery.changed.wait(), WAIT_S)
            return discovery.found()
        finally:
            await discovery.close()
            await announcing.async_unregister_all_services()
            await announcing.async_close()

    assert asyncio.run(run()) == [hub.url]
