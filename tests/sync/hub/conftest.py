"""The hub for tests: one that runs on a real port, with a shop of two stores in it, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.sync.hub.postgres import Cluster, database_of, running_cluster
from tests.sync.hub.support import Pair, RunningHub, open_test_hub, running_hub, shop_folder


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that each test gets a copy of."""
    return shop_folder(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that forgets everything: one for each worker."""
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def shop_database(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of the database that each test gets a copy of."""
    url = cluster.database()
    open_test_hub(tmp_path_factory.mktemp("shop") / "hub", database_url=url).close()
    return database_of(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningHub]:
    """A running hub, once on each storage: what terminals see may not depend on it."""
    url = ""
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("shop"), tmp_path / "hub")
    else:
        running: Cluster = request.getfixturevalue("cluster")
        url = running.database(request.getfixturevalue("shop_database"))
    with running_hub(tmp_path / "hub", database_url=url) as made:
        yield made


@pytest.fixture
def pair(cluster: Cluster, shop_database: str, tmp_path: Path) -> Iterator[Pair]:
    """Two running hubs on one database, each with a folder of its own."""
    url = cluster.database(shop_database)
    with ExitStack() as stack:
        one, two = (stack.enter_context(running_hub(tmp_path / name, database_url=url)) for name in ("one", "two"))
        yield one, two
