"""Held and refused work at a terminal, and what it knows of its own readiness."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from drivers.api import DeviceState, Fault, Health
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.exceptions import LATE_MS
from kiosk.domain.facts import WORK_WRITTEN_OFF, read_fact
from kiosk.domain.feed import DEVICE, Cursor, Row, moved, row_number
from kiosk.domain.readiness import State
from kiosk.services.exceptions import Exceptions, job_of, refusal_of
from kiosk.services.readiness import Outside, Readiness
from kiosk.store import backupnote, rows, spool
from sync.agent.ports import SyncStatus
from tests.kiosk.support import CASHIER, MANAGER, PIN, Shop, open_shop, row


@dataclass(frozen=True)
class Told:
    """A held fact as the hub names it."""

    seq: int
    reason: str
    since_ms: int


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        opened.sign_in()
        opened.open_shift()
        yield opened


@pytest.fixture
def work(shop: Shop) -> Exceptions:
    return Exceptions(shop.counter, shop.session)


def _sell(shop: Shop) -> int:
    shop.selling.add_article(shop.article("1001-WHT-M"))
    shop.sell_cash()
    return shop.ledger.head()


def test_nothing_waits_at_a_terminal_that_is_well(work: Exceptions) -> None:
    assert work.waiting() == ()


def test_what_the_hub_holds_is_told_with_its_receipt_and_money_also_after_a_restart(shop: Shop, work: Exceptions) -> None:
    seq = _sell(shop)
    shop.ledger.acknowledge(seq + 1, 0, 1, shop.ledger.facts(seq - 1, 1)[0].hash, [Told(seq, "absurd.amount", 77)], False)
    (item,) = work.waiting()
    assert (item.id, item.what, item.why, item.since_ms) == (f"held:{seq}", "what.sale.completed", "held.absurd", 77)
    assert item.money_minor == 1499 and str(item.values["receipt"]).startswith("AMS1-01-A-")
    work.heard([])
    assert work.waiting() == ()
    work.heard([Told(seq, "queue.behind", 5), Told(10_000, "kind.unknown", 0)])
    assert [one.why for one in work.waiting()] == ["held.queue.behind", "held.kind.unknown"]


def test_a_manager_s_word_writes_a_held_fact_off_by_a_fact_that_the_hub_obeys(shop: Shop, work: Exceptions) -> None:
    seq = _sell(shop)
    work.heard([Told(seq, "body.store", 5)])
    for number, pin, note, code in (
        (MANAGER, PIN, " ", "exception.note"),
        (CASHIER, PIN, "why", "staff.not_allowed"),
        (MANAGER, "0000", "why", "staff.wrong_pin"),
    ):
        with pytest.raises(Refused) as refused:
            work.write_off(f"held:{seq}", number, pin, note)
        assert refused.value.code == code and len(work.waiting()) == 1
    fact = work.write_off(f"held:{seq}", MANAGER, PIN, "rung in training")
    assert (fact.kind, fact.employee) == (WORK_WRITTEN_OFF, CASHIER)
    assert fact.body == {"seq": seq, "reason": "held.body.store", "approved_by": MANAGER, "note": "rung in training"}
    assert work.waiting() == () and read_fact(shop.ledger.facts()[-1].data) == fact
    with pytest.raises(NotFound):
        work.write_off(f"held:{seq}", MANAGER, PIN, "twice")


def test_paper_that_waits_for_a_person_and_a_drawer_that_stayed_shut_are_told(shop: Shop, work: Exceptions) -> None:
    _sell(shop)
    jobs = {job.kind: job.job_id for job in shop.ledger.run(spool.jobs)}
    shop.ledger.run(lambda conn: spool.hold(conn, jobs[spool.JobKind.RECEIPT], code="spool.unconfirmed"))
    now_ms = shop.counter.now_ms()
    shop.ledger.run(lambda conn: spool.mark_failed(conn, jobs[spool.JobKind.DRAWER], code="drawer.expired", at_ms=now_ms))
    found = {item.what: item for item in work.waiting()}
    assert found["what.paper.receipt"].actions == ("print", "drop") and found["what.paper.drawer"].actions == ()
    assert job_of(found["what.paper.receipt"]) == jobs[spool.JobKind.RECEIPT]


def test_a_drawer_that_stayed_shut_is_told_for_a_while_and_not_for_ever(shop: Shop, work: Exceptions) -> None:
    _sell(shop)
    drawer = next(job.job_id for job in shop.ledger.run(spool.jobs) if job.kind is spool.JobKind.DRAWER)
    long_ago = shop.counter.now_ms() - LATE_MS
    shop.ledger.run(lambda conn: spool.mark_failed(conn, drawer, code="drawer.expired", at_ms=long_ago))
    assert work.waiting() == ()


def test_data_of_a_kind_that_this_version_does_not_know_is_kept_and_told(shop: Shop, work: Exceptions) -> None:
    _put(shop, Row("hologram", "h1", b'{"x":1}'), Row("hologram", "h2", b"{}"), Row("staff", "999", b'{"number":7}'))
    found = {item.id: item for item in work.waiting()}
    assert found[f"row:{DEVICE}/hologram"].values == {"count": 2, "entity": "hologram"}
    assert found["row:damaged/staff"].why == "held.row.damaged"
    assert len(shop.session.staff()) > 2, "one row that does not read locks nobody out"


def _put(shop: Shop, *more: Row) -> None:
    cursor = shop.ledger.cursor()
    mark = moved(cursor.digest, sum(map(row_number, more)))
    after = Cursor(cursor.epoch, cursor.rev + 1, mark)

    def work(conn: object) -> None:
        rows.put(conn, "device_rows", more, cursor.digest)  # type: ignore[arg-type]
        rows.set_cursor(conn, DEVICE, after)  # type: ignore[arg-type]

    shop.ledger.run(work)


def test_what_the_hub_refuses_or_leaves_for_a_day_is_told_with_its_money(shop: Shop, work: Exceptions) -> None:
    _sell(shop)
    assert work.waiting() == () and work.waiting("device.unknown")[0].why == "device.unknown"
    shop.clock.pass_ms(LATE_MS)
    (item,) = (one for one in work.waiting() if one.kind == "sync")
    assert (item.what, item.why, item.money_minor) == ("what.sync", "held.sync.waiting", 1499)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (None, ""), (SyncStatus(False, code="device.unknown"), ""), (SyncStatus(True), ""),
        (SyncStatus(True, code="sync.timeout"), ""),
        (SyncStatus(True, code="device.unknown"), "device.unknown"), (SyncStatus(True, stalled=True), "sync.no_progress"),
    ],
)  # fmt: skip
def test_only_a_hub_that_answers_and_refuses_counts_as_refusing(status: SyncStatus | None, code: str) -> None:
    assert refusal_of(status) == code


# Readiness


@pytest.fixture
def readiness(shop: Shop, tmp_path: Path) -> Readiness:
    return Readiness(shop.counter, tmp_path, shop.counter.now_ms() + 40 * 86_400_000)


def _states(readiness: Readiness, outside: Outside) -> dict[str, tuple[State, str]]:
    return {row.key: (row.state, row.code) for row in readiness.board(outside, ()).rows}


def test_a_till_knows_its_catalogue_prices_staff_disk_and_certificate(shop: Shop, readiness: Readiness) -> None:
    sync = SyncStatus(True, last_contact_ms=shop.counter.now_ms(), clock_offset_ms=5)
    found = _states(readiness, Outside(sync, Health(DeviceState.READY)))
    assert found["catalog"] == (State.OK, "ready.catalog.whole") and found["prices"] == (State.OK, "ready.prices.unlimited")
    assert found["staff"] == (State.OK, "ready.staff.well") and found["clock"] == (State.OK, "ready.clock.well")
    assert found["printer"][1] == "ready.printer.ready" and found["key"] == (State.OK, "ready.key.until")
    assert found["disk"][0] in (State.OK, State.WARN) and found["backup"] == (State.WARN, "ready.backup.never")
    assert (readiness.board(Outside(sync), ()).hours or 0) <= 40 * 24


@pytest.mark.parametrize(
    ("outside", "code"),
    [
        (Outside(), "ready.printer.unknown"),
        (Outside(has_printer=False), "ready.printer.none"),
        (Outside(printer=Health(DeviceState.LOST)), "printer.no-answer"),
        (Outside(printer=Health(DeviceState.DEGRADED, frozenset({Fault.PAPER_OUT}))), "printer.paper-out"),
        (Outside(printer=Health(DeviceState.DEGRADED, frozenset({Fault.PAPER_NEAR_END}))), "ready.printer.ready"),
    ],
)
def test_the_printer_is_told_as_it_is(readiness: Readiness, outside: Outside, code: str) -> None:
    assert _states(readiness, outside)["printer"][1] == code


def test_the_board_says_when_the_last_backup_of_this_very_terminal_was_made(
    shop: Shop, readiness: Readiness, tmp_path: Path
) -> None:
    who, made_ms = shop.ledger.identity, shop.counter.now_ms() - 3_600_000

    def backup_row() -> tuple[State, str, object]:
        row = next(row for row in readiness.board(Outside(), ()).rows if row.key == "backup")
        return row.state, row.code, row.values.get("backup_ms")

    backupnote.write(tmp_path, who.dev, who.inc + 1, made_ms)
    assert backup_row() == (State.WARN, "ready.backup.never", None), "that was another life of this terminal"
    backupnote.write(tmp_path, who.dev, who.inc, made_ms)
    assert backup_row() == (State.OK, "ready.backup.last", made_ms)
    backupnote.write(tmp_path, who.dev, who.inc, made_ms - 3 * 86_400_000)
    assert backup_row()[:2] == (State.WARN, "ready.backup.last"), "too old"
    (tmp_path / backupnote.NOTE).write_bytes(b'{"dev":')
    assert backup_row() == (State.UNKNOWN, "ready.backup.unknown", None)


def test_an_article_without_a_price_that_holds_now_is_counted(shop: Shop, readiness: Readiness) -> None:
    assert readiness.known(Outside(), ()).priceless == 0
    shop.put_catalog(row("article", "X9", replace(shop.article("1001-WHT-M"), id="X9", barcodes=())))
    assert readiness.known(Outside(), ()).priceless == 1
    shop.set_price("X9", 500, from_ms=shop.clock.wall_ms + 1)
    assert readiness.known(Outside(), ()).priceless == 1, "a price that is still to come sells nothing today"
    shop.set_price("X9", 500)
    assert readiness.known(Outside(), ()).priceless == 0
