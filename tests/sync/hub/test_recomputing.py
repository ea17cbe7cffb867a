"""Every sale that the hub takes in is computed again with what it offered then; what differs is told, and nothing is skipped."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, update

from kiosk.countries.nl import GOODS_LIMITS
from kiosk.domain.cart import Cart, CartLine
from kiosk.domain.catalog import Price
from kiosk.domain.codec import Json
from kiosk.domain.facts import SALE_COMPLETED, SealedFact
from kiosk.domain.feed import CATALOG, PROMOTION
from kiosk.domain.payment import open_settlement, pay_card
from kiosk.domain.pricelist import Prices, place_of, price_in
from kiosk.domain.pricing import Terms, price_cart
from kiosk.domain.promotion import N_FOR_M, Goods, Promotion
from kiosk.domain.promotionbook import Book, Where, go_live
from kiosk.domain.receipt import SALE_SCHEMA, ReceiptNumber, sale_body
from kiosk.domain.shift import Shift
from kiosk.domain.tax import PER_RATE_TOTAL
from kiosk.text import zone_offset
from sync.hub import feedlog, price_report
from sync.hub.operations import SetPrice, set_price
from sync.hub.price_report import PriceReport
from sync.hub.recomputing import Recomputing
from sync.hub.storage.schema_offers import price_checks
from tests.sync.hub.support import DAY, STORE, TENANT, FakeTerminal, RunningHub, a_product, bring_products, system_ms

RATES = {"standard": 2100, "reduced": 900, "zero": 0, "exempt": 0}


def ring(till: FakeTerminal, *wanted: tuple[str, int], spoil: Json | None = None) -> SealedFact:
    """A sale as a till of today makes it from its copy of the catalogue; `spoil` is said otherwise than it was."""
    till.catch_up(CATALOG)
    copy, rev, now_ms, place = till.copies[CATALOG], till.cursors[CATALOG].rev, system_ms(), till.place
    found = [msgspec.json.decode(payload, type=Price) for (entity, _), payload in copy.items() if entity == "price"]
    promotions = [msgspec.json.decode(payload, type=Promotion) for (entity, _), payload in copy.items() if entity == PROMOTION]
    lines = []
    for number, (article, pieces) in enumerate(wanted, 1):
        price = price_in(Prices(tuple(one for one in found if one.article == article)), place_of(place), now_ms)
        assert price is not None
        line = CartLine(number, article, "", article, "", 1000 * pieces, "piece", price.amount_minor, price.rev, "standard", 0, 0)
        lines.append(replace(line, price_list=price.list, price_at_ms=now_ms, price_seen=rev))
    where = Where(place.brand, place.country, place.store, "store")
    live = go_live(Book(tuple(promotions), rev), where, now_ms, *zone_offset(now_ms, place.zone))
    priced = price_cart(Cart("S", tuple(lines)), RATES, PER_RATE_TOTAL, Terms(live, now_ms, GOODS_LIMITS, language="nl"))
    till.number += 1
    settlement = pay_card(open_settlement(priced.total_minor), priced.total_minor, "A1")
    shift = Shift("H", 1, DAY, "101", 0, 0)
    body = sale_body(priced, settlement, ReceiptNumber(place.store, place.terminal, 1, till.number), shift, place, "nl", {})
    return till.fact(SALE_COMPLETED, {**body, **(spoil or {})}, schema=SALE_SCHEMA)


def computed(hub: RunningHub) -> PriceReport:
    """The report after everything was computed again, in this process or by the hub's own passes."""

    async def all_of_it() -> None:
        again = Recomputing(hub.hub)
        while await again.one_pass():
            pass

    asyncio.run(all_of_it())
    return hub.hub.storage.look(lambda connection: price_report.prices(connection, TENANT))


def test_what_tills_sell_comes_out_again_also_when_prices_move_and_promotions_run(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1", 1_000), a_product("A2", 450))
    tills = [hub.terminal("1"), hub.terminal("2")]
    for till in tills:
        ring(till, ("A1", 2), ("A2", 1))
    set_price(hub.hub, SetPrice("A1", "8.00"))
    two = Promotion("two", N_FOR_M, {"nl": "2e gratis"}, (Goods(("article:A2",), need=2),), pay=1)
    change = feedlog.change(CATALOG, feedlog.EVERYWHERE, PROMOTION, two.id, two)
    hub.hub.storage.call(lambda c: feedlog.publish(c, TENANT, [change]))
    late = ring(tills[0], ("A1", 1), ("A2", 3))
    set_price(hub.hub, SetPrice("A1", "7.00"))  # the till has not heard of it, and is right all the same
    for till in tills:
        till.push()
    report = computed(hub)
    assert (report.sales, report.unknown, report.differing, report.waiting, report.items) == (3, 0, 0, 0, [])
    assert b'"promotion":450' in late.data


def test_a_sale_that_says_otherwise_is_told_with_what_was_found(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1", 1_000))
    till = hub.terminal()
    till.catch_up(CATALOG)
    ring(till, ("A1", 1))
    ring(till, ("A1", 1), spoil={"total": 1})
    till.push()
    report = computed(hub)
    assert (report.sales, report.differing) == (2, 1)
    (item,) = report.items
    assert (item.receipt, item.said_minor, item.found_minor) == (f"{STORE}-01-A-000002", 1, 1_000)
    assert [(part.what, part.said, part.found) for part in item.parts] == [("total", 1, 1_000)]
    assert computed(hub) == report, "nothing is computed twice"


def test_an_old_till_is_held_to_the_unit_prices_it_names(hub: RunningHub) -> None:
    rev = bring_products(hub.hub, a_product("A1", 1_000))
    till = hub.terminal()
    for minor, of in ((1_000, rev), (900, rev), (900, rev + 77)):
        body = till.sale_body("A1", 1, minor)
        body["lines"][0]["price_rev"] = of
        till.fact(SALE_COMPLETED, body)
    till.push()
    report = computed(hub)
    assert (report.sales, report.unknown, report.differing) == (3, 1, 1)
    assert [part.what for part in report.items[0].parts] == ["unit_price"]


@pytest.mark.parametrize("body", [{"lines": [3]}, {"lines": [{"article": "A1"}]}, {"total": "much"}])
def test_a_body_that_no_till_wrote_so_is_counted_and_stops_nothing(hub: RunningHub, body: dict[str, Any]) -> None:
    bring_products(hub.hub, a_product("A1", 1_000))
    till = hub.terminal()
    ring(till, ("A1", 1), spoil=body)
    ring(till, ("A1", 1))
    till.push()
    report = computed(hub)
    assert (report.sales, report.unknown, report.differing, report.waiting) == (2, 1, 0, 0)


def test_a_pass_that_was_cut_off_is_done_again_and_two_hubs_count_once(hub: RunningHub) -> None:
    bring_products(hub.hub, a_product("A1", 1_000))
    till = hub.terminal()
    for _ in range(3):
        ring(till, ("A1", 1))
    till.push()
    assert computed(hub).sales == 3
    ring(till, ("A1", 1))
    till.push(till.facts[-1:])
    one, other = Recomputing(hub.hub), Recomputing(hub.hub)

    async def at_once() -> None:
        await asyncio.gather(one.one_pass(), other.one_pass())

    asyncio.run(at_once())
    assert computed(hub).sales == 4
    checked = hub.hub.storage.look(lambda c: c.scalar(select(func.max(price_checks.c.next_seq))))
    assert checked == len(till.facts) + 1
    hub.hub.storage.call(lambda c: c.execute(update(price_checks).values(next_seq=len(till.facts))))
    assert computed(hub).sales == 5, "what was not kept is computed again"
