"""Orders on the office pages: a list to look through, one order, whom it is for, and what head office decides about it."""

import datetime
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.domain.order import CHANNELS
from kiosk.domain.orderlife import STATES
from kiosk.domain.quantity import ONE
from kiosk.text import Words
from sync.hub import order_addresses, order_decisions, order_lists, order_signatures, orders, staff
from sync.hub.api.access import HubRequest
from sync.hub.core import Hub
from sync.hub.office import order_view, order_words, task_list
from sync.hub.office.access import AskedDoor, Door
from sync.hub.office.order_view import Person, right_for
from sync.hub.office.reading import places_of, stores_to_choose
from sync.hub.office.rendering import NOTHING, Told, asked, page
from sync.hub.office.views import Place, View
from sync.hub.order_decisions import DEED_MAX, DEEDS, GIVE, Wish
from sync.hub.order_lists import PAGE, Row, Wanted
from sync.hub.order_rows import Stored
from sync.hub.order_signatures import Shown
from sync.hub.orders import Made
from sync.hub.problems import HubProblem
from sync.hub.roles import Right
from sync.hub.users import OfficeSession

NAMED_MAX = 100
_FENCE_DIGITS = 18
_NOTHING_TYPED = {"part": "", "quantity": "", "note": "", "place": ""}


@get("/orders")
async def order_list(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """Orders, the newest first; a number, code or id that means one order opens it."""
    session = await door.session(request, Right.ORDERS)
    wish = asked(request, "find", "state", "store", "channel", "from", "to", "all", "before")

    def read(connection: Connection) -> tuple[dict[str, Place], list[Row], int]:
        places = places_of(connection, session.tenant)
        ids = orders.lookup(connection, session.tenant, wish["find"].strip()) if wish["find"].strip() else None
        wanted = _wanted(session, wish, places, ids)
        return places, order_lists.listed(connection, session.tenant, wanted, PAGE + 1), door.hub.world.now_ms()

    places, rows, now_ms = await door.hub.storage.read(read)
    if wish["find"] and len(rows) == 1:
        return Redirect(f"/office/order/{rows[0].id}", status_code=303)
    return _list_page(session, View(Words(session.language), now_ms, places), wish, rows)


@post("/orders/named", status_code=200)
async def named(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """Orders for people of a name. The name is in no address and in no log; that somebody looked is in the journal."""
    session, form = await door.posted(request, Right.PEOPLE)
    hub, name = door.hub, form.get("name", "")[:80]

    def work(connection: Connection) -> tuple[dict[str, Place], list[Row], int]:
        places, now_ms = places_of(connection, session.tenant), hub.world.now_ms()
        ids = order_addresses.named(connection, session.tenant, name, NAMED_MAX)
        rows = order_lists.listed(connection, session.tenant, Wanted(session.stores, ids=ids), NAMED_MAX)
        detail = {"found": str(len(rows))}
        staff.note(connection, session.tenant, session.who, "people.looked_for", detail, now_ms, hub.world.new_id)
        return places, rows, now_ms

    places, rows, now_ms = await hub.storage.run(work)
    view = View(Words(session.language), now_ms, places)
    few = view.words("Type at least {count} letters of the name.", count=order_addresses.NAMES_MIN)
    told = Told(few, bad=True) if len(name.strip()) < order_addresses.NAMES_MIN else NOTHING
    return _list_page(session, view, dict.fromkeys(("find", "state", "store", "channel", "from", "to", "all", "before"), ""),
                      rows, told, name)  # fmt: skip


@get("/order/{order:str}")
async def order_page(request: HubRequest, door: AskedDoor, order: FromPath[str]) -> Response[bytes]:
    """One order: its lines and where they are, its money, its tasks, what happened."""
    session = await door.session(request, Right.ORDERS)
    return await _order_page(door, session, order)


@post("/order/{order:str}/person", status_code=200)
async def person(request: HubRequest, door: AskedDoor, order: FromPath[str]) -> Response[bytes]:
    """Whom an order is for and how they signed; that somebody looked is kept in the journal, not what they saw."""
    session, _ = await door.posted(request, Right.PEOPLE)
    hub = door.hub

    def work(connection: Connection) -> tuple[list[Person], list[Shown]]:
        there = _visible(connection, session, order)
        assert there.known.state is not None, "it was placed"
        detail = {"order": there.known.state.order.number, "id": order}
        staff.note(connection, session.tenant, session.who, "people.seen", detail, hub.world.now_ms(), hub.world.new_id)
        found = order_addresses.of_orders(connection, session.tenant, [order]).get(order, {})
        return order_view.person(found), order_signatures.of_order(connection, session.tenant, order)

    people, signed = await hub.storage.run(work)
    return await _order_page(door, session, order, people=people, signed=signed)


@post("/order/{order:str}", status_code=200)
async def decide(request: HubRequest, door: AskedDoor, order: FromPath[str]) -> Response[bytes]:
    """Decide something about a part of an order."""
    session, form = await door.posted(request, Right.ORDERS)
    hub, words, deed = door.hub, Words(session.language), form.get("deed", "")
    if deed not in DEEDS or not session.may(right_for(deed)):
        raise HubProblem("office.right")

    def work(connection: Connection) -> Stored:
        _visible(connection, session, order)
        made = Made(hub.world.now_ms(), hub.world.new_id)
        return order_decisions.decide(connection, session.tenant, _wish(order, form), session.who, made, hub.storage.epoch)

    try:
        await hub.storage.run(work)
    except HubProblem as problem:
        if problem.code == "order.unknown":
            raise
        return await _order_page(door, session, order, Told(_refusal(problem, words), bad=True, form=form))
    return await _order_page(door, session, order, Told(words("Done: {action}.", action=order_words.deeds(words)[deed])))


HANDLERS = [order_list, named, order_page, person, decide]


def _wanted(session: OfficeSession, wish: Mapping[str, str], places: Mapping[str, Place], ids: list[str] | None) -> Wanted:
    store = wish["store"] if wish["store"] in places and session.sees(wish["store"]) else ""
    zone = places[store].zone if store else next((place.zone for place in places.values()), "UTC")
    placed, _, last = wish["before"].partition("/")
    return Wanted(
        (store,) if store else session.stores, wish["state"] if wish["state"] in STATES else "",
        wish["channel"] if wish["channel"] in CHANNELS else "", day_ms(wish["from"], zone), day_ms(wish["to"], zone, after=1),
        not wish["all"] and ids is None and not wish["state"], ids,
        (int(placed), last) if placed.isascii() and placed.isdigit() and len(placed) <= _FENCE_DIGITS else None,
    )  # fmt: skip


def day_ms(day: str, zone: str, after: int = 0) -> int:
    """When a day (YYYY-MM-DD) begins in a time zone, so many days later, in ms; 0 for what is no day.

    >>> day_ms("2026-11-22", "Europe/Amsterdam"), day_ms("x", "UTC")
    (1795302000000, 0)
    """
    try:
        begins = datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(), zoneinfo.ZoneInfo(zone))
        return int((begins + datetime.timedelta(days=after)).timestamp()) * 1000
    except (ValueError, OverflowError):
        return 0


def _list_page(
    session: OfficeSession, view: View, wish: Mapping[str, str], rows: list[Row], told: Told = NOTHING, name: str = ""
) -> Response[bytes]:
    words, shown = view.words, rows if name else rows[:PAGE]
    asked_for = {key: value for key, value in wish.items() if key != "before"}
    last = shown[-1] if len(rows) > len(shown) else None
    more = view.link("/office/orders", **asked_for, before=f"{last.placed_ms}/{last.id}") if last else ""
    narrowed = any(wish[key] for key in ("find", "state", "store", "channel", "from", "to")) or name
    empty = words("No order fits.") if narrowed else words("No order is open.")
    return page(
        "orders.html", words, session, title=words("Orders"), page="orders", told=told, wish=wish, name=name, more=more,
        rows=order_view.items(shown, view), stores=stores_to_choose(session, view.places), empty=empty,
        states=list(order_words.states(words).items()), channels=list(order_words.channels(words).items()),
        may_name=session.may(Right.PEOPLE), narrowed=bool(narrowed or wish["all"] or wish["before"]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    places: dict[str, Place]
    order: Stored
    tasks: list[task_list.TaskRow]


async def _order_page(
    door: Door, session: OfficeSession, order: str, told: Told = NOTHING, people: list[Person] | None = None,
    signed: Sequence[Shown] = (),
) -> Response[bytes]:  # fmt: skip
    hub: Hub = door.hub

    def read(connection: Connection) -> _Read:
        there = _visible(connection, session, order)
        return _Read(places_of(connection, session.tenant), there, task_list.of_order(connection, session.tenant, there))

    found = await hub.storage.read(read)
    state = found.order.known.state
    assert state is not None, "it was placed"
    view = View(Words(session.language), hub.world.now_ms(), found.places)
    words, names = view.words, order_words.states(view.words)
    choose = [(store, place.name) for store, place in found.places.items()]
    return page(
        "order.html", words, session, title=words("Order {order}", order=state.order.number), page="orders", told=told,
        order=state.order.id, shown=names[found.order.shown], kind=order_view.kind_of(found.order.shown),
        lines=order_view.lines(state, view, session, choose), money=order_view.money(found.order, words),
        history=order_view.history(state, view), tasks=task_list.cards(found.tasks, view, session), people=people,
        may_see=session.may(Right.PEOPLE), code=found.order.code if people is not None else "", back=f"/office/order/{order}",
        signed=order_view.signed_text(found.order, words), signatures=order_view.signatures(signed, state, view),
        deed_id=hub.world.new_id(), typed={**_NOTHING_TYPED, **(told.form or {})}, stuck=found.order.stuck,
    )  # fmt: skip


def _visible(connection: Connection, session: OfficeSession, order: str) -> Stored:
    """An order that concerns somebody. Raises HubProblem for any other, as for one that there is not."""
    there = orders.find(connection, session.tenant, order)
    if there is None or there.known.state is None:
        raise HubProblem("order.unknown", text=order[:60])
    if session.stores and not {there.known.state.order.store, *there.told} & set(session.stores):
        raise HubProblem("order.unknown", text=order[:60])
    return there


def _wish(order: str, form: Mapping[str, str]) -> Wish:
    """What a form asks for. Raises HubProblem for numbers that are none."""
    line, fence = form.get("line", ""), form.get("fence", "")
    if not (_is_number(line) and _is_number(fence.removeprefix("-")) and 0 < len(form.get("id", "")) <= DEED_MAX):
        raise HubProblem("order.quantity")
    place = form.get("place", "") if form["deed"] == GIVE else ""
    milli = read_milli(form.get("quantity", ""))
    return Wish(
        form["id"], order, int(line), int(fence), form.get("state", "")[:40], milli, form["deed"], form.get("note", ""), place
    )


def read_milli(typed: str) -> int:
    """A quantity as people type it, in thousandths; 0 for what is none.

    >>> read_milli("2"), read_milli("0,5"), read_milli("two")
    (2000, 500, 0)
    """
    whole, _, rest = typed.strip().replace(",", ".").partition(".")
    if not _is_number(whole) or (rest and not _is_number(rest)) or len(rest) > 3:
        return 0
    return int(whole) * ONE + int(rest.ljust(3, "0"))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _FENCE_DIGITS


def _refusal(problem: HubProblem, words: Words) -> str:
    values: dict[str, Any] = dict(problem.values)
    if problem.code == "reservation.refused":
        free = words.quantity(max(0, int(values["free_milli"])), "piece")
        return words("{place} has {quantity} free. Choose another place, or give it less.", place=values["store"], quantity=free)
    texts = {
        "queue.note": words("Write in a few words why."),
        "order.changed": words("The order stands otherwise by now. Look at it again; nothing was changed."),
        "order.quantity": words("Give a quantity above 0, whole for pieces. Nothing was changed."),
        "order.there": words("That place has it already. Choose another one."),
        "hub.recovering": words("The hub was restored and gives nothing out until its terminals told what they hold."),
    }
    return texts.get(problem.code, problem.detail)
