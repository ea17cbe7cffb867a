"""One contract: tills and hub agree on what is left of a promotion's budget; what goes beyond it is what nobody could know."""

import random
import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from kiosk.domain.budget import Spent, fold
from kiosk.domain.feed import Row
from kiosk.domain.promotion import PERCENT, Coupon
from kiosk.services.voiding import Voiding
from kiosk.store.ledger import Identity
from sync.hub.budgets import tell_waiting
from sync.hub.promotion_operations import ReportPromotions, report_promotions
from tests.kiosk.domain.offers import promotion
from tests.kiosk.services.test_day_contract import push_all
from tests.kiosk.support import CASHIER, MANAGER, PIN, SATURDAY_MS, HandClock, Shop, open_shop, refused, row
from tests.sync.hub.support import TENANT, FakeTerminal, RunningHub, running_hub, shop_folder

SHIRT, SHIRT_MINOR = "1001-WHT-M", 1_499
TENTH = promotion("TENTH", PERCENT, f"article:{SHIRT}", percent_bp=1_000, budget_minor=1_000, budget_unheard_minor=450)
OFF = 150
"""Ten per cent of a shirt."""


def desk(stack: ExitStack, folder: Path, hub: RunningHub, terminal: str) -> tuple[Shop, FakeTerminal]:
    """A till that is enrolled, with the promotion in its catalogue."""
    line = hub.terminal(terminal)
    assert line.certificate is not None
    cert = line.certificate
    identity = Identity(cert.dev, cert.inc, cert.kind, cert.series, cert.place)
    shop = stack.enter_context(open_shop(folder, key=line.key, identity=identity, clock=HandClock(SATURDAY_MS)))
    shop.put_catalog(row("promotion", TENTH.id, TENTH))
    shop.sign_in(CASHIER)
    shop.open_shift()
    return shop, line


def sell(shop: Shop) -> int:
    """One shirt; gives what came off."""
    shop.add(SHIRT)
    off = shop.selling.priced.promotion_minor
    shop.sell_cash()
    return off


def hear(hub: RunningHub, shop: Shop, line: FakeTerminal) -> None:
    """The hub has its round, and the till its feed."""
    hub.hub.storage.call(lambda connection: tell_waiting(connection, TENANT, hub.hub.world.now_ms()))
    told = line.catch_up("device").items()
    rows = [Row(*key, payload) for key, payload in told if key[0].startswith("budget")]
    shop.ledger.run(lambda conn: conn.executemany("REPLACE INTO device_rows VALUES (?, ?, ?)", rows))


def test_tills_share_a_budget_to_the_last_cent_and_beyond_it_only_what_they_could_not_know(tmp_path: Path) -> None:
    chance = random.Random(4)
    shutil.copytree(shop_folder(tmp_path / "made"), tmp_path / "hub")
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub(tmp_path / "hub"))
        desks = [desk(stack, tmp_path / name, hub, name) for name in ("01", "02")]
        (first, _), (second, _) = desks
        assert [sell(first) for _ in range(4)] == [OFF, OFF, OFF, 0], "so much before the hub has heard of it"
        for shop, line in desks:
            push_all(line, shop.ledger, chance)
            hear(hub, shop, line)
        assert [sell(first) for _ in range(4)] == [OFF, OFF, OFF, 0]
        assert [sell(second) for _ in range(4)] == [OFF, OFF, OFF, 0], "it cannot know of these three"
        for shop, line in desks:
            push_all(line, shop.ledger, chance)
        for shop, line in desks:
            hear(hub, shop, line)
        assert [sell(shop) for shop, _ in desks] == [0, 0]
        taken = fold(fact for shop, _ in desks for fact in shop.facts())
        assert taken == {TENTH.id: Spent(TENTH.id, 9 * OFF, 9)}
        (one,) = report_promotions(hub.hub, ReportPromotions()).items
        assert (one.spent, one.uses, one.stores, one.tills) == (9 * OFF, 9, 1, 2)
        assert 9 * OFF - TENTH.budget_minor <= 2 * TENTH.budget_unheard_minor
        voiding = Voiding(first.counter, first.session, first.receipts)
        for receipt in [fact.body["receipt"] for fact in first.facts() if fact.kind == "sale.completed"][:3]:
            voiding.void(receipt, "mistake", MANAGER, PIN)
        assert sell(first) == TENTH.budget_minor - 6 * OFF, "what is undone is there again, and the last shirt gets what is left"


def test_a_coupon_whose_budget_is_used_up_says_so_and_the_shelf_has_the_old_price(tmp_path: Path) -> None:
    coupon = replace(TENTH, id="CODE", coupon=Coupon(codes=("TEN",)), budget_minor=OFF, budget_unheard_minor=0)
    with open_shop(tmp_path) as shop:
        first = replace(TENTH, budget_minor=0, budget_uses=1)
        shop.put_catalog(row("promotion", first.id, first), row("promotion", "CODE", coupon))
        shop.sign_in(CASHIER)
        shop.open_shift()
        article = shop.article(SHIRT)
        shelf = shop.counter.offer(article).shelf
        assert shelf is not None and shelf.asked_minor == SHIRT_MINOR - OFF
        assert sell(shop) == OFF
        shelf = shop.counter.offer(article).shelf
        assert shelf is not None and shelf.asked_minor == SHIRT_MINOR
        shop.add(SHIRT)
        shop.selling.add_code("TEN")
        assert shop.selling.priced.promotion_minor == OFF
        shop.sell_cash()
        shop.add(SHIRT)
        assert refused(lambda: shop.selling.add_code("TEN")).code == "coupon.used_up"
