"""Keys of the shop API: shown once, of one brand, with scopes, so many times a minute, and gone at once."""

import pytest
from sqlalchemy import select

from sync.hub.problems import HubProblem
from sync.hub.shop.keyring import BURST_MS, Keyring
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.operations import ListKeys, RevokeKey, list_keys, revoke_key
from sync.hub.shop.scopes import CATALOGUE_READ
from sync.hub.storage.schema_shop import shop_keys
from tests.sync.hub.shop.support import OTHER_BRAND, WebShop, give_key, web_shop
from tests.sync.hub.support import RunningHub

A_KEY = ShopKey("k", "t", "web", "b", "NL", (), b"", 60, 0, 0, 0)
DAY_MS = 86_400_000


def _refused(keyring: Keyring, now_ms: int, key: ShopKey = A_KEY) -> int:
    """The seconds to wait, 0 where it was admitted."""
    try:
        keyring.admit(key, now_ms)
    except HubProblem as problem:
        return int(problem.values["seconds"])
    return 0


def test_a_key_may_ask_in_a_burst_and_then_evenly() -> None:
    keyring, at_ms = Keyring(), 1_000_000
    assert [_refused(keyring, at_ms) for _ in range(10)] == [0] * 10  # ten seconds' worth at sixty a minute
    assert _refused(keyring, at_ms) == 1
    assert _refused(keyring, at_ms + 1_000) == 0 and _refused(keyring, at_ms + 1_000) == 1
    assert [_refused(keyring, at_ms + 1_000 + BURST_MS) for _ in range(11)] == [0] * 10 + [1]


def test_a_clock_that_goes_back_locks_nobody_out() -> None:
    keyring = Keyring()
    for _ in range(10):
        keyring.admit(A_KEY, DAY_MS)
    assert _refused(keyring, 0) == 0


def test_a_key_looked_up_before_a_change_is_not_kept_after_it() -> None:
    keyring = Keyring()
    turn = keyring.turn
    keyring.forget()
    keyring.keep(A_KEY, turn)
    assert keyring.get("k") is None


def test_only_the_hash_of_a_key_is_kept(shops: RunningHub, web: WebShop) -> None:
    secret = web.key.key.rpartition("_")[2].encode()
    rows = shops.hub.storage.call(lambda c: c.execute(select(shop_keys)).all())
    assert rows and len(secret) == 52
    assert not any(secret in str(value).encode() or value == secret for row in rows for value in row)
    assert all(one.key == "" for one in list_keys(shops.hub, ListKeys()).keys)


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer tbs_", "Basic x", "Bearer tbs_é_é", "Bearer tbs_x_y", "Bearer a_b_c_d"])
def test_who_has_no_key_is_told_how_to_send_one(shops: RunningHub, given: str) -> None:
    with shops.stranger().http as http:
        reply = http.get("/shop/v1/site", headers=[(b"Authorization", given.encode())])
    assert (reply.status_code, reply.json()["code"]) == (401, "shop.key")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_another_secret_under_a_known_id_opens_nothing(shops: RunningHub, web: WebShop) -> None:
    other = give_key(shops.hub)
    prefix, id, _ = web.key.key.split("_")
    mixed = "_".join((prefix, id, other.key.rpartition("_")[2]))
    assert web.get("site", Authorization=f"Bearer {mixed}").status_code == 401


def test_a_key_that_ended_and_one_that_was_revoked_are_refused_at_once(shops: RunningHub) -> None:
    ending, going = (web_shop(shops, give_key(shops.hub, days=days)) for days in (1, 0))
    assert ending.get("site").status_code == going.get("site").status_code == 200
    revoke_key(shops.hub, RevokeKey(going.key.id))
    assert going.get("site").status_code == 401
    shops.clock.added_ms += DAY_MS + 1
    try:
        assert ending.get("site").status_code == 401
    finally:
        shops.clock.added_ms -= DAY_MS + 1
    with pytest.raises(HubProblem) as twice:
        revoke_key(shops.hub, RevokeKey(going.key.id))
    assert twice.value.code == "shop.key_unknown"


def test_a_key_does_what_its_scopes_say_and_no_more(shops: RunningHub) -> None:
    reader = web_shop(shops, give_key(shops.hub, scopes=(CATALOGUE_READ,)))
    assert reader.get("products").status_code == 200
    for path in ("prices?articles=A1", "availability?articles=A1", "products?include=prices", "products?include=stock", "events"):
        reply = reader.get(path)
        assert (reply.status_code, reply.json()["code"]) == (403, "shop.scope"), path
    assert reader.send("POST", "baskets", {}).json()["code"] == "shop.scope"


def test_who_asks_too_often_is_told_when_to_come_back(shops: RunningHub) -> None:
    eager = web_shop(shops, give_key(shops.hub, per_minute=6))
    assert eager.get("site").status_code == 200
    reply = eager.get("site")
    assert (reply.status_code, reply.json()["code"]) == (429, "shop.too_many")
    assert 1 <= int(reply.headers["Retry-After"]) <= 10


def test_what_is_another_brands_reads_as_if_it_were_not_there(shops: RunningHub, web: WebShop) -> None:
    other = web_shop(shops, give_key(shops.hub, OTHER_BRAND))
    made = web.basket()
    hook = web.done("POST", "webhooks", {"url": "https://shop.example/hooks"})
    for method, path in (
        ("GET", f"baskets/{made['id']}"), ("DELETE", f"baskets/{made['id']}"), ("DELETE", f"webhooks/{hook['id']}"),
        ("GET", "availability?articles=A1&stores=AMS1"),
    ):  # fmt: skip
        reply = other.send(method, path)
        assert (reply.status_code, reply.json()["code"]) == (404, "shop.none"), path
    assert [one["id"] for one in other.read("stores")["stores"]] == ["OST1"]
    assert web.read(f"baskets/{made['id']}")["id"] == made["id"]
    web.done("DELETE", f"webhooks/{hook['id']}")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"brand": "nobody"}, "shop.brand"), ({"country": "BE"}, "shop.brand"), ({"scopes": ("all",)}, "shop.scopes"),
        ({"scopes": ()}, "shop.scopes"), ({"per_minute": 0}, "request.argument"), ({"days": -1}, "request.argument"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_is_refused_with_a_way_out(shops: RunningHub, asked: dict[str, object], code: str) -> None:
    with pytest.raises(HubProblem) as refused:
        give_key(shops.hub, **asked)  # type: ignore[arg-type]
    assert refused.value.code == code
