"""Consents over the shop API: one thing with what tills and files say, withdrawn as easily as given, and gone with the customer."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from kiosk.decoding import read_json
from kiosk.domain.customer import Customer
from sync.hub.core import Hub
from sync.hub.imports.customers import CustomerRow
from sync.hub.imports.outcome import Imported
from sync.hub.offer_operations import ImportCustomers, import_customers
from sync.hub.storage.schema_care import consents
from sync.protocol.messages import EnrolCustomer
from tests.sync.hub.shop.support import OTHER_BRAND, OTHER_BRANDS_STORE, WebShop, gather, give_key, web_shop
from tests.sync.hub.support import STORE, TENANT, FakeTerminal, RunningHub

DAY_MS = 86_400_000
BOTH = ("receipt_by_mail", "marketing")


@pytest.fixture(scope="module")
def till(shops: RunningHub) -> Iterator[FakeTerminal]:
    """A till of the brand, which hears of its customers."""
    made = shops.terminal("43")
    yield made
    made.close()


def bring(hub: Hub, number: str, store: str = STORE, says: tuple[str, ...] = BOTH, **days: str) -> Imported:
    """Bring a customer in by a file with these days; without a store: forget them."""
    one = Customer(number, "Zoë", family="Quistgaard", email="zoe@example.com" if number != "CN9" else "", consents=days)
    stores = (store,) if store else ()
    return import_customers(hub, ImportCustomers([CustomerRow(2, one, stores, says)]))


def at_till(till: FakeTerminal, number: str) -> dict[str, str] | None:
    """What a till knows of what somebody agrees to; None for who is not known there."""
    payload = till.catch_up("device").get(("customer", number))
    return dict(read_json(payload, Customer).consents) if payload else None


def word(purpose: str, is_given: bool, **more: Any) -> dict[str, Any]:
    """One word, with the text that was read where something is given."""
    return {"purpose": purpose, "given": is_given, **({"text": "v3"} if is_given else {}), **more}


def test_a_shop_gives_and_withdraws_purpose_by_purpose_and_the_till_knows_it(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    bring(shops.hub, "CN1", receipt_by_mail="2026-01-02")
    path = "customers/CN1/consents"
    before = web.read(path)
    assert before["agreed"] == ["receipt_by_mail"] and before["purposes"] == list(BOTH)
    assert [(one["source"], one["day"]) for one in before["history"]] == [("file", "2026-01-02")]
    given = web.done("POST", path, word("marketing", True, place="my account"))
    assert given["agreed"] == ["marketing", "receipt_by_mail"]
    stands = next(one for one in given["stands"] if one["purpose"] == "marketing")
    assert (stands["text"], stands["place"], stands["source"]) == ("v3", "my account", "shop")
    assert at_till(till, "CN1") == {"marketing": stands["day"], "receipt_by_mail": "2026-01-02"}
    withdrawn = web.done("POST", path, {"purpose": "marketing", "given": False})
    assert withdrawn["agreed"] == ["receipt_by_mail"] and at_till(till, "CN1") == {"receipt_by_mail": "2026-01-02"}
    assert [one["given"] for one in withdrawn["history"] if one["purpose"] == "marketing"] == [False, True]
    tag = web.get(path).headers["ETag"]
    assert web.get(path, **{"If-None-Match": tag}).status_code == 304


def test_what_a_till_wrote_down_is_the_same_thing_and_is_withdrawn_on_the_web(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    gather(shops.hub)
    cursor = web.read("events")["next"]
    one = Customer("CN2", "Piet", family="Zwart", consents={"marketing": "2026-01-05"})
    sent = msgspec.json.encode(EnrolCustomer(one, "101"))
    assert till.request("POST", "/v1/customers/new", sent).status_code == 200
    there = web.read("customers/CN2/consents")
    assert [(one["source"], one["place"], one["day"]) for one in there["stands"]] == [("till", STORE, "2026-01-05")]
    web.done("POST", "customers/CN2/consents", word("marketing", False))
    assert at_till(till, "CN2") == {}
    told = web.read(f"events?cursor={cursor}&kinds=consent.changed")["events"]
    assert [(one["subject"], one["data"]) for one in told] == [("CN2", {})] * 2


def test_withdrawn_stands_against_an_older_given_however_late_it_comes_and_a_file_gives_nothing_back(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    bring(shops.hub, "CN3", marketing="2026-01-02")
    now_ms, path = shops.hub.world.now_ms(), "customers/CN3/consents"
    web.done("POST", path, word("marketing", False, at_ms=now_ms - 1_000))
    late = web.done("POST", path, word("marketing", True, at_ms=now_ms - DAY_MS))
    assert late["agreed"] == [] and len(late["history"]) == 3
    for day in ("2026-01-02", "2026-02-02"):
        assert bring(shops.hub, "CN3", marketing=day).faults == []
        assert web.read(path)["agreed"] == [] and at_till(till, "CN3") == {}
    assert web.done("POST", path, word("marketing", True))["agreed"] == ["marketing"]
    bring(shops.hub, "CN3", says=("receipt_by_mail",))
    assert web.read(path)["agreed"] == ["marketing"], "a file without a column says nothing of its purpose"
    gather(shops.hub)
    cursor = web.read("events")["next"]
    for _ in range(2):
        bring(shops.hub, "CN3")
    assert web.read(path)["agreed"] == [] and at_till(till, "CN3") == {}, "what a file leaves empty is withdrawn"
    told = web.read(f"events?cursor={cursor}&kinds=consent.changed")["events"]
    assert [one["subject"] for one in told] == ["CN3"], "and told once"


def test_the_same_word_again_is_kept_and_told_once(shops: RunningHub, web: WebShop) -> None:
    bring(shops.hub, "CN4")
    gather(shops.hub)
    cursor, path = web.read("events")["next"], "customers/CN4/consents"
    said = word("marketing", True, at_ms=shops.hub.world.now_ms() - 5_000)
    for key in ("a", "a", "b"):
        again = web.done("POST", path, said, **{"Idempotency-Key": f"cn4-{key}"})
    assert len(again["history"]) == 1
    for _ in range(2):
        web.done("POST", path, word("receipt_by_mail", True), **{"Idempotency-Key": "cn4-c"})
    assert len(web.read(path)["history"]) == 2
    assert len(web.read(f"events?cursor={cursor}&kinds=consent.changed")["events"]) == 2


def test_who_is_forgotten_agreed_to_nothing_that_anybody_still_has(shops: RunningHub, web: WebShop, till: FakeTerminal) -> None:
    bring(shops.hub, "CN5", marketing="2026-01-02")
    web.done("POST", "customers/CN5/consents", word("receipt_by_mail", True))
    gather(shops.hub)
    cursor = web.read("events")["next"]
    bring(shops.hub, "CN5", store="")
    assert web.get("customers/CN5/consents").json()["code"] == "shop.none"
    assert web.send("POST", "customers/CN5/consents", word("marketing", False)).status_code == 404
    kept = shops.hub.storage.look(lambda c: c.execute(select(consents).where(consents.c.customer == "CN5")).all())
    assert kept == [] and at_till(till, "CN5") is None
    told = [(one["kind"], one["subject"]) for one in web.read(f"events?cursor={cursor}")["events"]]
    assert told == [("customer.forgotten", "CN5")]
    bring(shops.hub, "CN5")
    assert web.read("customers/CN5/consents")["history"] == [], "who comes back begins anew"


def test_a_word_that_cannot_be_is_refused_and_another_brand_learns_nothing(shops: RunningHub, web: WebShop) -> None:
    bring(shops.hub, "CN6")
    bring(shops.hub, "CN7", store=OTHER_BRANDS_STORE)
    bring(shops.hub, "CN9")
    now_ms, path = shops.hub.world.now_ms(), "customers/CN6/consents"
    bad = [
        word("everything", True), {"purpose": "marketing", "given": True}, word("marketing", True, at_ms=now_ms + DAY_MS),
        word("marketing", True, at_ms=-1), word("marketing", True, place="x" * 101), word("marketing", True, text="a\nb"),
    ]  # fmt: skip
    for one in bad:
        reply = web.send("POST", path, one)
        assert (reply.status_code, reply.json()["code"]) == (400, "request.argument"), one
    assert web.send("POST", "customers/CN9/consents", word("receipt_by_mail", True)).json()["code"] == "shop.no_address"
    for number in ("CN7", "nobody", "x" * 500):
        assert web.get(f"customers/{number}/consents").json()["code"] == "shop.none", number
        assert web.send("POST", f"customers/{number}/consents", word("marketing", False)).status_code == 404
    other = web_shop(shops, give_key(shops.hub, OTHER_BRAND, ("consents:read",)))
    assert other.read("customers/CN7/consents")["agreed"] == [] and other.get(path).status_code == 404
    assert other.send("POST", "customers/CN7/consents", word("marketing", True)).json()["code"] == "shop.scope"


def test_who_was_brought_in_before_words_were_kept_is_told_and_withdraws_all_the_same(shops: RunningHub, web: WebShop) -> None:
    """Step step_0027: the rows of before say what was agreed to."""
    bring(shops.hub, "CN8", marketing="2025-01-02")
    at = consents.c
    shops.hub.storage.call(lambda c: c.execute(consents.delete().where(at.tenant == TENANT, at.customer == "CN8")))
    there = web.read("customers/CN8/consents")
    assert [(one["source"], one["day"], one["given"]) for one in there["history"]] == [("file", "2025-01-02", True)]
    after = web.done("POST", "customers/CN8/consents", word("marketing", False))
    assert after["agreed"] == [] and len(after["history"]) == 2
