"""Selling: each change is on disk before it is on the screen, discounts stay within a role, weights and ages are asked for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain import facts
from kiosk.domain.cart import AMOUNT, PERCENT
from kiosk.domain.catalog import Price
from kiosk.domain.pricelist import PriceList
from kiosk.domain.promotion import MEMBERS
from kiosk.domain.staff import LEAVE_OUT, Employee
from kiosk.domain.ticket import Ticket
from kiosk.services.selling import Selling
from tests.kiosk.support import ASSOCIATE, CASHIER, MANAGER, PIN, Shop, code_of, open_shop, refused, row

SHIRT, OTHER_SHIRT = "1001-WHT-M", "1001-WHT-L"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


@pytest.fixture
def grocery(tmp_path: Path) -> Iterator[Shop]:
    """A grocery till with a cashier at work."""
    with open_shop(tmp_path, "grocery") as made:
        made.sign_in()
        made.open_shift()
        yield made


def quantities(shop: Shop) -> list[tuple[str, int]]:
    """Articles and quantities of the open cart."""
    return [(line.article, line.quantity_milli) for line in shop.selling.priced.cart.lines]


def first(shop: Shop, where: str) -> str:
    """The number of the sample's first article of a kind."""
    for article in shop.catalog.articles("", ()):
        if {"weighed": article.is_weighed, "deposit": article.deposit_minor, "age": article.age_limit}[where]:
            return article.id
    raise AssertionError(f"the sample has nothing with {where}")


def on_disk(shop: Shop) -> Selling:
    """The cart as a restart would find it."""
    return Selling(shop.counter)


def test_a_code_of_any_kind_finds_its_article(shop: Shop) -> None:
    barcode = shop.article(SHIRT).barcodes[0]
    for code in (barcode, barcode.zfill(14), SHIRT):
        shop.selling.add_code(code)
    assert quantities(shop) == [(SHIRT, 3_000)]


def test_the_same_article_twice_in_a_row_counts_up_and_another_between_starts_a_line(shop: Shop) -> None:
    for key in (SHIRT, SHIRT, OTHER_SHIRT, SHIRT):
        shop.add(key)
    assert quantities(shop) == [(SHIRT, 2_000), (OTHER_SHIRT, 1_000), (SHIRT, 1_000)]
    shop.selling.set_quantity(1, 5_000)
    shop.add(SHIRT)
    assert quantities(shop)[-1] == (SHIRT, 1_000), "what was touched last was another line"


def test_what_is_scanned_after_a_price_change_has_the_new_price(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.set_price(SHIRT, 999)
    shop.add(SHIRT)
    shop.add(SHIRT)
    lines = shop.selling.priced.cart.lines
    assert [(line.unit_price_minor, line.quantity_milli) for line in lines] == [(1499, 1_000), (999, 2_000)]


def test_a_price_that_starts_later_switches_by_itself(shop: Shop) -> None:
    shop.set_price(SHIRT, 999, from_ms=shop.clock.wall_ms + 1_000)
    assert shop.add(SHIRT).total_minor == 1499
    shop.clock.pass_ms(1_000)
    assert shop.add(SHIRT).total_minor == 1499 + 999


def test_a_line_states_where_its_price_was_found_and_keeps_it_when_the_price_switches(shop: Shop) -> None:
    asked_ms, seen = shop.clock.wall_ms, shop.catalog.cursor().rev
    shop.add(SHIRT)
    shop.set_price(SHIRT, 999, from_ms=shop.clock.wall_ms + 1_000)
    shop.clock.pass_ms(5_000)
    shop.selling.set_quantity(1, 2_000)
    shop.add(OTHER_SHIRT)
    first, second = shop.selling.priced.cart.lines
    assert (first.unit_price_minor, first.price_list, first.price_at_ms, first.price_seen) == (1499, "base", asked_ms, seen)
    assert (second.price_at_ms, second.price_seen) == (asked_ms + 5_000, seen + 1)


def members_pay(shop: Shop, minor: int) -> None:
    """A price list for members, with the shirt in it."""
    members = PriceList("members", "Leden", shop.ledger.identity.place.currency, group=MEMBERS)
    shop.put_catalog(
        row("pricelist", "members", members), row("listprice", f"{SHIRT}|0|members", Price(SHIRT, 0, minor, 5, "members"))
    )


def test_a_terminal_sells_at_the_prices_of_its_own_store(shop: Shop) -> None:
    place = shop.ledger.identity.place
    week = PriceList("week", "Deze week", place.currency, store=place.store)
    other = PriceList("other", "Elders", place.currency, store="UTR1")
    shop.put_catalog(
        row("pricelist", "week", week), row("pricelist", "other", other),
        row("listprice", f"{SHIRT}|0|week", Price(SHIRT, 0, 1199, 5, "week")),
        row("listprice", f"{SHIRT}|0|other", Price(SHIRT, 0, 99, 5, "other")),
    )  # fmt: skip
    assert shop.add(SHIRT).total_minor == 1199
    assert shop.selling.priced.cart.lines[0].price_list == "week"


def test_a_card_shown_last_gives_the_same_prices_as_a_card_shown_first(shop: Shop) -> None:
    members_pay(shop, 1199)
    shop.add(SHIRT)
    shop.clock.pass_ms(5_000)
    shop.selling.add_code(OTHER_SHIRT)
    before = shop.selling.priced.cart
    known = shop.selling.know_customer("M1").cart
    assert [(line.unit_price_minor, line.price_list) for line in known.lines] == [(1199, "members"), (1499, "base")]
    assert [line.price_at_ms for line in known.lines] == [line.price_at_ms for line in before.lines]
    assert known.last_line == before.last_line, "the last thing scanned is still the last thing scanned"
    assert on_disk(shop).priced.cart == known
    assert shop.selling.know_customer("").cart.lines == before.lines


def test_a_price_that_a_person_set_stays_whoever_the_customer_is(shop: Shop) -> None:
    members_pay(shop, 1199)
    shop.add(SHIRT)
    shop.selling.reprice_line(1, 1400, "beschadigd")
    shop.add(SHIRT)
    assert [line.unit_price_minor for line in shop.selling.know_customer("M1").cart.lines] == [1400, 1199]


def test_a_price_that_changed_meanwhile_does_not_come_in_by_the_customer_s_card(shop: Shop) -> None:
    members_pay(shop, 1199)
    shop.add(OTHER_SHIRT)
    shop.set_price(OTHER_SHIRT, 999, from_ms=shop.clock.wall_ms)
    assert [line.unit_price_minor for line in shop.selling.know_customer("M1").cart.lines] == [1499]


def test_a_discounted_line_does_not_count_up(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.selling.discount_line(1, PERCENT, 1_000, "beschadigd")
    shop.add(SHIRT)
    assert quantities(shop) == [(SHIRT, 1_000), (SHIRT, 1_000)]


def test_what_is_not_known_or_has_no_price_changes_nothing(shop: Shop) -> None:
    assert code_of(lambda: shop.selling.add_code("8710398500526")) == "scan.unknown"
    free = replace(shop.article(SHIRT), id="X1", barcodes=("8719999999999",))
    shop.put_catalog(row("article", "X1", free))
    assert code_of(lambda: shop.selling.add_code("8719999999999")) == "scan.no_price"
    assert on_disk(shop).priced.cart.is_empty


def test_goods_by_weight_ask_for_their_weight(grocery: Shop) -> None:
    apple = first(grocery, "weighed")
    refusal = refused(lambda: grocery.selling.add_code(apple))
    assert (refusal.code, refusal.values["article"]) == ("scan.weigh", apple)
    priced = grocery.selling.add_code(apple, 420, weighed=True)
    grocery.selling.add_code(apple, 1_000, weighed=True)
    assert quantities(grocery) == [(apple, 420), (apple, 1_000)], "each weighing is a line of its own"
    assert (priced.pieces, priced.lines[0].amount_minor) == (1, round(249 * 0.42))


def test_a_weight_on_goods_by_the_piece_is_one_piece(shop: Shop) -> None:
    shop.selling.add_code(SHIRT, 420, weighed=True)
    assert quantities(shop) == [(SHIRT, 1_000)]


def test_half_a_shirt_cannot_be_sold(shop: Shop) -> None:
    shop.add(SHIRT)
    assert code_of(lambda: shop.selling.set_quantity(1, 1_500)) == "cart.whole_pieces"
    assert quantities(shop) == [(SHIRT, 1_000)]


def test_deposit_comes_with_its_article_and_stays_outside_vat(grocery: Shop) -> None:
    key = first(grocery, "deposit")
    priced = grocery.selling.add_article(grocery.article(key), 6_000)
    assert priced.deposit_minor == 6 * grocery.article(key).deposit_minor > 0
    assert [band.amount.tax for band in priced.bands if band.vat_class == "outside"] == [0]


def test_an_age_is_checked_before_paying_and_the_check_names_who_did_it(grocery: Shop) -> None:
    key = first(grocery, "age")
    priced = grocery.add(key)
    assert priced.cart.age_needed == grocery.article(key).age_limit
    assert code_of(grocery.checkout.begin) == "cart.age"
    grocery.selling.check_age(priced.cart.age_needed)
    grocery.sell_cash()
    body = grocery.facts()[-1].body
    assert (body["age_checked"], body["age_checked_by"]) == (grocery.article(key).age_limit, CASHIER)


# discounts


@pytest.mark.parametrize(("number", "most_bp"), [(CASHIER, 1_000), (ASSOCIATE, 2_000), (MANAGER, 10_000)])
def test_each_role_discounts_up_to_its_limit_and_not_a_cent_more(shop: Shop, number: str, most_bp: int) -> None:
    shop.sign_in(number)
    shop.add(SHIRT)
    shop.selling.set_quantity(1, 10_000)  # 149.90
    most_minor = 14_990 * most_bp // 10_000
    for target in (lambda *what: shop.selling.discount_line(1, *what), shop.selling.discount_sale):
        assert target(PERCENT, most_bp, "reason").discount_minor == most_minor
        assert target(AMOUNT, most_minor, "reason").discount_minor == most_minor
        if most_bp < 10_000:
            refusal = refused(lambda target=target: target(PERCENT, most_bp + 1, "reason"))  # type: ignore[misc]
            assert refusal.code == "staff.discount_limit"
            assert f"{most_bp // 100}" in str(refusal.values["percent"])
            assert code_of(lambda target=target: target(AMOUNT, most_minor + 1, "reason")) == "staff.discount_limit"  # type: ignore[misc]
        assert target(PERCENT, 0, "").discount_minor == 0, "nothing takes it away again"


def test_a_discount_has_a_reason_and_takes_off_something_that_is_there(shop: Shop) -> None:
    shop.sign_in(MANAGER)
    shop.add(SHIRT)
    assert code_of(lambda: shop.selling.discount_line(1, PERCENT, 500, "  ")) == "cart.reason"
    for kind, value in ((PERCENT, 10_001), (AMOUNT, 1_500), (PERCENT, -1), (AMOUNT, -1)):
        assert code_of(lambda kind=kind, value=value: shop.selling.discount_line(1, kind, value, "r")) == "cart.discount"  # type: ignore[misc]
    assert code_of(lambda: shop.selling.discount_line(9, PERCENT, 500, "r")) == "cart.no_such_line"


def test_goods_cannot_be_taken_out_from_under_a_fixed_discount(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.selling.set_quantity(1, 10_000)
    shop.selling.discount_line(1, AMOUNT, 1_499, "beschadigd")
    assert code_of(lambda: shop.selling.set_quantity(1, 1_000)) == "staff.discount_limit"
    shop.add(OTHER_SHIRT)
    shop.selling.discount_sale(AMOUNT, 1_000, "vaste klant")
    assert code_of(lambda: shop.selling.remove(1)) == "staff.discount_limit"
    assert quantities(shop) == [(SHIRT, 10_000), (OTHER_SHIRT, 1_000)]
    shop.sign_in(MANAGER)
    shop.selling.remove(1)
    assert quantities(shop) == [(OTHER_SHIRT, 1_000)]


def test_a_percentage_on_what_costs_nothing_yet_keeps_to_the_role(grocery: Shop) -> None:
    grocery.selling.add_code(first(grocery, "weighed"), 1, weighed=True)
    assert grocery.selling.priced.total_minor == 0
    assert code_of(lambda: grocery.selling.discount_line(1, PERCENT, 10_000, "r")) == "staff.discount_limit"


def test_a_role_of_a_newer_hub_may_do_what_a_cashier_may(shop: Shop) -> None:
    hashed = shop.session.find(CASHIER).pin_hash
    shop.put_device(row("staff", "900", Employee("900", "Owner", "owner", "B9", hashed)))
    shop.sign_in("900")
    shop.add(SHIRT)
    assert code_of(lambda: shop.selling.discount_line(1, PERCENT, 1_001, "r")) == "staff.discount_limit"


# durability and the journal


def test_every_change_is_on_disk_when_it_is_on_the_screen(shop: Shop) -> None:
    shop.sign_in(MANAGER)
    steps = (
        lambda: shop.add(SHIRT),
        lambda: shop.add(OTHER_SHIRT),
        lambda: shop.selling.set_quantity(1, 4_000),
        lambda: shop.selling.discount_line(1, AMOUNT, 100, "r"),
        lambda: shop.selling.discount_sale(PERCENT, 2_500, "r"),
        lambda: shop.selling.check_age(18),
        lambda: shop.selling.remove(2),
    )
    for step in steps:
        priced = step()
        assert shop.selling.priced == priced == on_disk(shop).priced


def test_an_abandoned_sale_stays_in_the_journal_with_all_it_ever_held(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.add(OTHER_SHIRT)
    shop.selling.remove(2)
    assert shop.selling.abandon("klant weg").cart.is_empty
    fact = shop.facts()[-1]
    assert (fact.kind, fact.body["reason"], fact.body["total"]) == (facts.SALE_ABANDONED, "klant weg", 1499)
    assert [line["article"] for line in fact.body["lines"]] == [SHIRT, OTHER_SHIRT]
    assert on_disk(shop).priced.cart.sale == ""
    count = len(shop.facts())
    shop.selling.abandon("nothing there")
    assert len(shop.facts()) == count


def test_two_sales_in_a_row_are_two_sales(shop: Shop) -> None:
    sales = set()
    for _ in range(2):
        shop.add(SHIRT)
        sales.add(shop.selling.priced.cart.sale)
        shop.sell_cash()
    assert len(sales) == 2


# tickets


def ticket(*lines: tuple[str, int], number: int = 1) -> Ticket:
    """A kiosk's basket."""
    return Ticket(f"0192f0a0-0000-7000-8000-{number:012x}", bytes(8), 0, tuple((code.zfill(14), q) for code, q in lines))


def test_a_ticket_becomes_lines_at_todays_prices_and_is_taken_once(shop: Shop) -> None:
    codes = [shop.article(key).barcodes[0] for key in (SHIRT, OTHER_SHIRT)]
    shop.set_price(SHIRT, 999)
    basket = ticket((codes[0], 2_000), ("8710398500526", 1_000), (codes[1], 1_000))
    outcome = shop.selling.take_ticket(basket)
    assert (outcome.added, outcome.unknown) == (2, ("08710398500526",))
    assert quantities(shop) == [(SHIRT, 2_000), (OTHER_SHIRT, 1_000)]
    assert shop.selling.priced.total_minor == 2 * 999 + 1499
    assert code_of(lambda: shop.selling.take_ticket(basket)) == "ticket.already_taken"
    receipt = shop.sell_cash().receipt
    refusal = refused(lambda: shop.selling.take_ticket(basket))
    assert (refusal.code, refusal.values["receipt"]) == ("ticket.already_taken", receipt)
    assert shop.facts()[-1].body["tickets"] == [basket.id]


def test_a_ticket_of_an_abandoned_sale_may_be_taken_again(shop: Shop) -> None:
    basket = ticket((shop.article(SHIRT).barcodes[0], 1_000))
    shop.selling.take_ticket(basket)
    shop.selling.abandon("vergeten")
    assert shop.selling.take_ticket(basket).added == 1


def test_a_ticket_that_a_colleague_took_is_refused(shop: Shop) -> None:
    basket = ticket((shop.article(SHIRT).barcodes[0], 1_000))
    shop.put_device(row("ticket", basket.id, {"ticket": basket.id, "receipt": "AMS1-02-A-000001"}))
    assert code_of(lambda: shop.selling.take_ticket(basket)) == "ticket.already_taken"
    assert shop.selling.priced.cart.is_empty


def test_a_ticket_that_does_not_fit_adds_no_line_at_all(shop: Shop) -> None:
    code = shop.article(SHIRT).barcodes[0]
    assert code_of(lambda: shop.selling.take_ticket(ticket((code, 1_000), (code, 0)))) == "cart.quantity"
    assert on_disk(shop).priced.cart.is_empty
    assert shop.selling.take_ticket(ticket((code, 1_000), (code, 1_000), number=2)).added == 2


def test_a_price_by_hand_keeps_the_shops_price_and_gives_it_back(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.selling.reprice_line(1, 1_400, "kras")
    (line,) = shop.selling.priced.cart.lines
    assert line.override is not None and (line.unit_price_minor, line.override.price_before_minor) == (1_400, 1_499)
    shop.selling.reprice_line(1, 1_350, "grote kras")
    (line,) = shop.selling.priced.cart.lines
    assert line.override is not None and line.override.price_before_minor == 1_499, "the shop's price, not the last one"
    shop.selling.reprice_line(1, 0, "")
    (line,) = shop.selling.priced.cart.lines
    assert (line.override, line.unit_price_minor) == (None, 1_499)


def test_a_price_by_hand_needs_a_reason_a_sensible_amount_and_the_right(shop: Shop) -> None:
    shop.add(SHIRT)
    assert code_of(lambda: shop.selling.reprice_line(1, 1_400, " ")) == "cart.reason"
    assert code_of(lambda: shop.selling.reprice_line(1, -5, "r")) == "cart.price"
    assert code_of(lambda: shop.selling.reprice_line(1, 10**9, "r")) == "cart.price"
    assert code_of(lambda: shop.selling.reprice_line(1, 1_000, "r")) == "staff.discount_limit"
    manager = shop.session.approve(MANAGER, PIN)
    shop.selling.reprice_line(1, 1_000, "r", manager)
    body = shop.sell_cash() and shop.facts()[-1].body
    said = body["lines"][0]["override"]
    assert said == {"price_before": 1_499, "reason": "r", "by": CASHIER, "approved_by": MANAGER}


def test_a_fixed_discount_that_a_manager_allowed_holds_while_the_cashier_goes_on(shop: Shop) -> None:
    shop.add(SHIRT)
    manager = shop.session.approve(MANAGER, PIN)
    shop.selling.discount_sale(AMOUNT, 700, "klacht", manager)
    shop.add(OTHER_SHIRT)
    shop.selling.remove(2)
    assert shop.selling.priced.total_minor == 799
    assert on_disk(shop).priced.total_minor == 799


def test_nobody_is_their_own_second_person(shop: Shop) -> None:
    shop.add(SHIRT)
    cashier = shop.counter.signed_in()
    assert code_of(lambda: shop.selling.discount_line(1, PERCENT, 500, "r", cashier)) == "staff.same_person"


def test_a_note_and_the_associate_stand_on_the_line_and_keep_it_apart(shop: Shop) -> None:
    shop.add(SHIRT)
    shop.selling.note_line(1, "mouwen korter")
    shop.selling.assign_line(1, ASSOCIATE)
    shop.add(SHIRT)
    assert quantities(shop) == [(SHIRT, 1_000), (SHIRT, 1_000)]
    shop.sell_cash()
    first, second = shop.facts()[-1].body["lines"]
    assert (first["note"], first["associate"]) == ("mouwen korter", ASSOCIATE) and "note" not in second


def test_a_supervisor_is_a_second_person_and_a_technician_is_not_and_sells_nothing(shop: Shop) -> None:
    people = {one.number: one for one in shop.ledger.device_rows("staff", Employee)}
    shop.put_device(
        row("staff", "301", replace(people[MANAGER], number="301", role="supervisor", badge="")),
        row("staff", "302", replace(people[MANAGER], number="302", role="technician", badge="")),
    )
    shop.add(SHIRT)
    supervisor = shop.session.approve("301", PIN)
    shop.selling.discount_line(1, PERCENT, 5_000, "r", supervisor)
    assert code_of(lambda: shop.selling.discount_line(1, PERCENT, 5_001, "r", supervisor)) == "staff.discount_limit"
    assert code_of(lambda: shop.session.approve("301", PIN, LEAVE_OUT)) == "staff.not_allowed"
    assert code_of(lambda: shop.session.approve("302", PIN)) == "staff.not_allowed"
    shop.sign_in("302")
    assert code_of(lambda: shop.add(SHIRT)) == "staff.no_selling"


def test_the_shop_sets_each_roles_limits_in_percent_and_in_money(shop: Shop) -> None:
    shop.put_settings({"staff.cashier.discount_percent": "30", "staff.cashier.discount_amount": "4.00"})
    shop.add(SHIRT)
    shop.selling.discount_line(1, PERCENT, 2_500, "r")
    assert code_of(lambda: shop.selling.discount_line(1, PERCENT, 2_900, "r")) == "staff.discount_amount"
    told = refused(lambda: shop.selling.discount_line(1, AMOUNT, 401, "r"))
    assert told.code == "staff.discount_amount" and "€ 4,00" in shop.counter.words.error(told).replace("\xa0", " ")
    assert code_of(lambda: shop.selling.reprice_line(1, 1_000, "r")) in ("staff.discount_limit", "staff.discount_amount")
    shop.selling.discount_line(1, AMOUNT, 400, "r")


def test_a_setting_that_makes_no_sense_keeps_its_default_and_does_not_stop_the_till(shop: Shop) -> None:
    shop.put_settings(
        {
            "till.lock_s": "soon", "returns.window_days": -3, "returns.excluded_goods": "bikes",
            "staff.cashier.discount_percent": "lots",
            "staff.cashier.discount_amount": None,
        }
    )  # fmt: skip
    settings = shop.counter.settings
    assert (settings.lock_s, settings.returns.window_days, settings.returns.excluded_goods) == (300, 30, ())
    assert settings.discount_bp["cashier"] == 1_000
