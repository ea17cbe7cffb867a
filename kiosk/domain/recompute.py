"""A finished sale worked out again from what it states: the same prices, the same promotions, the same function as at the till.

Pure, and used by the hub for every sale that it receives: what comes out otherwise is a difference that a person looks at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.cart import AMOUNT, Cart, CartLine, Discount, Pays
from kiosk.domain.catalog import Price
from kiosk.domain.codec import Json
from kiosk.domain.empties import Empties
from kiosk.domain.facts import Fact
from kiosk.domain.money import divide_half_up
from kiosk.domain.pricelist import PricePlace, Prices, place_of, price_in
from kiosk.domain.pricing import PricedCart, Terms, price_cart
from kiosk.domain.quantity import ONE
from kiosk.domain.redeeming import Redeems, onto
from kiosk.domain.returning import Returned

WHOLE = 0
"""In place of a line's number: the sale as a whole."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a sale says of a line (or of itself) and what was found; minor units, -1 where there is nothing."""

    line: int
    what: str
    said: int
    found: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a sale came out. One that cannot be worked out again, in part or whole, is not `complete`."""

    complete: bool
    differences: tuple[Difference, ...]
    found_minor: int


class Known(Protocol):
    """What was offered, as the hub published it."""

    def prices(self, article: str, rev: int) -> Prices:
        """The prices of an article and the lists as a revision of the catalogue had them."""
        ...

    def published(self, article: str, rev: int) -> Sequence[Price]:
        """The prices of an article that exactly this revision published."""
        ...

    def terms(self, fact: Fact) -> Terms:
        """Under what terms a sale says that it was priced: promotions of its revision, its instant, the law's limits."""
        ...

    def rates(self, fact: Fact) -> Mapping[str, int]:
        """The VAT rates (basis points by class) of a sale's country and business day."""
        ...


def work_out_again(fact: Fact, known: Known) -> Verdict:
    """Work a `sale.completed` out again. Of schema 1 only unit prices are compared: such a sale does not say more.

    Raises KeyError, TypeError, ValueError or AssertionError for a body that no till of ours could have written.
    """
    body = fact.body
    if fact.schema == 1:
        found = [_published(line, known) for line in body["lines"]]
        return Verdict(None not in found, tuple(one for one in found if isinstance(one, Difference)), body["total"])
    groups = tuple(body["customer_groups"])
    # the customer may have been named after the line was scanned
    places = [place_of(fact.place, asked) for asked in (((), groups) if groups else ((),))]
    checks = [_unit_price(line, places, known) for line in body["lines"]]
    priced = price_cart(_cart(body), known.rates(fact), body["vat_rule"], known.terms(fact))
    differences = [one for found in checks for one in found or ()]
    differences += _line_differences(body, priced)
    differences += _sale_differences(body, priced)
    return Verdict(None not in checks, tuple(differences), priced.total_minor)


def _published(line: Json, known: Known) -> Difference | bool | None:
    """A difference, or whether the price is right; None where nobody knows what that revision published."""
    rows = known.published(line["article"], line["price_rev"])
    if not rows:
        return None
    if any(price.amount_minor == line["unit_price"] for price in rows):
        return True
    return Difference(line["line"], "unit_price", line["unit_price"], rows[0].amount_minor)


def _unit_price(line: Json, places: Sequence[PricePlace], known: Known) -> tuple[Difference, ...] | None:
    """The differences of a line's unit price, which may be that of any of these places.

    None where it comes from no list: returned goods, a card filled with money.
    """
    if {"returned", "empties", "marked", "pays", "redeems"} & line.keys():
        return ()
    if not line["price_at"]:
        return None
    prices = known.prices(line["article"], line["price_seen"])
    said = line.get("override", {}).get("price_before", line["unit_price"])
    found: Price | None = None
    for place in places:
        found = price_in(prices, place, line["price_at"])
        if found is not None and (found.amount_minor, found.list) == (said, line["price_list"]):
            return ()
    return (Difference(line["line"], "unit_price", said, found.amount_minor if found else -1),)


def _cart(body: Json) -> Cart:
    lines = tuple(_line(line) for line in body["lines"])
    off = sum(line["sale_discount"] for line in body["lines"])
    return Cart(
        body["sale"], lines, discount=_asked(body.get("discount_asked"), off), coupons=tuple(body["coupons"]),
        customer_groups=tuple(body["customer_groups"]),
    )  # fmt: skip


def _line(line: Json) -> CartLine:
    named: Json = line["of"]
    quantity = line["quantity"]
    back, empties = line.get("returned"), line.get("empties")
    return CartLine(
        line=line["line"], article=line["article"], barcode="", name="", variant="", quantity_milli=quantity,
        unit=line["unit"], unit_price_minor=line["unit_price"], price_rev=line["price_rev"], vat_class=line["vat_class"],
        deposit_minor=divide_half_up(abs(line["deposit"]) * ONE, abs(quantity)) if quantity and not back else 0, age_limit=0,
        discount=_asked(line.get("discount_asked"), line["line_discount"]), style=named.get("style", ""),
        category=named.get("category", ""), brand=named.get("brand", ""), tags=tuple(named.get("tags", ())),
        goods=tuple(named.get("goods", ())), label=named.get("label", ""), returned=_returned(line, back) if back else None,
        bought_minor=line["margin"]["bought"] if "margin" in line else None,
        empties=Empties(empties["code"]) if empties else None, delivers=line.get("delivers", ""),
        marked_minor=0 if "override" in line else line.get("marked", 0),
        pays=Pays(pays["order"], pays["line"], pays["proof"]) if (pays := line.get("pays")) else None,
        redeems=Redeems(out["code"], out["holds"], out["good_for"]) if (out := line.get("redeems")) else None,
    )  # fmt: skip


def _asked(asked: Json | None, off_minor: int) -> Discount | None:
    """A manual discount as it was asked for, or else as an amount."""
    if asked is not None:
        return Discount(asked["kind"], asked["value"], "", "")
    return Discount(AMOUNT, off_minor, "", "") if off_minor > 0 else None


def _returned(line: Json, back: Json) -> Returned:
    return Returned(
        back["receipt"], back["line"], back["ground"], back["reason"], back["condition"], back["to_stock"],
        line["amount"], line["deposit"], back["rate_bp"], back["sold"],
    )  # fmt: skip


def _line_differences(body: Json, priced: PricedCart) -> Iterator[Difference]:
    found = {one.line.line: one for one in priced.lines}
    for line in body["lines"]:
        one = found[line["line"]]
        parts = (
            ("before", line["before"], one.before_minor),
            ("promotion", line.get("promotion", 0), one.promotion_minor),
            ("line_discount", line["line_discount"], one.line_discount_minor),
            ("sale_discount", line["sale_discount"], one.sale_discount_minor),
            ("amount", line["amount"], one.amount_minor),
            ("margin_tax", line.get("margin_tax", 0), priced.margins.get(line["line"], (0, 0))[1]),
            ("redeemed", sum(minor for _, minor in onto(line)), one.redeemed_minor),
        )
        yield from (Difference(line["line"], what, said, right) for what, said, right in parts if said != right)


def _sale_differences(body: Json, priced: PricedCart) -> Iterator[Difference]:
    parts = (
        ("promotion", body["promotion"], priced.promotion_minor),
        ("discount", body["discount"], priced.discount_minor),
        ("deposit", body["deposit"], priced.deposit_minor),
        ("total", body["total"], priced.total_minor),
    )
    yield from (Difference(WHOLE, what, said, right) for what, said, right in parts if said != right)
    said_tax = {(band["class"], band["rate_bp"]): band["tax"] for band in body["tax"]}
    right_tax = {(band.vat_class, band.rate_bp): band.amount.tax for band in priced.bands}
    for key in sorted({*said_tax, *right_tax}):
        if said_tax.get(key, 0) != right_tax.get(key, 0):
            yield Difference(WHOLE, f"tax {key[0]}", said_tax.get(key, 0), right_tax.get(key, 0))
