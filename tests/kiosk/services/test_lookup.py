"""Finding goods: one offer per style, prices of now, stock here first and with its age."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.catalog import StockLevel
from kiosk.domain.feed import Store, StoreContact
from kiosk.domain.promotion import N_FOR_M, PERCENT, Goods, Promotion
from kiosk.services.lookup import Lookup
from kiosk.text import Words
from kiosk.ui.kiosk_words import card, was_text
from tests.kiosk.support import Shop, open_shop, row

SHIRT = "1001-WHT-M"
HOUR_MS = 3_600_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till."""
    with open_shop(tmp_path) as made:
        yield made


def test_a_search_shows_each_style_once_with_its_price_of_now(shop: Shop) -> None:
    offers = shop.lookup.search("t-shirt basis")
    styles = [offer.article.style for offer in offers]
    assert len(styles) == len(set(styles)) and "1001" in styles
    found = next(offer for offer in offers if offer.article.style == "1001")
    shop.set_price(found.article.id, 777)
    again = next(offer for offer in shop.lookup.search("t-shirt basis") if offer.article.style == "1001")
    assert again.price is not None and again.price.amount_minor == 777


def test_a_search_gives_no_more_than_was_asked_for(shop: Shop) -> None:
    assert len(shop.lookup.search("shirt", 3)) <= 3


def test_all_variants_of_a_style_are_shown(shop: Shop) -> None:
    offers = shop.lookup.variants("1001")
    assert SHIRT in {offer.article.id for offer in offers}
    assert {offer.article.style for offer in offers} == {"1001"}
    assert all(offer.price is not None for offer in offers)


def test_browsing_pages_through_a_category_without_a_gap_or_a_repeat(shop: Shop) -> None:
    whole = [offer.article.id for offer in shop.lookup.browse("Clothing", 1_000)]
    paged: list[str] = []
    while page := shop.lookup.browse("Clothing", 3, len(paged)):
        paged += [offer.article.id for offer in page]
    assert paged == whole and len(whole) > 6


def test_quick_keys_are_the_categories_that_the_store_put_there(shop: Shop) -> None:
    quick = shop.lookup.quick_pages()
    assert quick and all(category.quick for category in quick)
    ranks = [category.rank for category in shop.lookup.categories()]
    assert ranks == sorted(ranks)


def test_stock_is_shown_here_first_with_its_age_and_never_of_the_future(shop: Shop) -> None:
    places = shop.lookup.available(SHIRT).places
    assert [place.here for place in places] == [True, False]
    assert [place.store.id for place in places] == ["AMS1", "UTR1"]
    assert [place.on_hand_milli for place in places] == [10_000, 6_000]
    assert {place.age_ms for place in places} == {720_000}
    shop.clock.pass_ms(HOUR_MS)
    assert shop.lookup.available(SHIRT).places[0].age_ms == 720_000 + HOUR_MS
    shop.clock.set_back_ms(9 * HOUR_MS)
    assert shop.lookup.available(SHIRT).places[0].age_ms == 0


def test_what_nobody_bought_for_days_is_known_as_long_as_the_hub_is_heard(shop: Shop) -> None:
    heard_ms = [0]
    lookup = Lookup(shop.counter, lambda: heard_ms[0])
    shop.put_catalog(row("contact", "UTR1", StoreContact("UTR1")))
    shop.clock.pass_ms(90 * HOUR_MS)
    assert [place.is_old for place in lookup.available(SHIRT).places] == [True, True]
    heard_ms[0] = shop.counter.now_ms() - 60_000
    assert [place.age_ms for place in lookup.available(SHIRT).places] == [720_000 + 90 * HOUR_MS, 60_000]
    shop.put_catalog(row("contact", "AMS1", StoreContact("AMS1", shop.counter.now_ms() - 5 * HOUR_MS)))
    assert [place.age_ms for place in lookup.available(SHIRT).places] == [5 * HOUR_MS, 60_000]


def test_a_store_that_never_told_its_stock_is_left_out(shop: Shop) -> None:
    shop.put_catalog(
        row("store", "ROT1", Store("ROT1", "Rotterdam", "", "", "", "Europe/Amsterdam")),
        row("stock", f"{SHIRT}|GHOST", StockLevel(SHIRT, "GHOST", 5_000, 1)),
    )
    assert [place.store.id for place in shop.lookup.available(SHIRT).places] == ["AMS1", "UTR1"]


def test_what_is_not_there_is_nothing(shop: Shop) -> None:
    assert shop.lookup.offer("no-such-number") is None
    assert shop.lookup.variants("no-such-style") == ()
    assert shop.lookup.available("no-such-number").places == ()
    offer = shop.lookup.offer(SHIRT)
    assert offer is not None and offer.price is not None and offer.price.amount_minor == 1499


def test_a_shelf_shows_what_one_costs_with_open_promotions_and_the_lowest_price_of_thirty_days(shop: Shop) -> None:
    now_ms = shop.clock.wall_ms
    bonus = Promotion("bonus", PERCENT, {"nl": "Bonus"}, (Goods(("style:1001",)),), percent_bp=2_000, from_ms=now_ms - HOUR_MS)
    two = Promotion("two", N_FOR_M, {"nl": "2e gratis"}, (Goods(("style:1001",), need=2),), pay=1)
    shop.put_catalog(row("promotion", "bonus", bonus), row("promotion", "two", two))
    offer = shop.lookup.offer(SHIRT)
    assert offer is not None and offer.price is not None and offer.shelf is not None
    assert (offer.price.amount_minor, offer.asked_minor, offer.shelf.prior_minor) == (1_499, 1_199, 1_499)
    assert offer.shelf.offers == ("Bonus", "2e gratis")
    words = Words("nl")
    made = card([offer], "AMS1", words)
    assert made.price == words.money(1_199) and made.was == f"van {words.money(1_499)} · −20 %"
    assert was_text(offer, words) == f"20 % onder de laagste prijs in 30 dagen: {words.money(1_499)}"
    assert made.offer == "Bonus" and made.was in made.spoken
    assert shop.add(SHIRT).total_minor == 1_199


def test_goods_without_an_announced_reduction_have_nothing_beside_their_price(shop: Shop) -> None:
    shop.set_price(SHIRT, 999)
    offer = shop.lookup.offer(SHIRT)
    assert offer is not None
    made = card([offer], "AMS1", Words("nl"))
    assert (made.was, made.offer, made.price) == ("", "", Words("nl").money(999))
