"""The shop API's own regular work: what was published is gathered, webhooks are told, and what is over is forgotten."""

import asyncio
import logging
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from kiosk.domain.feed import CATALOG, DEVICE
from sync.hub import feedlog, feedprune, places
from sync.hub.bell import rung
from sync.hub.core import Hub
from sync.hub.problems import HubProblem
from sync.hub.shop import baskets, delivering, events, gathering, keys, targets
from sync.hub.shop.targets import Post

log = logging.getLogger("toonbank.hub.shop")
LOOK_AGAIN_S = 5.0
GATHER_S = 0.2
"""Pushes that come within so much time are gathered together: each ends in one transaction of its own."""

AT_ONCE = 8
"""So many webhooks are told at once; a slow one keeps a place, so that all of them together never hold a hub's threads."""

TIDY_EVERY = 60


class Telling:
    """The work of one run of a hub; used on the event loop."""

    def __init__(self, hub: Hub, post: Post = targets.post) -> None:
        self._hub, self._post = hub, post
        self._room = asyncio.Semaphore(AT_ONCE)
        self._busy: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def go_on(self) -> None:
        """Go on for as long as the hub serves. What disk or database refuses is logged and tried again."""
        rounds = 0
        try:
            while True:
                try:
                    await self._round(rounds)
                except (OSError, SQLAlchemyError, HubProblem) as error:
                    log.error("shops could not be told: %s", error)
                    await asyncio.sleep(LOOK_AGAIN_S)
                rounds += 1
        finally:
            for task in list(self._busy.values()):
                task.cancel()

    async def _round(self, number: int) -> None:
        """Look once after listening began, so that no news is missed, and wait for some; a first key is news too."""
        storage, now_ms = self._hub.storage, self._hub.world.now_ms()
        known = await storage.read(feedprune.tenants_of)
        served = await storage.read(partial(keys.tenants_with_keys, now_ms=now_ms))
        heard = [(one, events.BELL, "") for one in known] + [(one, CATALOG, "") for one in served]
        for tenant in served:  # what stores do with orders is told to their tills
            stores = await storage.read(partial(places.stores_of, tenant=tenant))
            heard += [(tenant, DEVICE, feedlog.tills_of(store)) for store in stores]
        with self._hub.bell.listen(heard) as news:
            for tenant in await storage.read(partial(keys.tenants_with_keys, now_ms=now_ms)):
                await gather_all(self._hub, tenant)
                await self._tell(tenant)
                if number % TIDY_EVERY == 0:
                    await self._tidy(tenant)
            if await rung(news, LOOK_AGAIN_S):
                await asyncio.sleep(GATHER_S)

    async def _tell(self, tenant: str) -> None:
        due = await self._hub.storage.read(partial(delivering.hooks_due, tenant=tenant, now_ms=self._hub.world.now_ms()))
        for hook in due:
            if (tenant, hook) not in self._busy:
                self._busy[tenant, hook] = asyncio.create_task(self._tell_one(tenant, hook))

    async def _tell_one(self, tenant: str, hook: str) -> None:
        async with self._room:
            try:
                while await tell(self._hub, tenant, hook, self._post):
                    pass
            except (OSError, SQLAlchemyError, HubProblem) as error:
                log.error("webhook %s could not be told: %s", hook, error)
            finally:
                del self._busy[tenant, hook]

    async def _tidy(self, tenant: str) -> None:
        now_ms = self._hub.world.now_ms()
        for step in (baskets.expire, events.prune):
            while await self._hub.storage.run(partial(step, tenant=tenant, now_ms=now_ms)):
                pass


async def gather_all(hub: Hub, tenant: str) -> None:
    """Gather what was published, in short transactions, so that pushes come in between."""
    while await hub.storage.run(partial(gathering.gather, tenant=tenant, now_ms=hub.world.now_ms())):
        pass


async def tell(hub: Hub, tenant: str, hook: str, post: Post) -> bool:
    """Give one webhook a turn; whether it had one and may have another."""
    turn = await hub.storage.run(partial(delivering.claim, tenant=tenant, hook=hook, now_ms=hub.world.now_ms()))
    if turn is None:
        return False
    inside, give_up_ms = hub.settings.shop_inside_targets, hub.settings.shop_give_up_hours * 3_600_000
    sent = await asyncio.to_thread(delivering.send, turn, post, inside, hub.world.now_ms)
    chance, new_id = hub.world.chance, hub.world.new_id
    await hub.storage.run(lambda c: delivering.keep(c, turn, sent, hub.world.now_ms(), give_up_ms, chance, new_id))
    return not sent.is_away
