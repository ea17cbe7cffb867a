"""The fashion day against the screens without its processes: what it presses is there and costs what was worked out by hand.

`packaging/dev run` plays that day and no default test does (test_day plays the grocery): a cell that was given another name, or a
product another price, would stay unseen until somebody watches the demo.
"""

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from kiosk.text import words
from tests.journeys import script
from tests.journeys.hands import SCROLLS_MAX
from tests.journeys.puppet import called, find, pressable
from tests.kiosk.ui.kiosk.shop import SAMPLES
from tests.kiosk.ui.kiosk.stage import kiosk_stage
from tests.kiosk.ui.till_shop import TillShop

ENTER = Qt.Key.Key_Return


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    """The day as it was worked out."""
    return tomllib.loads((script.HOME / "day_fashion.toml").read_text("utf-8"))


def test_every_article_of_the_day_has_the_code_and_the_price_of_the_sample(plan: dict[str, Any]) -> None:
    with (SAMPLES / "fashion" / "products.csv").open(encoding="utf-8", newline="") as file:
        products = {row["sku"]: row for row in csv.DictReader(file)}
    new, amount = plan["new_price"]["article"], round(float(plan["new_price"]["amount"]) * 100)
    lines = [line for sale in (*plan["sale"].values(), plan["second_till"]) for line in sale["lines"]]
    assert len(lines) >= 20
    for code, sku, quantity, unit, amount_minor, _ in lines:
        asked = round(float(products[sku]["price"]) * 100)
        assert code in products[sku]["barcodes"].split("|"), sku
        assert unit == (amount if sku == new else asked), sku
        whole = unit * quantity // 1000
        assert amount_minor in (whole, whole - (whole * 10 + 50) // 100), sku  # 10 % off, half a cent for the customer
    assert any(row["name_nl"].startswith(plan["kiosk_search_name"]) for row in products.values())
    left = {sku: int(products[sku]["stock:AMS1"]) * 1000 for sku in plan["stock"]}
    assert plan["stock"] == {sku: milli - sum(line[2] for line in lines if line[1] == sku) for sku, milli in left.items()}


def test_what_the_cashier_searches_opens_and_its_size_is_pressed_by_the_name_on_its_cell(
    plan: dict[str, Any], tmp_path: Path, qapp: object
) -> None:
    till = TillShop(tmp_path / "till")
    try:
        till.ready()
        till.key(Qt.Key.Key_F2)
        till.type(plan["search"])
        till.settle()
        till.key(ENTER)
        assert till.till.dialog == "item"
        cell = find(till.window, plan["search_choice"])
        middle = cell.mapToScene(QPointF(cell.width() / 2, cell.height() / 2)).toPoint()
        QTest.mouseClick(till.window, Qt.MouseButton.LeftButton, pos=middle)
        till.settle()
        till.key(ENTER)
        _, sku, _, unit, _, _ = plan["sale"]["searched"]["lines"][1]
        (line,) = till.till.sale_model.priced.lines
        assert (line.line.article, line.amount_minor) == (sku, unit)
    finally:
        till.close()


def test_what_the_shopper_presses_and_searches_at_the_kiosk_is_there(plan: dict[str, Any], tmp_path: Path, qapp: object) -> None:
    with kiosk_stage(tmp_path) as stage:
        stage.tap(words("nl")("Touch the screen to begin"))
        for name in plan["kiosk_path"]:
            stage.tap(name)
        for _ in range(SCROLLS_MAX):
            if any(called(one).startswith(plan["kiosk_name"]) for one in pressable(stage.window)):
                break
            stage.tap(words("nl")("Scroll down"))
        stage.tap(plan["kiosk_name"])
        assert stage.kiosk.page == "item"
