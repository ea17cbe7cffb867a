"""Every address of the hub's own OpenAPI document, with every argument it allows and many that it does not: never a fault."""

import warnings
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from sync.hub.api.store import AnsweredBy, PinChange
from sync.protocol.messages import EnrolCustomer, EnrolRequest, FindCustomer, FindStreet, HelpRequest
from sync.protocol.signature import request_headers
from tests.fuzz.support import LONG, code_of, goes_on
from tests.sync.hub.shop.support import give_key, web_shop
from tests.sync.hub.shop.test_consents import bring
from tests.sync.hub.support import DAY, OTHER_STORE, STORE, WAIT_S, FakeTerminal, RunningHub, system_ms

EXAMPLES = 150 if LONG else 8
WAIT_S_MAX = 0.02
"""No example waits for news for long: how long a wait may be is proved elsewhere."""

_BODIES: Mapping[str, type[msgspec.Struct]] = {
    "/v1/enrol": EnrolRequest, "/v1/help": HelpRequest, "/v1/help/{call_id}/answered": AnsweredBy,
    "/v1/help/{call_id}/cancelled": AnsweredBy, "/v1/staff/pin": PinChange, "/v1/customers/find": FindCustomer,
    "/v1/customers/new": EnrolCustomer, "/v1/addresses/find": FindStreet,
}  # fmt: skip
_KNOWN: Mapping[str, list[str]] = {
    "scope": ["catalog", "device"], "cursor": ["1:0", "1:1", "1:2"], "store": [STORE, OTHER_STORE], "day": [DAY],
    "known": ["waiting", "delivered"],
}  # fmt: skip
PAGE = "a page that says so"
Asker = FakeTerminal | str | None
"""Who asks: a terminal with its signature, a shop by its key, or nobody."""

_FEW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def described(hub: RunningHub) -> dict[str, Any]:
    """The hub's document, with the bodies that it describes in prose; a new address that takes one gets any JSON."""
    found: dict[str, Any] = httpx.get(f"{hub.url}/v1/openapi.json", timeout=WAIT_S, trust_env=False).json()
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            if method not in ("post", "put", "patch"):
                continue
            made = msgspec.json.schema(_BODIES[path])["$defs"][_BODIES[path].__name__] if path in _BODIES else {}
            operation.setdefault("requestBody", {"content": {"application/json": {"schema": made}}})
            if path == "/v1/enrol":
                operation["parameters"] = [
                    {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}}
                ]
    return found


def operations(document: dict[str, Any]) -> list[Any]:
    """The operations as schemathesis understands them, sound and unsound arguments alike."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own deprecations are no matter of ours
        schema = schemathesis.openapi.from_dict(document)
        schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
        return [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]


def meaningful(hub: RunningHub) -> dict[str, list[str]]:
    """Arguments that mean something at this hub, so that chance comes further than to the first question."""
    kiosk, call = hub.terminal("4", "kiosk"), "a-call"
    assert kiosk.post("/v1/help", {"id": call, "reason": "age", "language": "nl"}).status_code == 200
    chunks = [chunk.sha256 for chunk in hub.terminal("3").manifest("catalog").chunks]
    return {**_KNOWN, "call_id": [call], "sha256": chunks}


def meaningful_to_a_shop(hub: RunningHub) -> dict[str, list[str]]:
    """The same for whoever has a key."""
    shop = web_shop(hub)
    basket, hook = shop.basket(("A1", 1))["id"], shop.done("POST", "webhooks", {"url": "https://shop.example/"})["id"]
    way, lines = {"kind": "collect", "store": STORE}, {"lines": [{"article": "A1"}]}
    wish = {"reference": "F-1", "total_minor": 1_000, "ways": [way], "person": {"name": "Z", "phone": "1"}, "content": lines}
    order = shop.done("POST", "orders", {**wish, "pay": "collection"})["id"]
    bring(hub.hub, "NLF1", marketing="2026-01-02")
    asked = shop.done("POST", "service-requests", {"kind": "repair", "words": "x", "article": "A1", "customer": "NLF1"})["id"]
    return {
        "cursor": [shop.read("events")["next"], shop.read("products")["changes"]], "product": ["A1"],
        "articles": ["A1", "A1,nope"], "basket": [basket], "webhook": [hook], "line": ["1"], "include": ["prices,stock"],
        "customer": ["NLF1"], "number": [asked], "standing_as": ["open", "asked"],
        "order": [order], "reference": ["F-1"], "subjects": ["page/x"], "kinds": ["product.changed"], "stores": [STORE],
    }  # fmt: skip


def put_in(case: Any, known: Mapping[str, list[str]], data: st.DataObject) -> None:
    """Put meaning in the place of some of the arguments that were made up."""
    for part in (case.path_parameters, case.query):
        for name in sorted(set(part or {}) & known.keys()):
            if data.draw(st.booleans()):
                part[name] = data.draw(st.sampled_from(known[name]))


def send(case: Any, asker: Asker, http: httpx.Client) -> httpx.Response:
    """One request as it was made up, signed by a terminal, with the key of a shop, or by nobody."""
    query = case.query or {}
    if "wait" in query:
        query["wait"] = str(query["wait"])[:1] and WAIT_S_MAX
    made = case.as_transport_kwargs(base_url=str(http.base_url))
    made = {name: value for name, value in made.items() if name in ("method", "url", "params", "headers", "json", "data")}
    if "data" in made:
        body = made.pop("data")
        made["content"] = body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")
    headers = {name: str(value).encode("latin-1", "replace") for name, value in dict(made.pop("headers", {}) or {}).items()}
    request = http.build_request(**made, headers=headers)
    body, target = request.read(), request.url.raw_path.decode("latin-1")
    if isinstance(asker, str):
        request.headers["Authorization"] = f"Bearer {asker}"
    elif asker is not None:
        request.headers.update(request_headers(asker.key, asker.dev, request.method, target, body, system_ms()))
    return http.send(request)


def is_missing_page(reply: httpx.Response) -> bool:
    """Whether a person, and not a terminal, is told that there is nothing: by a page that can do and give away nothing."""
    if reply.status_code != 404 or not reply.headers["Content-Type"].startswith("text/html"):
        return False
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "no-store" in reply.headers["Cache-Control"] and "<script" not in reply.text.lower()
    return True


def ask_all(
    operation: Any, askers: Mapping[str, Asker], known: Mapping[str, list[str]], http: httpx.Client
) -> Counter[str]:
    """Ask one address in every way; gives how often each code came back."""
    codes = Counter[str]()

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=_FEW, database=None)
    @given(case=operation.as_strategy(), asker=st.sampled_from(sorted(askers)), data=st.data())
    def judged(case: Any, asker: str, data: st.DataObject) -> None:
        put_in(case, known, data)
        try:
            reply = send(case, askers[asker], http)
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeEncodeError):
            codes["not sent"] += 1  # our own client refuses to send it
            return
        codes[(PAGE if is_page and is_missing_page(reply) else code_of(reply)) or "good"] += 1

    for_people = {"text/html", "application/pdf"}  # who asks for a file to keep is a person too
    is_page = bool(for_people & operation.definition.raw["responses"]["200"]["content"].keys())
    judged()
    return codes


@pytest.mark.timeout(1_800 if LONG else 120)
def test_no_request_that_the_hubs_own_document_leads_to_is_a_fault(hub: RunningHub) -> None:
    terminals: dict[str, Asker] = {"till": hub.terminal("1"), "kiosk": hub.terminal("2", "kiosk"), "nobody": None}
    shops: dict[str, Asker] = {"shop": give_key(hub.hub).key, "nobody": None}
    document, known, http = described(hub), meaningful(hub), hub.stranger().http
    sold = meaningful_to_a_shop(hub)
    found = operations(document)
    assert len(found) == sum(map(len, document["paths"].values())) >= 14, "an address could not be read"
    sent = Counter[str]()
    for operation in found:
        of_a_shop = operation.path.startswith("/shop/")
        codes = ask_all(operation, shops if of_a_shop else terminals, sold if of_a_shop else known, http)
        print(f"{operation.method.upper()} {operation.path}: {', '.join(f'{n} {code}' for code, n in codes.most_common())}")
        sent += codes
    assert sent["good"] > 0 and sent["not sent"] < sent.total() // 3, "hardly anything was asked"
    goes_on(hub)
