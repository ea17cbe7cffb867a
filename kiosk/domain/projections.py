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
    rates = [(f"{band['class']}:{band['rate_bp']}", band["net"], band["tax"]) for band in body["tax"]]
    return replace(
        state,
        sales=state.sales + 1,
        pieces=state.pieces + sum(_pieces(line["unit"], line["quantity"]) for line in body["lines"]),
        gross=state.gross + body["total"],
        discount=state.discount + body["discount"],
        deposit=state.deposit + body["deposit"],
        rounding=state.rounding + body["rounding"],
        net_by_rate=_added(state.net_by_rate, [(rate, net) for rate, net, _ in rates]),
        tax_by_rate=_added(state.tax_by_rate, [(rate, tax) for rate, _, tax in rates]),
        tenders=_added(state.tenders, [(tender["kind"], tender["amount"]) for tender in body["tenders"]]),
        receipts=(state.receipts[0] or body["receipt"], body["receipt"]),
    )


def _added(state: Mapping[str, int], more: list[tuple[str, int]]) -> dict[str, int]:
    summed = dict(state)
    for key, amount in more:
        summed[key] = summed.get(key, 0) + amount
    return summed


def _pieces(unit: str, quantity_milli: int) -> int:
    return quantity_milli // 1000 if unit == "piece" else 1
