"""What a terminal knows of the stock of its store without asking anybody: the hub's last word, and what it did itself since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain import facts, stockwork
from kiosk.domain.stock import counts_of, moves_in
from kiosk.domain.stockwork import WorkLine
from kiosk.services.counter import Counter
from kiosk.store.database import Connection
from kiosk.store.ledger import push_state_in
from kiosk.store.opening import open_own

_KINDS = (facts.SALE_COMPLETED, facts.SALE_VOIDED, facts.STOCK_MOVED, facts.STOCK_COUNTED)

NOW = 2**62
"""The number of a fact that nobody has made yet."""


@dataclass(frozen=True, slots=True)
class Known:
    """`told` is the hub's last word by article (thousandths), `moves` and `counts` what this terminal did: number, thousandths."""

    acked: int
    told: Mapping[str, int]
    told_ms: Mapping[str, int]
    moves: Mapping[str, list[tuple[int, int]]]
    counts: Mapping[str, tuple[int, int]]

    def expected(self, line: WorkLine) -> int | None:
        """What should have lain there when a line was counted, or lies there now when it was not; None: nobody knows."""
        article, seen = line.article, line.last.seq if line.last else NOW
        counted = self.counts.get(article)
        if counted is not None and counted[0] > seen:
            counted = None
        return stockwork.expected(self.told.get(article), self.acked, self.moves.get(article, []), counted, seen)


def known_in(counter: Counter, lines: Sequence[WorkLine]) -> Known:
    """What is known of the articles of these lines; what was done since the first of them was counted is looked at."""
    articles = {line.article for line in lines}
    since = min((line.last.seq for line in lines if line.last), default=NOW)
    store = counter.ledger.identity.place.store
    levels = {article: counter.catalog.stock(article) for article in articles}
    here = {article: next((one for one in found if one.store == store), None) for article, found in levels.items()}
    told = {article: level.on_hand_milli for article, level in here.items() if level is not None}
    told_ms = {article: level.as_of_ms for article, level in here.items() if level is not None}

    def work(conn: Connection) -> Known:
        acked = push_state_in(conn).acked
        moves: dict[str, list[tuple[int, int]]] = {}
        counts: dict[str, tuple[int, int]] = {}
        marks = ", ".join("?" * len(_KINDS))
        rows = conn.execute(
            f"SELECT data FROM facts WHERE seq > ? AND kind IN ({marks}) ORDER BY seq", (min(acked, since), *_KINDS)
        )
        for (data,) in rows:
            fact = open_own(data)
            for article, at, milli, _ in moves_in(fact):
                if at == store and article in levels:
                    moves.setdefault(article, []).append((fact.seq, milli))
            if fact.seq > acked:
                counts |= {one.article: (one.last_seq or one.name.seq, one.quantity_milli) for one in counts_of(fact)}
        return Known(acked, told, told_ms, moves, counts)

    return counter.ledger.look(work)
