"""Budgets of promotions inside a run: tills that know little of each other take from them; what goes beyond is bounded and told."""

import random
from collections import Counter
from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, select

from kiosk.domain.budget import Spent, fold, spent_in
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, Fact
from kiosk.domain.feed import BUDGET, DEVICE, PROMOTION, Row
from kiosk.domain.promotion import AMOUNT, Promotion
from kiosk.store import budgets as known
from kiosk.store.database import Connection as Ledger
from sync.hub import budgets, feedlog
from sync.hub.storage.schema_budgets import budget_parts
from sync.protocol.messages import from_json, to_json
from tests.simulation.goods import ARTICLES
from tests.simulation.hub_disk import TENANT
from tests.simulation.network import Network
from tests.simulation.real_hub import RealHub
from tests.simulation.stores import sale_body
from tests.simulation.terminal import SimTerminal
from tests.simulation.timeline import Timeline

ONE = 1_000
SHARE = 0.4
"""In so many runs a promotion has a budget. The others are as they were without it."""

PACE_MS, FEW, ROUND_MS = 6_000, 20, 10_000
PROMOTION_ID = "P-budget"
BUDGET_MINOR, UNHEARD_MINOR = 2_000, 500
OFF = (100, 200, 300)


class Budgeting:
    """A promotion of a thousand euros in small, and the tills that give it away, from a source of chance of its own."""

    def __init__(self, time: Timeline, hub: RealHub, network: Network, terminals: Sequence[SimTerminal]) -> None:
        self._time, self._hub, self._network, self._terminals = time, hub, network, terminals
        self._chance: random.Random = time.source("budgets")
        self.wrong: list[str] = []
        """What must not be after a round of the hub, however it goes on."""

    def plan(self, bad_ms: int, end_ms: int) -> None:
        """Put all of it into the queue: sales in the bad time, the hub's rounds until the end."""
        chance, pace_ms = self._chance, max(PACE_MS, bad_ms // FEW)
        if chance.random() >= SHARE:
            return
        self._set()
        for terminal in self._terminals:
            at_ms = 3_000
            while (at_ms := at_ms + chance.randrange(pace_ms // 4, 2 * pace_ms)) < bad_ms:
                self._time.after(at_ms, partial(self._sell, terminal))
        for at_ms in range(ROUND_MS, end_ms, max(ROUND_MS, end_ms // 60)):
            self._time.after(at_ms, self._tell)

    def _set(self) -> None:
        """Head office sets the promotion, and again when a restored hub has forgotten it."""
        made = Promotion(
            PROMOTION_ID, AMOUNT, {"nl": "actie"}, amount_minor=OFF[0], budget_minor=BUDGET_MINOR,
            budget_unheard_minor=UNHEARD_MINOR,
        )  # fmt: skip
        self._hub.publish([("catalog", Row(PROMOTION, PROMOTION_ID, to_json(made)))])

    def _sell(self, terminal: SimTerminal) -> None:
        """One sale under the promotion, as far as this till knows that there is something left."""
        payload = terminal.catalog.rows.get((PROMOTION, PROMOTION_ID), b"")
        if payload and terminal.act(lambda: terminal.ledger.run(partial(self._ring, terminal, from_json(payload, Promotion)))):
            self._time.saw("taken from a budget")

    def _ring(self, terminal: SimTerminal, promotion: Promotion, conn: Ledger) -> None:
        chance, ledger = self._chance, terminal.ledger
        left = known.left_in(conn, [promotion], terminal.dev)[promotion.id]
        if not left:
            self._time.saw("budget used up")
            raise Refused("promotion.none")
        off = min(left, chance.choice(OFF))
        number = ledger.next_receipt_in(conn)
        body: Json = sale_body(str(number), terminal.identity.place.store, chance.choice(ARTICLES), ONE, number.number)
        body["lines"][0]["promotions"] = [{"id": promotion.id, "name": "actie", "amount": off}]
        body["budget_left"] = {promotion.id: left}
        sealed = ledger.append_in(conn, SALE_COMPLETED, body, employee="7", day=terminal.clock.today(), schema=2)
        ledger.record_sale_in(conn, self._time.new_id(), number, sealed.seq, ())

    def _tell(self) -> None:
        """The hub's round: tills hear what they were not told yet."""
        if self._network.up:
            self._set()
            self._hub.transact(lambda connection: budgets.tell_waiting(connection, TENANT, self._network.hub_ms()))
            self._network.ring()
            listed, told = self._hub.transact(_listed, reading=True), self._hub.transact(_told, reading=True)
            if listed is not None and (listed.spent, listed.uses) != (told.minor, told.uses):
                self.wrong.append(f"budgets: after a round tills are told {told} in place of {listed.spent} and {listed.uses}")


def judge(hub: RealHub, projected: Sequence[Fact]) -> list[str]:
    """Whether the hub's sum is that of the facts and told to the tills, and what went beyond is no more than is possible.

    A till cannot hear of the others, so each but the last may give away `budget_unheard_minor` beyond it; what was given back
    meanwhile may be given away again. A restored hub forgot what it had told, and then there is no bound.
    """
    wanted = fold(projected).get(PROMOTION_ID, Spent(PROMOTION_ID))
    by_dev, back = Counter[str](), 0
    for fact in projected:
        taken = sum(one.minor for one in spent_in(fact))
        by_dev[fact.dev] += taken
        back += -taken if fact.kind == SALE_VOIDED else 0
    parts, by_dev = hub.transact(_parts, reading=True), Counter({dev: minor for dev, minor in by_dev.items() if minor})
    listed, told = hub.transact(_listed, reading=True), hub.transact(_told, reading=True)
    over = max(0, wanted.minor - BUDGET_MINOR)
    wrong: list[str] = []
    found = (listed.spent, listed.uses, listed.over) if listed is not None else (0, 0, 0)
    if found != (wanted.minor, wanted.uses, over):
        wrong.append(f"budgets: the hub says {found} (spent, uses, beyond) in place of {wanted} and {over}")
    if parts != by_dev:
        wrong.append(f"budgets: the hub has {dict(parts)} by device in place of {dict(by_dev)}")
    if told != wanted:
        wrong.append(f"budgets: tills are told {told} in place of {wanted}")
    most = max(0, len(by_dev) - 1) * UNHEARD_MINOR + back
    if over > most and hub.restored_ms < 0:
        wrong.append(f"budgets: {over} went beyond, and no more than {most} can")
    return wrong


def over(hub: RealHub) -> int:
    """How much went beyond the budget by the hub's own report, minor units."""
    listed = hub.transact(_listed, reading=True)
    return listed.over if listed is not None else 0


def _parts(connection: Connection) -> Counter[str]:
    part, parts = budget_parts.c, Counter[str]()
    for dev, minor in connection.execute(select(part.dev, part.minor).where(part.promotion == PROMOTION_ID)):
        parts[dev] += int(minor)
    return Counter({dev: minor for dev, minor in parts.items() if minor})


def _listed(connection: Connection) -> budgets.Budget | None:
    return next((one for one in budgets.listed(connection, TENANT) if one.promotion == PROMOTION_ID), None)


def _told(connection: Connection) -> Spent:
    payload = feedlog.row_now(connection, TENANT, DEVICE, feedlog.EVERYWHERE, BUDGET, PROMOTION_ID)
    return from_json(payload, Spent) if payload else Spent(PROMOTION_ID)
