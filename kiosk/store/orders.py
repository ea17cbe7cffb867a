"""Orders in the ledger: the hub's rows of those that concern this store, own facts over them, and addresses to tell.

An address lies here until the hub has it, or until its order was thought better of: it is in no fact, no log and no backup's list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from kiosk.decoding import read_json
from kiosk.domain.address import Address
from kiosk.domain.errors import Damaged
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.feed import ORDER, Row
from kiosk.domain.orderfacts import ORDER_KINDS, OrderKnown, order_of_fact
from kiosk.domain.orderrow import OrderRow, known_of
from kiosk.store import rows
from kiosk.store.customers import erasing
from kiosk.store.database import Connection

_TABLE = "device_rows"
_SOMEBODY = (Row(ORDER, "", b""),)
"""Stands for a person in what is overwritten."""

Kept = dict[str, tuple[tuple[bytes, int], "StoredOrder | None"]]
"""What was folded before: by order the row and the last own fact that it was made of, and the order."""


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """What this terminal knows of an order: its own facts included, and what the hub told beside (`row`, if it told anything)."""

    id: str
    known: OrderKnown
    row: OrderRow | None


@dataclass(frozen=True, slots=True)
class ToTell:
    """An address that the hub does not have yet."""

    key: str
    order: str
    address: Address


def fold_in(conn: Connection, fact: Fact) -> None:
    """Remember which order a fact is about."""
    if fact.kind in ORDER_KINDS:
        conn.execute("INSERT INTO order_facts VALUES (?, ?)", (order_of_fact(fact), fact.seq))


def order_in(conn: Connection, order: str) -> StoredOrder | None:
    """One order, or None where nobody ever spoke of it here. Raises ValueError for a row that is no order.

    What the hub tells this store goes before what it was asked for (`asked_in`).
    """
    return _stored(conn, order, rows.read(conn, _TABLE, ORDER, order, OrderRow) or _asked(conn, order))


def keep_asked_in(conn: Connection, row: OrderRow, at_ms: int, before_ms: int) -> None:
    """Keep an order of another store that the hub was asked for, so that what comes back of it needs no second answer.

    Whom it is for is left out. Those that were asked for before `before_ms` go.
    """
    bare = replace(row, name="", phone="", code="", to={})
    conn.execute("DELETE FROM asked_orders WHERE at_ms < ?", (before_ms,))
    conn.execute("REPLACE INTO asked_orders VALUES (?, ?, ?)", (row.id, at_ms, msgspec.json.encode(bare)))


def all_in(conn: Connection) -> list[StoredOrder]:
    """Every order that is known here: those of this store, also when they are over, and those that were asked for."""
    found = {one.id: one for one in listed_in(conn)}
    for (order,) in conn.execute("SELECT order_id FROM asked_orders ORDER BY order_id").fetchall():
        if order not in found and (there := order_in(conn, order)) is not None and there.known.state is not None:
            found[order] = there
    return list(found.values())


def _asked(conn: Connection, order: str) -> OrderRow | None:
    found = conn.execute("SELECT payload FROM asked_orders WHERE order_id = ?", (order,)).fetchone()
    return read_json(found[0], OrderRow) if found else None


def listed_in(conn: Connection, kept: Kept | None = None) -> list[StoredOrder]:
    """The orders that concern this store: all that the hub tells of, and own ones that it has not heard of yet.

    One that does not read holds up no other: what the hub told so waits for a person (`rows.damaged`). `kept` has what was folded
    before, by order; it is used and brought up to date, so that a list of hundreds is there at once.
    """
    kept = {} if kept is None else kept
    told = conn.execute(
        f"SELECT key, payload, coalesce((SELECT max(seq) FROM order_facts WHERE order_id = key), 0) FROM {_TABLE} WHERE entity = ?",
        (ORDER,),
    ).fetchall()
    unheard = conn.execute(
        "SELECT order_id, max(seq) FROM order_facts "
        "WHERE seq > coalesce((SELECT value FROM meta WHERE key = 'acked'), 0) + 0 GROUP BY order_id"
    ).fetchall()
    marks = {str(order): (b"", int(seq)) for order, seq in unheard}
    marks |= {str(order): (bytes(payload), int(seq)) for order, payload, seq in told}
    for gone in kept.keys() - marks.keys():
        kept.pop(gone, None)
    for order in sorted(marks):
        if order not in kept or kept[order][0] != marks[order]:
            kept[order] = marks[order], _read(conn, order, marks[order][0])
    found = [kept[order][1] for order in sorted(marks) if order in kept]
    return [one for one in found if one is not None and one.known.state is not None]


def _read(conn: Connection, order: str, payload: bytes) -> StoredOrder | None:
    """One order, or None for a row that is none."""
    try:
        return _stored(conn, order, rows.open_payload(payload, OrderRow) if payload else None)
    except (Damaged, ValueError):
        return None


def weight_in(conn: Connection, order: str, parcel: str) -> int:
    """What a parcel weighs in grams, where it was packed here and said; else 0."""
    query = "SELECT data FROM facts WHERE seq IN (SELECT seq FROM order_facts WHERE order_id = ?) ORDER BY seq DESC"
    for (data,) in conn.execute(query, (order,)):
        body = read_fact(data).body
        if any(move.get("parcel") == parcel for move in body.get("moves", ())) and type(body.get("weight_g")) is int:
            return int(body["weight_g"])
    return 0


def keep_address_in(conn: Connection, key: str, order: str, address: Address, at_ms: int) -> None:
    """Keep an address until the hub has it; `order` is the sale that it is for."""
    with erasing(conn, _SOMEBODY):
        conn.execute("REPLACE INTO order_addresses VALUES (?, ?, ?, ?)", (key, order, at_ms, msgspec.json.encode(address)))


def address_in(conn: Connection, key: str) -> Address | None:
    """An address that is still here."""
    found = conn.execute("SELECT payload FROM order_addresses WHERE key = ?", (key,)).fetchone()
    return read_json(found[0], Address) if found else None


def addresses_to_tell_in(conn: Connection, limit: int = 100) -> list[ToTell]:
    """Addresses of orders that were placed, the oldest first; those of an open cart wait until it is paid."""
    found = conn.execute(
        "SELECT key, order_id, payload FROM order_addresses WHERE order_id IN (SELECT order_id FROM order_facts) "
        "ORDER BY at_ms, key LIMIT ?",
        (limit,),
    )
    return [ToTell(key, order, read_json(payload, Address)) for key, order, payload in found.fetchall()]


def forget_addresses_in(conn: Connection, keys: Iterable[str]) -> None:
    """The hub has them: they are not ours any more, to the last byte."""
    with erasing(conn, _SOMEBODY):
        conn.executemany("DELETE FROM order_addresses WHERE key = ?", [(key,) for key in keys])


def forget_unordered_in(conn: Connection, before_ms: int) -> int:
    """Forget addresses that nothing was ordered to, of carts that are over; gives how many."""
    with erasing(conn, _SOMEBODY):
        gone = conn.execute(
            "DELETE FROM order_addresses WHERE at_ms < ? AND order_id NOT IN (SELECT order_id FROM order_facts) "
            "AND order_id NOT IN (SELECT sale FROM cart_events)",
            (before_ms,),
        )
        return int(gone.rowcount)


def _stored(conn: Connection, order: str, row: OrderRow | None) -> StoredOrder | None:
    data = conn.execute(
        "SELECT data FROM facts WHERE seq IN (SELECT seq FROM order_facts WHERE order_id = ?) ORDER BY seq", (order,)
    ).fetchall()
    if row is None and not data:
        return None
    return StoredOrder(order, known_of(row, (read_fact(one) for (one,) in data)), row)
