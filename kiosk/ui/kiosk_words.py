"""What a kiosk says of goods: finished text for cards, prices, stock and options. Plain functions without Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.catalog import Article
from kiosk.domain.feed import Category, Word
from kiosk.domain.pricelist import percent_off
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.domain.quantity import unit_price
from kiosk.domain.variants import size_rank
from kiosk.services.lookup import Offer
from kiosk.services.selfservice import PaperState
from kiosk.text import Words


@dataclass(frozen=True, slots=True)
class Card:
    """A style on the shelf of the screen. `note` says in words what a greyed card means."""

    key: str
    name: str
    brand: str
    price: str
    unitPrice: str
    picture: str
    soldOut: bool
    note: str
    spoken: str
    was: str = ""
    offer: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A category to choose."""

    key: str
    name: str
    picture: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A size or colour to choose; `note` says that it is sold out here."""

    key: str
    name: str
    chosen: bool
    soldOut: bool
    note: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the basket. `fixed` lines are weighed: their quantity is what the label says."""

    key: int
    name: str
    variant: str
    picture: str
    each: str
    quantity: str
    amount: str
    note: str
    fixed: bool
    spoken: str


def card(offers: Sequence[Offer], store: str, say: Words) -> Card:
    """One style from all its variants: the lowest price, and sold out only when all are."""
    article = offers[0].article
    prices = [asked for offer in offers if (asked := offer.asked_minor) is not None]
    sold_out = all(is_sold_out(offer, store) for offer in offers)
    name = article.name(say.language)
    price = _price(prices, article, say)
    note = say("Sold out") if sold_out else ""
    alike = {(offer.shelf.asked_minor, offer.shelf.prior_minor) if offer.shelf else None for offer in offers}
    was = was_text(offers[0], say, short=True) if len(alike) == 1 else ""
    deal = offer_text(offers[0])
    return Card(
        article.style or article.id, name, _brand(article, offers, say), price,
        unit_text(offers[0], say), article.picture, sold_out, note,
        ", ".join(part for part in (name, price, was, deal, note) if part), was, deal,
    )  # fmt: skip


def is_sold_out(offer: Offer, store: str) -> bool:
    """Whether none is known to be here. A place that keeps no stock of it is not sold out."""
    level = next((level for level in offer.stock if level.store == store), None)
    return level is not None and level.on_hand_milli <= 0


def unit_text(offer: Offer, say: Words) -> str:
    """The price per whole unit, where the law asks for one (98/6/EC); empty where it says nothing new."""
    article, asked = offer.article, offer.asked_minor
    if asked is None or not article.content_milli:
        return ""
    each = unit_price(price_minor=asked, content_milli=article.content_milli)
    return say("{price} per {unit}", price=say.money(each), unit=article.content_unit)


def price_text(offer: Offer, say: Words) -> str:
    """The shelf price: by the piece, or by the unit it is weighed in."""
    return _price([offer.asked_minor] if offer.asked_minor is not None else [], offer.article, say)


def was_text(offer: Offer, say: Words, short: bool = False) -> str:
    """The price that an announced reduction is measured by, and by how much it is less; empty where none is announced.

    `short` is for a card, where there is room for one line.
    """
    shelf = offer.shelf
    if shelf is None or not shelf.prior_minor:
        return ""
    prior = say.money(shelf.prior_minor)
    percent = percent_off(shelf.prior_minor, shelf.asked_minor)
    if short:
        return say("{percent} % off {price}", percent=percent, price=prior) if percent else say("was {price}", price=prior)
    if not percent:
        return say("lowest price of 30 days: {price}", price=prior)
    return say("{percent} % less than the lowest price of 30 days: {price}", percent=percent, price=prior)


def offer_text(offer: Offer) -> str:
    """The promotion that is told first; empty where none runs for everybody."""
    return offer.shelf.offers[0] if offer.shelf and offer.shelf.offers else ""


def variant_text(article: Article, known: Mapping[str, Word], say: Words) -> str:
    """Size and colour in the language on the screen."""
    return " · ".join(word_text(code, known, say) for code in (article.colour, article.size) if code)


def word_text(code: str, known: Mapping[str, Word], say: Words) -> str:
    """A size or colour code as it reads."""
    word = known.get(code)
    return word.names.get(say.language, code) if word else code


def options(
    offers: Sequence[Offer], chosen: Article, part: str, store: str, known: Mapping[str, Word], say: Words
) -> tuple[Option, ...]:
    """The choices of `part` (size or colour); sold out is judged together with the other part chosen."""
    other = "colour" if part == "size" else "size"
    codes = dict.fromkeys(getattr(offer.article, part) for offer in offers)
    made = []
    for code in sorted(codes, key=size_rank) if part == "size" else codes:
        if not code:
            continue
        same = [offer for offer in offers if getattr(offer.article, part) == code]
        near = [o for o in same if getattr(o.article, other) == getattr(chosen, other)] or same
        gone = all(is_sold_out(offer, store) for offer in near)
        note = say("Sold out") if gone else ""
        name = word_text(code, known, say)
        made.append(Option(code, name[:1].upper() + name[1:], code == getattr(chosen, part), gone, note))
    return tuple(made)


def line_row(line: PricedLine, say: Words) -> LineRow:
    """A line of the basket as it is shown and spoken."""
    item = line.line
    fixed = item.unit != "piece"
    quantity = say.quantity(item.quantity_milli, item.unit)
    each = say.money(item.unit_price_minor)
    notes = []
    if line.deposit_minor:
        notes.append(say("plus {amount} deposit", amount=say.money(line.deposit_minor)))
    if item.age_limit:
        notes.append(say("age {years}+, checked at the till", years=item.age_limit))
    amount = say.money(line.amount_minor)
    return LineRow(
        item.line, item.name, item.variant, item.picture,
        say("{price} per {unit}", price=each, unit=item.unit if fixed else say("piece")),
        quantity, amount, " · ".join(notes), fixed, f"{item.name}, {quantity}, {amount}",
    )  # fmt: skip


def count_text(priced: PricedCart, say: Words) -> str:
    """How much is in the basket."""
    if not priced.lines:
        return say("Your basket is empty")
    return say("1 item") if priced.pieces == 1 else say("{count} items", count=priced.pieces)


def paper_text(paper: PaperState, say: Words) -> str:
    """Whether a ticket is on paper too. It never says printed before the printer said so."""
    if paper is PaperState.NONE:
        return say("Not printed: show this screen, or take a photo of it")
    if paper is PaperState.PRINTED:
        return say("Printed: take your ticket from the printer")
    if paper is PaperState.PRINTING:
        return say("Your ticket is being printed")
    return say("The printer stopped: show this screen, or take a photo of it")


def paper_icon(paper: PaperState) -> str:
    """The icon beside it."""
    if paper is PaperState.PRINTED:
        return "printer-ready"
    return "printer" if paper is PaperState.PRINTING else "printer-off"


def tabs(categories: Sequence[Category], below: str, chosen: str, say: Words) -> tuple[Tab, ...]:
    """The categories right below a path ("" for the first level), as tabs."""
    start = f"{below}/" if below else ""
    return tuple(
        Tab(one.path, one.names.get(say.language, one.path), one.picture, one.path == chosen)
        for one in categories
        if one.path.startswith(start) and "/" not in one.path[len(start) :]
    )


def _price(prices: Sequence[int], article: Article, say: Words) -> str:
    if not prices:
        return say("Price at the till")
    text = say.money(min(prices))
    if article.is_weighed:
        return say("{price} per {unit}", price=text, unit=article.unit)
    return say("from {price}", price=text) if len(set(prices)) > 1 else text


def _brand(article: Article, offers: Sequence[Offer], say: Words) -> str:
    colours = {offer.article.colour for offer in offers if offer.article.colour}
    if len(colours) > 1:
        return f"{article.brand} · {say('{count} colours', count=len(colours))}"
    return article.brand
