"""On PostgreSQL an import, pushes, rounds of grants and a web shop work side by side, and never wait for each other crosswise."""

import logging
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from kiosk.domain.quantity import ONE
from sync.hub.operations import ImportShop, import_shop
from sync.hub.stock_operations import MakeConnectorKey, make_connector_key
from sync.hub.storage import postgres
from tests.sync.hub.stock_support import free, movement_sum, share
from tests.sync.hub.support import STORE, FakeTerminal, Pair, RunningHub, a_product, a_shop, bring_products

ARTICLES = [f"A{n}" for n in range(12)]


def bring(hub: RunningHub, turn: int) -> None:
    """Import all articles, in an order of its own, with other prices and counts than the time before."""
    order = ARTICLES if turn % 2 else ARTICLES[::-1]
    more = {"stock": {STORE: (100 + turn) * ONE}, "stock_class": "limited"}
    bring_products(hub.hub, *(a_product(name, 1_000 + turn, n, **more) for n, name in enumerate(order, 2)), set_stock=True)


def push(till: FakeTerminal, turn: int) -> None:
    """Push some sales of different goods, in an order of its own; goods come in as well."""
    for name in (ARTICLES if turn % 2 else ARTICLES[::-1])[:: 1 + turn % 3]:
        till.sale(name)
    lines = [{"article": name, "quantity": ONE} for name in ARTICLES[turn % 5 :]]
    till.fact("stock.moved", {"location": STORE, "reason": "received", "lines": lines, "promise": ""})
    assert till.push().held == []


def web(hub: RunningHub, key: str, turn: int) -> None:
    """Reserve one piece, and let it go again."""
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(uuid.uuid4())}
    body = msgspec.json.encode({"store": STORE, "article": ARTICLES[turn % len(ARTICLES)], "quantity": ONE})
    http = hub.terminals[0].http
    made = http.post("/v1/reserve", content=body, headers=headers)
    if made.status_code == 200:
        assert http.post(f"/v1/reserve/{made.json()['id']}/release", headers=headers).status_code == 200


def test_imports_pushes_grants_and_reservations_side_by_side_never_dead_lock(
    pair: Pair, caplog: pytest.LogCaptureFixture, pytestconfig: pytest.Config
) -> None:
    turns = 60 if pytestconfig.getoption("--long", default=False) else 8
    one, two = pair
    import_shop(one.hub, ImportShop(a_shop()))
    bring(one, 0)
    key = make_connector_key(one.hub, MakeConnectorKey("webshop")).key
    tills = [one.terminal("1"), one.terminal("2"), two.terminal("3")]
    caplog.set_level(logging.INFO, postgres.log.name)
    work: list[Callable[[int], object]] = [
        lambda turn: bring(one, turn + 1),
        lambda turn: bring(two, turn + 1),
        lambda _: share(one, True),
        lambda _: share(two, True),
        lambda turn: web(two, key, turn),
        *(lambda turn, till=till: push(till, turn) for till in tills),
    ]

    def in_turns(job: Callable[[int], object]) -> None:
        for turn in range(turns):
            job(turn)

    with ThreadPoolExecutor(len(work)) as crowd:
        for done in [crowd.submit(in_turns, job) for job in work]:
            done.result()
    crossed = [record.getMessage() for record in caplog.records if "40P01" in record.getMessage()]
    assert crossed == [], f"{len(crossed)} dead-locks"
    for name in ARTICLES:
        assert free(one, name).on_hand == movement_sum(one, name)
        assert free(one, name).reserved == 0
