"""`/shop/v1/baskets` and `/shop/v1/content`: what a web shop keeps at the hub."""

import hashlib
import re
from collections.abc import Callable
from functools import partial
from typing import cast

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from sync.hub.api.access import AskedHub, HubRequest, body_of, json_from, json_of
from sync.hub.core import Hub
from sync.hub.once import KEY_LENGTH_MAX, in_progress, once
from sync.hub.problems import HubProblem
from sync.hub.shop import baskets, content, scopes
from sync.hub.shop.access import Caller, require, site_of
from sync.hub.shop.answers import tagged
from sync.hub.shop.baskets import Change, Kept
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.reads import AskedShelves
from sync.hub.shop.shelf import Shelves
from sync.hub.shop.values import Basket, BasketContent, Content, Contents, WantedContent, WantedLine, WantedQuantity

_MATCH = re.compile(r'"(\d{1,9})(?:-[0-9a-f]*)?"')
_JSON = "application/json"


@post("/shop/v1/baskets", status_code=200, summary="Make a basket")
async def make_basket(request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves) -> Response[Basket]:
    """Body BasketContent; with an Idempotency-Key, sent again, it is the same basket. Answers Basket. Scope baskets:write."""
    require(caller, scopes.BASKETS_WRITE)
    body = await body_of(request)
    wanted, now_ms, id = json_from(body, BasketContent), hub.world.now_ms(), hub.world.new_id()

    def make(connection: Connection) -> bytes:
        return baskets.make(connection, caller, wanted, id, now_ms).id.encode()

    made = (await once_for(request, hub, caller, "baskets", body, make)).decode()
    kept = await hub.storage.read(lambda connection: baskets.find(connection, caller, made, now_ms))
    return await _priced(request, hub, caller, shelves, kept)


@get("/shop/v1/baskets/{basket:str}", summary="A basket with what it costs now")
async def show_basket(
    request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves, basket: FromPath[str]
) -> Response[Basket]:
    """Basket, priced anew at every read. Scope baskets:write."""
    require(caller, scopes.BASKETS_WRITE)
    kept = await hub.storage.read(lambda connection: baskets.find(connection, caller, basket, hub.world.now_ms()))
    return await _priced(request, hub, caller, shelves, kept)


@put("/shop/v1/baskets/{basket:str}", status_code=200, summary="Replace what is in a basket")
async def put_basket(
    request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves, basket: FromPath[str]
) -> Response[Basket]:
    """Body BasketContent; with If-Match only if nobody changed it meanwhile (412). Answers Basket. Scope baskets:write."""
    require(caller, scopes.BASKETS_WRITE)
    wanted = await json_of(request, BasketContent)
    return await _priced(request, hub, caller, shelves, await _change(request, hub, caller, basket, lambda _: wanted))


@post("/shop/v1/baskets/{basket:str}/lines", status_code=200, summary="Put an article into a basket")
async def add_line(
    request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves, basket: FromPath[str]
) -> Response[Basket]:
    """Body WantedLine: more of the line with the same article and note, or a new one. Takes If-Match and Idempotency-Key."""
    require(caller, scopes.BASKETS_WRITE)
    body = await body_of(request)
    wanted, now_ms, expected = json_from(body, WantedLine), hub.world.now_ms(), _expected(request)

    def add(connection: Connection) -> bytes:
        how = partial(baskets.added, line=wanted)
        return str(baskets.change(connection, caller, basket, expected, how, now_ms).version).encode()

    await once_for(request, hub, caller, f"baskets/{basket}/lines", body, add)
    kept = await hub.storage.read(lambda connection: baskets.find(connection, caller, basket, now_ms))
    return await _priced(request, hub, caller, shelves, kept)


@patch("/shop/v1/baskets/{basket:str}/lines/{line:int}", status_code=200, summary="Change how much of a line is wanted")
async def change_line(
    request: HubRequest, hub: AskedHub, caller: Caller, shelves: AskedShelves, basket: FromPath[str], line: FromPath[int]
) -> Response[Basket]:
    """Body WantedQuantity; 0 takes the line out. Takes If-Match. Answers Basket. Scope baskets:write."""
    require(caller, scopes.BASKETS_WRITE)
    wanted = await json_of(request, WantedQuantity)
    how = partial(baskets.with_quantity, line=line, quantity_milli=wanted.quantity_milli)
    return await _priced(request, hub, caller, shelves, await _change(request, hub, caller, basket, how))


@delete("/shop/v1/baskets/{basket:str}", status_code=200, summary="Throw a basket away")
async def drop_basket(hub: AskedHub, caller: Caller, basket: FromPath[str]) -> BasketContent:
    """BasketContent: what was in it. Scope baskets:write."""
    require(caller, scopes.BASKETS_WRITE)
    gone = await hub.storage.run(lambda connection: baskets.drop(connection, caller, basket, hub.world.now_ms()))
    return gone.content


@get("/shop/v1/content", summary="The brand's own texts")
async def read_content(
    request: HubRequest, hub: AskedHub, caller: Caller, subjects: FromQuery[str], language: FromQuery[str] = ""
) -> Response[Contents]:
    """Contents about `subjects` (with commas: `product/ID`, `category/PATH`, `page/NAME`), in one language or all.

    Scope content:read.
    """
    require(caller, scopes.CONTENT_READ)
    named = content.names(subjects)
    return tagged(request, Contents(await hub.storage.read(lambda c: content.read(c, caller, named, language))))


@put("/shop/v1/content", status_code=200, summary="Keep a text, or take it away")
async def write_content(request: HubRequest, hub: AskedHub, caller: Caller) -> Content:
    """Body WantedContent; an empty `body` takes the text away. Answers Content. Scope content:write."""
    require(caller, scopes.CONTENT_WRITE)
    wanted = await json_of(request, WantedContent)
    return await hub.storage.run(lambda connection: content.write(connection, caller, wanted, hub.world.now_ms()))


async def once_for(
    request: HubRequest, hub: Hub, caller: ShopKey, what: str, body: bytes, make: Callable[[Connection], bytes]
) -> bytes:
    """Do it, once for each Idempotency-Key where one is sent. Raises HubProblem for a key with another body."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return await hub.storage.run(make)
    if len(key) > KEY_LENGTH_MAX or not key.isprintable():
        raise HubProblem("request.idempotency_key")
    route = f"shop:{caller.tenant}:{caller.brand}:{caller.country}:{what}"
    with in_progress(hub.calling, route, key):
        return await hub.storage.run(lambda c: once(c, route, key, body, hub.world.now_ms(), make))


async def _change(request: HubRequest, hub: Hub, caller: ShopKey, basket: str, how: Change) -> Kept:
    expected, now_ms = _expected(request), hub.world.now_ms()
    return await hub.storage.run(lambda connection: baskets.change(connection, caller, basket, expected, how, now_ms))


def _expected(request: HubRequest) -> int:
    """The version that If-Match asks for; 0 for any. Raises HubProblem for what is no ETag of a basket."""
    given = request.headers.get("If-Match", "*").strip()
    if given == "*":
        return 0
    match = _MATCH.fullmatch(given)
    if match is None:
        raise HubProblem("request.argument", name="If-Match", value=given[:40], wanted="the ETag of a basket")
    return int(match[1])


async def _priced(request: HubRequest, hub: Hub, caller: ShopKey, shelves: Shelves, kept: Kept) -> Response[Basket]:
    """A basket with its money. Its ETag begins with the version, for If-Match; the rest changes with what it costs."""
    site = await hub.storage.read(lambda connection: site_of(connection, caller))
    priced = await shelves.basket(site, kept.content, hub.world.now_ms())
    told = Basket(kept.id, kept.version, kept.content, priced, kept.changed_ms, kept.expires_ms, kept.order)
    costs = msgspec.json.encode(msgspec.structs.replace(priced, priced_at_ms=0))
    tag = f'"{kept.version}-{hashlib.sha256(costs).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.method == "GET" and request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return cast(Response[Basket], Response(b"", status_code=304, media_type=_JSON, headers=headers))
    return Response(told, headers=headers)
