"""Gift cards and store credit at a real till: sold, loaded again, paid with, given back, refused, with the hub there or away."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.account import fold
from kiosk.domain.cart import AMOUNT, PERCENT
from kiosk.domain.catalog import Price
from kiosk.domain.codec import Json
from kiosk.domain.document import plain_text
from kiosk.domain.facts import Fact
from kiosk.domain.posting import posting
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.receipt import ReceiptNumber
from kiosk.domain.returning import AS_NEW, GOODWILL, Wish
from kiosk.domain.tender import CASH, CHANGE_CASH, GIFT_CARD, KEEPS_REST, MEAL_VOUCHER, STORE_CREDIT, TenderRule
from kiosk.domain.voiding import void_body
from kiosk.domain.voucher import MULTI, Voucher, is_credit_number
from kiosk.services import storedvalue
from kiosk.services.returns import Returns
from kiosk.services.tendering import Tendering
from kiosk.services.voiding import Voiding
from kiosk.store import spool
from kiosk.store.database import Connection
from tests.kiosk.domain.offers import promotion
from tests.kiosk.support import MANAGER, PIN, PLACE, SATURDAY_MS, Shop, code_of, open_shop, refused, row

SHIRT, CARD_25 = "1001-WHT-M", "GIFT-25"
DAY_MS = 86_400_000
RULES = (
    TenderRule("cash", CASH, {"nl": "Contant"}, 1, change=CHANGE_CASH, refund_to=(CASH,), drawer=True),
    TenderRule("gift", GIFT_CARD, {"nl": "Cadeaukaart"}, 3, change=KEEPS_REST, reference=True),
    TenderRule("once", MEAL_VOUCHER, {"nl": "Maaltijdcheque"}, 4, reference=True),
)
SETTINGS = {"returns.goodwill_refund": "voucher", "vouchers.valid_days": 365}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till that sells gift cards of 25 euro and gives store credit, valid for a year."""
    with open_shop(tmp_path, settings=SETTINGS) as made:
        card = replace(made.article(SHIRT), id=CARD_25, barcodes=("8712345678906",), goods=(MULTI,))
        made.put_catalog(row("article", CARD_25, card), row("price", f"{CARD_25}|0", Price(CARD_25, 0, 2_500, 9)))
        made.put_device(*(row("tender", rule.id, rule) for rule in RULES))
        made.counter.reload()
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def till(shop: Shop) -> Tendering:
    """Its means of payment."""
    return Tendering(shop.counter, shop.selling, shop.checkout)


def sell_card(shop: Shop, code: str) -> str:
    """A gift card of 25 euro, paid in cash; gives the receipt."""
    shop.add(CARD_25)
    shop.selling.number_line(1, code)
    return shop.sell_cash().receipt


def buy(shop: Shop, till: Tendering, rule: str, code: str, minor: int = 10**6) -> Json:
    """A shirt (14.99), as far as it goes with a voucher and the rest in cash; gives the sale's first tender."""
    shop.add(SHIRT)
    shop.checkout.begin()
    if till.pay(rule, min(minor, till.due(rule)), code) is None:
        assert shop.checkout.pay_cash(shop.checkout.cash_due()) is not None
    tender: Json = shop.facts()[-1].body["tenders"][0]
    return tender


def left_on(shop: Shop, code: str) -> int:
    """What the till says is left."""
    return storedvalue.balance(shop.counter, code).left_minor


def give_credit(shop: Shop, till: Tendering) -> Json:
    """A shirt comes back as a kindness; gives the tender that issued store credit."""
    shop.add(SHIRT)
    receipt, returns = shop.sell_cash().receipt, Returns(shop.counter, shop.selling, shop.session)
    returns.take(returns.find(receipt), [Wish(1, 1_000, GOODWILL, "changed mind", AS_NEW, True)])
    way = returns.refund_options(1_499, {})[0]
    shop.checkout.begin()
    assert way.kind == STORE_CREDIT and shop.checkout.refund(way, way.most_minor, "") is not None
    tender: Json = shop.facts()[-1].body["tenders"][0]
    return tender


def void(shop: Shop, receipt: str) -> None:
    """Undo a sale with a manager's word."""
    Voiding(shop.counter, shop.session, shop.receipts).void(receipt, "mistake", MANAGER, PIN)


def test_a_gift_card_is_sold_with_its_number_pays_at_once_and_keeps_its_rest(shop: Shop, till: Tendering) -> None:
    shop.add(CARD_25)
    assert refused(shop.checkout.begin).code == "cart.card_number"
    shop.selling.number_line(1, " gc 1234 ")
    shop.sell_cash()
    line = shop.facts()[-1].body["lines"][0]
    assert line["voucher_code"] == "GC1234" and "serial" not in line
    assert line["until"] == SATURDAY_MS + 365 * DAY_MS + 12 * 3_600_000, "to the end of its last day in Amsterdam"
    assert left_on(shop, "GC1234") == 2_500
    tender = buy(shop, till, "gift", "gc1234")
    assert (tender["amount"], tender["left"], tender["reference"]) == (1_499, 1_001, "GC1234") and "offline" not in tender
    assert buy(shop, till, "gift", "GC1234")["amount"] == 1_001
    shop.add(SHIRT)
    shop.checkout.begin()
    assert code_of(lambda: till.pay("gift", 100, "GC1234")) == "voucher.empty"


def test_a_card_that_is_sold_again_is_loaded_again(shop: Shop, till: Tendering) -> None:
    sell_card(shop, "G1")
    assert buy(shop, till, "gift", "G1")["left"] == 1_001
    sell_card(shop, "G1")
    assert left_on(shop, "G1") == 3_501


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4111 1111 1111 1111", "voucher.card_number"), ("8712345678906", "voucher.no_card"), (CARD_25, "voucher.no_card"),
        ("AMS1-01-A-000042-Z92YH2O", "voucher.no_card"), ("ANOTHER", "voucher.other_brand"), ("KRONOR", "voucher.other_currency"),
        ("OVER", "voucher.card_ended"),
    ],
)  # fmt: skip
def test_what_is_no_number_of_a_card_of_ours_is_refused_before_anything_is_sold(shop: Shop, text: str, code: str) -> None:
    shop.put_device(
        row("voucher", "gift_card|ANOTHER", Voucher("ANOTHER", GIFT_CARD, 1, "EUR", "zuid")),
        row("voucher", "gift_card|KRONOR", Voucher("KRONOR", GIFT_CARD, 1, "SEK", PLACE.brand)),
        row("voucher", "gift_card|OVER", Voucher("OVER", GIFT_CARD, 1, "EUR", PLACE.brand, SATURDAY_MS)),
    )
    shop.add(CARD_25)
    assert code_of(lambda: shop.selling.number_line(1, text)) == code
    assert shop.selling.priced.cart.lines[0].serial == ""


def test_one_card_is_not_sold_twice_in_a_basket_also_as_another_article(shop: Shop) -> None:
    other = replace(shop.article(CARD_25), id="GIFT-50", barcodes=())
    shop.put_catalog(row("article", "GIFT-50", other), row("price", "GIFT-50|0", Price("GIFT-50", 0, 5_000, 9)))
    for number, article in enumerate((CARD_25, CARD_25, "GIFT-50"), 1):
        shop.add(article)
        if number == 1:
            shop.selling.number_line(1, "G1")
        else:
            assert code_of(lambda n=number: shop.selling.number_line(n, "g1")) == "voucher.twice"  # type: ignore[misc]


def test_store_credit_has_a_number_nobody_guesses_and_pays_at_once(shop: Shop, till: Tendering) -> None:
    tender = give_credit(shop, till)
    receipt, number = shop.facts()[-1].body["receipt"], tender["reference"]
    assert is_credit_number(number) and number.startswith(f"{receipt}-") and tender["issued"]["until"] > SATURDAY_MS
    assert storedvalue.kind_of(number) == STORE_CREDIT and left_on(shop, number) == 1_499
    assert code_of(lambda: left_on(shop, number[:-1])) == "voucher.unknown", "a gift card of that number"
    assert buy(shop, till, "store_credit", number.lower(), 500)["left"] == 999
    assert left_on(shop, number) == 999 and give_credit(shop, till)["reference"] != number


def test_the_slip_has_the_amount_the_number_and_its_last_day_and_the_receipt_says_what_is_left(
    shop: Shop, till: Tendering
) -> None:
    number = give_credit(shop, till)["reference"]
    jobs = {job.idempotency_key: job.plain_text for job in shop.ledger.run(spool.jobs)}
    slip = jobs[f"credit-{number}"]
    assert "€ 14,99" in slip and f"[{number}]" in slip and "21 november 2027" in slip
    shop.add(SHIRT)
    shop.checkout.begin()
    till.connected = lambda: False
    till.pay("store_credit", 500, number)
    done = shop.checkout.pay_cash(shop.checkout.cash_due())
    assert done is not None
    paper = plain_text(done.document)
    assert "Resteert" in paper and "9,99" in paper and "zonder verbinding" in paper
    void(shop, done.receipt)
    jobs = {job.idempotency_key: job.plain_text for job in shop.ledger.run(spool.jobs)}
    undone = next(text for key, text in jobs.items() if key.startswith("void-"))
    assert number in undone and "Resteert" not in undone
    sell_card(shop, "G1")
    sold = [job.plain_text for job in shop.ledger.run(spool.jobs) if job.idempotency_key.startswith("receipt-")][-1]
    assert "Kaart G1" in sold and "21 november 2027" in sold


def test_credit_ends_with_its_last_day(shop: Shop, till: Tendering) -> None:
    number = give_credit(shop, till)["reference"]
    shop.clock.pass_ms(365 * DAY_MS + 12 * 3_600_000 - 1)
    assert not storedvalue.balance(shop.counter, number).ended
    shop.clock.pass_ms(1)
    assert storedvalue.balance(shop.counter, number).ended
    shop.add(SHIRT)
    shop.checkout.begin()
    assert code_of(lambda: till.pay("store_credit", 500, number)) == "voucher.expired"


def test_a_sale_that_is_undone_gives_back_what_a_card_paid(shop: Shop, till: Tendering) -> None:
    sell_card(shop, "G1")
    buy(shop, till, "gift", "G1")
    void(shop, shop.facts()[-1].body["receipt"])
    assert left_on(shop, "G1") == 2_500 and buy(shop, till, "gift", "G1")["left"] == 1_001


def test_a_voucher_that_pays_once_may_pay_again_after_its_sale_was_undone(shop: Shop, till: Tendering) -> None:
    buy(shop, till, "once", "M1")
    void(shop, shop.facts()[-1].body["receipt"])
    assert buy(shop, till, "once", "M1")["amount"] == 1_499
    shop.add(SHIRT)
    shop.checkout.begin()
    assert code_of(lambda: till.pay("once", 500, "M1")) == "voucher.used"


def test_a_sale_that_issued_a_card_is_undone_only_while_the_card_is_whole(shop: Shop, till: Tendering) -> None:
    sold = sell_card(shop, "G1")
    buy(shop, till, "gift", "G1", 100)
    before = len(shop.facts())
    assert code_of(lambda: void(shop, sold)) == "voucher.spent_since" and len(shop.facts()) == before
    void(shop, shop.facts()[-1].body["receipt"])
    void(shop, sold)
    assert code_of(lambda: left_on(shop, "G1")) == "voucher.unknown"


def test_the_ledger_itself_seals_no_fact_that_takes_back_what_was_paid_with_between_the_look_and_the_writing(
    shop: Shop, till: Tendering
) -> None:
    sell_card(shop, "G1")
    load = shop.facts()[-1].body
    buy(shop, till, "gift", "G1", 100)
    undone = void_body(load, "v", ReceiptNumber(PLACE.store, PLACE.terminal, 1, 99), "mistake", MANAGER)
    before = shop.ledger.head()
    again = lambda: shop.ledger.append(facts.SALE_VOIDED, undone, employee="101", day=shop.facts()[-1].day)  # noqa: E731
    assert code_of(again) == "voucher.spent_since"
    assert shop.ledger.head() == before and left_on(shop, "G1") == 2_400


def test_store_credit_of_a_return_that_is_undone_is_gone(shop: Shop, till: Tendering) -> None:
    number = give_credit(shop, till)["reference"]
    void(shop, shop.facts()[-1].body["receipt"])
    assert code_of(lambda: left_on(shop, number)) == "voucher.unknown"


def test_a_gift_card_that_comes_back_is_empty_and_one_that_paid_is_not_taken_back(shop: Shop, till: Tendering) -> None:
    receipt, returns = sell_card(shop, "G1"), Returns(shop.counter, shop.selling, shop.session)
    back = Wish(1, 1_000, GOODWILL, "wrong present", AS_NEW, True)
    buy(shop, till, "gift", "G1", 100)
    assert code_of(lambda: returns.take(returns.find(receipt), [back])) == "voucher.spent_since"
    void(shop, shop.facts()[-1].body["receipt"])
    returns.take(returns.find(receipt), [back])
    shop.checkout.begin()
    assert shop.checkout.refund_cash(10**9) is not None
    assert code_of(lambda: left_on(shop, "G1")) == "voucher.unknown"
    assert shop.shifts.totals().vouchers_sold == 0


def test_what_a_card_paid_goes_back_onto_it_when_goods_come_back(shop: Shop, till: Tendering) -> None:
    shop.put_settings({"returns.goodwill_refund": "original"})
    sell_card(shop, "G1")
    buy(shop, till, "gift", "G1")
    returns = Returns(shop.counter, shop.selling, shop.session)
    receipt = shop.facts()[-1].body["receipt"]
    returns.take(returns.find(receipt), [Wish(1, 1_000, GOODWILL, "too small", AS_NEW, True)])
    way = returns.refund_options(1_499, {"gift": ("same",)})[0]
    assert (way.kind, way.reference) == (GIFT_CARD, "G1")
    shop.checkout.begin()
    assert shop.checkout.refund(way, 1_499, "") is not None and left_on(shop, "G1") == 2_500


def test_a_shop_whose_rules_give_store_credit_takes_it_too(shop: Shop, till: Tendering) -> None:
    shop.put_settings({"returns.goodwill_refund": "original"})
    assert STORE_CREDIT not in till.rules()
    shop.put_device(row("tender", "gift", replace(RULES[1], refund_to=("same", STORE_CREDIT))))
    shop.counter.reload()
    assert till.rules()[STORE_CREDIT].kind == STORE_CREDIT


def test_without_a_drawer_the_store_credit_that_tills_give_for_cash_pays(shop: Shop, till: Tendering) -> None:
    shop.put_settings({"returns.goodwill_refund": "original"})
    cash = next(rule for rule in RULES if rule.kind == CASH)
    shop.put_device(row("tender", cash.id, replace(cash, refund_to=("same", STORE_CREDIT))))
    shop.counter.has_drawer = False
    shop.counter.reload()
    kinds = {rule.kind for rule in till.rules().values()}
    assert STORE_CREDIT in kinds and CASH not in kinds


def test_away_from_the_hub_a_known_card_pays_up_to_the_shop_s_limit_and_the_sale_says_so(shop: Shop, till: Tendering) -> None:
    told = Voucher("G7", GIFT_CARD, 5_000, "EUR", PLACE.brand, loaded={"dev-2": 5_000}, turn=1)
    shop.put_device(row("voucher", "gift_card|G7", told))
    till.connected = lambda: False
    shop.put_settings({"vouchers.offline_max": "20.00"})
    first = buy(shop, till, "gift", "G7")
    assert (first["amount"], first["offline"], first["left"]) == (1_499, True, 3_501)
    assert buy(shop, till, "gift", "G7")["amount"] == 501, "the limit is for a card, until the hub has heard of it"
    shop.add(SHIRT)
    shop.checkout.begin()
    assert code_of(lambda: till.pay("gift", 100, "G7")) == "voucher.offline_max"
    assert code_of(lambda: till.pay("gift", 100, "G8")) == "voucher.unknown_offline"
    storedvalue.learn(shop.counter, replace(told, spent={"dev-1": 2_000}, turn=3))
    till.pay("gift", 1_400, "G7")
    assert shop.checkout.settlement is not None and shop.checkout.settlement.tenders[0].amount_minor == 1_400


def test_what_only_this_till_issued_has_no_limit_and_without_a_limit_the_rest_is_it(shop: Shop, till: Tendering) -> None:
    shop.put_settings({"vouchers.offline_max": "1.00"})
    till.connected = lambda: False
    number = give_credit(shop, till)["reference"]
    assert buy(shop, till, "store_credit", number)["amount"] == 1_499
    shop.put_settings({"vouchers.offline_max": "0"})
    shop.put_device(row("voucher", "gift_card|G7", Voucher("G7", GIFT_CARD, 1_000, "EUR", PLACE.brand)))
    assert buy(shop, till, "gift", "G7")["amount"] == 1_000


def test_what_the_hub_answered_is_kept_and_a_later_row_goes_before_it(shop: Shop, till: Tendering) -> None:
    assert code_of(lambda: left_on(shop, "G9")) == "voucher.unknown"
    storedvalue.learn(shop.counter, Voucher("G9", GIFT_CARD, 1_000, "EUR", PLACE.brand, turn=1))
    assert buy(shop, till, "gift", "G9", 300)["left"] == 700
    row_now = Voucher("G9", GIFT_CARD, 1_000, "EUR", PLACE.brand, spent={"dev-1": 300, "dev-2": 500}, turn=3)
    shop.put_device(row("voucher", "gift_card|G9", row_now))
    storedvalue.learn(shop.counter, Voucher("G9", GIFT_CARD, 1_000, "EUR", PLACE.brand, turn=1))
    assert left_on(shop, "G9") == 200


def test_a_restart_between_payment_and_commit_neither_takes_from_the_card_nor_forgets_the_payment(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings=SETTINGS) as shop:
        shop.put_device(row("tender", "gift", RULES[1]), row("tender", "cash", RULES[0]))
        told = Voucher("G1", GIFT_CARD, 1_000, "EUR", PLACE.brand)
        shop.put_device(row("voucher", "gift_card|G1", told))
        shop.counter.reload()
        shop.sign_in()
        shop.open_shift()
        shop.add(SHIRT)
        shop.checkout.begin()
        assert Tendering(shop.counter, shop.selling, shop.checkout).pay("gift", 600, "G1") is None
        assert left_on(shop, "G1") == 1_000, "a payment that may still be given back is not on the card yet"
        key = shop.key
    with open_shop(tmp_path, key=key) as shop:
        shop.sign_in()
        till = Tendering(shop.counter, shop.selling, shop.checkout)
        settlement = shop.checkout.begin()
        assert [one.reference for one in settlement.tenders] == ["G1"] and till.rules()
        assert code_of(lambda: till.pay("gift", 100, "G1")) == "voucher.used"
        assert shop.checkout.pay_cash(shop.checkout.cash_due()) is not None
        assert left_on(shop, "G1") == 400


def test_a_commit_that_fails_takes_nothing_off_the_card_and_is_tried_again_once(
    shop: Shop, till: Tendering, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell_card(shop, "G1")
    shop.add(SHIRT)
    shop.checkout.begin()

    def full(conn: Connection, fact: Fact) -> None:
        raise OSError("no space left on the disk")

    with monkeypatch.context() as broken:
        broken.setattr(shop.receipts, "spool_sale_in", full)
        with pytest.raises(OSError, match="no space"):
            till.pay("gift", 1_499, "G1")
    assert left_on(shop, "G1") == 2_500 and not any(one["kind"] == GIFT_CARD for one in shop.facts()[-1].body["tenders"])
    assert till.pay("gift", 1_499, "G1") is not None
    assert left_on(shop, "G1") == 1_001


def test_a_payment_that_is_given_back_leaves_the_card_as_it_was(shop: Shop, till: Tendering) -> None:
    sell_card(shop, "G1")
    shop.add(SHIRT)
    shop.checkout.begin()
    till.pay("gift", 500, "G1")
    shop.checkout.give_back()
    shop.checkout.cancel()
    assert left_on(shop, "G1") == 2_500


def test_the_books_owe_just_what_is_left_on_all_cards(shop: Shop, till: Tendering) -> None:
    receipt = sell_card(shop, "G1")
    sell_card(shop, "G2")
    buy(shop, till, "gift", "G2", 700)
    number = give_credit(shop, till)["reference"]
    buy(shop, till, "store_credit", number, 200)
    void(shop, receipt)
    buy(shop, till, "gift", "G2")
    void(shop, shop.facts()[-1].body["receipt"])
    totals = DayTotals()
    for fact in shop.facts():
        totals = apply_day(totals, fact)
    owed = -sum(one.amount_minor for one in posting(totals) if one.account == "vouchers")
    assert owed == sum(account.left_minor for account in fold(shop.facts()).values()) == 1_800 + 1_299


def test_change_in_cash_for_a_gift_card_leaves_the_drawer_and_the_books_balance(shop: Shop) -> None:
    shop.put_device(row("tender", "all", replace(RULES[1], id="all", change=CHANGE_CASH)))
    shop.counter.reload()
    till = Tendering(shop.counter, shop.selling, shop.checkout)
    sell_card(shop, "G1")
    before = shop.shifts.totals()
    shop.add(SHIRT)
    shop.checkout.begin()
    assert till.pay("all", 2_500, "G1") is not None
    tender = shop.facts()[-1].body["tenders"][0]
    assert (tender["amount"], tender["change"], tender["left"]) == (1_499, 1_001, 0)
    after = shop.shifts.totals()
    assert after.cash_expected == before.cash_expected - 1_001 and after.tenders[GIFT_CARD] == 2_500
    assert fold(shop.facts())[GIFT_CARD, "G1"].left_minor == 0
    owed = sum(one.amount_minor for one in posting(after) if one.account == "vouchers")
    assert owed == 0


def test_a_training_issues_nothing(shop: Shop) -> None:
    shop.counter.training = True
    shop.add(CARD_25)
    shop.selling.number_line(1, "G1")
    shop.sell_cash()
    assert shop.facts()[-1].kind == facts.TRAINING_REHEARSED
    assert code_of(lambda: left_on(shop, "G1")) == "voucher.unknown"


def test_nothing_comes_off_a_gift_card_by_hand_by_promotion_or_with_the_whole_sale(shop: Shop) -> None:
    half = promotion("HALF", PERCENT, "all", percent_bp=5_000)
    shop.put_catalog(row("promotion", half.id, half))
    shop.sign_in(MANAGER)
    shop.add(CARD_25)
    shop.selling.number_line(1, "G1")
    assert code_of(lambda: shop.selling.discount_line(1, PERCENT, 1_000, "r")) == "cart.gift_card"
    assert code_of(lambda: shop.selling.discount_sale(PERCENT, 1_000, "r")) == "cart.gift_card"
    shop.add(SHIRT)
    priced = shop.selling.discount_sale(AMOUNT, 100, "r")
    card, shirt = priced.lines
    assert (card.promotion_minor, card.sale_discount_minor, card.amount_minor) == (0, 0, 2_500)
    assert (shirt.promotion_minor, shirt.sale_discount_minor, shirt.amount_minor) == (750, 100, 649)
    assert refused(lambda: shop.selling.discount_sale(AMOUNT, 750, "r")).code == "cart.discount", "the card is not in what there is"
    shop.sell_cash()
    assert left_on(shop, "G1") == 2_500
