"""A whole day of selling through the real screens, offline from first to last, then sent: screen, paper, ledger and hub agree.

Fifty sales of all kinds, in cash, at a card terminal (one is signed for), by gift card and store credit; deposit, weights, ages,
serial numbers, offers, an order, holds, returns, an exchange, approvals, cash moves, a count, Z.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import reduce

import pytest
from PySide6.QtCore import Qt
from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain import facts
from kiosk.domain.facts import Fact
from kiosk.domain.projections import DayTotals, apply_day
from sync.hub.commands.surface import line_to
from sync.hub.consolidating import PostingReport
from sync.hub.day_operations import ReportPosting
from sync.hub.operations import ReportDay
from sync.hub.order_operations import OrderShown, ShowOrder
from sync.hub.reports import DayReport
from sync.hub.voucher_operations import ReportVouchers, VoucherReport
from tests.journeys.conftest import ShopMaker
from tests.journeys.realtill import F9
from tests.journeys.selling_day import special, usual
from tests.journeys.selling_day.counter import Day
from tests.journeys.selling_day.night import prepare
from tests.journeys.waiting import wait_for

_TOTAL = re.compile(r"^Totaal EUR +(-?[\d.]+,\d\d)", re.MULTILINE)

# By hand, in cents, in the order of the day: see tests/journeys/selling_day/special.py.
SPECIAL = [
    2_500, 2_500, 4_995, -4_995, 1_499,  # cards and store credit
    393, -110, 2_194, 995, 1_499, 14_900,  # deposit, weights, ages, a serial number
    1_998, 5_845, 3_493, 1_499, -1_499, -14_900,  # offers, an order, the payment put right, odd returns
]  # fmt: skip
OWED = {"gift_card": (5_000, 2_000, 3_000), "store_credit": (2_000, 1_499, 501)}
"""Loaded, spent and left."""
STOCK = {"DRANK": 24_000 - 2_000, "WIJN": 6_000 - 1_000, "KLOK": 3_000 - 1_000, "1402-BLU-M": 14_000 - 3_000}
"""Thousandths at the end: a broken watch does not go back on the shelf."""


@pytest.fixture(scope="module")
def evening(make_shop_copy: ShopMaker, tmp_path_factory: pytest.TempPathFactory, qapp: object) -> Iterator[Day]:
    """The day, played once: everything below looks at what it left."""
    shop = make_shop_copy()
    day = prepare(shop, tmp_path_factory.mktemp("office"))
    till, pins = day.till, shop.first_pins()
    for number in ("201", "101"):  # the manager first, who then only agrees
        till.start_work(number, pins[number])
        if till.till.screen == "open_shift":
            till.key(F9)
        if number == "201":
            till.key(Qt.Key.Key_F12)
    usual.morning(day)
    usual.noon(day)
    for part in (
        special.vouchers, special.deposits, special.weights, special.ages_and_numbers, special.offers, special.order,
        special.drawer, special.returns,
    ):  # fmt: skip
        part(day)
    usual.afternoon(day)
    yield day
    till.close()


def totals(day: Day) -> DayTotals:
    """What the till's own facts add up to."""
    return reduce(apply_day, day.till.facts(), DayTotals())


def sales(day: Day) -> list[Fact]:
    """Sales, and those that were voided, in order."""
    return [fact for fact in day.till.facts() if fact.kind in (facts.SALE_COMPLETED, facts.SALE_VOIDED)]


def test_fifty_sales_of_all_kinds_were_made_and_the_screen_said_what_the_ledger_keeps(evening: Day) -> None:
    said = [fact.body["total"] for fact in sales(evening)]
    assert len(said) >= 50 and said == evening.said
    place = said.index(SPECIAL[0])
    assert said[place : place + len(SPECIAL)] == SPECIAL
    assert evening.till.terminal.verify()[1] is None


def test_the_paper_says_the_same_sale_by_sale(evening: Day) -> None:
    evening.till.wait(lambda: not evening.till.terminal.receipts.jobs())
    paper = evening.paper()
    printed = [
        int(found[1].replace(".", "").replace(",", ""))
        for text in paper
        if not any(mark in text for mark in ("OEFENING", "Niet betaald", "KOPIE")) and (found := _TOTAL.search(text))
    ]
    assert printed == evening.said
    (copy,) = [text for text in paper if "KOPIE" in text]
    (gift,) = [text for text in paper if "Ruilbon" in text]
    assert "58,45" in copy and not re.search(r"\d,\d\d", gift), "a gift receipt says no amount"


def test_everything_that_happened_is_in_the_journal_and_training_is_in_no_total(evening: Day) -> None:
    kinds = Counter(fact.kind for fact in evening.till.facts())
    for kind, times in {
        facts.SALE_SUSPENDED: 1, facts.SALE_RETRIEVED: 1, facts.SALE_ABANDONED: 1, facts.SALE_VOIDED: 1,
        facts.TRAINING_STARTED: 1, facts.TRAINING_REHEARSED: 1, facts.TRAINING_ENDED: 1, facts.CASH_MOVED: 5,
        facts.STAFF_SIGNED_IN: 3, facts.STAFF_SIGNED_OUT: 2, facts.DRAWER_OPENED: 1, facts.TENDER_CORRECTED: 1,
        facts.RECEIPT_COPIED: 2, facts.ORDER_PLACED: 1,
    }.items():  # fmt: skip
        assert kinds[kind] == times, kind
    done = totals(evening)
    assert done.gross == sum(evening.said) and done.voids == 1 and done.return_lines == 5
    assert (done.vouchers_sold, done.deposit, done.no_sales, done.corrections) == (5_000, 2 * 15 - 15 - 110, 1, 1)
    assert done.promotion == 999 + 649, "three for two, and the coupon"


def test_what_makes_a_sale_special_is_kept_with_its_line(evening: Day) -> None:
    lines = [line for fact in evening.till.facts(facts.SALE_COMPLETED) for line in fact.body["lines"]]
    nuts = [(line["quantity"], line["amount"]) for line in lines if line["article"] == "NOTEN"]
    assert nuts[0] == (350, 662) and nuts[1][1] == 625 and nuts[2] == (480, 907)
    (watch, back) = [line for line in lines if line["article"] == "KLOK"]
    assert watch["serial"] == back["serial"] == special.SERIAL
    said = back["returned"]
    assert (said["ground"], said["condition"], said["to_stock"]) == ("non_conformity", "damaged", False)
    (loose,) = [line["returned"] for line in lines if line.get("returned") and not line["returned"]["receipt"]]
    assert (loose["ground"], loose["approved_by"]) == ("goodwill", "201")
    (bag,) = [fact.body["bag"] for fact in evening.till.facts(facts.CASH_MOVED) if fact.body.get("bag")]
    assert bag == special.BAG


def test_the_shift_is_counted_and_closed_and_then_the_hub_agrees_to_the_cent(evening: Day) -> None:
    till = evening.till
    close_shift(evening)
    closed = till.facts(facts.SHIFT_CLOSED)[-1].body
    corrected = 1_500  # in cash, of which the card terminal knows nothing
    assert closed["poi"] == {"card": closed["totals"]["tenders"]["card"] - corrected}, "the card terminal counted the same"
    assert closed["difference"] == 0 and till.till.more.closing.step == "done"
    till.wait(lambda: not till.terminal.receipts.jobs())
    assert any("Z" in text.splitlines()[0] or "Z-rapport" in text for text in evening.paper()[-2:])

    assert till.terminal.ledger.push_state().acked == evening.heard, "nothing was heard of the hub all day"
    evening.shop.start_hub(evening.port)
    till.terminal.try_sync()
    till.wait(lambda: till.terminal.ledger.push_state().acked == till.terminal.ledger.head())
    day = till.facts(facts.SHIFT_OPENED)[-1].day
    with line_to(evening.shop.hub_folder) as line:
        report = line.ask(ReportDay("AMS1", day), DayReport)
        posting = line.ask(ReportPosting("AMS1", day), PostingReport)
        owed = line.ask(ReportVouchers(), VoucherReport)
        order = line.ask(ShowOrder(till.facts(facts.ORDER_PLACED)[0].body["number"]), OrderShown)
    assert list(report.terminals.values()) == [totals(evening)] and report.total.gross == sum(evening.said)
    assert till.terminal.ledger.push_state().held == report.held == posting.held == 0
    _books_balance(posting, report.total, closed["takings"])
    assert {one.kind: (one.loaded, one.spent, one.left) for one in owed.items} == OWED
    assert (order.owed_minor, order.paid_minor, order.to_pay_minor) == (1_499 + 495, 1_499 + 495, 0)
    wait_for(lambda: stock_at_till(evening) == stock_at_hub(evening), "the store's stock on its way to the till")
    at_hub = stock_at_hub(evening)
    assert {sku: at_hub[sku] for sku in STOCK} == STOCK


def close_shift(day: Day) -> None:
    """Count the drawer to the cent, compare, and close."""
    till = day.till
    left = till.terminal.shifts.totals().cash_expected
    till.menu("close_shift")
    till.key(F9)
    for minor in till.till.more_model.closing_model._counted.kinds:  # in as few pieces as can be; cash has no single cents
        pieces, left = divmod(left, minor) if minor else (0, left)
        if pieces:
            till.type(str(pieces))
        till.key(Qt.Key.Key_Down)
    assert left == 0
    till.key(F9)
    till.wait(lambda: bool(till.desk.till_money.closing._poi()))
    till.key(F9)


def _books_balance(posting: PostingReport, done: DayTotals, takings_minor: int) -> None:
    """The posting is in balance, and deposit, vouchers, bank and cards are in it as they were taken.

    `takings_minor` went to the safe when the shift was closed.
    """
    (part,) = posting.parts
    assert sum(line.debit - line.credit for line in part.lines) == 0
    booked = {(line.account, line.key): line.debit - line.credit for line in part.lines}
    assert booked["deposit", ""] == -done.deposit and booked["vouchers", "sold"] == -5_000
    assert booked["vouchers", "gift_card"] == 2_000 and booked["vouchers", "store_credit"] == 1_499 - 2_000
    assert booked["safe", ""] == 10_000 - 5_000 + takings_minor and booked["bank_transit", ""] == 5_000
    assert booked["pay_in", ""] == -2_000 and booked["pay_out", ""] == 7_250
    assert booked["tender", "card"] == posting.tenders["card"] == posting.poi["card"] + 1_500


def stock_at_hub(day: Day) -> dict[str, int]:
    """Thousandths in Amsterdam of every article that moved on this day, in the hub's file."""
    hub = sqlite3.connect(f"file:{day.shop.hub_folder / 'hub.db'}?mode=ro", uri=True)
    try:
        rows = dict(hub.execute("SELECT article, on_hand_milli FROM stock WHERE store = 'AMS1'").fetchall())
    finally:
        hub.close()
    return {sku: rows[sku] for sku in moved(day) if sku in rows}


def stock_at_till(day: Day) -> dict[str, int]:
    """The same as the till says it."""
    levels = [level for sku in moved(day) for level in day.till.terminal.catalog.stock(sku) if level.store == "AMS1"]
    return {level.article: level.on_hand_milli for level in levels}


def moved(day: Day) -> set[str]:
    """Every article of the day's sales."""
    return {line["article"] for fact in sales(day) for line in fact.body["lines"]}
