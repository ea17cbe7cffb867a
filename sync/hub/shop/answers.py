"""How the shop API answers: pages with cursors, and an ETag by which an answer that did not change is not sent again."""

import base64
import binascii
import hashlib
from typing import Any, TypeVar, cast

import msgspec
from litestar import Response

from sync.hub.api.access import HubRequest
from sync.hub.problems import HubProblem

T = TypeVar("T")
LIMIT, LIMIT_MAX = 50, 200
CURSOR_MAX = 400
_JSON = "application/json"


def tagged(request: HubRequest, value: T, **headers: str) -> Response[T]:
    """An answer with its ETag, or 304 without a body for who has it already (If-None-Match)."""
    body = msgspec.json.encode(value)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    given = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    sent = {"ETag": tag, "Cache-Control": "private, no-cache", **headers}
    if tag in given or "*" in given:
        return cast(Response[T], Response(b"", status_code=304, media_type=_JSON, headers=sent))
    return cast(Response[T], Response(body, media_type=_JSON, headers=sent))


def limit_of(asked: int) -> int:
    """How many a page may have. Raises HubProblem for none and for too many."""
    if not 0 < asked <= LIMIT_MAX:
        raise HubProblem("request.argument", name="limit", value=str(asked)[:20], wanted=f"1 to {LIMIT_MAX}")
    return asked


def spelled(*parts: str | int) -> str:
    """A cursor: a text that only the hub reads."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type[Any]) -> list[Any]:
    """The parts of a cursor, of these kinds. Raises HubProblem for one that the hub never gave."""
    wrong = HubProblem("request.argument", name="cursor", value=cursor[:40], wanted="a cursor of this address")
    if len(cursor) > CURSOR_MAX:
        raise wrong
    try:
        parts = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise wrong from error
    if not isinstance(parts, list) or [type(one) for one in parts] != list(kinds):
        raise wrong
    if any("\0" in one if isinstance(one, str) else not 0 <= one < 1 << 62 for one in parts):
        raise wrong
    return parts
