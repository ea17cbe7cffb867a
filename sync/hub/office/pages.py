"""The office pages for store IT: every terminal by trouble, one terminal, and the exception queue. HTML, no script."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.domain.exceptions import MEND
from kiosk.text import LANGUAGES, Words
from sync.hub import price_report, readiness
from sync.hub.api.access import HubRequest
from sync.hub.core import Hub
from sync.hub.desk import gravity_of
from sync.hub.held import Scope
from sync.hub.mending import Field
from sync.hub.office import price_view
from sync.hub.office.access import COOKIE, Door, NotSignedIn, Wrong, language_of
from sync.hub.office.views import ItemCard, Place, View, field_label, found_by
from sync.hub.places import stores_of
from sync.hub.problems import HubProblem
from sync.hub.queue import Deed, Item, Queue
from sync.hub.readiness import Standing
from sync.hub.users import OfficeSession

HERE = Path(__file__).parent
ROWS_PER_PAGE = 100
ITEMS_SHOWN_MAX = 200
FIND_MAX = 80
_NAMES = {"nl": "Nederlands", "en": "English"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_NOT_THERE = ("queue.gone",)
_templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
AskedDoor = NamedDependency[Door]


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of what was just done, and what was typed when it was refused."""

    text: str = ""
    bad: bool = False
    form: Mapping[str, str] | None = None


NOTHING = Told()


def make_office(door: Provide) -> Router:
    """The pages of the hub behind a door. Nobody sees any of them without signing in."""

    def away(request: Request[Any, Any, Any], _: NotSignedIn) -> Response[Any]:
        return Redirect("/office/login", status_code=303)

    def refused(request: Request[Any, Any, Any], problem: HubProblem) -> Response[bytes]:
        words = Words(language_of(request))
        title = words("That did not work")
        return page("problem.html", words, None, title=title, detail=problem.detail, code=problem.code, status=problem.status)

    return Router(
        "/office",
        route_handlers=[sheet, login_page, sign_in, sign_out, speak, terminals, terminal, queue, act, retry, prices],
        dependencies={"door": door},
        exception_handlers={NotSignedIn: away, HubProblem: refused},
        include_in_schema=False,
    )


@get("/office.css", sync_to_thread=False)
def sheet() -> Response[bytes]:
    """The one style sheet; it holds nothing that anybody may not see."""
    return Response((HERE / "office.css").read_bytes(), media_type="text/css", headers={"Cache-Control": "max-age=300"})


@get("/login", sync_to_thread=False)
def login_page(request: HubRequest) -> Response[bytes]:
    """Where people sign in."""
    words = Words(language_of(request))
    return page("login.html", words, None, title=words("Sign in"))


@post("/login", status_code=303)
async def sign_in(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """A name and a password."""
    try:
        cookie = await door.sign_in(request)
    except Wrong as wrong:
        words = Words(language_of(request))
        text = words("That name and password do not belong together. Try again.")
        if wrong.wait_s:
            text = words("Too many tries. Wait {seconds} seconds, then try again.", seconds=wrong.wait_s)
        return page("login.html", words, None, told=Told(text, bad=True), title=words("Sign in"), status=403)
    return Redirect("/office", status_code=303, cookies=[cookie])


@post("/logout", status_code=303)
async def sign_out(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """End the session."""
    await door.sign_out(request)
    answer = Redirect("/office/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/office")
    return answer


@post("/language", status_code=303)
async def speak(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """Have the pages in another language."""
    await door.speak(request)
    return Redirect("/office", status_code=303)


@get("/")
async def terminals(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """Every terminal, the one in most trouble first; by state, and by words of its store and name."""
    session = await door.session(request)
    asked = _asked(request, "state", "find", "page")
    desk = await _desk(door.hub, session)
    found = found_by(desk.standings, desk.view, asked["find"])
    counts = gravity_of(found, desk.now_ms)
    if asked["state"]:
        found = [one for one in found if one.gravity(desk.now_ms).value == asked["state"]]
    words, view = desk.view.words, desk.view
    at = min(int(asked["page"]) if asked["page"].isascii() and asked["page"].isdigit() else 1, -(-len(found) // ROWS_PER_PAGE) or 1)
    shown = found[(max(at, 1) - 1) * ROWS_PER_PAGE :][:ROWS_PER_PAGE]
    pages = [
        {"number": n, "chosen": n == at, "link": view.link("/office", state=asked["state"], find=asked["find"], page=str(n))}
        for n in range(1, -(-len(found) // ROWS_PER_PAGE) + 1)
    ]
    empty = words("No terminal fits.") if desk.standings else words("No terminal is enrolled yet: toonbank-hub enrol-code.")
    return desk.page(
        "terminals.html", "terminals", title=words("Terminals"), tiles=view.tiles(counts, asked["state"], asked["find"]),
        rows=[view.terminal(one) for one in shown], find=asked["find"], chosen=asked["state"], pages=pages, empty=empty,
        caption=words("{count} terminals, the worst first", count=len(found)),
    )  # fmt: skip


@get("/terminal/{dev:str}")
async def terminal(request: HubRequest, door: AskedDoor, dev: FromPath[str]) -> Response[bytes]:
    """One terminal: its board, what waits there, what of it waits here, and when it was last heard."""
    session = await door.session(request)
    desk = await _desk(door.hub, session, dev=dev)
    one = next((one for one in desk.standings if one.dev == dev), None)
    if one is None:
        raise HubProblem("office.terminal")
    words, view = desk.view.words, desk.view
    row = view.terminal(one)
    told = one.state.waiting if one.state is not None else ()
    return desk.page(
        "terminal.html", "terminals", title=f"{row.name}, {row.store}", row=row, board=view.board(one),
        own=[view.waiting(waiting, one.store) for waiting in told], items=desk.cards(), back=f"/office/terminal/{dev}",
        seen=words("Last heard: {time}", time=row.heard), nothing=words("Nothing of this terminal waits at the hub."),
    )  # fmt: skip


@get("/queue")
async def queue(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """What waits for a person, the oldest first, or what was written off."""
    session = await door.session(request)
    return await _queue_page(request, door, session, NOTHING)


@post("/queue", status_code=200)
async def act(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """Do something about one thing that waits; a refusal brings back what was typed."""
    session, form = await door.posted(request)
    hub, words = door.hub, Words(session.language)

    def work(connection: Connection) -> None:
        queue, item, action, patch = _queue(connection, hub, session.tenant), form.get("id", ""), form.get("action", ""), ""
        if action == MEND:
            patch = queue.patch_for(item, form, form.get("patch", ""))
        queue.act(item, action, Deed(f"office:{session.name}", form.get("note", ""), hub.world.now_ms(), patch))

    try:
        await hub.storage.run(work)
    except HubProblem as problem:
        told = Told(_refusal(problem, words), bad=True, form=None if problem.code in _NOT_THERE else form)
    else:
        told = Told(words("Done: {action}.", action=words.sentence(f"action.{form['action']}")))
    return await _queue_page(request, door, session, told)


@post("/retry", status_code=200)
async def retry(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """Try everything again that a fix may have mended."""
    session, form = await door.posted(request)
    hub, words = door.hub, Words(session.language)

    def work(connection: Connection) -> tuple[int, int]:
        deed = Deed(f"office:{session.name}", "", hub.world.now_ms())
        done = _queue(connection, hub, session.tenant).retry(Scope(session.tenant, form.get("store", "")), deed)
        return done.tried, done.projected

    tried, projected = await hub.storage.run(work)
    text = words("{tried} tried again, {projected} taken in.", tried=tried, projected=projected)
    return await _queue_page(request, door, session, Told(text))


@get("/prices")
async def prices(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """Sales that the hub computed again and that came out otherwise; of a store and a business day, or of all."""
    session = await door.session(request)
    asked = _asked(request, "store", "day")
    desk = await _desk(door.hub, session)
    store = asked["store"] if asked["store"] in desk.places else ""
    report = await door.hub.storage.read(
        lambda connection: price_report.prices(connection, session.tenant, store, asked["day"], ROWS_PER_PAGE)
    )
    words, view = desk.view.words, desk.view
    return desk.page(
        "prices.html", "prices", title=words("Prices computed again"), lead=price_view.lead(report, view),
        notes=price_view.notes(report, view), rows=[price_view.sale_row(one, view) for one in report.items],
        stores=desk.stores(), store=store, day=asked["day"],
        caption=words("{count} sales that differ, the newest first", count=report.differing),
    )  # fmt: skip


async def _queue_page(request: HubRequest, door: Door, session: OfficeSession, told: Told) -> Response[bytes]:
    asked = _asked(request, "store", "closed")
    desk = await _desk(door.hub, session, store=asked["store"], closed=bool(asked["closed"]))
    words = desk.view.words
    lead = words("Everything here waits for a person, an update or what is before it. Nothing of it is lost.")
    if asked["closed"]:
        lead = words("This was written off: it counts for nothing until somebody opens it again.")
    nothing = words("Nothing waits. Everything the terminals told is counted.")
    late = sum(item.waiting.is_late(desk.now_ms) for item in desk.items)
    if late and not asked["closed"]:
        lead = words("{count} things have waited for more than a day. Begin with these.", count=late)
    return desk.page(
        "queue.html", "queue", told, title=words("Held work"), items=desk.cards(told.form), lead=lead, store=asked["store"],
        stores=desk.stores(), closed=bool(asked["closed"]), back="/office/queue",
        nothing=words("Nothing was written off.") if asked["closed"] else nothing,
    )  # fmt: skip


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
        return [(store, f"{place.name} ({store})" if place.name != store else store) for store, place in self.places.items()]


async def _desk(hub: Hub, session: OfficeSession, store: str = "", dev: str = "", closed: bool = False) -> Desk:
    """Read what a page shows in one transaction: of the tenant whose user asks, whatever the address says."""
    now_ms, tenant = hub.world.now_ms(), session.tenant

    def read(connection: Connection) -> Desk:
        names = readiness.store_names(connection, tenant)
        places = {
            store_id: Place(names.get(store_id, store_id), place["zone"], place["currency"])
            for store_id, place in stores_of(connection, tenant).items()
        }
        queue = _queue(connection, hub, tenant)
        everything = queue.items()
        items = [one for one in everything if store in ("", one.store) and dev in ("", one.dev)]
        items = queue.closed(store) if closed else items
        shown = items[:ITEMS_SHOWN_MAX]
        bodies = {one.waiting.id: queue.body(one.waiting.id) for one in shown}
        fields = {one.waiting.id: queue.fields(one) for one in shown}
        standings = readiness.by_trouble(readiness.standings(connection, tenant), now_ms)
        view = View(Words(session.language), now_ms, places)
        return Desk(session, view, now_ms, places, standings, items, bodies, fields, len(everything))

    return await hub.storage.run(read)


def _queue(connection: Connection, hub: Hub, tenant: str) -> Queue:
    return Queue(connection, tenant, hub.settings.plausible, hub.world.new_id)


def page(
    template: str,
    words: Words,
    session: OfficeSession | None,
    *,
    title: str,
    told: Told = NOTHING,
    status: int = 200,
    **values: Any,
) -> Response[bytes]:
    """A finished page."""
    values = {"page": "", "waiting_count": 0, "hidden": [], **values}
    html = _templates.get_template(template).render(
        say=words, language=words.language, languages=[(code, _NAMES[code]) for code in LANGUAGES], session=session, title=title,
        message=told.text, message_bad=told.bad, **values,
    )  # fmt: skip
    return Response(html.encode(), media_type="text/html; charset=utf-8", status_code=status, headers=_HEADERS)


def _asked(request: HubRequest, *names: str) -> dict[str, str]:
    return {name: request.query_params.get(name, "")[:FIND_MAX] for name in names}


def _refusal(problem: HubProblem, words: Words) -> str:
    """Why something could not be done, in the language of the page where we have it."""
    codes = {"queue.gone": "exception.gone", "queue.not_possible": "exception.not_possible", "queue.note": "exception.note"}
    if problem.code in codes:
        return words.sentence(codes[problem.code])
    if problem.code == "queue.patch":
        return words('Change a field or write the parts that are to be another as JSON, such as {"deposit": 0}.')
    if problem.code == "queue.field":
        what, _, line = str(problem.values["field"]).partition(" ")
        label = field_label(words, what, int(line or 0))
        return words("{field}: {value} cannot be. Nothing was changed.", field=label, value=problem.values["value"])
    return problem.detail
