"""The client against a real server that misbehaves: a failure is an answer, never raised."""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from kiosk.domain.codec import digest
from kiosk.domain.facts import SealedFact
from kiosk.domain.feed import NOWHERE
from sync.agent import client as client_module
from sync.agent.client import HubClient, Identity
from sync.agent.events import Failure
from sync.protocol.limits import BODY_BYTES_MAX, PROTO
from sync.protocol.messages import ChunkRef, PushReply, SignedManifest, SnapshotManifest, pack, to_json
from sync.protocol.signature import (
    DEVICE_HEADER,
    PROTO_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    Key,
    request_message,
    verifier,
)

KEY, HUB_KEY = Key.load(bytes(32)), Key.load(bytes([1] * 32))
FACT = SealedFact(1, b"{}", bytes(32), bytes(64))
REPLY = PushReply(1, 2, 1, bytes(32), 1_000)
Asked = list[bytes]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(status: str = "200 OK", body: bytes = b"", kind: str = "application/json", more: str = "") -> bytes:
    """An answer of a hub, byte by byte."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{PROTO_HEADER}: {PROTO}\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def problem(status: str, code: str, more: str = "") -> bytes:
    """A refusal of a hub."""
    body = {"title": "no", "status": int(status[:3]), "code": code, "detail": "so there"}
    return answer(status, json.dumps(body).encode(), "application/problem+json", more)


@asynccontextmanager
async def server(*chunks: bytes, hold: bool = False, asked: Asked | None = None) -> AsyncIterator[str]:
    """A server that reads a request, writes these chunks, and then closes or (`hold`) says no more."""
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        if asked is not None:
            asked.append(request)
        for chunk in chunks:
            writer.write(chunk)
        await writer.drain()
        if hold:
            await ended.wait()

    async with serving(serve, ended) as address:
        yield address


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """A whole request; nothing where the client sends something else."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
    return head + await reader.readexactly(int(fields.get(b"content-length", b"0")))


@asynccontextmanager
async def serving(serve: Serve, ended: asyncio.Event) -> AsyncIterator[str]:
    """Run a server on a port of its own and end each of its conversations, whatever became of them."""
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
            writer.close()
            await writer.wait_closed()
        except (ConnectionError, TimeoutError, ssl.SSLError):
            writer.close()  # the client had enough, which is what some of these tests are about

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(talk(reader, writer))
        talks.add(task)
        task.add_done_callback(talks.discard)

    listening = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        ended.set()
        listening.close()
        await asyncio.gather(*talks)


@asynccontextmanager
async def hub_client(address: str) -> AsyncIterator[HubClient]:
    """A client that belongs to one terminal."""
    client = HubClient(address, Identity("dev-1", 1, KEY, HUB_KEY.public), lambda: 123_456)
    try:
        yield client
    finally:
        await client.close()


async def pushed(address: str) -> PushReply | Failure:
    """Push one fact."""
    async with hub_client(address) as client:
        return await client.push(1, [FACT])


def push_to(*chunks: bytes, hold: bool = False) -> PushReply | Failure:
    """Push one fact to a server that answers so."""

    async def run() -> PushReply | Failure:
        async with server(*chunks, hold=hold) as address:
            return await pushed(address)

    return asyncio.run(run())


async def rung(event: asyncio.Event, seconds: float) -> bool:
    """Whether an event comes within so long."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def code_of(result: object) -> str:
    assert isinstance(result, Failure), result
    return result.code


def test_a_good_answer_is_opened() -> None:
    assert push_to(answer(body=pack(REPLY))) == REPLY


def test_a_request_is_signed_over_method_path_body_and_time() -> None:
    asked: Asked = []

    async def run() -> None:
        async with server(answer(body=pack(REPLY)), asked=asked) as address:
            await pushed(address)

    asyncio.run(run())
    head, _, body = asked[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    assert lines[0] == "POST /v1/push HTTP/1.1"
    assert fields[DEVICE_HEADER.lower()] == "dev-1" and fields[PROTO_HEADER.lower()] == PROTO
    message = request_message("POST", "/v1/push", body, int(fields[TIME_HEADER.lower()]))
    signature = base64.b64decode(fields[SIGNATURE_HEADER.lower()])
    assert verifier(KEY.public)(message, signature)


def test_a_captive_portal_is_not_the_hub_although_it_says_200() -> None:
    html = b"<html><body>Please accept our terms</body></html>"
    portal = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(html)
    assert push_to(portal + html) == Failure("sync.not_the_hub")


def test_a_portal_that_redirects_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\n\r\n"
    assert push_to(moved) == Failure("sync.not_the_hub")


def test_html_under_the_hubs_own_headers_is_not_the_hub_either() -> None:
    assert push_to(answer(body=b"<html>", kind="text/html")) == Failure("sync.not_the_hub")


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00garbage\xff", pack(REPLY)[:10], b"{}", b"\x28\xb5\x2f\xfd" + bytes(40)],
    ids=["empty", "noise", "half", "another format", "zstd that is none"],
)
def test_an_answer_that_cannot_be_read_is_garbage(body: bytes) -> None:
    assert push_to(answer(body=body)) == Failure("sync.garbage", contact=True)


def test_bytes_that_are_not_http_are_a_cut_line() -> None:
    assert code_of(push_to(b"\x00\x01\x02\x03 no http at all\r\n\r\n")) == "sync.cut"


def test_a_line_that_breaks_in_the_middle_of_the_body_is_a_cut_line() -> None:
    whole = answer(body=pack(REPLY))
    assert push_to(whole[:-5]) == Failure("sync.cut")


def test_a_line_that_closes_without_an_answer_is_a_cut_line() -> None:
    assert code_of(push_to()) == "sync.cut"


def test_an_answer_without_end_is_not_read_to_the_end() -> None:
    head = f"HTTP/1.1 200 OK\r\n{PROTO_HEADER}: {PROTO}\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"100000\r\n" + bytes(0x100000) + b"\r\n"
    pieces = [piece] * (BODY_BYTES_MAX // 0x100000 + 3)
    assert code_of(push_to(head.encode(), *pieces, hold=True)) == "sync.too_large"


def test_a_small_answer_that_unpacks_to_a_giant_is_garbage() -> None:
    bomb = pack(SignedManifest(bytes(80 * 1024 * 1024), b""))
    assert len(bomb) < 100_000
    assert code_of(push_to(answer(body=bomb))) == "sync.garbage"


@pytest.mark.parametrize("chunks", [(), (answer(body=pack(REPLY))[:-5],)], ids=["silent", "stalls"])
def test_a_server_that_says_no_more_runs_into_the_deadline(chunks: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_S", 0.2)
    assert push_to(*chunks, hold=True) == Failure("sync.timeout")


def test_a_server_that_drips_byte_after_byte_runs_into_the_deadline_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_S", 0.3)
    monkeypatch.setattr(client_module, "WHOLE_EXTRA_S", 0.2)

    ended = asyncio.Event()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in answer(body=bytes(10_000)):
            writer.write(bytes([byte]))
            await writer.drain()
            if await rung(ended, 0.02):
                return

    async def run() -> PushReply | Failure:
        async with serving(drip, ended) as address:
            result = await pushed(address)
            ended.set()
            return result

    assert asyncio.run(run()) == Failure("sync.timeout")


def test_nobody_at_the_address() -> None:
    async def run() -> PushReply | Failure:
        async with server() as address:
            gone = address
        return await pushed(gone)

    assert asyncio.run(run()) == Failure("sync.unreachable")


def test_a_name_that_does_not_exist() -> None:
    assert asyncio.run(pushed("http://no-such-host.invalid")) == Failure("sync.no_such_host")


@pytest.mark.parametrize("address", ["ftp://hub", "http://", "http://[::1", "hub"])
def test_an_address_that_is_none(address: str) -> None:
    assert code_of(asyncio.run(pushed(address))) == "sync.address"


def test_tls_where_there_is_none() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 some other service speaks first here\r\n")
        await writer.drain()

    async def run() -> PushReply | Failure:
        async with serving(greet, asyncio.Event()) as address:
            return await pushed(address.replace("http:", "https:"))

    assert asyncio.run(run()) == Failure("sync.tls")


@pytest.mark.parametrize(
    ("raw", "failure"),
    [
        (answer("500 Internal Server Error", b"oops"), Failure("sync.hub_error", contact=True)),
        (
            problem("503 Service Unavailable", "hub.busy", "Retry-After: 7\r\n"),
            Failure("hub.busy", contact=True, retry_after_ms=7_000),
        ),
        (
            problem("503 Service Unavailable", "hub.busy", "Retry-After: soon\r\n"),
            Failure("hub.busy", contact=True),
        ),
        (problem("410 Gone", "feed.gone"), Failure("feed.gone", contact=True, snapshot=True)),
        (
            problem("401 Unauthorized", "request.clock"),
            Failure("request.clock", contact=True, time=True),
        ),
        (
            problem("401 Unauthorized", "device.unknown"),
            Failure("device.unknown", slow=True, stranger=True),
        ),
        (
            problem("403 Forbidden", "certificate.ended"),
            Failure("certificate.ended", contact=True, slow=True, ended=True),
        ),
        (
            problem("426 Upgrade Required", "proto.unsupported"),
            Failure("sync.terminal_too_old", contact=True, slow=True),
        ),
        (
            problem("404 Not Found", "request.not_found").replace(b": 1.", b": 7."),
            Failure("sync.terminal_too_old", contact=True, slow=True),
        ),
        (
            problem("404 Not Found", "request.not_found").replace(b": 1.", b": 0."),
            Failure("sync.hub_too_old", contact=True, slow=True),
        ),
        (
            problem("404 Not Found", "request.not_found", "Toonbank-Epoch: 12\r\n"),
            Failure("request.not_found", contact=True, epoch=12),
        ),
    ],
    ids=["500", "busy", "odd retry", "gone", "clock", "unknown", "ended", "426", "newer hub", "older hub", "epoch"],
)
def test_what_the_hub_refuses_keeps_its_code(raw: bytes, failure: Failure) -> None:
    assert push_to(raw) == failure


def _manifest_from(signed_by: Key, scope: str = "catalog") -> SnapshotManifest | Failure:
    manifest = to_json(SnapshotManifest(1, "catalog", 5, "00" * 32, []))
    signed = SignedManifest(manifest, signed_by.sign(digest(manifest)))

    async def run() -> SnapshotManifest | Failure:
        async with server(answer(body=pack(signed))) as address, hub_client(address) as client:
            return await client.manifest("catalog" if scope == "catalog" else "device")

    return asyncio.run(run())


def test_a_snapshot_is_believed_only_under_the_pinned_hubs_signature() -> None:
    found = _manifest_from(HUB_KEY)
    assert isinstance(found, SnapshotManifest) and found.rev == 5
    assert code_of(_manifest_from(KEY)) == "sync.not_our_hub"
    assert code_of(_manifest_from(HUB_KEY, "device")) == "sync.garbage"


def test_a_chunk_with_another_hash_is_garbage() -> None:
    async def run() -> bytes | Failure:
        async with server(answer(body=b"1234")) as address, hub_client(address) as client:
            return await client.chunk(ChunkRef("ab" * 32, 4, 1))

    assert code_of(asyncio.run(run())) == "sync.garbage"


def test_a_new_client_answers_after_the_old_one_was_thrown_away() -> None:
    async def run() -> object:
        async with server(answer(body=pack(REPLY))) as address, hub_client(address) as client:
            await client.push(1, [FACT])
            await client.renew()
            return await client.push(1, [FACT])

    assert asyncio.run(run()) == REPLY


def test_a_poll_that_the_hub_keeps_may_last_longer_than_other_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module, "POLL_EXTRA_S", 0.2)

    async def run() -> object:
        async with server(hold=True) as address, hub_client(address) as client:
            return await client.feed("catalog", NOWHERE, 0)

    assert asyncio.run(run()) == Failure("sync.timeout")
