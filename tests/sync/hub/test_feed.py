"""The way down: whole transactions, digests that agree, long polls that wake, snapshots that replace."""

import threading
import time
from collections.abc import Iterator
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from kiosk.domain.catalog import Price
from kiosk.domain.feed import NOWHERE
from kiosk.domain.staff import Employee
from sync.hub import feedlog, snapshots, staff
from sync.hub.core import Hub
from sync.hub.imports import apply
from sync.hub.imports.products import Product
from sync.hub.imports.shop import Shop
from sync.hub.operations import ImportShop, import_shop
from sync.hub.places import add_tenant
from sync.protocol.messages import FeedReply
from tests.sync.hub.support import (
    OTHER_STORE,
    STORE,
    TENANT,
    WAIT_S,
    FakeTerminal,
    RunningHub,
    a_product,
    a_shop,
    bring_products,
    digest_of,
    open_test_hub,
)


def _many(count: int, price_minor: int = 1000) -> list[Product]:
    return [a_product(f"A{place:05d}", price_minor, place + 2, stock={}) for place in range(count)]


def test_a_terminal_that_knows_nothing_is_sent_to_the_snapshot(hub: RunningHub) -> None:
    till = hub.terminal()
    till.cursors["catalog"] = NOWHERE
    gone = till.feed_raw("catalog")
    assert gone.status_code == 410 and gone.json()["code"] == "feed.gone"


def test_a_cursor_above_the_head_is_gone(hub: RunningHub) -> None:
    till = hub.terminal()
    till.catch_up("catalog")
    till.cursors["catalog"] = till.cursors["catalog"]._replace(rev=999)
    assert till.feed_raw("catalog").status_code == 410


def test_the_feed_gives_whole_transactions_however_small_the_limit(hub: RunningHub) -> None:
    bring_products(hub.hub, *_many(30))
    bring_products(hub.hub, *_many(30, 1100))
    till = hub.terminal()
    sizes = []
    more = True
    while more:
        reply = till.feed("catalog", limit=7)
        till.apply(reply)
        sizes.append([len(transaction.rows) for transaction in reply.transactions])
        more = reply.more
    assert sizes == [[2], [60], [30]]


def test_a_limit_in_the_middle_of_a_transaction_leaves_it_for_the_next_reply(hub: RunningHub) -> None:
    for place in range(5):
        bring_products(hub.hub, a_product(f"A{place}", stock={}))
    till = hub.terminal()
    first = till.feed("catalog", limit=5)
    assert [len(transaction.rows) for transaction in first.transactions] == [2, 2] and first.more
    till.apply(first)
    assert len(till.catch_up("catalog")) == 2 + 10


def test_the_snapshot_and_the_log_build_the_same_copy(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1"), a_product("A2"))
    bring_products(hub.hub, a_product("A1", 900))
    one, two = hub.terminal("1"), hub.terminal("2")
    for scope in ("catalog", "device"):
        two.take_snapshot(scope)
        assert one.catch_up(scope) == two.catch_up(scope)
    bring_products(hub.hub, a_product("A3"))
    assert one.catch_up("catalog") == two.catch_up("catalog")


def test_an_old_snapshot_is_brought_up_to_date_by_the_feed(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    rev = till.take_snapshot("catalog").rev
    bring_products(hub.hub, a_product("A2"))
    assert till.take_snapshot("catalog").rev == rev
    assert ("article", "A2") in till.catch_up("catalog")


def test_a_change_too_large_for_the_log_is_a_snapshot(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    till = hub.terminal()
    till.catch_up("catalog")
    monkeypatch.setattr(feedlog, "LOG_ROWS_MAX", 50)
    rev = bring_products(hub.hub, *_many(40))
    assert till.feed_raw("catalog").json()["code"] == "feed.gone"
    assert till.take_snapshot("catalog").rev == rev
    bring_products(hub.hub, a_product("B1"))
    assert ("article", "B1") in till.catch_up("catalog")


def test_a_snapshot_that_the_log_cannot_bring_up_to_date_is_made_anew(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = hub.terminal()
    before = till.take_snapshot("catalog").rev
    monkeypatch.setattr(snapshots, "REVS_BEHIND_MAX", 2)
    for place in range(4):
        bring_products(hub.hub, a_product(f"A{place}"))
    assert till.take_snapshot("catalog").rev > before + 2


def test_a_snapshot_whose_chunks_were_lost_is_made_anew(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    for _ in till.take_snapshot("catalog").chunks:
        hub.hub.blobs.forget("chunk", (), hub.clock() + 60_000)
    till.take_snapshot("catalog")
    assert ("article", "A1") in till.copies["catalog"]


def test_old_chunks_are_deleted_and_those_of_the_present_snapshot_never(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    old = {chunk.sha256 for chunk in till.take_snapshot("catalog").chunks}
    bring_products(hub.hub, a_product("A2"))
    new = {chunk.sha256 for part in snapshots.make(hub.hub, TENANT, "catalog").parts.values() for chunk in part.chunks}
    assert snapshots.forget_old_chunks(hub.hub) == 0, "somebody may still be fetching them"
    hub.clock.added_ms += snapshots.CHUNKS_KEPT_MS + 60_000
    assert snapshots.forget_old_chunks(hub.hub) == len(old - new) > 0
    assert hub.hub.blobs.missing("chunk", sorted(old | new)) == sorted(old - new)


def test_a_long_poll_wakes_on_the_first_change(hub: RunningHub) -> None:
    till = hub.terminal()
    till.catch_up("catalog")
    got: list[FeedReply] = []
    asking = threading.Thread(target=lambda: got.append(till.feed("catalog", wait=25)))
    began = time.monotonic()
    asking.start()
    _until_listening(hub, "catalog")
    bring_products(hub.hub, a_product("A1"))
    asking.join(WAIT_S)
    assert time.monotonic() - began < 20, "it came with the change and not with the end of the wait"
    assert [transaction.rev for transaction in got[0].transactions] == [got[0].rev_to]
    till.apply(got[0])
    assert ("article", "A1") in till.copies["catalog"]


def _until_listening(hub: RunningHub, scope: str) -> None:
    """Wait until a long poll listens, so that the change after it has to wake it."""
    listening = threading.Event()
    end = time.monotonic() + WAIT_S
    while (TENANT, scope, STORE) not in hub.hub.bell._listeners:
        assert time.monotonic() < end, "nobody listens"
        listening.wait(0.005)


def test_a_long_poll_without_news_ends_with_its_wait(hub: RunningHub) -> None:
    till = hub.terminal()
    till.catch_up("catalog")
    assert till.feed("catalog", wait=0.05).transactions == []


def test_a_waiting_terminal_does_not_hold_the_others_up(hub: RunningHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    till.catch_up("catalog")
    asking = threading.Thread(target=lambda: till.feed("catalog", wait=25))
    asking.start()
    _until_listening(hub, "catalog")
    other.sale()
    began = time.monotonic()
    other.push()
    assert time.monotonic() - began < 10
    asking.join(WAIT_S)  # the push moved stock, so it woke the one who waited
    assert not asking.is_alive()


def test_rows_of_one_store_are_not_shown_to_another(hub: RunningHub) -> None:
    kiosk, there = hub.terminal("9", "kiosk"), hub.terminal("1", store=OTHER_STORE)
    kiosk.post("/v1/help", {"id": "H1", "reason": "product", "language": "nl"})
    here = hub.terminal("1")
    assert ("help", "H1") in here.catch_up("device")
    assert ("help", "H1") not in there.catch_up("device")
    assert there.take_snapshot("device").digest == digest_of(there.copies["device"]).hex()


def test_a_setting_that_one_store_says_otherwise_comes_once_to_each(hub: RunningHub) -> None:
    shop = a_shop(TENANT, **{"till.quick_cash": ["5.00"]})
    import_shop(hub.hub, ImportShop(Shop(TENANT, shop.stores, shop.places, shop.settings, {STORE: {"till.quick_cash": ["50.00"]}})))
    for store, wanted in ((STORE, ["50.00"]), (OTHER_STORE, ["5.00"])):
        rows = hub.terminal(store=store).catch_up("device")
        assert msgspec.json.decode(rows["setting", "till.quick_cash"])["value"] == wanted
        assert msgspec.json.decode(rows["setting", "till.cash_rounding"])["value"] is True


def test_settings_that_a_file_no_longer_has_are_gone(hub: RunningHub) -> None:
    import_shop(hub.hub, ImportShop(a_shop(extra=1)))
    till: FakeTerminal = hub.terminal()
    assert ("setting", "extra") in till.catch_up("device")
    import_shop(hub.hub, ImportShop(a_shop()))
    assert ("setting", "extra") not in till.catch_up("device")


def test_a_chunk_comes_in_parts_when_asked_for(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1"))
    till = hub.terminal()
    chunk = till.manifest("catalog").chunks[0]
    whole = till.http.get(f"/v1/chunks/{chunk.sha256}")
    assert whole.headers["Accept-Ranges"] == "bytes" and "immutable" in whole.headers["Cache-Control"]
    part = till.http.get(f"/v1/chunks/{chunk.sha256}", headers={"Range": "bytes=10-"})
    assert part.status_code == 206 and part.content == whole.content[10:]
    assert part.headers["Content-Range"] == f"bytes 10-{chunk.size - 1}/{chunk.size}"
    beyond = till.http.get(f"/v1/chunks/{chunk.sha256}", headers={"Range": f"bytes={chunk.size}-"})
    assert beyond.status_code == 416


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2fhub.key", "A" * 64])
def test_a_file_that_is_none_is_not_found(hub: RunningHub, name: str) -> None:
    for folder in ("chunks", "pictures"):
        assert hub.stranger().http.get(f"/v1/{folder}/{name}").status_code == 404


Changes = st.lists(
    st.lists(
        st.tuples(st.sampled_from(["", STORE, OTHER_STORE]), st.sampled_from("abc"), st.sampled_from([b"", b"1", b"2"])),
        max_size=4,
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def bare_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub that does not serve, for many examples one after another."""
    hub = open_test_hub(tmp_path_factory.mktemp("feed"))
    yield hub
    hub.close()


@given(Changes, st.integers(1, 6), st.uuids(version=4))
def test_any_history_builds_the_same_copy_by_log_and_as_it_stands(
    bare_hub: Hub, history: list[list[tuple[str, str, bytes]]], limit: int, name: UUID
) -> None:
    tenant, seen = str(name), feedlog.audiences(STORE, "till")

    def play(connection: Connection) -> None:
        add_tenant(connection, tenant)
        for rows in history:
            changes = [feedlog.Change("catalog", at, f"e{at}", key, payload) for at, key, payload in rows]
            feedlog.publish(connection, tenant, changes)

    def compare(connection: Connection) -> None:
        copy: dict[tuple[str, str], bytes] = {}
        after, more = 0, True
        while more:
            transactions, more = feedlog.read_log(connection, tenant, "catalog", seen, after, limit)
            for transaction in transactions:
                copy.update({(row.entity, row.key): row.payload for row in transaction.rows})
                copy = {key: payload for key, payload in copy.items() if payload}
                after = transaction.rev
                assert feedlog.digest_at(connection, tenant, "catalog", seen, after) == digest_of(copy)
        standing = snapshots._read(connection, tenant, "catalog").rows
        assert {(entity, key): payload for at, entity, key, payload in standing if at in seen} == copy

    bare_hub.storage.call(play)
    bare_hub.storage.call(compare)


def test_ended_prices_are_taken_away_after_ninety_days_and_the_one_in_force_never() -> None:
    day = 86_400_000
    prices = [Price("A", start * day, 100, 1) for start in (0, 10, 20, 150)]
    gone = apply.ended_prices(prices, 115 * day)
    assert [change.key for change in gone] == [f"A|{0}", f"A|{10 * day}"]


def test_a_kiosk_never_gets_staff_and_their_pin_hashes(hub: RunningHub) -> None:
    person = Employee("7", "Zoë", "cashier", "B7", "$argon2id$x")
    hub.hub.storage.call(lambda connection: staff.put(connection, TENANT, [person]))
    for terminal, sees in ((hub.terminal("1", "till"), True), (hub.terminal("K1", "kiosk"), False)):
        terminal.take_snapshot("device")
        terminal.catch_up("device")
        assert any(entity == "staff" for entity, _ in terminal.copies["device"]) is sees
