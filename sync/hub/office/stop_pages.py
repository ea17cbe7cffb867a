"""Sales stops on the office pages: what must not be sold, which terminals have heard of it, and what each store did about it."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from sqlalchemy import Connection

from kiosk.domain.salesstop import DESTROY, KEEP, RECALL, SEND_BACK
from kiosk.text import Words
from sync.hub import stops
from sync.hub.api.access import HubRequest
from sync.hub.office.access import AskedDoor
from sync.hub.office.reading import places_of
from sync.hub.office.rendering import page
from sync.hub.office.views import Place, View
from sync.hub.roles import Right
from sync.hub.stock import article_of
from sync.hub.stops import StopAtStore, StopShown


@dataclass(frozen=True, slots=True)
class StoreRow:
    """What a store did; `kind` is how it stands: ok, unknown or stop."""

    name: str
    told: str
    found: str
    when: str
    looked: str
    sold: str
    kind: str


@dataclass(frozen=True, slots=True)
class StopCard:
    """One stop in words."""

    title: str
    link: str
    about: str
    reason: str
    rows: list[StoreRow]


@get("/stops")
async def stops_page(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """What is stopped now, with the stores that somebody may see."""
    session = await door.session(request, Right.STOCK)

    def read(connection: Connection) -> tuple[list[tuple[StopShown, str, str]], dict[str, Place]]:
        named = []
        for one in stops.listed(connection, session.tenant):
            article = article_of(connection, session.tenant, one.stop.article)
            name = article.name(session.language) if article is not None else one.stop.article
            named.append((one, name, article.unit if article is not None else "piece"))
        return named, places_of(connection, session.tenant)

    found, places = await door.hub.storage.read(read)
    view = View(Words(session.language), door.hub.world.now_ms(), places)
    words = view.words
    cards = [
        _card(one, name, [_row(at, unit, view) for at in one.stores if session.sees(at.store)], view) for one, name, unit in found
    ]
    return page(
        "stops.html", words, session, title=words("Sales stops and recalls"), page="stock", cards=cards,
        empty=words("Nothing is stopped."),
    )  # fmt: skip


HANDLERS = [stops_page]


def _card(one: StopShown, name: str, rows: list[StoreRow], view: View) -> StopCard:
    words, stop, zone = view.words, one.stop, view.place("").zone
    handling = {KEEP: words("Keep it apart"), SEND_BACK: words("Send it back"), DESTROY: words("Destroy it")}
    kind = words("Recall") if stop.kind == RECALL else words("Sales stop")
    until = words("until {when}", when=words.date_time(stop.until_ms, zone)) if stop.until_ms else ""
    parts = (kind, ", ".join(stop.numbers), words.date_time(stop.from_ms, zone), until, handling.get(stop.handling, ""))
    reason = f"{stop.reason} ({stop.law})" if stop.law else stop.reason
    about = " · ".join(part for part in parts if part)
    return StopCard(name, view.link("/office/stock", article=stop.article), about, reason, rows)


def _row(at: StopAtStore, unit: str, view: View) -> StoreRow:
    words, place = view.words, view.place(at.store)
    told = words("{told} of {count}", told=at.told, count=at.terminals)
    when = words.date_time(at.cleared_ms, place.zone) if at.cleared_ms else words("not yet")
    looked = " / ".join(words.quantity(milli, unit) for milli in (at.seen_other, at.seen_listed))
    kind = "stop" if at.told < at.terminals else "ok" if at.cleared_ms else "unknown"
    found = words.quantity(at.found, unit) if at.cleared_ms else "–"
    return StoreRow(place.name, told, found, when, looked, words.quantity(at.sold, unit), kind)
