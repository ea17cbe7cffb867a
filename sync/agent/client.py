"""Asks the hub over HTTP and never raises: every call gives the answer or a Failure with a code.

Codes of our own: `sync.address`, `sync.unreachable`, `sync.no_such_host`, `sync.tls`,
`sync.timeout`, `sync.cut`, `sync.not_the_hub`, `sync.garbage`, `sync.too_large`, `sync.hub_error`,
`sync.hub_too_old`, `sync.terminal_too_old`; what the hub itself refuses keeps the hub's code.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from kiosk.domain.codec import digest
from kiosk.domain.facts import SealedFact
from kiosk.domain.feed import Cursor
from sync.agent.events import Failure
from sync.protocol.limits import BODY_BYTES_MAX, FEED_ROWS_MAX, PROTO
from sync.protocol.messages import (
    ChunkRef,
    FeedReply,
    Hello,
    Problem,
    PushedFact,
    PushReply,
    PushRequest,
    RightsReport,
    Scope,
    SignedManifest,
    SnapshotManifest,
    from_json,
    pack,
    unpack,
)
from sync.protocol.signature import (
    EPOCH_HEADER,
    ONCE_HEADER,
    PROTO_HEADER,
    Key,
    device_name,
    request_headers,
    verifier,
)
from sync.protocol.versions import older_of, too_old

T = TypeVar("T")
log = logging.getLogger(__name__)

CONNECT_S = 3.0
HELLO_S = 3.0
ANSWER_S = 10.0
CHUNK_S = 30.0
POLL_EXTRA_S = 10.0
WHOLE_EXTRA_S = CONNECT_S + 5.0
"""What a whole request may take beyond the wait for its first answer."""

PICTURE_BYTES_MAX = 2 * 1024 * 1024
_PROBLEM_BYTES_MAX = 64 * 1024
_OF_NO_USE_SOON = frozenset({400, 401, 403, 413, 422, 426})
"""Refusals that only a person or another version mends; trying again soon is of no use."""

_STRANGER = "device.unknown"
"""A hub that never enrolled this terminal is not its hub: another one may have taken over the address."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: the terminal's device id, incarnation and key, and the hub's public key that it
    trusts.
    """

    dev: str
    inc: int
    key: Key
    hub_key: bytes


class HubClient:
    """One terminal's line to the hub at `address` (a base URL). `now_ms` gives the time to sign
    requests with.

    To be used on one event loop. `tls` is the context for https addresses (the system's trust by
    default).
    """

    def __init__(
        self,
        address: str,
        identity: Identity,
        now_ms: Callable[[], int],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.address = address.rstrip("/")
        self.identity = identity
        self._now_ms = now_ms
        self._tls = tls
        self._hub_signed = verifier(identity.hub_key)
        self._http = new_http(tls)

    async def renew(self) -> None:
        """Throw all connections away and start with new ones."""
        old, self._http = self._http, new_http(self._tls)
        await close_http(old)

    async def close(self) -> None:
        """Let go of all connections."""
        await close_http(self._http)

    async def hello(self, address: str | None = None) -> Hello | Failure:
        """Ask, unsigned, whether a hub is at this address (or the current one) and what time it has
        there.
        """
        return await hello(self._http, address or self.address)

    async def push(
        self, from_seq: int, facts: Sequence[SealedFact], epoch: int = 0, report: RightsReport | None = None
    ) -> PushReply | Failure:
        """Send facts in order from `from_seq` on. `epoch` is the one in which the hub said that it has those before."""
        pushed = [PushedFact(fact.data, fact.signature) for fact in facts]
        acked = from_seq - 1 if epoch else 0
        request = PushRequest(self.identity.dev, self.identity.inc, from_seq, pushed, acked, epoch, report)
        body = await self.signed("POST", "/v1/push", pack(request), ANSWER_S)
        return read_as(body, lambda data: unpack(data, PushReply))

    async def feed(self, scope: Scope, cursor: Cursor, wait_s: int) -> FeedReply | Failure:
        """Ask for the transactions after a cursor; the hub answers at once when there are some,
        else after `wait_s`.
        """
        target = f"/v1/feed?scope={scope}&cursor={cursor.epoch}:{cursor.rev}"
        target += f"&limit={FEED_ROWS_MAX}&wait={wait_s}"
        body = await self.signed("GET", target, b"", wait_s + POLL_EXTRA_S)
        return read_as(body, lambda data: unpack(data, FeedReply))

    async def manifest(self, scope: Scope, address: str | None = None) -> SnapshotManifest | Failure:
        """The manifest of a scope's snapshot. One that the trusted hub did not sign is
        `sync.not_our_hub`.
        """
        target = f"/v1/snapshot?scope={scope}"
        body = await self.signed("GET", target, b"", CHUNK_S, address=address)
        signed = read_as(body, lambda data: unpack(data, SignedManifest))
        if isinstance(signed, Failure):
            return signed
        if not self._hub_signed(digest(signed.manifest), signed.signature):
            return Failure("sync.not_our_hub", slow=True)
        manifest = read_as(signed.manifest, lambda data: from_json(data, SnapshotManifest))
        if isinstance(manifest, Failure) or manifest.scope == scope:
            return manifest
        return Failure("sync.garbage", contact=True)

    async def chunk(self, ref: ChunkRef) -> bytes | Failure:
        """A chunk's bytes as they were compressed, with the hash that the manifest promised."""
        return await self._by_hash(f"/v1/chunks/{ref.sha256}", ref.sha256, ref.size)

    async def picture(self, sha256: str) -> bytes | Failure:
        """A picture by its SHA-256."""
        return await self._by_hash(f"/v1/pictures/{sha256}", sha256, PICTURE_BYTES_MAX)

    async def _by_hash(self, target: str, sha256: str, size_max: int) -> bytes | Failure:
        body = await self.signed("GET", target, b"", CHUNK_S, size_max=size_max)
        if isinstance(body, Failure) or digest(body).hex() == sha256:
            return body
        return Failure("sync.garbage", contact=True)

    async def signed(
        self,
        method: str,
        target: str,
        body: bytes,
        answer_s: float,
        *,
        kind: str = "application/octet-stream",
        size_max: int = BODY_BYTES_MAX,
        address: str | None = None,
        once: str = "",
    ) -> bytes | Failure:
        """Ask in this terminal's name; the body of a good answer, or why there is none.

        `once` is the Idempotency-Key of a request that must not be carried out twice.
        """
        who = self.identity
        headers = request_headers(who.key, device_name(who.dev, who.inc), method, target, body, self._now_ms())
        if body:
            headers["Content-Type"] = kind
        if once:
            headers[ONCE_HEADER] = once
        url = (address or self.address) + target
        return await ask(self._http, method, url, body, headers, answer_s, size_max)


def new_http(tls: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """A client that trusts nobody's settings: no proxy from the environment, no redirects, no
    cookies kept.
    """
    return httpx.AsyncClient(
        verify=tls if tls is not None else True,
        trust_env=False,
        follow_redirects=False,
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=60),
    )


async def close_http(http: httpx.AsyncClient) -> None:
    """Close without raising: a broken connection may fail to close, and nobody minds."""
    try:
        await http.aclose()
    except (httpx.HTTPError, OSError, RuntimeError) as error:
        log.debug("a connection did not close well: %r", error)


async def hello(http: httpx.AsyncClient, address: str) -> Hello | Failure:
    """Ask, unsigned, whether a hub is at this address."""
    body = await ask(http, "GET", address + "/v1/hello", b"", {}, HELLO_S, _PROBLEM_BYTES_MAX)
    return read_as(body, lambda data: from_json(data, Hello))


async def ask(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    body: bytes,
    headers: dict[str, str],
    answer_s: float,
    size_max: int,
) -> bytes | Failure:
    """One request, with a deadline for each step and for the whole, and a limit to what is read."""
    headers = {**headers, PROTO_HEADER: PROTO, "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(answer_s, connect=CONNECT_S, pool=CONNECT_S)
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            return Failure("sync.address")
        # A server that drips byte after byte never meets the limit of one read; the whole has one
        # too.
        async with (
            asyncio.timeout(answer_s + WHOLE_EXTRA_S),
            http.stream(method, url, content=body, headers=headers, timeout=timeout) as response,
        ):
            return await _read(response, size_max)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as error:
        return _failure("sync.address", url, error)
    except (httpx.TimeoutException, TimeoutError) as error:
        return _failure("sync.timeout", url, error)
    except httpx.ConnectError as error:
        return _failure(_why_not_connected(error), url, error)
    except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError) as error:
        return _failure("sync.cut", url, error)


async def _read(response: httpx.Response, size_max: int) -> bytes | Failure:
    good = response.is_success
    data = bytearray()
    async for part in response.aiter_raw():
        data += part
        if len(data) > (size_max if good else _PROBLEM_BYTES_MAX):
            return Failure("sync.too_large" if _is_hub(response) else "sync.not_the_hub")
    if not _is_hub(response) or response.headers.get("Content-Type", "").startswith("text/html"):
        return Failure("sync.not_the_hub")
    return bytes(data) if good else _refusal(response, bytes(data))


def _is_hub(response: httpx.Response) -> bool:
    return PROTO_HEADER in response.headers


def _refusal(response: httpx.Response, data: bytes) -> Failure:
    status = response.status_code
    retry = response.headers.get("Retry-After", "")
    retry_after_ms = int(retry) * 1_000 if retry.isascii() and retry.isdigit() else 0
    hub = response.headers[PROTO_HEADER]
    older = too_old(hub, PROTO)
    if older or status == 426:
        return Failure(f"sync.{older or older_of(hub, PROTO)}_too_old", contact=True, slow=True)
    try:
        code = from_json(data, Problem).code
    except ValueError:
        code = "sync.hub_error"
    clock = code == "request.clock"
    epoch = response.headers.get(EPOCH_HEADER, "")
    return Failure(
        code,
        contact=code != _STRANGER,
        retry_after_ms=retry_after_ms,
        snapshot=status == 410,
        time=clock,
        slow=status in _OF_NO_USE_SOON and not clock,
        stranger=code == _STRANGER,
        ended=code == "certificate.ended",
        epoch=int(epoch) if epoch.isascii() and epoch.isdigit() and code != _STRANGER else 0,
    )


def read_as(body: bytes | Failure, read: Callable[[bytes], T]) -> T | Failure:
    """Open the body of a good answer; `sync.garbage` when it is not what was asked for."""
    if isinstance(body, Failure):
        return body
    try:
        return read(body)
    except ValueError as error:
        log.warning("the hub's answer cannot be read: %s", error)
        return Failure("sync.garbage", contact=True)


def _failure(code: str, url: str, error: BaseException) -> Failure:
    log.info("%s: %s: %r", code, url.partition("?")[0], error)
    return Failure(code)


def _why_not_connected(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "sync.tls"
        if isinstance(cause, socket.gaierror):
            return "sync.no_such_host"
        cause = cause.__cause__ or cause.__context__
    return "sync.unreachable"


@asynccontextmanager
async def plain_http(tls: ssl.SSLContext | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client for one use, such as enrolment."""
    http = new_http(tls)
    try:
        yield http
    finally:
        await close_http(http)
