"""Real tills and a real hub in network namespaces, with a network that loses, cuts, swallows, starves, delays and lies."""

import os
import random
import threading
from collections.abc import Callable, Iterator

import pytest

from kiosk.apps.demo import DemoShop
from tests.network.conftest import TILLS
from tests.network.processes import Child
from tests.network.spaces import Spaces, spaces, why_not
from tests.network.world import PROXY_PORT, World, told, world

LONG = os.environ.get("TOONBANK_LONG") == "1"
LASTS_S = 15.0
ROUNDS = 8
CUT_S = 2.0
SHORT_S = 2.0
NAME = "hub.shop.test"

Fault = tuple[Callable[[], None], Callable[[], None]]
"""What brings it, and what takes it away."""


@pytest.fixture(scope="module")
def lines() -> Iterator[Spaces]:
    """The namespaces; without them the reason is the skip's."""
    if reason := why_not(("ip", "tc", "nft") if LONG else ("ip",)):
        pytest.skip(reason)
    with spaces(TILLS) as made:
        yield made


@pytest.fixture(scope="module")
def there(shop: DemoShop, lines: Spaces) -> Iterator[World]:
    """Hub, proxy and two tills that are well; each test leaves them so."""
    with world(shop, lines, with_proxy=True) as made:
        for number in range(1, TILLS + 1):
            made.open(number, port=PROXY_PORT)
        made.judge()
        yield made


def faults(there: World) -> dict[str, Fault]:
    """Every fault by its name."""
    lines, well = there.spaces, lambda: there.interfere()

    def rules(*texts: str) -> Fault:
        return lambda: lines.rules(*texts), lambda: lines.rules()

    def proxy(**orders: object) -> Fault:
        return lambda: there.interfere(**orders), well

    def lossy(percent: int) -> Fault:
        drop = f"numgen random mod 100 < {percent} drop"
        return rules(f"in {drop}", f"out {drop}")

    return {
        "5 % loss": lossy(5), "30 % loss": lossy(30),
        "the hub hears nothing": rules("in drop"),
        "nobody hears the hub": rules("out drop"),
        "a cut": rules("in drop", "out drop"),
        "lines are refused": rules("in tcp flags syn / syn,ack reject with tcp reset", "in meta l4proto tcp reject with tcp reset"),
        "large packets vanish": rules("in meta length > 700 drop", "out icmp type destination-unreachable drop"),
        "large answers vanish": rules("out meta length > 700 drop"),
        "64 kbit/s": (lambda: lines.rate(64), lines.no_rate),
        "up to 3 s delay and overtaking": proxy(delay_ms=3_000),
        "lines are cut in the middle": proxy(cut=0.2),
        "a log-in page with status 200": proxy(portal="page"),
        "a redirect to a log-in page": proxy(portal="redirect"),
        "lines are taken and never answered": proxy(dead=True),
        "bits are flipped on the way down": proxy(spoil=0.2),
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_every_fault_of_a_network_costs_no_fact_and_is_over_a_minute_after_it(there: World) -> None:
    for name, (bring, heal) in faults(there).items():
        took_s = there.sell_through(bring, heal, LASTS_S)
        print(told(name, took_s, there))


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_faults_upon_faults_cost_no_fact(there: World) -> None:
    chance, known = random.Random(20_261_122), faults(there)
    at_line = [name for name in known if name != "64 kbit/s"]
    for number in range(ROUNDS):
        chosen = chance.sample(at_line, 2) + ["64 kbit/s"] * (number % 2)

        def bring(names: list[str] = chosen) -> None:
            for name in names:
                known[name][0]()

        def heal() -> None:
            there.interfere()
            there.spaces.rules()
            there.spaces.no_rate()

        took_s = there.sell_through(bring, heal, chance.uniform(5, 20))
        print(told(" and ".join(chosen), took_s, there))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_dead_name_server_costs_no_fact_and_a_hub_that_moves_is_found_by_its_name(there: World, lines: Spaces) -> None:
    known = Child(["-m", "tests.network.resolver", "127.0.0.1", NAME], lines.till(1))
    try:
        assert known.wait(lambda: known.last("ready"))
        known.order(address=lines.hub_address(1))
        assert known.wait(lambda: known.last("now") == lines.hub_address(1))
        lines.resolver(1, "127.0.0.1")
        there.tills[1].close()
        there.open(1, host=NAME)
        there.judge()

        def die() -> None:
            known.order(address="")
            lines.rules("in meta l4proto tcp reject with tcp reset")  # a line that stands needs no name
            threading.Event().wait(CUT_S)
            lines.rules()

        took_s = there.sell_through(die, lambda: known.order(address=lines.hub_address(1)), LASTS_S)
        print(told("the name server is dead", took_s, there))
        seen = {status["code"] for status in there.tills[1].all("sync")}
        assert seen & {"sync.no_such_host", "sync.timeout"}, "the till never asked for the name"
        took_s = there.sell_through(lambda: lines.move_hub(1), lambda: known.order(address=lines.moved_address(1)), 5.0)
        print(told("the hub moved, and its name says where", took_s, there))
    finally:
        known.stop()


@pytest.mark.timeout(240)
def test_a_pulled_plug_and_answers_that_get_lost_cost_no_fact(shop: DemoShop, lines: Spaces) -> None:
    if LONG:
        pytest.skip("the long test has this and more")
    with world(shop, lines, with_proxy=False) as made:
        made.open(1)
        pulled = made.sell_through(lambda: lines.link(1, "down"), lambda: lines.link(1, "up"), SHORT_S, 50)
        lost = made.sell_through(lambda: lines.answers_get_lost(1, True), lambda: lines.answers_get_lost(1, False), SHORT_S, 50)
        print(told(f"well {pulled:.1f} s after the plug, {lost:.1f} s after the answers", lost, made))
