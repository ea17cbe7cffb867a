"""One running hub of two brands for all that a shop asks: no test may count on being alone on it."""

from collections.abc import Iterator

import pytest

from tests.sync.hub.shop.support import WebShop, two_brands_in, web_shop
from tests.sync.hub.support import RunningHub, running_hub


@pytest.fixture(scope="package")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub of two brands, on a real port."""
    with running_hub(tmp_path_factory.mktemp("shops") / "hub") as running:
        two_brands_in(running.hub)
        yield running


@pytest.fixture(scope="package")
def web(shops: RunningHub) -> WebShop:
    """A shop of the first brand that may do everything."""
    return web_shop(shops)
