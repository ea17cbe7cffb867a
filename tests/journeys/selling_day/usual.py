"""What every day has: plain sales by cash and card, discounts, holds, returns, voids, practice, another cashier, cash moves."""

from kiosk.domain import facts
from tests.journeys.realtill import ENTER, F9
from tests.journeys.selling_day.counter import KEY, SHIRT_M, SHIRT_S, SHIRT_XL, Day


def morning(day: Day) -> None:
    """Plain sales: cash, cards, both, several pieces, a discount, one by a manager's word, a price by hand."""
    till = day.till
    for _ in range(8):
        day.sell(SHIRT_S)
    day.sell(SHIRT_S, SHIRT_M, SHIRT_XL)
    for _ in range(3):
        day.by_card(SHIRT_M)
    day.by_card(SHIRT_M, sign=True)
    till.type("3*")
    day.sell(SHIRT_S)
    till.scan(SHIRT_M)
    total = day.total_minor
    till.key(F9)
    till.type("500")
    day.terminal(signature=False)
    till.key(ENTER, KEY.Key_F5, ENTER)
    till.wait(lambda: till.till.screen == "done")
    day.done(total)
    till.scan(SHIRT_S)
    till.key(KEY.Key_F6)
    till.type("10")
    till.key(ENTER)
    day.finish(ENTER)
    till.scan(SHIRT_S)
    till.key(KEY.Key_F7)
    till.type("50")
    till.key(ENTER)
    till.agree()
    day.finish(ENTER)
    till.scan(SHIRT_S)
    till.key(KEY.Key_F6, KEY.Key_F3, KEY.Key_F3)
    till.type("1399")
    till.key(ENTER)
    day.finish(ENTER)


def noon(day: Day) -> None:
    """A sale put aside while others are served, returns, an exchange, a void line, a void sale, a post-void, training."""
    till = day.till
    till.scan(SHIRT_S)
    till.menu("suspend")
    till.type("rode jas")
    till.key(ENTER)
    for _ in range(4):
        day.sell(SHIRT_M)
    till.menu("retrieve")
    till.key(ENTER)
    day.finish(ENTER)
    first = str(till.facts(facts.SALE_COMPLETED)[0].body["receipt"])
    till.scan(first)  # a return: the whole of the first sale, in cash
    till.key(ENTER)
    day.finish(ENTER)
    till.scan(str(till.facts(facts.SALE_COMPLETED)[1].body["receipt"]))  # an exchange: one back, two bought
    till.key(ENTER)
    day.sell(SHIRT_XL, SHIRT_XL)
    day.scan(SHIRT_S, SHIRT_M)
    till.key(KEY.Key_F4)
    day.finish(ENTER)
    till.scan(SHIRT_S)
    till.key(KEY.Key_F8)
    till.tap("Bon annuleren")
    day.sell(SHIRT_S)
    wrong = day.last_receipt()
    till.menu("return")
    till.key(KEY.Key_F8)
    till.key(KEY.Key_1)
    till.agree()
    void = till.facts(facts.SALE_VOIDED)[-1]
    assert void.body["void"]["receipt"] == wrong
    day.note(void.body["total"])
    till.menu("training")
    till.scan(SHIRT_S)
    till.key(F9, ENTER, ENTER)
    till.menu("training")


def afternoon(day: Day) -> None:
    """Another cashier in the middle of a sale, a bill paid out of the drawer, and the last customers."""
    till = day.till
    till.scan(SHIRT_S)
    till.key(KEY.Key_F12)
    till.start_work("102", day.shop.first_pins()["102"])
    assert till.till.screen == "sale" and len(till.till.sale_model.priced.lines) == 1
    day.finish(ENTER)
    day.move_cash(3, 1_250, "glazenwasser")
    till.scan(SHIRT_M)
    till.menu("customer")
    till.type("2601")
    till.key(ENTER)
    day.finish(ENTER)
    for _ in range(3):
        day.sell(SHIRT_XL)
