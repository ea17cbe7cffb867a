"""Every case of the project's money vectors that a rule of today answers; promotions and margins are not built yet."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.countries import nl
from kiosk.domain.errors import Refused
from kiosk.domain.money import divide_half_up, share
from kiosk.domain.payment import open_settlement, pay_card, pay_cash, round_cash
from kiosk.domain.tax import PER_LINE, PER_RATE_TOTAL, TaxedAmount, bands

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "money-vectors.json").read_text("utf-8"))


def scaled(text: str) -> tuple[int, int]:
    """A decimal text in cents as a fraction: 20.125 euro is 20125 over 10."""
    sign = -1 if text.startswith("-") else 1
    whole, _, decimals = text.removeprefix("-").partition(".")
    return sign * int(whole + decimals) * 100, 10 ** len(decimals)


@pytest.mark.parametrize("case", VECTORS["net_to_vat"], ids=lambda case: case["raw"])
def test_a_third_decimal_of_five_or_more_goes_up(case: dict[str, Any]) -> None:
    expected, scale = scaled(case.get("vat") or case["rounded"])
    assert divide_half_up(*scaled(case["raw"])) == expected // scale
    if "net" in case:
        numerator, denominator = scaled(case["net"])
        assert divide_half_up(numerator * case["rate"], denominator * 10_000) == expected // scale


@pytest.mark.parametrize("case", VECTORS["vat_out_of_gross"], ids=lambda case: f"{case['gross']}@{case['rate']}")
def test_vat_comes_out_of_a_gross_amount(case: dict[str, Any]) -> None:
    amount = TaxedAmount.from_gross(case["gross"], rate_bp=case["rate"])
    assert (amount.tax, amount.gross) == (case["vat"], case["gross"])


@pytest.mark.parametrize("rate", ["20%", "12%"])
def test_an_exact_half_cent_of_vat_goes_up(rate: str) -> None:
    case = VECTORS["vat_out_of_gross_ties"][rate]
    assert TaxedAmount.from_gross(case["gross"], rate_bp=int(rate[:-1]) * 100).tax == case["half_up"]


@pytest.mark.parametrize("case", VECTORS["per_line_or_total"], ids=lambda case: str(case["vat_on_total"]))
def test_both_legal_ways_to_round_vat_give_their_own_amount(case: dict[str, Any]) -> None:
    rates = {"standard": case["rate"]}
    if "lines_net" in case:  # published for net prices: the same rounding, put on instead of taken out
        per_line = sum(divide_half_up(net * case["rate"], 10_000) for net in case["lines_net"])
        on_total = divide_half_up(sum(case["lines_net"]) * case["rate"], 10_000)
    else:
        lines = [("standard", gross) for gross in case["lines_gross"]]
        ((per_line,), (on_total,)) = (
            [band.amount.tax for band in bands(lines, rates, rule)] for rule in (PER_LINE, PER_RATE_TOTAL)
        )
    assert (per_line, on_total) == (case["vat_per_line"], case["vat_on_total"])


@pytest.mark.parametrize("case", VECTORS["allocate_largest_remainder"], ids=lambda case: f"{case['amount']}")
def test_an_amount_is_shared_by_largest_remainder(case: dict[str, Any]) -> None:
    assert share(case["amount"], case["weights"]) == tuple(case["shares"])


@pytest.mark.parametrize("case", VECTORS["cash_rounding_5"], ids=lambda case: str(case["total"]))
def test_cash_goes_to_the_nearest_five_cents(case: dict[str, int]) -> None:
    assert round_cash(case["total"], 5) == case["cash"]


def test_cash_goes_to_the_nearest_coin_of_other_currencies() -> None:
    assert round_cash(29_540, VECTORS["cash_rounding_other"]["NOK"]["step"]) == 29_500
    assert round_cash(1_023, VECTORS["cash_rounding_other"]["CHF"]["step"]) == 1_025


@pytest.mark.parametrize("case", [case for case in VECTORS["be_mixed"] if case["mode"] == "cash only"])
def test_only_the_part_paid_in_cash_is_rounded(case: dict[str, int]) -> None:
    settlement = pay_card(open_settlement(case["total"]), case["card"], "A1")
    paid = pay_cash(settlement, case["cash_rounded"], 5)
    assert (paid.is_paid, paid.rounding_minor, paid.change_minor) == (True, case["rounding"], 0)
    assert settlement.left_minor == case["cash_due"]


@pytest.mark.parametrize("case", [case for case in VECTORS["cash_limit_nl"] if "services_cash" not in case])
def test_cash_of_three_thousand_euro_is_refused(case: dict[str, Any]) -> None:
    cash = case.get("goods_cash") or sum(case["linked"])
    if case["allowed"]:
        nl.check_cash(cash)
    else:
        with pytest.raises(Refused) as refusal:
            nl.check_cash(cash)
        assert refusal.value.code == "payment.cash_limit_nl"
