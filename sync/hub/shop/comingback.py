"""`/shop/v1/returns` and `/shop/v1/refunds`: purchases of stores that come back by a web label, money that a shop gives back."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection, Row

from kiosk.paper.labels import label_svg
from sync.hub import announced, nul, refunds
from sync.hub.api.access import AskedHub, HubRequest, body_of, json_from
from sync.hub.problems import HubProblem
from sync.hub.shop import events, scopes, standing
from sync.hub.shop.access import Caller, require
from sync.hub.shop.answers import tagged
from sync.hub.shop.events import Happened
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.values import (
    AnnouncedReturn,
    PartOfLine,
    Refund,
    Refunds,
    WantedReceiptReturn,
    WantedSettlement,
)
from sync.hub.shop.writes import once_for

LINES_MAX = 200
NOTE_MAX = 300
_SVG = "image/svg+xml"


@post("/shop/v1/returns", status_code=200, summary="Announce that a purchase in a store comes back")
async def announce_receipt(request: HubRequest, hub: AskedHub, caller: Caller) -> Response[AnnouncedReturn]:
    """Body WantedReceiptReturn; takes an Idempotency-Key. AnnouncedReturn with the number for the label. Scope orders:write.

    404 for a receipt whose code is not its own, and for one of another brand: nobody learns what there is.
    """
    require(caller, scopes.ORDERS_WRITE)
    body, now_ms = await body_of(request), hub.world.now_ms()
    wanted = json_from(body, WantedReceiptReturn)
    nul.refuse(wanted.receipt, wanted.words)
    standing.check_said(wanted.ground, wanted.words)
    if not 0 < len(wanted.lines) <= LINES_MAX:
        raise HubProblem("request.argument", name="lines", value=str(len(wanted.lines)), wanted=f"1 to {LINES_MAX}")

    def make(connection: Connection) -> bytes:
        return msgspec.json.encode(_announce(connection, caller, wanted, now_ms))

    return tagged(request, json_from(await once_for(request, hub, caller, "returns", body, make), AnnouncedReturn))


def _announce(connection: Connection, key: ShopKey, wanted: WantedReceiptReturn, now_ms: int) -> AnnouncedReturn:
    sale = announced.receipt_of(connection, key.tenant, wanted.receipt)
    if sale is None or (sale.place.brand, sale.place.country) != (key.brand, key.country):
        raise HubProblem("shop.receipt")
    left, found = announced.left_of(connection, key.tenant, sale), dict[int, int]()
    for part in wanted.lines:
        name, there = left.get(part.line, ("", 0))
        milli = part.quantity_milli or there
        if not name or part.line in found:
            raise HubProblem("shop.none", what="line", id=str(part.line)[:20])
        if not 0 < milli <= there:
            raise HubProblem("shop.too_late", line=part.line, left_milli=there, what="returned")
        found[part.line] = milli
    number, receipt = announced.new_number(), str(sale.body["receipt"])
    goods = ", ".join(f"{milli // 1_000} x {left[line][0]}" for line, milli in found.items())
    said = announced.Announced(sorted(found.items()), wanted.ground, wanted.words, goods)
    announced.keep(connection, (key.tenant, key.brand, key.country), ("", receipt), number, said, {"number": receipt}, now_ms)
    told = {"return": number, "ground": wanted.ground, "lines": [list(one) for one in said.lines]}
    events.note(connection, key.tenant, [Happened(key.brand, events.RETURN_ANNOUNCED, receipt, told)], now_ms)
    parts = [PartOfLine(line, milli) for line, milli in said.lines]
    return AnnouncedReturn("", receipt, wanted.ground, parts, now_ms, number)


@get("/shop/v1/returns/{number:str}", summary="A return that was announced, and whether it is there")
async def show_return(request: HubRequest, hub: AskedHub, caller: Caller, number: FromPath[str]) -> Response[AnnouncedReturn]:
    """AnnouncedReturn. Scope orders:read."""
    require(caller, scopes.ORDERS_READ)
    row = await _found(hub, caller, number)
    said = announced.said_in(row)
    of = row.receipt
    if row.order_id:
        stored = await hub.storage.read(lambda connection: standing.find(connection, caller, row.order_id))
        of = stored.known.state.order.number if stored.known.state is not None else ""
    parts = [PartOfLine(line, milli) for line, milli in said.lines]
    return tagged(
        request, AnnouncedReturn(row.order_id, of, said.ground, parts, int(row.at_ms), row.number, int(row.received_ms))
    )


@get("/shop/v1/returns/{number:str}/label", summary="The label of a return: its number as a code and in letters", media_type=_SVG)
async def return_label(hub: AskedHub, caller: Caller, number: FromPath[str]) -> Response[str]:
    """A picture (SVG) to print or to show on a telephone; any till of the brand reads it. Scope orders:read."""
    require(caller, scopes.ORDERS_READ)
    row = await _found(hub, caller, number)
    return Response(label_svg(row.number), media_type=_SVG)


@get("/shop/v1/refunds", summary="Money that stores gave back to payments of the shop")
async def read_refunds(
    request: HubRequest, hub: AskedHub, caller: Caller, standing_as: FromQuery[str] = refunds.ASKED
) -> Response[Refunds]:
    """Refunds that stand as `standing_as`: `asked` is still to be moved, `done`, or `failed`. Scope orders:read."""
    require(caller, scopes.ORDERS_READ)
    if standing_as not in refunds.STATES:
        wanted = f"one of {', '.join(refunds.STATES)}"
        raise HubProblem("request.argument", name="standing_as", value=standing_as[:40], wanted=wanted)
    place = (caller.brand, caller.country)
    rows = await hub.storage.read(lambda connection: refunds.listed(connection, caller.tenant, place, standing_as))
    return tagged(request, Refunds([_refund(row) for row in rows]))


@post("/shop/v1/refunds/{refund:str}/settle", status_code=200, summary="What became of money that was to go back")
async def settle_refund(request: HubRequest, hub: AskedHub, caller: Caller, refund: FromPath[str]) -> Refund:
    """Body WantedSettlement; again changes nothing. What could not be moved is a task for people. Scope orders:write."""
    require(caller, scopes.ORDERS_WRITE)
    wanted = json_from(await body_of(request), WantedSettlement)
    nul.refuse(wanted.note, refund)
    if len(wanted.note) > NOTE_MAX or (not wanted.done and not wanted.note.strip()):
        raise HubProblem("request.argument", name="note", value=len(wanted.note), wanted=f"why it failed, in {NOTE_MAX} characters")
    place, now_ms, said = (caller.brand, caller.country), hub.world.now_ms(), (wanted.done, wanted.note.strip())
    row = await hub.storage.run(lambda c: refunds.settle(c, caller.tenant, place, refund, said, now_ms))
    return _refund(row)


async def _found(hub: Any, caller: ShopKey, number: str) -> "Row[Any]":
    row = await hub.storage.read(lambda connection: announced.find(connection, caller.tenant, number[:60]))
    if row is None or (row.brand, row.country) != (caller.brand, caller.country):
        raise HubProblem("shop.none", what="return", id=number[:60])
    found: Row[Any] = row
    return found


def _refund(row: "Row[Any]") -> Refund:
    return Refund(
        row.id, row.order_id, row.number, int(row.amount_minor), row.currency, row.kind, row.reference, int(row.asked_ms),
        row.state, int(row.settled_ms), row.note,
    )  # fmt: skip
