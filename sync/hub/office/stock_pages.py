"""Stock on the office pages: an article is looked for, and shown over all places with what is free of it and since when."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.domain import stock as reasons
from kiosk.domain.catalog import Article
from kiosk.text import Words
from sync.hub import stock_places
from sync.hub.api.access import HubRequest
from sync.hub.office import task_list
from sync.hub.office.access import AskedDoor
from sync.hub.office.reading import places_of
from sync.hub.office.rendering import asked, page
from sync.hub.office.task_list import TaskRow
from sync.hub.office.views import Place, View
from sync.hub.problems import HubProblem
from sync.hub.roles import Right
from sync.hub.stock import Pool, article_of, everywhere
from sync.hub.stock_places import FOUND_MAX, Movement
from sync.hub.users import OfficeSession


@dataclass(frozen=True, slots=True)
class Found:
    """An article that was looked for."""

    link: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class AtPlace:
    """An article at a place; `link` shows what moved it there, where somebody may see that."""

    name: str
    link: str
    on_hand: str
    free: str
    kind: str
    promised: str
    granted: str
    safety: str
    age: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement in words."""

    at: str
    quantity: str
    reason: str
    by: str


@get("/stock")
async def stock(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """Articles that are looked for, or one of them at all places; with a store of one's own also what moved it there."""
    session = await door.session(request, Right.STOCK)
    wish = asked(request, "find", "article", "store")
    if wish["article"]:
        return await _article_page(door, session, wish["article"], wish["store"])
    rows = await door.hub.storage.read(lambda connection: stock_places.found(connection, session.tenant, wish["find"]))
    view = View(Words(session.language), door.hub.world.now_ms(), {})
    words, shown = view.words, rows[:FOUND_MAX]
    if len(rows) == 1:
        return Redirect(view.link("/office/stock", article=rows[0].id), status_code=303)
    empty = words("No article fits. Try a part of its name, its number or its barcode.") if wish["find"] else ""
    more = words("There are more: the first {count} are shown. Type more of it.", count=FOUND_MAX) if len(rows) > FOUND_MAX else ""
    return page(
        "stock.html", words, session, title=words("Stock"), page="stock", find=wish["find"], empty=empty, more=more,
        rows=[Found(view.link("/office/stock", article=one.id), one.name(words.language), _about(one)) for one in shown],
    )  # fmt: skip


HANDLERS = [stock]


@dataclass(frozen=True, slots=True)
class _Read:
    article: Article | None
    places: dict[str, Place]
    pools: dict[str, tuple[Pool, int]]
    movements: list[Movement]
    tasks: list[TaskRow]


async def _article_page(door: AskedDoor, session: OfficeSession, article: str, store: str) -> Response[bytes]:
    here = store if session.sees(store) else ""

    def read(connection: Connection) -> _Read:
        places = places_of(connection, session.tenant)
        moved = stock_places.movements(connection, session.tenant, here, article) if here in places else []
        return _Read(
            article_of(connection, session.tenant, article), places,
            everywhere(connection, session.tenant, [article], sorted(places))[article], moved,
            task_list.of_article(connection, session, article) if session.may(Right.TASKS) else [],
        )  # fmt: skip

    found = await door.hub.storage.read(read)
    if found.article is None and not found.pools:
        raise HubProblem("article.unknown", sku=article[:60])
    view = View(Words(session.language), door.hub.world.now_ms(), found.places)
    words, unit = view.words, found.article.unit if found.article is not None else "piece"
    rows = [
        _at_place(one, article, unit, view, session, here, *found.pools[one])
        for one in sorted(found.pools, key=lambda one: (not session.sees(one), view.place(one).name))
    ]
    free = sum(max(0, pool.free) for pool, _ in found.pools.values())
    name = found.article.name(words.language) if found.article is not None else article
    return page(
        "article.html", words, session, title=name, page="stock", about=_about(found.article) if found.article else article,
        rows=rows, total=words("Free over all places: {quantity}", quantity=words.quantity(free, unit)),
        place=view.place(here).name if here else "", movements=[_movement(one, unit, view, here) for one in found.movements],
        tasks=task_list.cards(found.tasks, view, session), empty=words("No place ever had any of it."),
        gone="" if found.article is not None else words("This article is not in the catalogue any more."),
    )  # fmt: skip


def _at_place(
    store: str, article: str, unit: str, view: View, session: OfficeSession, here: str, pool: Pool, as_of_ms: int
) -> AtPlace:
    words = view.words
    link = view.link("/office/stock", article=article, store=store) if session.sees(store) else ""
    return AtPlace(
        view.place(store).name, link, words.quantity(pool.on_hand, unit), words.quantity(pool.free, unit),
        "ok" if pool.free > 0 else "stop" if pool.free < 0 or pool.on_hand < 0 else "unknown",
        _some(words, pool.promised + pool.reserved, unit), _some(words, pool.granted + pool.in_transit, unit),
        _some(words, pool.safety, unit), words.ago(max(0, view.now_ms - as_of_ms)) if as_of_ms else words("Never"), store == here,
    )  # fmt: skip


def _some(words: Words, milli: int, unit: str) -> str:
    return words.quantity(milli, unit) if milli else "–"


def _movement(one: Movement, unit: str, view: View, store: str) -> MovementRow:
    words = view.words
    quantity = ("+" if one.quantity_milli > 0 else "") + words.quantity(one.quantity_milli, unit)
    by = words("Till {number}", number=one.terminal) if one.terminal else words("The hub")
    return MovementRow(words.date_time(one.at_ms, view.place(store).zone), quantity, _reason(words, one.reason), by)


def _reason(words: Words, reason: str) -> str:
    texts = {
        reasons.SALE: words("Sold"), reasons.INITIAL: words("First stock"), reasons.COUNTED: words("Put right by a count"),
        reasons.CORRECTED: words("Put right"), reasons.HANDED_OVER: words("Handed over"), reasons.RETURNED: words("Came back"),
        reasons.WRITTEN_OFF: words("Written off"), "received": words("Received"), "transferred_in": words("From another place"),
        "transferred_out": words("To another place"), "found": words("Found on the shelf"),
    }  # fmt: skip
    return texts.get(reason, reason)


def _about(one: Article) -> str:
    return " · ".join(part for part in (one.id, one.brand, one.variant_text(), *one.barcodes[:2]) if part)
