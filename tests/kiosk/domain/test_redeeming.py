"""Single-purpose vouchers that are redeemed: they take off what is theirs, no more, in any order, and it comes back in shares."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.account import Account, book, entries_in
from kiosk.domain.cart import Cart, CartLine
from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, Fact
from kiosk.domain.payment import open_settlement
from kiosk.domain.posting import TURNOVER, VAT, posting
from kiosk.domain.pricing import PricedCart, price_cart
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.receipt import movements, sale_body
from kiosk.domain.recompute import Difference, work_out_again
from kiosk.domain.redeeming import Redeems, good_for
from kiosk.domain.refunding import give
from kiosk.domain.returning import AS_NEW, GOODWILL, Wish, returnables, take_back
from kiosk.domain.tax import PER_LINE, PER_RATE_TOTAL
from kiosk.domain.tender import MEAL_VOUCHER, TenderRule
from kiosk.domain.tendering import line_worth
from kiosk.domain.voiding import void_body
from kiosk.domain.voucher import MULTI, SINGLE
from tests.kiosk.domain.strategies import PLACE, RATES
from tests.kiosk.domain.test_receipt import NUMBER, SHIFT
from tests.kiosk.domain.test_recompute import Shelf, rung

BOOKS, CHILDREN = "reduced|Books", "reduced|Books/Children"


def goods(line: int, minor: int, category: str = "Books", vat: str = "reduced", milli: int = 1_000) -> CartLine:
    """A line of goods."""
    return CartLine(line, f"A{line}", "", "Book", "", milli, "piece", minor, 1, vat, 0, 0, category=category)


def voucher(line: int, holds: int, said: str = BOOKS, code: str = "V1") -> CartLine:
    """A line that redeems a voucher."""
    vat = said.partition("|")[0]
    return CartLine(line, "", code, "Voucher", "", -1_000, "piece", 0, 0, vat, 0, 0, redeems=Redeems(code, holds, said))


def priced(*lines: CartLine, rule: str = PER_RATE_TOTAL) -> PricedCart:
    """What a cart of these costs."""
    return price_cart(Cart("S", lines), RATES, rule)


def offs(cart: PricedCart) -> dict[str, int]:
    """What each voucher takes off."""
    return {one.line.redeems.code: -one.amount_minor for one in cart.lines if one.line.redeems is not None}


def test_the_goods_leave_turnover_and_vat_again_at_their_own_rate_and_nothing_is_owed_for_them() -> None:
    cart = priced(goods(1, 2_500), goods(2, 1_000, "Toys", "standard"), voucher(3, 4_000))
    assert (cart.total_minor, offs(cart), cart.pieces) == (1_000, {"V1": 2_500}, 2)
    bands = {band.vat_class: (band.amount.net, band.amount.tax) for band in cart.bands}
    assert bands == {"reduced": (0, 0), "standard": (826, 174)}
    assert [one.article for one in movements(cart, "AMS1")] == ["A1", "A2"], "a voucher is no stock"


def test_it_is_for_its_category_and_below_its_vat_class_and_goods_that_are_sold_here() -> None:
    book = goods(1, 1_000)
    nothing = (
        goods(1, 1_000, "Bookshelves"), goods(1, 1_000, "Books", "standard"), replace(book, goods=(SINGLE,)),
        replace(book, goods=(MULTI,)),
        replace(book, bought_minor=500), replace(book, delivers="K1"), goods(1, 1_000, ""),
    )  # fmt: skip
    for line in nothing:
        assert offs(priced(line, voucher(2, 500))) == {"V1": 0}, line
    for line in (book, goods(1, 1_000, "Books/Children/Picture")):
        assert offs(priced(line, voucher(2, 500))) == {"V1": 500}, line
    assert offs(priced(goods(1, 1_000, "Whatever"), voucher(2, 500, good_for("reduced", "")))) == {"V1": 500}


def test_the_narrower_voucher_goes_first_so_that_together_they_cover_the_most() -> None:
    wide, narrow = voucher(3, 1_000, BOOKS, "WIDE"), voucher(4, 1_000, CHILDREN, "NARROW")
    cart = priced(goods(1, 1_000, "Books/Children"), goods(2, 600), wide, narrow)
    assert (cart.total_minor, offs(cart)) == (0, {"WIDE": 600, "NARROW": 1_000})


amounts = st.lists(st.tuples(st.integers(1, 5_000), st.sampled_from(["Books", "Books/Children", "Toys"])), min_size=1, max_size=6)
held = st.lists(st.tuples(st.integers(0, 6_000), st.sampled_from([BOOKS, CHILDREN, "reduced|"])), min_size=1, max_size=3)


@given(amounts, held, st.sampled_from([PER_LINE, PER_RATE_TOTAL]), st.randoms())
def test_vouchers_cover_the_most_they_may_never_more_and_the_order_of_scanning_changes_no_total(
    wanted: list[tuple[int, str]], vouchers: list[tuple[int, str]], rule: str, chance: random.Random
) -> None:
    scans = [("goods", *one) for one in wanted] + [("voucher", *one) for one in vouchers]
    chance.shuffle(scans)
    lines = [
        goods(n, minor, where) if what == "goods" else voucher(n, minor, where, f"V{n}")
        for n, (what, minor, where) in enumerate(scans, 1)
    ]
    cart = priced(*lines, rule=rule)
    for one in cart.lines:
        assert 0 <= one.redeemed_minor <= max(0, one.amount_minor)
        assert one.line.redeems is None or 0 <= -one.amount_minor <= one.line.redeems.holds_minor
    assert sum(one.redeemed_minor for one in cart.lines) == sum(offs(cart).values())
    assert sum(band.amount.gross for band in cart.bands) == cart.total_minor >= 0
    plain = sum(minor for minor, _ in wanted)
    best = 0
    for kind, inside in ((CHILDREN, "Books/Children"), (BOOKS, "Books"), ("reduced|", "")):  # each lies inside the next
        worth = sum(minor for minor, where in wanted if where.startswith(inside))
        best = min(best + sum(minor for minor, said in vouchers if said == kind), worth)
    assert plain - cart.total_minor == best
    again = priced(*sorted(lines, key=lambda one: (one.redeems is None, -one.line)), rule=rule)
    assert (again.total_minor, again.bands) == (cart.total_minor, cart.bands)


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=4), st.integers(1, 6_000), st.integers(2, 5))
def test_goods_that_come_back_piece_by_piece_put_on_the_voucher_and_pay_out_what_they_took_to_the_cent(
    prices: list[int], holds: int, pieces: int
) -> None:
    lines = [goods(n, minor, milli=pieces * 1_000) for n, minor in enumerate(prices, 1)]
    sale = rung(priced(*lines, voucher(9, holds))).body
    money, onto = 0, 0
    for line in returnables(sale, {}):
        given: dict[int, int] = {}
        for _ in range(pieces):
            back = take_back(sale, given, Wish(line.line, 1_000, GOODWILL, "", AS_NEW, True), "R")
            given[line.line] = given.get(line.line, 0) + 1_000
            money, onto = money - back.amount_minor, onto + sum(minor for _, minor in back.onto)
    redeemed = -next(line["amount"] for line in sale["lines"] if "redeems" in line)
    assert (money, onto) == (sale["total"], redeemed)


def sold(minor: int = 2_500) -> Fact:
    """The fact of a voucher that is sold."""
    return rung(priced(replace(goods(1, minor), goods=(SINGLE,), serial="V1", asks_serial=True)))


def test_issued_redeemed_returned_and_voided_the_vat_of_it_is_paid_once_and_the_account_says_what_is_left() -> None:
    issue, sale = sold(), rung(priced(goods(1, 1_500, milli=2_000), voucher(2, 2_500)))
    back = take_back(sale.body, {}, Wish(1, 1_000, GOODWILL, "", AS_NEW, True), "R")
    out = priced(replace(goods(1, 1_500, milli=-1_000), returned=back))
    paid_out = give(open_settlement(out.total_minor), "card", 250, "R1")
    returned = replace(sale, body=sale_body(out, paid_out, NUMBER, SHIFT, PLACE, "nl", {}))
    void = replace(returned, kind=SALE_VOIDED, body=void_body(returned.body, "V", NUMBER, "oops", "301"))
    day, account, left = DayTotals(), Account("", ""), []
    turnover = []
    for one in (issue, sale, returned, void):
        day = apply_day(day, one)
        for entry in entries_in(one):
            account = book(account if account.code else None, entry, one)
        left.append(account.left_minor)
        by = {(line.account, line.key): -line.amount_minor for line in posting(day)}
        turnover.append(by[TURNOVER, "reduced:900"] + by[VAT, "reduced:900"])
    assert (left, account.kind, account.good_for) == ([2_500, 0, 1_250, 0], "single_purpose", BOOKS)
    assert turnover == [2_500, 3_000, 2_750, 3_000], "its price when it was issued, then what was paid beside it"
    assert (day.redeemed, day.vouchers_sold, day.pieces) == (-2_500, 0, 3)
    assert (back.amount_minor, back.onto, returned.body["total"]) == (-250, (("V1", 1_250),), -250)


def test_what_a_voucher_covers_no_other_means_pays() -> None:
    cart = priced(goods(1, 2_000), voucher(2, 1_500))
    meal = TenderRule("meal", MEAL_VOUCHER, eligible=("category:Books",))
    assert [line_worth(meal, one) for one in cart.lines] == [500, 0]


def test_the_hub_finds_what_a_till_took_off_wrongly() -> None:
    fact = rung(priced(goods(1, 2_000), voucher(2, 1_500)))
    assert work_out_again(fact, Shelf()).differences == ()
    first, second = fact.body["lines"]
    body = {**fact.body, "lines": [first, {**second, "redeems": {**second["redeems"], "holds": 900}}]}
    found = work_out_again(replace(fact, kind=SALE_COMPLETED, body=body), Shelf()).differences
    assert Difference(2, "amount", -1_500, -900) in found and Difference(1, "redeemed", 1_500, 900) in found
