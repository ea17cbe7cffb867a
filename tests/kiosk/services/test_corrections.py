"""A sale that was rung up as paid another way is put right with a second person's word, and every sum follows."""

from pathlib import Path

from kiosk.services.closing import Wish
from kiosk.services.corrections import Corrections
from tests.kiosk.services.test_closing import ARTICLE, Office
from tests.kiosk.support import CASHIER, MANAGER, PIN, code_of, open_shop

RECEIPT = "AMS1-01-A-000001"


def test_a_correction_moves_the_money_from_one_way_of_paying_to_another_and_can_be_corrected(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office, desk = Office(shop).start(), Corrections(shop.counter, shop.session)
        office.sell()
        office.sell()
        expected = shop.shifts.expected_cash()
        for asked, code in (
            ((RECEIPT, "cash", "r", MANAGER, PIN), "tender.unchanged"),
            ((RECEIPT, "card", " ", MANAGER, PIN), "cash.reason"),
            ((RECEIPT, "card", "r", "", ""), "tender.sign_off"),
            ((RECEIPT, "card", "r", CASHIER, PIN), "staff.same_person"),
            (("nothing", "card", "r", MANAGER, PIN), "receipt.not_found"),
        ):
            assert code_of(lambda asked=asked: desk.correct(*asked)) == code  # type: ignore[misc]
        body = desk.correct(RECEIPT, "card", "wrong key", MANAGER, PIN).body
        assert (body["before"], body["after"]) == ([{"kind": "cash", "amount": 1_500}], [{"kind": "card", "amount": 1_500}])
        assert shop.shifts.expected_cash() == expected - 1_500
        assert shop.shifts.so_far().tenders == {"cash": 1_500, "card": 1_500}
        desk.correct(RECEIPT, "cash", "it was right", MANAGER, PIN)
        assert shop.shifts.expected_cash() == expected and shop.shifts.so_far().corrections == 2
        assert [kind for _, kind in desk.recent()] == ["cash", "cash"]


def test_a_sale_of_a_closed_shift_is_for_the_office(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office, desk = Office(shop).start(), Corrections(shop.counter, shop.session)
        shop.add(ARTICLE)
        shop.checkout.begin()
        shop.checkout.pay_card(shop.selling.priced.total_minor, "0042")
        office.count_right()
        office.closing.close(Wish())
        office.start(0)
        assert desk.recent() == ()
        assert code_of(lambda: desk.correct(RECEIPT, "cash", "r", MANAGER, PIN)) == "tender.shift"
