"""Counting and moving stock while the store is open: what was known when the counting began goes into the fact."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.facts import SealedFact
from kiosk.domain.identity import hybrid_time
from kiosk.domain.stock import MOVE_REASONS, frontier_key
from kiosk.services.counter import Counter
from kiosk.store.database import Connection
from kiosk.store.ledger import meta_in

LINES_MAX = 2_000
QUANTITY_MILLI_MAX = 10**9


@dataclass(frozen=True, slots=True)
class Line:
    """So many thousandths of an article; serial goods name each piece."""

    article: str
    quantity_milli: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A count that has begun: when (hybrid clock), and what this terminal had seen by then (`dev/inc` to seq)."""

    hlc: int
    frontier: dict[str, int]


class Counts:
    """Counts and movements of one terminal, on the counter's thread."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def begin(self) -> Begun:
        """Begin to count. The sooner it ends, the less a person has to decide about what was sold meanwhile.

        The frontier names this terminal alone: of the others it knows no numbers as long as they do not talk to each other.
        """
        ledger = self._counter.ledger

        def work(conn: Connection) -> Begun:
            (head,) = conn.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()
            hlc = hybrid_time(int(meta_in(conn, "hlc") or "0", 16), ledger.clock.now().wall_ms)
            return Begun(hlc, {frontier_key(ledger.identity.dev, ledger.identity.inc): head})

        return ledger.run(work)

    def finish(self, begun: Begun, lines: Sequence[Line]) -> SealedFact:
        """Seal what was counted. Raises Refused for no lines, too many, or a quantity that is none."""
        employee = self._counter.signed_in()
        if not 0 < len(lines) <= LINES_MAX:
            raise Refused("stock.lines", limit=LINES_MAX)
        if any(not 0 <= line.quantity_milli <= QUANTITY_MILLI_MAX for line in lines):
            raise Refused("stock.quantity")
        body: Json = {
            "location": self._counter.ledger.identity.place.store, "frontier": begun.frontier, "hlc": f"{begun.hlc:016x}",
            "lines": [{"article": line.article, "quantity": line.quantity_milli} for line in lines],
        }  # fmt: skip
        return self._counter.ledger.append(facts.STOCK_COUNTED, body, employee=employee.number, day=self._counter.business_day())

    def move(self, reason: str, lines: Sequence[Line]) -> SealedFact:
        """Seal that goods came (+) or went (-) without a sale. Raises Refused for no lines, or what is no quantity or reason."""
        employee = self._counter.signed_in()
        if reason not in MOVE_REASONS or not 0 < len(lines) <= LINES_MAX:
            raise Refused("stock.lines", limit=LINES_MAX)
        if any(not 0 < abs(line.quantity_milli) <= QUANTITY_MILLI_MAX for line in lines):
            raise Refused("stock.quantity")
        body: Json = {
            "location": self._counter.ledger.identity.place.store, "reason": reason, "promise": "",
            "lines": [
                {"article": line.article, "quantity": line.quantity_milli, "serials": list(line.serials)} for line in lines
            ],
        }  # fmt: skip
        return self._counter.ledger.append(facts.STOCK_MOVED, body, employee=employee.number, day=self._counter.business_day())
