"""`/shop/v1/customers/{customer}/consents`: what a customer agrees to, purpose by purpose, and as easily not any more."""

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from kiosk.domain.codec import digest
from kiosk.domain.consents import SHOP, Consent, agreed, standing
from kiosk.domain.customer import CONSENTS, Customer
from sync.hub import agreeing, nul
from sync.hub.api.access import AskedHub, HubRequest, body_of, json_from
from sync.hub.problems import HubProblem
from sync.hub.shop import scopes
from sync.hub.shop.access import Caller, require, site_of
from sync.hub.shop.answers import tagged
from sync.hub.shop.carevalues import ConsentWord, CustomerConsents, WantedConsent
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.writes import once_for

TEXT_MAX = 100
AHEAD_MS = 5 * 60_000
"""A shop's clock may go before the hub's by so much."""


@get("/shop/v1/customers/{customer:str}/consents", summary="What a customer agrees to, and every word of it")
async def read_consents(
    request: HubRequest, hub: AskedHub, caller: Caller, customer: FromPath[str]
) -> Response[CustomerConsents]:
    """CustomerConsents of a customer of the brand. Scope consents:read."""
    require(caller, scopes.CONSENTS_READ)
    return tagged(request, await hub.storage.read(lambda connection: told(connection, caller, customer)))


@post("/shop/v1/customers/{customer:str}/consents", status_code=200, summary="A customer agrees to something, or not any more")
async def say_consent(request: HubRequest, hub: AskedHub, caller: Caller, customer: FromPath[str]) -> CustomerConsents:
    """Body WantedConsent; takes an Idempotency-Key, and one with `at_ms` is the same word again. Scope consents:write.

    A word that is older than the one that stands is kept and changes nothing. Answers CustomerConsents.
    """
    require(caller, scopes.CONSENTS_WRITE)
    body, now_ms, id = await body_of(request), hub.world.now_ms(), hub.world.new_id()
    word = word_of(json_from(body, WantedConsent), caller, now_ms, id)

    def make(connection: Connection) -> bytes:
        find(connection, caller, customer)
        agreeing.agree(connection, caller.tenant, customer, word)
        return b"done"

    await once_for(request, hub, caller, f"customers/{customer}/consents", body, make)
    return await hub.storage.read(lambda connection: told(connection, caller, customer))


def find(connection: Connection, key: ShopKey, number: str) -> tuple[Customer, tuple[str, ...]]:
    """A customer with a home store of the key's brand and country. Raises HubProblem for any other: they read the same."""
    nul.refuse(number)
    found = agreeing.known(connection, key.tenant, number[:TEXT_MAX])
    if found is None or not set(found[1]) & set(site_of(connection, key).stores):
        raise HubProblem("shop.none", what="customer", id=number[:60])
    return found


def told(connection: Connection, key: ShopKey, number: str) -> CustomerConsents:
    """What a customer agrees to, as the API says it."""
    one, stores = find(connection, key, number)
    words = agreeing.history(connection, key.tenant, one, stores)
    stands = standing(words)
    return CustomerConsents(
        one.number, list(CONSENTS), list(agreed(words)), [_word(stands[purpose]) for purpose in sorted(stands)],
        [_word(one) for one in words],
    )  # fmt: skip


def word_of(wanted: WantedConsent, key: ShopKey, now_ms: int, id: str) -> Consent:
    """A word as it is kept. Raises HubProblem for one that cannot be."""
    if not 0 <= wanted.at_ms <= now_ms + AHEAD_MS:
        raise HubProblem("request.argument", name="at_ms", value=str(wanted.at_ms)[:20], wanted="0, or an instant that was")
    if wanted.given and not wanted.text.strip():
        raise HubProblem("request.argument", name="text", value="", wanted="the version of the text that was agreed to")
    for name, text in (("text", wanted.text), ("place", wanted.place)):
        if len(text) > TEXT_MAX or not text.isprintable():
            raise HubProblem("request.argument", name=name, value=text[:40], wanted=f"at most {TEXT_MAX} characters")
    at_ms = min(wanted.at_ms or now_ms, now_ms)
    if wanted.at_ms:
        id = digest(f"{wanted.purpose}|{wanted.given}|{wanted.at_ms}".encode()).hex()[:32]
    return Consent(f"shop/{id}", wanted.purpose, wanted.given, at_ms, "", SHOP, wanted.place, wanted.text, key.name, now_ms)


def _word(one: Consent) -> ConsentWord:
    return ConsentWord(one.purpose, one.given, one.at_ms, one.day, one.source, one.place, one.text)
