"""The log of who did what at the hub, for those who have to answer for it: the newest first, by person and by what."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Response, get
from sqlalchemy import Connection, or_, select

from kiosk.text import Words
from sync.hub.api.access import HubRequest
from sync.hub.office.access import AskedDoor
from sync.hub.office.reading import places_of
from sync.hub.office.rendering import asked, page
from sync.hub.office.views import Place, View
from sync.hub.roles import Right
from sync.hub.storage.schema import audit

PAGE = 100
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did."""

    at: str
    who: str
    what: str
    detail: str


@get("/journal")
async def journal(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """Who did what."""
    session = await door.session(request, Right.JOURNAL)
    wish = asked(request, "who", "what", "before")

    def read(connection: Connection) -> tuple[dict[str, Place], list[Any]]:
        at, (placed, _, last) = audit.c, wish["before"].partition("/")
        query = select(audit).where(at.tenant == session.tenant).order_by(at.at_ms.desc(), at.id.desc()).limit(PAGE + 1)
        query = query.where(at.who.contains(wish["who"].strip(), autoescape=True)) if wish["who"].strip() else query
        query = query.where(at.what.startswith(wish["what"].strip(), autoescape=True)) if wish["what"].strip() else query
        if placed.isascii() and placed.isdigit() and len(placed) <= _DIGITS:
            query = query.where(or_(at.at_ms < int(placed), (at.at_ms == int(placed)) & (at.id < last)))
        return places_of(connection, session.tenant), list(connection.execute(query))

    places, rows = await door.hub.storage.read(read)
    view = View(Words(session.language), door.hub.world.now_ms(), places)
    words, shown = view.words, rows[:PAGE]
    zone = next((place.zone for place in places.values()), "UTC")
    more = ""
    if len(rows) > PAGE:
        more = view.link("/office/journal", who=wish["who"], what=wish["what"], before=f"{shown[-1].at_ms}/{shown[-1].id}")
    return page(
        "journal.html", words, session, title=words("Audit log"), page="journal", who=wish["who"], what=wish["what"], more=more,
        rows=[Deed(words.date_time(row.at_ms, zone), row.who, row.what, _detail(row.detail)) for row in shown],
        empty=words("Nobody did anything that fits."),
    )  # fmt: skip


HANDLERS = [journal]


def _detail(text: str) -> str:
    found = msgspec.json.decode(text)
    return " · ".join(f"{name}: {value}" for name, value in found.items() if value not in ("", None))
