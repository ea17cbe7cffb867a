"""`/shop/v1/customers/{customer}/contacts`: a customer was in contact, wherever it was."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from sync.hub import contacts
from sync.hub.api.access import AskedHub, HubRequest, body_of, json_from
from sync.hub.contacts import ABOUT, CHANNELS, Contact
from sync.hub.problems import HubProblem
from sync.hub.shop import consenting, events, scopes, standing
from sync.hub.shop.access import Caller, require
from sync.hub.shop.answers import LIMIT, limit_of, read_cursor, spelled, tagged
from sync.hub.shop.carevalues import ContactMoment, ContactPage, WantedContact
from sync.hub.shop.events import Happened
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.writes import once_for

SUBJECT_MAX, WORDS_MAX, NAME_MAX = 200, 4_000, 100


@post("/shop/v1/customers/{customer:str}/contacts", status_code=200, summary="A customer was in contact")
async def note_contact(request: HubRequest, hub: AskedHub, caller: Caller, customer: FromPath[str]) -> ContactMoment:
    """Body WantedContact; takes an Idempotency-Key. ContactMoment. Scope contacts:write."""
    require(caller, scopes.CONTACTS_WRITE)
    body, now_ms, id = await body_of(request), hub.world.now_ms(), hub.world.new_id()
    wanted = json_from(body, WantedContact)
    check(wanted, now_ms)

    def make(connection: Connection) -> bytes:
        consenting.find(connection, caller, customer)
        _check_about(connection, caller, wanted)
        made = Contact(
            id, customer, caller.brand, caller.country, wanted.channel, wanted.at_ms or now_ms, wanted.subject.strip(),
            wanted.words, wanted.about, wanted.about_id, caller.name, now_ms,
        )  # fmt: skip
        contacts.keep(connection, caller.tenant, made)
        events.note(connection, caller.tenant, [Happened(caller.brand, events.CONTACT_NOTED, customer, {"contact": id})], now_ms)
        return id.encode()  # and nothing personal: answers are kept for longer than customers may be

    made = (await once_for(request, hub, caller, f"customers/{customer}/contacts", body, make)).decode()
    found = await hub.storage.read(lambda connection: contacts.find(connection, caller.tenant, made))
    if found is None:  # they were forgotten since
        raise HubProblem("shop.none", what="customer", id=customer[:60])
    return told(found)


@get("/shop/v1/customers/{customer:str}/contacts", summary="When a customer was in contact, the newest first")
async def read_contacts(
    request: HubRequest, hub: AskedHub, caller: Caller, customer: FromPath[str], cursor: FromQuery[str] = "",
    limit: FromQuery[int] = LIMIT,
) -> Response[ContactPage]:  # fmt: skip
    """ContactPage of what the brand's own keys noted. Scope contacts:read."""
    require(caller, scopes.CONTACTS_READ)
    count = limit_of(limit)
    parts = read_cursor(cursor, int, str) if cursor else None
    before = (parts[0], parts[1]) if parts is not None else None

    def read(connection: Connection) -> list[Contact]:
        consenting.find(connection, caller, customer)
        place = (caller.brand, caller.country)
        return contacts.listed(connection, caller.tenant, customer, count + 1, place, before)

    found = await hub.storage.read(read)
    last = found[count - 1] if len(found) > count else None
    return tagged(request, ContactPage([told(one) for one in found[:count]], spelled(last.at_ms, last.id) if last else ""))


def check(wanted: WantedContact, now_ms: int) -> None:
    """Raise HubProblem for a contact that cannot be."""
    if wanted.channel not in CHANNELS:
        raise _wrong("channel", wanted.channel, f"one of {', '.join(CHANNELS)}")
    if not 0 < len(wanted.subject.strip()) <= SUBJECT_MAX or not wanted.subject.isprintable():
        raise _wrong("subject", wanted.subject, f"1 to {SUBJECT_MAX} characters in one line")
    if len(wanted.words) > WORDS_MAX:
        raise _wrong("words", str(len(wanted.words)), f"{WORDS_MAX} characters at most")
    if not 0 <= wanted.at_ms <= now_ms + consenting.AHEAD_MS:
        raise _wrong("at_ms", str(wanted.at_ms)[:20], "0, or an instant that was")
    if (wanted.about not in ABOUT and wanted.about) or bool(wanted.about) != bool(wanted.about_id):
        raise _wrong("about", wanted.about, f"one of {', '.join(ABOUT)} with its id, or nothing")
    if len(wanted.about_id) > NAME_MAX or not wanted.about_id.isprintable():
        raise _wrong("about_id", wanted.about_id, f"{NAME_MAX} characters at most")


def told(one: Contact) -> ContactMoment:
    """A contact as the API says it."""
    return ContactMoment(one.id, one.customer, one.channel, one.at_ms, one.subject, one.words, one.about, one.about_id)


def _check_about(connection: Connection, key: ShopKey, wanted: WantedContact) -> None:
    """Raise HubProblem for an order of nobody or of another brand. Receipts and articles are names: they outlive what they name."""
    if wanted.about == contacts.ORDER:
        standing.find(connection, key, wanted.about_id)


def _wrong(name: str, value: str, wanted: str) -> HubProblem:
    return HubProblem("request.argument", name=name, value=value[:40], wanted=wanted)
