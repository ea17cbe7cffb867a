"""Tasks on the office pages: what is open in the stores of whoever asks, the oldest first, and closing one with a note."""

from litestar import Response, get, post
from sqlalchemy import Connection

from kiosk.domain.exceptions import TASK, WRITE_OFF
from kiosk.text import Words
from sync.hub.api.access import HubRequest
from sync.hub.office import task_list
from sync.hub.office.access import AskedDoor, Door, require_store
from sync.hub.office.reading import places_of, queue_of, stores_to_choose
from sync.hub.office.rendering import NOTHING, Told, asked, page
from sync.hub.office.task_list import KINDS, MONEY, ORDERS, PAGE, REST, STOCK, TaskRow
from sync.hub.office.views import Place, View
from sync.hub.problems import HubProblem
from sync.hub.queue import Deed, store_of
from sync.hub.roles import Right
from sync.hub.users import OfficeSession


@get("/tasks")
async def open_tasks(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """What waits for a person."""
    return await _page(request, door, await door.session(request, Right.TASKS), NOTHING)


@post("/tasks", status_code=200)
async def close(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """Close a task that was done."""
    session, form = await door.posted(request, Right.DO_TASKS)
    hub, words, item = door.hub, Words(session.language), form.get("id", "")
    require_store(session, store_of(item))

    def work(connection: Connection) -> None:
        if not item.startswith(f"{TASK}:"):
            raise HubProblem("queue.gone", id=item[:120])
        deed = Deed(session.who, form.get("note", ""), hub.world.now_ms())
        queue_of(connection, hub, session.tenant).act(item, WRITE_OFF, deed)

    try:
        await hub.storage.run(work)
    except HubProblem as problem:
        codes = {"queue.gone": "exception.gone", "queue.note": "exception.note"}
        told = Told(words.sentence(codes[problem.code]) if problem.code in codes else problem.detail, bad=True)
    else:
        told = Told(words("The task is closed."))
    return await _page(request, door, session, told)


HANDLERS = [open_tasks, close]


async def _page(request: HubRequest, door: Door, session: OfficeSession, told: Told) -> Response[bytes]:
    wish = asked(request, "store", "about", "after")
    store = wish["store"] if session.sees(wish["store"]) else ""
    about = wish["about"] if wish["about"] in (*KINDS, REST) else ""
    at, _, last = wish["after"].partition("/")
    after = (int(at), last) if at.isascii() and at.isdigit() and len(at) < 18 else None

    def read(connection: Connection) -> tuple[dict[str, Place], list[TaskRow], int]:
        places = places_of(connection, session.tenant)
        here = store if store in places else ""
        rows = task_list.open_tasks(connection, session, here, about, after)
        return places, rows, task_list.count(connection, session, here, about)

    places, rows, count = await door.hub.storage.read(read)
    view = View(Words(session.language), door.hub.world.now_ms(), places)
    words, shown = view.words, rows[:PAGE]
    more = ""
    if len(rows) > PAGE:
        more = view.link("/office/tasks", store=store, about=about, after=f"{shown[-1].at_ms}/{shown[-1].id}")
    lead = words("1 task is open.") if count == 1 else words("{count} tasks are open, the oldest first.", count=count)
    return page(
        "tasks.html", words, session, title=words("Tasks"), page="tasks", told=told, tasks=task_list.cards(shown, view, session),
        stores=stores_to_choose(session, places), store=store, about=about, more=more, lead=lead if count else "",
        nothing=words("Nothing is to be done."),
        abouts=[
            ("", words("Everything")), (ORDERS, words("Orders")), (STOCK, words("Stock")), (MONEY, words("Money and shifts")),
            (REST, words("Anything else")),
        ],
    )  # fmt: skip
