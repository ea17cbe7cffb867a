"""The receipt's number and the sale's fact body: what was sold, taxed, paid and moved, as it stays for ever."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from kiosk.domain.cart import Cart, CartLine, Discount
from kiosk.domain.codec import Json
from kiosk.domain.identity import Place
from kiosk.domain.payment import Settlement, Tender
from kiosk.domain.pricing import BASIS, PricedCart, PricedLine
from kiosk.domain.redeeming import good_for, said
from kiosk.domain.shift import Shift
from kiosk.domain.stock import RETURNED, SALE, WRITTEN_OFF, Movement
from kiosk.domain.tax import OUTSIDE
from kiosk.domain.voucher import MULTI, SINGLE

SALE_SCHEMA = 2
"""2 is 1 with what promotions, coupons and law limits did, and what they saw. Readers take both."""


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """Store, terminal, series and number. Every incarnation of a terminal opens a new series; none is ever reused.

    >>> str(ReceiptNumber("AMS1", "01", 1, 42))
    'AMS1-01-A-000042'
    """

    store: str
    terminal: str
    series: int
    number: int

    def __str__(self) -> str:
        return f"{self.store}-{self.terminal}-{series_letters(self.series)}-{self.number:06d}"


_NUMBER = re.compile(r"[A-Z0-9]+-[A-Z0-9]+-[A-Z]+-\d{6,}", re.ASCII)


TRAINING = "TRAINING"
"""What stands in place of a number on the paper of a training; no code at its end leads to a sale."""


def is_receipt_number(text: str) -> bool:
    """Whether a scanned text is the code at the end of a receipt.

    >>> is_receipt_number("AMS1-01-A-000042"), is_receipt_number("8799999000017")
    (True, False)
    """
    return _NUMBER.fullmatch(text.strip()) is not None


def parse_receipt(text: str) -> ReceiptNumber | None:
    """A receipt number from its text; None for what is none.

    >>> parse_receipt("AMS1-01-AA-000042")
    ReceiptNumber(store='AMS1', terminal='01', series=27, number=42)
    """
    if not is_receipt_number(text):
        return None
    store, terminal, letters, number = text.strip().split("-")
    series = 0
    for letter in letters:
        series = series * 26 + ord(letter) - ord("A") + 1
    return ReceiptNumber(store, terminal, series, int(number)) if len(letters) <= 6 and len(number) <= 12 else None


def series_letters(series: int) -> str:
    """A series number as letters: 1 is A, 26 is Z, 27 is AA."""
    assert series >= 1, "series run from 1"
    letters = ""
    while series:
        series, place = divmod(series - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def sale_body(
    priced: PricedCart, settlement: Settlement, number: ReceiptNumber, shift: Shift, place: Place, language: str,
    fiscal: Mapping[str, str], voucher_until_ms: int = 0,
) -> Json:  # fmt: skip
    """The body of `sale.completed` (schema 2), rung in `language`; gift cards in it hold until `voucher_until_ms` (0: no end).

    Asserts that money adds up before it is written for ever."""
    assert settlement.is_paid, "a sale is complete when nothing is left to pay"
    assert settlement.total_minor == priced.total_minor, "the settlement is for this cart"
    paid = sum(tender.amount_minor for tender in settlement.tenders)
    assert paid == priced.total_minor + settlement.rounding_minor, "tenders add up to the total and its rounding"
    assert sum(band.amount.gross for band in priced.bands) == priced.total_minor, "the VAT block adds up"
    cart = priced.cart
    return {
        "sale": cart.sale,
        "receipt": str(number),
        "series": number.series,
        "number": number.number,
        "shift": shift.id,
        "language": language,
        "lines": [{**_line(line, voucher_until_ms), **_margin(line, priced.margins)} for line in priced.lines],
        "removed": [_removed(cart, place) for place in range(len(cart.removed))],
        "tax": [
            {"class": band.vat_class, "rate_bp": band.rate_bp, **asdict(band.amount)} for band in priced.bands
        ],
        "vat_rule": priced.vat_rule,
        "deposit": priced.deposit_minor,
        **({"deposit_vat": priced.deposit_vat} if priced.deposit_vat != OUTSIDE else {}),
        "discount": priced.discount_minor,
        **_offers(priced),
        "total": priced.total_minor,
        "rounding": settlement.rounding_minor,
        "tenders": [_tender(tender) for tender in settlement.tenders],
        **_asked(cart.discount),
        "sale_reason": cart.discount.reason if cart.discount else "",
        "sale_discount_by": cart.discount.employee if cart.discount else "",
        "age_checked": cart.age_checked,
        "age_checked_by": cart.age_checked_by,
        **({"customer": cart.customer} if cart.customer else {}),
        "tickets": list(cart.tickets),
        "movements": [asdict(movement) for movement in movements(priced, place.store)],
        "fiscal": dict(fiscal),
    }  # fmt: skip


def _offers(priced: PricedCart) -> Json:
    """What promotions took off, and all that they were chosen by: with it anybody can work the sale out again."""
    return {
        "promotion": priced.promotion_minor, "promotions_rev": priced.promotions_rev, "priced_at": priced.priced_at_ms,
        "channel": priced.channel, "coupons": list(priced.cart.coupons), "customer_groups": list(priced.cart.customer_groups),
        "search": priced.search, "budget_left": dict(priced.budget_left), "coupons_once": list(priced.coupons_once),
    }  # fmt: skip


def _of(line: CartLine) -> Json:
    """By what promotions and the law know the goods; empty parts are left out."""
    named: Json = {
        "style": line.style, "category": line.category, "brand": line.brand, "tags": list(line.tags), "goods": list(line.goods),
        "label": line.label,
    }  # fmt: skip
    return {key: value for key, value in named.items() if value}


def _asked(discount: Discount | None) -> Json:
    """A manual discount as somebody asked for it: what came off may be less, by the law or for want of goods."""
    return {"discount_asked": {"kind": discount.kind, "value": discount.value}} if discount else {}


def _promoted(priced: PricedLine) -> Json:
    """What promotions and the law did to a line; nothing where they did nothing."""
    made: Json = {}
    if priced.promotions:
        made["promotion"] = priced.promotion_minor
        made["promotions"] = [{"id": part.id, "name": part.name, "amount": part.amount_minor} for part in priced.promotions]
    if priced.law:
        made["law"] = priced.law
    if priced.points_bp != BASIS:
        made["points_bp"] = priced.points_bp
    return made


def movements(priced: PricedCart, store: str) -> tuple[Movement, ...]:
    """What the sale does to the store's stock, one movement per article and reason.

    What comes back is in the store again, whatever state it is in; what cannot be sold again leaves it as written off.
    """
    moved: dict[tuple[str, str], int] = {}
    for line in (one.line for one in priced.lines):
        if line.empties is not None or line.redeems is not None or line.ordered is not None or line.is_agreed:
            continue  # nobody sells these two; what is ordered moves when it is handed over; delivery is no goods
        reasons = (SALE,) if line.returned is None else (RETURNED,) if line.returned.to_stock else (RETURNED, WRITTEN_OFF)
        for reason in reasons:
            quantity = line.quantity_milli if reason == WRITTEN_OFF else -line.quantity_milli
            moved[line.article, reason] = moved.get((line.article, reason), 0) + quantity
    return tuple(Movement(article, store, quantity, reason) for (article, reason), quantity in sorted(moved.items()))


def _tender(tender: Tender) -> Json:
    """One payment; `card` only where a terminal of the till took it, `rule` only where a tender rule did."""
    made: Json = {
        "kind": tender.kind, "amount": tender.amount_minor, "tendered": tender.tendered_minor, "change": tender.change_minor,
        "reference": tender.reference,
    }  # fmt: skip
    if tender.card is not None:
        made["card"] = {**asdict(tender.card), "text": list(tender.card.text)}
    if tender.rule:
        made["rule"] = tender.rule
    if tender.issued:
        made["issued"] = {"until": tender.until_ms}
    if tender.left_minor is not None:
        made["left"] = tender.left_minor
    if tender.offline:
        made["offline"] = True
    if tender.approved_by:
        made["approved_by"] = tender.approved_by
    return made


def _line(priced: PricedLine, voucher_until_ms: int) -> Json:
    line = priced.line
    made: Json = {
        "line": line.line, "article": line.article, "barcode": line.barcode, "name": line.name, "variant": line.variant,
        "quantity": line.quantity_milli, "unit": line.unit, "unit_price": line.unit_price_minor,
        "price_rev": line.price_rev, "price_list": line.price_list, "price_at": line.price_at_ms,
        "price_seen": line.price_seen, "vat_class": line.vat_class, "before": priced.before_minor,
        "line_discount": priced.line_discount_minor, "sale_discount": priced.sale_discount_minor,
        "amount": priced.amount_minor, "deposit": priced.deposit_minor, "age_limit": line.age_limit,
        "of": _of(line), **_promoted(priced), **_asked(line.discount),
        "reason": line.discount.reason if line.discount else "",
        "discount_by": line.discount.employee if line.discount else "",
    }  # fmt: skip
    if line.discount is not None and line.discount.approved_by:
        made["discount_approved_by"] = line.discount.approved_by
    if (changed := line.override) is not None:
        made["override"] = {
            "price_before": changed.price_before_minor, "reason": changed.reason, "by": changed.employee,
            "approved_by": changed.approved_by,
        }  # fmt: skip
    number = "voucher_code" if line.is_card else "serial"
    noted = (("note", line.note), ("associate", line.associate), (number, line.serial), ("batch", line.batch))
    made |= {key: value for key, value in noted if value}
    if line.marked_minor:
        made["marked"] = line.marked_minor
    if (ordered := line.ordered) is not None:
        made["ordered"] = {
            **asdict(ordered.fulfilment), "from": ordered.from_ms, "until": ordered.until_ms, "firm": ordered.firm,
            "place": ordered.place,
        }  # fmt: skip
    belongs = (("delivers", line.delivers), ("of_order", line.of_order), ("of_line", line.of_line))
    made |= {key: value for key, value in belongs if value}
    if line.pays is not None:
        made["pays"] = {key: value for key, value in asdict(line.pays).items() if key != "signed" or value}
    if line.empties is not None:
        made["empties"] = {"code": line.empties.code}
    if MULTI in line.goods:
        made["voucher"] = MULTI
    if SINGLE in line.goods:
        made["good_for"] = good_for(line.vat_class, line.category)
    if line.is_card and line.serial and line.returned is None:
        made["until"] = voucher_until_ms
    if (voucher := line.redeems) is not None:
        made["redeems"] = {"code": voucher.code, "holds": voucher.holds_minor, "good_for": voucher.good_for}
    if priced.redeemed:
        made["redeemed"] = said(priced.redeemed)
    if (back := line.returned) is not None:
        made["returned"] = {
            "receipt": back.receipt, "line": back.line, "ground": back.ground, "reason": back.reason,
            "condition": back.condition, "to_stock": back.to_stock, "sold": back.sold_milli, "approved_by": back.approved_by,
            "rate_bp": back.rate_bp,
        }  # fmt: skip
        if back.onto:
            made["returned"]["onto"] = said(back.onto)
        made["returned"] |= {key: value for key, value in (("order", back.order), ("announced", back.announced)) if value}
    return made


def _margin(line: PricedLine, margins: Mapping[int, tuple[int, int]]) -> Json:
    """What the books need of goods under the margin scheme, and no paper tells; nothing for other goods."""
    if line.line.line not in margins:
        return {}
    rate_bp, tax = margins[line.line.line]
    return {"margin": {"bought": line.line.bought_minor, "rate_bp": rate_bp}, "margin_tax": tax}


def _removed(cart: Cart, place: int) -> Json:
    line = cart.removed[place]
    return {
        "line": line.line, "article": line.article, "quantity": line.quantity_milli, "unit_price": line.unit_price_minor,
        "by": cart.removed_by[place],
    }  # fmt: skip
