"""What a simulated terminal keeps over a crash: its facts, and a copy of each scope."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from kiosk.domain.chain import Sign, seal
from kiosk.domain.errors import Damaged
from kiosk.domain.facts import GENESIS, SALE_COMPLETED, Fact, SealedFact, read_fact
from kiosk.domain.feed import EMPTY_DIGEST, NOWHERE, Cursor, Row, Transaction, moved, row_number
from kiosk.domain.identity import Moment, Place, hybrid_time, uuid7
from sync.protocol.messages import HeldFact, RightsReport
from tests.simulation.goods import STORE

opened = lru_cache(maxsize=8_192)(read_fact)
"""A fact's bytes, opened; whoever judges a run opens the same ones again and again, and changes none."""

MayCrash = Callable[[], None]
"""Called between two steps of a store; raises Crashed when the terminal dies right there."""


class Crashed(Exception):
    """The process died at this very point."""


def no_crash() -> None:
    """Never dies."""


class SimOutbox:
    """A ledger as the agent sees it. It forgets what is durable at once, which is the hard case."""

    def __init__(self, dev: str, sign: Sign, may_crash: MayCrash = no_crash, place: Place | None = None) -> None:
        self.dev = dev
        self.place = place or Place("t", "e", "b", "NL", "EUR", "nl", STORE, "UTC", dev)
        self.forked = False
        self._sign = sign
        self._may_crash = may_crash
        self._facts: dict[int, SealedFact] = {}
        self._head, self._prev, self._hlc = 0, GENESIS, 0
        self._acked = 0
        self._epoch = 0
        self.device: SimCopy | None = None

    def sell(self, article: str, quantity_milli: int, moment: Moment) -> SealedFact:
        """Commit one sale as a fact, sealed by the domain's own rule."""
        seq, place = self._head + 1, self.place
        self._hlc = hybrid_time(self._hlc, moment.wall_ms)
        fact = Fact(
            self.dev, 1, seq, uuid7(moment.wall_ms, seq), SALE_COMPLETED, 1, place, "7",
            "2026-06-01", moment, self._hlc, self._prev,
            sale_body(f"{self.dev}-{seq}", place.store, article, quantity_milli),
        )  # fmt: skip
        sealed = seal(fact, self._sign)
        self._may_crash()
        self._facts[seq] = sealed
        self._head, self._prev = seq, sealed.hash
        return sealed

    def head(self) -> int:
        return self._head

    def acked(self) -> int:
        return self._acked

    def epoch(self) -> int:
        return self._epoch

    def report(self) -> RightsReport:
        cursor = self.device.cursor() if self.device else NOWHERE
        return RightsReport(self._head, cursor.epoch, cursor.rev, cursor.digest, [])

    def pending(self, from_seq: int, facts_max: int, bytes_max: int) -> Sequence[SealedFact]:
        found: list[SealedFact] = []
        size = 0
        while (fact := self._facts.get(from_seq + len(found))) and len(found) < facts_max:
            size += len(fact.data)
            if found and size > bytes_max:
                break
            found.append(fact)
        return found

    def acknowledge(
        self,
        next_seq: int,
        durable_seq: int,
        epoch: int,
        head_hash: bytes,
        held: Sequence[HeldFact],
        forked: bool,
    ) -> None:
        self._may_crash()
        self._acked, self._epoch, self.forked = next_seq - 1, epoch, forked
        for seq in [seq for seq in self._facts if seq < min(durable_seq, next_seq)]:
            del self._facts[seq]


class SimCopy:
    """A copy of one scope; rows, cursor and digest change together or not at all."""

    def __init__(self, may_crash: MayCrash = no_crash) -> None:
        self.rows: dict[tuple[str, str], bytes] = {}
        self._cursor = NOWHERE
        self._may_crash = may_crash

    def cursor(self) -> Cursor:
        return self._cursor

    def apply(self, transactions: Sequence[Transaction], cursor: Cursor) -> None:
        changed = [row for transaction in transactions for row in transaction.rows]
        mark = self._cursor.digest
        fresh: dict[tuple[str, str], bytes] = {}
        for row in changed:
            place = (row.entity, row.key)
            before = fresh.get(place, self.rows.get(place, b""))
            mark = moved(mark, row_number(row), row_number(Row(*place, before)))
            fresh[place] = row.payload
        if mark != cursor.digest:
            raise Damaged("feed.digest")
        self._may_crash()
        self.write(changed)
        self._cursor = cursor

    def replace(self, rows: Iterable[Row], cursor: Cursor) -> None:
        fresh = {(row.entity, row.key): row.payload for row in rows}
        if digest_of(fresh) != cursor.digest:
            raise Damaged("feed.digest")
        self._may_crash()
        self.rows, self._cursor = fresh, cursor

    def write(self, rows: Iterable[Row]) -> None:
        """Write rows without a look at the cursor."""
        for row in rows:
            self.rows.pop((row.entity, row.key), None)
            if row.payload:
                self.rows[row.entity, row.key] = row.payload


def digest_of(rows: dict[tuple[str, str], bytes]) -> bytes:
    """The digest of rows, from scratch."""
    total = sum(row_number(Row(entity, key, payload)) for (entity, key), payload in rows.items())
    return moved(EMPTY_DIGEST, total)


def sale_body(receipt: str, store: str, article: str, quantity_milli: int, number: int = 0) -> dict[str, Any]:
    """A sale of one line, with its movement of stock; `number` is the one in its receipt's series, where a customer has that."""
    total = 995 * quantity_milli // 1_000
    net = round(total / 1.21)
    left = {"article": article, "store": store, "quantity_milli": -quantity_milli, "reason": "sale"}
    return {
        "receipt": receipt, "number": number, "total": total, "discount": 0, "deposit": 0, "rounding": 0,
        "tickets": [],
        "lines": [{"line": 1, "name": article, "unit": "piece", "quantity": quantity_milli}],
        "tax": [{"class": "high", "rate_bp": 2100, "net": net, "tax": total - net}],
        "tenders": [{"kind": "cash", "amount": total}],
        "movements": [left],
    }  # fmt: skip
