"""The scripted day as a test: outage, kill and paper-out, and in the evening everything agrees.

It is what `packaging/dev run` plays, and takes a minute: with the full counts only, as `test_outage` does. The days of
`test_selling_day` and `test_one_basket` run every time, and `test_script` holds the other script to its screens.
"""

from pathlib import Path

import pytest

from tests.journeys.conftest import ShopMaker
from tests.journeys.day import run
from tests.journeys.reckoning import Reckoning, check_hub, check_sale


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_whole_day_with_an_outage_a_kill_and_a_paper_out_agrees_with_the_day_worked_out_by_hand(
    make_shop_copy: ShopMaker, tmp_path: Path
) -> None:
    out = tmp_path / "demo-out"
    reckoning = run(make_shop_copy("grocery"), out, lambda line: None)
    assert reckoning.differences == []
    assert "everything agrees" in (out / "summary.txt").read_text("utf-8")
    assert len(list((out / "screens").glob("*.png"))) >= 30
    assert len(list((out / "receipts").glob("*.png"))) >= 14


def test_the_reckoning_names_what_differs() -> None:
    reckoning = Reckoning()
    sale = {
        "lines": [["8799999000017", "1001-WHT-S", 1000, 1499, 1499, 0]],
        "paid": [{"cash": 1500}], "vat": [[21, 1239, 260, 1499]], "total": 1499, "rounding": 1,
    }  # fmt: skip
    body = {
        "lines": [{"article": "1001-WHT-S", "quantity": 1000, "unit_price": 1499, "amount": 1499, "deposit": 0}],
        "tax": [{"rate_bp": 2100, "net": 1238, "tax": 261, "gross": 1499}],
        "tenders": [{"kind": "cash", "tendered": 1500, "amount": 1500, "change": 0, "reference": ""}],
        "total": 1499, "discount": 0, "rounding": 1, "age_checked": 0,
    }  # fmt: skip
    check_sale(reckoning, "one", sale, body)
    assert [line.partition(": by hand")[0] for line in reckoning.differences] == ["one: VAT"]
    day = {"sales": 2, "gross": 1499, "discount": 0, "deposit": 0, "rounding": 1, "cash": 1500, "card": 0, "cash_expected": 1500}
    total = {"sales": 1, "gross": 1499, "discount": 0, "deposit": 0, "rounding": 1, "tenders": {"cash": 1500}}
    check_hub(reckoning, {"total": total, "cash_expected": 1500, "held": 0, "forked": []}, day)
    assert reckoning.differences[1:] == ["hub: sales: by hand 2, found 1"]
