"""What people do with promised goods at a terminal: promise, release, hand over, pass on, give back, count, book in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.allocation import PROMISED, Key, Lease, Promise
from kiosk.domain.codec import Json
from kiosk.domain.feed import Setting
from kiosk.domain.stock import HANDED_OVER, frontier_key
from kiosk.store import rights, rows
from kiosk.store.database import Connection
from sync.agent.events import Failure
from sync.protocol.messages import LeaseReply
from tests.simulation.goods import NUMBERED
from tests.simulation.history import Use
from tests.simulation.real_hub import RealHub
from tests.simulation.terminal import SimTerminal

ONE = 1_000
NO_LEASE = -1
LEASE_PATIENCE_MS = 10_000
LEASE_RULE = "stock.lease_minutes"
Do = Callable[[Connection, Promise], None]


@dataclass(frozen=True)
class Sent:
    """Rights that one terminal passed on to another, as the signed slip says it."""

    id: str
    article: str
    quantity_milli: int
    from_dev: str
    to_dev: str
    store: str
    serials: tuple[str, ...] = ()


class Promises:
    """One terminal's desk for promised goods. What it decides rests on the ledger alone, in the transaction that seals the fact."""

    def __init__(self, till: SimTerminal) -> None:
        self._till = till
        self.store = till.identity.place.store

    def promise(self, article: str, store: str, quantity_milli: int = ONE) -> None:
        """Promise a store's goods within the rights that are left, or refuse."""
        till, key = self._till, (store, article)

        def work(conn: Connection) -> None:
            held = rights.held_one_in(conn, key)
            left_milli = min(held.left_milli, len(held.serials) * ONE) if article in NUMBERED else held.left_milli
            lease = self._lease_in(conn)
            if lease < 0:
                self._say(conn, facts.RIGHTS_REFUSED, key, quantity_milli, {"reason": "collect", "code": "stock.lease_over"})
                till.time.saw("refused because the lease is over")
            elif left_milli >= quantity_milli:
                said: Json = {"promise": till.time.new_id(), "reason": "collect", "over_right": False, "approved_by": ""}
                serials = list(held.serials[: quantity_milli // ONE])
                self._say(conn, facts.RIGHTS_USED, key, quantity_milli, {**said, "lease": lease, "serials": serials})
                till.time.saw("promised")
                if serials:
                    till.time.saw("piece promised by its number")
                if store != self.store:
                    till.time.saw("promised out of another store")
                net = rights.spent_in(conn, key).net
                till.network.log.uses.append(Use(till.dev, "|".join(key), net, held.level_milli))
            else:
                self._say(conn, facts.RIGHTS_REFUSED, key, quantity_milli, {"reason": "collect", "code": "rights.none_left"})
                till.time.saw("grant exhausted")

        till.act(lambda: till.ledger.run(work))

    def release(self) -> None:
        """The oldest promise is not wanted any more."""
        self._with_oldest(lambda conn, promise: self._say(
            conn, facts.RIGHTS_RELEASED, (promise.store, promise.article), promise.quantity_milli,
            {"promise": promise.id, "serials": list(promise.serials)},
        ))  # fmt: skip

    def hand_over(self) -> None:
        """The oldest promise of goods that lie here is kept."""

        def give(conn: Connection, one: Promise) -> None:
            numbers = [serial.rpartition("#")[0] for serial in one.serials]
            self._moved(conn, one.article, -one.quantity_milli, HANDED_OVER, one.id, numbers)
            if numbers:
                self._till.time.saw("piece handed over by its number")

        self._with_oldest(give, self.store)

    def receive(self, article: str, quantity_milli: int) -> None:
        """A delivery came."""
        till = self._till
        till.act(lambda: till.ledger.run(lambda conn: self._moved(conn, article, quantity_milli, "received", "")))

    def give_back(self) -> None:
        """Give back what the hub asks for, as far as it is not promised."""
        till = self._till

        def work(conn: Connection) -> None:
            for asked in rights.reclaims_in(conn):
                key = asked.store, asked.article
                held = rights.held_one_in(conn, key)
                spare = held.left_milli - asked.keep_milli
                if spare > 0:
                    serials = list(held.serials[: spare // ONE])
                    self._say(conn, facts.RIGHTS_RETURNED, key, spare, {"reason": "reclaimed", "serials": serials})
                    till.time.saw("reclaim")

        if till.alive and rights.reclaims_in(till.disk.conn):
            till.act(lambda: till.ledger.run(work))

    def ask_lease(self, hub: RealHub) -> None:
        """Ask for how long the rights hold. It counts from the moment of asking."""
        till = self._till
        if not till.alive:
            return
        sent = till.clock.now()

        def heard(answer: LeaseReply | Failure) -> None:
            if isinstance(answer, LeaseReply) and answer.no:
                lease = Lease(answer.no, sent.boot, sent.mono_ms + answer.term_ms, answer.grant_no)
                till.act(lambda: till.ledger.run(lambda conn: rights.set_lease_in(conn, lease)))
                till.time.saw("lease given")

        till.network.ask(till, lambda: hub.lease(till.dev), LEASE_PATIENCE_MS, heard)

    def _lease_in(self, conn: Connection) -> int:
        """The lease that runs, 0 where the store has none, NO_LEASE when it is over."""
        if rows.read(conn, "device_rows", "setting", LEASE_RULE, Setting) is None:
            return 0
        lease = rights.lease_in(conn)
        runs = lease is not None and lease.runs(self._till.clock.now(), rights.newest_no_in(conn))
        return lease.no if lease is not None and runs else NO_LEASE

    def pass_on(self, to_dev: str) -> Sent | None:
        """Pass one piece's right to another terminal, without the hub; None when there is none to pass, or it ends by itself."""
        till = self._till
        made: list[Sent] = []

        def work(conn: Connection) -> None:
            held = next((one for one in rights.held_in(conn) if one.left_milli >= ONE), None)
            if held is not None and self._lease_in(conn) == 0:
                slip = Sent(till.time.new_id(), held.article, ONE, till.dev, to_dev, held.store, held.serials[:1])
                more: Json = {"transfer": slip.id, "to": to_dev, "serials": list(slip.serials)}
                self._say(conn, facts.RIGHTS_TRANSFERRED, (slip.store, slip.article), ONE, more)
                made[:] = [slip]

        done = till.act(lambda: till.ledger.run(work))
        return made[0] if done and made else None

    def take_in(self, slip: Sent) -> None:
        """Take passed-on rights in, once however often the slip is shown."""
        till = self._till

        def work(conn: Connection) -> None:
            if not rights.is_received_in(conn, slip.id):
                more: Json = {"transfer": slip.id, "from": slip.from_dev, "serials": list(slip.serials)}
                self._say(conn, facts.RIGHTS_RECEIVED, (slip.store, slip.article), slip.quantity_milli, more)
                till.time.saw("transfer")

        till.act(lambda: till.ledger.run(work))

    def count(self, article: str, quantity_milli: int) -> None:
        """Somebody counted what lies there; what this terminal itself did before is in it."""
        till = self._till

        def work(conn: Connection) -> None:
            (seq,) = conn.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()
            hlc = f"{till.clock.wall_ms() << 16:016x}"
            line: Json = {"article": article, "quantity": quantity_milli}
            if seq % 2:  # every other count says of its line when it was counted, as tills do since there is stock work
                line |= {"from": hlc, "to": hlc, "first": seq, "last": seq}
            frontier = {frontier_key(till.dev, till.identity.inc): seq}
            body: Json = {"location": self.store, "lines": [line], "frontier": frontier, "hlc": hlc}
            till.append_in(conn, facts.STOCK_COUNTED, body)
            till.time.saw("count")

        till.act(lambda: till.ledger.run(work))

    def _with_oldest(self, do: Do, store: str = "") -> None:
        till = self._till

        def work(conn: Connection) -> None:
            there = (promise for _, promise in rights.open_promises_in(conn) if promise.state == PROMISED)
            found = next((promise for promise in there if not store or promise.store == store), None)
            if found is not None:
                do(conn, found)

        if till.alive and rights.open_promises_in(till.disk.conn):
            till.act(lambda: till.ledger.run(work))

    def _say(self, conn: Connection, kind: str, key: Key, quantity_milli: int, more: Json) -> None:
        body: Json = {"store": key[0], "article": key[1], "quantity": quantity_milli, "serials": [], **more}
        self._till.append_in(conn, kind, body)

    def _moved(
        self, conn: Connection, article: str, quantity_milli: int, reason: str, promise: str, numbers: Sequence[str] = ()
    ) -> None:
        line: Json = {"article": article, "quantity": quantity_milli}
        if numbers:
            line["serials"] = list(numbers)
        self._till.append_in(
            conn, facts.STOCK_MOVED, {"location": self.store, "reason": reason, "promise": promise, "lines": [line]}
        )
