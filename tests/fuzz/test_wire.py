"""Bytes on the wire as no client of ours sends them: the hub answers with a code or hangs up, and everybody else is served."""

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sync.hub import patience
from sync.protocol.messages import PushRequest, pack
from sync.protocol.signature import DEVICE_HEADER, SIGNATURE_HEADER, TIME_HEADER, request_headers
from tests.fuzz.support import LONG, code_of, goes_on
from tests.sync.hub.support import FakeTerminal, RunningHub, running_hub, system_ms

SLOW_LINES = 200
GARBAGE = 3_000 if LONG else 150
_HEAD_WAIT_S = 0.4
_ANSWER_S = 20.0
_SERVED_S = 5.0
"""So long a sound terminal may wait at most, on a machine that is slow itself."""


@contextmanager
def line_to(hub: RunningHub) -> Iterator[socket.socket]:
    """A bare line to the hub."""
    place = urlsplit(hub.url)
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=_ANSWER_S) as line:
        yield line


def said(hub: RunningHub, data: bytes, *, hang_up: bool = True) -> bytes:
    """Everything that the hub says to these bytes until it hangs up."""
    heard = b""
    with line_to(hub) as line:
        try:
            line.sendall(data)
            if hang_up:
                line.shutdown(socket.SHUT_WR)
            while part := line.recv(65_536):
                heard += part
        except (ConnectionResetError, BrokenPipeError):
            pass  # it hung up before it had heard us out, as it may
    return heard


def status_of(heard: bytes) -> int:
    """The status of an answer, 0 where there was none."""
    return int(heard.split(b" ", 2)[1]) if heard.startswith(b"HTTP/1.") else 0


def asked(till: FakeTerminal, **headers: str) -> bytes:
    """A request for the feed, byte by byte."""
    target = "/v1/feed?scope=catalog&cursor=1:0"
    signed = request_headers(till.key, till.dev, "GET", target, b"", system_ms())
    lines = [f"{name}: {value}\r\n" for name, value in {"Host": "x", "Connection": "close", **signed, **headers}.items()]
    return f"GET {target} HTTP/1.1\r\n{''.join(lines)}\r\n".encode("latin-1")


def test_a_request_written_by_hand_is_a_request(hub: RunningHub) -> None:
    # Guards those below: were this not a sound request, they would all prove nothing.
    assert status_of(said(hub, asked(hub.terminal()), hang_up=False)) == 200


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (TIME_HEADER, "9" * 400), (TIME_HEADER, "-1"), (TIME_HEADER, "1e9"), (TIME_HEADER, "\u00b2"), (TIME_HEADER, ""),
        (TIME_HEADER, "0x10"), (TIME_HEADER, str(2**63)), (TIME_HEADER, str(2**53)), (DEVICE_HEADER, "\u00ff" * 200),
        (DEVICE_HEADER, "'; DROP TABLE facts; --"), (DEVICE_HEADER, "x" * 20_000), (SIGNATURE_HEADER, "\u00ff"),
        (SIGNATURE_HEADER, "A" * 20_000), (SIGNATURE_HEADER, "===="), ("Toonbank-Proto", "9" * 5_000),
        ("Toonbank-Proto", "\u00e9.\u00e9"), ("Content-Length", "99999999999999999999"), ("Content-Length", "-5"),
        ("Transfer-Encoding", "chunked, chunked"), ("Range", "bytes=" + "9" * 30 + "-"), ("Accept-Encoding", "x" * 5_000),
        ("X-Forwarded-For", "\u00ff" * 500), ("Host", "\u00ff\u00ff"), ("Expect", "100-continue"), ("Upgrade", "h2c"),
    ],
)  # fmt: skip
def test_a_header_of_nonsense_is_no_fault(hub: RunningHub, header: str, value: str) -> None:
    till = hub.terminal()
    assert status_of(said(hub, asked(till, **{header: value}))) < 500
    assert till.push().next_seq == 1


@pytest.mark.parametrize("kind", ["", "text/html", "application/json", "multipart/form-data; boundary=", "a/b/c;;=;", "x" * 3_000])
def test_what_a_body_calls_itself_changes_nothing(hub: RunningHub, kind: str) -> None:
    till = hub.terminal()
    body = pack(PushRequest(till.dev, 1, 1, []))
    signed = request_headers(till.key, till.dev, "POST", "/v1/push", body, system_ms())
    reply = till.http.post("/v1/push", content=body, headers=[*signed.items(), ("Content-Type", kind)])
    assert code_of(reply) == ""


@pytest.mark.parametrize(
    "target",
    [
        "/v1/feed?scope=catalog&cursor=1:" + "9" * 30, "/v1/feed?scope=catalog&limit=" + "9" * 5_000,
        "/v1/feed?scope=catalog&wait=1e400", "/v1/feed?scope=catalog&wait=-inf",
        "/v1/feed?scope=catalog&limit=-9223372036854775809&cursor=1:0", "/v1/feed?scope=catalog&cursor=1:9223372036854775808",
        "/v1/feed?scope=catalog&cursor=9223372036854775808:0", "/v1/report/day?store=AMS1&day=" + "9" * 5_000,
        "/v1/help/" + "9" * 5_000, "/v1/help/%00%ff?wait=0&known=%ff", "/v1/chunks/%2e%2e%2fhub.key", "/v1/chunks/..%2fhub.db",
        "/v1/pictures/%2e%2e/hub.key", "//v1/hello", "/v1/hello/../hello", "/%ff%fe", "/v1/feed?%ff=%fe",
    ],
)  # fmt: skip
def test_a_number_without_end_or_a_path_that_climbs_gets_a_code(tmp_path: Path, target: str) -> None:
    with running_hub(tmp_path / "hub") as hub:  # its own: one that was asked for a cursor from the future doubts itself
        reply = hub.terminal().request("GET", target)
        code_of(reply)
        assert hub.hub.key.raw not in reply.content


def test_bytes_by_chance_are_no_fault(hub: RunningHub) -> None:
    chance, till = random.Random(3), hub.terminal()
    sound = asked(till)
    for _ in range(GARBAGE):
        data = bytearray(sound)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = bytes(data[: chance.randint(1, len(data))])
        assert status_of(said(hub, cut)) < 500, cut
    goes_on(hub)


def test_two_hundred_lines_that_never_finish_a_request_hold_nobody_up(hub: RunningHub) -> None:
    till = hub.terminal()
    with ExitStack() as stack:
        slow = [stack.enter_context(line_to(hub)) for _ in range(SLOW_LINES)]
        for number, line in enumerate(slow):
            if number % 2:
                line.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            else:
                line.sendall(b"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n(")
        began = time.monotonic()
        till.sale()
        assert till.push().next_seq == 2
        assert till.http.get("/v1/hello").status_code == 200
        assert time.monotonic() - began < _SERVED_S
        for line in slow:
            line.sendall(b"a")
        till.sale()
        assert till.push().next_seq == 3
    goes_on(hub)


def hung_up(line: socket.socket) -> bool:
    """Wait until the hub hangs up; whether it did so without a word."""
    heard = b""
    with suppress(ConnectionResetError):
        while part := line.recv(65_536):
            heard += part
    return not heard


@pytest.mark.parametrize(
    "begun", [b"", b"G", b"GET /v1/hello HTTP/1.1\r\nHost: x\r\nX-Slow: "], ids=["nothing", "a letter", "half"]
)
def test_a_line_that_never_finishes_its_first_head_is_hung_up(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(patience, "HEAD_WAIT_S", _HEAD_WAIT_S)
    with line_to(hub) as line:
        began = time.monotonic()
        line.sendall(begun)
        assert hung_up(line)
        assert time.monotonic() - began >= _HEAD_WAIT_S * 0.9, "it was hung up before its time"


def test_a_line_that_never_finishes_a_later_head_is_hung_up(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_WAIT_S", _HEAD_WAIT_S)
    with line_to(hub) as line:
        line.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while not answer.endswith(b"}"):  # head and body may come one after the other
            answer += line.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 200")
        line.sendall(b"GET /v1/hello HTTP/1.1\r\nHost:")
        assert hung_up(line)


def test_a_drop_now_and_then_buys_no_time(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_WAIT_S", _HEAD_WAIT_S)
    with line_to(hub) as line, pytest.raises((ConnectionResetError, BrokenPipeError)):
        for _ in range(1_000):
            line.sendall(b"G")
            threading.Event().wait(_HEAD_WAIT_S / 5)


def test_a_poll_that_waits_for_news_is_not_hung_up(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_WAIT_S", _HEAD_WAIT_S)
    till = hub.terminal()
    till.take_snapshot("catalog")
    till.catch_up("catalog")
    assert not till.feed("catalog", wait=3 * _HEAD_WAIT_S).transactions


def test_lines_that_hang_up_in_the_middle_of_everything_leave_nothing_behind(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    body = pack(PushRequest(till.dev, 1, 1, []))
    signed = request_headers(till.key, till.dev, "POST", "/v1/push", body, system_ms())
    head = "".join(f"{name}: {value}\r\n" for name, value in signed.items())
    whole = f"POST /v1/push HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    for length in range(1, len(whole), 3):
        with line_to(hub) as line:
            line.sendall(whole[:length])
    assert till.push().next_seq == 2
