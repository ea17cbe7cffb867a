"""What was bought with goods, by this till's own sales: what lies here, never chance, never the same style, bounded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.services import together
from kiosk.services.together import Together
from tests.kiosk.support import Shop, open_shop

SHIRT, OTHER_SIZE = "1001-WHT-M", "1001-WHT-L"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A fashion till with a cashier at work."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        yield made


def desk(shop: Shop) -> Together:
    """Who counts."""
    return Together(shop.counter, shop.lookup.offer, shop.lookup.variants)


def others(shop: Shop) -> list[str]:
    """Articles of other styles that lie here and are sold by the piece, one of each."""
    found: dict[str, str] = {}
    for article in shop.catalog.articles("ORDER BY a.id", ()):
        offer = shop.counter.offer(article)
        here = any(level.store == "AMS1" and level.on_hand_milli > 0 for level in offer.stock)
        if here and offer.shelf is not None and not article.is_weighed and article.style != "1001" and not article.asks_serial:
            found.setdefault(article.style, article.id)
    return list(found.values())


def sell(shop: Shop, *articles: str) -> None:
    """A sale of these."""
    for article in articles:
        shop.add(article)
    shop.sell_cash()


def bought(shop: Shop, *articles: str) -> list[str]:
    """What is proposed."""
    return [one.article.id for one in desk(shop).bought_with(articles)]


def test_what_was_bought_most_with_it_in_any_size_comes_first_and_once_is_chance(shop: Shop) -> None:
    one, two, three = others(shop)[:3]
    for goods in ((SHIRT, one), (OTHER_SIZE, one), (SHIRT, one), (SHIRT, two), (SHIRT, two), (SHIRT, three), (SHIRT, OTHER_SIZE)):
        sell(shop, *goods)
    sell(shop, SHIRT, OTHER_SIZE)
    assert bought(shop, SHIRT) == [one, two], "the third only once, and another size of it is no addition"
    assert bought(shop, SHIRT, one) == [two] and bought(shop, "nothing") == []


def test_what_does_not_lie_here_is_not_proposed_and_three_are_enough(shop: Shop) -> None:
    goods = others(shop)
    for _ in range(2):
        sell(shop, SHIRT, *goods[:4])
    assert len(bought(shop, SHIRT)) == together.SHOWN_MAX
    assert all(
        any(level.on_hand_milli > 0 for level in one.stock if level.store == "AMS1") for one in desk(shop).bought_with([SHIRT])
    )


def test_a_very_large_basket_says_nothing_and_counting_is_done_once_in_a_while(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    one = others(shop)[0]
    monkeypatch.setattr(together, "LINES_MAX", 1)
    for _ in range(2):
        sell(shop, SHIRT, one)
    assert bought(shop, SHIRT) == []
    monkeypatch.setattr(together, "LINES_MAX", 12)
    kept = desk(shop)
    assert [found.article.id for found in kept.bought_with([SHIRT])] == [one]
    counted = []
    monkeypatch.setattr(together, "_count", lambda conn: counted.append(1) or {})
    assert kept.bought_with([SHIRT]) and not counted, "what was counted is kept"
