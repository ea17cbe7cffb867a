"""The ledger: what happened at this terminal, sealed, numbered and chained in one file that only grows.

Paid means committed: one transaction holds the sale's fact, its receipt number, the end of its cart and its print jobs.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kiosk.domain import chain, facts
from kiosk.domain.codec import Json
from kiosk.domain.empties import is_key
from kiosk.domain.errors import Damaged, Refused
from kiosk.domain.facts import GENESIS, Fact, SealedFact, hash_fact, read_fact
from kiosk.domain.feed import CUSTOMER, DEVICE, Cursor, Row, Transaction
from kiosk.domain.identity import Clock, IdSource, Place, hybrid_time
from kiosk.domain.receipt import ReceiptNumber
from kiosk.store import accounts, budgets, customers, journal, lives, orders, returned, rights, rows, settingslog
from kiosk.store import held as held_at_hub
from kiosk.store.database import Connection, Schema, Writer, Writes, look, snapshot_read
from kiosk.store.held import HeldAtHub

T = TypeVar("T")

LEDGER_FILE = "ledger.db"
CLOCK_BACK_MS_MAX = 60_000
"""A clock that goes back further was set by somebody, not by time synchronisation: the journal says so."""
SCHEMA = Schema(
    "ledger",
    ("m001_first_sale", "m002_rights", "m003_lives", "m004_held", "m005_journal", "m006_suspended", "m007_returned",
     "m008_vouchers", "m009_accounts", "m010_customers", "m011_orders", "m012_stock_work", "m014_budgets", "m015_new_customers",
     "m017_asked_orders", "m018_single_purpose", "m020_failed_jobs",
     "m023_signatures"),
)  # fmt: skip
_TABLE = "device_rows"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which terminal this is: device, incarnation, receipt series and place, from its certificate."""

    dev: str
    inc: int
    kind: str
    series: int
    place: Place


@dataclass(frozen=True, slots=True)
class PushState:
    """What the hub has of this ledger: facts up to `acked`, safe off the hub's own disk up to `durable`."""

    head: int
    acked: int
    durable: int
    epoch: int
    forked: bool
    held: int
    last_ms: int


class Ledger:
    """One terminal's ledger. Methods may be called from any thread; each is one transaction on the writer's thread.

    A method that ends in `_in` takes the connection of a transaction that is already open.
    """

    def __init__(
        self, folder: Path, identity: Identity, clock: Clock, ids: IdSource, sign: chain.Sign, ballast: Path | None = None,
        writer: Writes | None = None,
    ) -> None:  # fmt: skip
        self.identity = identity
        self.clock = clock
        self.ids = ids
        self._sign = sign
        self.path = folder / LEDGER_FILE
        self._writer: Writes = writer or Writer(self.path, SCHEMA, ballast)
        self._reader = self._writer.read_only()
        self._reading = threading.Lock()
        self._grew = False
        self.on_growth: Callable[[], None] = _nobody
        try:
            self.run(self._claim_in)
        except BaseException:
            self.close()
            raise

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run a function in one durable transaction and give what it returns; `on_growth` hears of new facts after it."""
        result = self._writer.run(work)
        if self._grew:
            self._grew = False
            self.on_growth()
        return result

    def look(self, work: Callable[[Connection], T]) -> T:
        """Run a function that only reads what was committed, beside the writer: a sale never queues behind the agent's reading."""
        with self._reading:
            return look(self._reader, self.path, work)

    def close(self) -> None:
        """Finish and close."""
        with self._reading:
            self._reader.close()
        self._writer.close()

    # facts

    def append(self, kind: str, body: Json, *, employee: str, day: str, schema: int = 1) -> SealedFact:
        """Seal one more fact and commit it."""
        return self.run(
            lambda conn: self.append_in(conn, kind, body, employee=employee, day=day, schema=schema)
        )

    def append_in(
        self, conn: Connection, kind: str, body: Json, *, employee: str, day: str, schema: int = 1
    ) -> SealedFact:
        """Seal one more fact within an open transaction; a clock that was set back since the last one is told first."""
        now = self.clock.now()
        back_ms = int(_meta(conn, "wall", "0")) - now.wall_ms
        _set_meta(conn, "wall", now.wall_ms)
        if back_ms > CLOCK_BACK_MS_MAX:
            self.append_in(conn, facts.CLOCK_MOVED, {"back_ms": back_ms}, employee=employee, day=day)
        found = conn.execute("SELECT seq, hash FROM facts ORDER BY seq DESC LIMIT 1").fetchone()
        seq, prev = found if found else (0, GENESIS)
        hlc = hybrid_time(int(_meta(conn, "hlc", "0"), 16), now.wall_ms)
        fact = Fact(
            dev=self.identity.dev, inc=self.identity.inc, seq=seq + 1, id=self.ids(), kind=kind, schema=schema,
            place=self.identity.place, employee=employee, day=day, moment=now, hlc=hlc, prev=prev, body=body,
        )  # fmt: skip
        sealed = chain.seal(fact, self._sign)
        conn.execute(
            "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)",
            (sealed.seq, kind, day, sealed.data, sealed.hash, sealed.signature),
        )
        journal.index_in(conn, fact)
        _set_meta(conn, "hlc", f"{hlc:016x}")
        rights.fold_in(conn, fact)
        returned.fold_in(conn, fact)
        accounts.fold_in(conn, fact)
        orders.fold_in(conn, fact)
        budgets.fold_in(conn, fact)
        self._grew = True  # a transaction that is undone after this only wakes the agent for nothing
        return sealed

    def secret_of(self, name: str) -> str:
        """32 characters that belong to a name and that nobody guesses who has not this terminal's key; always the same ones."""
        return hashlib.sha256(self._sign(f"copy:{name}".encode())).hexdigest()[:32]

    def next_receipt_in(self, conn: Connection) -> ReceiptNumber:
        """The next number of this terminal's series; taken only when the transaction commits."""
        (last,) = conn.execute("SELECT coalesce(max(number), 0) FROM sales").fetchone()
        place = self.identity.place
        return ReceiptNumber(place.store, place.terminal, self.identity.series, last + 1)

    def record_sale_in(self, conn: Connection, sale: str, number: ReceiptNumber, seq: int, tickets: Sequence[str]) -> None:
        """Remember a sale's number and the tickets it took; raises Refused when a ticket was taken before."""
        for ticket in tickets:
            self.check_ticket_in(conn, ticket)
            conn.execute("INSERT INTO tickets VALUES (?, ?)", (ticket, str(number)))
        conn.execute("INSERT INTO sales VALUES (?, ?, ?, ?)", (sale, str(number), number.number, seq))

    def check_ticket_in(self, conn: Connection, ticket: str) -> None:
        """Raise Refused when a ticket or a single coupon was taken here, or at a till of this store that the hub told us of."""
        found = conn.execute("SELECT receipt FROM tickets WHERE ticket = ?", (ticket,)).fetchone()
        known = conn.execute(
            "SELECT 1 FROM device_rows WHERE entity = 'ticket' AND key = ?", (ticket,)
        ).fetchone()
        if (found or known) and ticket.startswith("coupon:"):
            raise Refused("coupon.used", code=ticket.removeprefix("coupon:").partition("|")[0], receipt=found[0] if found else "?")
        if (found or known) and is_key(ticket):
            raise Refused("deposit.voucher_used", receipt=found[0] if found else "?")
        if found or known:
            raise Refused("ticket.already_taken", receipt=found[0] if found else "")

    def facts(self, after: int = 0, limit: int = -1) -> list[SealedFact]:
        """Sealed facts in order, from the one after `after`."""
        return self.look(lambda conn: _sealed(conn, after, limit))

    def day_facts(self, day: str) -> Iterator[Fact]:
        """The facts of a business day, opened; those of the terminal that this one follows come first."""

        def work(conn: Connection) -> list[bytes]:
            own = conn.execute("SELECT data FROM facts WHERE day = ? ORDER BY seq", (day,)).fetchall()
            return lives.day_in(conn, day) + [data for (data,) in own]

        for data in self.run(work):
            yield read_fact(data)

    def find_sale(self, receipt: str) -> Fact | None:
        """The fact of one of this terminal's receipts, or of its latest when `receipt` is empty."""
        where = "WHERE s.receipt = ?" if receipt else "ORDER BY s.number DESC LIMIT 1"

        def work(conn: Connection) -> bytes | None:
            query = f"SELECT f.data FROM sales s JOIN facts f ON f.seq = s.seq {where}"
            found = conn.execute(query, (receipt,) if receipt else ()).fetchone()
            return found[0] if found else lives.sale_in(conn, receipt)

        data = self.run(work)
        return read_fact(data) if data else None

    # what the agent needs (sync.agent.ports.Outbox)

    def head(self) -> int:
        """The number of the last fact, 0 when there is none."""
        found: tuple[int] = self.look(lambda conn: conn.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone())
        return found[0]

    def acked(self) -> int:
        """The last fact that the hub has, without a gap before it."""
        return self.push_state().acked

    def pending(self, from_seq: int, facts_max: int, bytes_max: int) -> list[SealedFact]:
        """Facts from `from_seq` on, at most so many and so many bytes, always at least one when there is one."""
        batch: list[SealedFact] = []
        size = 0
        for fact in self.facts(from_seq - 1, facts_max):
            size += len(fact.data) + len(fact.signature)
            if batch and size > bytes_max:
                break
            batch.append(fact)
        return batch

    def acknowledge(
        self, next_seq: int, durable_seq: int, epoch: int, head_hash: bytes, held: Sequence[HeldAtHub], forked: bool
    ) -> None:
        """Remember the hub's answer; a restored hub may have less than before.

        Its head must be ours, else the hub has other facts under our numbers and this ledger is forked.
        """

        def work(conn: Connection) -> None:
            found = conn.execute("SELECT hash FROM facts WHERE seq = ?", (next_seq - 1,)).fetchone()
            ours = found is not None and found[0] == head_hash
            if next_seq > 1 and not ours:
                _set_meta(conn, "forked", 1)
                return
            held_at_hub.keep_in(conn, held)
            values = {"acked": next_seq - 1, "durable": durable_seq, "epoch": epoch, "held": len(held)}
            for key, value in {**values, "forked": int(forked), "acked_ms": self.clock.now().wall_ms}.items():
                _set_meta(conn, key, value)

        self.run(work)

    def push_state(self) -> PushState:
        """What the hub has, as last heard."""

        return self.look(push_state_in)

    def oldest_unsent_ms(self) -> int | None:
        """When the oldest fact that the hub lacks happened (wall clock, ms), or None."""
        waiting = self.facts(self.acked(), 1)
        return read_fact(waiting[0].data).moment.wall_ms if waiting else None

    # rows of the device scope (sync.agent.ports.FeedStore)

    def cursor(self) -> Cursor:
        """How far the device scope is."""
        return self.look(lambda conn: rows.cursor_of(conn, DEVICE))

    def apply(self, transactions: Sequence[Transaction], cursor: Cursor) -> None:
        """Take in whole transactions; raises Damaged, with nothing changed, when the digest disagrees."""
        listed = [row for transaction in transactions for row in transaction.rows]
        words = customers.words_of(listed)

        def work(conn: Connection) -> None:
            mark, before = rows.cursor_of(conn, DEVICE).digest, settingslog.settings_in(conn)
            with customers.erasing(conn, listed):
                for transaction in transactions:
                    mark, changed = rows.put(conn, _TABLE, transaction.rows, mark)
                    customers.fold_in(conn, changed, words)
            if mark != cursor.digest:
                raise Damaged("feed.digest", scope=DEVICE)
            rows.set_cursor(conn, DEVICE, cursor)
            self._note_settings_in(conn, before)

        self.run(work)

    def replace(self, rows_: Iterable[Row], cursor: Cursor) -> None:
        """Replace the whole scope by a snapshot: what it lacks is gone."""
        listed = list(rows_)
        words = customers.words_of(listed)

        def work(conn: Connection) -> None:
            before = settingslog.settings_in(conn)
            with customers.erasing(conn, [Row(CUSTOMER, "", b"")]):
                mark, changed = rows.put_whole(conn, _TABLE, listed)
                customers.fold_in(conn, changed, words)
            if mark != cursor.digest:
                raise Damaged("feed.digest", scope=DEVICE)
            rows.set_cursor(conn, DEVICE, cursor)
            self._note_settings_in(conn, before)

        self.run(work)

    def _note_settings_in(self, conn: Connection, before: dict[str, bytes]) -> None:
        body = settingslog.changed_body(before, settingslog.settings_in(conn))
        if body is not None:
            day = self.clock.local_date(self.clock.now().wall_ms)
            self.append_in(conn, facts.SETTING_CHANGED, body, employee="", day=day)

    def device_row(self, entity: str, key: str, kind: type[T]) -> T | None:
        """One row of the device scope as a value."""
        return self.run(lambda conn: rows.read(conn, _TABLE, entity, key, kind))

    def device_rows(self, entity: str, kind: type[T]) -> tuple[T, ...]:
        """All rows of an entity of the device scope, in key order."""
        return self.run(lambda conn: tuple(rows.read_all(conn, _TABLE, entity, kind)))

    # proof

    def verify(self, verify: chain.Verify) -> tuple[int, chain.Break | None]:
        """Walk the chain and the receipt numbers; gives the count of facts and the first break."""
        with self._reading:
            return verify_in(self._reader, verify, self.identity.dev, self.identity.inc)

    def _claim_in(self, conn: Connection) -> None:
        """A ledger belongs to one device and incarnation; another's is refused. The head must be what it was sealed as."""
        owner = f"{self.identity.dev}/{self.identity.inc}"
        known = _meta(conn, "owner", "")
        if known and known != owner:
            raise Damaged("ledger.foreign", owner=known)
        if not known:
            _set_meta(conn, "owner", owner)
        customers.index_old_in(conn)
        last = _sealed(conn, max(0, conn.execute("SELECT count(*) FROM facts").fetchone()[0] - 1), 1)
        if last and hash_fact(last[0].data) != last[0].hash:
            raise Damaged("ledger.head", seq=last[0].seq)


def _nobody() -> None:
    """Nobody listens yet."""


def push_state_in(conn: Connection) -> PushState:
    """What the hub has, as last heard; also on a read-only connection beside a running terminal."""
    (head,) = conn.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()
    known = dict(conn.execute("SELECT key, value FROM meta").fetchall())
    return PushState(
        head, known.get("acked", 0), known.get("durable", 0), known.get("epoch", 0), bool(known.get("forked", 0)),
        known.get("held", 0), known.get("acked_ms", 0),
    )  # fmt: skip


def verify_in(
    conn: Connection, verify: chain.Verify, dev: str, inc: int
) -> tuple[int, chain.Break | None]:
    """Walk the chain and the receipt numbers in one consistent read; gives the count of facts and the first break."""
    with snapshot_read(conn):
        count = conn.execute("SELECT count(*) FROM facts").fetchone()[0]
        return count, chain.first_break(walk_in(conn), verify, dev, inc) or _number_gap(conn)


def walk_in(conn: Connection) -> Iterator[SealedFact]:
    """All sealed facts in order, one at a time."""
    for found in conn.execute("SELECT seq, data, hash, signature FROM facts ORDER BY seq"):
        yield SealedFact(*found)


def meta_in(conn: Connection, key: str) -> str:
    """A remembered text, empty when there is none."""
    return _meta(conn, key, "")


def set_meta_in(conn: Connection, key: str, value: str) -> None:
    """Remember a text within an open transaction."""
    _set_meta(conn, key, value)


def _meta(conn: Connection, key: str, default: str) -> str:
    found = conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(found[0]) if found else default


def _set_meta(conn: Connection, key: str, value: str | int) -> None:
    conn.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))


def _sealed(conn: Connection, after: int, limit: int) -> list[SealedFact]:
    found = conn.execute(
        "SELECT seq, data, hash, signature FROM facts WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
    )
    return [SealedFact(*one) for one in found.fetchall()]


def _number_gap(conn: Connection) -> chain.Break | None:
    for expected, (number, seq) in enumerate(conn.execute("SELECT number, seq FROM sales ORDER BY number"), 1):
        if number != expected:
            return chain.Break(seq, -1, "chain.receipt_gap")
    return None
