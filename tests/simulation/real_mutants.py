"""Mistakes on purpose in the real parts: the hub's ingest, rights and epochs, and the terminal's desk for promised goods."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, update

from kiosk.domain import facts
from kiosk.domain.account import entries_in
from kiosk.domain.catalog import StockLevel
from kiosk.domain.codec import Json
from kiosk.domain.facts import SealedFact, read_fact
from kiosk.domain.stock import movements_of
from kiosk.store import rights as rights_of
from kiosk.store.database import Connection as LedgerConnection
from kiosk.store.ledger import Ledger
from sync.agent.events import Failure
from sync.hub import feedlog, voucher_accounts
from sync.hub.core import Device
from sync.hub.order_goods import WHO
from sync.hub.projecting import Projector
from sync.hub.stock import CLAIMED, RELEASED
from sync.hub.storage.schema import held, tasks
from sync.hub.storage.schema_lives import hub_states
from sync.hub.storage.schema_stock import reservations, rights
from sync.hub.taken_back import TWICE
from sync.hub.voucher_accounts import OVERSPENT
from sync.protocol.messages import PushReply, PushRequest, Scope, from_json
from tests.simulation import hub_disk
from tests.simulation.goods import STORE, device_name
from tests.simulation.hub_disk import TENANT
from tests.simulation.promises import ONE, Promises
from tests.simulation.real_hub import RealHub
from tests.simulation.signing import Signing

T = TypeVar("T")


class NoDedupe(RealHub):
    """What comes again is counted again, although it is stored once."""

    def __init__(self, places: Mapping[str, str], signing: Signing) -> None:
        super().__init__(places, signing)
        self._again = itertools.count(1)

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        known = self.next_seq(request.dev)
        reply = super().push(request, now_ms, die)
        again = [read_fact(one.data) for n, one in enumerate(request.facts) if request.from_seq + n < known]

        def work(connection: Connection) -> None:
            projector = Projector(connection, TENANT, now_ms, self.new_id)
            for movement in (one for fact in again for one in movements_of(fact)):
                projector.move(movement, ("twice", 1, next(self._again), 0))
            feedlog.publish(connection, TENANT, projector.finish())

        if again:
            self.transact(work)
        return reply


class AckBeforeCommit(RealHub):
    """Answers first and commits later: a crash in between takes back what was promised."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        if die != "before":
            return super().push(request, now_ms, die)
        before = hub_disk.blank()
        self._disk.backup(before)
        reply = super().push(request, now_ms, "")
        before.backup(self._disk)
        before.close()
        self._wake()
        return reply


class GrantTwice(RealHub):
    """After each round the hub forgets what it granted: the same pieces are given out again."""

    def shared_out(self, connection: Connection) -> None:
        at = rights.c
        net = at.used_milli + at.returned_milli + at.transferred_milli - at.received_milli
        connection.execute(update(rights).values(level_milli=net))


class MixedScopes(RealHub):
    """Everybody gets the rows that are for the first terminal of the first store alone, in place of the own ones."""

    def _seen(self, device: Device, scope: Scope) -> tuple[str, ...]:
        return feedlog.audiences(STORE, device.kind, device_name(0))


class NoEpoch(RealHub):
    """A restore that is no event: the old database simply goes on, and nothing beside it knows better."""

    def restore(self, now_ms: int) -> None:
        self.put_back(now_ms, whole_machine=True)
        self.restored_ms = -1

    def own_up(self, now_ms: int) -> bool:
        self.restored_ms = -1
        return False


class NoRightsReport(RealHub):
    """A restored hub opens at once, without asking who holds what."""

    def restore(self, now_ms: int) -> None:
        super().restore(now_ms)
        self.transact(lambda connection: connection.execute(delete(hub_states)))


class SilentReturns(RealHub):
    """Nobody is asked about goods that came back twice."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        reply = super().push(request, now_ms, die)
        self.transact(lambda connection: connection.execute(delete(tasks).where(tasks.c.kind == TWICE)))
        return reply


class SilentOverspending(RealHub):
    """Nobody is asked about a card from which more was taken than was on it."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        reply = super().push(request, now_ms, die)
        self.transact(lambda connection: connection.execute(delete(tasks).where(tasks.c.kind == OVERSPENT)))
        return reply


class SilentRefusals(RealHub):
    """Nobody is asked about a step of an order that came too late or twice, nor about its money."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        reply = super().push(request, now_ms, die)
        self.transact(lambda connection: connection.execute(delete(tasks).where(tasks.c.kind.startswith("order."))))
        return reply


class AllocatesUnheld(RealHub):
    """What is allocated to a place stays free for everybody else."""

    def routed(self, connection: Connection) -> None:
        mine = reservations.c.who == WHO
        connection.execute(update(reservations).where(mine, reservations.c.state == CLAIMED).values(state=RELEASED))


class KeepsUndone(RealHub):
    """What a sale did to a card stays when the sale is undone."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        known = self.next_seq(request.dev)
        reply = super().push(request, now_ms, die)
        came = [read_fact(one.data) for n, one in enumerate(request.facts) if request.from_seq + n >= known]
        back = [
            (replace(entry, loaded_minor=-entry.loaded_minor, spent_minor=-entry.spent_minor), fact)
            for fact in came
            if fact.kind == facts.SALE_VOIDED
            for entry in entries_in(fact)
        ]
        self.transact(lambda c: feedlog.publish(c, TENANT, voucher_accounts.keep(c, TENANT, back, (now_ms, self.new_id))))
        return reply


class ForgetsOwnPayments(Ledger):
    """A till that knows of cards what the hub told and nothing of what it took itself since."""

    def append_in(self, conn: LedgerConnection, kind: str, body: Json, *, employee: str, day: str, schema: int = 1) -> SealedFact:
        sealed = super().append_in(conn, kind, body, employee=employee, day=day, schema=schema)
        conn.execute("UPDATE accounts SET spent = 0")
        return sealed


class OldStaff(Ledger):
    """A till that reads its list of staff once, when it starts."""

    def device_rows(self, entity: str, kind: type[T]) -> tuple[T, ...]:
        read = super().device_rows
        if entity != "staff":
            return read(entity, kind)
        self._staff: tuple[Any, ...] = getattr(self, "_staff", ()) or read(entity, kind)
        return self._staff


class PoisonBlocks(RealHub):
    """A fact that cannot be understood is refused, with all that comes after it."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        judge = self.judge(now_ms)
        sound = list(itertools.takewhile(lambda one: judge(read_fact(one.data)) is None, request.facts))
        short = PushRequest(request.dev, request.inc, request.from_seq, sound, request.acked, request.acked_epoch, request.report)
        return super().push(short, now_ms, die)


class NoIdempotency(RealHub):
    """A question that comes twice is carried out twice."""

    def answer(self, work: Callable[[Connection], T], kind: Any, once: str) -> T | Failure:
        return super().answer(work, kind, self.new_id())


class DropsHeld(RealHub):
    """What cannot be understood is thrown away in place of being held."""

    def push(self, request: PushRequest, now_ms: int, die: str) -> PushReply:
        reply = super().push(request, now_ms, die)
        self.transact(lambda connection: connection.execute(delete(held)))
        return reply


class CachedStock(Promises):
    """Promises what the shown stock has, in place of rights that were granted."""

    def promise(self, article: str, store: str, quantity_milli: int = ONE) -> None:
        till, key = self._till, (store, article)

        def work(conn: LedgerConnection) -> None:
            payload = till.catalog.rows.get(("stock", f"{article}|{store}"), b"")
            shown = from_json(payload, StockLevel).on_hand_milli if payload else 0
            mine = sum(one.quantity_milli for _, one in rights_of.open_promises_in(conn) if (one.store, one.article) == key)
            if shown - mine >= quantity_milli:
                said: Json = {"promise": till.time.new_id(), "reason": "collect", "over_right": False, "approved_by": ""}
                self._say(conn, facts.RIGHTS_USED, key, quantity_milli, {**said, "lease": 0})

        till.act(lambda: till.ledger.run(work))
