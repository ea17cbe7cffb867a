"""What a store's terminals ask of the hub: help, a new PIN, the report of a day."""

import asyncio
from typing import NamedTuple

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from kiosk.domain.feed import DEVICE, HelpCall
from sync.hub import help as helping
from sync.hub import reports, staff
from sync.hub.api.access import AskedHub, HubRequest, Signed, body_of, json_from, json_of, only, waiting_s
from sync.hub.bell import rung
from sync.hub.problems import HubProblem
from sync.hub.reports import DayReport
from sync.protocol.messages import HelpRequest

TEXT_MAX = 200


class AnsweredBy(msgspec.Struct, frozen=True):
    """Who goes: a staff number."""

    by: str = ""


class PinChange(msgspec.Struct, frozen=True):
    """A person's new PIN as the till hashed it (argon2id text)."""

    number: str
    pin_hash: str


@post("/v1/help", status_code=200, summary="A kiosk calls for a person")
async def call_for_help(request: HubRequest, hub: AskedHub, device: Signed) -> HelpCall:
    """Body HelpRequest; answers the call. The id is the kiosk's own, so asking twice makes one call."""
    only(device, "kiosk")
    message = await json_of(request, HelpRequest)
    if not 0 < len(message.id) <= TEXT_MAX or max(len(message.reason), len(message.language)) > TEXT_MAX:
        raise HubProblem("request.body", kind="HelpRequest")
    return await hub.storage.run(
        lambda connection: helping.call(connection, device, message, hub.world.now_ms())
    )


@get("/v1/help/{call_id:str}", summary="How a call stands; waits for a change")
async def help_state(
    hub: AskedHub, device: Signed, call_id: FromPath[str], wait: FromQuery[float] = 0, known: FromQuery[str] = ""
) -> HelpCall:
    """The call; waits up to `wait` seconds until it is no longer in state `known` (else: in the state it is in now)."""
    end = asyncio.get_running_loop().time() + waiting_s(wait)
    with hub.bell.listen([(device.tenant, DEVICE, device.store)]) as news:
        while True:
            news.clear()
            there = await hub.storage.run(
                lambda connection: helping.look(connection, device, call_id, hub.world.now_ms())
            )
            known = known or there.state
            left = end - asyncio.get_running_loop().time()
            if there.state != known or left <= 0 or hub.bell.is_closed or not await rung(news, left):
                return there


@post("/v1/help/{call_id:str}/delivered", status_code=200, summary="A till shows the call")
async def help_delivered(hub: AskedHub, device: Signed, call_id: FromPath[str]) -> HelpCall:
    """A till says that it shows the call to a person."""
    only(device, "till")
    return await _move(hub, device, call_id, _Step(helping.DELIVERED, ""))


@post("/v1/help/{call_id:str}/answered", status_code=200, summary="A person goes")
async def help_answered(request: HubRequest, hub: AskedHub, device: Signed, call_id: FromPath[str]) -> HelpCall:
    """Body `{"by": staff number}`."""
    only(device, "till")
    answered = await json_of(request, AnsweredBy)
    return await _move(hub, device, call_id, _Step(helping.ANSWERED, answered.by[:TEXT_MAX]))


@post("/v1/help/{call_id:str}/cancelled", status_code=200, summary="The call is not needed any more")
async def help_cancelled(request: HubRequest, hub: AskedHub, device: Signed, call_id: FromPath[str]) -> HelpCall:
    """The kiosk or a till takes the call back; the body may say by whom."""
    body = await body_of(request)
    by = json_from(body, AnsweredBy).by[:TEXT_MAX] if body else ""
    return await _move(hub, device, call_id, _Step(helping.CANCELLED, by))


@post("/v1/staff/pin", status_code=200, summary="A person chose a new PIN")
async def change_pin(request: HubRequest, hub: AskedHub, device: Signed) -> dict[str, str]:
    """Body PinChange from a till, which has checked the old PIN; every terminal gets the new hash by the feed."""
    only(device, "till")
    change = await json_of(request, PinChange)
    who = f"{device.store}-{device.terminal}"

    def keep(connection: Connection) -> None:
        staff.change_pin(connection, device.tenant, change.number, change.pin_hash)
        staff.note(
            connection, device.tenant, who, "staff.pin_changed", {"number": change.number, "dev": device.dev},
            hub.world.now_ms(), hub.world.new_id,
        )  # fmt: skip

    await hub.storage.run(keep)
    return {"number": change.number}


@get("/v1/report/day", summary="A store's business day")
async def day_report(hub: AskedHub, device: Signed, store: FromQuery[str], day: FromQuery[str]) -> DayReport:
    """Totals per terminal and their sum, for a terminal of that store; `day` is YYYY-MM-DD."""
    if store != device.store:
        raise HubProblem("device.store", store=device.store)
    return await hub.storage.run(lambda connection: reports.day(connection, device.tenant, store, day))


class _Step(NamedTuple):
    state: str
    by: str


async def _move(hub: AskedHub, device: Signed, call_id: str, step: _Step) -> HelpCall:
    return await hub.storage.run(
        lambda connection: helping.move(connection, device, call_id, step.state, step.by, hub.world.now_ms())
    )
