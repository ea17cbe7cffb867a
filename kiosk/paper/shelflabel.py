"""A shelf label as text: what goods cost, per unit where the law asks for it, and beside a reduction the price before it."""

from kiosk.domain.catalog import Article
from kiosk.domain.label import EAN_DIGITS, Label
from kiosk.domain.pricelist import percent_off
from kiosk.domain.quantity import unit_price
from kiosk.domain.shelfprice import ShelfPrice
from kiosk.text import Words

RESOLVER = "https://id.gs1.org/01/"
"""GS1's own resolver: every scanner that knows a Digital Link knows it (GS1 Digital Link Standard: URI syntax)."""


def shelf_label(article: Article, variant: str, shelf: ShelfPrice, currency: str, words: Words, since: str = "") -> Label:
    """The label of an article; `since` is from which day its price holds, empty where it holds already.

    Unit price: 98/6/EC art. 3. The prior price of a reduction: its art. 6a, as `shelf` says.
    """
    price, per = words.money(shelf.asked_minor, currency), ""
    if article.is_weighed:
        price = words("{price} per {unit}", price=price, unit=article.unit)
    elif article.content_milli:
        each = unit_price(price_minor=shelf.asked_minor, content_milli=article.content_milli)
        per = words("{price} per {unit}", price=words.money(each, currency), unit=article.content_unit)
    before = ""
    if shelf.prior_minor:
        prior = words.money(shelf.prior_minor, currency)
        before = words("lowest price of 30 days: {price}", price=prior)
        if percent := percent_off(shelf.prior_minor, shelf.asked_minor):
            before = words("{percent} % less than the lowest price of 30 days: {price}", percent=percent, price=prior)
    notes = (words("from {day}", day=since) if since else "", *shelf.offers[:1])
    gtin = next((code.zfill(14) for code in article.barcodes if code.isdigit() and len(code) <= 14), "")
    ean = gtin[1:] if gtin.startswith("0") else ""
    return Label(
        article.name(words.language), " · ".join(part for part in (variant, article.id) if part), price, per, before,
        " · ".join(part for part in notes if part), ean if len(ean) == EAN_DIGITS else "", f"{RESOLVER}{gtin}" if gtin else "",
    )  # fmt: skip
