"""What the page of prices shows, as finished text: sales that the hub computes otherwise than their till did."""

from dataclasses import dataclass

from kiosk.domain.recompute import WHOLE, Difference
from sync.hub.office.views import View
from sync.hub.price_report import PriceItem, PriceReport


@dataclass(frozen=True, slots=True)
class SaleRow:
    """One sale that differs."""

    receipt: str
    place: str
    said: str
    found: str
    off: str
    parts: tuple[str, ...]


def lead(report: PriceReport, view: View) -> str:
    """What the page says first."""
    words = view.words
    if report.differing:
        return words("{count} of {sales} sales come out otherwise.", count=report.differing, sales=report.sales)
    if report.sales:
        return words("All {sales} sales come out to the cent.", sales=report.sales)
    return words("No sale was computed again yet.")


def notes(report: PriceReport, view: View) -> tuple[str, ...]:
    """What has to be said beside it."""
    words = view.words
    told = []
    if report.unknown:
        told.append(words("{count} sales could be checked in part only: they name no price list.", count=report.unknown))
    if report.waiting:
        told.append(words("{count} facts still wait to be looked at.", count=report.waiting))
    return tuple(told)


def sale_row(item: PriceItem, view: View) -> SaleRow:
    """A row of the table."""
    words, place = view.words, view.place(item.store)
    off = item.found_minor - item.said_minor
    return SaleRow(
        item.receipt, f"{place.name} · {item.day}", words.money(item.said_minor, place.currency),
        words.money(item.found_minor, place.currency), ("+" if off > 0 else "") + words.money(off, place.currency),
        tuple(_part(one, view, place.currency) for one in item.parts),
    )  # fmt: skip


def _part(one: Difference, view: View, currency: str) -> str:
    words = view.words
    names = {
        "unit_price": words("unit price"), "before": words("before reductions"), "promotion": words("promotions"),
        "line_discount": words("discount on the line"), "sale_discount": words("discount on the sale"),
        "amount": words("amount"), "discount": words("discounts"), "deposit": words("deposit"), "total": words("total"),
    }  # fmt: skip
    what = names.get(one.what, words("VAT") if one.what.startswith("tax") else one.what)
    said, found = (words.money(minor, currency) for minor in (one.said, one.found))
    if one.what == "unit_price" and one.found < 0:
        return words("line {line}: {said}, and nobody had set a price", line=one.line, said=said)
    if one.line == WHOLE:
        return words("{what}: {said}, found {found}", what=what, said=said, found=found)
    return words("line {line}, {what}: {said}, found {found}", line=one.line, what=what, said=said, found=found)
