"""Products as a web shop finds them: styles with their articles, kept beside the feed's rows and brought forward with its log.

Only tenants with a key have it. What changed is told by revision, so a shop asks for what is new since its last time.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, select

from kiosk.decoding import read_json
from kiosk.domain.catalog import Article
from kiosk.domain.feed import CATALOG
from sync.hub import feedlog
from sync.hub.storage.bulk import insert_many, upsert_many
from sync.hub.storage.schema import feed_now
from sync.hub.storage.schema_shop import shop_articles, shop_barcodes, shop_styles

_ARTICLES = ("tenant", "article", "style", "category", "barcodes")
_BARCODES = ("tenant", "barcode", "article")
_STYLES = ("tenant", "style", "category", "gone", "rev")


class _Place(NamedTuple):
    """Where an article is found; its barcodes as JSON."""

    style: str
    category: str
    barcodes: str


class Styles(NamedTuple):
    """Styles that changed, and those that are not offered any more."""

    changed: list[str]
    gone: list[str]


def apply(connection: Connection, tenant: str, rev: int, rows: Iterable[tuple[str, bytes]]) -> Styles:
    """Take articles in as a revision published them (key and payload, empty: gone); gives the styles that changed by it."""
    wanted = {key: _place(key, payload) for key, payload in rows}
    before = _present(connection, tenant, wanted)
    moved = {key for key, place in wanted.items() if place != before.get(key)}
    _write(connection, tenant, {key: wanted[key] for key in moved}, before)
    # A price or a name may have changed without the article moving, so its style counts as changed too.
    touched = {place.style for places in (wanted, before) for place in places.values() if place is not None}
    return _settle(connection, tenant, rev, sorted(touched))


def rebuild(connection: Connection, tenant: str, rev: int) -> Styles:
    """Look at the whole catalogue as it stands at a revision: for a first key, and after a change too large for the log."""
    now, at = feed_now.c, shop_articles.c
    mine = (now.tenant == tenant, now.scope == CATALOG, now.audience == feedlog.EVERYWHERE, now.entity == "article")
    there = {key: bytes(payload) for key, payload in connection.execute(select(now.key, now.payload).where(*mine))}
    known = set(connection.scalars(select(at.article).where(at.tenant == tenant)))
    return apply(connection, tenant, rev, [*there.items(), *((key, b"") for key in known - there.keys())])


def style_of(key: str, article: Article) -> str:
    """The product that an article belongs to; one without a style is a product by itself."""
    return article.style or key


def articles_of(connection: Connection, tenant: str, styles: Sequence[str]) -> dict[str, list[str]]:
    """The articles of styles, in order."""
    at = shop_articles.c
    query = select(at.style, at.article).where(at.tenant == tenant, at.style.in_(styles)).order_by(at.style, at.article)
    found: dict[str, list[str]] = {}
    for style, article in connection.execute(query):
        found.setdefault(style, []).append(article)
    return found


def styles_of(connection: Connection, tenant: str, articles: Sequence[str]) -> dict[str, str]:
    """The styles of articles."""
    at = shop_articles.c
    found: dict[str, str] = {}
    for part in _parts(articles):
        query = select(at.article, at.style).where(at.tenant == tenant, at.article.in_(part))
        found.update((article, style) for article, style in connection.execute(query))
    return found


def with_barcode(connection: Connection, tenant: str, barcode: str) -> list[str]:
    """The styles of the articles with a barcode."""
    codes = {barcode, barcode.zfill(14), barcode.lstrip("0")}
    at = shop_barcodes.c
    articles = connection.scalars(select(at.article).where(at.tenant == tenant, at.barcode.in_(sorted(codes))).distinct()).all()
    return sorted(set(styles_of(connection, tenant, articles).values()))


def articles_now(connection: Connection, tenant: str, articles: Sequence[str]) -> dict[str, Article]:
    """Articles of the catalogue as they stand."""
    now = feed_now.c
    mine = (now.tenant == tenant, now.scope == CATALOG, now.audience == feedlog.EVERYWHERE, now.entity == "article")
    found: dict[str, Article] = {}
    for part in _parts(articles):
        for key, payload in connection.execute(select(now.key, now.payload).where(*mine, now.key.in_(part))):
            found[key] = read_json(bytes(payload), Article)
    return found


def _place(key: str, payload: bytes) -> _Place | None:
    if not payload:
        return None
    article = read_json(bytes(payload), Article)
    return _Place(style_of(key, article), article.category, msgspec.json.encode(article.barcodes).decode())


def _present(connection: Connection, tenant: str, articles: Iterable[str]) -> dict[str, _Place | None]:
    at = shop_articles.c
    found: dict[str, _Place | None] = {}
    for part in _parts(sorted(articles)):
        query = select(at.article, at.style, at.category, at.barcodes).where(at.tenant == tenant, at.article.in_(part))
        found.update((article, _Place(*place)) for article, *place in connection.execute(query))
    return found


def _write(
    connection: Connection, tenant: str, moved: dict[str, _Place | None], before: dict[str, _Place | None]
) -> None:
    at, codes = shop_articles.c, shop_barcodes.c
    for article in moved:
        was = before.get(article)
        for code in read_json(was.barcodes, list[str]) if was is not None else ():
            mine = (codes.tenant == tenant, codes.barcode == code, codes.article == article)
            connection.execute(delete(shop_barcodes).where(*mine))
        if moved[article] is None:
            connection.execute(delete(shop_articles).where(at.tenant == tenant, at.article == article))
    there = [(article, place) for article, place in moved.items() if place is not None]
    upsert_many(connection, shop_articles, _ARTICLES, [(tenant, article, *place) for article, place in there])
    found = [(tenant, code, article) for article, place in there for code in sorted(set(read_json(place.barcodes, list[str])))]
    insert_many(connection, shop_barcodes, _BARCODES, found)


def _settle(connection: Connection, tenant: str, rev: int, styles: Sequence[str]) -> Styles:
    """Say of each style in which category it is now, that of its first article, or that it is gone."""
    at = shop_articles.c
    there: dict[str, str] = {}
    for part in _parts(styles):
        first = select(at.style, func.min(at.article)).where(at.tenant == tenant, at.style.in_(part)).group_by(at.style)
        names = {article: style for style, article in connection.execute(first)}
        for articles in _parts(sorted(names)):
            query = select(at.article, at.category).where(at.tenant == tenant, at.article.in_(articles))
            there.update((names[article], category) for article, category in connection.execute(query))
    settled = [(tenant, style, there.get(style, ""), style not in there, rev) for style in styles]
    upsert_many(connection, shop_styles, _STYLES, settled)
    return Styles([style for style in styles if style in there], [style for style in styles if style not in there])


def _parts(names: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(names), feedlog.KEYS_PER_QUERY):
        yield names[start : start + feedlog.KEYS_PER_QUERY]
