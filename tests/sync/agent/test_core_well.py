"""A lane that gets well says that the line does: what the others counted meanwhile keeps none of them waiting for a minute."""

from itertools import pairwise

import pytest

from sync.agent import core, pacing
from sync.agent.events import (
    CHANCES,
    Acknowledge,
    Applied,
    Failed,
    Failure,
    FetchSnapshot,
    Lane,
    LaneName,
    Locate,
    Located,
    Poll,
    Push,
)
from sync.agent.lanes import lane_of, with_lane
from sync.protocol.limits import BACKOFF_FIRST_MS, HERD_SPREAD_MS
from sync.protocol.values import changed
from tests.sync.agent.test_core import CUT, HERE, Desk

GONE = Failure("feed.gone", contact=True, snapshot=True)
FAR_MS = 55_000
HOUR_MS = 3_600_000


def ill(desk: Desk, name: LaneName, lane: Lane) -> None:
    """Put a lane into this state, whatever it was doing."""
    desk.state = with_lane(desk.state, name, lane)


def device_gets_well(desk: Desk) -> None:
    """The device feed fails for something that is no outage, and is answered at its next try."""
    poll = Poll(lane_of(desk.state, "device").flight, "device", desk.state.copies[0].cursor, 25)
    desk.fail(poll, Failure("hub.busy", contact=True))
    desk.tick(lane_of(desk.state, "device").due_ms - desk.now_ms)
    desk.fed(next(effect for effect in desk.effects if isinstance(effect, Poll) and effect.scope == "device"))


def test_a_snapshot_that_got_lost_in_an_outage_is_asked_for_soon_once_the_others_are_well() -> None:
    desk = Desk().settle()
    desk.chance = CHANCES - 1
    catalog = lane_of(desk.state, "catalog")
    ill(desk, "catalog", changed(catalog, failures=7))
    desk.fail(Poll(catalog.flight, "catalog", desk.state.copies[1].cursor, 25), GONE)
    assert desk.one(FetchSnapshot).scope == "catalog", "and nobody ever answers it"
    device_gets_well(desk)
    for _ in range(200):
        desk.tick(500)
        for poll in (effect for effect in desk.effects if isinstance(effect, Poll)):
            desk.fed(poll)
        if not lane_of(desk.state, "catalog").flight:
            break
    catalog = lane_of(desk.state, "catalog")
    assert BACKOFF_FIRST_MS <= catalog.due_ms - desk.now_ms <= 20_000
    assert catalog.failures <= 5, "as after a few failures, and not as after nine"


@pytest.mark.parametrize("name", ["catalog", "papers"])
def test_who_rests_because_the_line_broke_is_due_soon_and_not_all_at_one_moment(name: LaneName) -> None:
    waits = set()
    for chance in range(0, CHANCES, CHANCES // 16):
        desk = Desk().settle()
        desk.chance = chance
        ill(desk, name, Lane(due_ms=desk.now_ms + 2 * FAR_MS, failures=20, cut=True, code="sync.timeout"))
        device_gets_well(desk)
        waits.add(lane_of(desk.state, name).due_ms - desk.now_ms)
    assert min(waits) >= BACKOFF_FIRST_MS and max(waits) <= HERD_SPREAD_MS
    assert len(waits) == 16 and max(waits) - min(waits) > HERD_SPREAD_MS // 3, "a herd stays spread out"


def test_a_push_that_gets_through_pulls_the_others_too() -> None:
    desk = Desk().settle()
    desk.sale()
    desk.fail(desk.one(Push), Failure("hub.busy", contact=True))
    ill(desk, "papers", Lane(due_ms=desk.now_ms + 2 * FAR_MS, failures=9, cut=True))
    desk.tick(lane_of(desk.state, "push").due_ms - desk.now_ms)
    desk.reply(desk.one(Push), 2, 1)
    desk.noted(desk.one(Acknowledge))
    assert lane_of(desk.state, "papers").due_ms - desk.now_ms <= HERD_SPREAD_MS


def test_rows_that_were_taken_in_after_a_failure_pull_the_others_too() -> None:
    desk = Desk().settle()
    ill(desk, "device", changed(lane_of(desk.state, "device"), failures=1))
    ill(desk, "papers", Lane(due_ms=desk.now_ms + 2 * FAR_MS, failures=9, cut=True))
    there = HERE._replace(rev=HERE.rev + 1)
    desk.fed(Poll(lane_of(desk.state, "device").flight, "device", HERE, 25), there, rows=1)
    assert lane_of(desk.state, "papers").failures == 9, "they are not stored yet"
    desk.tell(Applied(desk.at(), "device", lane_of(desk.state, "device").flight, there))
    assert lane_of(desk.state, "papers").due_ms - desk.now_ms <= HERD_SPREAD_MS


def test_a_try_that_is_near_is_not_put_off() -> None:
    desk = Desk().settle()
    desk.chance = CHANCES - 1
    ill(desk, "papers", Lane(due_ms=desk.now_ms + 3_000, failures=9, cut=True))
    device_gets_well(desk)
    assert lane_of(desk.state, "papers").due_ms - desk.now_ms <= 3_000


def test_what_the_hub_itself_asked_for_stands() -> None:
    desk = Desk().settle()
    rests = Lane(due_ms=desk.now_ms + 10 * FAR_MS, failures=3, code="hub.busy")
    ill(desk, "papers", rests)
    device_gets_well(desk)
    assert lane_of(desk.state, "papers") == rests


def test_a_push_keeps_the_size_that_gets_through() -> None:
    desk = Desk(head=9, acked=9).settle()
    ill(desk, "push", Lane(due_ms=desk.now_ms + FAR_MS, failures=5, cut=True))
    device_gets_well(desk)
    found = lane_of(desk.state, "push")
    assert found.failures == 5 and found.due_ms - desk.now_ms <= HERD_SPREAD_MS


def test_one_that_is_ill_alone_is_left_to_its_back_off() -> None:
    desk, tries = Desk().settle(), []
    ill(desk, "catalog", Lane(due_ms=desk.now_ms, failures=1, cut=True))
    desk.chance = CHANCES - 1
    ends_ms = desk.now_ms + HOUR_MS
    while desk.now_ms < ends_ms:
        todo = list(desk.effects)
        while todo:
            effect = todo.pop()
            if isinstance(effect, Poll) and effect.scope == "catalog":
                tries.append(desk.now_ms)
                desk.fail(effect, CUT)
            elif isinstance(effect, Poll):
                desk.fed(effect)
            elif isinstance(effect, Locate):
                desk.tell(Located(desk.at(), effect.flight, 5_000_000 + desk.now_ms))
            elif isinstance(effect, Push):
                desk.reply(effect, desk.state.acked + 1, desk.state.acked)
                desk.noted(desk.one(Acknowledge))
            else:
                continue
            todo += desk.effects
        desk.now_ms = max(desk.now_ms + 1, core.next_tick_ms(desk.state))
        desk.tick()
    waits = [b - a for a, b in pairwise(tries)]
    assert waits[:-1] == sorted(waits[:-1]) and waits[-1] > 15_000, "later and later, whatever the others do"


def test_one_that_gets_well_again_and_again_drives_nobody_faster_than_the_first_wait() -> None:
    desk, tries, bad = Desk().settle(), [], False
    desk.chance = 0
    ends_ms = desk.now_ms + 300_000
    while desk.now_ms < ends_ms:
        for effect in desk.effects:
            if isinstance(effect, Poll) and effect.scope == "device":
                bad = not bad
                desk.fail(effect, Failure("hub.busy", contact=True)) if bad else desk.fed(effect)
            elif isinstance(effect, Poll):
                tries.append(desk.now_ms)
                desk.tell(Failed(desk.at(), "catalog", effect.flight, CUT))
        desk.tick(pacing.CAUGHT_UP_PAUSE_MS)
    assert len(tries) > 20 and min(b - a for a, b in pairwise(tries)) >= BACKOFF_FIRST_MS
