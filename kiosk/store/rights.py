"""Rights in the ledger: what this terminal's facts did with what it was granted, folded in the transaction that seals them.

The rule is `kiosk.domain.allocation`; the grants themselves are rows of the device scope in the same file, so a right, its
use and the cursor that brought it can never disagree.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.allocation import (
    PROMISED,
    Grant,
    Key,
    Lease,
    Promise,
    Reclaim,
    RightsState,
    Spent,
    apply_rights,
    available,
    newest,
    serials_left,
    touched,
)
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.feed import Peer
from kiosk.store import rows
from kiosk.store.database import Connection

_TABLE = "device_rows"
_LEASE = "rights_lease"
_PROMISE = "promise, store, article, quantity, reason, serials, over_right, lease, state"


@dataclass(frozen=True, slots=True)
class Held:
    """What a terminal may still promise of one article of a store, in thousandths; `level_milli` is all it was granted."""

    store: str
    article: str
    left_milli: int
    level_milli: int
    serials: tuple[str, ...]


def fold_in(conn: Connection, fact: Fact) -> None:
    """Fold one more of this terminal's facts; kinds that have nothing to do with rights cost a look at their kind."""
    looks = touched(fact)
    if not (looks.keys or looks.promises):
        return
    before = RightsState(
        {key: spent_in(conn, key) for key in looks.keys},
        {one.id: one for name in looks.promises if (one := promise_in(conn, name)) is not None},
        frozenset(one for one in looks.transfers if is_received_in(conn, one)),
    )
    after = apply_rights(before, fact)
    for key in looks.keys:
        if after.of(key) != before.of(key):
            spent = after.of(key)
            conn.execute(
                "REPLACE INTO rights_spent VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *key, spent.used, spent.returned, spent.transferred, spent.received, _text(spent.gone), _text(spent.got),
                ),
            )  # fmt: skip
    for promise in after.promises.values():
        if promise != before.promises.get(promise.id):
            _write_promise(conn, promise, fact.seq)
    conn.executemany("INSERT INTO rights_transfers VALUES (?)", [(one,) for one in sorted(after.transfers - before.transfers)])


def rebuild_in(conn: Connection) -> None:
    """Work all of it out anew from the facts, for a ledger that was put together again."""
    for table in ("rights_spent", "rights_promises", "rights_transfers"):
        conn.execute(f"DELETE FROM {table}")
    for (data,) in conn.execute("SELECT data FROM facts ORDER BY seq").fetchall():
        fold_in(conn, read_fact(data))


def spent_in(conn: Connection, key: Key) -> Spent:
    """What was done with the rights to one article."""
    found = conn.execute(
        "SELECT used, returned, transferred, received, gone, got FROM rights_spent WHERE store = ? AND article = ?", key
    ).fetchone()
    if found is None:
        return Spent()
    used, returned, transferred, received, gone, got = found
    return Spent(used, returned, transferred, received, frozenset(json.loads(gone)), frozenset(json.loads(got)))


def promise_in(conn: Connection, promise: str) -> Promise | None:
    """A promise that this terminal made."""
    found = conn.execute(f"SELECT {_PROMISE} FROM rights_promises WHERE promise = ?", (promise,)).fetchone()
    return _promise(found) if found else None


def open_promises_in(conn: Connection) -> list[tuple[int, Promise]]:
    """The promises that are still to be kept, each with the number of its fact, oldest first."""
    found = conn.execute(f"SELECT {_PROMISE}, seq FROM rights_promises WHERE state = ? ORDER BY seq", (PROMISED,))
    return [(row[9], _promise(row[:9])) for row in found.fetchall()]


def is_received_in(conn: Connection, transfer: str) -> bool:
    """Whether a transfer was taken in before."""
    return conn.execute("SELECT 1 FROM rights_transfers WHERE transfer = ?", (transfer,)).fetchone() is not None


def grant_in(conn: Connection, key: Key) -> Grant | None:
    """What the hub granted of one article, as its last row says."""
    return rows.read(conn, _TABLE, "grant", "|".join(key), Grant)


def held_one_in(conn: Connection, key: Key) -> Held:
    """What is left of the rights to one article."""
    return _held(key, grant_in(conn, key), spent_in(conn, key))


def held_in(conn: Connection) -> list[Held]:
    """What is left of every article that this terminal ever had a right to."""
    grants = newest(rows.read_all(conn, _TABLE, "grant", Grant))
    keys = grants.keys() | {(store, article) for store, article in conn.execute("SELECT store, article FROM rights_spent")}
    return [_held(key, grants.get(key), spent_in(conn, key)) for key in sorted(keys)]


def has_grants_in(conn: Connection) -> bool:
    """Whether this terminal was ever granted anything."""
    return conn.execute(f"SELECT 1 FROM {_TABLE} WHERE entity = 'grant' LIMIT 1").fetchone() is not None


def reclaims_in(conn: Connection) -> list[Reclaim]:
    """What the hub asks to have back."""
    return list(rows.read_all(conn, _TABLE, "reclaim", Reclaim))


def peer_in(conn: Connection, dev: str) -> Peer | None:
    """A terminal of this store that is in its place."""
    found = rows.read(conn, _TABLE, "peer", dev, Peer)
    return found if found is not None and not found.revoked else None


def idle_since_in(conn: Connection, held: Held, now_ms: int) -> int:
    """Since when (wall clock, ms) as many rights were held as now; notes it when it is another number than last time."""
    key = held.store, held.article
    found = conn.execute("SELECT held, since_ms FROM rights_idle WHERE store = ? AND article = ?", key).fetchone()
    if found and found[0] == held.left_milli and found[1] <= now_ms:
        since_ms: int = found[1]
        return since_ms
    conn.execute("REPLACE INTO rights_idle VALUES (?, ?, ?, ?)", (*key, held.left_milli, now_ms))
    return now_ms


def lease_in(conn: Connection) -> Lease | None:
    """The lease that this terminal was last given."""
    found = conn.execute("SELECT value FROM meta WHERE key = ?", (_LEASE,)).fetchone()
    return Lease(**json.loads(found[0])) if found else None


def set_lease_in(conn: Connection, lease: Lease) -> None:
    """Remember a lease."""
    value = {"no": lease.no, "boot": lease.boot, "ends_mono_ms": lease.ends_mono_ms, "grant_no": lease.grant_no}
    conn.execute("REPLACE INTO meta VALUES (?, ?)", (_LEASE, json.dumps(value)))


def newest_no_in(conn: Connection) -> int:
    """The highest number of a grant that came to this terminal."""
    return max((grant.no for grant in rows.read_all(conn, _TABLE, "grant", Grant)), default=0)


def _held(key: Key, grant: Grant | None, spent: Spent) -> Held:
    return Held(*key, available(grant, spent), grant.level_milli if grant else 0, serials_left(grant, spent))


def _write_promise(conn: Connection, promise: Promise, seq: int) -> None:
    conn.execute(
        f"INSERT INTO rights_promises ({_PROMISE}, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (promise) DO UPDATE SET state = excluded.state",
        (
            promise.id, promise.store, promise.article, promise.quantity_milli, promise.reason, _text(promise.serials),
            int(promise.over_right), promise.lease, promise.state, seq,
        ),
    )  # fmt: skip


def _promise(found: tuple[str, str, str, int, str, str, int, int, str]) -> Promise:
    name, store, article, quantity, reason, serials, over_right, lease, state = found
    return Promise(name, store, article, quantity, reason, tuple(json.loads(serials)), bool(over_right), lease, state)


def _text(serials: Iterable[str]) -> str:
    return json.dumps(sorted(serials))
