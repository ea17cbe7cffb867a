"""What people do with promised goods at a terminal: promise, release, hand over, pass on, give back, count, book in."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.allocation import PROMISED, Promise
from kiosk.domain.codec import Json
from kiosk.domain.stock import HANDED_OVER, frontier_key
from kiosk.store import rights
from kiosk.store.database import Connection
from tests.simulation.goods import STORE
from tests.simulation.history import Use
from tests.simulation.terminal import SimTerminal

ONE = 1_000
Do = Callable[[Connection, Promise], None]


@dataclass(frozen=True)
class Sent:
    """Rights that one terminal passed on to another, as the signed slip says it."""

    id: str
    article: str
    quantity_milli: int
    from_dev: str
    to_dev: str


class Promises:
    """One terminal's desk for promised goods. What it decides rests on the ledger alone, in the transaction that seals the fact."""

    def __init__(self, till: SimTerminal) -> None:
        self._till = till

    def promise(self, article: str, quantity_milli: int = ONE) -> None:
        """Promise goods within the rights that are left, or refuse."""
        till = self._till

        def work(conn: Connection) -> None:
            held = rights.held_one_in(conn, (STORE, article))
            if held.left_milli >= quantity_milli:
                said: Json = {"promise": till.time.new_id(), "reason": "collect", "over_right": False, "approved_by": ""}
                self._say(conn, facts.RIGHTS_USED, article, quantity_milli, {**said, "lease": 0})
                till.time.saw("promised")
                net = rights.spent_in(conn, (STORE, article)).net
                till.network.log.uses.append(Use(till.dev, article, net, held.level_milli))
            else:
                self._say(conn, facts.RIGHTS_REFUSED, article, quantity_milli, {"reason": "collect", "code": "rights.none_left"})
                till.time.saw("grant exhausted")

        till.act(lambda: till.ledger.run(work))

    def release(self) -> None:
        """The oldest promise is not wanted any more."""
        self._with_oldest(lambda conn, promise: self._say(
            conn, facts.RIGHTS_RELEASED, promise.article, promise.quantity_milli, {"promise": promise.id}
        ))  # fmt: skip

    def hand_over(self) -> None:
        """The oldest promise is kept."""
        self._with_oldest(lambda conn, one: self._moved(conn, one.article, -one.quantity_milli, HANDED_OVER, one.id))

    def receive(self, article: str, quantity_milli: int) -> None:
        """A delivery came."""
        till = self._till
        till.act(lambda: till.ledger.run(lambda conn: self._moved(conn, article, quantity_milli, "received", "")))

    def give_back(self) -> None:
        """Give back what the hub asks for, as far as it is not promised."""
        till = self._till

        def work(conn: Connection) -> None:
            for asked in rights.reclaims_in(conn):
                spare = rights.held_one_in(conn, (asked.store, asked.article)).left_milli - asked.keep_milli
                if spare > 0:
                    self._say(conn, facts.RIGHTS_RETURNED, asked.article, spare, {"reason": "reclaimed"})
                    till.time.saw("reclaim")

        if till.alive and rights.reclaims_in(till.disk.conn):
            till.act(lambda: till.ledger.run(work))

    def pass_on(self, to_dev: str) -> Sent | None:
        """Pass one piece's right to another terminal, without the hub; None when there is none to pass."""
        till = self._till
        made: list[Sent] = []

        def work(conn: Connection) -> None:
            held = next((one for one in rights.held_in(conn) if one.left_milli >= ONE), None)
            if held is not None:
                slip = Sent(till.time.new_id(), held.article, ONE, till.dev, to_dev)
                self._say(conn, facts.RIGHTS_TRANSFERRED, slip.article, ONE, {"transfer": slip.id, "to": to_dev})
                made[:] = [slip]

        done = till.act(lambda: till.ledger.run(work))
        return made[0] if done and made else None

    def take_in(self, slip: Sent) -> None:
        """Take passed-on rights in, once however often the slip is shown."""
        till = self._till

        def work(conn: Connection) -> None:
            if not rights.is_received_in(conn, slip.id):
                more: Json = {"transfer": slip.id, "from": slip.from_dev}
                self._say(conn, facts.RIGHTS_RECEIVED, slip.article, slip.quantity_milli, more)
                till.time.saw("transfer")

        till.act(lambda: till.ledger.run(work))

    def count(self, article: str, quantity_milli: int) -> None:
        """Somebody counted what lies there; what this terminal itself did before is in it."""
        till = self._till

        def work(conn: Connection) -> None:
            (seq,) = conn.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()
            body: Json = {
                "location": STORE, "lines": [{"article": article, "quantity": quantity_milli}],
                "frontier": {frontier_key(till.dev, till.identity.inc): seq}, "hlc": f"{till.clock.wall_ms() << 16:016x}",
            }  # fmt: skip
            till.append_in(conn, facts.STOCK_COUNTED, body)
            till.time.saw("count")

        till.act(lambda: till.ledger.run(work))

    def _with_oldest(self, do: Do) -> None:
        till = self._till

        def work(conn: Connection) -> None:
            found = next((promise for _, promise in rights.open_promises_in(conn) if promise.state == PROMISED), None)
            if found is not None:
                do(conn, found)

        if till.alive and rights.open_promises_in(till.disk.conn):
            till.act(lambda: till.ledger.run(work))

    def _say(self, conn: Connection, kind: str, article: str, quantity_milli: int, more: Json) -> None:
        body: Json = {"store": STORE, "article": article, "quantity": quantity_milli, "serials": [], **more}
        self._till.append_in(conn, kind, body)

    def _moved(self, conn: Connection, article: str, quantity_milli: int, reason: str, promise: str) -> None:
        line = {"article": article, "quantity": quantity_milli}
        self._till.append_in(conn, facts.STOCK_MOVED, {"location": STORE, "reason": reason, "promise": promise, "lines": [line]})
