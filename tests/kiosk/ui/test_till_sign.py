"""A customer signs on the till: drawn with a finger, taken back, signed on paper, and asked for only where the shop wants it."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from kiosk.domain import facts as kinds
from kiosk.domain.feed import Setting
from kiosk.domain.orderlife import HANDED_OVER, READY
from kiosk.store import signatures
from kiosk.ui.till_sign import RAW_MAX, SignModel
from tests.kiosk.support import row
from tests.kiosk.ui.shots_orders import SHIRTS, some_orders, tell
from tests.kiosk.ui.test_till_orders import ENTER, ESC, ready, states
from tests.kiosk.ui.test_till_returns import facts
from tests.kiosk.ui.till_shop import TillShop, name_of


@pytest.fixture
def shop(selling: TillShop) -> TillShop:
    """A till of a shop that wants a signature from forty euros on."""
    tell(selling, row("setting", "order.signature", Setting("order.signature", "40.00")))
    return selling


def pad(shop: TillShop) -> SignModel:
    """Where somebody signs."""
    return shop.till.more_model.orders_model.pickup_model.sign_model


def draw(shop: TillShop, *points: tuple[float, float]) -> None:
    """A finger goes over the field: parts of its width and height."""
    (item,) = [one for one in shop.items() if name_of(one).startswith("Field to sign in")]
    at = [item.mapToScene(QPointF(x * item.width(), y * item.height())).toPoint() for x, y in points]
    QTest.mousePress(shop.window, Qt.MouseButton.LeftButton, pos=at[0])
    for point in at[1:]:
        QTest.mouseMove(shop.window, point)
    QTest.mouseRelease(shop.window, Qt.MouseButton.LeftButton, pos=at[-1])
    shop.settle()


def test_goods_of_worth_are_signed_for_with_a_finger_and_a_slip_is_taken_back(shop: TillShop):
    order = ready(shop, ("1001-WHT-M", 2, 5_990), key="s1", code="111222", paid=True)
    tell_paid(shop, order)
    shop.scan("111222")
    shop.key(ENTER, ENTER)
    assert "2 × Overhemd Oxford wit M" in " ".join(shop.texts()) and states(shop, order) == {READY}
    shop.key(ENTER)
    assert states(shop, order) == {READY}, "nothing is written yet"
    draw(shop, (0.2, 0.5), (0.4, 0.3), (0.6, 0.8))
    draw(shop, (0.9, 0.9), (0.95, 0.9))
    assert len(pad(shop).strokes) == 2 and pad(shop).isWritten
    shop.tap("Last stroke away")
    assert len(pad(shop).strokes) == 1
    shop.key(Qt.Key.Key_Delete)
    assert not pad(shop).isDrawn
    draw(shop, (0.1, 0.5), (0.5, 0.5))
    shop.tap("Done")
    assert states(shop, order) == {HANDED_OVER} and shop.till.screen == "sale"
    (kept,) = shop.shop.ledger.look(signatures.to_tell_in)
    assert facts(shop, kinds.ORDER_MOVED)[-1]["signed"] == kept.mark and kept.order == order
    assert pad(shop).strokes == [], "nothing that was drawn outlives it"


def tell_paid(shop: TillShop, order: str) -> None:
    """The whole of it was paid on the web."""
    from_hub = shop.shop.ledger.device_rows("order", dict)
    (told,) = [one for one in from_hub if one["id"] == order]
    tell(shop, row("order", order, {**told, "payments": [{"id": "hub/pay", "at_ms": 1, "kind": "link", "amount_minor": 5_990}]}))


def test_by_the_keyboard_it_is_signed_on_paper_with_a_reason_and_back_keeps_what_was_counted(shop: TillShop):
    order = ready(shop, *SHIRTS, key="s2", code="333444")
    shop.scan("333444")
    shop.key(ENTER)
    shop.tap("One less, Overhemd Oxford wit L")
    shop.key(ENTER)
    assert "Overhemd Oxford wit L" not in " ".join(shop.texts())
    shop.key(ESC)
    assert "€89.85 goes into the basket" in " ".join(shop.texts()), "as it was counted"
    shop.key(ENTER, Qt.Key.Key_F4)
    assert "Cannot sign on a screen" in shop.texts()
    shop.key(ESC)
    assert "Sign on paper" in shop.texts()
    shop.key(Qt.Key.Key_F4, Qt.Key.Key_2)
    assert shop.till.screen == "sale"
    assert {line.pays.signed for line in shop.desk.selling.priced.cart.lines if line.pays} == {"paper/unwilling"}
    shop.key(Qt.Key.Key_F9, ENTER, ENTER)
    assert facts(shop, kinds.ORDER_MOVED)[-1]["signed"] == "paper/unwilling" and states(shop, order) == {HANDED_OVER, READY}


def test_what_is_worth_less_and_a_shop_that_wants_none_ask_nobody(shop: TillShop):
    order = ready(shop, ("1001-WHT-M", 1, 2_995), key="s3", code="555666", paid=True)
    shop.scan("555666")
    shop.key(ENTER, ENTER)
    assert states(shop, order) == {HANDED_OVER} and "signed" not in facts(shop, kinds.ORDER_MOVED)[-1]


def test_a_hand_that_never_stops_is_cut_off_and_odd_numbers_are_no_point(shop: TillShop):
    some_orders(shop)
    model = pad(shop)
    model.begin("x")
    model.stroke([1.0, 2.0, 3.0])
    assert model.strokes == [[1, 2]]
    model.stroke([float(n % 900) for n in range(2 * RAW_MAX)])
    assert model.strokes == [[1, 2]], "what is too much is not taken"
