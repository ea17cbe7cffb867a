"""One running hub for all strange requests: whatever one of them did, the next one meets the same hub."""

from collections.abc import Iterator

import pytest

from tests.sync.hub.support import RunningHub, a_product, bring_products, running_hub


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub with one article, on a real port."""
    with running_hub(tmp_path_factory.mktemp("fuzz") / "hub") as running:
        bring_products(running.hub, a_product(stock={"AMS1": 1_000_000_000}))
        yield running
