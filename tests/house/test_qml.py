"""Screens show finished text in the theme's colours, and qmllint finds nothing."""

import pytest

from tests.house.conftest import Tree
from tests.house.rules import qml, qmllint
from tests.house.rules.common import ROOT, report


@pytest.mark.parametrize("check", [qml.check_files, qml.check_no_context_properties])
def test_our_screens_keep_the_rule(check):
    assert not (findings := check(ROOT)), report(findings)


def test_qmllint_is_clean_over_our_screens():
    assert not (findings := qmllint.check(ROOT)), report(findings)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ('Rectangle { color: "#fff" }', "a colour literal"),
        ("Rectangle { color: '#80A0B0C0' }", "a colour literal"),
        ('Rectangle { border.color: "red" }', "a colour by name"),
        ("Rectangle { color: Qt.rgba(0, 0, 0, 1) }", "a colour made in QML"),
        ("Label { text: model.weight.toFixed(2) }", "a number is formatted"),
        ("Label { text: model.when.toLocaleString(Qt.locale()) }", "formatted by locale"),
        ('Label { text: Qt.formatTime(model.when, "hh") }', "a date is formatted"),
        ("property int n: Number(field.text)", "QML turns text into a number"),
        ("Label { text: new Date() }", "reads or formats time"),
        ("Label { text: basket.total - basket.discount }", "arithmetic on basket.total"),
        ("Label { text: 2 * line.price }", "arithmetic on line.price"),
        ("Label { text: (a + b) / amountMinor }", "arithmetic on amountMinor"),
        ("property color onAccent: Theme.x", "reads as undefined"),
        ('Button { text: "Pay" }', "words that cannot be translated"),
        ("Item { Accessible.name: 'Basket' }", "words that cannot be translated"),
        ("Item { property var r: new XMLHttpRequest() }", "reaches for the network"),
    ],
)
def test_a_screen_that_does_more_than_show_is_refused(tree: Tree, code, says):
    found = report(qml.check_files(tree({"assets/qml/X.qml": f"import QtQuick\n{code}\n"})))
    assert says in found and "assets/qml/X.qml:2" in found and "Way out: " in found


@pytest.mark.parametrize(
    "code",
    [
        "Rectangle { color: Theme.accent }",
        'Rectangle { color: "transparent" }',
        'Label { text: qsTr("Total"); width: parent.width - totalLabel.width }',
        "Item { height: totalRow.height * 2; x: totalWidth / 2 - priceLabel.implicitWidth }",
        '// color: "#fff" and total * 2',
        '/* "#fff"\n total * 2 */',
        'Image { source: "icons/price-tag.svg" }',
        'Label { text: model.totalText + " " + model.unit }',
        'Label { text: "×" }',
    ],
)
def test_a_screen_that_only_shows_is_welcome(tree: Tree, code):
    findings = qml.check_files(tree({"assets/qml/X.qml": f"import QtQuick\n{code}\n"}))
    assert not findings, report(findings)


def test_the_theme_may_hold_colours(tree: Tree):
    assert not qml.check_files(tree({"assets/qml/Theme.qml": 'color: "#fff"'}))


def test_a_context_property_is_refused(tree: Tree):
    root = tree({"kiosk/ui/x.py": 'c.setContextProperty("cart", cart)\n'})
    assert "required property" in report(qml.check_no_context_properties(root))


MODEL = """
from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

@QmlElement
class CartModel(QObject):
    changed = Signal()

    @Property(str, notify=changed)
    def total(self) -> str:
        return ""

    @Slot()
    def pay(self) -> None: ...
"""
SCREEN = """import QtQuick
import QtQuick.Controls.Basic
import Toonbank

Item {
    id: page
    required property CartModel cart
    Label { text: page.cart.%s }
    Button { onClicked: page.cart.%s() }
}
"""


def test_qmllint_knows_the_members_of_our_python_types(tree: Tree):
    root = tree(
        {"kiosk/ui/cart_model.py": MODEL, "assets/qml/Till/X.qml": SCREEN % ("total", "pay")}
    )
    assert not (findings := qmllint.check(root)), report(findings)
    root = tree({"assets/qml/Till/X.qml": SCREEN % ("totl", "payy")})
    found = report(qmllint.check(root))
    assert 'assets/qml/Till/X.qml:8: qmllint [missing-property]: Member "totl"' in found
    assert 'Member "payy"' in found and "Did you mean" in found
