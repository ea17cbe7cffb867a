"""Products, categories and stores as a web shop reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from kiosk.decoding import read_json
from kiosk.domain.catalog import Article
from kiosk.domain.feed import CATALOG, Category, Store, Word
from kiosk.domain.variants import size_rank
from sync.hub import feedlog
from sync.hub.problems import HubProblem
from sync.hub.shop import events, finding
from sync.hub.shop.access import Site
from sync.hub.shop.answers import read_cursor, spelled
from sync.hub.shop.values import Product, ProductPage, ShopCategory, ShopStore, Variant
from sync.hub.storage.schema_shop import shop_styles

ALL, CHANGES = "all", "changes"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which products: of a category with all below it, with a barcode, named ones, or those after a cursor."""

    cursor: str
    limit: int
    category: str = ""
    barcode: str = ""
    ids: tuple[str, ...] = ()


def page(connection: Connection, site: Site, ask: Asked) -> ProductPage:
    """Some products. Raises HubProblem for a cursor that is none.

    Through all of them it goes by id; from a `changes` cursor on by revision, and then names also those that are gone.
    """
    if ask.ids or ask.barcode:
        ids = ask.ids or tuple(finding.with_barcode(connection, site.tenant, ask.barcode))
        return ProductPage([one for one in _products(connection, site, ids) if not one.gone], "", "")
    at = shop_styles.c
    query = select(at.style, at.rev).where(at.tenant == site.tenant).limit(ask.limit + 1)
    if ask.category:  # the sign after / ends the range of paths that begin so
        below = (at.category > f"{ask.category}/") & (at.category < f"{ask.category}0")
        query = query.where((at.category == ask.category) | below)
    kind, revision, after = read_cursor(ask.cursor, str, int, str) if ask.cursor else (ALL, _revision(connection, site), "")
    if kind == CHANGES:
        later = (at.rev > revision) | ((at.rev == revision) & (at.style > after))
        rows = connection.execute(query.where(later).order_by(at.rev, at.style)).all()
    else:
        rows = connection.execute(query.where(at.style > after, ~at.gone).order_by(at.style)).all()
    more, rows = len(rows) > ask.limit, rows[: ask.limit]
    found = _products(connection, site, [row.style for row in rows])
    if kind == CHANGES:
        on = spelled(CHANGES, rows[-1].rev, rows[-1].style) if rows else ask.cursor
        return ProductPage(found, on if more else "", on)
    # What changes while somebody pages through all of it is told from the revision at which they began.
    return ProductPage(found, spelled(ALL, revision, rows[-1].style) if more else "", spelled(CHANGES, revision + 1, ""))


def product(connection: Connection, site: Site, id: str) -> Product:
    """One product; `gone` where it is not offered any more. Raises HubProblem for one that never was."""
    found = _products(connection, site, [id])
    if not found:
        raise HubProblem("shop.none", what="product", id=id[:60])
    return found[0]


def categories(connection: Connection, tenant: str) -> list[ShopCategory]:
    """All categories, by rank and path."""
    rows = [read_json(bytes(payload), Category) for _, _, payload in feedlog.rows_now(connection, tenant, CATALOG, "category")]
    rows.sort(key=lambda one: (one.rank, one.path))
    return [ShopCategory(one.path, dict(one.names), one.picture, one.rank) for one in rows]


def stores(connection: Connection, site: Site) -> list[ShopStore]:
    """The stores of the site, by name."""
    rows = [read_json(bytes(payload), Store) for _, _, payload in feedlog.rows_now(connection, site.tenant, CATALOG, "store")]
    mine = sorted((one for one in rows if one.id in site.stores), key=lambda one: (one.name, one.id))
    return [ShopStore(one.id, one.name, one.street, one.postcode, one.city, one.zone) for one in mine]


def _revision(connection: Connection, site: Site) -> int:
    return events.head(connection, site.tenant).rev


def _products(connection: Connection, site: Site, ids: Sequence[str]) -> list[Product]:
    """Products in the order of their ids as given; those that never were are left out."""
    at = shop_styles.c
    query = select(at.style, at.category, at.gone, at.rev).where(at.tenant == site.tenant, at.style.in_(list(ids)))
    known = {row.style: row for row in connection.execute(query)}
    of = finding.articles_of(connection, site.tenant, list(known))
    articles = finding.articles_now(connection, site.tenant, [one for mine in of.values() for one in mine])
    words = _words(connection, site.tenant, articles.values())
    found: list[Product] = []
    for id in ids:
        if (row := known.get(id)) is None:
            continue
        mine = sorted((articles[one] for one in of.get(id, ()) if one in articles), key=_as_worn)
        found.append(_product(id, row.category, row.rev, mine, words))
    return found


def _product(id: str, category: str, rev: int, articles: Sequence[Article], words: Mapping[str, Word]) -> Product:
    if not articles:
        return Product(id, {}, "", category, [], "", True, rev, [])
    first = articles[0]
    picture = next((one.picture for one in articles if one.picture), "")
    variants = [_variant(one, words) for one in articles]
    return Product(id, dict(first.names), first.brand, category, list(first.tags), picture, False, rev, variants)


def _as_worn(one: Article) -> tuple[str, tuple[int, float, str], str]:
    """The order in which people look for a variant, as in the grid of the till: by colour, then from small to large."""
    return one.colour, size_rank(one.size), one.id


def _variant(one: Article, words: Mapping[str, Word]) -> Variant:
    size, colour = (dict(words[code].names) if code in words else {} for code in (one.size, one.colour))
    return Variant(
        one.id, dict(one.names), one.size, size, one.colour, colour, list(one.barcodes), one.unit, one.content_milli,
        one.content_unit, one.vat_class, one.deposit_minor, one.age_limit, one.picture,
    )  # fmt: skip


def _words(connection: Connection, tenant: str, articles: Iterable[Article]) -> dict[str, Word]:
    if not any(one.size or one.colour for one in articles):
        return {}
    return {key: read_json(bytes(payload), Word) for _, key, payload in feedlog.rows_now(connection, tenant, CATALOG, "word")}
