"""`/shop/v1/...`: what a web shop reads: products, categories, stores, prices and stock."""

from dataclasses import dataclass
from typing import TypeAlias

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace
from sqlalchemy import Connection

from sync.hub import nul
from sync.hub.api.access import AskedHub, HubRequest
from sync.hub.problems import HubProblem
from sync.hub.shop import catalogue, scopes
from sync.hub.shop.access import Caller, Site, require, site_of
from sync.hub.shop.answers import LIMIT, limit_of, tagged
from sync.hub.shop.catalogue import Asked
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.shelf import Shelves
from sync.hub.shop.values import (
    ArticlePrice,
    ArticleStock,
    Categories,
    PlaceStock,
    PriceReply,
    Product,
    ProductPage,
    ShopSite,
    StockReply,
    Stores,
)
from sync.hub.stock import everywhere

ARTICLES_MAX = 200
PRICES, STOCK = "prices", "stock"
AskedShelves: TypeAlias = NamedDependency[Shelves]
"""The prices at hand, in a handler's argument `shelves`."""


@dataclass(frozen=True, slots=True)
class Include:
    """What products are to be told with."""

    prices: bool
    stock: bool


@get("/shop/v1/site", summary="Where the key's shop sells, and what the key may do")
async def site(hub: AskedHub, caller: Caller) -> ShopSite:
    """ShopSite: to see that a key works. Needs no scope."""
    there = await hub.storage.read(lambda connection: site_of(connection, caller))
    return ShopSite(
        there.brand, there.country, there.currency, there.language, there.zone, list(caller.scopes), caller.per_minute,
        hub.world.now_ms(),
    )  # fmt: skip


@get("/shop/v1/products", summary="Products with their variants, in pages")
async def products(
    request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves, cursor: FromQuery[str] = "",
    limit: FromQuery[int] = LIMIT, category: FromQuery[str] = "", barcode: FromQuery[str] = "", ids: FromQuery[str] = "",
    include: FromQuery[str] = "",
) -> Response[ProductPage]:
    """ProductPage: all, those of a category and below, of a barcode, or by `ids` (with commas); `cursor` is `next` or `changes`.

    Scope catalogue:read; `include=prices,stock` adds those, with prices:read and stock:read.
    """
    require(caller, scopes.CATALOGUE_READ)
    wanted, named = _include(caller, include), _names(ids, "ids")
    ask = Asked(cursor, limit_of(limit), category, barcode, named)
    there, page = await hub.storage.read(lambda c: (found := site_of(c, caller), catalogue.page(c, found, ask)))
    told = replace(page, products=await _with(hub, shelves, there, page.products, wanted))
    return tagged(request, told)


@get("/shop/v1/products/{product:str}", summary="One product")
async def product(
    request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves, product: FromPath[str], include: FromQuery[str] = ""
) -> Response[Product]:
    """Product, also one that is `gone`; 404 for one that never was. As for the list."""
    require(caller, scopes.CATALOGUE_READ)
    wanted = _include(caller, include)
    there, found = await hub.storage.read(lambda c: (place := site_of(c, caller), catalogue.product(c, place, product)))
    return tagged(request, (await _with(hub, shelves, there, [found], wanted))[0])


@get("/shop/v1/categories", summary="All categories")
async def categories(request: HubRequest, hub: AskedHub, caller: Caller) -> Response[Categories]:
    """Categories. Scope catalogue:read."""
    require(caller, scopes.CATALOGUE_READ)
    return tagged(request, Categories(await hub.storage.read(lambda c: catalogue.categories(c, caller.tenant))))


@get("/shop/v1/stores", summary="The brand's stores in the key's country")
async def stores(request: HubRequest, hub: AskedHub, caller: Caller) -> Response[Stores]:
    """Stores. Scope catalogue:read."""
    require(caller, scopes.CATALOGUE_READ)
    return tagged(request, Stores(await hub.storage.read(lambda c: catalogue.stores(c, site_of(c, caller)))))


@get("/shop/v1/prices", summary="What articles cost on the web now")
async def prices(
    request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves, articles: FromQuery[str]
) -> Response[PriceReply]:
    """PriceReply for `articles` (with commas, 200 at most), before promotions: those are of a basket. Scope prices:read."""
    require(caller, scopes.PRICES_READ)
    names = _names(articles, "articles")
    there = await hub.storage.read(lambda connection: site_of(connection, caller))
    found, revision = await shelves.prices(there, names, hub.world.now_ms())
    return tagged(request, PriceReply([ArticlePrice(one, found.get(one)) for one in names], revision))


@get("/shop/v1/availability", summary="What may still be promised, by place")
async def availability(
    hub: AskedHub, caller: Caller, articles: FromQuery[str], stores: FromQuery[str] = "", least: FromQuery[int] = 1
) -> StockReply:
    """StockReply for `articles` in all stores of the key, or in `stores`; places with less than `least` thousandths are left out.

    Scope stock:read. Free = on hand - rights out - on their way - promised - reserved - safety stock: never what is promised twice.
    """
    require(caller, scopes.STOCK_READ)
    names, places = _names(articles, "articles"), _names(stores, "stores")

    def read(connection: Connection) -> list[ArticleStock]:
        there = site_of(connection, caller)
        if unknown := [one for one in places if one not in there.stores]:
            raise HubProblem("shop.none", what="store", id=unknown[0][:60])
        return stock_of_articles(connection, there, names, places or there.stores, least)

    return StockReply(await hub.storage.read(read), hub.world.now_ms())


def stock_of_articles(
    connection: Connection, there: Site, articles: tuple[str, ...], stores: tuple[str, ...], least: int = 1
) -> list[ArticleStock]:
    """The availability of articles in stores; the sum is over all of them."""
    told: list[ArticleStock] = []
    for article, found in everywhere(connection, there.tenant, articles, stores).items():
        places = [
            PlaceStock(store, max(0, pool.free), max(0, pool.on_hand), as_of_ms) for store, (pool, as_of_ms) in found.items()
        ]
        places.sort(key=lambda one: (-one.free_milli, one.store))
        free = sum(one.free_milli for one in places)
        told.append(ArticleStock(article, free, [one for one in places if one.free_milli >= least]))
    return told


def _include(caller: ShopKey, include: str) -> Include:
    asked = set(filter(None, include.split(",")))
    if wrong := asked - {PRICES, STOCK}:
        raise HubProblem("request.argument", name="include", value=min(wrong)[:40], wanted="prices, stock or both")
    if PRICES in asked:
        require(caller, scopes.PRICES_READ)
    if STOCK in asked:
        require(caller, scopes.STOCK_READ)
    return Include(PRICES in asked, STOCK in asked)


def _names(text: str, name: str) -> tuple[str, ...]:
    """Names with commas between them, each once; an empty text has none. Raises HubProblem for too many."""
    nul.refuse(text)
    found = tuple(dict.fromkeys(one for one in text.split(",") if one))
    if len(found) > ARTICLES_MAX:
        raise HubProblem("request.argument", name=name, value=len(found), wanted=f"{ARTICLES_MAX} at most")
    return found


async def _with(hub: AskedHub, shelves: Shelves, there: Site, found: list[Product], include: Include) -> list[Product]:
    """Products with prices and stock in their variants, where these were asked for."""
    articles = [variant.article for one in found for variant in one.variants]
    price, _ = await shelves.prices(there, articles, hub.world.now_ms()) if include.prices else ({}, 0)
    free: dict[str, int] = {}
    if include.stock:
        wanted = tuple(articles)
        rows = await hub.storage.read(lambda connection: stock_of_articles(connection, there, wanted, there.stores))
        free = {one.article: one.free_milli for one in rows}
    if not (include.prices or include.stock):
        return found
    return [
        replace(one, variants=[replace(v, price=price.get(v.article), free_milli=free.get(v.article)) for v in one.variants])
        for one in found
    ]
