"""Mistakes on purpose with goods that come and go, reservations that end, and budgets over all stores."""

import itertools
from collections.abc import Mapping

from sqlalchemy import Connection, delete, update

from kiosk.domain.allocation import FULFILLED
from kiosk.domain.codec import Json
from kiosk.domain.facts import TRANSFER_SENT, SealedFact, read_fact
from kiosk.domain.stock import Movement
from kiosk.store.database import Connection as LedgerConnection
from kiosk.store.ledger import Ledger
from sync.hub import deliveries, feedlog
from sync.hub.order_goods import WHO
from sync.hub.projecting import Projector
from sync.hub.reservations import HOUR_MS
from sync.hub.stock import CLAIMED, HELD
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_budgets import budgets
from sync.hub.storage.schema_stock import reservations
from sync.protocol.messages import PushReply, PushRequest
from tests.simulation.hub_disk import TENANT
from tests.simulation.real_hub import RealHub
from tests.simulation.signing import Signing


class SilentDeliveries(RealHub):
    """Nobody is asked about a notice that two tills received."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        reply = super().push(request, now_ms, die)
        self.transact(lambda connection: connection.execute(delete(tasks).where(tasks.c.kind == deliveries.TWICE)))
        return reply


class ArrivesAlone(RealHub):
    """Goods on their way to another store are in its stock already, and again when they arrive."""

    def __init__(self, places: Mapping[str, str], signing: Signing) -> None:
        super().__init__(places, signing)
        self._again = itertools.count(1)

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        known = self.next_seq(request.dev)
        reply = super().push(request, now_ms, die)
        came = [read_fact(one.data) for n, one in enumerate(request.facts) if request.from_seq + n >= known]

        def work(connection: Connection) -> None:
            projector = Projector(connection, TENANT, now_ms, self.new_id)
            for fact in came:
                for line in fact.body["lines"] if fact.kind == TRANSFER_SENT else ():
                    moved = Movement(line["article"], fact.body["to"], line["quantity"], "transferred_in")
                    projector.move(moved, ("alone", 1, next(self._again), 0))
            feedlog.publish(connection, TENANT, projector.finish())

        self.transact(work)
        return reply


class NeverExpires(RealHub):
    """What nobody fetched is held back for ever."""

    def shared_out(self, connection: Connection) -> None:
        at = reservations.c
        held = (at.state == HELD) & (at.who != WHO)
        connection.execute(update(reservations).where(held).values(expires_ms=at.expires_ms + HOUR_MS))


class ForgetsClaims(RealHub):
    """Who paid for a reservation is treated as who only asked for it: it ends by itself."""

    def shared_out(self, connection: Connection) -> None:
        at = reservations.c
        connection.execute(update(reservations).where(at.state == CLAIMED, at.who != WHO).values(state=HELD))


class HoldsWhatLeft(RealHub):
    """What was handed over for a reservation is held back all the same."""

    def shared_out(self, connection: Connection) -> None:
        at = reservations.c
        connection.execute(update(reservations).where(at.state == FULFILLED, at.who != WHO).values(state=CLAIMED))


class UntoldBudgets(RealHub):
    """What was not told at once is never told: tills go on by an old sum."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        reply = super().push(request, now_ms, die)
        self.transact(lambda connection: connection.execute(update(budgets).values(waiting=0)))
        return reply


class ForgetsOwnSpending(Ledger):
    """A till that knows of budgets what the hub told and nothing of what it gave away itself since."""

    def append_in(self, conn: LedgerConnection, kind: str, body: Json, *, employee: str, day: str, schema: int = 1) -> SealedFact:
        sealed = super().append_in(conn, kind, body, employee=employee, day=day, schema=schema)
        conn.execute("DELETE FROM budgets")
        return sealed
