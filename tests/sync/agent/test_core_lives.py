"""Hub epochs, reports to a restored hub, and certificates, as the core of the terminal's sync sees them."""

from kiosk.domain.feed import Cursor
from sync.agent import core, pacing
from sync.agent.events import (
    Acknowledge,
    Applied,
    Failed,
    Failure,
    Fed,
    FetchSnapshot,
    Poll,
    Push,
    Pushed,
    Readmit,
    Readmitted,
    Renew,
    Renewed,
)
from sync.agent.lanes import copy_of
from sync.agent.status import status_of
from sync.protocol.limits import FEED_WAIT_S, RENEW_BEFORE_MS, SKEW_STOP_MS
from sync.protocol.messages import FeedReply, PushReply
from sync.protocol.values import changed
from tests.sync.agent.test_core import DIGEST, HASH, HERE, Desk

DAY_MS = 86_400_000
RESTORED = Cursor(60_000, 60_000 << 32, DIGEST)
WHEN_ASKED = Failure("feed.gone", contact=True, snapshot=True, epoch=RESTORED.epoch)


class LivesDesk(Desk):
    """A desk whose hub may be restored."""

    def pushed(self, push: Push, next_seq: int, *, wants: bool, state: str = "recovering") -> None:
        """Answer a push from the restored hub."""
        sent = push.from_seq + min(push.facts_max, self.head - push.from_seq + 1) - 1
        reply = PushReply(RESTORED.epoch, next_seq, 1, HASH, 5_000_000 + self.now_ms, hub=state, wants_report=wants)
        told = Pushed(self.at(), push.flight, reply, sent, HASH if push.facts_max else b"", push.report)
        self.tell(told)
        self.noted(self.one(Acknowledge))

    def restored(self) -> Push:
        """The hub was restored: the waiting poll says so, and the question what it has goes out."""
        poll = Poll(self.state.copies[0].lane.flight, "device", HERE, FEED_WAIT_S)
        self.fail(poll, WHEN_ASKED)
        return self.one(Push)

    def fetch(self, scope: str) -> None:
        """The snapshot of the restored hub is in, and the feed after it says that there is no more."""
        copy = copy_of(self.state, "device" if scope == "device" else "catalog")
        self.tell(Applied(self.at(), copy.scope, copy.lane.flight, RESTORED))
        copy = copy_of(self.state, copy.scope)
        answer = FeedReply(RESTORED.epoch, copy.scope, RESTORED.rev, DIGEST, [], False, 5_000_000 + self.now_ms)
        self.tell(Fed(self.at(), copy.scope, copy.lane.flight, answer))


def settled(head: int = 5, not_after_ms: int = 0) -> LivesDesk:
    """A desk that sells and has sent everything."""
    desk = LivesDesk(head=head, acked=head)
    desk.state = changed(desk.state, standing=changed(desk.state.standing, not_after_ms=not_after_ms))
    desk.settle()
    return desk


def test_a_higher_epoch_in_the_answer_to_a_push_replaces_both_copies_at_once() -> None:
    desk = settled()
    desk.sale()
    desk.pushed(desk.one(Push), 7, wants=False)
    assert all(copy.snapshot for copy in desk.state.copies)
    for copy in desk.state.copies:  # the polls that wait at the hub end with its refusal
        desk.tell(Failed(desk.at(), copy.scope, copy.lane.flight, WHEN_ASKED))
    desk.tick(3_000)
    fetched = [effect.scope for effect in desk.effects if isinstance(effect, FetchSnapshot)]
    assert sorted(fetched) == ["catalog", "device"]
    assert status_of(desk.state, desk.at()).hub_state == "recovering"


def test_an_answer_of_an_old_epoch_that_was_long_on_its_way_starts_no_snapshot() -> None:
    desk = settled()
    desk.sale()
    desk.pushed(desk.one(Push), 7, wants=False)
    desk.fetch("device")
    before = copy_of(desk.state, "device")
    desk.sale()
    desk.tick(pacing.PUSH_EVERY_MS)
    desk.reply(Push(desk.state.push.flight, 8, 1), 9, 8)
    assert copy_of(desk.state, "device").snapshot is before.snapshot is False


def test_a_hub_restored_again_while_the_first_snapshots_are_on_their_way_is_asked_again_what_it_has() -> None:
    desk = settled()
    desk.pushed(desk.restored(), 6, wants=False)
    assert all(copy.snapshot for copy in desk.state.copies)
    twice = Cursor(RESTORED.epoch + 1, (RESTORED.epoch + 1) << 32, DIGEST)
    device = copy_of(desk.state, "device")
    desk.tell(Applied(desk.at(), "device", device.lane.flight, twice))
    flight = copy_of(desk.state, "device").lane.flight
    desk.tell(Fed(desk.at(), "device", flight, FeedReply(twice.epoch, "device", twice.rev, DIGEST, [], False, 5_000_000)))
    assert desk.one(Push).facts_max == 0, "it lacks what came after its backup, and nobody else would tell"


def test_a_restored_hub_gets_the_facts_again_and_the_report_only_once_the_copy_is_its_own() -> None:
    desk = settled()
    push = desk.restored()
    assert push.facts_max == 0 and not push.report
    desk.pushed(push, 3, wants=True)
    assert desk.state.acked == 2
    again = desk.one(Push)
    assert (again.from_seq, again.report) == (3, False)
    desk.pushed(again, 6, wants=True)
    desk.tick(pacing.PUSH_EVERY_MS)
    assert desk.none(Push), "the device scope is not the restored hub's yet"
    desk.fetch("device")
    report = desk.one(Push)
    assert report.report and report.facts_max == 0 and report.from_seq == 6
    desk.pushed(report, 6, wants=False)
    desk.tick(5 * 60_000)
    assert desk.none(Push) or not desk.one(Push).report


def test_a_report_that_was_not_taken_is_made_again_later_and_later_and_sales_do_not_wait_for_it() -> None:
    desk = settled()
    desk.pushed(desk.restored(), 6, wants=True)
    desk.tick(pacing.PUSH_EVERY_MS)
    desk.fetch("device")
    waits = []
    for _ in range(6):
        before = desk.now_ms
        desk.pushed(desk.one(Push), 6, wants=True)
        desk.tick(pacing.PUSH_EVERY_MS)
        assert desk.none(Push)
        due = desk.state.standing.report_ms
        assert core.next_tick_ms(desk.state) <= due
        waits.append(due - before)
        desk.tick(due - desk.now_ms)
        assert desk.one(Push).report
    assert waits == sorted(waits) and waits[0] < 3_000 and waits[-1] <= pacing.REPORT_LAST_MS * 3 // 2 + 1
    desk.pushed(desk.one(Push), 6, wants=True)
    desk.now_ms += pacing.PUSH_EVERY_MS
    desk.sale()
    sent = desk.one(Push)
    assert sent.facts_max > 0 and not sent.report


def test_a_certificate_is_renewed_in_time_and_not_earlier() -> None:
    at_ms = 5_000_000
    desk = settled(not_after_ms=at_ms + RENEW_BEFORE_MS + DAY_MS)
    desk.tick(DAY_MS // 2)
    assert desk.none(Renew)
    desk.tick(DAY_MS)
    renew = desk.one(Renew)
    desk.tell(Renewed(desk.at(), renew.flight, at_ms + 4 * RENEW_BEFORE_MS))
    desk.tick(3 * DAY_MS)
    assert desk.none(Renew)


def test_a_certificate_that_says_from_when_on_it_is_renewed_is_believed() -> None:
    at_ms = 5_000_000
    desk = settled(not_after_ms=at_ms + 30 * DAY_MS)
    desk.state = changed(desk.state, standing=changed(desk.state.standing, renew_ms=at_ms + 24 * DAY_MS))
    desk.tick(20 * DAY_MS)
    assert desk.none(Renew), "thirty days are long: ninety before the end would be always"
    desk.tick(5 * DAY_MS)
    renew = desk.one(Renew)
    desk.tell(Renewed(desk.at(), renew.flight, at_ms + 55 * DAY_MS, at_ms + 49 * DAY_MS))
    desk.tick(20 * DAY_MS)
    assert desk.none(Renew)
    desk.tick(5 * DAY_MS)
    assert not desk.none(Renew)


def test_a_hub_that_always_gives_a_short_certificate_is_asked_once_a_day() -> None:
    desk = settled(not_after_ms=5_000_000)
    desk.tick(1)
    asked = 0
    for _ in range(48):
        if not desk.none(Renew):
            asked += 1
            desk.tell(Renewed(desk.at(), desk.one(Renew).flight, 5_000_000))
        desk.tick(3_600_000)
    assert 2 <= asked <= 3


def test_an_ended_certificate_is_renewed_at_once_and_the_copies_go_on() -> None:
    desk = settled(not_after_ms=5_000_000 + 2 * RENEW_BEFORE_MS)
    poll = Poll(desk.state.copies[0].lane.flight, "device", HERE, FEED_WAIT_S)
    desk.fail(poll, Failure("certificate.ended", contact=True, slow=True, ended=True))
    renew = desk.one(Renew)
    desk.tell(Renewed(desk.at(), renew.flight, 5_000_000 + 9 * RENEW_BEFORE_MS))
    assert desk.one(Poll).scope == "device", "what waited for the certificate is due now"
    desk.tick(10)
    assert desk.none(Renew)


def test_a_hub_that_forgot_in_a_restore_that_it_renewed_the_certificate_is_asked_again_and_not_a_day_later() -> None:
    desk = settled(not_after_ms=5_000_000 + 2 * RENEW_BEFORE_MS)
    ended = Failure("certificate.ended", contact=True, slow=True, ended=True)
    desk.fail(Poll(desk.state.copies[0].lane.flight, "device", HERE, FEED_WAIT_S), ended)
    desk.tell(Renewed(desk.at(), desk.one(Renew).flight, 5_000_000 + 9 * RENEW_BEFORE_MS))
    again = desk.one(Poll)
    desk.fail(again, changed(ended, epoch=RESTORED.epoch))
    renew = desk.one(Renew)
    desk.tell(Renewed(desk.at(), renew.flight, 5_000_000 + 9 * RENEW_BEFORE_MS))
    desk.tick(10)
    assert desk.none(Renew) and not desk.state.standing.ended


def test_a_short_certificate_of_a_hub_that_does_not_say_from_when_on_is_renewed_half_way_and_not_each_day() -> None:
    at_ms = 5_000_000
    desk = settled(not_after_ms=at_ms + DAY_MS)
    desk.tick(1)
    asked = 0
    for day in range(30):
        if not desk.none(Renew):
            asked += 1
            desk.tell(Renewed(desk.at(), desk.one(Renew).flight, at_ms + (day + 30) * DAY_MS))
        desk.tick(DAY_MS)
    assert asked == 2


def test_a_hub_that_forgot_the_terminal_is_shown_the_certificate_and_then_gets_everything() -> None:
    desk = settled()
    desk.sale()
    stranger = Failure("device.unknown", slow=True, stranger=True)
    desk.fail(desk.one(Push), stranger)
    readmit = desk.one(Readmit)
    desk.tell(Readmitted(desk.at(), readmit.flight))
    assert desk.one(Push).from_seq == 6
    desk.tick(10)
    assert desk.none(Readmit)


def test_a_hub_that_is_not_ours_is_shown_the_certificate_now_and_then_only() -> None:
    desk = settled()
    desk.sale()
    stranger = Failure("device.unknown", slow=True, stranger=True)
    desk.fail(desk.one(Push), stranger)
    asked = 0
    for _ in range(600):
        if not desk.none(Readmit):
            asked += 1
            desk.tell(Failed(desk.at(), "papers", desk.one(Readmit).flight, stranger))
        desk.tick(1_000)
    assert 5 <= asked <= 30


def test_a_clock_that_is_ten_minutes_off_stops_promised_goods_and_warns_from_two() -> None:
    desk = settled()
    for ahead_ms, warns, stops in ((0, False, False), (130_000, True, False), (SKEW_STOP_MS + 1, True, True)):
        desk.state = changed(desk.state, offset_ms=ahead_ms)
        status = status_of(desk.state, desk.at())
        assert (status.clock_warning, status.clock_stop) == (warns, stops)


def test_the_snapshot_that_follows_a_restore_is_fetched_and_not_only_wished_for() -> None:
    desk = settled()
    push = desk.restored()
    desk.pushed(push, 6, wants=True)
    assert any(isinstance(effect, FetchSnapshot) for effect in desk.effects) or copy_of(desk.state, "device").lane.flight
