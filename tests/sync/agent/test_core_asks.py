"""What the core asks the hub beside selling: whether there is a second history, and what the hub has when nothing went along."""

from sync.agent import pacing
from sync.agent.events import Acknowledge, Fed, NewClient, Poll, Push
from sync.agent.lanes import copy_of
from sync.agent.status import status_of
from sync.protocol.limits import FEED_WAIT_S, WATCHDOG_MS
from sync.protocol.messages import FeedReply
from sync.protocol.values import changed
from tests.sync.agent.test_core import DIGEST, HERE, Desk


def told(desk: Desk, forked: bool) -> None:
    """The poll of the device feed that waits at the hub is answered: nothing new, and whether there are two histories."""
    lane = copy_of(desk.state, "device").lane
    reply = FeedReply(1, "device", HERE.rev, DIGEST, [], False, 5_000_000 + desk.now_ms, forked)
    desk.tell(Fed(desk.at(), "device", lane.flight, reply))


def test_a_till_that_sells_nothing_hears_of_its_double_by_its_poll_and_asks_once() -> None:
    desk = Desk(head=5, acked=5).settle()
    told(desk, forked=True)
    push = desk.one(Push)
    assert (push.from_seq, push.facts_max) == (6, 0)
    desk.reply(push, 6, 5, forked=True)
    assert desk.one(Acknowledge).forked, "it is kept, for the board and the queue"
    desk.noted(desk.one(Acknowledge))
    assert status_of(desk.state, desk.at()).forked
    for _ in range(20):
        desk.tick(FEED_WAIT_S * 1_000)
        polls = [poll for poll in desk.effects if isinstance(poll, Poll) and poll.scope == "device"]
        if polls:
            told(desk, forked=True)
        assert desk.none(Push), "it is known: it is not asked again and again"


def test_a_hub_that_knows_of_no_second_history_is_not_asked() -> None:
    desk = Desk(head=5, acked=5).settle()
    told(desk, forked=False)
    assert desk.none(Push) and not status_of(desk.state, desk.at()).forked


def test_the_answer_of_a_push_that_does_not_say_it_yet_leaves_the_question_for_the_next_poll() -> None:
    desk = Desk(head=5, acked=5).settle()
    for _ in range(2):
        told(desk, forked=True)
        desk.reply(desk.one(Push), 6, 5)
        desk.noted(desk.one(Acknowledge))
        desk.tick(pacing.PUSH_EVERY_MS)
        assert not desk.state.forked


def test_a_question_without_facts_is_no_failed_push_when_something_is_sold_meanwhile() -> None:
    desk = Desk(head=5, acked=5).settle()
    desk.state = changed(desk.state, ask_next=True)
    desk.tick()
    asked = desk.one(Push)
    assert asked.facts_max == 0
    desk.sale()
    desk.reply(asked, 6, 5)
    desk.noted(desk.one(Acknowledge))
    assert not desk.state.push.failures and status_of(desk.state, desk.at()).code == ""
    sent = desk.one(Push)
    assert (sent.from_seq, sent.facts_max > 0) == (6, True), "it goes out at once and not after a back-off"
    desk.reply(sent, 7, 6)
    desk.noted(desk.one(Acknowledge))
    assert desk.state.acked == 6


def test_a_push_with_facts_that_moves_nothing_is_still_no_progress() -> None:
    desk = Desk(head=5, acked=5).settle()
    desk.sale()
    sent = desk.one(Push)
    desk.reply(sent, 6, 6, head=bytes(32))
    desk.noted(desk.one(Acknowledge))
    assert desk.state.push.failures == 1 and status_of(desk.state, desk.at()).code == "sync.no_progress"


def test_questions_alone_do_not_quiet_the_watchdog() -> None:
    desk = Desk(head=5, acked=5).settle()
    desk.sale()
    lane = changed(desk.state.push, flight=0, due_ms=desk.now_ms + 10**9)
    desk.state = changed(desk.state, push=lane, contact_ms=desk.now_ms + WATCHDOG_MS)
    desk.tick(WATCHDOG_MS)
    assert not desk.none(NewClient) and status_of(desk.state, desk.at()).stalled
