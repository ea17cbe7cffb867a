"""The hub as an ASGI application: its routes, and the one place where an unforeseen fault ends."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.connection import Request
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, LifeSpanReceive, LifeSpanSend, Message, Scope

from sync.hub.api import (
    addresses,
    customers,
    enrolling,
    feeding,
    lives,
    orders,
    pushing,
    receipts,
    reserving,
    state,
    store,
    vouchers,
)
from sync.hub.api.access import HubRequest, served, signed_by, without_nul
from sync.hub.core import Hub
from sync.hub.intake import Intake
from sync.hub.office.access import Door
from sync.hub.office.entering import Entrance
from sync.hub.office.router import make_office
from sync.hub.problems import HubProblem
from sync.hub.sharing import SharedReads
from sync.hub.shop.document import completed, shop_document
from sync.hub.shop.routes import make_shop
from sync.hub.shop.shelf import Shelves
from sync.protocol.limits import BODY_BYTES_MAX, PROTO
from sync.protocol.signature import EPOCH_HEADER, PROTO_HEADER

log = logging.getLogger("toonbank.hub")
PROBLEM_TYPE = "application/problem+json"
_RETRY_AFTER_S = {"hub.busy": 2, "hub.closing": 5, "hub.recovering": 30, "hub.doubtful": 300}
_RUN = "run"
_BY_STATUS = {404: "request.not_found", 405: "request.method"}


@dataclass(frozen=True, slots=True)
class Run:
    """What the routes work with in one run of a hub."""

    hub: Hub
    intake: Intake
    polls: feeding.Polls
    door: Door
    shelves: Shelves
    entrance: Entrance
    marks: list[tuple[bytes, bytes]]
    """Headers of every answer."""


def make_app(hub: Hub) -> ASGIApp:
    """The application of an open hub. It does not close the hub: whoever opened it does."""
    marks = [
        (EPOCH_HEADER.lower().encode(), str(hub.storage.epoch).encode()),
        (PROTO_HEADER.lower().encode(), PROTO.encode()),
    ]
    run = Run(hub, Intake(hub), SharedReads(), Door(hub), Shelves(hub), Entrance(hub), marks)
    answer = routes()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(run, receive, send)
        else:
            scope["state"][_RUN] = run
            await answer(scope, receive, send)

    return app


async def _live(run: Run, receive: LifeSpanReceive, send: LifeSpanSend) -> None:
    await receive()
    run.hub.bell.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    run.intake.close()
    await send({"type": "lifespan.shutdown.complete"})


def _run_of(scope: Scope) -> Run:
    run: Run = scope["state"][_RUN]
    return run


def _mine(pick: Callable[[Run], object]) -> Provide:
    """A part of the run that a request came to, for an argument of a handler."""

    def give(request: HubRequest) -> Any:
        return pick(_run_of(request.scope))

    return Provide(give, sync_to_thread=False)


async def _mark(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], *_run_of(scope).marks]


def _refuse(request: Request[Any, Any, Any], problem: HubProblem) -> Response[bytes]:
    return _answer(problem, _run_of(request.scope).hub)


def _fail(request: Request[Any, Any, Any], fault: Exception) -> Response[bytes]:
    hub = _run_of(request.scope).hub
    return _answer(_problem_of(request, fault, hub), hub)


@cache
def routes() -> Litestar:
    """Every address, made once in a process: that takes longer than anything else when a hub is opened."""
    return Litestar(
        [
            make_office(_mine(lambda run: run.door), _mine(lambda run: run.entrance)), make_shop(_mine(lambda run: run.shelves)),
            openapi, shop_document, enrolling.hello, enrolling.enrol_terminal, feeding.chunk,
            feeding.picture, receipts.digital_copy, receipts.digital_pdf,
            lives.readmit, reserving.reserve_goods, reserving.put_goods_back, reserving.claim_goods, reserving.release_goods,
            Router(
                "", route_handlers=[pushing.push_facts, lives.renew, lives.decommission],
                dependencies={"device": Provide(signed_by)},
            ),
            Router(
                "",
                route_handlers=[
                    feeding.feed, feeding.snapshot, store.call_for_help, store.help_state, store.help_delivered,
                    store.help_answered, store.help_cancelled, store.change_pin, store.day_report, state.tell_state,
                    state.retry_held, reserving.lease,
                    lives.stored_facts, lives.backup_key, lives.open_backup, receipts.find,
                    vouchers.balance, addresses.find, customers.find, customers.enrol, orders.put_addresses, orders.put_signatures,
                    orders.find,
                ],
                dependencies={"device": Provide(served)},
            ),
        ],
        dependencies={
            "hub": _mine(lambda run: run.hub),
            "intake": _mine(lambda run: run.intake),
            "polls": _mine(lambda run: run.polls),
        },
        exception_handlers={HubProblem: _refuse, Exception: _fail},
        before_request=without_nul,
        before_send=[_mark],
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=OpenAPIConfig(
            # The framework answers everything below this path by itself, so it gets a corner of its own.
            title="Toonbank hub", version=PROTO, path="/v1/openapi", use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin(path="/schema.json")],
        ),
        logging_config=None,
    )  # fmt: skip


@get("/v1/openapi.json", include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The addresses as OpenAPI describes them."""
    return completed(request.app.openapi_schema.to_schema())


def _answer(problem: HubProblem, hub: Hub) -> Response[bytes]:
    body = {**msgspec.to_builtins(problem.problem()), "values": problem.values, "time_ms": hub.world.now_ms()}
    headers = {}
    if problem.code in _RETRY_AFTER_S:
        headers["Retry-After"] = str(_RETRY_AFTER_S[problem.code])
    elif problem.status == 429:
        headers["Retry-After"] = str(problem.values["seconds"])
    elif problem.code == "shop.key":
        headers["WWW-Authenticate"] = 'Bearer realm="toonbank"'
    return Response(msgspec.json.encode(body), status_code=problem.status, media_type=PROBLEM_TYPE, headers=headers)


def _problem_of(request: Request[Any, Any, Any], fault: Exception, hub: Hub) -> HubProblem:
    """What the framework refused gets our codes; anything else is a fault of ours, logged where the story ends."""
    if isinstance(fault, HTTPException) and fault.status_code < 500:
        if fault.status_code == 413:
            return HubProblem("request.too_large", limit=BODY_BYTES_MAX)
        if fault.status_code in _BY_STATUS:
            return HubProblem(_BY_STATUS[fault.status_code])
        return HubProblem("request.argument", name="the query", value=request.url.query[:60], wanted=fault.detail[:100])
    reference = hub.world.new_id()
    log.error("fault %s at %s", reference, request.url.path, exc_info=fault)
    return HubProblem("hub.fault", reference=reference)
