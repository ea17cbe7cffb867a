"""Contact moments over the shop API: kept once, listed by customer page by page, told without a word of it, gone with them."""

from typing import Any

import pytest
from sqlalchemy import select

from sync.hub.storage.schema import idempotency
from sync.hub.storage.schema_care import contacts
from tests.sync.hub.shop.support import OTHER_BRAND, WebShop, gather, give_key, web_shop
from tests.sync.hub.shop.test_consents import DAY_MS, bring
from tests.sync.hub.support import RunningHub

SECRET = "Mijn-zus-is-ziek"


def contact(subject: str = "Waar blijft het?", **more: Any) -> dict[str, Any]:
    """A call of a customer."""
    return {"channel": "phone", "subject": subject, "words": SECRET, **more}


def test_a_contact_is_kept_once_and_told_without_what_was_said(shops: RunningHub, web: WebShop) -> None:
    bring(shops.hub, "CC1")
    gather(shops.hub)
    cursor, path = web.read("events")["next"], "customers/CC1/contacts"
    said = contact(about="receipt", about_id="AMS1-1-A-000017")
    first, again = (web.done("POST", path, said, **{"Idempotency-Key": "cc1"}) for _ in range(2))
    assert first == again and (first["words"], first["about_id"]) == (SECRET, "AMS1-1-A-000017")
    assert web.send("POST", path, contact("Iets anders"), **{"Idempotency-Key": "cc1"}).status_code == 422
    assert web.read(path) == {"contacts": [first], "next": ""}
    told = web.read(f"events?cursor={cursor}")["events"]
    assert [(one["kind"], one["subject"], one["data"]) for one in told] == [("contact.noted", "CC1", {"contact": first["id"]})]


def test_contacts_are_listed_the_newest_first_page_by_page_also_where_two_are_of_one_instant(
    shops: RunningHub, web: WebShop
) -> None:
    bring(shops.hub, "CC2")
    now_ms = shops.hub.world.now_ms()
    for n, before_ms in enumerate((3_000, 1_000, 2_000, 2_000, 9_000)):
        web.done("POST", "customers/CC2/contacts", contact(f"n{n}", at_ms=now_ms - before_ms))
    seen, cursor = list[dict[str, Any]](), ""
    for _ in range(3):
        page = web.read(f"customers/CC2/contacts?limit=2&cursor={cursor}")
        seen, cursor = seen + page["contacts"], page["next"]
    assert cursor == "" and [one["at_ms"] - now_ms for one in seen] == [-1_000, -2_000, -2_000, -3_000, -9_000]
    assert len({one["id"] for one in seen}) == 5
    assert web.get("customers/CC2/contacts?cursor=x").json()["code"] == "request.argument"
    assert web.get("customers/CC2/contacts?limit=0").json()["code"] == "request.argument"


def test_contacts_go_with_the_customer_and_nothing_of_them_stays_in_the_hub(shops: RunningHub, web: WebShop) -> None:
    bring(shops.hub, "CC3")
    said = contact("Ziek", words="Zeldzaamwoord")
    web.done("POST", "customers/CC3/contacts", said, **{"Idempotency-Key": "cc3"})
    bring(shops.hub, "CC3", store="")
    assert web.get("customers/CC3/contacts").json()["code"] == "shop.none"
    assert web.send("POST", "customers/CC3/contacts", said, **{"Idempotency-Key": "cc3"}).json()["code"] == "shop.none"
    look = shops.hub.storage.look
    assert look(lambda c: c.scalars(select(contacts.c.id).where(contacts.c.customer == "CC3")).all()) == []
    assert b"Zeldzaamwoord" not in b"".join(look(lambda c: c.scalars(select(idempotency.c.reply)).all()))
    bring(shops.hub, "CC3")
    assert web.read("customers/CC3/contacts")["contacts"] == []


@pytest.mark.parametrize(
    "more",
    [
        {"channel": "pigeon"}, {"subject": " "}, {"subject": "x" * 201}, {"subject": "a\nb"}, {"words": "x" * 4_001},
        {"at_ms": -1}, {"at_ms": 1 << 60}, {"about": "order"}, {"about": "weather", "about_id": "1"}, {"about_id": "1"},
        {"about": "article", "about_id": "x" * 101},
    ],
)  # fmt: skip
def test_a_contact_that_cannot_be_is_refused(shops: RunningHub, web: WebShop, more: dict[str, Any]) -> None:
    bring(shops.hub, "CC4")
    reply = web.send("POST", "customers/CC4/contacts", contact(**more))
    assert (reply.status_code, reply.json()["code"]) == (400, "request.argument")


def test_another_brand_sees_no_contact_and_notes_none_of_this_ones_customers(shops: RunningHub, web: WebShop) -> None:
    bring(shops.hub, "CC5")
    now_ms = shops.hub.world.now_ms()
    web.done("POST", "customers/CC5/contacts", contact(at_ms=now_ms - DAY_MS))
    other = web_shop(shops, give_key(shops.hub, OTHER_BRAND))
    assert other.get("customers/CC5/contacts").status_code == 404
    assert other.send("POST", "customers/CC5/contacts", contact()).status_code == 404
    assert web.send("POST", "customers/CC5/contacts", contact(about="order", about_id="none")).json()["code"] == "shop.none"
    readers = web_shop(shops, give_key(shops.hub, scopes=("contacts:read",)))
    assert readers.send("POST", "customers/CC5/contacts", contact()).json()["code"] == "shop.scope"
    assert len(readers.read("customers/CC5/contacts")["contacts"]) == 1
