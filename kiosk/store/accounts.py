"""Gift cards, store credit and vouchers: what this terminal's own facts did to them, and what the hub told, as row or answer."""

import msgspec

from kiosk.domain.account import Account, Sums, book, entries_in, known_of, newer
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact
from kiosk.domain.voucher import Voucher
from kiosk.store import rows
from kiosk.store.database import Connection

ENTITY = "voucher"
ANSWERS_MAX = 1_000
"""Answers of the hub that are kept for when it is not there; the oldest go first."""


def fold_in(conn: Connection, fact: Fact) -> None:
    """Book what a fact does, in its own transaction.

    Raises Refused("voucher.spent_since"), so that it is not sealed, when it takes back what was paid with meanwhile.
    """
    for entry in entries_in(fact):
        account = book(own_in(conn, entry.kind, entry.code, fact.dev), entry, fact)
        mine = account.by[fact.dev]
        conn.execute(
            "REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.kind, entry.code, mine.loaded_minor, mine.spent_minor, account.brand, account.currency, account.until_ms,
                account.good_for,
            ),
        )  # fmt: skip
        if entry.loaded_minor < 0:
            known = known_in(conn, entry.kind, entry.code, fact.dev)
            if known is not None and known.left_minor < 0:
                raise Refused("voucher.spent_since", code=entry.code)


def check_undo_in(conn: Connection, kind: str, code: str, loaded_minor: int, dev: str) -> None:
    """Raise Refused("voucher.spent_since") when so much cannot be taken off a voucher again, as far as it is known here."""
    known = known_in(conn, kind, code, dev)
    if known is not None and known.left_minor < loaded_minor:
        raise Refused("voucher.spent_since", code=code)


def own_in(conn: Connection, kind: str, code: str, dev: str) -> Account | None:
    """What this terminal did with one, or None."""
    found = conn.execute(
        "SELECT loaded, spent, brand, currency, until_ms, good_for FROM accounts WHERE kind = ? AND code = ?", (kind, code)
    ).fetchone()
    if found is None:
        return None
    loaded, spent, brand, currency, until_ms, good_for = found
    return Account(kind, code, brand, currency, until_ms, {dev: Sums(loaded, spent)}, good_for=good_for)


def told_in(conn: Connection, kind: str, code: str) -> Voucher | None:
    """What the hub told of one last, in a row of the device scope or as an answer; None where it told nothing."""
    row = rows.read(conn, "device_rows", ENTITY, f"{kind}|{code}", Voucher)
    found = conn.execute("SELECT payload FROM voucher_answers WHERE kind = ? AND code = ?", (kind, code)).fetchone()
    return newer(row, rows.open_payload(found[0], Voucher) if found else None)


def known_in(conn: Connection, kind: str, code: str, dev: str) -> Voucher | None:
    """All that is known here of one: the others' part from the hub, this terminal's from its own ledger."""
    return known_of(told_in(conn, kind, code), own_in(conn, kind, code, dev), dev)


def answered_in(conn: Connection, told: Voucher, at_ms: int) -> None:
    """Keep an answer of the hub."""
    payload = msgspec.json.encode(told)
    conn.execute("REPLACE INTO voucher_answers VALUES (?, ?, ?, ?)", (told.kind, told.code, at_ms, payload))
    conn.execute(
        "DELETE FROM voucher_answers WHERE rowid IN (SELECT rowid FROM voucher_answers ORDER BY at_ms DESC LIMIT -1 OFFSET ?)",
        (ANSWERS_MAX,),
    )
