"""`/shop/v1/service-requests`: repairs, warranty, complaints and questions that customers bring to a shop's pages."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from kiosk.domain.service import About, ServiceEvent, ServiceRequest
from kiosk.domain.servicelife import CUSTOMER, KINDS, QUESTION, STATES, possible
from sync.hub import announced, nul, services
from sync.hub.api.access import AskedHub, HubRequest, body_of, json_from
from sync.hub.problems import HubProblem
from sync.hub.services import Stored, Wanted
from sync.hub.shop import consenting, scopes, standing
from sync.hub.shop.access import Caller, require, site_of
from sync.hub.shop.answers import LIMIT, limit_of, read_cursor, spelled, tagged
from sync.hub.shop.carevalues import ServicePage, ServiceStep, ServiceTold, WantedService, WantedStep
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.writes import once_for
from sync.hub.stock import article_of

WORDS_MAX, NAME_MAX, LINE_MAX = 4_000, 100, 1 << 31
DAY_MS = 86_400_000
DUE_DAYS_MAX = 365
OPEN = "open"


@post("/shop/v1/service-requests", status_code=200, summary="A customer wants something put right or answered")
async def open_request(request: HubRequest, hub: AskedHub, caller: Caller) -> ServiceTold:
    """Body WantedService; takes an Idempotency-Key. ServiceTold, whose `id` the customer calls it by. Scope service:write."""
    require(caller, scopes.SERVICE_WRITE)
    body, now_ms = await body_of(request), hub.world.now_ms()
    wanted = json_from(body, WantedService)
    check(wanted, now_ms)
    due_ms = wanted.due_ms or now_ms + hub.settings.shop_service_days * DAY_MS

    def make(connection: Connection) -> bytes:
        if wanted.store and wanted.store not in site_of(connection, caller).stores:
            raise HubProblem("shop.none", what="store", id=wanted.store[:60])
        if wanted.customer:
            consenting.find(connection, caller, wanted.customer)
        about, number = _about(connection, caller, wanted), services.new_number()
        made = ServiceRequest(number, wanted.kind, about, wanted.store, now_ms, due_ms)
        place = (caller.brand, caller.country)
        services.open_one(connection, caller.tenant, made, place, wanted.customer, wanted.words.strip())
        return number.encode()

    made = (await once_for(request, hub, caller, "service-requests", body, make)).decode()
    return told(await hub.storage.read(lambda connection: find(connection, caller, made)))


@get("/shop/v1/service-requests", summary="Service requests, the newest first")
async def read_requests(
    request: HubRequest, hub: AskedHub, caller: Caller, customer: FromQuery[str] = "", standing_as: FromQuery[str] = "",
    cursor: FromQuery[str] = "", limit: FromQuery[int] = LIMIT,
) -> Response[ServicePage]:  # fmt: skip
    """ServicePage, of a `customer` or all, of a state, of all that are `open`, or of any. Scope service:read."""
    require(caller, scopes.SERVICE_READ)
    count = limit_of(limit)
    if standing_as not in ("", OPEN, *STATES):
        raise _wrong("standing_as", standing_as, f"one of {', '.join((OPEN, *STATES))}")
    states = services.OPEN_STATES if standing_as == OPEN else (standing_as,) if standing_as else ()
    parts = read_cursor(cursor, int, str) if cursor else None
    wanted = Wanted((caller.brand, caller.country), customer, states, (), (parts[0], parts[1]) if parts is not None else None)
    found = await hub.storage.read(lambda connection: services.listed(connection, caller.tenant, wanted, count + 1))
    last = found[count - 1].state.request if len(found) > count else None
    page = ServicePage([told(one) for one in found[:count]], spelled(last.opened_ms, last.id) if last else "")
    return tagged(request, page)


@get("/shop/v1/service-requests/{number:str}", summary="A service request as it stands")
async def show_request(request: HubRequest, hub: AskedHub, caller: Caller, number: FromPath[str]) -> Response[ServiceTold]:
    """ServiceTold. Scope service:read."""
    require(caller, scopes.SERVICE_READ)
    return tagged(request, told(await hub.storage.read(lambda connection: find(connection, caller, number))))


@post("/shop/v1/service-requests/{number:str}/steps", status_code=200, summary="What a customer does with a service request")
async def step_request(request: HubRequest, hub: AskedHub, caller: Caller, number: FromPath[str]) -> ServiceTold:
    """Body WantedStep; takes an Idempotency-Key. 409 for a step that is not possible now. ServiceTold. Scope service:write."""
    require(caller, scopes.SERVICE_WRITE)
    body, now_ms, id = await body_of(request), hub.world.now_ms(), hub.world.new_id()
    wanted = json_from(body, WantedStep)
    if len(wanted.words) > WORDS_MAX:
        raise _wrong("words", str(len(wanted.words)), f"{WORDS_MAX} characters at most")

    def make(connection: Connection) -> bytes:
        there = find(connection, caller, number).state
        # Opened once more, it has the shop's whole time again; the old one may be long over.
        due_ms = now_ms + hub.settings.shop_service_days * DAY_MS if not there.is_open else 0
        event = ServiceEvent(id, number, wanted.step[:NAME_MAX], there.state, now_ms, CUSTOMER, "", due_ms, caller.name)
        services.move(connection, caller.tenant, event, wanted.words.strip(), now_ms)
        return b"done"

    await once_for(request, hub, caller, f"service-requests/{number}/steps", body, make)
    return told(await hub.storage.read(lambda connection: find(connection, caller, number)))


def find(connection: Connection, key: ShopKey, number: str) -> Stored:
    """A request of the key's brand and country. Raises HubProblem for any other: they read the same."""
    nul.refuse(number)
    found = services.find(connection, key.tenant, number[:NAME_MAX])
    if found is None or (found.brand, found.country) != (key.brand, key.country):
        raise HubProblem("shop.none", what="service request", id=number[:60])
    return found


def check(wanted: WantedService, now_ms: int) -> None:
    """Raise HubProblem for a request that cannot be, whatever there is."""
    if wanted.kind not in KINDS:
        raise _wrong("kind", wanted.kind, f"one of {', '.join(KINDS)}")
    if not 0 < len(wanted.words.strip()) <= WORDS_MAX:
        raise _wrong("words", str(len(wanted.words)), f"1 to {WORDS_MAX} characters")
    named = [bool(wanted.order), bool(wanted.receipt), bool(wanted.article)]
    if sum(named) > 1 or (wanted.kind != QUESTION and not any(named)):
        raise _wrong("order, receipt, article", str(sum(named)), "one of these; only a question may be about none")
    if not 0 <= wanted.line < LINE_MAX or (wanted.line and not (wanted.order or wanted.receipt)):
        raise _wrong("line", str(wanted.line)[:20], "a line of an order or a receipt")
    if len(wanted.serial) > NAME_MAX or not wanted.serial.isprintable():
        raise _wrong("serial", wanted.serial, f"{NAME_MAX} characters at most")
    if wanted.due_ms and not now_ms < wanted.due_ms <= now_ms + DUE_DAYS_MAX * DAY_MS:
        raise _wrong("due_ms", str(wanted.due_ms)[:20], f"an instant to come, within {DUE_DAYS_MAX} days")


def told(one: Stored) -> ServiceTold:
    """A request as the API says it."""
    state, request, about = one.state, one.state.request, one.state.request.about
    history = [
        ServiceStep(event.step, event.role, after, event.at_ms, one.notes.get(event.id, "")) for event, after in state.path
    ]
    steps = [step.name for step in possible(request.kind, state.state, CUSTOMER)]
    return ServiceTold(
        request.id, request.kind, state.state, state.is_open, state.store, request.opened_ms, state.due_ms, one.customer,
        one.words, about.order, about.receipt, about.line, about.article, about.serial, steps, history,
    )  # fmt: skip


def _about(connection: Connection, key: ShopKey, wanted: WantedService) -> About:
    """What a request is about, with the article of a line. Raises HubProblem for what is not there or another brand's."""
    line, article = wanted.line, wanted.article
    if wanted.order:
        state = standing.find(connection, key, wanted.order).known.state
        assert state is not None, "it was found"
        articles = {one.line: one.article for one in state.order.lines}
        return About(wanted.order, "", line, _of_line(articles, line), wanted.serial)
    if wanted.receipt:
        sale = announced.receipt_of(connection, key.tenant, wanted.receipt)
        if sale is None or (sale.place.brand, sale.place.country) != (key.brand, key.country):
            raise HubProblem("shop.receipt")
        articles = {int(one["line"]): str(one["article"]) for one in sale.body["lines"]}
        return About("", str(sale.body["receipt"]), line, _of_line(articles, line), wanted.serial)
    if article and article_of(connection, key.tenant, article) is None:
        raise HubProblem("shop.none", what="article", id=article[:60])
    return About("", "", 0, article, wanted.serial)


def _of_line(articles: dict[int, str], line: int) -> str:
    if line and line not in articles:
        raise HubProblem("shop.none", what="line", id=str(line))
    return articles.get(line, "")


def _wrong(name: str, value: str, wanted: str) -> HubProblem:
    return HubProblem("request.argument", name=name, value=value[:40], wanted=wanted)
