"""The office pages for store IT: every terminal by trouble, the exception queue, prices that came out otherwise."""

from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from kiosk.domain.exceptions import MEND
from kiosk.text import Words
from sync.hub import price_report
from sync.hub.api.access import HubRequest
from sync.hub.desk import gravity_of
from sync.hub.held import Scope
from sync.hub.office import price_view
from sync.hub.office.access import AskedDoor, Door, require_store
from sync.hub.office.reading import queue_of, read_desk
from sync.hub.office.rendering import NOTHING, Told, asked
from sync.hub.office.views import field_label, found_by
from sync.hub.problems import HubProblem
from sync.hub.queue import Deed, store_of
from sync.hub.roles import Right
from sync.hub.users import OfficeSession

ROWS_PER_PAGE = 100
_NOT_THERE = ("queue.gone",)


@get("/")
async def terminals(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """Every terminal, the one in most trouble first; by state, and by words of its store and name."""
    session = await door.session(request, Right.TERMINALS)
    wish = asked(request, "state", "find", "page")
    desk = await read_desk(door.hub, session)
    found = found_by(desk.standings, desk.view, wish["find"])
    counts = gravity_of(found, desk.now_ms)
    if wish["state"]:
        found = [one for one in found if one.gravity(desk.now_ms).value == wish["state"]]
    words, view = desk.view.words, desk.view
    at = min(int(wish["page"]) if wish["page"].isascii() and wish["page"].isdigit() else 1, -(-len(found) // ROWS_PER_PAGE) or 1)
    shown = found[(max(at, 1) - 1) * ROWS_PER_PAGE :][:ROWS_PER_PAGE]
    pages = [
        {"number": n, "chosen": n == at, "link": view.link("/office", state=wish["state"], find=wish["find"], page=str(n))}
        for n in range(1, -(-len(found) // ROWS_PER_PAGE) + 1)
    ]
    empty = words("No terminal fits.") if desk.standings else words("No terminal is enrolled yet: toonbank-hub enrol-code.")
    return desk.page(
        "terminals.html", "terminals", title=words("Terminals"), tiles=view.tiles(counts, wish["state"], wish["find"]),
        rows=[view.terminal(one) for one in shown], find=wish["find"], chosen=wish["state"], pages=pages, empty=empty,
        caption=words("{count} terminals, the worst first", count=len(found)),
    )  # fmt: skip


@get("/queue")
async def queue(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """What waits for a person, the oldest first, or what was written off."""
    session = await door.session(request, Right.HELD)
    return await _queue_page(request, door, session, NOTHING)


@post("/queue", status_code=200)
async def act(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """Do something about one thing that waits; a refusal brings back what was typed."""
    session, form = await door.posted(request, Right.HELD)
    hub, words = door.hub, Words(session.language)
    require_store(session, store_of(form.get("id", "")))

    def work(connection: Connection) -> None:
        queue, item, action, patch = queue_of(connection, hub, session.tenant), form.get("id", ""), form.get("action", ""), ""
        if action == MEND:
            patch = queue.patch_for(item, form, form.get("patch", ""))
        queue.act(item, action, Deed(session.who, form.get("note", ""), hub.world.now_ms(), patch))

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
    session, form = await door.posted(request, Right.HELD)
    hub, words = door.hub, Words(session.language)

    def work(connection: Connection) -> tuple[int, int]:
        deed = Deed(session.who, "", hub.world.now_ms())
        stores = [form["store"]] if form.get("store") else list(session.stores) or [""]
        for store in stores:
            require_store(session, store)
        done = [queue_of(connection, hub, session.tenant).retry(Scope(session.tenant, store), deed) for store in stores]
        return sum(one.tried for one in done), sum(one.projected for one in done)

    tried, projected = await hub.storage.run(work)
    text = words("{tried} tried again, {projected} taken in.", tried=tried, projected=projected)
    return await _queue_page(request, door, session, Told(text))


@get("/prices")
async def prices(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """Sales that the hub computed again and that came out otherwise; of a store and a business day, or of all."""
    session = await door.session(request, Right.PRICES)
    wish = asked(request, "store", "day")
    desk = await read_desk(door.hub, session)
    store = wish["store"] if wish["store"] in desk.places and session.sees(wish["store"]) else ""
    report = await door.hub.storage.read(
        lambda connection: price_report.prices(connection, session.tenant, store, wish["day"], ROWS_PER_PAGE)
    )
    words, view = desk.view.words, desk.view
    return desk.page(
        "prices.html", "prices", title=words("Prices computed again"), lead=price_view.lead(report, view),
        notes=price_view.notes(report, view), rows=[price_view.sale_row(one, view) for one in report.items],
        stores=desk.stores(), store=store, day=wish["day"],
        caption=words("{count} sales that differ, the newest first", count=report.differing),
    )  # fmt: skip


HANDLERS = [terminals, queue, act, retry, prices]


async def _queue_page(request: HubRequest, door: Door, session: OfficeSession, told: Told) -> Response[bytes]:
    wish = asked(request, "store", "closed")
    desk = await read_desk(door.hub, session, store=wish["store"], closed=bool(wish["closed"]))
    words = desk.view.words
    lead = words("Everything here waits for a person, an update or what is before it. Nothing of it is lost.")
    if wish["closed"]:
        lead = words("This was written off: it counts for nothing until somebody opens it again.")
    nothing = words("Nothing waits. Everything the terminals told is counted.")
    late = sum(item.waiting.is_late(desk.now_ms) for item in desk.items)
    if late and not wish["closed"]:
        lead = words("{count} things have waited for more than a day. Begin with these.", count=late)
    return desk.page(
        "queue.html", "queue", told, title=words("Held work"), items=desk.cards(told.form), lead=lead, store=wish["store"],
        stores=desk.stores(), closed=bool(wish["closed"]), back="/office/queue",
        nothing=words("Nothing was written off.") if wish["closed"] else nothing,
    )  # fmt: skip


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
