"""One contract: what tills and hub say of an order is the same, however late they hear of each other, and so is its money."""

import random
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from kiosk.domain.address import Address
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.feed import ORDER, Row
from kiosk.domain.orderlife import RANK
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import AS_NEW, GOODWILL, Wish
from kiosk.domain.stock import moves_in
from kiosk.services.orderdesk import PROOFS, Move, OrderView
from kiosk.services.returns import Returns
from kiosk.services.voiding import Voiding
from kiosk.store import orders as stored_orders
from kiosk.store.database import Connection
from kiosk.store.ledger import Identity
from sync.hub import orders
from sync.hub.order_rounds import look
from sync.hub.storage.schema import stock
from tests.kiosk.services.test_day_contract import push_all
from tests.kiosk.support import CASHIER, MANAGER, PIN, SATURDAY_MS, HandClock, Shop, open_shop
from tests.sync.hub.support import TENANT, FakeTerminal, RunningHub, a_product, bring_products, running_hub, shop_folder

SHIRT, OTHER = "1001-WHT-M", "1001-WHT-L"
ANNA = Address("Anna de Vries", "06 12345678", "", "1012js", "12", "Damrak", "Amsterdam")
REFUSED_ALL_RIGHT = {
    "order.nothing_to_pick", "order.nothing_ready", "order.gone_already", "order.not_now", "order.part_out", "void.already",
    "void.returned", "void.order_gone", "void.order_back", "return.already", "order.not_there_now",
    "return.voided", "return.no_such_line", "return.too_much",
}  # fmt: skip


@dataclass
class Desk:
    """One till, its line to the hub, and chance in place of people."""

    shop: Shop
    line: FakeTerminal
    chance: random.Random

    def __post_init__(self) -> None:
        shop = self.shop
        shop.put_settings({"order.delivery_cost": "4.95", "till.cash_rounding": False})
        shop.sign_in(CASHIER)
        shop.open_shift()
        self.returns = Returns(shop.counter, shop.selling, shop.session)
        self.returns.comes_in_hand = shop.orders.comes_in_hand
        self.voiding = Voiding(shop.counter, shop.session, shop.receipts)
        self.voiding.orders = shop.orders

    def work(self) -> None:
        """One thing that somebody does."""
        acts = (self.sell, self.pick, self.hand_over, self.carry, self.cancel, self.take_back, self.void)
        try:
            self.chance.choices(acts, (5, 5, 4, 2, 1, 2, 1))[0]()
        except Refused as error:
            assert error.code in REFUSED_ALL_RIGHT, error.code
            self.shop.selling.abandon("again")
        except NotFound:
            self.shop.selling.abandon("again")
        self.shop.clock.pass_ms(60_000)

    def sell(self) -> None:
        """One thing along, one or two ordered."""
        self.shop.add(SHIRT)
        milli = self.chance.choice((1, 1, 3)) * ONE
        self.shop.add(OTHER, milli)
        way = self.chance.choice(self.shop.ordering.ways(OTHER, milli))
        self.shop.ordering.order([2], way, ANNA)
        self.shop.sell_cash()

    def one(self, found: Sequence[OrderView] | None = None) -> OrderView:
        """One of these orders, or any open one."""
        found = found or self.shop.orders.listed()
        if not found:
            raise NotFound("order.unknown", text="")
        return self.chance.choice(found)

    def pick(self) -> None:
        """Pick what is to be picked; sometimes something is not there."""
        self.shop.orders.put_ready(self.one(self.shop.orders.to_pick()).id, {2: self.chance.choice((0, 0, ONE))})

    def hand_over(self) -> None:
        """Somebody fetches it, or a part."""
        most = self.chance.choice((None, {2: ONE}))
        self.shop.orders.hand_over(self.one(self.shop.orders.ready()).id, self.chance.choice(PROOFS), most)

    def carry(self) -> None:
        """A carrier takes it, or it arrives from another store."""
        view = self.one()
        here = [one for one in view.parts if one.place == self.shop.orders.store]
        packed = [Move(one.line, "shipped", "packed", one.fence, one.quantity_milli) for one in here if one.state == "packed"]
        came = [Move(one.line, "ready", "in_transit", one.fence, one.quantity_milli) for one in here if one.state == "in_transit"]
        if packed or came:
            self.shop.orders.move(view.id, packed or came)

    def cancel(self) -> None:
        """It is not wanted any more."""
        self.shop.orders.cancel(self.one().id, {2: ONE})

    def take_back(self) -> None:
        """It comes back, or is cancelled with its money."""
        sale = self.returns.find(str(self.chance.randint(1, 6)))
        wish = Wish(self.chance.choice((1, 2)), ONE, GOODWILL, "r", AS_NEW, to_stock=True)
        self.returns.take(sale, [wish])
        self.shop.checkout.begin()
        self.shop.checkout.refund_cash(10**6)

    def void(self) -> None:
        """A sale is undone with its order."""
        sales = [fact.body["receipt"] for fact in self.shop.facts() if fact.kind == "sale.completed"]
        if sales:
            self.voiding.void(self.chance.choice(sales), "mistake", MANAGER, PIN)

    def hear(self) -> None:
        """Take in what the hub tells of orders, and let go of what nobody wants any more."""
        rows = [Row(*key, payload) for key, payload in self.line.catch_up("device").items() if key[0] == ORDER]

        def work(conn: Connection) -> None:
            conn.execute("DELETE FROM device_rows WHERE entity = ?", (ORDER,))
            conn.executemany("REPLACE INTO device_rows VALUES (?, ?, ?)", rows)

        self.shop.ledger.run(work)
        self.shop.orders.keep_house()


def open_desk(stack: ExitStack, folder: Path, hub: RunningHub, store: str, terminal: str, chance: random.Random) -> Desk:
    """A till that is enrolled."""
    line = hub.terminal(terminal, store=store)
    assert line.certificate is not None
    cert = line.certificate
    identity = Identity(cert.dev, cert.inc, cert.kind, cert.series, cert.place)
    shop = stack.enter_context(open_shop(folder, key=line.key, identity=identity, clock=HandClock(SATURDAY_MS)))
    return Desk(shop, line, chance)


def decide(hub: RunningHub) -> None:
    """The hub allocates what is provisional or was declined, until nothing is left to do: by itself it would a moment later."""
    world, epoch = hub.hub.world, hub.hub.storage.epoch
    while hub.hub.storage.call(lambda conn: look(conn, TENANT, world.now_ms(), world.new_id, epoch)):
        pass


def compare(hub: RunningHub, desk: Desk, seen: dict[str, int]) -> None:
    """Every order that a till knows is, to the piece and the cent, what the hub says of it."""
    for stored in desk.shop.ledger.look(stored_orders.listed_in):
        there = hub.hub.storage.call(lambda conn, order=stored.id: orders.find(conn, TENANT, order))  # type: ignore[misc]
        assert there is not None and there.known.state is not None and stored.known.state is not None
        assert stored.known.state.lines == there.known.state.lines
        assert stored.known.money == there.known.money
        for line in stored.known.state.lines.values():
            seen[line.shown] = seen.get(line.shown, 0) + 1


def test_three_tills_of_two_stores_and_the_hub_agree_on_every_order_and_its_money(tmp_path: Path) -> None:
    chance = random.Random(4)
    shutil.copytree(shop_folder(tmp_path / "made"), tmp_path / "hub")
    seen: dict[str, int] = {}
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub(tmp_path / "hub"))
        places = (("AMS1", "01"), ("AMS1", "02"), ("UTR1", "01"))
        desks = [open_desk(stack, tmp_path / "".join(place), hub, *place, chance) for place in places]
        goods = (a_product(article, stock={"AMS1": ONE, "UTR1": 16 * ONE}) for article in (SHIRT, OTHER))
        bring_products(hub.hub, *goods, set_stock=True)
        at_first = {article: on_hand(hub, article) for article in (SHIRT, OTHER)}
        for _ in range(6):
            for desk in desks:
                for _ in range(chance.randint(5, 12)):
                    desk.work()
            for desk in chance.sample(desks, len(desks)):
                push_all(desk.line, desk.shop.ledger, chance)
            decide(hub)
            for desk in desks:
                desk.hear()
                compare(hub, desk, seen)
        for desk in desks:
            push_all(desk.line, desk.shop.ledger, chance)
        moved: dict[tuple[str, str], int] = {}
        for desk in desks:
            for fact in desk.shop.facts():
                for article, store, milli, _ in moves_in(fact):
                    moved[store, article] = moved.get((store, article), 0) + milli
        answer = desks[0].line.request("GET", "/v1/report/day?store=AMS1&day=2026-11-21").json()
        assert answer["held"] == 0, "the hub understands every fact of these tills"
        for article in (SHIRT, OTHER):
            for store in ("AMS1", "UTR1"):
                more = on_hand(hub, article).get(store, 0) - at_first[article].get(store, 0)
                assert more == moved.get((store, article), 0)
    came_about = {"ready", "handed_over", "cancelled", "declined", "in_transit", "packed"}
    assert came_about <= seen.keys() and set(seen) <= RANK.keys(), seen


def on_hand(hub: RunningHub, article: str) -> dict[str, int]:
    """What lies in each store by the hub."""
    query = select(stock.c.store, stock.c.on_hand_milli).where(stock.c.tenant == TENANT, stock.c.article == article)
    return hub.hub.storage.call(lambda conn: {store: int(milli) for store, milli in conn.execute(query)})
