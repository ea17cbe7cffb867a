"""A hub that is away, moves, or is not what it was: selling goes on, and everything arrives once when it is well again."""

import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from kiosk.apps.demo import DemoShop, LabAddresses
from kiosk.text import words
from tests.journeys.conftest import ShopMaker
from tests.journeys.support import at_work, free_port, hub_totals

SHIRT = "8799999000017"
PORTAL = b"<!doctype html><html><body><form>Welcome! Log in to use this network.</form></body></html>"


class _Impostor(BaseHTTPRequestHandler):
    """Answers every request in the same way, whatever it asks."""

    protocol_version = "HTTP/1.1"
    status: ClassVar[int] = 200
    kind: ClassVar[str] = "text/html"
    body: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def impostor(port: int, answer: tuple[int, str, bytes]) -> Iterator[None]:
    """A real server at the hub's address that is not the hub."""
    status, kind, body = answer
    handler = type("Impostor", (_Impostor,), {"status": status, "kind": kind, "body": body})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


@pytest.fixture(scope="module")
def shop(make_shop_copy: ShopMaker) -> DemoShop:
    return make_shop_copy()


@pytest.fixture(scope="module")
def lab(shop: DemoShop) -> LabAddresses:
    return shop.start_lab(headless=True)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, "text/html", PORTAL), "sync.not_the_hub"),
        ((200, "application/x-toonbank", b"\x00\xff garbage \x01"), "sync.not_the_hub"),
        ((500, "text/plain", b"Internal Server Error"), "sync.not_the_hub"),
        ((503, "application/problem+json", b'{"code": "hub.busy", "title": "x", "status": 503}'), "sync.not_the_hub"),
    ],
    ids=["captive portal", "garbage", "500", "another server's 503"],
)
def test_what_answers_instead_of_the_hub_gets_no_sale_and_holds_none_up(
    shop: DemoShop, lab: LabAddresses, answer: tuple[int, str, bytes], code: str
) -> None:
    port = free_port()
    shop.hub_url = f"http://127.0.0.1:{port}"
    with impostor(port, answer), at_work(shop, lab) as till:
        assert till.ear.wait(lambda: till.ear.sync.code == code), till.ear.sync
        acked = till.terminal.ledger.push_state().acked
        till.sell(SHIRT)
        assert till.all_printed()
        assert till.ear.wait(lambda: till.ear.sync.unsent > 0 and till.ear.sync.reachable is False), till.ear.sync
        assert till.terminal.ledger.push_state().acked == acked
        assert "Selling goes on" in words("en").sentence(till.ear.sync.code)


def test_sales_of_a_morning_without_a_hub_arrive_when_it_comes(shop: DemoShop, lab: LabAddresses) -> None:
    port = free_port()
    shop.hub_url = f"http://127.0.0.1:{port}"
    with at_work(shop, lab) as till:
        assert till.ear.wait(lambda: till.ear.sync.code == "sync.unreachable"), till.ear.sync
        till.sell(SHIRT)
        day = till.terminal.shifts.totals()
        shop.start_hub(port)
        till.terminal.agent.try_now()
        assert till.all_sent()
        after = hub_totals(shop)
        # All that was rung up in front of impostors went out too, each sale once.
        assert (after["sales"], after["gross"]) == (day.sales, day.gross)
    shop.kill("hub")


def test_a_hub_that_comes_back_at_another_address_is_found_by_itself_and_remembered(
    shop: DemoShop, lab: LabAddresses
) -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    shop.hub_url = gone
    with at_work(shop, lab, discovery=True) as till:
        till.sell(SHIRT)
        assert till.ear.wait(lambda: till.ear.sync.reachable is False)
        shop.start_hub(announce=True)
        assert shop.hub_url != gone
        till.terminal.agent.try_now()
        assert till.all_sent()
        day = till.terminal.shifts.totals()
        assert hub_totals(shop)["gross"] == day.gross
    kept = tomllib.loads((shop.folder / "till-01" / "terminal.toml").read_text("utf-8"))
    assert kept["hub"].endswith(shop.hub_url.rpartition(":")[2])
    shop.kill("hub")
