"""Sizes by colours as a grid of finished texts, for till and kiosk alike. Plain functions without Qt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.availability import Availability
from kiosk.domain.catalog import Article
from kiosk.domain.variants import VariantGrid
from kiosk.services.lookup import Offer
from kiosk.text import Words

HERE, ELSEWHERE, NOWHERE, UNKNOWN = "here", "elsewhere", "nowhere", "unknown"
"""What is known of one cell: some are here; none here but at another place; none at all; nothing was ever told."""


@dataclass(frozen=True, slots=True)
class HeadRow:
    """What stands over a column or before a row."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class CellRow:
    """One size in one colour. `stock` is the quantity here, `known` what is known of it, `price` stands where prices differ."""

    key: str
    row: int
    column: int
    title: str
    stock: str
    price: str
    known: str
    chosen: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class Variants:
    """A style as it was read: its offers, where each can be had, and how its codes read."""

    offers: Sequence[Offer]
    found: Mapping[str, Availability]
    read_code: Callable[[str], str]


def heads(codes: Sequence[str], read_code: Callable[[str], str]) -> list[HeadRow]:
    """What stands over the columns or before the rows."""
    return [HeadRow(code, upper_first(read_code(code))) for code in codes]


def known_of(found: Availability) -> str:
    """What is known of one variant."""
    if found.here is not None and found.here.free_milli > 0:
        return HERE
    if found.elsewhere:
        return ELSEWHERE
    return NOWHERE if found.here is not None else UNKNOWN


def cells(grid: VariantGrid, style: Variants, chosen: str, say: Words) -> list[CellRow]:
    """The cells of a grid, row by row."""
    offers = {offer.article.id: offer for offer in style.offers}
    alike = len({offer.asked_minor for offer in style.offers}) < 2
    made = []
    for (row, column), key in grid.cells.items():
        offer, found = offers[key], style.found[key]
        price = say.money(offer.asked_minor) if offer.asked_minor is not None else say("no price")
        words = words_of(offer.article, style.read_code)
        title = words[0] if grid.is_line and words else ""
        if grid.is_line and grid.columns[column] == key:  # twins of one size and colour are told apart by their numbers
            title = key
        spoken = ", ".join(part for part in (*words, price, *stock_words(found, offer.article, say)) if part)
        here = figure(found, offer.article, say)
        made.append(CellRow(key, row, column, title, here, "" if alike else price, known_of(found), key == chosen, spoken))
    return made


def figure(found: Availability, article: Article, say: Words) -> str:
    """The quantity here as short as can be; a question mark where nothing was told."""
    return "?" if found.here is None else say.quantity(found.here.free_milli, article.unit)


def stock_words(found: Availability, article: Article, say: Words) -> list[str]:
    """What a cell says of its stock to those who hear it."""
    said = [say("Not known here yet")]
    if found.here is not None:
        free = found.here.free_milli
        said = [say("{count} here", count=say.quantity(free, article.unit)) if free else say("Sold out here")]
    if found.elsewhere:
        nearest = found.elsewhere[0]
        amount = say.quantity(nearest.free_milli, article.unit)
        said.append(say("{amount} in {place}, known {age}", amount=amount, place=nearest.store.name, age=say.ago(nearest.age_ms)))
    return said


def words_of(article: Article, read_code: Callable[[str], str]) -> list[str]:
    """Size and colour of an article as they read, those that it has."""
    return [upper_first(read_code(code)) for code in (article.size, article.colour) if code]


def upper_first(text: str) -> str:
    """With a capital, as a heading begins."""
    return text[:1].upper() + text[1:]
