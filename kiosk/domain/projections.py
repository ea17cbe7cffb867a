"""Folds over facts that terminal and hub share: a store's business day, a shift, and stock movements.

`apply(state, fact) -> state`; store and hub only keep the state. One contract test feeds both the same facts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from kiosk.domain import cash, facts
from kiosk.domain.codec import Json
from kiosk.domain.facts import Fact
from kiosk.domain.payment import CASH
from kiosk.domain.stock import movements_of as movements_of  # its fold is kiosk.domain.stock.apply_stock


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What one store, one terminal or one shift sold on one business day. All amounts in minor units.

    `gross` is what was sold less what came back and what was voided; `returned` the part that came back, below zero, and
    `voided` what the `voids` of finished sales took away. `cash_moves` is what
    each kind of movement did to the drawers, `safe` and `bank` what all of them did to those. `settled` is what closed shifts
    left in their drawers and answered for. `poi` are the card terminals' own totals, where they told them.
    `margin_tax` is the VAT on what goods under the margin scheme earned, by rate; it is inside the price they were sold for.
    `redeemed` is what single-purpose vouchers took off goods, below zero: turnover of the day on which they were sold.
    """

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
    returned: int = 0
    return_lines: int = 0
    voids: int = 0
    voided: int = 0
    promotion: int = 0
    removed_lines: int = 0
    abandoned_worth: int = 0
    no_sales: int = 0
    copies: int = 0
    corrections: int = 0
    vouchers_sold: int = 0
    cash_moves: Mapping[str, int] = field(default_factory=dict)
    safe: int = 0
    bank: int = 0
    over_short: int = 0
    settled: int = 0
    shifts_opened: int = 0
    shifts_closed: int = 0
    poi: Mapping[str, int] = field(default_factory=dict)
    margin_tax: Mapping[str, int] = field(default_factory=dict)
    redeemed: int = 0

    @property
    def cash_expected(self) -> int:
        """What should lie in the drawers of open shifts: float, cash taken (change already gone), and what moved."""
        return self.float_cash + self.tenders.get("cash", 0) + sum(self.cash_moves.values()) - self.settled

    @property
    def sold(self) -> int:
        """What was sold, before anything came back."""
        return self.gross - self.returned - self.voided


FOLDED = (
    facts.SALE_COMPLETED, facts.SALE_VOIDED, facts.SHIFT_OPENED, facts.SHIFT_CLOSED, facts.CASH_MOVED, facts.TENDER_CORRECTED,
    facts.SALE_ABANDONED, facts.DRAWER_OPENED, facts.RECEIPT_COPIED,
)  # fmt: skip
"""The kinds that change a day's totals; a reader may leave all others unopened."""


def apply_day(state: DayTotals, fact: Fact) -> DayTotals:
    """The totals after one more fact of that day; kinds that move no money leave it as it is."""
    body = fact.body
    match fact.kind:
        case facts.SALE_COMPLETED:
            return _with_sale(state, body)
        case facts.SALE_VOIDED:
            undone = _with_sale(state, body)
            return replace(undone, sales=state.sales, voids=state.voids + 1, voided=state.voided + body["total"])
        case facts.SHIFT_OPENED:
            return _with_opened(state, body)
        case facts.SHIFT_CLOSED:
            return _with_closed(state, body)
        case facts.CASH_MOVED:
            return _with_moved(state, body)
        case facts.TENDER_CORRECTED:
            return replace(state, corrections=state.corrections + 1, tenders=_corrected(state.tenders, body))
        case facts.SALE_ABANDONED:
            worth = state.abandoned_worth + _whole(body.get("total"))
            return replace(state, abandoned=state.abandoned + 1, abandoned_worth=worth)
        case facts.DRAWER_OPENED:
            return replace(state, no_sales=state.no_sales + 1)
        case facts.RECEIPT_COPIED:
            return replace(state, copies=state.copies + 1)
    return state


def summed(parts: Sequence[DayTotals]) -> DayTotals:
    """Totals added up. Receipt numbers belong to a terminal, so the sum shows none."""
    values: dict[str, Any] = {}
    for one in fields(DayTotals):
        name = one.name
        if name == "receipts":
            continue
        if isinstance(getattr(DayTotals(), name), Mapping):
            keys = sorted({key for part in parts for key in getattr(part, name)})
            values[name] = {key: sum(getattr(part, name).get(key, 0) for part in parts) for key in keys}
        else:
            values[name] = sum(getattr(part, name) for part in parts)
    return DayTotals(**values)


def less(whole: DayTotals, part: DayTotals) -> DayTotals:
    """What a whole has more than a part of it: what came after. Receipts are those of the whole."""
    values: dict[str, Any] = {}
    for one in fields(DayTotals):
        now, then = getattr(whole, one.name), getattr(part, one.name)
        if isinstance(now, Mapping):
            named = {key: now.get(key, 0) - then.get(key, 0) for key in sorted({*now, *then})}
            values[one.name] = {key: value for key, value in named.items() if value}
        else:
            values[one.name] = now if one.name == "receipts" else now - then
    return DayTotals(**values)


def _with_sale(state: DayTotals, body: Json) -> DayTotals:
    net, tax, tenders = dict(state.net_by_rate), dict(state.tax_by_rate), dict(state.tenders)
    for band in body["tax"]:
        rate = f"{band['class']}:{band['rate_bp']}"
        net[rate] = net.get(rate, 0) + band["net"]
        tax[rate] = tax.get(rate, 0) + band["tax"]
    for tender in body["tenders"]:
        given = tender.get("change", 0) if tender["kind"] != CASH else 0  # out of the drawer, for what was on the voucher
        tenders[tender["kind"]] = tenders.get(tender["kind"], 0) + tender["amount"] + given
        if given:
            tenders[CASH] = tenders.get(CASH, 0) - given
    pieces, returned, return_lines, promotion, vouchers, redeemed = 0, 0, 0, 0, 0, 0
    margins: Mapping[str, int] = state.margin_tax
    for line in body["lines"]:
        quantity = line["quantity"]
        piece = 1 if quantity >= 0 else -1
        if "redeems" in line:
            redeemed += line["amount"]
        elif "empties" not in line and "delivers" not in line:
            pieces += piece * (abs(quantity) // 1000) if line["unit"] == "piece" else piece
        promotion += line.get("promotion") or 0
        if line.get("returned"):
            returned += line.get("amount", 0) + line.get("deposit", 0)
            return_lines -= piece
        if line.get("margin_tax"):
            margins = _more(margins, {str(line["margin"]["rate_bp"]): line["margin_tax"]})
        if line.get("voucher"):
            vouchers += line.get("amount", 0)
    return replace(
        state, sales=state.sales + 1, pieces=state.pieces + pieces, gross=state.gross + body["total"],
        discount=state.discount + body["discount"], deposit=state.deposit + _outside_deposit(body),
        rounding=state.rounding + body["rounding"], net_by_rate=net, tax_by_rate=tax, tenders=tenders,
        receipts=(state.receipts[0] or body["receipt"], body["receipt"]), returned=state.returned + returned,
        return_lines=state.return_lines + return_lines, promotion=state.promotion + promotion,
        removed_lines=state.removed_lines + len(body.get("removed", ())), vouchers_sold=state.vouchers_sold + vouchers,
        margin_tax=margins, redeemed=state.redeemed + redeemed,
    )  # fmt: skip


def _outside_deposit(body: Json) -> int:
    """Deposit that is no turnover; where it bears VAT it is in the turnover of its rate."""
    deposit: int = body["deposit"]
    return 0 if body.get("deposit_vat") else deposit


def _with_opened(state: DayTotals, body: Json) -> DayTotals:
    """A float that is not what the shift before left in this drawer is over or short from the first minute."""
    difference = body["float"] - body["left"] if "left" in body else 0
    return replace(
        state, float_cash=state.float_cash + body["float"], over_short=state.over_short + difference,
        shifts_opened=state.shifts_opened + 1,
    )  # fmt: skip


def _with_closed(state: DayTotals, body: Json) -> DayTotals:
    """The drawer is answered for: what it was over or short, and what stays in it. Release 1.0 said nothing of these."""
    difference: int = body.get("difference", 0)
    left: int = body.get("left", difference)
    return replace(
        state, over_short=state.over_short + difference, settled=state.settled + left - difference,
        shifts_closed=state.shifts_closed + 1, poi=_more(state.poi, body.get("poi", {})),
    )  # fmt: skip


def _with_moved(state: DayTotals, body: Json) -> DayTotals:
    drawer = cash.effect_on(cash.DRAWER, body)
    return replace(
        state, cash_moves=_more(state.cash_moves, {body["what"]: drawer}) if drawer else state.cash_moves,
        safe=state.safe + cash.effect_on(cash.SAFE, body), bank=state.bank + cash.effect_on(cash.BANK, body),
    )  # fmt: skip


def _corrected(tenders: Mapping[str, int], body: Json) -> Mapping[str, int]:
    took = _more(tenders, {one["kind"]: 0 for one in body["before"]})
    for one in body["before"]:
        took = _more(took, {one["kind"]: -one["amount"]})
    for one in body["after"]:
        took = _more(took, {one["kind"]: one["amount"]})
    return took


def _more(state: Mapping[str, int], added: Mapping[str, int]) -> dict[str, int]:
    return {**state, **{key: state.get(key, 0) + value for key, value in added.items()}}


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
