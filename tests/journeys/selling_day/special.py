"""What goes beyond plain sales: cards and credit, deposit, weights, ages, numbers, offers, an order, the drawer, odd returns.

Amounts beside the steps are in cents, worked out by hand.
"""

from tests.journeys.realtill import ENTER, F9
from tests.journeys.selling_day.counter import KEY, SHIRT_S, SHIRT_XL, Day

CARD, DRINK, NUTS, WINE, WATCH = "8799999700016", "8799999700023", "8799999700030", "8799999700047", "8799999700054"
NUTS_FOR_6_25, NUTS_OF_480_G = "2100042006256", "2200042004808"
SHOES, BRIEFS, SHIRT_ELSEWHERE = "8799999001625", "8799999000840", "8799999000116"
CARD_NUMBER, SERIAL, BAG, COUPON = "GC-100200", "SN-4711", "BAG-7781", "WELKOM10"
ADDRESS = ("Anna de Vries", "06 12345678", "", "1012js", "12", "Damrak", "Amsterdam")


def vouchers(day: Day) -> None:
    """A gift card is sold, loaded again, pays in part; goods it paid for come back as store credit, which pays too."""
    till = day.till
    day.scan(CARD, CARD_NUMBER)
    day.finish(ENTER)  # 2500
    till.scan(CARD)
    till.type(CARD_NUMBER)
    till.key(ENTER)
    till.wait(lambda: till.till.dialog == "")
    day.finish(ENTER)  # 2500 more on the same card
    till.scan(SHOES)
    total = day.total_minor
    till.key(F9, KEY.Key_F5, KEY.Key_F5)
    till.scan(CARD_NUMBER)
    till.key(KEY.Key_Tab)
    till.type("2000")
    till.key(ENTER)
    till.wait(lambda: till.till.payment_model.hasTenders is True)
    till.key(ENTER)  # the rest of 4995 in cash: 2995
    day.done(total)
    till.scan(day.last_receipt())
    till.key(ENTER)
    total = day.total_minor
    till.key(F9, KEY.Key_Down, ENTER)  # what the card paid is given as store credit, 2000
    till.key(ENTER)  # and the rest in cash
    credit = str(till.till.done_model.creditText)
    day.done(total)
    till.scan(SHIRT_S)
    total = day.total_minor
    till.key(F9)
    till.scan(credit)
    assert till.till.payment_model.otherText == "Winkeltegoed", till.texts()
    till.key(ENTER)  # 1499 of 2000
    day.done(total)


def deposits(day: Day) -> None:
    """Deposit is paid with drinks, comes off a sale, and is paid out where nothing is bought."""
    till = day.till
    day.scan(DRINK, DRINK)
    till.menu("empties")
    till.scan(DRINK)
    till.key(ENTER)
    day.finish(ENTER)  # 2 x (189 + 15) - 15 = 393
    till.menu("empties")
    till.type("4")
    till.key(ENTER, KEY.Key_Right)
    till.type("2")
    till.key(ENTER, ENTER)
    day.finish(ENTER)  # -(4 x 15 + 2 x 25) = -110


def weights(day: Day) -> None:
    """Nuts of a weight that is keyed in, from a label with their price, and from one with their weight."""
    till = day.till
    till.scan(NUTS)
    till.type("350")
    till.key(ENTER)
    day.sell(NUTS_FOR_6_25, NUTS_OF_480_G)  # 662 + 625 + 907 = 2194


def ages_and_numbers(day: Day) -> None:
    """Old enough, and not: then the line goes out; a watch is sold by its number."""
    till = day.till
    till.scan(WINE)
    till.key(F9)
    assert till.till.dialog == "age"
    till.key(ENTER)
    assert till.till.screen == "payment"
    total = day.total_minor
    till.key(ENTER)
    day.done(total)  # 995
    day.scan(WINE, SHIRT_S)
    till.key(F9)
    assert till.till.dialog == "age"
    till.key(KEY.Key_Escape, KEY.Key_Up, KEY.Key_F4)
    day.finish(ENTER)  # 1499
    till.scan(WATCH)
    till.type(SERIAL)
    till.key(ENTER)
    day.finish(ENTER)  # 14900


def offers(day: Day) -> None:
    """Three for two, and a coupon on what costs enough; then a gift receipt and a copy of it."""
    till = day.till
    day.sell(BRIEFS, BRIEFS, BRIEFS)  # 2 x 999
    day.scan(SHOES, SHIRT_S, COUPON)
    day.finish(ENTER)  # 6494 less a tenth
    till.menu("return")
    assert till.till.dialog == "return_find"
    till.key(KEY.Key_F4, KEY.Key_F3, KEY.Key_Escape)


def order(day: Day) -> None:
    """One shirt goes along, another that only Utrecht has is sent home; one payment by card."""
    till = day.till
    day.scan(SHIRT_XL, SHIRT_ELSEWHERE)
    till.menu("order")
    assert till.till.dialog == "order", till.till.message
    till.into_field(ADDRESS[0])
    for part in ADDRESS[1:]:
        till.key(KEY.Key_Tab)
        till.type(part)
    till.key(ENTER)
    assert till.till.dialog == "", till.texts()
    day.by_card()  # 1499 + 1499 + 495


def drawer(day: Day) -> None:
    """The drawer alone, money in, much money out with a second person's word, a drop, a sealed bag, a payment put right."""
    till = day.till
    till.menu("no_sale")
    till.type("1")
    day.move_cash(2, 2_000, "wisselgeld van de buren")
    day.move_cash(3, 6_000, "reparatie van de deur")
    till.agree()
    day.move_cash(0, 10_000)
    till.menu("cash")
    till.key(*[KEY.Key_Down] * 4)
    till.type("5000")
    till.scan(BAG)
    till.key(ENTER)
    day.sell(SHIRT_S)
    till.menu("correct")
    till.key(KEY.Key_F6)
    till.agree()


def returns(day: Day) -> None:
    """Goods without a receipt with a second person's word, and a watch that is not what was agreed, found by its number."""
    till = day.till
    till.menu("return")
    till.scan(SHIRT_S)
    assert till.till.dialog == "return_lines", (till.till.dialog, till.till.message)
    till.key(ENTER)
    assert till.till.dialog == "approve"
    till.agree()
    day.finish(ENTER)  # -1499
    till.menu("return")
    till.scan(SERIAL)
    assert till.till.dialog == "return_lines", (till.till.dialog, till.till.message)
    till.key(KEY.Key_F3, KEY.Key_F3, KEY.Key_F4, KEY.Key_F4, KEY.Key_F7, KEY.Key_F7, ENTER)
    day.finish(ENTER)  # -14900, not back to stock
