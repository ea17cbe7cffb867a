"""A terminal's whole life at the hub: certificates over the years, a hub that forgot it, loss, replacement, move and end."""

import base64
import shutil
import threading
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select

from kiosk.domain.codec import digest
from kiosk.domain.errors import Damaged
from kiosk.domain.facts import SealedFact
from sync.hub import backup_keys, devices, epochs, once
from sync.hub.core import Hub
from sync.hub.devices import Who
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import audit, idempotency, terminals
from sync.hub.storage.schema_lives import lives
from sync.hub.terms import DAY_MS, Terms
from sync.protocol import certificate as certificates
from sync.protocol import sealing
from sync.protocol.limits import IDEMPOTENCY_DAYS, PROTO
from sync.protocol.messages import (
    BackupKey,
    FactsReply,
    OpenBackup,
    OpenedBackup,
    PushedFact,
    PushRequest,
    ReadmitRequest,
    RenewReply,
    pack,
    unpack,
)
from sync.protocol.signature import Key, verifier
from tests.sync.hub.lives import LivingTerminal, copy_of, life, restore_copy, waiting_of
from tests.sync.hub.support import OTHER_STORE, STORE, TENANT, FakeTerminal, RunningHub, running_hub, system_ms

TERMS = Terms()
YEARS_MS = TERMS.days * DAY_MS


@pytest.fixture
def folder(tmp_path: Path, shop: Path) -> Path:
    shutil.copytree(shop, tmp_path / "hub")
    return tmp_path / "hub"


def _papers(hub: Hub, till: FakeTerminal) -> tuple[bytes, bytes]:
    query = select(terminals.c.certificate, terminals.c.signature).where(terminals.c.dev == till.dev)
    row = hub.storage.call(lambda connection: connection.execute(query).one())
    return bytes(row.certificate), bytes(row.signature)


def _ask(till: FakeTerminal, target: str, value: object, key: str = "") -> httpx.Response:
    return till.request("POST", target, msgspec.json.encode(value), **{"Idempotency-Key": key or str(uuid.uuid4())})


def _ended(hub: RunningHub, till: FakeTerminal, days: int) -> None:
    """The hub's clock, and the terminal's, are so many days after the end of the certificate."""
    hub.clock.added_ms = till.clock_ms = YEARS_MS + days * DAY_MS


def _audited(hub: Hub) -> list[str]:
    return hub.storage.call(lambda connection: [str(row.what) for row in connection.execute(select(audit))])


# Certificates ---------------------------------------------------------------------------------------


def test_a_renewed_certificate_is_the_same_but_for_its_end_and_the_same_question_has_the_same_answer(hub: RunningHub) -> None:
    till = hub.terminal()
    hub.clock.added_ms = till.clock_ms = YEARS_MS - 30 * DAY_MS
    first = _ask(till, "/v1/renew", {"not_after_ms": 1}, "k1")
    again = _ask(till, "/v1/renew", {"not_after_ms": 1}, "k1")
    assert first.status_code == 200 and first.content == again.content
    reply = msgspec.json.decode(first.content, type=RenewReply)
    data, signature = (base64.b64decode(part) for part in (reply.certificate, reply.signature))
    made = certificates.read(data, signature, verifier(till.hub_key))
    assert till.certificate is not None
    assert (made.dev, made.series, made.public_key, made.place) == (
        till.certificate.dev, till.certificate.series, till.certificate.public_key, till.certificate.place,
    )  # fmt: skip
    assert made.not_after_ms > till.certificate.not_after_ms + YEARS_MS - 40 * DAY_MS
    assert _ask(till, "/v1/renew", {"not_after_ms": 2}, "k1").json()["code"] == "request.idempotency_reused"
    assert _ask(till, "/v1/renew", {"not_after_ms": 2}, "").status_code == 200


def test_a_terminal_whose_certificate_ended_pushes_and_renews_and_gets_no_data_until_then(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    _ended(hub, till, 10)
    assert till.push().next_seq == 2
    refused = till.feed_raw("device")
    assert (refused.status_code, refused.json()["code"]) == (403, "certificate.ended")
    assert _ask(till, "/v1/renew", {"not_after_ms": 1}).status_code == 200
    hub.hub.devices.forget()
    assert till.feed_raw("device").status_code == 200


def test_a_certificate_that_ended_too_long_ago_is_not_renewed_but_its_facts_are_taken(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    _ended(hub, till, TERMS.grace_days + 1)
    assert _ask(till, "/v1/renew", {"not_after_ms": 1}).json()["code"] == "certificate.too_late"
    assert till.push().next_seq == 2


def test_a_replaced_terminal_renews_nothing_and_its_facts_are_taken(hub: RunningHub) -> None:
    old = hub.terminal("1")
    hub.terminal("1")
    old.sale()
    assert _ask(old, "/v1/renew", {"not_after_ms": 1}).json()["code"] == "device.revoked"
    assert old.push().next_seq == 2
    assert old.feed_raw("device").json()["code"] == "device.revoked"


# A hub that forgot a terminal -----------------------------------------------------------------------


def test_a_terminal_enrolled_after_the_backup_shows_its_certificate_and_loses_nothing(folder: Path, tmp_path: Path) -> None:
    with running_hub(folder) as hub:
        hub.terminal("2")
    copy = copy_of(folder, tmp_path / "copy")
    with running_hub(folder) as hub:
        till = LivingTerminal(hub.terminal())
        till.sell(3)
        till.settle()
        data, signature = _papers(hub.hub, till.terminal)
    restore_copy(folder, copy, system_ms())
    shown = ReadmitRequest(base64.b64encode(data).decode(), base64.b64encode(signature).decode())
    with life(folder, till) as hub:
        assert till.terminal.push_raw().json()["code"] == "device.unknown"
        assert _ask(till.terminal, "/v1/readmit", shown, "again").status_code == 200
        assert _ask(till.terminal, "/v1/readmit", shown, "again").status_code == 200
        assert _ask(till.terminal, "/v1/readmit", shown).status_code == 200, "known already"
        till.acked = 0
        told = till.settle()
        assert told.next_seq == 4 and told.wants_report and waiting_of(hub.hub) == ["01", "02"]
        till.catch_up()
        assert not till.push(till.report()).wants_report
        assert "device.readmitted" in _audited(hub.hub)


def test_a_certificate_of_another_hub_or_with_one_bit_changed_or_another_key_readmits_nobody(
    hub: RunningHub, tmp_path: Path, shop: Path
) -> None:
    till = hub.terminal()
    data, signature = _papers(hub.hub, till)
    hub.hub.storage.call(lambda connection: connection.execute(terminals.delete()))
    hub.hub.devices.forget()
    for place in range(0, len(data), 7):
        flipped = data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
        shown = ReadmitRequest(base64.b64encode(flipped).decode(), base64.b64encode(signature).decode())
        assert _ask(till, "/v1/readmit", shown).status_code in (400, 401), place
    own = certificates.issue(certificates.read(data, signature, verifier(till.hub_key)), Key.generate().sign)
    forged = ReadmitRequest(*(base64.b64encode(part).decode() for part in own))
    assert _ask(till, "/v1/readmit", forged).json()["code"] == "device.unknown"
    right = ReadmitRequest(base64.b64encode(data).decode(), base64.b64encode(signature).decode())
    mine, till.key = till.key, Key.generate()
    assert _ask(till, "/v1/readmit", right).json()["code"] == "request.signature"
    till.key = mine
    assert _ask(till, "/v1/readmit", right).status_code == 200


def test_of_two_terminals_at_one_place_the_later_series_stays_when_both_are_readmitted(folder: Path, tmp_path: Path) -> None:
    copy = copy_of(folder, tmp_path / "copy")
    with running_hub(folder) as hub:
        pair = [LivingTerminal(hub.terminal("1")), LivingTerminal(hub.terminal("1"))]
        papers = [_papers(hub.hub, one.terminal) for one in pair]
    restore_copy(folder, copy, system_ms())
    with life(folder, *pair) as hub:
        for one, (data, signature) in reversed(list(zip(pair, papers, strict=True))):
            shown = ReadmitRequest(base64.b64encode(data).decode(), base64.b64encode(signature).decode())
            assert _ask(one.terminal, "/v1/readmit", shown).status_code == 200
        old, new = pair
        assert old.terminal.feed_raw("device").json()["code"] == "device.revoked"
        new.catch_up()
        old.sell()
        assert old.settle().next_seq == 2
    with running_hub(folder) as hub:
        fresh = hub.terminal("1")
        assert fresh.certificate is not None and fresh.certificate.series == 103


# Loss, replacement, move and end --------------------------------------------------------------------


def _who(hub: RunningHub) -> Who:
    return Who("manager", system_ms(), hub.hub.world.new_id)


def test_a_lost_terminal_gets_nothing_and_what_it_comes_back_with_is_taken(hub: RunningHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    till.sale()
    till.push()
    hub.hub.storage.call(lambda c: devices.lose(c, devices.find_place(c, TENANT, STORE, "01"), _who(hub)))
    hub.hub.devices.forget()
    assert till.feed_raw("device").json()["code"] == "device.revoked"
    till.sale()
    assert till.push().next_seq == 3
    assert "device.lost" in _audited(hub.hub)
    states = [(one.terminal, one.state) for one in hub.hub.storage.call(lambda c: devices.look(c, TENANT))]
    assert states == [("01", "lost"), ("02", "in use")]
    peers = {key[1]: msgspec.json.decode(row) for key, row in other.catch_up("device").items() if key[0] == "peer"}
    assert peers[till.dev]["revoked"] and not peers[other.dev]["revoked"]


def test_a_restored_hub_does_not_wait_for_a_terminal_that_was_declared_lost(folder: Path, tmp_path: Path) -> None:
    with running_hub(folder) as hub:
        one, two = LivingTerminal(hub.terminal("1")), LivingTerminal(hub.terminal("2"))
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms())
    with life(folder, one, two) as hub:
        one.settle()
        one.catch_up()
        assert one.push(one.report()).hub == "recovering"
        hub.hub.storage.call(lambda c: devices.lose(c, devices.find_place(c, TENANT, STORE, "02"), _who(hub)))
        assert hub.hub.storage.call(lambda c: epochs.state(c, TENANT)).state == epochs.OPEN


def test_a_replacement_is_linked_to_what_it_replaces_and_a_recovery_ends_it(hub: RunningHub) -> None:
    first, second = hub.terminal("1"), hub.terminal("1")
    third = hub.stranger()
    spelled = base64.b64encode(third.key.public).decode()
    body = {"code": hub.code("1"), "public_key": spelled, "app": "t", "host": "t", "recovers": True}
    reply = third.http.post("/v1/enrol", json=body, headers={"Idempotency-Key": "r"}).json()
    assert reply["supersedes"] == second.dev
    found = hub.hub.storage.call(lambda c: devices.look(c, TENANT))
    assert [(one.series, one.state, one.supersedes) for one in found] == [
        (1, "replaced", ""), (2, "recovered", first.dev), (3, "in use", second.dev),
    ]  # fmt: skip


def test_a_successor_reads_the_facts_of_who_stood_at_its_place_and_nobody_elses(hub: RunningHub) -> None:
    old, stranger = hub.terminal("1"), hub.terminal("2")
    for _ in range(5):
        old.sale()
    old.push()
    new = hub.terminal("1")
    reply = unpack(new.request("GET", f"/v1/facts?dev={old.dev}&inc=1&start=3").content, FactsReply)
    assert [fact.data for fact in reply.facts] == [fact.data for fact in old.facts[2:]]
    assert (reply.head, reply.public_key) == (5, old.key.public)
    refused = stranger.request("GET", f"/v1/facts?dev={old.dev}&inc=1&start=1")
    assert refused.json()["code"] == "device.none"
    assert new.request("GET", "/v1/facts?dev=nobody&inc=1").json()["code"] == "device.none"


def test_a_successor_brings_the_facts_that_its_predecessor_could_not_send(hub: RunningHub) -> None:
    old = LivingTerminal(hub.terminal("1"))
    old.sell(4)
    new = hub.terminal("1")
    from_old = old.terminal.facts
    answer = new.request("POST", "/v1/push", _relayed(old.terminal, from_old))
    assert answer.status_code == 200
    assert hub.hub.storage.call(lambda c: devices.head_of(c, devices.find_named(c, TENANT, old.terminal.dev))) == 4


def _relayed(owner: FakeTerminal, facts: list[SealedFact]) -> bytes:
    return pack(PushRequest(owner.dev, 1, 1, [PushedFact(fact.data, fact.signature) for fact in facts]))


def test_a_terminal_that_moves_to_another_store_leaves_its_sales_with_the_old_one(hub: RunningHub) -> None:
    till = hub.terminal("1")
    till.sale()
    till.push()
    assert _ask(till, "/v1/decommission", {"seq": 1, "head": till.head.hex()}).status_code == 200
    moved = hub.terminal("1", store=OTHER_STORE)
    moved.sale()
    moved.push()
    for at, who in ((STORE, till), (OTHER_STORE, moved)):
        report = moved.request("GET", f"/v1/report/day?store={at}&day=2026-12-01")
        assert report.status_code == (200 if at == OTHER_STORE else 403), who.dev


def test_a_terminal_ends_itself_only_when_everything_is_here(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    till.push()
    till.sale()
    refused = _ask(till, "/v1/decommission", {"seq": 2, "head": till.head.hex()})
    assert (refused.status_code, refused.json()["code"]) == (409, "device.unsent")
    till.push()
    body = {"seq": 2, "head": till.head.hex()}
    assert _ask(till, "/v1/decommission", body, "d").status_code == 200
    assert _ask(till, "/v1/decommission", body, "d").status_code == 200, "the answer was lost, and is given again"
    assert till.feed_raw("device").json()["code"] == "device.revoked"


def test_what_a_person_gave_up_stands_in_the_audit(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    given = {"by": "900", "facts": "1", "money": "EUR 10.00"}
    assert _ask(till, "/v1/decommission", {"seq": 1, "head": till.head.hex(), "given_up": given}).status_code == 200
    rows = hub.hub.storage.call(lambda c: c.execute(select(audit).where(audit.c.what == "device.decommissioned")).all())
    assert [msgspec.json.decode(row.detail)["given_up_money"] for row in rows] == ["EUR 10.00"]


# Backups' keys --------------------------------------------------------------------------------------


def _key_of(till: FakeTerminal) -> dict[str, object]:
    made = msgspec.json.decode(till.request("GET", "/v1/backups/key").content, type=BackupKey)
    data, signature = base64.b64decode(made.key), base64.b64decode(made.signature)
    assert verifier(till.hub_key)(digest(data), signature)
    found: dict[str, object] = msgspec.json.decode(data)
    return found


def _opened(till: FakeTerminal, number: int, public: bytes) -> bytes | str:
    private = sealing.new_private()
    spelled = base64.b64encode(sealing.public_of(private)).decode()
    answer = till.post("/v1/backups/open", OpenBackup(number, base64.b64encode(public).decode(), spelled))
    if answer.status_code != 200:
        return str(answer.json()["code"])
    opened = msgspec.json.decode(answer.content, type=OpenedBackup)
    key = sealing.open_from(private, base64.b64decode(opened.public), backup_keys.ANSWER)
    return sealing.open_part(key, 0, True, base64.b64decode(opened.sealed), b"")


def test_a_backup_of_the_store_opens_for_its_terminals_and_for_no_other_store(hub: RunningHub) -> None:
    one, two, far = hub.terminal("1"), hub.terminal("2"), hub.terminal("1", store=OTHER_STORE)
    key = _key_of(one)
    assert key == _key_of(two) and key["public"] != _key_of(far)["public"]
    sealed = sealing.seal_to(base64.b64decode(str(key["public"])), backup_keys.CONTENT)
    assert _opened(one, 1, sealed.public) == _opened(two, 1, sealed.public) == sealed.key
    assert _opened(far, 1, sealed.public) != sealed.key
    assert _opened(one, 9, sealed.public) == "backup.key"
    assert _opened(one, 1, b"short") == "backup.key"


def test_the_key_of_a_store_lies_in_the_database_only_under_the_hubs_own_key(hub: RunningHub) -> None:
    till = hub.terminal()
    public = base64.b64decode(str(_key_of(till)["public"]))
    row = hub.hub.storage.call(lambda c: c.exec_driver_sql("select wrapped from backup_keys").one())
    with pytest.raises(Damaged):
        sealing.unwrap(Key.generate().raw, bytes(row.wrapped), b"toonbank backup key of a store")
    opened = sealing.unwrap(hub.hub.key.raw, bytes(row.wrapped), b"toonbank backup key of a store")
    assert sealing.public_of(opened) == public and opened not in bytes(row.wrapped)


# Once, and versions ---------------------------------------------------------------------------------


def test_the_same_request_while_it_is_worked_on_is_told_to_wait(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    till = hub.terminal()
    till.feed("device")  # the hub knows it from now on, and need not look it up
    began, go, renewed = threading.Event(), threading.Event(), devices.renew

    def slow(*asked: Any) -> RenewReply:
        began.set()
        assert go.wait(30)
        return renewed(*asked)

    monkeypatch.setattr(devices, "renew", slow)
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(_ask(till, "/v1/renew", {"not_after_ms": 1}, "same").status_code))
    asking.start()
    assert began.wait(30)
    with httpx.Client(base_url=hub.url, timeout=30, trust_env=False) as line:
        second = FakeTerminal(hub.url, key=till.key, dev=till.dev)
        second.http.close()
        second.http = line
        refused = _ask(second, "/v1/renew", {"not_after_ms": 1}, "same")
    go.set()
    asking.join(30)
    assert (refused.status_code, refused.json()["code"], answers) == (409, "request.in_progress", [200])


def test_answers_are_kept_for_ninety_days(hub: RunningHub) -> None:
    hub.terminal()
    now_ms, days_ms = system_ms(), IDEMPOTENCY_DAYS * DAY_MS
    forget = hub.hub.storage.call
    assert forget(lambda c: once.forget_old(c, now_ms + days_ms - DAY_MS)) == 0
    assert forget(lambda c: once.forget_old(c, now_ms + days_ms + DAY_MS)) == 1
    assert forget(lambda c: c.execute(select(idempotency)).first()) is None


def test_a_version_out_of_reach_gets_no_data_and_is_told_who_is_old_and_its_facts_are_taken(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale()
    major = int(PROTO.partition(".")[0])
    for proto, older in ((f"{major + 1}.0", "hub"), ("0.1", "terminal"), (f"{major}.999", "")):
        answer = till.request("GET", "/v1/feed?scope=device&cursor=1:0", b"", **{"Toonbank-Proto": proto})
        assert answer.status_code == (426 if older else 200)
        assert not older or f"Update the {older};" in answer.json()["detail"]
        assert till.request("POST", "/v1/push", _relayed(till, till.facts), **{"Toonbank-Proto": proto}).status_code == 200


def test_a_life_is_noted_once_per_terminal_and_changed_in_place(hub: RunningHub) -> None:
    till = hub.terminal()
    device = hub.hub.storage.call(lambda c: devices.find_named(c, TENANT, till.dev))
    for number in (1, 2):
        hub.hub.storage.call(partial(epochs.change_life, device=device, reported_epoch=number))
    rows = hub.hub.storage.call(lambda c: c.execute(select(lives)).all())
    assert [row.reported_epoch for row in rows] == [2]
    with pytest.raises(HubProblem):
        hub.hub.storage.call(lambda c: devices.find_place(c, TENANT, STORE, "77"))
