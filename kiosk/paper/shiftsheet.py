"""X and Z reports as sheets: turnover, VAT, ways of paying, the drawer, what was out of the ordinary, and the chain."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kiosk.domain import cash
from kiosk.domain.codec import Json
from kiosk.domain.facts import Fact
from kiosk.domain.projections import DayTotals
from kiosk.domain.sheet import Section, Sheet, SheetRow
from kiosk.domain.shift import Shift
from kiosk.domain.tax import MARGIN, OUTSIDE
from kiosk.domain.zreport import grand_of, totals_of
from kiosk.text import Words

HASH_SHOWN = 16


def z_sheet(fact: Fact, words: Words) -> Sheet:
    """The Z report of a `shift.closed`. Pure: the same fact gives the same report for ever."""
    body, totals = fact.body, totals_of(fact.body["totals"])
    zone = fact.place.zone
    head = (
        words("Shift {number} of {day}", number=body["number"], day=words.date(fact.day)),
        words("Opened {time} by {who}", time=words.date_time(body["opened_ms"], zone), who=body["opened_by"]),
        words("Closed {time} by {who}", time=words.date_time(body["closed_ms"], zone), who=fact.employee),
        *_whose(body["drawer"], words),
    )
    sections = (
        _turnover(totals, words), _vat(totals, words), _tenders(totals, words), _drawer(_before_takings(totals, body), words),
        _ending(body, words),
        _unfinished(body["unfinished"], words), _remarks(totals, words), _running(body, words),
    )  # fmt: skip
    foot = (
        words("Follows fact {seq}", seq=body["last_seq"]),
        words("with the mark {mark}", mark=body["last_hash"][:HASH_SHOWN]),
    )
    return Sheet(words("Z report"), body["z_name"], head, tuple(one for one in sections if one.rows), foot)


def x_sheet(shift: Shift, totals: DayTotals, now_ms: int, zone: str, words: Words, *, hides_cash: bool) -> Sheet:
    """The X report of an open shift. `hides_cash` leaves out what would tell the count before the drawer is counted."""
    head = (
        words("Shift {number} of {day}", number=shift.number, day=words.date(shift.day)),
        words("Opened {time} by {who}", time=words.date_time(shift.opened_ms, zone), who=shift.employee),
        words("As of {time}", time=words.date_time(now_ms, zone)),
        *_whose(shift.drawer, words),
    )
    money = () if hides_cash else (_tenders(totals, words), _drawer(totals, words), _expected(totals, words))
    sections = (_turnover(totals, words), _vat(totals, words), *money, _remarks(totals, words))
    hidden = (words("Payments and drawer are left out: the drawer is counted blind."),) if hides_cash else ()
    foot = (*hidden, words("Nothing was set to zero by this report."))
    return Sheet(words("X report"), "", head, tuple(one for one in sections if one.rows), foot)


def tender_name(kind: str, words: Words) -> str:
    """How a way of paying is called; one that this version does not know is called by its code."""
    known = {
        "cash": words("Cash"), "card": words("Card"), "gift_card": words("Gift card"), "voucher": words("Voucher"),
        "store_credit": words("Store credit"), "meal_voucher": words("Meal voucher"), "eco_voucher": words("Eco voucher"),
        "on_account": words("On account"), "pay_link": words("Payment link"), "web_payment": words("Payment in the web shop"),
    }  # fmt: skip
    return known.get(kind, kind)


def move_name(what: str, words: Words) -> str:
    """How a movement of cash is called."""
    known = {
        cash.DROP: words("Safe drop"), cash.CHANGE: words("Change from the safe"), cash.DEPOSIT: words("Bank deposit"),
        cash.DELIVERY: words("Change from the bank"), cash.PAY_IN: words("Pay-in"), cash.PAY_OUT: words("Pay-out"),
        cash.CARRIED: words("Part payment of an unfinished sale"),
    }  # fmt: skip
    return known.get(what, what)


def _whose(drawer: str, words: Words) -> tuple[str, ...]:
    return (words("Drawer of {who}", who=drawer),) if drawer else ()


def _turnover(totals: DayTotals, words: Words) -> Section:
    rows = [
        SheetRow(words("Sales"), str(totals.sales)),
        SheetRow(words("Sold"), words.amount(totals.sold)),
        *_some(words("Returned, {count} lines", count=totals.return_lines), totals.returned, words),
        *_some(words("Voided after payment, {count}", count=totals.voids), totals.voided, words),
        SheetRow(words("Turnover with VAT"), words.amount(totals.gross), strong=True),
        *_some(words("Discounts given"), totals.discount, words),
        *_some(words("Promotions given"), totals.promotion, words),
        *_some(words("Deposit in it"), totals.deposit, words),
        *_some(words("Vouchers sold in it"), totals.vouchers_sold, words),
        *_some(words("Vouchers redeemed in it"), totals.redeemed, words),
        *_some(words("Cash rounding"), totals.rounding, words),
    ]
    return Section(words("Turnover"), tuple(rows))


def _vat(totals: DayTotals, words: Words) -> Section:
    rows: list[SheetRow] = []
    for rate in sorted(totals.net_by_rate, key=lambda one: (-int(one.rpartition(":")[2]), one)):
        vat_class, _, basis_points = rate.rpartition(":")
        named = {OUTSIDE: words("outside VAT"), MARGIN: words("margin scheme")}
        name = named.get(vat_class) or _rate_name(vat_class, int(basis_points), words)
        rows.append(SheetRow(words("Net {rate}", rate=name), words.amount(totals.net_by_rate[rate])))
        if tax := totals.tax_by_rate.get(rate, 0):
            rows.append(SheetRow(words("VAT {rate}", rate=name), words.amount(tax)))
    return Section(words("VAT"), tuple(rows))


def _rate_name(vat_class: str, basis_points: int, words: Words) -> str:
    percent = words.percent(basis_points)
    return f"{percent} {words('exempt')}" if vat_class == "exempt" else percent


def _tenders(totals: DayTotals, words: Words) -> Section:
    rows = [SheetRow(tender_name(kind, words), words.amount(amount)) for kind, amount in sorted(totals.tenders.items())]
    for kind, told in sorted(totals.poi.items()):
        ours = totals.tenders.get(kind, 0)
        rows.append(SheetRow(words("{tender} by the card terminal", tender=tender_name(kind, words)), words.amount(told)))
        if told != ours:
            rows.append(SheetRow(words("Difference"), words.amount(ours - told), warns=True))
    return Section(words("Paid by"), tuple(rows))


def _drawer(totals: DayTotals, words: Words) -> Section:
    rows = [
        SheetRow(words("Float at the start"), words.amount(totals.float_cash)),
        SheetRow(words("Cash from sales"), words.amount(totals.tenders.get("cash", 0))),
        *(SheetRow(move_name(what, words), words.amount(amount)) for what, amount in _in_order(totals.cash_moves)),
        *_some(words("Float over or short at the start"), totals.over_short, words),
    ]
    return Section(words("Drawer"), tuple(rows))


def _before_takings(totals: DayTotals, body: Json) -> DayTotals:
    """The drawer as it was when it was counted: what went to the safe after that stands with the count."""
    moves = dict(totals.cash_moves)
    moves[cash.DROP] = moves.get(cash.DROP, 0) + body["takings"]
    return replace(totals, cash_moves={what: amount for what, amount in moves.items() if amount})


def _in_order(moves: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    order = (*cash.WAYS, cash.CARRIED)
    return sorted(moves.items(), key=lambda one: (order.index(one[0]) if one[0] in order else len(order), one[0]))


def _expected(totals: DayTotals, words: Words) -> Section:
    return Section("", (SheetRow(words("Should be in the drawer"), words.amount(totals.cash_expected), strong=True),))


def _ending(body: Json, words: Words) -> Section:
    rows = [SheetRow(words("Should be in the drawer"), words.amount(body["expected"]))]
    if body["is_counted"]:
        rows += [
            SheetRow(words("Counted"), words.amount(body["counted"])),
            SheetRow(_difference_name(body["difference"], words), words.amount(body["difference"]), True, bool(body["difference"])),
        ]
    else:
        rows.append(SheetRow(words("NOT COUNTED"), "", True, True))
    if body["explanation"]:
        rows.append(SheetRow(words("Explanation: {text}", text=body["explanation"]), ""))
    if body["approved_by"]:
        rows.append(SheetRow(words("Signed off by"), body["approved_by"]))
    if body["unsigned"]:
        rows.append(SheetRow(words("NOT SIGNED OFF YET"), "", True, True))
    if body["people"]:
        rows.append(SheetRow(words("Counted by"), ", ".join(body["people"])))
    rows += [
        SheetRow(words("Takings to the safe"), words.amount(body["takings"])),
        SheetRow(words("Stays in the drawer"), words.amount(body["left"]), strong=True),
    ]
    return Section(words("Count of the drawer"), tuple(rows))


def _difference_name(minor: int, words: Words) -> str:
    return words("Over") if minor > 0 else words("Short") if minor < 0 else words("Difference")


def _unfinished(left: Json, words: Words) -> Section:
    rows: list[SheetRow] = []
    if left["sale"]:
        rows.append(SheetRow(words("Sale under way, for the next shift"), words.amount(left["total_minor"]), warns=True))
    if left["paid_minor"]:
        rows.append(SheetRow(words("Paid for it already"), words.amount(left["paid_minor"]), warns=True))
    if left["suspended"]:
        rows.append(SheetRow(words("Suspended sales"), str(left["suspended"])))
    if left["cards"]:
        rows.append(SheetRow(words("Card payments nobody is sure of"), str(len(left["cards"])), warns=True))
    return Section(words("Not finished"), tuple(rows))


def _remarks(totals: DayTotals, words: Words) -> Section:
    counts = (
        (words("Lines removed"), totals.removed_lines), (words("Drawer opened without a sale"), totals.no_sales),
        (words("Copies of receipts"), totals.copies), (words("Payments corrected"), totals.corrections),
    )  # fmt: skip
    rows = [SheetRow(name, str(count)) for name, count in counts if count]
    if totals.abandoned:
        name = words("Sales given up, {count}", count=totals.abandoned)
        rows.insert(0, SheetRow(name, words.amount(totals.abandoned_worth)))
    return Section(words("Out of the ordinary"), tuple(rows))


def _running(body: Json, words: Words) -> Section:
    grand, totals = grand_of(body["grand_total"]), totals_of(body["totals"])
    rows = [
        SheetRow(words("Sold"), words.amount(grand.sold)),
        SheetRow(words("Returned"), words.amount(grand.returned)),
        SheetRow(words("Sales"), str(grand.sales)),
    ]
    if totals.receipts[0]:
        rows.append(SheetRow(words("First receipt"), totals.receipts[0]))
        rows.append(SheetRow(words("Last receipt"), totals.receipts[1]))
    return Section(words("Running totals of this terminal"), tuple(rows))


def _some(name: str, minor: int, words: Words) -> list[SheetRow]:
    return [SheetRow(name, words.amount(minor))] if minor else []
