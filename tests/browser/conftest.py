"""A browser for the tests of this folder, and the sample shop on a running hub with the example web shop before it."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler

import pytest
from playwright.sync_api import Browser

from kiosk.domain.feed import DEVICE
from sync.hub import feedlog
from sync.webshop.app import Shop
from sync.webshop.hubline import HubLine
from sync.webshop.serving import ShopServer
from tests.browser.chromium import started
from tests.journeys.prepared import prepare
from tests.sync.hub.shop.support import gather, give_key
from tests.sync.hub.support import TENANT, RunningHub, running_hub

SCOPES = ("catalogue:read", "content:read", "prices:read", "stock:read", "baskets:write", "orders:read", "orders:write")


@dataclass
class Site:
    """The sample's hub, and where the example web shop is."""

    hub: RunningHub
    shop_url: str


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Tests say nothing of what was asked."""


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium for all tests of this folder in this process. It ends with the folder: its loop would be in the way of others."""
    with started(tmp_path_factory.mktemp("chromium")) as made:
        yield made


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Iterator[Site]:
    """The sample shop as every journey knows it, on a hub in this process, and the example web shop."""
    folder = tmp_path_factory.mktemp("site") / "hub"
    with ThreadPoolExecutor(1) as aside:  # a terminal enrols by a loop of its own, and the browser's runs here
        prepared = aside.submit(prepare, shared_folder, "fashion").result()
    shutil.copytree(prepared / "hub", folder, ignore=shutil.ignore_patterns("admin.sock", "in-use"))
    with running_hub(folder) as running:
        key = give_key(running.hub, scopes=SCOPES)
        gather(running.hub)
        cost = feedlog.change(DEVICE, "", "setting", "order.delivery_cost", {"name": "order.delivery_cost", "value": "4.95"})
        running.hub.storage.call(lambda c: feedlog.publish(c, TENANT, [cost]))
        with ShopServer(Shop(HubLine(running.url, key.key), b"a secret of the test"), 0, _Quiet) as shop:
            serving = threading.Thread(target=shop.serve_forever, kwargs={"poll_interval": 0.05}, name="shop-under-test")
            serving.start()
            yield Site(running, f"http://127.0.0.1:{shop.server_port}")
            shop.shutdown()
            serving.join(30)
