"""A scanner that types, on every screen of the kiosk: its keys never land in the search."""

import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from drivers.api import Scan
from drivers.registry import scanner
from kiosk.apps.terminal import TOOLS
from kiosk.ui.wedge import KeyScanner
from tests.kiosk.ui.kiosk.stage import Stage

SHIRT_CODE = "8799999000017"
LABEL = "https://id.example.com/stem/01/08799999000024/10/AB%2F1/21/7?17=261231&utm=x"
_TIME = itertools.count(1_000_000, 10_000)


@pytest.fixture
def typing(stage: Stage) -> Iterator[Stage]:
    """The kiosk with a keyboard scanner."""
    wedge = scanner("wedge://?gap=30&suffix=enter", TOOLS)
    wedge.open(lambda scan: hear(stage, scan), lambda health: None)
    stage.face.listen_to_keys(as_keys(wedge), lambda: stage.shop.clock.mono_ms)
    yield stage
    wedge.close()


def hear(stage: Stage, scan: Scan) -> None:
    """As the kiosk's application hands it on."""
    stage.kiosk.on_scan(scan.text, scan.aim)


def as_keys(wedge: object) -> KeyScanner:
    """A wedge scanner by its face for keys."""
    return wedge  # type: ignore[return-value]


def type_like_a_scanner(stage: Stage, text: str, gap_ms: int) -> None:
    """Send keys with time stamps of their own, as a window gets them."""
    at = next(_TIME)
    for letter in text + "\r":
        at += gap_ms
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = Qt.Key.Key_Return if letter == "\r" else Qt.Key(ord(letter.upper()))  # a key is called as its sign is numbered
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
            event.setTimestamp(at)
            QCoreApplication.sendEvent(stage.window, event)
    stage.settle()


def test_a_typed_scan_on_the_search_opens_the_article_and_leaves_no_letter(typing: Stage) -> None:
    typing.kiosk.start()
    typing.kiosk.openSearch()
    typing.settle()
    type_like_a_scanner(typing, SHIRT_CODE, 5)
    assert (typing.kiosk.page, typing.kiosk.item.variant) == ("item", "wit · S")
    assert typing.kiosk.search.text == ""


def test_a_typed_scan_answers_are_you_still_there_and_is_looked_up(typing: Stage) -> None:
    typing.kiosk.start()
    typing.wait_ms(70_000)
    type_like_a_scanner(typing, SHIRT_CODE, 5)
    assert not typing.kiosk.isAsking and typing.kiosk.page == "item"


def test_a_person_who_types_digits_searches(typing: Stage) -> None:
    typing.kiosk.start()
    typing.kiosk.openSearch()
    typing.settle()
    type_like_a_scanner(typing, "1001", 180)
    assert typing.kiosk.search.text == "1001"
    assert typing.kiosk.search.property("cards").rows


@pytest.mark.parametrize("text", [LABEL, "(01)08799999000024(21)7", "HTTPS://ID.GS1.ORG/gtin/8799999000024"])
def test_a_shelf_label_that_is_typed_by_a_reader_of_qr_or_nfc_opens_the_product(typing: Stage, text: str) -> None:
    type_like_a_scanner(typing, text, 5)  # nobody had touched the screen
    assert (typing.kiosk.page, typing.kiosk.item.variant) == ("item", "wit · M")
    assert typing.kiosk.search.text == ""


def test_shelf_labels_start_a_basket_on_its_page(typing: Stage) -> None:
    typing.kiosk.start()
    typing.kiosk.openBasket()
    typing.settle()
    type_like_a_scanner(typing, LABEL, 5)
    type_like_a_scanner(typing, LABEL, 5)
    assert typing.kiosk.basket.countText == "2 artikelen"


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/../../etc/passwd", "https://e.example/01/08799999000025", "https://e.example/01/08799999000024%00",
        "https://u:p@e.example/01/08799999000024", "file:///01/08799999000024", "javascript:alert(1)//01/08799999000024",
        "https://e.example/01/08799999000024/10/" + "A" * 21, "https://e.example/" + "01/" * 150,
    ],
)  # fmt: skip
def test_a_hostile_label_is_refused_kindly_and_opens_nothing(typing: Stage, text: str) -> None:
    type_like_a_scanner(typing, text, 5)
    assert (typing.kiosk.panel, typing.kiosk.item.isOpen) == ("notice", False)
    assert typing.kiosk.noticeText and "evil" not in typing.kiosk.noticeText
