"""The readiness board: hours are the least over what is known, and what is not known is said to be."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.domain.exceptions import LATE_MS, Waiting, in_order, money_of
from kiosk.domain.readiness import DAY_MS, HOUR_MS, Board, Known, Row, State, board, worst
from kiosk.sentences import SENTENCES
from kiosk.text import LANGUAGES, words

NOW = 1_000 * DAY_MS
GB = 10**9
WELL = Known(
    NOW, articles=7, catalog_whole=True, catalog_heard_ms=NOW - HOUR_MS, priceless=0, people=3, people_ready=2, managers_ready=1,
    printer="ready", clock_offset_ms=0, disk_free=10_000 * GB, key_until_ms=NOW + 900 * DAY_MS, facts=9, durable=9,
)  # fmt: skip


def _row(key: str, **known: Any) -> Row:
    return next(row for row in board(replace(WELL, **known)).rows if row.key == key)


def test_a_terminal_that_is_well_is_limited_by_its_certificate_alone() -> None:
    made = board(WELL)
    assert (made.hours, made.because, made.state) == (900 * 24, "key", State.OK)
    assert made.row is not None and made.row.code == "ready.key.until"


def test_where_nothing_has_an_end_no_limit_is_said_to_be_known() -> None:
    made = board(replace(WELL, key_until_ms=None))
    assert (made.hours, made.because, made.row) == (None, "", None)
    assert _row("key", key_until_ms=None).state is State.UNKNOWN


def test_the_nearest_end_wins_and_is_rounded_down_to_whole_hours() -> None:
    made = board(replace(WELL, prices_until_ms=NOW + 5 * HOUR_MS - 1, disk_free=GB, disk_per_day=GB // 4))
    assert (made.hours, made.because, made.state) == (4, "prices", State.WARN)


@pytest.mark.parametrize(
    ("known", "key", "code"),
    [
        ({"articles": 0}, "catalog", "ready.catalog.none"),
        ({"catalog_whole": False}, "catalog", "ready.catalog.none"),
        ({"people_ready": 0}, "staff", "ready.staff.none"),
        ({"prices_until_ms": NOW}, "prices", "ready.prices.ended"),
        ({"disk_free": 10, "disk_reserve": 10}, "disk", "ready.disk.full"),
    ],
)
def test_what_stops_work_leaves_no_hours(known: dict[str, Any], key: str, code: str) -> None:
    made = board(replace(WELL, **known))
    assert (made.hours, made.because, made.state) == (0, key, State.STOP)
    assert _row(key, **known).code == code


@pytest.mark.parametrize(
    ("key", "known", "state", "code"),
    [
        ("catalog", {"catalog_heard_ms": None}, State.UNKNOWN, "ready.catalog.unheard"),
        ("catalog", {"catalog_heard_ms": NOW - DAY_MS - 1}, State.WARN, "ready.catalog.old"),
        ("prices", {}, State.OK, "ready.prices.unlimited"),
        ("prices", {"priceless": None}, State.UNKNOWN, "ready.prices.unknown"),
        ("prices", {"priceless": 2}, State.WARN, "ready.prices.missing"),
        ("prices", {"prices_until_ms": NOW + 4 * DAY_MS}, State.OK, "ready.prices.until"),
        ("staff", {"managers_ready": 0}, State.WARN, "ready.staff.no_manager"),
        ("printer", {"printer": "none"}, State.WARN, "ready.printer.none"),
        ("printer", {"printer": "unknown"}, State.UNKNOWN, "ready.printer.unknown"),
        ("printer", {"printer": "printer.paper-out"}, State.WARN, "printer.paper-out"),
        ("clock", {"clock_offset_ms": None}, State.UNKNOWN, "ready.clock.unknown"),
        ("clock", {"clock_offset_ms": -120_001}, State.WARN, "ready.clock.off"),
        ("clock", {"clock_offset_ms": 600_001}, State.WARN, "ready.clock.wrong"),
        ("disk", {"disk_free": None}, State.UNKNOWN, "ready.disk.unknown"),
        ("disk", {"disk_free": 6 * GB, "disk_per_day": GB}, State.WARN, "ready.disk.days"),
        ("disk", {"disk_free": 8 * GB, "disk_per_day": GB}, State.OK, "ready.disk.days"),
        ("disk", {}, State.OK, "ready.disk.unlimited"),
        ("key", {"key_until_ms": NOW + 29 * DAY_MS}, State.WARN, "ready.key.until"),
        ("key", {"key_until_ms": NOW}, State.WARN, "ready.key.ended"),
        ("copies", {}, State.OK, "ready.copies.hub"),
        ("copies", {"unsent": 3, "oldest_unsent_ms": NOW}, State.OK, "ready.copies.some"),
        ("copies", {"unsent": 3, "oldest_unsent_ms": NOW - LATE_MS}, State.WARN, "ready.copies.late"),
        ("copies", {"forked": True}, State.WARN, "ready.copies.forked"),
        ("backup", {}, State.OK, "ready.backup.durable"),
        ("backup", {"durable": 8}, State.UNKNOWN, "ready.backup.unknown"),
        ("backup", {"durable": 8, "backup_ms": 0}, State.WARN, "ready.backup.never"),
        ("backup", {"durable": 8, "backup_ms": NOW - HOUR_MS}, State.OK, "ready.backup.last"),
        ("backup", {"durable": 8, "backup_ms": NOW - 3 * DAY_MS}, State.WARN, "ready.backup.last"),
        ("papers", {"papers_waiting": 1}, State.OK, "ready.papers.waiting"),
        ("papers", {"papers_held": 1}, State.WARN, "ready.papers.held"),
        ("held", {"held": 1, "held_since_ms": NOW}, State.WARN, "ready.held.some"),
        ("held", {"held": 1, "held_since_ms": NOW - LATE_MS}, State.WARN, "ready.held.late"),
        ("fiscal", {"fiscal": "ready"}, State.OK, "ready.fiscal.ready"),
        ("fiscal", {"fiscal": "fiscal.failed"}, State.WARN, "fiscal.failed"),
    ],
)  # fmt: skip
def test_each_row_is_a_state_and_a_sentence(key: str, known: dict[str, Any], state: State, code: str) -> None:
    row = _row(key, **known)
    assert (row.state, row.code) == (state, code)
    for language in LANGUAGES:
        told = words(language).told(row.code, row.values, "Europe/Amsterdam")
        assert code in SENTENCES and "{" not in told and "?" not in told, told
        assert words(language).sentence(f"ready.title.{key}") != SENTENCES["shop.error"]


def test_where_no_fiscal_unit_is_asked_for_there_is_no_row_of_it() -> None:
    assert "fiscal" not in [row.key for row in board(WELL).rows]


def test_a_fresh_terminal_knows_little_and_says_so() -> None:
    made = board(Known(NOW))
    assert made.hours == 0 and made.because == "catalog"
    assert State.UNKNOWN in {row.state for row in made.rows}


def test_the_gravest_state_is_the_board_s() -> None:
    assert worst([]) is State.OK
    assert worst([State.OK, State.WARN, State.UNKNOWN]) is State.WARN
    assert Board(None, "x", State.OK, ()).row is None


@pytest.mark.parametrize(
    ("hours", "stopped", "head"),
    [(5, False, "Can work 5 hours"), (71, False, "Can work 71 hours"), (72, False, "Can work 3 days"),
     (None, False, "No limit is known"),
     (0, True, "Cannot work")],
)  # fmt: skip
def test_the_head_of_the_board_is_a_sentence(hours: int | None, stopped: bool, head: str) -> None:
    assert words("en").ready(hours, stopped=stopped).startswith(head)


def test_the_oldest_waits_first_and_money_is_added_up_whatever_its_sign() -> None:
    items = [
        Waiting("b", "held", "w", "y", 5, -300),
        Waiting("a", "held", "w", "y", 5, None),
        Waiting("c", "task", "w", "y", 1, 200),
    ]
    assert [item.id for item in in_order(items)] == ["c", "a", "b"] and money_of(items) == 500
    assert items[2].is_late(LATE_MS + 1) and not items[0].is_late(LATE_MS)
