"""One customer on the office pages: what they agree to, when they were in contact, what they asked for. Each look is in the log."""

from dataclasses import dataclass

from litestar import Response, get, post
from sqlalchemy import Connection

from kiosk.domain.consents import FILE, OFFICE, TILL, Consent, standing
from kiosk.domain.customer import CONSENTS, Customer
from kiosk.text import Words
from sync.hub import agreeing, contacts, services, staff
from sync.hub.api.access import HubRequest
from sync.hub.contacts import Contact
from sync.hub.office import service_view, service_words
from sync.hub.office.access import AskedDoor, Door
from sync.hub.office.reading import places_of
from sync.hub.office.rendering import NOTHING, Told, page
from sync.hub.office.service_view import ServiceRow
from sync.hub.office.views import Place, View
from sync.hub.problems import HubProblem
from sync.hub.roles import Right
from sync.hub.services import Stored, Wanted
from sync.hub.users import OfficeSession

NUMBER_MAX = 40
SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class PurposeView:
    """What somebody agrees to: `since` is when it was said, `source` who heard it."""

    code: str
    name: str
    given: bool
    since: str
    source: str


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact in words."""

    subject: str
    words: str
    about: str
    at: str
    channel: str


@dataclass(frozen=True, slots=True)
class _Read:
    places: dict[str, Place]
    one: Customer
    stores: tuple[str, ...]
    words: list[Consent]
    contacts: list[Contact]
    requests: list[Stored]


@get("/customers")
async def customer_form(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """Where the number of a customer is typed: it is in no address, so no log of addresses has it."""
    session = await door.session(request, Right.PEOPLE)
    return _form(session, "", NOTHING)


@post("/customers", status_code=200)
async def customer_page(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """A customer by the number of the card; that somebody looked is kept in the log."""
    session, form = await door.posted(request, Right.PEOPLE)
    return await _page(door, session, form.get("number", ""), NOTHING)


@post("/customers/withdraw", status_code=200)
async def withdraw(request: HubRequest, door: AskedDoor) -> Response[bytes]:
    """A customer says that they do not agree any more."""
    session, form = await door.posted(request, Right.DO_TASKS)
    hub, words, number = door.hub, Words(session.language), _number(form.get("number", ""))
    if not session.may(Right.PEOPLE):
        raise HubProblem("office.right")

    def work(connection: Connection) -> None:
        _visible(connection, session, number)
        now_ms, purpose = hub.world.now_ms(), form.get("purpose", "")[:NUMBER_MAX]
        word = Consent(f"office/{hub.world.new_id()}", purpose, False, now_ms, "", OFFICE, by=session.who, known_ms=now_ms)
        agreeing.agree(connection, session.tenant, number, word)
        detail = {"subject": number, "purpose": purpose}
        staff.note(connection, session.tenant, session.who, "consent.withdrawn", detail, now_ms, hub.world.new_id)

    try:
        await hub.storage.run(work)
    except HubProblem as problem:
        if problem.code != "shop.none":
            raise
        return _form(session, number, Told(words("No customer of your stores has this number."), bad=True))
    return await _page(door, session, number, Told(words("Withdrawn. The tills and the web shop know it.")))


HANDLERS = [customer_form, customer_page, withdraw]


def _number(typed: str) -> str:
    return "".join(typed.split()).upper()[:NUMBER_MAX]


def _visible(connection: Connection, session: OfficeSession, number: str) -> tuple[Customer, tuple[str, ...]]:
    """A customer of somebody's stores. Raises HubProblem for any other, as for one that there is not."""
    found = agreeing.known(connection, session.tenant, number)
    if found is None or not any(session.sees(store) for store in found[1]):
        raise HubProblem("shop.none", what="customer", id=number[:60])
    return found


def _form(session: OfficeSession, number: str, told: Told) -> Response[bytes]:
    words = Words(session.language)
    return page(
        "customer.html", words, session, title=words("Customers"), page="customers", told=told, number=number, one=None,
        stores="", purposes=[], contacts=[], requests=[], may_do=False,
    )  # fmt: skip


async def _page(door: Door, session: OfficeSession, typed: str, told: Told) -> Response[bytes]:
    hub, number, words = door.hub, _number(typed), Words(session.language)

    def read(connection: Connection) -> _Read:
        one, stores = _visible(connection, session, number)
        staff.note(
            connection, session.tenant, session.who, "people.seen", {"customer": number}, hub.world.now_ms(), hub.world.new_id
        )
        return _Read(
            places_of(connection, session.tenant), one, stores, agreeing.history(connection, session.tenant, one, stores),
            contacts.listed(connection, session.tenant, number, SHOWN_MAX),
            services.listed(connection, session.tenant, Wanted(customer=number, stores=session.stores), SHOWN_MAX),
        )  # fmt: skip

    try:
        found = await hub.storage.run(read)
    except HubProblem as problem:
        if problem.code != "shop.none":
            raise
        return _form(session, typed[:NUMBER_MAX], Told(words("No customer of your stores has this number."), bad=True))
    view = View(words, hub.world.now_ms(), found.places)
    requests: list[ServiceRow] = [service_view.row(one, view) for one in found.requests]
    return page(
        "customer.html", words, session, title=words("Customer {number}", number=number), page="customers", told=told,
        number=number, one=found.one, stores=", ".join(view.place(store).name for store in found.stores),
        purposes=_purposes(found, view), contacts=[_contact(one, view, found.stores) for one in found.contacts],
        requests=requests, may_do=session.may(Right.DO_TASKS),
    )  # fmt: skip


def _purposes(found: _Read, view: View) -> list[PurposeView]:
    words, stands, place = view.words, standing(found.words), view.place(found.stores[0])
    sources, names = service_words.sources(words), service_words.purposes(words)
    shown = []
    for purpose in CONSENTS:
        one = stands.get(purpose)
        since = _since(one, view, place.zone) if one is not None else ""
        said = " · ".join(part for part in (sources.get(one.source, ""), one.place, one.text) if part) if one is not None else ""
        shown.append(PurposeView(purpose, names[purpose], one is not None and one.given, since, said))
    return shown


def _since(one: Consent, view: View, zone: str) -> str:
    """When something was said: tills and files know the day only, and one that is no day has no beginning."""
    is_day = one.source in (FILE, TILL) and one.day and one.at_ms
    return view.words.date(one.day) if is_day else view.words.date_time(one.at_ms, zone)


def _contact(one: Contact, view: View, stores: tuple[str, ...]) -> ContactView:
    words, zone = view.words, view.place(stores[0]).zone
    about = f"{service_words.abouts(words)[one.about]} {one.about_id}" if one.about else ""
    return ContactView(
        one.subject, one.words, about, words.date_time(one.at_ms, zone), service_words.channels(words)[one.channel]
    )
