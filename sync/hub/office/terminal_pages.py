"""One terminal on the office pages: its board, what waits, what the hub knows beside it, and declaring it lost."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from kiosk.text import Words
from sync.hub import devices, staff
from sync.hub.api.access import HubRequest
from sync.hub.devices import Told as Device
from sync.hub.office.access import AskedDoor, Door
from sync.hub.office.reading import read_desk
from sync.hub.office.rendering import NOTHING, Told, page
from sync.hub.office.views import View
from sync.hub.problems import HubProblem
from sync.hub.readiness import Standing
from sync.hub.roles import Right
from sync.hub.users import OfficeSession
from sync.protocol.signature import device_name

SOON_MS = 60 * 86_400_000
"""A certificate that ends within so long is to be looked at: its terminal should have asked for the next one."""


@dataclass(frozen=True, slots=True)
class Known:
    """Something that the hub knows of a terminal; `state` is empty where nothing is to be looked at."""

    name: str
    text: str
    state: str = ""


@get("/terminal/{dev:str}")
async def terminal(request: HubRequest, door: AskedDoor, dev: FromPath[str]) -> Response[bytes]:
    """One terminal: its board, what waits there, what of it waits here, and when it was last heard."""
    return await _page(door, await door.session(request, Right.TERMINALS), dev, NOTHING)


@post("/terminal/{dev:str}/lost", status_code=200)
async def lose(request: HubRequest, door: AskedDoor, dev: FromPath[str]) -> Response[bytes]:
    """Declare a terminal lost: whoever does it types its place, so that it is the one that is meant, and why."""
    session, form = await door.posted(request, Right.LOSE)
    hub, words, note = door.hub, Words(session.language), form.get("note", "").strip()
    desk = await read_desk(hub, session, dev=dev)
    one = next((one for one in desk.standings if one.dev == dev), None)
    if one is None:
        raise HubProblem("office.terminal")
    if form.get("place", "").strip().upper() != _place(one).upper():
        told = Told(words("Type {place} to say that you mean this one. Nothing was changed.", place=_place(one)), bad=True)
        return await _page(door, session, dev, told)
    if not note:
        return await _page(door, session, dev, Told(words("Write in a few words why."), bad=True))

    def work(connection: Connection) -> None:
        device = devices.find_named(connection, session.tenant, device_name(one.dev, one.inc))
        now_ms = hub.world.now_ms()
        left = devices.lose(connection, device, devices.Who(session.who, now_ms, hub.world.new_id))
        detail = {"terminal": _place(one), "note": note[:300], "written_off": str(len(left))}
        staff.note(connection, session.tenant, session.who, "office.lost", detail, now_ms, hub.world.new_id)

    await hub.storage.run(work)
    hub.devices.forget()
    text = "{place} is lost: it gets nothing any more. What it comes back with one day is taken all the same."
    done = Told(words(text, place=_place(one)))
    return page("done.html", words, session, title=words("Terminals"), page="terminals", told=done)


HANDLERS = [terminal, lose]


async def _page(door: Door, session: OfficeSession, dev: str, told: Told) -> Response[bytes]:
    desk = await read_desk(door.hub, session, dev=dev)
    one = next((one for one in desk.standings if one.dev == dev), None)
    if one is None:
        raise HubProblem("office.terminal")
    known = await door.hub.storage.read(lambda connection: devices.look(connection, session.tenant))
    words, view = desk.view.words, desk.view
    row = view.terminal(one)
    waiting = one.state.waiting if one.state is not None else ()
    return desk.page(
        "terminal.html", "terminals", told, title=f"{row.name}, {row.store}", row=row, board=view.board(one),
        own=[view.waiting(item, one.store) for item in waiting], items=desk.cards(), back=f"/office/terminal/{dev}",
        seen=words("Last heard: {time}", time=row.heard), nothing=words("Nothing of this terminal waits at the hub."),
        known=_known(one, next(told for told in known if (told.dev, told.inc) == (one.dev, one.inc)), view),
        may_lose=session.may(Right.LOSE), may_mend=session.may(Right.HELD), place=_place(one), dev=dev,
    )  # fmt: skip


def _known(one: Standing, device: Device, view: View) -> list[Known]:
    words, zone = view.words, view.place(one.store).zone
    left_ms = device.not_after_ms - view.now_ms
    ends = words("until {time}", time=words.date_time(device.not_after_ms, zone))
    waiting = one.state.waiting_count if one.state is not None else 0
    facts = words("{count}, of which {kept} are kept elsewhere too", count=device.facts, kept=device.durable)
    return [
        Known(words("Version"), one.state.app if one.state is not None else words("Not told yet")),
        Known(words("Facts here"), facts),
        Known(words("Waits at the terminal"), str(waiting), "warn" if waiting else ""),
        Known(words("Certificate"), ends, "stop" if left_ms <= 0 else "warn" if left_ms < SOON_MS else ""),
        Known(words("Receipt series"), str(device.series)),
        Known(words("Device"), device_name(one.dev, one.inc)),
    ]  # fmt: skip


def _place(one: Standing) -> str:
    return f"{one.store}-{one.terminal}"
