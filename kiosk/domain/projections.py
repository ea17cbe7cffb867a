"""Folds over facts that terminal and hub share: a store's business day, and stock movements.

`apply(state, fact) -> state`; store and hub only keep the state. One contract test feeds both the same facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk.domain.facts import SALE_ABANDONED, SALE_COMPLETED, SHIFT_OPENED, Fact
from kiosk.domain.stock import movements_of as movements_of  # its fold is kiosk.domain.stock.apply_stock


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What one store, or one terminal, sold on one business day. All amounts in minor units."""

    sales: int = 0
    abandoned: int = 0
    pieces: int = 0
    gross: int = 0
    discount: int = 0
    deposit: int = 0
    rounding: int = 0
    float_cash: int = 0
    net_by_rate: Mapping[str, int] = field(default_factory=dict)
    tax_by_rate: Mapping[str, int] = field(default_factory=dict)
    tenders: Mapping[str, int] = field(default_factory=dict)
    receipts: tuple[str, str] = ("", "")

    @property
    def cash_expected(self) -> int:
        """What should lie in the drawer: the float and the cash taken (change already gone)."""
        return self.float_cash + self.tenders.get("cash", 0)


def apply_day(state: DayTotals, fact: Fact) -> DayTotals:
    """The day's totals after one more fact of that day; kinds that move no money leave it as it is."""
    body = fact.body
    if fact.kind == SHIFT_OPENED:
        return replace(state, float_cash=state.float_cash + body["float"])
    if fact.kind == SALE_ABANDONED:
        return replace(state, abandoned=state.abandoned + 1)
    if fact.kind != SALE_COMPLETED:
        return state
    net, tax, tenders = dict(state.net_by_rate), dict(state.tax_by_rate), dict(state.tenders)
    for band in body["tax"]:
        rate = f"{band['class']}:{band['rate_bp']}"
        net[rate] = net.get(rate, 0) + band["net"]
        tax[rate] = tax.get(rate, 0) + band["tax"]
    for tender in body["tenders"]:
        tenders[tender["kind"]] = tenders.get(tender["kind"], 0) + tender["amount"]
    pieces = state.pieces
    for line in body["lines"]:
        pieces += line["quantity"] // 1000 if line["unit"] == "piece" else 1
    return DayTotals(
        state.sales + 1, state.abandoned, pieces, state.gross + body["total"], state.discount + body["discount"],
        state.deposit + body["deposit"], state.rounding + body["rounding"], state.float_cash, net, tax, tenders,
        (state.receipts[0] or body["receipt"], body["receipt"]),
    )  # fmt: skip
