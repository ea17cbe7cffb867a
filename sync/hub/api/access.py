"""Who asks: the signature over a request is the terminal's identity."""

import asyncio
import base64
import binascii
from typing import Any, TypeAlias, TypeVar
from urllib.parse import unquote

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency

from kiosk.decoding import read_json
from sync.hub import nul
from sync.hub.core import Device, Hub
from sync.hub.enrolment import find_device
from sync.hub.problems import HubProblem
from sync.hub.verifying import quick_verifier
from sync.protocol.limits import FEED_WAIT_S, PROTO, REQUEST_SKEW_MS_MAX
from sync.protocol.signature import (
    DEVICE_HEADER,
    PROTO_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    read_device_name,
    request_message,
)
from sync.protocol.versions import too_old

BODY_WAIT_S = 30
TIME_DIGITS_MAX = 15

HubRequest: TypeAlias = Request[Any, Any, State]
AskedHub: TypeAlias = NamedDependency[Hub]
"""The hub, in a handler's argument `hub`."""

Signed: TypeAlias = NamedDependency[Device]
"""The terminal whose signature the request carries, in a handler's argument `device`."""

T = TypeVar("T")


async def body_of(request: HubRequest) -> bytes:
    """The body as sent; refused when it is too large or comes too slowly."""
    try:
        async with asyncio.timeout(BODY_WAIT_S):
            return await request.body()
    except TimeoutError as error:
        raise HubProblem("request.too_slow") from error


async def json_of(request: HubRequest, kind: type[T]) -> T:
    """The body read as one of the messages."""
    return json_from(await body_of(request), kind)


def json_from(body: bytes, kind: type[T]) -> T:
    """Read JSON as one of the messages. Raises HubProblem for anything else, and for a NUL in it."""
    try:
        found = read_json(body, kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise HubProblem("request.body", kind=kind.__name__) from error
    if nul.in_json(body):
        raise HubProblem("request.nul")
    return found


async def without_nul(request: HubRequest) -> None:
    """Before anything else is made of a request: no address, and no value in its query, holds a NUL."""
    nul.refuse(request.scope["path"], unquote(request.scope["query_string"].decode("latin-1")))


async def signed_by(request: HubRequest, hub: AskedHub) -> Device:
    """The terminal that signed this request. Raises HubProblem for none, an unknown one, a wrong clock or signature."""
    device = await device_of(hub, request.headers.get(DEVICE_HEADER, ""))
    if device is None:
        _said(request)
        raise HubProblem("device.unknown")
    await signed_with(request, hub, device.public_key)
    return device


def _said(request: HubRequest) -> tuple[str, str, str]:
    """The three headers of a signed request. Raises HubProblem when one is missing or no time."""
    headers = request.headers
    dev, stamp, spelled = (headers.get(name, "") for name in (DEVICE_HEADER, TIME_HEADER, SIGNATURE_HEADER))
    if not (dev and spelled and stamp.isascii() and stamp.isdigit() and len(stamp) <= TIME_DIGITS_MAX):
        raise HubProblem("request.unsigned")
    return dev, stamp, spelled


async def signed_with(request: HubRequest, hub: Hub, public_key: bytes) -> str:
    """The name under which a request is signed with a key. Raises HubProblem when it is not signed with it, or long ago."""
    dev, stamp, spelled = _said(request)
    skew_ms = int(stamp) - hub.world.now_ms()
    try:
        signature = base64.b64decode(spelled, validate=True)
    except (binascii.Error, ValueError) as error:
        raise HubProblem("request.signature") from error
    message = request_message(request.method, target_of(request), await body_of(request), int(stamp))
    if not quick_verifier(public_key)(message, signature):
        raise HubProblem("request.signature")
    # After the signature, so that only a real terminal learns how far off it is.
    if abs(skew_ms) > REQUEST_SKEW_MS_MAX:
        raise HubProblem("request.clock", minutes=round(abs(skew_ms) / 60_000))
    return dev


async def served(request: HubRequest, hub: AskedHub) -> Device:
    """A terminal that gets data: signed, not replaced by another, and of a protocol that the hub speaks."""
    device = await signed_by(request, hub)
    if device.revoked:
        raise HubProblem("device.revoked")
    if device.not_after_ms and device.not_after_ms < hub.world.now_ms():
        raise HubProblem("certificate.ended")
    proto = request.headers.get(PROTO_HEADER, PROTO)
    if older := too_old(PROTO, proto):
        raise HubProblem("proto.unsupported", hub=PROTO, terminal=proto[:20], older=older)
    return device


async def device_of(hub: Hub, name: str) -> Device | None:
    """A terminal by its name (`dev`, or `dev/inc` from the second incarnation on), looked up once."""
    known = hub.devices.get(name)
    if known is None:
        nul.refuse(name)
        turn = hub.devices.turn
        known = await hub.storage.read(lambda connection: find_device(connection, *read_device_name(name)))
        if known is not None:
            hub.devices.keep(known, turn)
    return known


def only(device: Device, kind: str) -> None:
    """Let only one kind of terminal through."""
    if device.kind != kind:
        raise HubProblem("device.kind", wanted=kind)


def waiting_s(asked: float) -> float:
    """How long an answer may be held back; what is no number, or below nothing, is not at all."""
    return min(asked, float(FEED_WAIT_S)) if asked > 0 else 0.0


def target_of(request: HubRequest) -> str:
    """The path with its query as they came over the wire: what a terminal signed."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"]
    path = raw.partition(b"?")[0]
    return (path + b"?" + query if query else path).decode("latin-1")
