"""Service requests on the office pages: a list to look through, one request, and what people do with it."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.domain.service import ServiceEvent
from kiosk.domain.servicelife import ASSIGNED, PEOPLE, STATES
from kiosk.text import Words
from sync.hub import services
from sync.hub.api.access import HubRequest
from sync.hub.office import service_view, service_words
from sync.hub.office.access import AskedDoor, Door, require_store
from sync.hub.office.order_pages import day_ms
from sync.hub.office.reading import places_of, stores_to_choose
from sync.hub.office.rendering import NOTHING, Told, asked, page
from sync.hub.office.views import Place, View
from sync.hub.problems import HubProblem
from sync.hub.roles import Right
from sync.hub.services import Stored, Wanted
from sync.hub.users import OfficeSession

PAGE = 50
NOTE_MAX, ID_MAX = 1_000, 100
ALL = "all"
_DIGITS = 18
_DAY_MS = 86_400_000


@get("/service")
async def service_list(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """Requests, the newest first, those with which something is still to happen; a number opens its request."""
    session = await door.session(request, Right.SERVICE)
    wish = asked(request, "find", "state", "store", "before")

    def read(connection: Connection) -> tuple[dict[str, Place], list[Stored], bool]:
        named = wish["find"].strip().upper()
        there = services.find(connection, session.tenant, named) if named else None
        if there is not None and _sees(session, there):
            return {}, [], True
        places = places_of(connection, session.tenant)
        found = services.listed(connection, session.tenant, _wanted(session, wish, places), PAGE + 1)
        return places, [] if named else found, False

    places, found, is_named = await door.hub.storage.read(read)
    if is_named:
        return Redirect(f"/office/service/{wish['find'].strip().upper()}", status_code=303)
    view = View(Words(session.language), door.hub.world.now_ms(), places)
    words, more = view.words, ""
    if len(found) > PAGE:
        last = found[PAGE - 1].state.request
        more = view.link("/office/service", state=wish["state"], store=wish["store"], before=f"{last.opened_ms}/{last.id}")
    return page(
        "service_list.html", words, session, title=words("Service requests"), page="service", wish=wish, more=more,
        rows=[service_view.row(one, view) for one in found[:PAGE]], stores=stores_to_choose(session, places),
        states=[("", words("Those that are open")), (ALL, words("All")), *service_words.states(words).items()],
        empty=words("No service request fits.") if any(wish.values()) else words("No service request is open."),
    )  # fmt: skip


@get("/service/{number:str}")
async def service_page(request: HubRequest, door: AskedDoor, number: FromPath[str]) -> Response[bytes]:
    """One request: what it is about, where it stands, what happened, what can be done."""
    return await _page(door, await door.session(request, Right.SERVICE), number)


@post("/service/{number:str}", status_code=200)
async def take_step(request: HubRequest, door: AskedDoor, number: FromPath[str]) -> Response[bytes]:
    """Take a step, or give the request to another place or day."""
    session, form = await door.posted(request, Right.DO_TASKS)
    hub, words, now_ms = door.hub, Words(session.language), door.hub.world.now_ms()
    store, step, note = form.get("store", ""), form.get("step", "")[:ID_MAX], form.get("note", "").strip()
    if store:
        require_store(session, store)

    def work(connection: Connection) -> None:
        there = _visible(connection, session, number)
        places = places_of(connection, session.tenant)
        if (store and store not in places) or len(note) > NOTE_MAX or not 0 < len(form.get("id", "")) <= ID_MAX:
            raise HubProblem("request.body", kind="form")
        zone = View(words, now_ms, places).place(store or there.state.store).zone
        due_ms = day_ms(form.get("due", ""), zone, after=1)
        event = ServiceEvent(
            f"office/{form['id']}", number, step, form.get("source", "")[:ID_MAX], now_ms, PEOPLE,
            store if step == ASSIGNED else "", due_ms if due_ms > now_ms else 0, session.who,
        )  # fmt: skip
        if not there.state.is_open and not event.due_ms:  # opened again it needs a time, and the old one may be long over
            event = replace(event, due_ms=now_ms + hub.settings.shop_service_days * _DAY_MS)
        services.move(connection, session.tenant, event, note, now_ms)

    try:
        await hub.storage.run(work)
    except HubProblem as problem:
        if problem.code != "service.step":
            raise
        stale = words("The request stands otherwise by now. Look at it again; nothing was changed.")
        return await _page(door, session, number, Told(stale, bad=True, form=form))
    return await _page(door, session, number, Told(words("Done: {action}.", action=service_words.steps(words)[step])))


HANDLERS = [service_list, service_page, take_step]


def _wanted(session: OfficeSession, wish: dict[str, str], places: dict[str, Place]) -> Wanted:
    store = wish["store"] if wish["store"] in places and session.sees(wish["store"]) else ""
    state = (wish["state"],) if wish["state"] in STATES else () if wish["state"] == ALL else services.OPEN_STATES
    placed, _, last = wish["before"].partition("/")
    before = (int(placed), last) if placed.isascii() and placed.isdigit() and len(placed) <= _DIGITS else None
    return Wanted(states=state, stores=(store,) if store else session.stores, before=before)


def _sees(session: OfficeSession, one: Stored) -> bool:
    return not session.stores or one.state.store in session.stores


def _visible(connection: Connection, session: OfficeSession, number: str) -> Stored:
    """A request that concerns somebody. Raises HubProblem for any other, as for one that there is not."""
    there = services.find(connection, session.tenant, number[:ID_MAX])
    if there is None or not _sees(session, there):
        raise HubProblem("service.unknown", id=number[:60])
    return there


async def _page(door: Door, session: OfficeSession, number: str, told: Told = NOTHING) -> Response[bytes]:
    hub = door.hub

    def read(connection: Connection) -> tuple[Stored, dict[str, Place]]:
        return _visible(connection, session, number), places_of(connection, session.tenant)

    try:
        one, places = await hub.storage.read(read)
    except HubProblem:
        if not told.text or told.bad:
            raise
        return Redirect("/office/service", status_code=303)  # it was given away, and is another store's now
    view, may_read = View(Words(session.language), hub.world.now_ms(), places), session.may(Right.PEOPLE)
    words, shown = view.words, service_view.row(one, view)
    return page(
        "service.html", words, session, title=words("Service request {number}", number=number), page="service", told=told,
        one=shown, order=one.state.request.about.order, article=one.state.request.about.article, source=one.state.state,
        words_of=one.words if may_read else "", customer=one.customer if may_read else "", may_read=may_read,
        steps=service_view.steps(one, view) if session.may(Right.DO_TASKS) else [], is_open=one.state.is_open,
        history=service_view.history(one, view, may_read), stores=stores_to_choose(session, places), deed_id=hub.world.new_id(),
        store=one.state.store, typed={"note": "", **(told.form or {})}, may_do=session.may(Right.DO_TASKS),
    )  # fmt: skip
