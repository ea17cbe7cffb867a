"""The shop API as OpenAPI describes it: what its addresses take, with examples, how a key is sent, and how it refuses."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from litestar import Request, get

from sync.hub.problems import HubProblem
from sync.hub.shop.carevalues import WantedConsent, WantedContact, WantedService, WantedStep
from sync.hub.shop.values import (
    BasketContent,
    PartOfLine,
    Person,
    WantedCancel,
    WantedContent,
    WantedHook,
    WantedLine,
    WantedOrder,
    WantedPayment,
    WantedQuantity,
    WantedReceiptReturn,
    WantedReservation,
    WantedReturn,
    WantedSettlement,
    WantedWay,
)

PREFIX = "/shop/v1/"
_JSON, _PROBLEM = "application/json", "application/problem+json"
_REF = "#/components/schemas/{name}"


class Takes(NamedTuple):
    """The body of an address: what it is read as, and one that makes sense."""

    kind: type[msgspec.Struct]
    example: msgspec.Struct


BODIES: Mapping[tuple[str, str], Takes] = {
    ("post", "/shop/v1/baskets"): Takes(
        BasketContent, BasketContent([WantedLine("1001-WHT-S", 2_000)], ["SUMMER10"], language="nl")),
    ("put", "/shop/v1/baskets/{basket}"): Takes(BasketContent, BasketContent([WantedLine("1001-WHT-S", 1_000, 1)])),
    ("post", "/shop/v1/baskets/{basket}/lines"): Takes(WantedLine, WantedLine("1001-WHT-S", 1_000)),
    ("patch", "/shop/v1/baskets/{basket}/lines/{line}"): Takes(WantedQuantity, WantedQuantity(3_000)),
    ("put", "/shop/v1/content"): Takes(
        WantedContent, WantedContent("product/1001", "nl", "Polo van piqué", "Valt *ruim*. Wassen op 30 graden.")),
    ("post", "/shop/v1/orders"): Takes(
        WantedOrder,
        WantedOrder(
            "W-1001", 2_495, [WantedWay("collect", "AMS1")], Person("Zoë de Wit", email="zoe@example.com"),
            content=BasketContent([WantedLine("1001-WHT-S", 1_000, 1)]), payments=[WantedPayment("pay_link", 2_495, "tr_1")],
        )),
    ("post", "/shop/v1/orders/{order}/cancel"): Takes(WantedCancel, WantedCancel([PartOfLine(1, 1_000)])),
    ("post", "/shop/v1/orders/{order}/payments"): Takes(WantedPayment, WantedPayment("ideal", 2_495, "tr_2")),
    ("post", "/shop/v1/orders/{order}/returns"): Takes(WantedReturn, WantedReturn([PartOfLine(1)], "withdrawal", "Te klein")),
    ("post", "/shop/v1/returns"): Takes(
        WantedReceiptReturn, WantedReceiptReturn("0192f0c1/1/17/3f5a", [PartOfLine(1, 1_000)], "goodwill", "Te groot")),
    ("post", "/shop/v1/refunds/{refund}/settle"): Takes(WantedSettlement, WantedSettlement(done=True)),
    ("post", "/shop/v1/customers/{customer}/consents"): Takes(
        WantedConsent, WantedConsent("marketing", True, "newsletter 2026-09", "my account")),
    ("post", "/shop/v1/customers/{customer}/contacts"): Takes(
        WantedContact, WantedContact("phone", "Waar blijft het?", "Gisteren beloofd.", about="article", about_id="1001-WHT-S")),
    ("post", "/shop/v1/service-requests"): Takes(
        WantedService, WantedService("repair", "De rits is stuk.", article="1001-WHT-S", serial="S-204417", store="AMS1")),
    ("post", "/shop/v1/service-requests/{number}/steps"): Takes(WantedStep, WantedStep("agreed", "Dat mag het kosten.")),
    ("post", "/shop/v1/reservations"): Takes(WantedReservation, WantedReservation("AMS1", "1001-WHT-S", 1_000, 24)),
    ("post", "/shop/v1/webhooks"): Takes(WantedHook, WantedHook("https://shop.example/hooks", ["product.changed"])),
}  # fmt: skip
"""What each address takes: the handlers read it themselves, so the framework does not know."""

_KEYED = (
    "/shop/v1/baskets", "/shop/v1/baskets/{basket}/lines", "/shop/v1/orders/{order}/cancel", "/shop/v1/orders/{order}/returns",
    "/shop/v1/reservations", "/shop/v1/returns", "/shop/v1/customers/{customer}/consents",
    "/shop/v1/customers/{customer}/contacts", "/shop/v1/service-requests", "/shop/v1/service-requests/{number}/steps",
)  # fmt: skip
_MATCHED = ("/shop/v1/baskets/{basket}", "/shop/v1/baskets/{basket}/lines", "/shop/v1/baskets/{basket}/lines/{line}")
_CONFLICTS = {
    "/shop/v1/orders/{order}/payments": "shop.not_owed", "/shop/v1/service-requests/{number}/steps": "service.step",
    "/shop/v1/customers/{customer}/consents": "shop.no_address",
}  # fmt: skip
_REFUSALS = {"401": "shop.key", "403": "shop.scope", "404": "shop.none", "429": "shop.too_many"}


@get("/shop/v1/openapi.json", include_in_schema=False)
async def shop_document(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The shop API alone. Needs no key: it is in no way secret."""
    whole = completed(request.app.openapi_schema.to_schema())
    paths = {path: methods for path, methods in whole["paths"].items() if path.startswith(PREFIX)}
    info = {"title": "Toonbank shop API", "version": "1", "description": __doc__}
    return {**whole, "info": info, "paths": paths, "security": [{"key": []}]}


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The framework's document with what it cannot know: bodies, their headers, refusals and the key."""
    kinds = {takes.kind for takes in BODIES.values()}
    _, made = msgspec.json.schema_components(sorted(kinds, key=lambda kind: kind.__name__), ref_template=_REF)
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name, schema in {**made, "ShopProblem": _problem_schema()}.items():
        schemas.setdefault(name, schema)
    parts.setdefault("securitySchemes", {})["key"] = {"type": "http", "scheme": "bearer"}
    for path, methods in document["paths"].items():
        if path.startswith(PREFIX):
            for method, operation in methods.items():
                _complete(method, path, operation)
    return document


def _complete(method: str, path: str, operation: dict[str, Any]) -> None:
    operation["security"] = [{"key": []}]
    for status, code in _REFUSALS.items():
        operation["responses"][status] = _refusal(code)
    takes = BODIES.get((method, path))
    if takes is not None:
        schema = {"$ref": _REF.format(name=takes.kind.__name__)}
        example = msgspec.to_builtins(takes.example)
        operation["requestBody"] = {"required": True, "content": {_JSON: {"schema": schema, "example": example}}}
        operation["responses"]["400"] = _refusal("request.argument")
    if method == "post" and path in _KEYED:
        _header(operation, "Idempotency-Key", "The same request under the same key is carried out once.")
        operation["responses"]["422"] = _refusal("request.idempotency_reused")
    if method == "post" and path in _CONFLICTS:
        operation["responses"]["409"] = _refusal(_CONFLICTS[path])
    if method != "get" and path in _MATCHED:
        _header(operation, "If-Match", "The ETag of what was read: then it is changed only if nobody else did.")
        operation["responses"]["412"] = _refusal("shop.changed")


def _header(operation: dict[str, Any], name: str, description: str) -> None:
    told = {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, "description": description}
    operation["parameters"] = [*operation.get("parameters", ()), told]


def _refusal(code: str) -> dict[str, Any]:
    title, status = HubProblem.told(code)
    detail = "A sentence that says what to do about it."
    example = {"title": title, "status": status, "code": code, "detail": detail, "values": {}, "time_ms": 1_795_000_000_000}
    return {"description": title, "content": {_PROBLEM: {"schema": {"$ref": _REF.format(name="ShopProblem")}, "example": example}}}


def _problem_schema() -> dict[str, Any]:
    text, number = {"type": "string"}, {"type": "integer"}
    parts = {"title": text, "status": number, "code": text, "detail": text, "values": {"type": "object"}, "time_ms": number}
    return {"type": "object", "properties": parts, "required": list(parts), "description": "Problem details (RFC 9457)."}
