"""`/shop/v1/events` and `/shop/v1/webhooks`: what happened, asked for or told."""

import asyncio
from functools import partial

from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from sync.hub.api.access import AskedHub, HubRequest, json_of, waiting_s
from sync.hub.bell import rung
from sync.hub.core import Hub
from sync.hub.problems import HubProblem
from sync.hub.shop import delivering, events, hooks, scopes, signing, targets
from sync.hub.shop.access import Caller, require
from sync.hub.shop.answers import LIMIT, limit_of, read_cursor, spelled, tagged
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.values import EventPage, Hook, Hooks, WantedHook


@get("/shop/v1/events", summary="What happened after a cursor; waits for it")
async def read_events(
    hub: AskedHub, caller: Caller, cursor: FromQuery[str] = "", kinds: FromQuery[str] = "", limit: FromQuery[int] = LIMIT,
    wait: FromQuery[float] = 0,
) -> EventPage:
    """EventPage of the kinds asked for (with commas; none: all that the key may hear of); waits up to `wait` seconds, 25 at most.

    Without a cursor it begins now. 410 where events after the cursor are gone, or are of before a restore: read everything
    again, then go on without one. Scope events:read, and for each kind the scope that reads what it is about.
    """
    require(caller, scopes.EVENTS_READ)
    heard = events.kinds_for(caller.scopes, tuple(filter(None, kinds.split(","))))
    most = limit_of(limit)
    read = partial(_page, hub=hub, caller=caller, cursor=cursor, kinds=heard, limit=most)
    end = asyncio.get_running_loop().time() + waiting_s(wait)
    with hub.bell.listen([(caller.tenant, events.BELL, "")]) as news:
        while True:
            news.clear()
            page = await hub.storage.read(read)
            left = end - asyncio.get_running_loop().time()
            if page.events or not cursor or left <= 0 or hub.bell.is_closed or not await rung(news, left):
                return page


@get("/shop/v1/webhooks", summary="Who is told of events")
async def list_hooks(request: HubRequest, hub: AskedHub, caller: Caller) -> Response[Hooks]:
    """Hooks of this key. Scope webhooks:write."""
    require(caller, scopes.WEBHOOKS_WRITE)
    return tagged(request, Hooks(await hub.storage.read(lambda connection: hooks.listed(connection, caller))))


@post("/shop/v1/webhooks", status_code=200, summary="Tell an address of what happens from now on")
async def make_hook(request: HubRequest, hub: AskedHub, caller: Caller) -> Hook:
    """Body WantedHook; answers Hook with its secret, which is not shown again. Scope webhooks:write."""
    require(caller, scopes.WEBHOOKS_WRITE)
    wanted = await json_of(request, WantedHook)
    targets.check(wanted.url, hub.settings.shop_inside_targets)
    id, secret, now_ms = hub.world.new_id(), signing.spell(hub.world.chance(signing.SECRET_BITS)), hub.world.now_ms()
    return await hub.storage.run(lambda connection: hooks.make(connection, caller, wanted, id, secret, now_ms))


@delete("/shop/v1/webhooks/{webhook:str}", status_code=200, summary="Tell nobody there any more")
async def drop_hook(hub: AskedHub, caller: Caller, webhook: FromPath[str]) -> Hook:
    """Hook as it was. Scope webhooks:write."""
    require(caller, scopes.WEBHOOKS_WRITE)
    return await hub.storage.run(lambda connection: hooks.drop(connection, caller, webhook))


@post("/shop/v1/webhooks/{webhook:str}/secret", status_code=200, summary="Sign with another secret")
async def renew_secret(hub: AskedHub, caller: Caller, webhook: FromPath[str]) -> Hook:
    """Hook with the new secret, from the next message on. Scope webhooks:write."""
    require(caller, scopes.WEBHOOKS_WRITE)
    secret = signing.spell(hub.world.chance(signing.SECRET_BITS))
    return await hub.storage.run(lambda connection: hooks.new_secret(connection, caller, webhook, secret))


@post("/shop/v1/webhooks/{webhook:str}/resume", status_code=200, summary="Go on where a webhook stopped")
async def resume_hook(hub: AskedHub, caller: Caller, webhook: FromPath[str]) -> Hook:
    """Hook; all that was refused or given up is told again, in order. Scope webhooks:write."""
    require(caller, scopes.WEBHOOKS_WRITE)
    return await hub.storage.run(lambda connection: hooks.resume(connection, caller, webhook))


def _page(connection: Connection, hub: Hub, caller: ShopKey, cursor: str, kinds: list[str], limit: int) -> EventPage:
    head, epoch = events.head(connection, caller.tenant), hub.storage.epoch
    if not cursor:
        return EventPage([], spelled(epoch, head.seq), False)
    of, seq = read_cursor(cursor, int, int)
    if of != epoch or not head.floor <= seq <= head.seq:
        raise HubProblem("shop.cursor")
    found = events.after(connection, caller.tenant, caller.brand, kinds, seq, limit + 1)
    more = len(found) > limit
    upto = found[limit - 1].seq if more else head.seq
    return EventPage([delivering.told(one) for one in found[:limit]], spelled(epoch, upto), more)
