"""One basket for store and web, played over real processes: hub, printer and card terminal in their own, till and web shop here.

A shopper orders on the web and collects, with one thing more; an associate sells a missing size with delivery and a pair taken
along while the store is cut off; a delivery is received and counted; the web order comes back to another store's till. In the
evening money and stock agree everywhere, with each other and with what was worked out by hand below.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from secrets import randbits
from time import time_ns
from typing import TypeVar

import httpx
import msgspec
import pytest
from PySide6.QtCore import Qt
from pysqlite3 import dbapi2 as sqlite3

from kiosk.apps.demo import DemoShop, LabAddresses, printer_address
from kiosk.apps.enrolment import enrol
from kiosk.domain import facts
from kiosk.domain.facts import Fact
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.quantity import ONE
from sync.hub.commands.importing import import_from
from sync.hub.commands.surface import line_to
from sync.hub.core import Surroundings, open_hub
from sync.hub.operations import EnrolCode, EnrolCodeMade, ReportDay
from sync.hub.order_operations import OrderShown, ShowOrder
from sync.hub.reports import DayReport
from sync.webshop.app import Shop
from sync.webshop.hubline import HubLine
from tests.journeys.conftest import ShopMaker
from tests.journeys.realtill import ENTER, F9, RealTill
from tests.journeys.support import free_port
from tests.journeys.waiting import wait_for
from tests.kiosk.ui.kiosk.shop import SAMPLES
from tests.sync.hub.shop.support import give_key
from tests.sync.webshop.test_webshop import SCOPES, Guest

T = TypeVar("T")
KEY = Qt.Key
ADDRESS = {
    "name": "Anna de Vries", "phone": "06 12345678", "postcode": "1012js", "house": "12", "street": "Damrak", "city": "Amsterdam",
}  # fmt: skip
WHITE_S, WHITE_M, WHITE_XL = "8799999000017", "8799999000024", "8799999000048"
RED_L, SHOES = "8799999000116", "8799999001625"
NOTICE = "PB-1187"
NOTICES = f"notice,store,supplier,sku,quantity\n{NOTICE},AMS1,Weverij,1001-WHT-S,6\n{NOTICE},AMS1,Weverij,1001-WHT-XL,4\n"

# By hand, in cents. The order: 2 x 14.99 = 29.98; with a shirt of 14.99 that is 44.97, in cash 44.95; 50.00 given, 5.05 back.
# The mixed basket: 14.99 + 4.95 delivery + 49.95 shoes = 69.89 by card.
COLLECTED, ONE_MORE, MIXED = 2_998, 1_499, 1_499 + 495 + 4_995
# In pieces, Amsterdam: the import less what left, and what came, and what the count found otherwise.
STOCK = {
    "1001-WHT-M": 10 - 2, "1001-WHT-S": 10 - 1 + 6, "1001-WHT-XL": 3 + 3 - 1, "1001-RED-L": 0, "2003-BLU-37": 9 - 1,
}  # fmt: skip
# In Utrecht both shirts come back for 29.98, 30.00 in cash out of a drawer of 150.00.
CAME_BACK, WHITE_M_IN_UTRECHT = -COLLECTED, 6 + 2
_TOTAL = re.compile(r"^Totaal EUR +(-?[\d.]+,\d\d)", re.MULTILINE)


@dataclass
class World:
    """Everybody's day."""

    shop: DemoShop
    lab: LabAddresses
    till: RealTill
    guest: Guest
    port: int
    order: str = ""
    order_url: str = ""
    collected_page: str = ""
    utrecht: list[Fact] = field(default_factory=list)
    said: list[int] = field(default_factory=list)

    def paper(self) -> list[str]:
        """Everything that came out of the printer, oldest first."""
        count = len(httpx.get(f"{self.lab.control}/receipts").json())
        return [httpx.get(f"{self.lab.control}/receipts/{number}.txt").text for number in range(1, count + 1)]

    def finish(self, typed: str, *before: Qt.Key) -> None:
        """Pay what is in the basket: keys after F9, then what is typed; the screen's total is remembered."""
        till = self.till
        self.said.append(till.till.sale_model.priced.total_minor)
        till.key(F9, *before)
        till.type(typed)
        till.key(ENTER)
        assert till.till.screen == "done", (till.till.screen, till.till.dialog, till.till.message)
        till.key(ENTER)


@pytest.fixture(scope="module")
def world(make_shop_copy: ShopMaker, tmp_path_factory: pytest.TempPathFactory, qapp: object) -> Iterator[World]:
    """The day, played once: everything below looks at what it left."""
    shop = make_shop_copy()
    key = _prepare(shop, tmp_path_factory.mktemp("office"))
    lab, port = shop.start_lab(headless=True), free_port()
    shop.start_hub(port)
    shop.settle("till-01", printer=printer_address(lab.printer), wedge="", discovery=False)
    till = RealTill(shop.folder / "till-01")
    pins = shop.first_pins()
    for number in ("201", "101"):
        till.start_work(number, pins[number])
        if till.till.screen == "open_shift":
            till.key(F9)
        if number != "101":
            till.key(KEY.Key_F12)
    shelf = httpx.WSGITransport(Shop(HubLine(shop.hub_url, key), b"a secret"))
    web = httpx.Client(transport=shelf, base_url="http://shop", follow_redirects=True)
    made = World(shop, lab, till, Guest(web), port)
    _order_on_the_web(made)
    _hand_over_with_one_thing_more(made)
    _sell_a_missing_size_and_a_pair_while_cut_off(made)
    _receive_and_count(made)
    _evening(made)
    _come_back_in_utrecht(made)
    yield made
    web.close()
    till.close()


def _prepare(shop: DemoShop, folder: Path) -> str:
    """What head office did before: what delivery costs, a delivery that is announced, a key for the web shop."""
    for name in ("settings.toml", "logo.png"):
        shutil.copy(SAMPLES / "fashion" / name, folder)
    with (folder / "settings.toml").open("a") as file:
        file.write('\n[order]\ndelivery_cost = "4.95"\n')
    (folder / "notices.csv").write_text(NOTICES)
    hub = open_hub(shop.hub_folder, Surroundings(lambda: time_ns() // 1_000_000, randbits))
    try:
        for name in ("settings.toml", "notices.csv"):
            done = import_from(hub, folder / name)
            assert not done.fault_count, done
        return give_key(hub, "noord-zuid", SCOPES).key
    finally:
        hub.close()


def _order_on_the_web(day: World) -> None:
    """Two shirts, collected in Amsterdam and paid there."""
    guest = day.guest
    wait_for(lambda: "T-shirt" in guest.http.get("/").text, "the catalogue in the web shop")
    guest.go("/product/1001")
    guest.send(article="1001-WHT-M", pieces="2")
    guest.go("/checkout")
    guest.send(name="Zoë de Wit", email="zoe@example.com", store="AMS1")
    found = re.search(r"afhaalcode: <strong>(\d+)<", guest.page)
    assert found is not None, guest.page
    day.order, day.order_url = found[1], guest.url


def _hand_over_with_one_thing_more(day: World) -> None:
    """The order is heard at the till, picked, laid ready, and collected by its code; a shirt comes on top."""
    till = day.till
    orders = till.till.more_model.orders_model
    till.wait(lambda: orders.signShort == "1")
    till.key(KEY.Key_Insert, ENTER)
    for _ in range(2):
        till.scan(WHITE_M)
    till.key(ENTER)
    till.type("B4")
    till.key(ENTER, KEY.Key_Escape)
    till.scan(day.order)
    assert till.till.screen == "orders", till.till.message
    till.key(ENTER, ENTER)
    assert till.till.sale_model.priced.total_minor == COLLECTED
    till.scan(WHITE_S)
    day.finish("5000")


def _sell_a_missing_size_and_a_pair_while_cut_off(day: World) -> None:
    """The hub is gone. A red L, which only Utrecht has, comes home; shoes go along; one payment by card."""
    till = day.till
    day.shop.kill("hub")
    for code in (RED_L, SHOES):
        till.scan(code)
    till.till.sale_model.choose(1)
    till.settle()
    till.menu("order")
    assert till.till.dialog == "order", till.till.message
    model = till.till.more_model.order_model
    for name, text in ADDRESS.items():
        model.write(name, text)
    till.settle()
    till.key(F9)
    assert till.till.dialog == "" and till.till.sale_model.priced.total_minor == MIXED, till.texts()
    day.finish("7001", KEY.Key_F5)


def _receive_and_count(day: World) -> None:
    """Against its notice six come and three of four; then the shirts are counted, and one XL is not there."""
    till = day.till
    till.menu("stock")
    till.type("4")
    till.key(ENTER)
    for code, pieces in ((WHITE_S, 6), (WHITE_XL, 3)):
        till.scan(code)
        till.type(str(pieces))
        till.key(ENTER)
    till.key(F9)
    till.key(F9)
    till.agree()
    assert till.facts(facts.DELIVERY_RECEIVED), till.texts()
    till.type("2")
    for code, pieces in ((WHITE_S, STOCK["1001-WHT-S"]), (WHITE_XL, STOCK["1001-WHT-XL"])):
        till.scan(code)
        till.type(str(pieces))
        till.key(ENTER)
    till.key(F9)
    till.scan(WHITE_XL)
    till.type(str(STOCK["1001-WHT-XL"]))
    till.key(ENTER)
    till.key(F9)
    till.key(F9)
    till.agree()
    assert till.facts(facts.STOCK_COUNTED), till.texts()
    till.key(KEY.Key_Escape)


def _evening(day: World) -> None:
    """The hub comes back, hears everything, and has told what became of it; all paper is out."""
    till = day.till
    assert till.terminal.ledger.push_state().acked < till.terminal.ledger.head(), "the hub was away"
    day.shop.start_hub(day.port)
    till.terminal.try_sync()
    till.wait(lambda: till.terminal.ledger.push_state().acked == till.terminal.ledger.head())
    till.wait(lambda: not till.terminal.receipts.jobs())
    wait_for(lambda: stock_at_till(day) == stock_at_hub(day), "the store's stock on its way to the till")


def _come_back_in_utrecht(day: World) -> None:
    """A till that never saw the order asks the hub for it by its number, takes both shirts back, and pays them out in cash."""
    day.collected_page = day.guest.go(day.order_url)
    folder = day.shop.folder / "till-utr"
    code = ask(day, EnrolCode("UTR1", "01", "till"), EnrolCodeMade).code
    enrol(folder, day.shop.hub_url, code, lambda step, percent: None)
    day.shop.settle("till-utr", wedge="", discovery=False)
    till = RealTill(folder)
    try:
        till.start_work("102", day.shop.first_pins()["102"])
        till.key(F9)
        assert till.till.screen == "sale", (till.till.screen, till.till.message, till.texts())
        till.key(KEY.Key_F5)
        till.till.more_model.choose("web_back")
        till.settle()
        assert till.till.dialog == "web_back", (till.till.dialog, till.till.message)
        till.type(day.order_url.split("/")[2])
        till.key(ENTER)
        till.wait(lambda: till.till.dialog == "return_lines")
        till.key(KEY.Key_Plus, KEY.Key_Plus, ENTER, F9)  # both of the two shirts, and nothing in their place
        assert till.till.dialog == "refund", (till.till.dialog, till.till.message)
        till.key(ENTER)
        assert till.till.screen == "done", (till.till.screen, till.till.dialog, till.till.message)
        till.terminal.try_sync()
        till.wait(lambda: till.terminal.ledger.push_state().acked == till.terminal.ledger.head())
        day.utrecht = till.facts()
    finally:
        till.close()


def ask(day: World, what: msgspec.Struct, answer: type[T]) -> T:
    """Ask the running hub what its commands ask it, by the same line."""
    with line_to(day.shop.hub_folder) as line:
        return line.ask(what, answer)


def stock_at_hub(day: World, store: str = "AMS1") -> dict[str, int]:
    """Pieces in a store, of the articles of this day, in the hub's file."""
    hub = sqlite3.connect(f"file:{day.shop.hub_folder / 'hub.db'}?mode=ro", uri=True)
    try:
        rows = dict(hub.execute("SELECT article, on_hand_milli FROM stock WHERE store = ?", (store,)).fetchall())
    finally:
        hub.close()
    return {sku: rows[sku] // ONE for sku in STOCK}


def stock_at_till(day: World) -> dict[str, int]:
    """The same as the till says it."""
    levels = [level for sku in STOCK for level in day.till.terminal.catalog.stock(sku) if level.store == "AMS1"]
    return {level.article: level.on_hand_milli // ONE for level in levels}


def test_paper_screen_ledger_and_hub_say_the_same_money(world: World) -> None:
    sales = world.till.facts(facts.SALE_COMPLETED)
    assert [sale.body["total"] for sale in sales] == world.said == [COLLECTED + ONE_MORE, MIXED]
    printed = [int(found[1].replace(".", "").replace(",", "")) for text in world.paper() if (found := _TOTAL.search(text))]
    assert printed == world.said
    report = ask(world, ReportDay("AMS1", sales[0].day), DayReport)
    totals = reduce(apply_day, world.till.facts(), DayTotals())
    assert report.held == 0 and report.forked == []
    assert (report.total.sales, report.total.gross, report.total.rounding) == (2, sum(world.said), -2)
    assert dict(report.total.tenders) == dict(totals.tenders) == {"cash": 4_495, "card": MIXED}
    assert report.cash_expected == world.till.terminal.shifts.totals().cash_expected == 15_000 + 4_495


def test_shelves_till_and_hub_have_the_same_stock(world: World) -> None:
    assert stock_at_hub(world) == stock_at_till(world) == STOCK
    assert world.till.facts(facts.DELIVERY_RECEIVED)[0].body["notice"] == NOTICE


def test_the_web_order_is_collected_everywhere_and_its_money_is_in_the_basket_of_the_till(world: World) -> None:
    assert "Opgehaald (2)" in world.collected_page and "Te betalen" not in world.collected_page
    (first, _) = world.till.facts(facts.SALE_COMPLETED)
    assert [line["pays"] is not None for line in first.body["lines"] if "pays" in line] == [True]
    moved = [move["step"] for fact in world.till.facts(facts.ORDER_MOVED) for move in fact.body["moves"]]
    assert moved == ["picked", "picked", "ready", "handed_over"]


def test_the_missing_size_was_promised_under_reserve_and_the_hub_gave_it_to_the_store_that_has_it(world: World) -> None:
    (placed,) = world.till.facts(facts.ORDER_PLACED)
    assert [line["promise"]["firm"] for line in placed.body["lines"]] == [False]
    (paper,) = [text for text in world.paper() if placed.body["number"] in text and "Bezorging" in text]
    assert "Onder voorbehoud" in paper and paper.count("Thuisbezorgd") == 1
    shown = ask(world, ShowOrder(placed.body["number"]), OrderShown)
    assert [(part.article, part.place, part.state, part.quantity_milli) for part in shown.parts] == [
        ("1001-RED-L", "UTR1", "allocated", ONE),
    ]  # fmt: skip
    assert (shown.owed_minor, shown.paid_minor, shown.to_pay_minor) == (1_499 + 495, 1_499 + 495, 0)


def test_the_web_order_came_back_in_another_store_with_its_money_and_its_goods(world: World) -> None:
    (back,) = [fact.body for fact in world.utrecht if fact.kind == facts.SALE_COMPLETED]
    assert (back["total"], [one["kind"] for one in back["tenders"]]) == (CAME_BACK, ["cash"])
    assert "Retour ontvangen (2)" in world.guest.go(world.order_url) and "U krijgt" not in world.guest.page
    report = ask(world, ReportDay("UTR1", world.utrecht[-1].day), DayReport)
    assert (report.held, report.total.gross, report.cash_expected) == (0, CAME_BACK, 15_000 - 3_000)
    assert stock_at_hub(world, "UTR1")["1001-WHT-M"] == WHITE_M_IN_UTRECHT
