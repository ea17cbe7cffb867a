"""Who may ask, and what strangers and hostile bytes get: a code and a sentence, never a fault."""

import socket
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
import zstandard

from sync.protocol.limits import BODY_BYTES_MAX, PROTO
from sync.protocol.messages import Hello, PushedFact, PushRequest, pack
from sync.protocol.signature import DEVICE_HEADER, SIGNATURE_HEADER, TIME_HEADER, Key, request_headers
from tests.sync.hub.support import DAY, OTHER_STORE, STORE, FakeTerminal, RunningHub, system_ms


def _code(reply: httpx.Response) -> str:
    assert reply.headers["Toonbank-Proto"] == PROTO and reply.headers["Toonbank-Epoch"] == "1"
    if reply.status_code == 200:
        return ""
    assert reply.headers["Content-Type"] == "application/problem+json"
    problem = reply.json()
    assert problem["status"] == reply.status_code and problem["detail"] and problem["title"]
    return str(problem["code"])


def test_hello_says_who_this_is_without_a_signature(hub: RunningHub) -> None:
    reply = hub.stranger().http.get("/v1/hello")
    said = msgspec.json.decode(reply.content, type=Hello)
    assert (said.product, said.proto, said.epoch) == ("toonbank-hub", PROTO, 1)
    assert abs(said.time_ms - system_ms()) < 30_000
    assert _code(reply) == ""


def test_the_addresses_are_described_as_openapi(hub: RunningHub) -> None:
    described = hub.stranger().http.get("/v1/openapi.json").json()
    assert described["openapi"].startswith("3.")
    assert {"/v1/hello", "/v1/enrol", "/v1/push", "/v1/feed", "/v1/snapshot"} <= set(described["paths"])


def test_addresses_and_methods_that_are_none_get_a_code(hub: RunningHub) -> None:
    http = hub.stranger().http
    assert _code(http.get("/v1/nothing")) == "request.not_found"
    assert _code(http.delete("/v1/hello")) == "request.method"


def test_an_unsigned_request_is_refused(hub: RunningHub) -> None:
    http = hub.stranger().http
    assert _code(http.get("/v1/feed?scope=catalog")) == "request.unsigned"
    assert _code(http.get("/v1/feed?scope=catalog", headers={DEVICE_HEADER: "x", TIME_HEADER: "-1"})) == "request.unsigned"


def test_a_terminal_of_another_hub_is_not_known(hub: RunningHub) -> None:
    stranger = hub.stranger()
    stranger.dev = "somebody"
    assert _code(stranger.request("GET", "/v1/feed?scope=catalog")) == "device.unknown"


def test_a_request_signed_by_another_key_is_refused(hub: RunningHub) -> None:
    till = hub.terminal()
    till.key = Key.generate()
    assert _code(till.feed_raw("catalog")) == "request.signature"


@pytest.mark.parametrize("header", ["", "!!!", "AAAA"])
def test_a_signature_that_is_none_is_refused(hub: RunningHub, header: str) -> None:
    till = hub.terminal()
    headers = {DEVICE_HEADER: till.dev, TIME_HEADER: str(system_ms()), SIGNATURE_HEADER: header}
    reply = till.http.get("/v1/feed?scope=catalog", headers=headers)
    assert _code(reply) == ("request.signature" if header else "request.unsigned")


def test_a_signature_covers_the_query_and_the_body(hub: RunningHub) -> None:
    till = hub.terminal("9", "kiosk")
    signed = request_headers(till.key, till.dev, "GET", "/v1/feed?scope=catalog", b"", system_ms())
    assert _code(till.http.get("/v1/feed?scope=device", headers=signed)) == "request.signature"
    signed = request_headers(till.key, till.dev, "POST", "/v1/help", b"{}", system_ms())
    assert _code(till.http.post("/v1/help", content=b"[]", headers=signed)) == "request.signature"


def test_a_clock_that_is_a_day_off_is_told_the_time_and_can_sign_again(hub: RunningHub) -> None:
    till = hub.terminal()
    till.clock_ms = -86_400_000
    till.sale()
    refused = till.push_raw()
    assert refused.status_code == 401 and _code(refused) == "request.clock"
    till.clock_ms = refused.json()["time_ms"] - system_ms()
    assert till.push().next_seq == 2


def test_ten_minutes_are_still_close_enough(hub: RunningHub) -> None:
    till = hub.terminal()
    till.clock_ms = 9 * 60_000
    assert till.push().next_seq == 1


def test_a_newer_major_protocol_gets_no_feed_but_may_push(hub: RunningHub) -> None:
    till = hub.terminal()
    newer = {"Toonbank-Proto": "2.0"}
    assert _code(till.request("GET", "/v1/feed?scope=catalog&cursor=1:0", b"", **newer)) == "proto.unsupported"
    till.sale()
    body = pack(PushRequest(till.dev, 1, 1, [PushedFact(fact.data, fact.signature) for fact in till.facts]))
    assert till.request("POST", "/v1/push", body, **newer).status_code == 200


def _bomb() -> bytes:
    return zstandard.ZstdCompressor().compress(bytes(200_000_000))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\x00", b"{}", b"\xff" * 1000, zstandard.ZstdCompressor().compress(b""),
        zstandard.ZstdCompressor().compress(b"\xc1"), zstandard.ZstdCompressor().compress(b"\x91" * 100_000),
        zstandard.ZstdCompressor().compress(msgspec.msgpack.encode({"dev": 1})), _bomb(),
    ],
)  # fmt: skip
def test_garbage_is_refused_as_garbage(hub: RunningHub, body: bytes) -> None:
    till = hub.terminal()
    assert _code(till.request("POST", "/v1/push", body)) == "request.body"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"code": 1}', b"[" * 50_000, b'{"code":"\\ud800"}'])
def test_json_garbage_is_refused_as_garbage(hub: RunningHub, body: bytes) -> None:
    reply = hub.stranger().http.post("/v1/enrol", content=body, headers={"Idempotency-Key": "k"})
    assert _code(reply) == "request.body"


def test_a_giant_body_is_refused_before_it_is_read(hub: RunningHub) -> None:
    till = hub.terminal()
    assert _code(till.request("POST", "/v1/push", bytes(BODY_BYTES_MAX + 1))) == "request.too_large"


def test_more_than_two_hundred_facts_are_refused(hub: RunningHub) -> None:
    till = hub.terminal()
    body = pack(PushRequest(till.dev, 1, 1, [PushedFact(b"x", b"y")] * 201))
    assert _code(till.request("POST", "/v1/push", body)) == "push.too_many"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/v1/feed?scope=other&cursor=1:0", "request.argument"),
        ("/v1/feed?scope=catalog&cursor=x", "request.argument"),
        ("/v1/feed?scope=catalog&cursor=1:-1", "request.argument"),
        ("/v1/feed?scope=catalog&cursor=1:99999999999999999999999", "feed.gone"),
        ("/v1/feed?scope=catalog&cursor=1:0&limit=many", "request.argument"),
        ("/v1/feed?cursor=1:0", "request.argument"),
        ("/v1/snapshot?scope=", "request.argument"),
        (f"/v1/report/day?store={OTHER_STORE}&day={DAY}", "device.store"),
        (f"/v1/report/day?store={STORE}", "request.argument"),
    ],
)
def test_wrong_arguments_get_a_code(hub: RunningHub, target: str, code: str) -> None:
    assert _code(hub.terminal().request("GET", target)) == code


def test_a_fault_of_ours_keeps_nothing_and_says_where_to_look(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    till = hub.terminal()
    till.sale()

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr("sync.hub.ingest.reply", broken)
        refused = till.push_raw()
    assert _code(refused) == "hub.fault" and refused.json()["values"]["reference"] in caplog.text
    assert till.push().next_seq == 2, "the transaction of the fault was rolled back, and the push works again"
    report = till.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
    assert report["total"]["sales"] == 1


def test_bytes_that_are_not_http_hurt_nobody(hub: RunningHub) -> None:
    place = urlsplit(hub.url)
    cut_off = b"POST /v1/push HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"
    for data in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", cut_off):
        with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=10) as line:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            while line.recv(65536):
                pass
    till: FakeTerminal = hub.terminal()
    assert till.push().next_seq == 1
