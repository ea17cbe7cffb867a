"""Tenders of a real till by the hub's rules: vouchers once, limits, the drawer; cash and card where the hub sent none."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.cart import ShopperKnown
from kiosk.domain.errors import Refused
from kiosk.domain.feed import TicketUse
from kiosk.domain.posting import posting
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.tender import (
    CARD,
    CASH,
    CHANGE_CASH,
    GIFT_CARD,
    KEEPS_REST,
    MEAL_VOUCHER,
    ON_ACCOUNT,
    PAY_LINK,
    TenderRule,
    read_limit,
)
from kiosk.domain.voucher import MULTI, Voucher
from kiosk.services.tendering import Tendering
from kiosk.store import spool
from tests.kiosk.support import Shop, code_of, open_shop, row

SHIRT = "1001-WHT-M"
CASH_RULE = TenderRule("cash", CASH, {"nl": "Contant"}, 1, change=CHANGE_CASH, refund_to=(CASH,), drawer=True)
CARD_RULE = TenderRule("card", CARD, {"nl": "Pin"}, 2, reference=True)
GIFT = TenderRule("gift", GIFT_CARD, {"nl": "Cadeaukaart"}, 3, change=KEEPS_REST, reference=True)
MEAL = TenderRule(
    "meal", MEAL_VOUCHER, {"nl": "Maaltijdcheque"}, 4, eligible=("category:Drinks", f"article:{SHIRT}"), reference=True, drawer=True
)
ACCOUNT = TenderRule("account", ON_ACCOUNT, {"nl": "Op rekening"}, 5)
LINK = TenderRule("link", PAY_LINK, {"nl": "Betaallink"}, 6)


class Links:
    """A service of payment links whose payments arrive when it is told so."""

    def __init__(self) -> None:
        self.arrived: set[str] = set()

    def paid(self, sale: str, amount_minor: int) -> str:
        """A reference, once it is there."""
        if sale not in self.arrived:
            raise Refused("tender.not_connected")
        return f"LINK-{amount_minor}"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        made.add(SHIRT)
        yield made


def tendering(shop: Shop, *rules: TenderRule, links: Links | None = None) -> Tendering:
    """The till's means by rules of the hub."""
    shop.put_device(*(row("tender", rule.id, rule) for rule in rules))
    shop.counter.reload()
    return Tendering(shop.counter, shop.selling, shop.checkout, links)


def drawers(shop: Shop) -> int:
    """How many times the drawer was to open."""
    return sum(job.kind is spool.JobKind.DRAWER for job in shop.ledger.run(spool.jobs))


def test_without_rules_of_the_hub_there_are_cash_and_card_as_they_always_were(shop: Shop) -> None:
    till = Tendering(shop.counter, shop.selling, shop.checkout)
    shop.checkout.begin()
    assert [rule.id for rule in till.offered()] == ["cash", "card"]
    assert till.pay("card", 500, "A1") is None
    assert shop.checkout.pay_cash(shop.checkout.cash_due()) is not None
    tenders = next(fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED).body["tenders"]
    assert [one["kind"] for one in tenders] == ["card", "cash"] and "rule" not in tenders[1]


def test_a_gift_card_pays_what_it_holds_keeps_its_rest_and_is_of_this_brand(shop: Shop) -> None:
    till = tendering(shop, CASH_RULE, CARD_RULE, GIFT)
    brand = shop.ledger.identity.place.brand
    shop.put_device(
        row("voucher", "gift_card|G1", Voucher("G1", GIFT_CARD, 1_000, "EUR", brand)),
        row("voucher", "gift_card|G2", Voucher("G2", GIFT_CARD, 1_000, "EUR", "another")),
    )
    shop.checkout.begin()
    assert code_of(lambda: till.pay("gift", 500)) == "voucher.number"
    assert code_of(lambda: till.pay("gift", 500, "G9")) == "voucher.unknown"
    assert code_of(lambda: till.pay("gift", 500, "G2")) == "voucher.other_brand"
    assert code_of(lambda: till.pay("gift", 500, "4111 1111 1111 1111")) == "voucher.card_number"
    till.pay("gift", 400, "G1")
    assert shop.checkout.pay_cash(10_000) is not None
    shop.add(SHIRT)
    shop.checkout.begin()
    till.pay("gift", 1_000, "G1")
    assert shop.checkout.settlement is not None and shop.checkout.settlement.tenders[0].amount_minor == 600
    assert shop.checkout.pay_cash(10_000) is not None
    shop.add(SHIRT)
    shop.checkout.begin()
    assert code_of(lambda: till.pay("gift", 100, "G1")) == "voucher.empty"


def test_a_meal_voucher_pays_its_goods_once_and_opens_the_drawer(shop: Shop) -> None:
    till = tendering(shop, CASH_RULE, CARD_RULE, MEAL)
    shop.checkout.begin()
    due = till.due("meal")
    done = till.pay("meal", due, "M1")
    assert done is not None and drawers(shop) == 1
    assert next(fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED).body["tenders"][0]["rule"] == "meal"
    shop.add(SHIRT)
    shop.checkout.begin()
    assert code_of(lambda: till.pay("meal", due, "M1")) == "voucher.used"


def test_a_voucher_that_another_till_used_is_refused_when_the_hub_has_told_of_it(shop: Shop) -> None:
    till = tendering(shop, CASH_RULE, MEAL)
    shop.put_device(row("voucher", "meal_voucher|M7", Voucher("M7", MEAL_VOUCHER, 0, "EUR", spent={"dev-2": 700})))
    shop.checkout.begin()
    assert code_of(lambda: till.pay("meal", 700, "M7")) == "voucher.used"


def test_a_voucher_s_use_is_told_like_a_ticket_s_and_one_that_the_hub_told_of_is_refused(shop: Shop) -> None:
    till = tendering(shop, CASH_RULE, MEAL)
    shop.put_device(row("ticket", "voucher:meal_voucher|M8", TicketUse("voucher:meal_voucher|M8", "AMS1-02-A-000001")))
    shop.checkout.begin()
    assert code_of(lambda: till.pay("meal", 500, "M8")) == "voucher.used"
    assert till.pay("meal", till.due("meal"), "M9") is not None
    sale = next(fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED)
    assert sale.body["coupons_once"] == ["voucher:meal_voucher|M9"]


def test_the_hub_s_own_limit_of_cash_holds_beside_the_country_s(shop: Shop) -> None:
    tendering(shop, replace(CASH_RULE, limits=(read_limit(">10 sale"),)))
    shop.checkout.begin()
    assert code_of(lambda: shop.checkout.pay_cash(1_100)) == "tender.cash_limit"
    assert shop.checkout.pay_cash(1_000) is None


def test_cash_from_three_thousand_is_refused_also_over_the_same_customer_s_sales_of_the_day(shop: Shop) -> None:
    tendering(shop, CASH_RULE, CARD_RULE)
    shop.set_price(SHIRT, 200_000)
    shop.selling.remove(1)
    shop.add(SHIRT)
    shop.selling._keep(ShopperKnown((), "C-1"))
    shop.sell_cash()
    shop.add(SHIRT)
    shop.selling._keep(ShopperKnown((), "C-1"))
    shop.checkout.begin()
    assert code_of(lambda: shop.checkout.pay_cash(200_000)) == "tender.cash_limit"
    assert shop.checkout.pay_cash(99_999) is None


def test_on_account_needs_a_customer_and_a_link_its_service(shop: Shop) -> None:
    links = Links()
    till = tendering(shop, CASH_RULE, ACCOUNT, LINK, links=links)
    shop.checkout.begin()
    assert code_of(lambda: till.pay("account", 500)) == "tender.no_customer"
    assert code_of(lambda: till.pay("link", 500)) == "tender.not_connected"
    links.arrived.add(shop.selling.priced.cart.sale)
    till.pay("link", 500)
    assert shop.checkout.settlement is not None and shop.checkout.settlement.tenders[0].reference == "LINK-500"
    assert code_of(lambda: till.pay("gone", 500)) == "tender.unknown"


def test_a_till_without_such_a_service_says_so(shop: Shop) -> None:
    till = tendering(shop, CASH_RULE, LINK)
    shop.checkout.begin()
    assert code_of(lambda: till.pay("link", 500)) == "tender.not_connected"


def test_selling_a_gift_card_adds_nothing_to_turnover_and_vat_and_its_worth_to_what_is_owed(shop: Shop) -> None:
    card = replace(shop.article(SHIRT), id="GIFT-25", barcodes=(), goods=(MULTI,))
    shop.put_catalog(row("article", "GIFT-25", card))
    shop.set_price("GIFT-25", 2_500)
    shop.selling.remove(1)
    shop.add("GIFT-25")
    shop.selling.number_line(2, "G25")
    shop.sell_cash()
    sale = next(fact for fact in shop.facts() if fact.kind == facts.SALE_COMPLETED)
    totals = apply_day(DayTotals(), sale)
    assert (totals.vouchers_sold, totals.net_by_rate, totals.tax_by_rate) == (2_500, {"outside:0": 2_500}, {"outside:0": 0})
    posted = {(one.account, one.key): one.amount_minor for one in posting(totals)}
    assert posted[("vouchers", "sold")] == -2_500 and not posted.get(("turnover", "standard:2100"))
