"""Customers on this terminal, found by the beginnings of names and telephone numbers, also offline, and truly gone when they go.

The index lies in the ledger's file beside the rows, so that both change in one transaction: nobody is found who was forgotten, and
nothing has to catch up after a power cut. It is a plain table and no full-text index, because that one only marks as deleted what
it deletes. What goes is overwritten (secure_delete), for these rows alone: a sale does not pay for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import msgspec

from kiosk.decoding import read_json
from kiosk.domain.customer import Asked, Customer, closeness, index_words
from kiosk.domain.errors import Damaged
from kiosk.domain.feed import CUSTOMER, ORDER, Row
from kiosk.store import rows
from kiosk.store.database import Connection

_TABLE = "device_rows"
_CANDIDATES_MAX = 100
"""More than this many nobody reads: they are sorted, and the first few shown."""

_PERSONAL = frozenset({CUSTOMER, ORDER})
"""Rows that may name somebody."""

_COUNTED_MAX = 4_000
"""The rarest beginning leads the search. Counting further than this would cost what it saves."""

Words = Mapping[bytes, frozenset[str]]
"""What rows are found by, by their payload."""

_LAST = "\U0010ffff"


@contextmanager
def erasing(conn: Connection, touched: Iterable[Row]) -> Iterator[None]:
    """Overwrite what these rows replace or take away, where there is a person among them."""
    if not any(row.entity in _PERSONAL for row in touched):
        yield
        return
    conn.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        conn.execute("PRAGMA secure_delete = OFF")


def words_of(touched: Iterable[Row]) -> Words:
    """The words of rows that are about to come in; made before the transaction, so that no sale waits for them."""
    return {row.payload: _words(row.payload) for row in touched if row.entity == CUSTOMER and row.payload}


def fold_in(conn: Connection, changed: Sequence[tuple[Row, bytes]], words: Words) -> None:
    """Index what changed; within `erasing`. A row that does not read is found by nobody, and is named by `rows.damaged`."""
    lost: list[tuple[str, str]] = []
    new: list[tuple[str, str]] = []
    lines: list[tuple[str, str]] = []
    for row, before in changed:
        if row.entity == CUSTOMER:
            had, has = _words(before), words.get(row.payload, frozenset())
            lost += [(word, row.key) for word in had - has]
            new += [(word, row.key) for word in has - had]
            lines.append((row.key, "".join(f" {word}" for word in sorted(has))))
    conn.executemany("DELETE FROM customer_words WHERE word = ? AND number = ?", lost)
    conn.executemany("DELETE FROM customer_lines WHERE number = ?", [(number,) for number, _ in lines])
    conn.executemany("INSERT OR IGNORE INTO customer_words VALUES (?, ?)", sorted(new))
    conn.executemany("INSERT INTO customer_lines VALUES (?, ?)", [one for one in lines if one[1]])


def index_old_in(conn: Connection) -> None:
    """Index rows that came from a newer hub before this terminal understood them; asked at each start, and done once."""
    if conn.execute("SELECT 1 FROM customer_lines LIMIT 1").fetchone():
        return
    found = conn.execute(f"SELECT key, payload FROM {_TABLE} WHERE entity = ?", (CUSTOMER,)).fetchall()
    listed = [Row(CUSTOMER, key, payload) for key, payload in found]
    fold_in(conn, [(row, b"") for row in listed], words_of(listed))


def opened(payload: bytes) -> Customer | None:
    """A customer as the hub spells one; None for what does not read, which is as good as not found."""
    try:
        return rows.open_payload(payload, Customer)
    except Damaged:
        return None


def customer_in(conn: Connection, number: str) -> Customer | None:
    """The customer of a number, where this store knows one."""
    try:
        found = rows.read(conn, _TABLE, CUSTOMER, number, Customer)
    except Damaged:
        found = None
    return found or next((new.customer for new in new_in(conn) if new.customer.number == number), None)


def find_in(conn: Connection, asked: Asked, text: str, limit: int) -> tuple[list[Customer], bool]:
    """Who is meant, at most `limit`, the card's owner first; and whether there are more."""
    card = customer_in(conn, asked.number) if asked.number else None
    numbers = _numbers(conn, asked.groups) if asked.groups else []
    new = (one.customer for one in new_in(conn))
    numbers += [one.number for one in new if _is_meant(one, asked) and one.number not in numbers]
    others = [one for number in numbers if (one := customer_in(conn, number)) is not None and one != card]
    found = [*([card] if card else []), *sorted(others, key=lambda one: closeness(one, text))]
    return found[:limit], len(found) > limit


class NewCustomer(NamedTuple):
    """Somebody who became a customer here, and who said so, until the hub has them."""

    customer: Customer
    employee: str


def keep_new_in(conn: Connection, one: Customer, employee: str, at_ms: int) -> None:
    """Keep a new customer until the hub has them; they are found here at once."""
    conn.execute("REPLACE INTO new_customers VALUES (?, ?, ?, ?)", (one.number, msgspec.json.encode(one), employee, at_ms))


def new_in(conn: Connection) -> list[NewCustomer]:
    """Those that the hub is not known to have, the oldest first."""
    found = conn.execute("SELECT payload, employee FROM new_customers ORDER BY at_ms, number").fetchall()
    return [NewCustomer(read_json(payload, Customer), employee) for payload, employee in found]


def told_in(conn: Connection, number: str) -> None:
    """The hub has them: from now on they come and go by its feed. What was kept here is overwritten."""
    with erasing(conn, [Row(CUSTOMER, number, b"")]):
        conn.execute("DELETE FROM new_customers WHERE number = ?", (number,))


def _is_meant(one: Customer, asked: Asked) -> bool:
    words = index_words(one)
    return bool(asked.groups) and all(
        any(word.startswith(beginning) for word in words for beginning in group) for group in asked.groups
    )


def _numbers(conn: Connection, groups: Sequence[tuple[str, ...]]) -> list[str]:
    """The numbers that each group of beginnings finds, those of the shortest words first.

    The rarest group is walked, and each customer's whole line is looked at for the others, until enough are found.
    """
    lead, *others = sorted(groups, key=lambda group: _count(conn, group))
    sql, values = _within(lead)
    for group in others:
        sql += f" AND ({' OR '.join(['instr(line, ?)'] * len(group))})"
        values += [f" {beginning}" for beginning in group]
    found = conn.execute(f"SELECT number FROM customer_words JOIN customer_lines USING (number) WHERE {sql}", values)
    numbers = dict[str, None]()
    for (number,) in found:
        numbers[number] = None
        if len(numbers) == _CANDIDATES_MAX:
            break
    return list(numbers)


def _count(conn: Connection, group: tuple[str, ...]) -> int:
    sql, values = _within(group)
    query = f"SELECT count(*) FROM (SELECT 1 FROM customer_words WHERE {sql} LIMIT {_COUNTED_MAX})"
    found: tuple[int] = conn.execute(query, values).fetchone()
    return found[0]


def _within(group: tuple[str, ...]) -> tuple[str, list[str]]:
    return f"({' OR '.join(['(word >= ? AND word < ?)'] * len(group))})", [end for one in group for end in (one, one + _LAST)]


def _words(payload: bytes) -> frozenset[str]:
    one = opened(payload) if payload else None
    return index_words(one) if one is not None else frozenset()
