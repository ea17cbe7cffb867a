"""The product card at the till: sizes by colours, what is here and elsewhere, from a line, a search or a label."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.facts import SALE_LOST
from kiosk.ui.till_item import ItemModel
from tests.kiosk.ui.stocked import COAT, DAY_MS, forty, level, places, reserved, style
from tests.kiosk.ui.test_till_sale import facts
from tests.kiosk.ui.till_shop import TillShop

ENTER, ESC, LEFT, RIGHT, UP, DOWN = (
    Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
)  # fmt: skip
SHIRT = "8799999000017"
LABEL = "https://id.example.com/stem/01/08799999000024/10/AB%2F1/21/7?17=261231&utm=x"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TillShop]:
    """A till with stores on the map and a coat in forty variants."""
    folder: Path = tmp_path_factory.mktemp("till")
    made = TillShop(folder)
    made.ready()
    made.shop.put(*places(), *forty(), *style(["42"], (("black", "zwart"),), "Wandelschoen", "SHOE"))
    yield made
    made.close()


@pytest.fixture
def till(shop: TillShop) -> Iterator[TillShop]:
    """The same till on its sale screen with nothing in the basket."""
    yield shop
    shop.key(ESC)
    shop.till.sale_model.void("")
    shop.settle()
    assert not shop.warnings and not shop.bugs


def look(till: TillShop, article: str) -> None:
    """Open a card."""
    till.till.item_model.look(article)
    till.settle()


def chosen(till: TillShop) -> str:
    """The article whose cell is chosen."""
    return next(row.key for row in till.till.item_model.cells.rows if row.chosen)


def test_the_grid_has_a_cell_for_each_variant_and_says_what_is_here_and_what_is_only_elsewhere(till: TillShop) -> None:
    look(till, f"{COAT}-petrol-M")
    item = till.till.item_model
    assert [row.title for row in item.columnHeads.rows] == ["XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL"]
    assert [row.key for row in item.rowHeads.rows] == ["anthracite", "bordeaux", "bottle", "petrol", "sand"]
    assert len(item.cells.rows) == 40 and not item.isLine
    by_key = {row.key: row for row in item.cells.rows}
    none, some, unknown = by_key[f"{COAT}-petrol-M"], by_key[f"{COAT}-petrol-XS"], by_key[f"{COAT}-anthracite-XS"]
    assert (none.stock, none.known, none.chosen) == ("0", "elsewhere", True)
    assert (some.stock, some.known) == ("1", "here") and (unknown.stock, unknown.known) == ("?", "unknown")
    assert none.spoken == "M, Petrolblauw, € 129,95, Hier uitverkocht, 1 in Noord & Zuid Utrecht, 20 min geleden bekend"
    assert unknown.spoken.endswith("Voorraad hier nog niet bekend")


def test_places_come_here_first_then_the_nearest_that_have_some_with_age_and_way(till: TillShop) -> None:
    till.shop.put(reserved(f"{COAT}-petrol-XS", "AMS1", 1), level(f"{COAT}-petrol-XS", "AMS1", 3))
    look(till, f"{COAT}-petrol-M")
    rows = till.till.item_model.places.rows
    assert [(row.key, row.amount) for row in rows] == [("AMS1", "0"), ("UTR1", "1"), ("DC1", "40")]
    assert rows[1].detail == "20 min geleden bekend · 35 km" and rows[2].warehouse and not rows[1].old
    assert till.till.item.restText == "1 andere plek heeft niets"
    look(till, f"{COAT}-petrol-XS")
    here = till.till.item_model.places.rows[0]
    assert (here.amount, here.detail) == ("2", "20 min geleden bekend · 1 gereserveerd")


def test_knowledge_of_three_days_ago_is_marked_as_old_and_none_is_said_to_be_none(till: TillShop) -> None:
    till.shop.put(level(f"{COAT}-sand-S", "HAA1", 2, 3 * DAY_MS))
    look(till, f"{COAT}-sand-S")
    old = {row.key: row for row in till.till.item_model.places.rows}["HAA1"]
    assert old.old and old.detail == "3 dagen geleden bekend · 17 km"
    look(till, "SHOE-black-42")
    item = till.till.item
    assert item.unknownText == "Van dit artikel is nog geen voorraad bekend." and not till.till.item_model.places.rows
    assert not item.hasVariants and item.canAdd
    till.key(ENTER)
    assert till.till.sale_model.priced.lines[0].line.article == "SHOE-black-42"


def test_arrow_keys_move_in_the_grid_and_stop_at_its_edge_and_enter_sells_what_is_chosen(till: TillShop) -> None:
    look(till, f"{COAT}-petrol-M")
    till.key(RIGHT, DOWN)
    assert chosen(till) == f"{COAT}-sand-L"
    till.key(DOWN, LEFT, LEFT, LEFT, LEFT, UP)
    assert chosen(till) == f"{COAT}-petrol-XS"
    till.key(ENTER)
    assert till.till.dialog == "" and till.till.sale_model.priced.lines[0].line.article == f"{COAT}-petrol-XS"


def test_a_tap_on_a_cell_chooses_it(till: TillShop) -> None:
    look(till, f"{COAT}-petrol-M")
    till.tap("4XL, Bordeauxrood")
    assert chosen(till) == f"{COAT}-bordeaux-4XL"
    assert till.till.item.variantText == "Bordeauxrood · 4XL"


def test_one_colour_is_a_line_of_sizes_that_wraps(till: TillShop) -> None:
    till.shop.put(*style([str(size) for size in range(36, 50)], (("black", "zwart"),), "Wandelschoen", "BOOT"))
    look(till, "BOOT-black-36")
    item = till.till.item_model
    assert item.isLine and [row.title for row in item.cells.rows][:3] == ["36", "37", "38"]
    till.key(DOWN)
    below = int(chosen(till).rpartition("-")[2])
    assert 36 + 3 < below < 46
    till.key(UP, LEFT)
    assert chosen(till) == "BOOT-black-36"


def test_a_line_of_the_basket_opens_its_card_by_a_key_and_by_the_menu(till: TillShop) -> None:
    till.key(RIGHT)
    assert till.till.dialog == ""
    till.scan(SHIRT)
    till.key(RIGHT)
    assert till.till.dialog == "item" and chosen(till) == "1001-WHT-S"
    till.key(ESC)
    till.till.showMenu()
    till.till.more_model.choose("card")
    till.settle()
    assert till.till.dialog == "item"


def test_in_a_price_check_scan_after_scan_is_shown_and_none_is_sold(till: TillShop) -> None:
    till.till.more_model.line_model.beginPrice()
    till.scan(SHIRT)
    assert till.till.dialog == "item" and chosen(till) == "1001-WHT-S"
    till.scan(LABEL)
    assert till.till.dialog == "item" and chosen(till) == "1001-WHT-M"
    till.scan("8790000000002")
    assert till.till.dialog == "price_check" and "8790000000002" in till.till.more.line.errorText
    till.scan(SHIRT)
    assert till.till.dialog == "item" and not till.till.more.line.errorText
    till.key(ESC)
    assert not till.till.sale_model.priced.lines and not till.desk.scans.waiting
    till.scan(SHIRT)
    look(till, "1001-WHT-M")
    till.scan(SHIRT)
    assert till.desk.scans.waiting == 1  # a card that was opened otherwise keeps scans for the basket
    till.key(ESC)
    assert till.till.sale_model.priced.pieces == 2


def test_a_shelf_label_scanned_in_the_sale_is_a_line(till: TillShop) -> None:
    till.scan(LABEL)
    assert [line.line.article for line in till.till.sale_model.priced.lines] == ["1001-WHT-M"]


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/../../etc/passwd", "https://evil.example/01/08799999000025", "https://e.example/01/08799999000024%00",
        "javascript:alert(1)//01/08799999000024", "https://u:p@e.example/01/08799999000024", "https://e.example/01/" + "9" * 600,
        "https://e.example/01/08799999000024/10/", "https:///01/1", "ht",
        "https://e.example/01/٠٨٧٩٩٩٩٩٠٠٠٠٢٤", "https://e.example/01/08799999000024/10/" + "A" * 21, "https://e.example/8006/1",
    ],
)  # fmt: skip
def test_a_hostile_label_opens_nothing(till: TillShop, text: str) -> None:
    with pytest.raises((Refused, NotFound)):
        till.desk.scans.article_of(text)


def test_a_label_by_nfc_text_and_by_element_string_means_the_same(till: TillShop) -> None:
    for text in ("(01)08799999000024(10)AB1", "010879999900002410AB1", "HTTPS://ID.GS1.ORG/gtin/8799999000024", "8799999000024"):
        assert till.desk.scans.article_of(text) == "1001-WHT-M"


def test_the_button_to_order_is_there_when_somebody_takes_orders_and_only_another_place_has_it(till: TillShop) -> None:
    alone = ItemModel(till.desk, till.till)
    alone.look(f"{COAT}-petrol-M")
    till.settle()
    assert not alone.can_order()
    asked: list[str] = []
    alone.orderWanted.connect(asked.append)
    assert alone.can_order()
    alone.look(f"{COAT}-petrol-L")
    till.settle()
    assert not alone.can_order()
    alone.order()
    till.settle()
    assert asked == [] and not till.till.sale_model.priced.lines


def test_what_is_not_here_is_ordered_from_its_card(till: TillShop) -> None:
    look(till, f"{COAT}-petrol-M")
    assert till.till.item.canOrder
    till.tap("Bestellen")
    assert till.till.dialog == "order"
    till.key(ESC)
    till.till.sale_model.void("")
    look(till, f"{COAT}-petrol-M")
    till.key(Qt.Key.Key_F5)
    assert till.till.dialog == "order"
    assert [line.line.article for line in till.till.sale_model.priced.lines] == [f"{COAT}-petrol-M"]


def lost(till: TillShop) -> list[dict[str, object]]:
    """What was written down as lost."""
    return facts(till, SALE_LOST)


def test_a_lost_sale_is_two_taps_with_what_was_shown(till: TillShop) -> None:
    before = len(lost(till))
    look(till, f"{COAT}-petrol-M")
    till.tap("Gemiste verkoop")
    assert till.till.dialog == "lost_sale" and "petrolblauw · M" in till.till.more.lost.subject
    till.tap("Niet op voorraad")
    assert till.till.dialog == "" and till.till.message == "De gemiste verkoop is genoteerd"
    assert lost(till)[before:] == [
        {"article": f"{COAT}-petrol-M", "reason": "out_of_stock", "quantity": 1_000, "wanted": "", "price": 12_995, "here": 0}
    ]


def test_a_lost_sale_by_keys_says_how_many_and_which_size_was_wanted(till: TillShop) -> None:
    before = len(lost(till))
    look(till, "SHOE-black-42")
    till.key(Qt.Key.Key_F4, Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Minus)
    till.till.more.lost.write("  47½\n breed ")
    till.type("9")
    assert till.till.dialog == "lost_sale"
    till.type("1")
    assert lost(till)[before:] == [
        {"article": "SHOE-black-42", "reason": "no_size", "quantity": 2_000, "wanted": "47½ breed", "price": 12_995}
    ]


def test_back_from_a_lost_sale_is_the_card_and_a_second_tap_writes_nothing_more(till: TillShop) -> None:
    before = len(lost(till))
    look(till, "SHOE-black-42")
    till.key(Qt.Key.Key_F4, ESC)
    assert till.till.dialog == "item" and len(lost(till)) == before
    till.key(Qt.Key.Key_F4)
    till.till.more.lost.choose("other")
    till.till.more.lost.choose("other")
    till.settle()
    assert len(lost(till)) == before + 1


def test_while_practising_no_sale_is_lost(till: TillShop) -> None:
    before = len(lost(till))
    till.till.sale_model.void("")
    till.settle()
    till.desk.training.start()
    look(till, "SHOE-black-42")
    till.key(Qt.Key.Key_F4)
    till.type("4")
    assert till.till.messageCode == "training.not_here" and len(lost(till)) == before
    till.key(ESC, ESC)
    till.desk.training.end()
