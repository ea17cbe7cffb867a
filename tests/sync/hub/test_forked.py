"""A terminal with two histories hears of it by its device feed, whichever of the two asks and whether it sells or not."""

import threading
import time
from collections.abc import Callable

from kiosk.domain.facts import SealedFact
from sync.hub import feedlog
from sync.protocol.messages import FeedReply
from tests.sync.hub.support import TENANT, WAIT_S, FakeTerminal, RunningHub


def copied(till: FakeTerminal) -> Callable[[], None]:
    """Sell and send on a till that was copied; gives what the copy does when it sends its own history."""
    till.sale()
    till.push()
    facts, head = list(till.facts), till.head
    till.sale(price_minor=1_000)
    till.push()
    theirs: list[SealedFact] = list(till.facts)
    till.facts, till.head = facts, head
    till.sale(price_minor=2_000)
    mine, till.facts = till.facts[-1], theirs
    return lambda: assert_forked(till, mine)


def assert_forked(till: FakeTerminal, other: SealedFact) -> None:
    """The copy's own fact makes the second history."""
    assert till.push([other], from_seq=2).forked


def test_an_idle_till_is_told_by_its_next_poll_that_it_has_a_double(hub: RunningHub) -> None:
    till = hub.terminal()
    send = copied(till)
    till.catch_up("device")
    assert not till.feed("device").forked
    send()
    for _ in range(3):
        reply = till.feed("device")
        assert reply.forked and not reply.transactions, "the state is told each time, so no answer that is lost matters"


def test_only_the_device_feed_of_that_terminal_says_it(hub: RunningHub) -> None:
    till, other = hub.terminal("1"), hub.terminal("2")
    copied(till)()
    for one in (till, other):
        one.catch_up("device")
        one.catch_up("catalog")
    assert not till.feed("catalog").forked, "what a store shares is not about one of its terminals"
    assert not other.feed("device").forked


def test_a_poll_that_waits_is_answered_as_soon_as_there_are_two_histories_and_the_next_one_waits_again(hub: RunningHub) -> None:
    till = hub.terminal()
    send = copied(till)
    till.catch_up("device")
    got: list[FeedReply] = []
    asking = threading.Thread(target=lambda: got.append(till.feed("device", wait=25)))
    asking.start()
    _until_listening(hub, till)
    began = time.monotonic()
    send()
    asking.join(WAIT_S)
    assert got[0].forked and time.monotonic() - began < 20
    began = time.monotonic()
    assert till.feed("device", wait=0.3).forked
    assert time.monotonic() - began >= 0.25, "what is known does not make a busy loop"


def _until_listening(hub: RunningHub, till: FakeTerminal) -> None:
    end, pause = time.monotonic() + WAIT_S, threading.Event()
    while not hub.hub.bell.listening((TENANT, "device", feedlog.own(till.dev))):
        assert time.monotonic() < end, "the poll never listened"
        pause.wait(0.01)
