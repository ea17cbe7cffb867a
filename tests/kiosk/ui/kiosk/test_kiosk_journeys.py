"""A shopper's ways through the kiosk, by touch and by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from kiosk.domain.ticket import key_mark, open_ticket
from kiosk.services.selfservice import PaperState
from kiosk.ui import sounds
from sync.protocol.signature import verifier
from tests.kiosk.ui.kiosk.shop import Shop, open_shop, row
from tests.kiosk.ui.kiosk.stage import Stage, kiosk_stage

SHIRT_CODE, UNKNOWN, MISREAD = "8799999000017", "8710398500526", "8710398500527"


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Shop]:
    """A till of the same store, with the hub off."""
    shop = open_shop(tmp_path / "till", kind="till", terminal="01")
    yield shop
    shop.close()


def read_screen(image: QImage) -> str:
    """What a scanner reads on the screen."""
    raw = image.convertToFormat(QImage.Format.Format_RGB888)
    picture = Image.frombytes("RGB", (raw.width(), raw.height()), bytes(raw.constBits()), "raw", "RGB", raw.bytesPerLine())
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1, "one code is on the screen"
    return found[0].text


def first_card(stage: Stage) -> str:
    """What the first article on the shelf is called."""
    return str(stage.kiosk.browse.property("cards").rows[0].spoken)


def press_until(stage: Stage, name: str) -> None:
    """Tab to what is called so, and press Enter."""
    for _ in range(60):
        item = stage.window.activeFocusItem()
        if item is not None and stage.name_of(item).startswith(name):
            stage.key(Qt.Key.Key_Return)
            return
        stage.key(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never came to {name!r}")


def test_by_touch_from_the_first_touch_to_a_ticket_that_a_till_takes(stage: Stage, till: Shop) -> None:
    stage.tap_at(QPoint(540, 300))  # anywhere
    assert stage.kiosk.page == "browse"
    stage.tap("Schoenen")
    name = stage.kiosk.browse.property("cards").rows[0].name
    stage.tap(first_card(stage))
    assert stage.kiosk.page == "item"
    stage.tap("Eén meer")
    stage.tap("In mandje")
    assert stage.kiosk.page == "browse" and name in stage.kiosk.toast
    stage.tap("Bekijk je mandje")
    assert stage.kiosk.page == "basket"
    stage.tap("Maak mijn ticket")
    assert stage.kiosk.page == "ticket"
    text = read_screen(stage.grab())
    ticket = stage.kiosk.basket_model.ticket
    assert ticket is not None and text == ticket.text
    known = {key_mark(stage.shop.key.public): verifier(stage.shop.key.public)}
    till.selling.take_ticket(open_ticket(text, known))
    wanted = [(line.article, line.quantity_milli) for line in ticket.priced.cart.lines]
    assert [(x.article, x.quantity_milli) for x in till.selling.priced.cart.lines] == wanted
    assert wanted[0][1] == 2_000
    stage.tap("Klaar, ik heb mijn ticket")
    assert stage.kiosk.page == "attract"


def test_by_keyboard_alone_from_the_first_key_to_the_ticket(stage: Stage) -> None:
    press_until(stage, "Raak het scherm aan")
    assert stage.kiosk.page == "browse"
    press_until(stage, first_card(stage))
    assert stage.kiosk.page == "item"
    press_until(stage, "In mandje")
    assert stage.kiosk.page == "browse"
    press_until(stage, "Bekijk je mandje")
    press_until(stage, "Maak mijn ticket")
    assert stage.kiosk.page == "ticket"
    stage.key(Qt.Key.Key_Escape)
    assert stage.kiosk.page == "basket"


def test_arrows_move_on_the_shelf_and_enter_opens(stage: Stage) -> None:
    stage.kiosk.start()
    stage.settle()
    while stage.name_of(stage.focused()) != first_card(stage):
        stage.key(Qt.Key.Key_Tab)
    stage.key(Qt.Key.Key_Down)
    stage.key(Qt.Key.Key_Right)
    stage.key(Qt.Key.Key_Return)
    assert stage.kiosk.item.name == stage.kiosk.browse.property("cards").rows[3].name


def test_a_scan_anywhere_looks_the_article_up(stage: Stage) -> None:
    stage.scan(SHIRT_CODE)  # nobody had touched the screen
    assert (stage.kiosk.page, stage.kiosk.item.name) == ("item", "T-shirt Basis")
    assert stage.kiosk.item.variant == "wit · S"
    assert stage.heard.names == [sounds.GOOD]
    stage.kiosk.openPanel("access")
    stage.scan("8799999000024")
    assert (stage.kiosk.panel, stage.kiosk.item.variant) == ("", "wit · M")


def test_on_the_basket_a_scan_goes_in_and_can_be_undone(stage: Stage) -> None:
    stage.kiosk.start()
    stage.kiosk.openBasket()
    stage.scan(SHIRT_CODE)
    stage.scan(SHIRT_CODE)
    assert [line.quantity for line in stage.kiosk.basket_model.property("rows").rows] == ["2"]
    stage.tap("Ongedaan maken")
    assert [line.quantity for line in stage.kiosk.basket_model.property("rows").rows] == ["1"]
    stage.tap("Eén minder")
    assert stage.kiosk.basket.isEmpty
    assert "eruit gehaald" in stage.kiosk.toast and stage.kiosk.toastUndo
    stage.tap("Ongedaan maken")
    assert stage.kiosk.basket.countText == "1 artikel"


@pytest.mark.parametrize(
    ("code", "title", "told"),
    [
        (UNKNOWN, "We kennen deze code niet", "scan.unknown"),
        (MISREAD, "Dat kan hier niet", "barcode.check-digit"),
        ("TBKAAAA", "Dat kan hier niet", "ticket.at_kiosk"),
    ],
)
def test_what_cannot_be_looked_up_is_said_kindly(stage: Stage, code: str, title: str, told: str) -> None:
    stage.kiosk.start()
    stage.scan(code)
    assert (stage.kiosk.panel, stage.kiosk.noticeTitle) == ("notice", title)
    assert stage.kiosk.noticeCode == told and len(stage.kiosk.noticeText) > 20
    assert stage.heard.names[-1] == sounds.REFUSED
    stage.tap("Zoek op naam")
    assert (stage.kiosk.panel, stage.kiosk.page) == ("", "search")


def test_searching_by_the_keys_on_the_screen(stage: Stage) -> None:
    stage.kiosk.start()
    stage.settle()
    stage.tap("Zoek, of scan een artikel")
    for letter in "schoen":
        stage.tap(letter)
    found = stage.kiosk.search.property("cards").rows
    assert stage.kiosk.search.text == "schoen" and found
    assert stage.kiosk.search.summary == f"{len(found)} artikelen gevonden"
    stage.tap("Laatste letter wissen")
    assert stage.kiosk.search.text == "schoe"
    stage.tap("Wissen")
    assert stage.kiosk.search.text == "" and stage.kiosk.search.property("cards").rows == ()


def test_searching_with_a_real_keyboard_and_a_way_out_when_nothing_is_found(stage: Stage) -> None:
    stage.kiosk.start()
    stage.kiosk.openSearch()
    stage.settle()
    for key in (Qt.Key.Key_X, Qt.Key.Key_Q, Qt.Key.Key_Z, Qt.Key.Key_Q):
        stage.key(key)
    assert stage.kiosk.search.text == "xqzq" and stage.kiosk.search.isEmpty
    stage.tap("Afdelingen")
    assert stage.kiosk.page == "browse"


def test_sizes_and_colours_lead_to_the_variant_and_its_stock(stage: Stage) -> None:
    stage.kiosk.start()
    stage.kiosk.openItem("1001")
    stage.settle()
    stage.tap("XL, Wit")
    assert stage.kiosk.item.variant == "wit · XL"
    here, there = stage.kiosk.item.property("places").rows
    assert (here.here, here.text, here.detail) == (True, "3 hier", "12 min geleden bekend")
    assert (there.here, there.text, there.detail) == (False, "1 op voorraad", "4 min geleden bekend")


def test_what_is_sold_out_here_cannot_be_tapped_in_but_what_is_in_the_hand_can(stage: Stage) -> None:
    article = "1001-WHT-S"
    level = stage.shop.catalog.stock(article)[0]
    stage.shop.put(row("stock", f"{article}|AMS1", type(level)(article, "AMS1", 0, level.as_of_ms)))
    stage.kiosk.start()
    stage.kiosk.openItem("1001")
    stage.settle()
    stage.tap("S, Wit")
    assert stage.kiosk.item.addText == "Hier uitverkocht" and not stage.kiosk.item.canAdd
    stage.scan(SHIRT_CODE)
    assert stage.kiosk.item.canAdd
    stage.shop.put(row("stock", f"{article}|AMS1", level))


def test_the_language_changes_everything_on_the_screen_at_once(stage: Stage) -> None:
    stage.scan(SHIRT_CODE)
    stage.tap("In mandje")
    stage.tap("English")
    assert stage.kiosk.language == "en"
    stage.find("View basket")
    assert stage.kiosk.basket.countText == "1 item"
    stage.tap("View basket")
    assert stage.kiosk.basket_model.property("rows").rows[0].name == "Basic T-shirt"
    stage.tap("Nederlands")
    assert stage.kiosk.basket_model.property("rows").rows[0].name == "T-shirt Basis"


def test_new_prices_come_to_the_screen_and_the_shopper_stays_where_they_are(stage: Stage) -> None:
    stage.kiosk.start()
    stage.kiosk.browse.choose("Sports")
    stage.settle()
    for _ in range(2):
        stage.kiosk.browse.more()
        stage.settle()
    rows = stage.kiosk.browse.property("cards").rows
    assert len(rows) > 48
    changed = rows[50].key
    for variant in stage.shop.catalog.variants(changed):
        stage.shop.set_price(variant.id, 123_45)
    for _ in range(50):
        stage.kiosk.on_rows()
    stage.settle()
    after = stage.kiosk.browse.property("cards").rows
    assert [row.key for row in after] == [row.key for row in rows]
    assert after[50].price == "€ 123,45"


def test_printed_is_said_only_when_the_printer_said_so(stage: Stage) -> None:
    stage.scan(SHIRT_CODE)
    stage.tap("In mandje")
    stage.kiosk.basket_model.makeTicket()
    stage.settle()
    assert stage.kiosk.basket.paperText.startswith("Niet geprint")
    stage.kiosk.on_paper("ticket-of-somebody-else", PaperState.PRINTED)
    assert stage.kiosk.basket.paperText.startswith("Niet geprint")


def test_a_kiosk_without_a_catalogue_says_so_and_where_to_go(tmp_path: Path) -> None:
    with kiosk_stage(tmp_path, empty=True) as closed:
        assert closed.kiosk.page == "closed"
        assert "bij de ingang" in closed.kiosk.tillPlace
        closed.find("Hulp")
