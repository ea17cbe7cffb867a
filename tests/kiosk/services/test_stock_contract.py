"""One contract: what a till keeps of its rights, what the hub keeps of them and what the rule says agree, however facts come.

Real tills on disk and the hub's own storage; grants go down by the feed, facts go up in pushes that overlap and get lost.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import reduce
from pathlib import Path

import pytest
from sqlalchemy import Connection

from kiosk.domain.allocation import Grant, RightsState, apply_rights, available
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.feed import EMPTY_DIGEST, Cursor, Row, moved, row_number
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import StockState, apply_stock
from kiosk.services.allocations import Allocations
from kiosk.services.counts import Counts, Line
from kiosk.store import rights
from kiosk.store.ledger import Identity
from sync.hub import stock_accounts
from sync.hub.reservations import Reservation
from sync.protocol.limits import PUSH_BYTES_MAX
from sync.protocol.signature import verifier
from tests.kiosk.support import HandClock, Shop, open_shop
from tests.sync.hub.stock_support import (
    DirectHub,
    DirectTerminal,
    call,
    direct_hub,
    free,
    make_limited,
    movement_sum,
    share,
    take,
)
from tests.sync.hub.support import STORE, TENANT, a_product, bring_products, shop_folder, system_ms

ARTICLE = "1001-WHT-M"
KEY = (STORE, ARTICLE)
ON_HAND = 9 * ONE


@pytest.fixture(scope="module")
def hub_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub's data with a shop in it, to be copied."""
    return shop_folder(tmp_path_factory.mktemp("hub"))


class Till:
    """A till with its ledger, and its terminal at the hub."""

    def __init__(self, shop: Shop, terminal: DirectTerminal) -> None:
        self.shop, self.terminal = shop, terminal
        self.rights = Allocations(shop.counter, shop.session, verifier)
        self.counts = Counts(shop.counter)

    def push(self, chance: random.Random) -> None:
        """Send some of what waits; the answer may be lost, and then it is sent again."""
        ledger = self.shop.ledger
        batch = ledger.pending(ledger.acked() + 1, chance.randint(1, 6), PUSH_BYTES_MAX)
        if batch:
            reply = self.terminal.push(batch)
            if chance.random() < 0.6:
                ledger.acknowledge(reply.next_seq, reply.durable_seq, reply.epoch, reply.head, reply.held, reply.forked)

    def push_all(self) -> None:
        """Send all that waits."""
        while batch := self.shop.ledger.pending(self.shop.ledger.acked() + 1, 50, PUSH_BYTES_MAX):
            reply = self.terminal.push(batch)
            self.shop.ledger.acknowledge(reply.next_seq, reply.durable_seq, reply.epoch, reply.head, reply.held, reply.forked)

    def fetch(self) -> None:
        """Take in the device scope as a snapshot does: replaced, with its cursor."""
        rows = [Row(entity, key, payload) for (entity, key), payload in self.terminal.catch_up("device").items()]
        rows += [row for row in self._staff() if (row.entity, row.key) not in {(one.entity, one.key) for one in rows}]
        digest = moved(EMPTY_DIGEST, sum(map(row_number, rows)))
        self.shop.ledger.replace(rows, Cursor(1, self.shop.ledger.cursor().rev + 1, digest))

    def _staff(self) -> Sequence[Row]:
        found = self.shop.ledger.run(
            lambda conn: conn.execute("SELECT entity, key, payload FROM device_rows WHERE entity = 'staff'").fetchall()
        )
        return [Row(*one) for one in found]

    def facts(self) -> list[Fact]:
        """All that it sealed."""
        return self.shop.facts()


@pytest.fixture
def world(tmp_path: Path, hub_folder: Path) -> Iterator[tuple[DirectHub, list[Till]]]:
    """A hub with nine pieces of a limited article, and three tills of its store."""
    with ExitStack() as stack:
        hub = stack.enter_context(direct_hub(tmp_path, hub_folder))
        bring_products(hub.hub, a_product(ARTICLE, stock={STORE: ON_HAND}))
        tills = []
        for number in range(1, 4):
            terminal = hub.terminal(str(number))
            cert = terminal.certificate
            assert cert is not None
            identity = Identity(cert.dev, cert.inc, cert.kind, cert.series, cert.place)
            clock = HandClock(system_ms())
            shop = stack.enter_context(open_shop(tmp_path / f"till-{number}", key=terminal.key, identity=identity, clock=clock))
            shop.sign_in()
            tills.append(Till(shop, terminal))
        make_limited(hub, ARTICLE)
        yield hub, tills


def act(till: Till, other: Till, chance: random.Random, slips: list[tuple[Till, bytes]]) -> None:
    """One thing that somebody does at a till."""
    open_ones = till.rights.open_promises()
    what = chance.randrange(8)
    try:
        if what <= 2:
            till.rights.promise(ARTICLE, ONE * chance.randint(1, 2), chance.choice(["ship", "collect", "reserve"]))
        elif what == 3 and open_ones:
            till.rights.release(chance.choice(open_ones).id)
        elif what == 4 and open_ones:
            till.rights.hand_over(chance.choice(open_ones).id)
        elif what == 5:
            slips.append((other, till.rights.transfer(other.terminal.dev, ARTICLE, ONE)))
        elif what == 6 and slips:
            to, slip = slips.pop(chance.randrange(len(slips)))
            to.rights.receive(slip)
        elif what == 7:
            till.shop.clock.pass_ms(25 * 3_600_000)
            till.rights.keep_house()
    except Refused as refused:
        assert refused.code in ("stock.no_right", "transfer.unknown_terminal", "transfer.taken", "transfer.not_genuine"), refused


@pytest.mark.parametrize("seed", range(3))
def test_tills_hub_and_rule_agree_and_nothing_is_promised_twice(world: tuple[DirectHub, list[Till]], seed: int) -> None:
    hub, tills = world
    chance, slips = random.Random(seed), list[tuple[Till, bytes]]()
    for _ in range(60):
        till, other = chance.sample(tills, 2)
        roll = chance.random()
        if roll < 0.5:
            act(till, other, chance, slips)
        elif roll < 0.7:
            till.push(chance)
        elif roll < 0.85:
            till.fetch()
            till.rights.keep_house()
        elif roll < 0.95:
            share(hub, whole=chance.random() < 0.5)
        else:
            take(hub, ONE, ARTICLE)
        assert_nothing_twice(hub, tills)
    for to, slip in slips:
        to.rights.receive(slip)
    for till in tills:
        till.push_all()
        till.fetch()
    for till in tills:
        assert_agrees(hub, till)
    there = free(hub, ARTICLE)
    assert there.free >= 0 and there.in_transit == 0 and there.on_hand == movement_sum(hub, ARTICLE)
    state = reduce(apply_stock, [fact for till in tills for fact in till.facts()], StockState())
    assert there.on_hand == ON_HAND + state.level(STORE, ARTICLE, {}).on_hand_milli


def assert_nothing_twice(hub: DirectHub, tills: list[Till]) -> None:
    """Open promises, rights in hand and reservations never come to more than the pieces that are there."""
    gone = sum(
        -line["quantity"] for till in tills for fact in till.facts() if fact.kind == "stock.moved" for line in fact.body["lines"]
    )
    promised = sum(one.quantity_milli for till in tills for one in till.rights.open_promises())
    reserved = free(hub, ARTICLE).reserved
    assert promised + reserved + gone <= ON_HAND


def assert_agrees(hub: DirectHub, till: Till) -> None:
    """The account of one till: in its ledger, at the hub, and by the rule."""
    state = reduce(apply_rights, till.facts(), RightsState())
    kept = till.shop.ledger.run(lambda conn: rights.spent_in(conn, KEY))
    there = call(hub, lambda c: stock_accounts.read(c, TENANT, till.terminal.dev, KEY))
    assert kept == there.spent == state.of(KEY)
    grant = till.shop.ledger.device_row("grant", "|".join(KEY), Grant)
    left = sum(one.left_milli for one in till.rights.held())
    assert left == there.held_milli == available(grant, state.of(KEY))
    mine = {name for name, one in state.promises.items() if one.state == "open"}
    assert mine == {one.id for one in till.rights.open_promises()} == open_at_hub(hub, till.terminal.dev)


def open_at_hub(hub: DirectHub, dev: str) -> set[str]:
    """A till's open promises as the hub has them."""

    def read(connection: Connection) -> set[str]:
        query = "select id from promises where state = 'open' and dev = ?"
        return {row[0] for row in connection.exec_driver_sql(query, (dev,))}

    return call(hub, read)


def test_a_count_at_a_till_while_others_sell_is_what_the_hub_says(world: tuple[DirectHub, list[Till]]) -> None:
    hub, tills = world
    first, second, _ = tills
    second.counts.move("received", [Line(ARTICLE, 3 * ONE)])
    for till in tills:
        till.shop.clock.pass_ms(3_600_000)
    begun = first.counts.begin()
    first.counts.finish(begun, [Line(ARTICLE, 10 * ONE)])
    first.counts.move("written_off", [Line(ARTICLE, -ONE)])
    for till in tills:
        till.shop.clock.pass_ms(3_600_000)
    second.counts.move("received", [Line(ARTICLE, 2 * ONE)])
    hub.clock.added_ms += 2 * 3_600_000
    for till in (second, first):
        till.push_all()
    assert free(hub, ARTICLE).on_hand == movement_sum(hub, ARTICLE) == 11 * ONE
    facts = [read_fact(sealed.data) for till in tills for sealed in till.shop.ledger.facts()]
    state = reduce(apply_stock, facts, StockState())
    assert state.level(STORE, ARTICLE, {}).on_hand_milli == 11 * ONE
    assert isinstance(take(hub, ONE, ARTICLE), Reservation)
    with pytest.raises(Refused, match=r"stock\.lines"):
        first.counts.finish(begun, [])
    with pytest.raises(Refused, match=r"stock\.quantity"):
        first.counts.finish(begun, [Line(ARTICLE, -ONE)])
    with pytest.raises(Refused, match=r"stock\.lines"):
        first.counts.move("given away", [Line(ARTICLE, ONE)])
