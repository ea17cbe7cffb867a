"""Every case of the project's money vectors; the lowest price of 30 days and limits with their operator run beside their rules."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.countries import nl
from kiosk.domain.errors import Refused
from kiosk.domain.money import divide_half_up, share
from kiosk.domain.payment import open_settlement, pay_card, pay_cash, round_cash
from kiosk.domain.tax import PER_LINE, PER_RATE_TOTAL, TaxedAmount, bands, margin_tax

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


@pytest.mark.parametrize("currency", sorted(VECTORS["cash_rounding_other"]))
def test_cash_of_every_currency_goes_to_a_whole_number_of_its_coins(currency: str) -> None:
    step = VECTORS["cash_rounding_other"][currency]["step"]
    for minor in range(-2 * step, 2 * step + 1):
        rounded = round_cash(minor, step)
        assert rounded % step == 0 and 2 * abs(rounded - minor) <= step
        assert round_cash(-minor, step) == -rounded


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


@pytest.mark.parametrize("case", [case for case in VECTORS["be_mixed"] if case["mode"] == "all payments"])
def test_where_all_payments_are_rounded_the_total_is_and_cash_pays_the_rest_of_it(case: dict[str, int]) -> None:
    total = round_cash(case["total"], 5)
    assert (total, total - case["card"]) == (case["total_rounded"], case["cash_due"])


@pytest.mark.parametrize("case", VECTORS["margin_scheme_nl"], ids=lambda case: str(case["vat"]))
def test_used_goods_are_taxed_by_their_margin_and_a_loss_gives_nothing_back(case: dict[str, Any]) -> None:
    assert margin_tax(case["sold_gross"], case["bought"], rate_bp=case["rate"]) == case["vat"]


@given(st.integers(-100_000, 100_000), st.lists(st.integers(0, 50_000), min_size=1, max_size=12))
def test_shares_keep_the_invariants_that_the_vectors_state(amount: int, weights: list[int]) -> None:
    if not sum(weights):
        amount = 0
    shares = share(amount, weights)
    assert sum(shares) == amount
    assert all(part == 0 or (part > 0) == (amount > 0) for part in shares)
    assert all(part == 0 for part, weight in zip(shares, weights, strict=True) if weight == 0)
    if 0 < amount <= sum(weights):
        assert all(part <= weight for part, weight in zip(shares, weights, strict=True))


RUN_HERE = {
    "net_to_vat", "vat_out_of_gross", "vat_out_of_gross_ties", "per_line_or_total", "allocate_largest_remainder",
    "allocate_invariants", "cash_rounding_5", "cash_rounding_other", "be_mixed", "margin_scheme_nl", "cash_limit_nl",
}  # fmt: skip
RUN_BESIDE_THEIR_RULES = {"omnibus": "test_pricelist.py", "cash_limit_nl": "test_tender.py"}
WORDS = {"unit", "rounding", "cash_rounding_sources", "countries"}
"""What explains the vectors and has no case in it."""


def test_no_part_of_the_vectors_is_left_out() -> None:
    assert set(VECTORS) == RUN_HERE | set(RUN_BESIDE_THEIR_RULES) | WORDS
    for part, file in RUN_BESIDE_THEIR_RULES.items():
        assert f'VECTORS["{part}"]' in (Path(__file__).parent / file).read_text("utf-8")
