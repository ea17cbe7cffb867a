"""One contract: what tills and hub say is left on gift cards and store credit is the same, however late they hear of each other."""

import random
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.account import fold
from kiosk.domain.catalog import Price
from kiosk.domain.errors import Refused
from kiosk.domain.facts import SALE_COMPLETED
from kiosk.domain.feed import Row
from kiosk.domain.returning import AS_NEW, GOODWILL, RECALL, Wish
from kiosk.domain.tender import CASH, CHANGE_CASH, GIFT_CARD, KEEPS_REST, STORE_CREDIT, TenderRule
from kiosk.domain.voucher import MULTI, SINGLE, SINGLE_PURPOSE
from kiosk.services import redeeming, storedvalue
from kiosk.services.returns import Returns
from kiosk.services.tendering import Tendering
from kiosk.services.voiding import Voiding
from kiosk.store.ledger import Identity
from sync.hub.day_operations import ReportPosting, report_posting
from sync.hub.voucher_accounts import find
from sync.hub.voucher_operations import ReportVouchers, report_vouchers
from tests.kiosk.services.test_day_contract import push_all
from tests.kiosk.support import CASHIER, MANAGER, PIN, SATURDAY_MS, HandClock, Shop, open_shop, row
from tests.sync.hub.support import STORE, TENANT, FakeTerminal, RunningHub, running_hub, shop_folder

DAY, SHIRT, CARD, VOUCHER = "2026-11-21", "1001-WHT-M", "GIFT-25", "VOUCHER-25"
CARDS, VOUCHERS = ("GC1", "GC2", "GC3"), ("BON1", "BON2")
RULES = (
    TenderRule("cash", CASH, {"nl": "Contant"}, 1, change=CHANGE_CASH, refund_to=(CASH,), drawer=True),
    TenderRule("gift", GIFT_CARD, {"nl": "Cadeaukaart"}, 3, change=KEEPS_REST, reference=True),
)


@dataclass
class Desk:
    """One till, its line to the hub, and chance in place of people."""

    shop: Shop
    line: FakeTerminal
    chance: random.Random

    def __post_init__(self) -> None:
        shop = self.shop
        for id_, kind in ((CARD, MULTI), (VOUCHER, SINGLE)):
            card = replace(shop.article(SHIRT), id=id_, barcodes=(), goods=(kind,))
            shop.put_catalog(row("article", id_, card), row("price", f"{id_}|0", Price(id_, 0, 2_500, 9)))
        shop.put_device(*(row("tender", rule.id, rule) for rule in RULES))
        shop.put_settings({"returns.goodwill_refund": "voucher"})
        shop.sign_in(CASHIER)
        shop.open_shift()
        self.tenders = Tendering(shop.counter, shop.selling, shop.checkout)
        self.returns = Returns(shop.counter, shop.selling, shop.session)
        self.voiding = Voiding(shop.counter, shop.session, shop.receipts)

    def work(self) -> None:
        """One customer."""
        choice, code = self.chance.random(), self.chance.choice(CARDS)
        if choice < 0.12:
            self.shop.add(VOUCHER)
            self.shop.selling.number_line(1, self.chance.choice(VOUCHERS))
            self.shop.sell_cash()
        elif choice < 0.25:
            self.redeem(self.chance.choice(VOUCHERS))
        elif choice < 0.4:
            self.shop.add(CARD)
            self.shop.selling.number_line(1, code)
            self.shop.sell_cash()
        elif choice < 0.7:
            self.buy("gift", code)
        elif choice < 0.8:
            self.give_credit()
        else:
            self.void()
        self.shop.clock.pass_ms(60_000)

    def buy(self, rule: str, code: str) -> None:
        """A shirt, as far as a card goes; the rest in cash."""
        self.shop.add(SHIRT)
        checkout = self.shop.checkout
        checkout.begin()
        try:
            done = self.tenders.pay(rule, self.chance.choice((500, self.tenders.due(rule))), code)
        except Refused as error:
            assert error.code in ("voucher.unknown", "voucher.empty"), error.code
            done = None
        if done is None:
            checkout.pay_cash(checkout.cash_due())

    def redeem(self, code: str) -> None:
        """A shirt or two, as far as a voucher goes; one of them may come back at once."""
        shop = self.shop
        shop.add(SHIRT, self.chance.choice((1_000, 2_000)))
        try:
            redeeming.redeem(shop.counter, shop.selling, code)
        except Refused as error:
            assert error.code in ("voucher.unknown", "voucher.empty"), error.code
        shop.checkout.begin()
        if shop.checkout.settlement is not None:
            shop.checkout.pay_cash(shop.checkout.cash_due())
        sale = self.returns.find(str(shop.facts()[-1].body["receipt"]))
        if self.chance.random() < 0.4:
            self.returns.take(sale, [Wish(1, 1_000, RECALL, "", AS_NEW, True)])
            shop.checkout.begin()
            if shop.checkout.settlement is not None:
                shop.checkout.refund_cash(2_000)

    def give_credit(self) -> None:
        """A shirt comes back for store credit, which buys at once."""
        self.shop.add(SHIRT)
        sale = self.returns.find(self.shop.sell_cash().receipt)
        self.returns.take(sale, [Wish(1, 1_000, GOODWILL, "changed mind", AS_NEW, True)])
        self.shop.checkout.begin()
        way = self.returns.refund_options(1_499, {})[0]
        done = self.shop.checkout.refund(way, way.most_minor, "")
        assert done is not None and done.credit
        self.buy(STORE_CREDIT, done.credit)

    def void(self) -> None:
        """Any sale of the day is undone, where nothing speaks against it."""
        sales = [fact.body["receipt"] for fact in self.shop.facts() if fact.kind == SALE_COMPLETED]
        if sales:
            try:
                self.voiding.void(self.chance.choice(sales), "mistake", MANAGER, PIN)
            except Refused as error:
                assert error.code in ("void.already", "void.returned", "voucher.spent_since"), error.code

    def hear(self) -> None:
        """Take in what the hub tells of vouchers."""
        rows = [Row(*key, payload) for key, payload in self.line.catch_up("device").items() if key[0] == "voucher"]
        self.shop.ledger.run(lambda conn: conn.executemany("REPLACE INTO device_rows VALUES (?, ?, ?)", rows))


def open_desk(stack: ExitStack, folder: Path, hub: RunningHub, terminal: str, chance: random.Random) -> Desk:
    """A till that is enrolled."""
    line = hub.terminal(terminal)
    assert line.certificate is not None
    cert = line.certificate
    identity = Identity(cert.dev, cert.inc, cert.kind, cert.series, cert.place)
    clock = HandClock(SATURDAY_MS)
    return Desk(stack.enter_context(open_shop(folder, key=line.key, identity=identity, clock=clock)), line, chance)


def test_two_tills_and_the_hub_agree_on_every_cent_that_is_owed(tmp_path: Path) -> None:
    chance = random.Random(7)
    shutil.copytree(shop_folder(tmp_path / "made"), tmp_path / "hub")
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub(tmp_path / "hub"))
        desks = [open_desk(stack, tmp_path / name, hub, name, chance) for name in ("01", "02")]
        overspent = 0
        for _ in range(3):
            for desk in desks:
                for _ in range(chance.randint(3, 10)):
                    desk.work()
            for desk in desks:
                push_all(desk.line, desk.shop.ledger, chance)
            for desk in desks:
                desk.hear()
            accounts = fold(fact for desk in desks for fact in desk.shop.facts())
            for (kind, code), account in accounts.items():
                there = hub.hub.storage.call(lambda c, k=kind, n=code: find(c, TENANT, k, n))  # type: ignore[misc]
                assert there is not None and (there.by, there.left_minor) == (account.by, account.left_minor)
                for desk in desks:
                    known = storedvalue.known(desk.shop.counter, kind, code)
                    assert known is not None and known.left_minor == account.left_minor, code
            lefts = [account.left_minor for account in accounts.values()]
            told = report_vouchers(hub.hub, ReportVouchers()).items
            assert sum(item.left for item in told) == sum(lefts)
            assert sum(item.left for item in told if item.kind != SINGLE_PURPOSE) == owed(hub), "the others are turnover already"
            assert open_tasks(hub) == sum(left < 0 for left in lefts)
            overspent += open_tasks(hub)
        assert {kind for kind, _ in accounts} == {GIFT_CARD, STORE_CREDIT, SINGLE_PURPOSE}
        assert overspent, "the seed is one whose tills take too much while they are cut off"


def open_tasks(hub: RunningHub) -> int:
    """How many accounts a person has to look at."""
    query = "select count(*) from tasks where kind = 'voucher.overspent' and done_ms = 0"
    return hub.hub.storage.call(lambda c: int(c.exec_driver_sql(query).scalar() or 0))


def owed(hub: RunningHub) -> int:
    """What the day's posting says of vouchers."""
    report = report_posting(hub.hub, ReportPosting(STORE, DAY))
    assert not report.held
    return -sum(line.debit - line.credit for part in report.parts for line in part.lines if line.account == "vouchers")
