"""Ordering at the till: the ways of a line, whom it is for, one payment for a mixed basket, and back in the hand after all."""

from PySide6.QtCore import Qt

from kiosk.domain import facts
from kiosk.domain.allocation import Grant
from kiosk.domain.feed import Setting
from kiosk.domain.streets import StreetFound
from tests.kiosk.ui.kiosk.shop import row
from tests.kiosk.ui.test_till_menu import choose
from tests.kiosk.ui.test_till_returns import facts as facts_of
from tests.kiosk.ui.till_shop import TillShop

WHITE_S, WHITE_M = "8799999000017", "8799999000024"
ENTER, ESC, DOWN, DELETE = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Delete
F8, F9 = Qt.Key.Key_F8, Qt.Key.Key_F9
ADDRESS = {
    "name": "Anna de Vries", "phone": "06 12345678", "postcode": "1012js", "house": "12", "street": "Damrak", "city": "Amsterdam",
}  # fmt: skip


def begin(till: TillShop) -> TillShop:
    """Two shirts in the basket, delivery for 4.95, and the dialog over the second one."""
    till.hear(
        row("setting", "order.delivery_cost", Setting("order.delivery_cost", "4.95")),
        row("grant", "UTR1|1001-WHT-M", Grant("UTR1", "1001-WHT-M", 5_000, 1)),
    )
    till.scan(WHITE_S)
    till.scan(WHITE_M)
    choose(till, "order")
    assert till.till.dialog == "order"
    return till


def titles(till: TillShop) -> list[tuple[str, str]]:
    """The ways and how sure they are."""
    return [(one.title, one.sure) for one in till.till.more_model.order_model.rows_shown()]


def write(till: TillShop, **texts: str) -> None:
    """Fill the form."""
    for name, text in texts.items():
        till.till.more_model.order_model.write(name, text)
    till.settle()


def test_the_ways_say_what_they_cost_when_it_comes_and_how_sure_it_is(selling: TillShop):
    till = begin(selling)
    found = dict(titles(till))
    assert found["Deliver at home · €4.95"] == "under reserve"
    assert [sure for title, sure in found.items() if "Utrecht" in title] == ["certain"]


def test_a_mixed_basket_is_keyed_in_without_a_mouse_and_paid_once(selling: TillShop):
    till = begin(selling)
    till.key(F9)
    assert "a name is missing" in till.till.more_model.order_model.property("errorText")
    write(till, **ADDRESS)
    till.key(F9)
    assert till.till.dialog == ""
    lines = till.desk.selling.priced.lines
    assert [one.line.ordered is not None for one in lines] == [False, True, False] and lines[2].amount_minor == 495
    assert any("Delivered at home" in row.detail for row in till.till.sale_model.line_rows.rows)
    till.key(F9, ENTER, ENTER)
    till.settle()
    (placed,) = facts_of(till, facts.ORDER_PLACED)
    assert placed["payments"][0]["amount_minor"] == 1499 + 495
    assert "Damrak" not in repr(placed)


def test_all_lines_come_the_same_way_with_one_touch(selling: TillShop):
    till = begin(selling)
    till.tap("Only this line, Press for all lines")
    write(till, **ADDRESS)
    till.tap("It comes so")
    assert sum(one.line.ordered is not None for one in till.desk.selling.priced.lines) == 2


def test_what_was_ordered_is_taken_along_after_all(selling: TillShop):
    till = begin(selling)
    write(till, **ADDRESS)
    till.key(F9)
    choose(till, "order")
    assert till.till.more_model.order_model.fields()["city"] == "Amsterdam", "the address of this sale is asked once"
    till.tap("Taken along")
    assert all(one.line.ordered is None for one in till.desk.selling.priced.lines) and len(till.desk.selling.priced.lines) == 2


def test_a_collection_asks_for_a_name_and_no_street(selling: TillShop):
    till = begin(selling)
    till.key(DOWN)
    assert not till.till.more_model.order_model.is_shipped() and "Street" not in till.texts()
    write(till, name="Bert", phone="0612345678")
    till.key(F9)
    assert till.desk.selling.priced.lines[1].line.ordered is not None


def test_the_menu_says_why_nothing_can_be_ordered(selling: TillShop):
    till = selling
    choose(till, "order")
    assert till.till.dialog != "order"


def test_postcode_and_number_fill_street_and_town_in_and_say_so_or_that_they_are_not_known_and_one_goes_on(selling: TillShop):
    asked = []
    selling.desk.ask_street = lambda *what: asked.append(what)
    till = begin(selling)
    model = till.till.more_model.order_model
    write(till, name="Anna", phone="06 12345678", postcode="1012js", house="1")
    write(till, house="12")
    assert [what[:3] for what in asked] == [("NL", "1012 JS", "1"), ("NL", "1012 JS", "12")]
    asked[0][3](StreetFound("found", "Rokin", "Amsterdam"))
    assert model.fields()["street"] == "", "an answer to an older question comes too late"
    asked[1][3](StreetFound("found", "Damrak", "Amsterdam"))
    assert (model.fields()["street"], model.fields()["city"]) == ("Damrak", "Amsterdam")
    assert "Damrak" in model.property("streetText") and model.property("isStreetFound")
    write(till, house="120")
    assert model.property("streetText") == "", "that was another house"
    asked[-1][3](StreetFound("number"))
    assert "not known" in model.property("streetText") and not model.property("isStreetFound")
    write(till, street="Nieuwestraat", house="121")
    asked[-1][3](StreetFound("found", "Damrak", "Amsterdam"))
    assert model.fields()["street"] == "Nieuwestraat", "what somebody typed stands"
    write(till, postcode="1012")
    assert model.property("streetText") == "" and len(asked) == 4, "no postcode, no question"
    write(till, postcode="1012JS")
    till.key(F9)
    assert till.till.dialog == "" and till.desk.ordering.address().street == "Nieuwestraat"
