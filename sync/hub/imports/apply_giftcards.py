"""Brings gift cards of before into the hub's accounts, as a part of the hub's own: a second import corrects the first."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text, update

from kiosk.domain.account import Account, Sums
from kiosk.domain.feed import DEVICE
from kiosk.domain.tender import GIFT_CARD
from kiosk.domain.voucher import later
from sync.hub import feedlog
from sync.hub.imports.faults import Faults
from sync.hub.imports.giftcards import GiftCardRow
from sync.hub.imports.outcome import Applied, Circumstances
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import is_postgresql
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_vouchers import voucher_accounts, voucher_parts

IMPORTED = "import"
"""In place of a device: what was on cards before there were tills of ours."""

_CODES_PER_QUERY = 400
_ACCOUNT = ("tenant", "kind", "code", "brand", "currency", "until_ms", "loaded_minor", "spent_minor", "turn", "task")
_PART = ("tenant", "kind", "code", "dev", "store", "loaded_minor", "spent_minor")


class _There(NamedTuple):
    """An account as it stands: its row, and its parts."""

    row: Any
    parts: list[Any]

    @property
    def imported(self) -> int:
        """What an import before put on it."""
        return sum(int(one.loaded_minor) for one in self.parts if one.dev == IMPORTED)


def hold_accounts(connection: Connection) -> None:
    """Keep pushes from booking while cards come in: names of so many locks would not fit. The first thing in the transaction."""
    if is_postgresql(connection):
        connection.execute(text("LOCK TABLE voucher_accounts IN ACCESS EXCLUSIVE MODE"))


def apply_gift_cards(
    connection: Connection, around: Circumstances, rows: Sequence[GiftCardRow], faults: Faults
) -> tuple[Applied, dict[str, int]]:
    """Bring cards in, and sum up by brand and currency what is owed for the whole file (minor units).

    Adds to `faults`, and changes nothing, where a card is known in another currency or of another brand.
    """
    there = {one.row.code: one for one in _accounts(connection, around.tenant, [row.code for row in rows])}
    for row in rows:
        _check(row, there.get(row.code), faults)
    sums: dict[str, int] = {}
    for row in rows:
        label = f"{row.brand} {row.currency}"
        sums[label] = sums.get(label, 0) + row.balance_minor
    if faults.count:
        return Applied(len(rows), 0, 0, 0), {}
    changed = [(row, there.get(row.code)) for row in rows if _differs(row, there.get(row.code))]
    accounts, parts, changes = [], [], list[feedlog.Change]()
    for row, known in changed:
        account = _after(row, known)
        task = known.row.task if known is not None else ""
        if task and account.left_minor >= 0:
            _end(connection, around, task)
            task = ""
        spent = account.loaded_minor - account.left_minor
        key = (around.tenant, GIFT_CARD, row.code)
        accounts.append((*key, account.brand, account.currency, account.until_ms, account.loaded_minor, spent, account.turn, task))
        parts.append((*key, IMPORTED, "", row.balance_minor, 0))
        stores = sorted({one.store for one in known.parts} - {""}) if known is not None else ()
        told = account.voucher()
        changes += [feedlog.change(DEVICE, store, "voucher", f"{GIFT_CARD}|{row.code}", told) for store in stores]
    upsert_many(connection, voucher_accounts, _ACCOUNT, accounts)
    upsert_many(connection, voucher_parts, _PART, parts)
    rev = feedlog.publish(connection, around.tenant, changes)
    added = sum(known is None for _, known in changed)
    return Applied(len(rows), added, len(changed) - added, rev), sums


def _accounts(connection: Connection, tenant: str, codes: Sequence[str]) -> Iterator[_There]:
    whole, part = voucher_accounts.c, voucher_parts.c
    for start in range(0, len(codes), _CODES_PER_QUERY):
        asked = codes[start : start + _CODES_PER_QUERY]
        mine = (part.tenant == tenant) & (part.kind == GIFT_CARD) & part.code.in_(asked)
        parts: dict[str, list[Any]] = {}
        for one in connection.execute(select(voucher_parts).where(mine)):
            parts.setdefault(one.code, []).append(one)
        rows = select(voucher_accounts).where(whole.tenant == tenant, whole.kind == GIFT_CARD, whole.code.in_(asked))
        for row in connection.execute(rows).all():
            yield _There(row, parts.get(row.code, []))


def _check(row: GiftCardRow, known: _There | None, faults: Faults) -> None:
    for column, said, there in (
        ("currency", row.currency, known.row.currency if known is not None else ""),
        ("brand", row.brand, known.row.brand if known is not None else ""),
    ):
        if there and there != said:
            mend = f"the hub knows this card with another {column}, {there}: write that, or leave it out"
            faults.add(row.line, column, said, mend)


def _differs(row: GiftCardRow, known: _There | None) -> bool:
    if known is None:
        return True
    has_part = any(one.dev == IMPORTED for one in known.parts)
    return not has_part or known.imported != row.balance_minor or _after(row, known).until_ms != known.row.until_ms


def _after(row: GiftCardRow, known: _There | None) -> Account:
    """The account with what the file says in place of what an import before said."""
    parts = {one.dev: Sums(int(one.loaded_minor), int(one.spent_minor)) for one in known.parts} if known is not None else {}
    is_loaded = any(sums.loaded_minor for dev, sums in parts.items() if dev != IMPORTED)
    until = later(int(known.row.until_ms or 0), row.until_ms) if known is not None and is_loaded else row.until_ms
    by = {**parts, IMPORTED: Sums(row.balance_minor)}
    return Account(GIFT_CARD, row.code, row.brand, row.currency, until, by, int(known.row.turn) + 1 if known is not None else 1)


def _end(connection: Connection, around: Circumstances, task: str) -> None:
    """What was missing on a card is there: nobody has to look at it any more."""
    at = tasks.c
    mine = (at.tenant == around.tenant) & (at.id == task) & (at.done_ms == 0)
    connection.execute(update(tasks).where(mine).values(done_ms=around.now_ms))
