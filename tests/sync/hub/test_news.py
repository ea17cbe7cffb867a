"""The line on which the processes of a hub hear of each other, on a real PostgreSQL: it outlives what it can meet."""

import os
import queue
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from sqlalchemy import create_engine, make_url

from sync.hub.storage.database import EVERYTHING, Touched
from sync.hub.storage.news import CHANNEL, News
from tests.sync.hub.postgres import Cluster
from tests.sync.hub.support import WAIT_S, open_test_hub

SELECT_MAX = 1_024
"""So many files the oldest way of waiting for several of them can tell apart."""
TOUCHED: Touched = frozenset({("t", "catalog", "")})


@pytest.fixture
def url(cluster: Cluster, tmp_path) -> str:  # type: ignore[no-untyped-def]
    """A database with a hub's tables."""
    made = cluster.database()
    open_test_hub(tmp_path, shop=False, database_url=made).close()
    return made


@contextmanager
def _listening(url: str) -> Iterator[tuple[News, Callable[[], Touched]]]:
    """A listener that has heard the first "everything", and what it hears next."""
    heard: queue.Queue[Touched] = queue.Queue()
    news = News(url, {}, heard.put)
    try:
        assert heard.get(timeout=WAIT_S) == EVERYTHING
        yield news, lambda: heard.get(timeout=WAIT_S)
    finally:
        news.close()


def _tell(url: str, touched: Touched) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with _listening(url) as (teller, _), engine.connect() as connection:
        teller.tell(connection, touched)
    engine.dispose()


def test_a_process_hears_what_another_one_published(url: str) -> None:
    with _listening(url) as (_, next_heard):
        _tell(url, TOUCHED)
        assert next_heard() == TOUCHED


def test_a_hub_with_more_connections_than_a_thousand_still_hears_the_others(url: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * SELECT_MAX)), hard))
    with ExitStack() as stack:
        for _ in range(SELECT_MAX):
            stack.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        _, next_heard = stack.enter_context(_listening(url))
        _tell(url, TOUCHED)
        assert next_heard() == TOUCHED
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("payload", ["", "nonsense", '["another"]', '{"a newer": "note"}', '["x", [["t"]]]'])
def test_a_note_that_nobody_understands_means_look_at_everything(url: str, payload: str) -> None:
    with _listening(url) as (_, next_heard):
        with psycopg.connect(url, autocommit=True) as line:
            line.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
        assert next_heard() == EVERYTHING
        _tell(url, TOUCHED)
        assert next_heard() == TOUCHED


def test_a_line_that_broke_is_made_again_and_whatever_was_missed_is_looked_at(url: str) -> None:
    with _listening(url) as (_, next_heard):
        with psycopg.connect(url, autocommit=True) as line:
            line.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' OR (pid <> pg_backend_pid()"
                " AND datname = current_database())"
            )
        assert next_heard() == EVERYTHING
        _tell(url, TOUCHED)
        assert next_heard() == TOUCHED
