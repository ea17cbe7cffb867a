"""The strip and the status page say what is known, no more; paper that waits is printed or dropped by a person."""

import pytest
from PySide6.QtCore import Qt

from drivers.api import DeviceState, Fault, Health
from kiosk.store import spool
from kiosk.ui.sounds import SoundState
from sync.agent.ports import SyncStatus
from tests.kiosk.ui.kiosk.shop import NOON_MS
from tests.kiosk.ui.till_shop import TillShop

WHITE_S = "8799999000017"
F9, F10, ENTER = Qt.Key.Key_F9, Qt.Key.Key_F10, Qt.Key.Key_Return


@pytest.mark.parametrize(
    ("status", "text", "warns"),
    [
        (SyncStatus(), "Hub: not asked yet", False),
        (SyncStatus(True), "Hub connected", False),
        (SyncStatus(True, unsent=3), "Hub connected · 3 unsent", False),
        (SyncStatus(True, unsent=3, stalled=True), "Hub connected · 3 unsent", True),
        (SyncStatus(False), "Hub away", True),
        (SyncStatus(False, unsent=14), "Hub away · 14 unsent", True),
        (SyncStatus(True, progress=40), "Loading 40 %", False),
        (SyncStatus(True, forked=True), "Hub connected", True),
    ],
)
def test_sync_is_told_as_it_is(till: TillShop, status: SyncStatus, text: str, warns: bool):
    till.till.status_model.heard_sync(status)
    assert (till.till.status.syncText, till.till.status.syncWarns) == (text, warns)
    assert text in till.texts()


@pytest.mark.parametrize(
    ("health", "text", "warns"),
    [
        (Health(DeviceState.OPENING), "Printer: not asked yet", False),
        (Health(DeviceState.READY), "Printer ready", False),
        (Health(DeviceState.BACKOFF), "Printer not reachable", True),
        (Health(DeviceState.DEGRADED, frozenset({Fault.PAPER_OUT})), "Printer: paper out", True),
        (
            Health(DeviceState.DEGRADED, frozenset({Fault.COVER_OPEN, Fault.PAPER_NEAR_END})),
            "Printer: cover open",
            True,
        ),
    ],
)
def test_the_printer_is_told_as_it_is(till: TillShop, health: Health, text: str, warns: bool):
    till.till.status_model.heard_printer(health)
    assert (till.till.status.printerText, till.till.status.printerWarns) == (text, warns)


@pytest.mark.parametrize(
    ("state", "text", "warns"),
    [
        (SoundState.READY, "On", False),
        (SoundState.STARTING, "Not known yet", False),
        (SoundState.SILENT, "None. Check the speaker and start again. The screen shows every refusal too.", True),
    ],
)
def test_a_till_that_cannot_be_heard_says_so_on_its_status_page(till: TillShop, state: SoundState, text: str, warns: bool):
    till.sounds.state = state
    till.till.status_model.retell()
    row = next(row for row in till.till.status_model.facts.rows if row.key == "sound")
    assert (row.value, row.warns) == (text, warns)


def test_a_till_without_a_printer_says_so(open_till):
    shop = open_till(language="en", with_printer=False)
    shop.ready()
    assert shop.till.status.printerText == "No printer"
    shop.scan(WHITE_S)
    shop.key(F9, ENTER)
    assert shop.till.done.paperText.startswith("No printer is set up")


def test_the_last_screen_follows_the_receipt_onto_the_paper(selling: TillShop):
    selling.till.status_model.heard_printer(Health(DeviceState.READY))
    selling.scan(WHITE_S)
    selling.key(F9, ENTER)
    assert selling.till.done.paperText == "The receipt is being printed"
    fault = Health(DeviceState.DEGRADED, frozenset({Fault.PAPER_OUT}))
    selling.till.status_model.heard_printer(fault)
    assert selling.till.done.paperText == "Printer: paper out" and selling.till.done.paperWarns
    assert "You can go on" in selling.till.done.paperHint
    run = selling.shop.ledger.run
    (job,) = [one for one in run(spool.jobs) if one.kind is spool.JobKind.RECEIPT]
    run(lambda conn: spool.mark_sending(conn, job.job_id, at_ms=NOON_MS))
    run(lambda conn: spool.mark_confirmed(conn, job.job_id, level="barrier", at_ms=NOON_MS))
    selling.till.job_moved()
    selling.settle()
    assert selling.till.done.paperText == "The receipt is printed"


def test_paper_that_waits_for_a_person_is_printed_or_dropped_by_one(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(F9, ENTER)
    run = selling.shop.ledger.run
    (job,) = [one for one in run(spool.jobs) if one.kind is spool.JobKind.RECEIPT]
    run(lambda conn: spool.hold(conn, job.job_id, code="spool.doubt"))
    selling.till.job_moved()
    selling.settle()
    assert selling.till.done.paperText == "The receipt waits for you: see Status"
    selling.key(F10)
    assert selling.till.dialog == "status" and "Still to be printed" in selling.texts()
    selling.tap("Print it")
    selling.tap("Drop it")
    assert selling.paper.released == [job.job_id] and selling.paper.dropped == [job.job_id]


def test_the_last_receipt_is_printed_again_as_a_marked_copy(selling: TillShop):
    selling.scan(WHITE_S)
    selling.key(F9, ENTER, ENTER, F10, Qt.Key.Key_F6)
    copies = [one for one in selling.shop.ledger.run(spool.jobs) if one.kind is spool.JobKind.COPY]
    assert [copy.marked for copy in copies] == [True]
