"""A business day as a posting: turnover by VAT, ways of paying, rounding, deposit, vouchers, cash and over/short, in balance.

Every line is an account with a key (a rate, a way of paying) and an amount: above zero a debit, below zero a credit. The sum is
always nothing, to the cent, because each fact moves the same money twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain import cash
from kiosk.domain.projections import DayTotals
from kiosk.domain.tax import MARGIN, OUTSIDE

TURNOVER, VAT, DEPOSIT, VOUCHERS, OUTSIDE_VAT = "turnover", "vat", "deposit", "vouchers", "outside_vat"
ROUNDING, TENDER, OVER_SHORT = "rounding", "tender", "over_short"
CASH_DRAWER, SAFE, BANK_TRANSIT, PAY_IN, PAY_OUT, PART_PAID = (
    "cash_drawer", "safe", "bank_transit", "pay_in", "pay_out", "part_paid",
)  # fmt: skip
ACCOUNTS = (
    TURNOVER, VAT, DEPOSIT, VOUCHERS, OUTSIDE_VAT, ROUNDING, TENDER, CASH_DRAWER, SAFE, BANK_TRANSIT, PAY_IN, PAY_OUT, PART_PAID,
    OVER_SHORT,
)  # fmt: skip
"""The accounts, in the order in which they are listed. Which number each has in the books is the office's setting."""

VOUCHER_TENDERS = ("gift_card", "voucher", "store_credit")
"""Ways of paying that take off what the shop owes for vouchers; all others are claims on somebody."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One line, minor units: above zero a debit, below zero a credit. `key` says which rate, tender or movement."""

    account: str
    key: str
    amount_minor: int


def posting(totals: DayTotals) -> tuple[Posted, ...]:
    """The lines of a day's totals, nothing left out that is not zero. Asserts that they balance."""
    found = [*_turnover(totals), *_paid(totals), *_cash(totals)]
    lines = tuple(sorted((one for one in found if one.amount_minor), key=_place))
    assert sum(one.amount_minor for one in lines) == 0, "a posting balances"
    return lines


def _place(one: Posted) -> tuple[int, str]:
    return ACCOUNTS.index(one.account), one.key


def _turnover(totals: DayTotals) -> list[Posted]:
    """Credits: net and VAT by rate; what is outside VAT apart, as deposit, vouchers sold, and anything else."""
    lines = []
    outside = 0
    for rate, net in totals.net_by_rate.items():
        if rate.partition(":")[0] == OUTSIDE:
            outside += net + totals.tax_by_rate.get(rate, 0)
        elif rate.partition(":")[0] == MARGIN:
            lines.append(Posted(TURNOVER, rate, sum(totals.margin_tax.values()) - net))
        else:
            lines += [Posted(TURNOVER, rate, -net), Posted(VAT, rate, -totals.tax_by_rate.get(rate, 0))]
    lines += [Posted(VAT, f"{MARGIN}:{rate_bp}", -tax) for rate_bp, tax in totals.margin_tax.items()]
    rest = outside - totals.deposit - totals.vouchers_sold
    return [
        *lines, Posted(DEPOSIT, "", -totals.deposit), Posted(VOUCHERS, "sold", -totals.vouchers_sold),
        Posted(OUTSIDE_VAT, "", -rest), Posted(ROUNDING, "", -totals.rounding),
    ]  # fmt: skip


def _paid(totals: DayTotals) -> list[Posted]:
    """Debits: cash into the drawers, vouchers off what is owed for them, all else a claim by its way of paying."""
    lines = []
    for kind, amount in totals.tenders.items():
        if kind == "cash":
            lines.append(Posted(CASH_DRAWER, "sales", amount))
        elif kind in VOUCHER_TENDERS:
            lines.append(Posted(VOUCHERS, kind, amount))
        else:
            lines.append(Posted(TENDER, kind, amount))
    return lines


def _cash(totals: DayTotals) -> list[Posted]:
    """What moved without a sale: each movement of a drawer with its other side, safe and bank, and over or short."""
    moves: Mapping[str, int] = totals.cash_moves
    drawer = [Posted(CASH_DRAWER, what, amount) for what, amount in moves.items()]
    others = [
        Posted(PAY_IN, "", -moves.get(cash.PAY_IN, 0)), Posted(PAY_OUT, "", -moves.get(cash.PAY_OUT, 0)),
        Posted(PART_PAID, "", -moves.get(cash.CARRIED, 0)), Posted(SAFE, "", totals.safe), Posted(BANK_TRANSIT, "", totals.bank),
    ]  # fmt: skip
    delivered = totals.safe + totals.bank + sum(moves.get(what, 0) for what in (cash.DROP, cash.CHANGE, cash.DEPOSIT))
    assert delivered == 0, "what leaves drawer, safe or bank comes to another of them"
    return [*drawer, *others, Posted(CASH_DRAWER, "over_short", totals.over_short), Posted(OVER_SHORT, "", -totals.over_short)]
