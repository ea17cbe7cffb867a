"""One contract: what a till counts on its day and what the hub counts from the till's facts are the same, however they arrived."""

import random
import shutil
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from kiosk.domain.cart import AMOUNT, PERCENT
from kiosk.domain.cash import DEPOSIT, DROP, PAY_OUT, Move
from kiosk.domain.projections import DayTotals, movements_of
from kiosk.services.closing import Wish
from kiosk.store.ledger import Identity, Ledger
from sync.hub.storage.schema import stock
from sync.protocol.limits import PUSH_BYTES_MAX
from tests.kiosk.services.test_closing import Office
from tests.kiosk.support import MANAGER, SATURDAY_MS, HandClock, Shop, open_shop
from tests.sync.hub.support import FakeTerminal, RunningHub, running_hub, shop_folder

DAY = "2026-11-21"


@pytest.fixture(scope="module")
def hub_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub's data with a shop in it, to be copied."""
    return shop_folder(tmp_path_factory.mktemp("hub"))


def sell_a_day(shop: Shop, chance: random.Random, sales: int) -> None:
    """Whatever happens at a till: weights, deposits, discounts, cash and cards, and people who change their minds."""
    goods = shop.catalog.articles("ORDER BY a.key LIMIT 120", ())
    for _ in range(sales):
        for _ in range(chance.randint(1, 6)):
            article = chance.choice(goods)
            quantity = chance.randint(50, 3_000) if article.is_weighed else 1000 * chance.randint(1, 4)
            shop.selling.add_article(article, quantity, weighed=article.is_weighed)
        if chance.random() < 0.3:
            shop.selling.discount_line(shop.selling.priced.cart.lines[0].line, PERCENT, chance.randint(1, 9_999), "r")
        if chance.random() < 0.2 and shop.selling.priced.goods_minor > 50:
            shop.selling.discount_sale(AMOUNT, 49, "r")
        if chance.random() < 0.2:
            shop.selling.remove(shop.selling.priced.cart.lines[-1].line)
        if chance.random() < 0.1 or shop.selling.priced.cart.is_empty:
            shop.selling.abandon("changed their mind")
            continue
        shop.selling.check_age(18)
        left = shop.checkout.begin().left_minor
        if shop.checkout.settlement is None:
            continue  # it was given away
        if left > 100 and chance.random() < 0.5:
            shop.checkout.pay_card(chance.randint(1, left - 50), "A1")
        shop.checkout.pay_cash(shop.checkout.cash_due() + chance.choice([0, 500]))
        shop.clock.pass_ms(60_000)


def end_a_day(shop: Shop) -> None:
    """Money moves without sales, the shift is closed short, and the next float is not what was left."""
    office = Office(shop)
    office.cash.no_sale("look")
    office.cash.move(Move(DROP, 5_000))
    office.cash.move(Move(PAY_OUT, 1_250, "flowers"))
    office.cash.move(Move(DEPOSIT, 2_000, bag="B1"))
    office.count(shop.shifts.expected_cash() - 75)
    office.closing.heard_poi("card", 100)
    office.closing.close(Wish("short", float_minor=10_000))
    shop.open_shift(9_990)


def push_all(till: FakeTerminal, ledger: Ledger, chance: random.Random) -> None:
    """Send what waits in batches of any size; some answers are lost, so some facts are sent again."""
    while batch := ledger.pending(ledger.acked() + 1, chance.randint(1, 9), PUSH_BYTES_MAX):
        reply = till.push(batch)
        if chance.random() < 0.7:
            ledger.acknowledge(reply.next_seq, reply.durable_seq, reply.epoch, reply.head, reply.held, reply.forked)


def report(hub: RunningHub, till: FakeTerminal) -> dict[str, DayTotals]:
    """The hub's report of the day by terminal."""
    answer = till.request("GET", f"/v1/report/day?store=AMS1&day={DAY}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["held"] == 0, "the hub understands every fact of this till"
    return msgspec.convert(answer.json()["terminals"], dict[str, DayTotals])


def test_till_and_hub_count_the_same_day(tmp_path: Path, hub_folder: Path) -> None:
    chance = random.Random(11)
    shutil.copytree(hub_folder, tmp_path / "hub")
    with running_hub(tmp_path / "hub") as hub:
        till = hub.terminal("01")
        assert till.certificate is not None
        cert = till.certificate
        identity = Identity(cert.dev, cert.inc, cert.kind, cert.series, cert.place)
        clock = HandClock(SATURDAY_MS)
        with open_shop(tmp_path / "till", "grocery", key=till.key, identity=identity, clock=clock) as shop:
            shop.sign_in(MANAGER)
            shop.open_shift(12_500)
            for part in range(3):
                sell_a_day(shop, chance, 15)
                push_all(till, shop.ledger, chance)
                assert report(hub, till) == {"01": shop.shifts.totals()}, f"after part {part}"
            totals = shop.shifts.totals()
            assert totals.sales > 30 and totals.abandoned and totals.discount and totals.deposit and totals.rounding
            assert totals.tenders["card"] and totals.cash_expected == 12_500 + totals.tenders["cash"]
            end_a_day(shop)
            push_all(till, shop.ledger, chance)
            assert report(hub, till) == {"01": shop.shifts.totals()}, "after the close"
            assert not shop.ledger.push_state().forked
            assert stock_at(hub) == moved(shop)


def moved(shop: Shop) -> dict[str, int]:
    """What a till's facts took out of its store."""
    levels: dict[str, int] = {}
    for movement in (movement for fact in shop.facts() for movement in movements_of(fact)):
        levels[movement.article] = levels.get(movement.article, 0) + movement.quantity_milli
    return levels


def stock_at(hub: RunningHub) -> dict[str, int]:
    """The hub's stock of the store: it began with nothing."""
    query = select(stock.c.article, stock.c.on_hand_milli).where(stock.c.store == "AMS1")
    return hub.hub.storage.call(lambda c: {one.article: one.on_hand_milli for one in c.execute(query)})
