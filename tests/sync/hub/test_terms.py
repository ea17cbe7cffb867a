"""How long certificates hold, when they are renewed and how late that may be: the hub's settings decide, within bounds."""

import uuid
from pathlib import Path

import msgspec
import pytest

from sync.hub import settings
from sync.hub.problems import HubProblem
from sync.hub.terms import DAY_MS, Terms
from sync.protocol import certificate as certificates
from sync.protocol.signature import Key, verifier
from tests.sync.agent.desk import a_desk
from tests.sync.hub.support import CHEAP_PINS, FakeTerminal, RunningHub, running_hub

SHORT = "[certificate]\ndays = 30\nrenew_percent = 20\ngrace_days = 10\n"


def folder_with(path: Path, more: str) -> Path:
    """A data folder whose settings say more."""
    path.mkdir(parents=True)
    (path / settings.FILE).write_text(CHEAP_PINS + more)
    return path


def renew(till: FakeTerminal) -> str:
    """Ask for a longer certificate; gives the refusal's code, or nothing."""
    answer = till.request("POST", "/v1/renew", msgspec.json.encode({"not_after_ms": 1}), **{"Idempotency-Key": str(uuid.uuid4())})
    return "" if answer.status_code == 200 else str(answer.json()["code"])


def moved(hub: RunningHub, till: FakeTerminal, days: int) -> None:
    """So many days went by at both."""
    hub.clock.added_ms = till.clock_ms = days * DAY_MS


def test_a_folder_that_says_nothing_has_the_defaults_and_the_written_file_says_the_same(tmp_path: Path) -> None:
    assert settings.load(tmp_path).certificate == Terms() == Terms(1095, 8, 180)


@pytest.mark.parametrize(
    "line",
    ["days = 6", "days = 3651", "renew_percent = 51", "renew_percent = 0", "grace_days = 3651", "grace_days = -1", "days = true"],
)
def test_a_length_outside_its_bounds_is_refused_with_the_bounds(tmp_path: Path, line: str) -> None:
    folder = folder_with(tmp_path / "hub", f"[certificate]\n{line}\n")
    with pytest.raises(HubProblem) as refused:
        settings.load(folder)
    assert refused.value.code == "settings.damaged" and line.split()[0] in refused.value.detail


def test_no_grace_at_all_may_be_set(tmp_path: Path) -> None:
    assert settings.load(folder_with(tmp_path / "hub", "[certificate]\ngrace_days = 0\n")).certificate.grace_days == 0
    with pytest.raises(HubProblem):
        Terms(grace_days=0).require_in_time(1_000, 1_001)


def test_an_enrolled_terminal_is_told_its_end_and_from_when_on_to_renew(tmp_path: Path) -> None:
    with running_hub(folder_with(tmp_path / "hub", SHORT)) as hub:
        made = hub.terminal().certificate
        assert made is not None
        assert abs(made.not_after_ms - (hub.clock() + 30 * DAY_MS)) < 60_000
        assert made.not_after_ms - made.renew_ms == 6 * DAY_MS, "the last fifth of thirty days"


def test_a_certificate_of_an_older_hub_says_nothing_of_renewing_and_is_read_all_the_same(tmp_path: Path) -> None:
    with running_hub(folder_with(tmp_path / "hub", SHORT)) as hub:
        made = hub.terminal().certificate
        assert made is not None
        key = Key.generate()
        older = certificates.Certificate(made.dev, 1, "till", 1, made.place, made.public_key, made.not_after_ms)
        data, signature = certificates.issue(older, key.sign)
        assert b"renew_ms" not in data and certificates.read(data, signature, verifier(key.public)).renew_ms == 0


def test_within_the_grace_it_is_renewed_and_after_it_refused_with_a_sentence_and_facts_are_taken_both_times(tmp_path: Path) -> None:
    with running_hub(folder_with(tmp_path / "hub", SHORT)) as hub:
        early, late = hub.terminal("1"), hub.terminal("2")
        for till in (early, late):
            till.sale()
        moved(hub, early, 39)
        assert early.feed_raw("device").json()["code"] == "certificate.ended"
        assert early.push().next_seq == 2 and renew(early) == ""
        hub.hub.devices.forget()
        assert early.feed_raw("device").status_code == 200
        moved(hub, late, 41)
        assert renew(late) == "certificate.too_late"
        refused = late.request("POST", "/v1/renew", b'{"not_after_ms":1}', **{"Idempotency-Key": "k"}).json()
        assert "10 days" in refused["detail"] and "Enrol" in refused["detail"]
        assert late.push().next_seq == 2


@pytest.mark.parametrize(("days", "renewed"), [(25, True), (38, True), (45, False)])
def test_a_till_that_was_cut_off_sells_on_and_is_renewed_by_itself_or_told_why_not(
    tmp_path: Path, days: int, renewed: bool
) -> None:
    with running_hub(folder_with(tmp_path / "hub", SHORT)) as hub, a_desk(hub, tmp_path) as till:
        till.sell("A1")
        till.ear.wait(lambda _: till.outbox.acked() == 1)
        hub.clock.added_ms = till.clock.added_ms = days * DAY_MS
        hub.hub.devices.forget()
        till.sell("A1")  # nothing asks for the certificate
        till.ear.wait(lambda _: till.outbox.acked() == 2)
        if renewed:
            till.ear.wait(lambda _: till.papers.load()[0] != till.enrolled.certificate_data)
            till.ear.wait(lambda status: status.reachable and not status.code)
        else:
            till.ear.wait(lambda status: status.code == "certificate.too_late")
        till.sell("A1")
        till.ear.wait(lambda _: till.outbox.acked() == 3)
