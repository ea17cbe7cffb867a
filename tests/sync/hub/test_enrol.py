"""Making terminals: codes are used once, bound to a place, and end; each enrolment opens a new receipt series."""

import base64

import msgspec
import pytest

from kiosk.domain.feed import Peer
from sync.hub.operations import EnrolCode, enrol_code
from sync.hub.problems import HubProblem
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, RunningHub


def test_a_code_makes_a_terminal_with_the_place_it_stands_for(hub: RunningHub) -> None:
    till = hub.terminal("1")
    assert till.certificate is not None
    assert (till.certificate.kind, till.certificate.series, till.certificate.inc) == ("till", 1, 1)
    place = till.place
    assert (place.tenant, place.store, place.terminal) == (TENANT, STORE, "01")
    assert (place.entity, place.brand, place.country, place.currency) == ("noord-bv", "noord-zuid", "NL", "EUR")
    assert (place.language, place.zone) == ("nl", "Europe/Amsterdam")
    assert till.hub_key == hub.hub.key.public


def test_a_code_is_written_as_people_write_it(hub: RunningHub) -> None:
    code = hub.code()
    assert hub.stranger().enrol(f" {code.lower().replace('-', ' ')} ").status_code == 200


def test_a_code_makes_one_terminal_only(hub: RunningHub) -> None:
    code = hub.code()
    assert hub.stranger().enrol(code).status_code == 200
    again = hub.stranger().enrol(code)
    assert again.status_code == 403 and again.json()["code"] == "enrol.code_used"


def test_a_code_ends_after_ten_minutes(hub: RunningHub) -> None:
    code = hub.code()
    hub.clock.added_ms += 10 * 60_000 + 1
    assert hub.stranger().enrol(code).json()["code"] == "enrol.code_expired"


def test_a_code_for_a_roll_out_is_good_for_hours_and_not_for_more_than_72(hub: RunningHub) -> None:
    code = hub.code(hours=72)
    hub.clock.added_ms += 71 * 3_600_000
    assert hub.stranger().enrol(code).status_code == 200
    with pytest.raises(HubProblem) as refused:
        hub.code(hours=72.1)
    assert refused.value.code == "enrol.hours"


def test_the_same_request_again_gets_the_same_certificate(hub: RunningHub) -> None:
    code, till = hub.code(), hub.stranger()
    first, again = till.enrol(code, "key-1"), till.enrol(code, "key-1")
    assert first.status_code == again.status_code == 200 and first.content == again.content


def test_the_same_key_with_another_body_is_refused(hub: RunningHub) -> None:
    code = hub.code()
    assert hub.stranger().enrol(code, "key-1").status_code == 200
    refused = hub.stranger().enrol(code, "key-1")
    assert refused.status_code == 422 and refused.json()["code"] == "request.idempotency_reused"


def test_an_enrolment_without_a_key_to_repeat_it_by_is_refused(hub: RunningHub) -> None:
    refused = hub.stranger().http.post("/v1/enrol", json={"code": "", "public_key": "", "app": "", "host": ""})
    assert refused.json()["code"] == "request.idempotency_key"


@pytest.mark.parametrize("key", ["", "?", base64.b64encode(bytes(31)).decode()])
def test_a_public_key_that_is_none_is_refused_and_uses_no_code_up(hub: RunningHub, key: str) -> None:
    code, till = hub.code(), hub.stranger()
    body = {"code": code, "public_key": key, "app": "", "host": ""}
    refused = till.http.post("/v1/enrol", json=body, headers={"Idempotency-Key": "k"})
    assert refused.json()["code"] == "enrol.key"
    assert till.enrol(code).status_code == 200


def test_guessing_codes_ends_after_ten_tries_and_goes_on_after_ten_minutes(hub: RunningHub) -> None:
    till = hub.stranger()
    assert {till.enrol("AAAA-AAAA").json()["code"] for _ in range(10)} == {"enrol.code_wrong"}
    held_back = till.enrol("AAAA-AAAA")
    assert held_back.status_code == 429 and held_back.json()["code"] == "enrol.too_many"
    assert 0 < int(held_back.headers["Retry-After"]) <= 601
    hub.clock.added_ms += 10 * 60_000 + 1
    assert till.enrol("AAAA-AAAA").json()["code"] == "enrol.code_wrong"


def test_a_replacement_gets_the_next_series_and_the_old_terminal_only_pushes_any_more(hub: RunningHub) -> None:
    old, other = hub.terminal("1"), hub.terminal("2")
    old.sale()
    new = hub.terminal("1")
    assert new.certificate is not None and new.certificate.series == 2 and new.dev != old.dev
    assert old.feed_raw("catalog").json()["code"] == "device.revoked"
    assert old.push().next_seq == 2
    peers = {
        key: msgspec.json.decode(payload, type=Peer)
        for (entity, key), payload in other.catch_up("device").items()
        if entity == "peer"
    }
    assert {dev: peer.revoked for dev, peer in peers.items()} == {old.dev: True, other.dev: False, new.dev: False}
    assert base64.b64decode(peers[new.dev].public_key) == new.key.public


def test_series_run_per_store_and_terminal_number(hub: RunningHub) -> None:
    series = [
        terminal.certificate.series
        for terminal in (hub.terminal("1"), hub.terminal("2"), hub.terminal("1", store=OTHER_STORE), hub.terminal("1"))
        if terminal.certificate is not None
    ]
    assert series == [1, 1, 1, 2]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (EnrolCode("NIX1", "1", "till"), "store.unknown"),
        (EnrolCode(STORE, "1", "fridge"), "terminal.kind"),
        (EnrolCode(STORE, "one too many", "till"), "terminal.number"),
        (EnrolCode(STORE, "1", "till", tenant="other"), "tenant.which"),
    ],
)
def test_a_code_for_something_impossible_is_refused(hub: RunningHub, order: EnrolCode, code: str) -> None:
    with pytest.raises(HubProblem) as refused:
        enrol_code(hub.hub, order)
    assert refused.value.code == code
