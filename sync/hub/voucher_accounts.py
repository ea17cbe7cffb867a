"""Gift cards, store credit and vouchers over all stores: every fact is booked with what it does, the tills concerned are told.

Nothing is refused here: the goods are gone. What tills that knew nothing of each other took beyond an account is a task with the
amount, and the task ends by itself when what was missing arrives.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from kiosk.domain.account import Account, Entry, Sums, book
from kiosk.domain.facts import Fact
from kiosk.domain.feed import DEVICE
from kiosk.domain.tender import GIFT_CARD
from kiosk.domain.voucher import SINGLE_PURPOSE
from sync.hub import feedlog
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema import tasks
from sync.hub.storage.schema_vouchers import voucher_accounts, voucher_parts

OVERSPENT = "voucher.overspent"
"""The task for an account from which more was taken than was on it."""

_ACCOUNT = ("tenant", "kind", "code", "brand", "currency", "until_ms", "loaded_minor", "spent_minor", "turn", "task", "good_for")
_PART = ("tenant", "kind", "code", "dev", "store", "loaded_minor", "spent_minor")
Booked = tuple[Entry, Fact]
Made = tuple[int, Callable[[], str]]


class Liability(msgspec.Struct, frozen=True):
    """What is owed for one kind of voucher of one brand, in minor units; `overspent` accounts are below nothing."""

    brand: str
    kind: str
    currency: str
    accounts: int
    loaded: int
    spent: int
    left: int
    overspent: int


def find(connection: Connection, tenant: str, kind: str, code: str) -> Account | None:
    """One account, or None."""
    row, parts = _stored(connection, tenant, kind, code)
    return _account(row, parts) if row is not None else None


def find_told(connection: Connection, tenant: str, kind: str, code: str) -> Account | None:
    """The account that a till means that has only the number: what looks like a gift card may be a single-purpose voucher."""
    found = find(connection, tenant, kind, code)
    return find(connection, tenant, SINGLE_PURPOSE, code) if found is None and kind == GIFT_CARD else found


def keep(connection: Connection, tenant: str, booked: Iterable[Booked], made: Made) -> list[feedlog.Change]:
    """Book entries, account by account in one order on every process; gives the rows that tell the stores of each.

    A store is told where a card was loaded or used. `made` is the instant (ms) and how what is new gets its id.
    """
    by_account: dict[tuple[str, str], list[Booked]] = {}
    for entry, fact in booked:
        by_account.setdefault((entry.kind, entry.code), []).append((entry, fact))
    changes: list[feedlog.Change] = []
    for (kind, code), mine in sorted(by_account.items()):
        lock_name(connection, f"voucher {tenant} {kind} {code}")
        row, parts = _stored(connection, tenant, kind, code)
        account: Account | None = _account(row, parts) if row is not None else None
        stores = {part.dev: str(part.store) for part in parts}
        for entry, fact in mine:
            account = book(account, entry, fact)
            stores[fact.dev] = fact.place.store
        assert account is not None, "it was booked on"
        task = _watch(connection, tenant, account, mine[-1][1], row.task if row is not None else "", made)
        _write(connection, tenant, account, stores, task)
        told = account.voucher()
        told_to = sorted({*stores.values()} - {""})  # what was imported is of no store
        changes += [feedlog.change(DEVICE, store, "voucher", f"{kind}|{code}", told) for store in told_to]
    return changes


def liabilities(connection: Connection, tenant: str) -> list[Liability]:
    """What the tenant owes, by brand, currency and kind."""
    at = voucher_accounts.c
    query = select(at.brand, at.currency, at.kind, at.loaded_minor, at.spent_minor).where(at.tenant == tenant)
    sums: dict[tuple[str, str, str], tuple[int, int, int, int]] = {}
    for brand, currency, kind, loaded, spent in connection.execute(query):
        count, put, taken, over = sums.get((brand, currency, kind), (0, 0, 0, 0))
        sums[brand, currency, kind] = (count + 1, put + int(loaded), taken + int(spent), over + (spent > loaded))
    return [
        Liability(brand, kind, currency, count, put, taken, put - taken, over)
        for (brand, currency, kind), (count, put, taken, over) in sorted(sums.items())
    ]


def _stored(connection: Connection, tenant: str, kind: str, code: str) -> tuple["Row[Any] | None", Sequence["Row[Any]"]]:
    whole, part = voucher_accounts.c, voucher_parts.c
    row = connection.execute(select(voucher_accounts).where(whole.tenant == tenant, whole.kind == kind, whole.code == code)).first()
    if row is None:
        return None, []
    mine = (part.tenant == tenant) & (part.kind == kind) & (part.code == code)
    return row, connection.execute(select(voucher_parts).where(mine)).all()


def _account(row: "Row[Any]", parts: Iterable["Row[Any]"]) -> Account:
    by = {str(part.dev): Sums(int(part.loaded_minor), int(part.spent_minor)) for part in parts}
    until = None if row.until_ms is None else int(row.until_ms)
    return Account(row.kind, row.code, row.brand, row.currency, until, by, int(row.turn), row.good_for)


def _write(connection: Connection, tenant: str, account: Account, stores: dict[str, str], task: str) -> None:
    spent = account.loaded_minor - account.left_minor
    row = (
        tenant, account.kind, account.code, account.brand, account.currency, account.until_ms, account.loaded_minor, spent,
        account.turn, task, account.good_for,
    )  # fmt: skip
    upsert_many(connection, voucher_accounts, _ACCOUNT, [row])
    rows = [
        (tenant, account.kind, account.code, dev, stores[dev], one.loaded_minor, one.spent_minor) for dev, one in account.by.items()
    ]
    upsert_many(connection, voucher_parts, _PART, rows)


def _watch(connection: Connection, tenant: str, account: Account, fact: Fact, open_task: str, made: Made) -> str:
    """Make, change or end the task of an account that is below nothing; gives the open one's id."""
    now_ms, new_id = made
    at = tasks.c
    mine = (at.tenant == tenant) & (at.id == open_task) & (at.done_ms == 0)
    if account.left_minor >= 0:
        if open_task:
            connection.execute(update(tasks).where(mine).values(done_ms=now_ms))
        return ""
    detail = msgspec.json.encode(
        {
            "code": account.code, "voucher": account.kind, "amount_minor": -account.left_minor, "currency": account.currency,
            "receipt": str(fact.body.get("receipt", "")), "by": sorted(account.by),
        }
    ).decode()  # fmt: skip
    if open_task and connection.execute(update(tasks).where(mine).values(detail=detail)).rowcount:
        return open_task
    task = new_id()
    connection.execute(
        insert(tasks).values(
            id=task, tenant=tenant, store=fact.place.store, kind=OVERSPENT, detail=detail, at_ms=now_ms, done_ms=0
        )
    )
    return task
