"""Web orders that are paid after they were placed: exactly, once, and with what is too much asked back instead of lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kiosk.domain import facts
from kiosk.domain.orderback import BY_RECEIPT
from kiosk.domain.orderfacts import paid_body
from kiosk.domain.ordermoney import OrderPayment
from tests.sync.hub.shop.support import OTHER_BRAND, WebShop, gather, give_key, web_shop
from tests.sync.hub.support import STORE, FakeTerminal, RunningHub, a_product, bring_products

ZOE = {"name": "Zoë de Wit", "email": "zoe@example.com"}


@pytest.fixture(scope="module")
def till(shops: RunningHub) -> Iterator[FakeTerminal]:
    """A till of the brand, and goods of this module's own."""
    bring_products(shops.hub, a_product("LP1", 1_000, line=8, stock={STORE: 500_000}))
    made = shops.terminal("42")
    yield made
    made.close()


def unpaid(web: WebShop, reference: str, *payments: dict[str, Any]) -> str:
    """An order of one piece of 10.00 that is collected, and paid there unless told otherwise."""
    content = {"lines": [{"article": "LP1", "quantity_milli": 1_000}]}
    wish = {"reference": reference, "total_minor": 1_000, "person": ZOE, "content": content, "payments": list(payments)}
    made = web.done("POST", "orders", {**wish, "ways": [{"kind": "collect", "store": STORE}], "pay": "collection"})
    return str(made["id"])


def payment(amount: int, reference: str) -> dict[str, Any]:
    """So much by one payment."""
    return {"kind": "ideal", "amount_minor": amount, "reference": reference}


def asked(web: WebShop, order: str) -> list[tuple[str, int, str]]:
    """The refunds of an order that the shop is asked for: name, amount, payment."""
    found = web.read("refunds")["refunds"]
    return [(one["id"], one["amount_minor"], one["payment"]) for one in found if one["order"] == order]


def test_an_order_is_paid_in_parts_and_what_is_too_much_is_asked_back_to_its_own_payment(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    order = unpaid(web, "LP-1")
    first = web.done("POST", f"orders/{order}/payments", payment(400, "tr-a"))
    assert (first["taken_minor"], first["back_minor"], first["refund"]) == (400, 0, "")
    assert (first["order"]["paid_minor"], first["order"]["to_pay_minor"]) == (400, 600) and not asked(web, order)
    gather(shops.hub)
    cursor = web.read("events")["next"]
    last = web.done("POST", f"orders/{order}/payments", payment(1_000, "tr-b"))
    assert (last["taken_minor"], last["back_minor"], last["order"]["to_pay_minor"]) == (600, 400, 0)
    assert asked(web, order) == [(last["refund"], 400, "tr-b")]
    gather(shops.hub)
    told = [(one["kind"], one["subject"]) for one in web.read(f"events?cursor={cursor}")["events"]]
    assert ("order.changed", order) in told and told.count(("refund.requested", order)) == 1
    assert last["order"]["to_give_back_minor"] == 0, "the request is all that is still to happen"


def test_a_payment_told_again_is_the_same_also_when_the_order_told_of_it_first(web: WebShop, till: FakeTerminal) -> None:
    order = unpaid(web, "LP-2", payment(300, "tr-c"))
    path = f"orders/{order}/payments"
    again = web.done("POST", path, payment(300, "tr-c"))
    assert (again["taken_minor"], again["order"]["paid_minor"]) == (300, 300)
    first, second = (web.done("POST", path, payment(900, "tr-d")) for _ in range(2))
    assert first == second and (first["taken_minor"], first["back_minor"]) == (700, 200)
    assert len(asked(web, order)) == 1
    for reference, amount in (("tr-c", 301), ("tr-d", 200)):
        other = web.send("POST", path, payment(amount, reference))
        assert (other.status_code, other.json()["code"]) == (422, "request.idempotency_reused")


def test_a_payment_for_a_cancelled_order_is_refused_and_goes_back_instead_of_being_lost(web: WebShop, till: FakeTerminal) -> None:
    order = unpaid(web, "LP-3")
    web.done("POST", f"orders/{order}/cancel", {})
    replies = [web.send("POST", f"orders/{order}/payments", payment(1_000, "tr-e")) for _ in range(2)]
    for reply in replies:
        assert (reply.status_code, reply.json()["code"]) == (409, "shop.not_owed")
    ((refund, amount, to),) = asked(web, order)
    assert (amount, to) == (1_000, "tr-e") and all(reply.json()["values"]["refund"] == refund for reply in replies)
    assert "1000" in replies[0].json()["detail"] and refund in replies[0].json()["detail"]
    standing = web.read(f"orders/{order}")
    assert (standing["to_pay_minor"], standing["to_give_back_minor"]) == (0, 0)
    assert web.done("POST", f"refunds/{refund}/settle", {"done": True})["state"] == "done"


def test_an_order_that_was_paid_at_a_till_meanwhile_takes_no_money_twice(web: WebShop, till: FakeTerminal) -> None:
    order = unpaid(web, "LP-4")
    till.fact(facts.ORDER_PAID, paid_body(order, [OrderPayment("", 0, BY_RECEIPT, 700, reference="AMS1-42-A-000001")]))
    till.push()
    part = web.done("POST", f"orders/{order}/payments", payment(1_000, "tr-f"))
    assert (part["taken_minor"], part["back_minor"]) == (300, 700)
    reply = web.send("POST", f"orders/{order}/payments", payment(300, "tr-g"))
    assert (reply.status_code, reply.json()["values"]["back"]) == (409, 300)
    assert sorted((amount, to) for _, amount, to in asked(web, order)) == [(300, "tr-g"), (700, "tr-f")]


def test_a_payment_that_cannot_be_or_is_for_another_brands_order_is_refused(
    shops: RunningHub, web: WebShop, till: FakeTerminal
) -> None:
    order = unpaid(web, "LP-5")
    path = f"orders/{order}/payments"
    bad: list[dict[str, Any]] = [
        {"amount_minor": 0}, {"amount_minor": -1}, {"kind": ""}, {"kind": BY_RECEIPT}, {"reference": ""}, {"reference": "x" * 101},
    ]  # fmt: skip
    for more in bad:
        reply = web.send("POST", path, {**payment(1_000, "tr-h"), **more})
        assert (reply.status_code, reply.json()["code"]) == (400, "request.argument"), more
    assert web.send("POST", "orders/none/payments", payment(1, "tr-i")).status_code == 404
    other = web_shop(shops, give_key(shops.hub, OTHER_BRAND))
    assert other.send("POST", path, payment(1_000, "tr-j")).json()["code"] == "shop.none"
    readers = web_shop(shops, give_key(shops.hub, scopes=("orders:read",)))
    assert readers.send("POST", path, payment(1_000, "tr-k")).json()["code"] == "shop.scope"
    assert web.read(f"orders/{order}")["paid_minor"] == 0 and not asked(web, order)


def test_payments_that_come_at_once_pay_an_order_exactly_once(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("LP1", 1_000, stock={STORE: 5_000}))
    key = give_key(hub.hub)
    order = unpaid(web_shop(hub, key), "LP-6")

    def pay(n: int) -> None:
        web_shop(hub, key).send("POST", f"orders/{order}/payments", payment(600, f"tr-{n % 3}"))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(pay, range(6)))
    web = web_shop(hub, key)
    standing = web.read(f"orders/{order}")
    assert (standing["paid_minor"], standing["to_pay_minor"], standing["to_give_back_minor"]) == (1_800, 0, 0)
    assert sum(amount for _, amount, _ in asked(web, order)) == 800
