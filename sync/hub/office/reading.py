"""What an office page shows, read in one transaction: of the tenant and the stores of whoever asks, whatever the address says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response
from sqlalchemy import Connection

from kiosk.text import Words
from sync.hub import readiness
from sync.hub.core import Hub
from sync.hub.mending import Field
from sync.hub.office.rendering import NOTHING, Told, page
from sync.hub.office.views import ItemCard, Place, View
from sync.hub.places import stores_of
from sync.hub.queue import Item, Queue
from sync.hub.readiness import Standing
from sync.hub.roles import Right
from sync.hub.users import OfficeSession

ITEMS_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Desk:
    """What was read for one page."""

    session: OfficeSession
    view: View
    now_ms: int
    places: dict[str, Place]
    standings: list[Standing]
    items: list[Item]
    bodies: dict[str, str]
    fields: dict[str, list[Field]]
    waiting_count: int

    def page(self, template: str, name: str, told: Told = NOTHING, **values: Any) -> Response[bytes]:
        """The page, finished."""
        hidden = [("store", values["store"])] if values.get("store") else []
        return page(
            template, self.view.words, self.session, told=told, page=name, hidden=hidden, waiting_count=self.waiting_count,
            **values,
        )  # fmt: skip

    def cards(self, form: Mapping[str, str] | None = None) -> list[ItemCard]:
        """What waits, with what was typed into the form that was refused."""
        shown = [(one, one.waiting.id) for one in self.items[:ITEMS_SHOWN_MAX]]
        cards = [self.view.item(one, self.bodies.get(name, ""), self.fields.get(name, [])) for one, name in shown]
        return cards if form is None else [card.typed(form) if card.id == form.get("id") else card for card in cards]

    def stores(self) -> list[tuple[str, str]]:
        """Stores to choose from."""
        return stores_to_choose(self.session, self.places)


async def read_desk(hub: Hub, session: OfficeSession, store: str = "", dev: str = "", closed: bool = False) -> Desk:
    """Read what a page shows."""
    now_ms, tenant = hub.world.now_ms(), session.tenant

    def read(connection: Connection) -> Desk:
        places = places_of(connection, tenant)
        queue = queue_of(connection, hub, tenant)
        everything = [one for one in queue.items() if session.sees(one.store)] if session.may(Right.HELD) else []
        items = [one for one in everything if store in ("", one.store) and dev in ("", one.dev)]
        items = [one for one in queue.closed(store) if session.sees(one.store)] if closed else items
        shown = items[:ITEMS_SHOWN_MAX]
        bodies = {one.waiting.id: queue.body(one.waiting.id) for one in shown}
        fields = {one.waiting.id: queue.fields(one) for one in shown}
        found = [one for one in readiness.standings(connection, tenant) if session.sees(one.store)]
        view = View(Words(session.language), now_ms, places)
        return Desk(session, view, now_ms, places, readiness.by_trouble(found, now_ms), items, bodies, fields, len(everything))

    return await hub.storage.run(read)


def places_of(connection: Connection, tenant: str) -> dict[str, Place]:
    """The stores of a tenant, by id."""
    names = readiness.store_names(connection, tenant)
    return {
        store: Place(names.get(store, store), place["zone"], place["currency"])
        for store, place in stores_of(connection, tenant).items()
    }


def stores_to_choose(session: OfficeSession, places: Mapping[str, Place]) -> list[tuple[str, str]]:
    """The stores that somebody sees, to choose from: id and name."""
    return [
        (store, f"{place.name} ({store})" if place.name != store else store)
        for store, place in places.items()
        if session.sees(store)
    ]


def queue_of(connection: Connection, hub: Hub, tenant: str) -> Queue:
    """The exception queue of a tenant."""
    return Queue(connection, tenant, hub.settings.plausible, hub.world.new_id)
