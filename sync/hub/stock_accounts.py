"""Accounts of rights: what each terminal may promise of each article, as rows for it alone, and what is taken back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, select, update

from kiosk.decoding import read_json
from kiosk.domain.allocation import PROMISED, Grant, Key, Spent
from kiosk.domain.feed import DEVICE
from sync.hub import feedlog, staff
from sync.hub.stock import outstanding
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema_stock import promises, rights, rights_devices, stock_demand, stock_refusals, stock_serials, transfers

NOTHING = Spent()
FOR_EVER_MS = 1 << 62
NEVER = -1
"""No reclaim is asked for."""


# Every promise and every grant asks these: built once, because to build one costs more than to run it.
_ACCOUNT = select(rights).where(
    rights.c.tenant == bindparam("tenant"), rights.c.store == bindparam("store"), rights.c.article == bindparam("article"),
    rights.c.dev == bindparam("dev"),
)  # fmt: skip
_ACCOUNT_HELD = _ACCOUNT.with_for_update()
_THIS_DEVICE = and_(rights_devices.c.tenant == bindparam("the_tenant"), rights_devices.c.dev == bindparam("the_dev"))
_COUNT_UP = update(rights_devices).where(_THIS_DEVICE).values(grant_no=rights_devices.c.grant_no + 1)
_COUNTED = select(rights_devices.c.grant_no).where(_THIS_DEVICE)
_RAISE = (
    update(rights)
    .where(
        rights.c.tenant == bindparam("the_tenant"), rights.c.store == bindparam("the_store"),
        rights.c.article == bindparam("the_article"), rights.c.dev == bindparam("the_dev"),
    )
    .values(level_milli=rights.c.level_milli + bindparam("more_milli"), grant_no=bindparam("no"), serials=bindparam("left"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """One row of `rights`."""

    level_milli: int = 0
    spent: Spent = NOTHING
    serials: tuple[str, ...] = ()
    grant_no: int = 0
    keep_milli: int = NEVER

    @property
    def held_milli(self) -> int:
        """What the terminal can still promise."""
        return max(0, self.level_milli - self.spent.net)


def mine(tenant: str, dev: str, key: Key) -> ColumnElement[bool]:
    """The row of one terminal and article."""
    at = rights.c
    return and_(at.tenant == tenant, at.store == key[0], at.article == key[1], at.dev == dev)


def read(connection: Connection, tenant: str, dev: str, key: Key, lock: bool = False) -> Account:
    """The account of a terminal for one article."""
    asked = {"tenant": tenant, "store": key[0], "article": key[1], "dev": dev}
    row = connection.execute(_ACCOUNT_HELD if lock else _ACCOUNT, asked).first()
    if row is None:
        return Account()
    spent = Spent(
        row.used_milli, row.returned_milli, row.transferred_milli, row.received_milli,
        frozenset(_listed(row.gone)), frozenset(_listed(row.got)),
    )  # fmt: skip
    return Account(row.level_milli, spent, tuple(_listed(row.serials)), row.grant_no, row.keep_milli)


def make(connection: Connection, tenant: str, dev: str, key: Key) -> None:
    """Make an account unless it is there."""
    insert_new(
        connection, rights,
        {
            "tenant": tenant, "store": key[0], "article": key[1], "dev": dev, "level_milli": 0, "used_milli": 0,
            "returned_milli": 0, "transferred_milli": 0, "received_milli": 0, "grant_no": 0, "serials": "[]", "gone": "[]",
            "got": "[]", "keep_milli": NEVER,
        },
    )  # fmt: skip


def make_device(connection: Connection, tenant: str, dev: str) -> None:
    """Have a row for what all rights of a terminal share."""
    insert_new(
        connection, rights_devices,
        {"tenant": tenant, "dev": dev, "grant_no": 0, "lease_no": 0, "lease_until_ms": 0, "leases_over": 0, "lost_ms": 0},
    )  # fmt: skip


def next_no(connection: Connection, tenant: str, dev: str) -> int:
    """The next number of a grant to a terminal; rises for ever, whatever is taken back."""
    make_device(connection, tenant, dev)
    this = {"the_tenant": tenant, "the_dev": dev}
    connection.execute(_COUNT_UP, this)
    return int(connection.execute(_COUNTED, this).scalar_one())


def add_to_level(connection: Connection, tenant: str, dev: str, key: Key, milli: int, serials: Iterable[str] = ()) -> None:
    """Raise or lower what was granted, under the next number; `serials` are numbers of pieces, each a new right."""
    make(connection, tenant, dev, key)
    there = read(connection, tenant, dev, key, lock=True)
    no = next_no(connection, tenant, dev)
    new = tuple(f"{serial}#{no}" for serial in serials)
    back = _promised_serials(connection, tenant, dev, key) if there.serials else frozenset()  # a promise may be released
    left = tuple(one for one in there.serials if one not in there.spent.gone or one in back) + new
    this = {"the_tenant": tenant, "the_store": key[0], "the_article": key[1], "the_dev": dev}
    connection.execute(_RAISE, {**this, "more_milli": milli, "no": no, "left": listed(left)})


def grant(connection: Connection, tenant: str, dev: str, key: Key, milli: int, serials: Iterable[str] = ()) -> list[feedlog.Change]:
    """Grant so many more rights (thousandths); gives the row for the terminal. The caller holds the pool.

    A terminal that used more than it had, as after a restore from a backup, begins from what it used.
    """
    assert milli > 0, "a grant gives something"
    there = read(connection, tenant, dev, key, lock=True)
    debt = max(0, there.spent.net - there.level_milli)
    add_to_level(connection, tenant, dev, key, milli + debt, serials)
    return grant_rows(connection, tenant, dev, key)


def grant_rows(connection: Connection, tenant: str, dev: str, key: Key) -> list[feedlog.Change]:
    """The row of the feed, for this terminal alone, that says what it was granted."""
    there = read(connection, tenant, dev, key)
    row = Grant(key[0], key[1], there.level_milli, there.grant_no, there.serials)
    return [feedlog.change(DEVICE, feedlog.own(dev), "grant", "|".join(key), row)]


def held_by(connection: Connection, tenant: str, dev: str) -> dict[Key, int]:
    """What a terminal can still promise, by article: the risk in losing it."""
    at = rights.c
    query = select(at.store, at.article, outstanding()).where(at.tenant == tenant, at.dev == dev, outstanding() > 0)
    return {(store, article): int(milli) for store, article, milli in connection.execute(query)}


def take_back(connection: Connection, tenant: str, dev: str) -> dict[Key, int]:
    """Take all rights of a terminal back into the pool and publish it; gives what they were. Only by the rules of reclaim."""
    held: dict[Key, int] = {}
    changes: list[feedlog.Change] = []
    for key in sorted(held_by(connection, tenant, dev)):
        there = read(connection, tenant, dev, key, lock=True)
        milli = there.held_milli
        add_to_level(connection, tenant, dev, key, -milli)
        connection.execute(update(rights).where(mine(tenant, dev, key)).values(serials="[]", keep_milli=NEVER))
        changes += grant_rows(connection, tenant, dev, key)
        changes.append(feedlog.gone(DEVICE, feedlog.own(dev), "reclaim", "|".join(key)))
        held[key] = milli
        # Only what it still held: a piece that it promised to somebody stays that customer's.
        at, left = stock_serials.c, (frozenset(there.serials) | there.spent.got) - there.spent.gone
        mine_ = and_(at.tenant == tenant, at.store == key[0], at.article == key[1], at.holder == dev)
        connection.execute(update(stock_serials).where(mine_, at.serial.in_(numbers_of(left))).values(holder=""))
    feedlog.publish(connection, tenant, changes)
    return held


def write_off_rights(
    connection: Connection, tenant: str, dev: str, who: str, now_ms: int, new_id: Callable[[], str]
) -> dict[Key, int]:
    """A person declares a terminal lost: its rights, and those on their way to it, go back into the pool.

    The risk is exactly what is given back here (thousandths by store and article), if it was not lost after all; it is
    kept in the audit. A promise that such a terminal still sends counts as made.
    """
    held = take_back(connection, tenant, dev)
    at = transfers.c
    connection.execute(update(transfers).where(at.tenant == tenant, at.to_dev == dev, at.sent, ~at.received).values(received=True))
    make_device(connection, tenant, dev)
    mine_ = and_(rights_devices.c.tenant == tenant, rights_devices.c.dev == dev)
    connection.execute(update(rights_devices).where(mine_).values(lost_ms=now_ms))
    detail = {f"{store}|{article}": str(milli) for (store, article), milli in sorted(held.items())}
    staff.note(connection, tenant, who, "rights.written_off", {"dev": dev, **detail}, now_ms, new_id)
    return held


def take_report(connection: Connection, tenant: str, dev: str, said: Mapping[Key, int]) -> None:
    """After a restore: what a terminal says it has left is what it has. The caller has checked seq and cursor against its own."""
    at = rights.c
    known = connection.execute(select(at.store, at.article).where(at.tenant == tenant, at.dev == dev)).all()
    changes: list[feedlog.Change] = []
    for key in sorted({*said, *((row.store, row.article) for row in known)}):
        there = read(connection, tenant, dev, key, lock=True)
        level = there.spent.net + said.get(key, 0)
        if level != there.level_milli:
            add_to_level(connection, tenant, dev, key, level - there.level_milli)
            changes += grant_rows(connection, tenant, dev, key)
    feedlog.publish(connection, tenant, changes)


def restored(connection: Connection, tenant: str, floor: int) -> None:
    """Numbers of grants and leases go on above any that the lost hub can have given.

    How long a lease was made longer after the backup is not known, so none of them ends by itself before it is given anew.
    """
    at = rights_devices.c
    connection.execute(
        update(rights_devices)
        .where(at.tenant == tenant)
        .values(
            grant_no=case((at.grant_no > floor, at.grant_no), else_=floor),
            lease_until_ms=case((at.lease_no > at.leases_over, FOR_EVER_MS), else_=0),
            lease_no=case((at.lease_no > floor, at.lease_no), else_=floor),
        )
    )


def add_demand(connection: Connection, place: tuple[str, str, str], dev: str, day: str, milli: int) -> None:
    """Note that so much was promised or asked for; `place` is (tenant, store, article)."""
    columns = ("tenant", "store", "article", "dev", "day", "quantity_milli")
    upsert_many(connection, stock_demand, columns, [(*place, dev, day, milli)], added=("quantity_milli",))


def count_refusal(connection: Connection, place: tuple[str, str], day: str, was_free: bool) -> None:
    """Count a promise that was refused, and whether enough was free elsewhere; `place` is (tenant, store)."""
    columns = ("tenant", "store", "day", "refused", "free_elsewhere")
    upsert_many(connection, stock_refusals, columns, [(*place, day, 1, int(was_free))], added=columns[3:])


def listed(serials: Iterable[str]) -> str:
    """Serial rights as they are stored."""
    return msgspec.json.encode(list(serials)).decode()


def numbers_of(serial_rights: Iterable[str]) -> list[str]:
    """The pieces' own numbers, in order: a right is spelled `number#no of its grant`."""
    return sorted({one.rpartition("#")[0] for one in serial_rights})


def promised_by(connection: Connection, tenant: str, key: Key, serial: str) -> str:
    """Which terminal promised a piece and has still to hand it over, or nobody: a promise may be heard of before its piece."""
    at = promises.c
    query = select(at.dev, at.serials).where(
        at.tenant == tenant, at.store == key[0], at.article == key[1], at.state == PROMISED, at.serials != "[]"
    )
    return next((row.dev for row in connection.execute(query) if serial in numbers_of(_listed(row.serials))), "")


def _promised_serials(connection: Connection, tenant: str, dev: str, key: Key) -> frozenset[str]:
    """The serial rights in a terminal's promises that are still to be kept."""
    at = promises.c
    query = select(at.serials).where(
        at.tenant == tenant, at.store == key[0], at.article == key[1], at.dev == dev, at.state == PROMISED
    )
    return frozenset(one for text in connection.scalars(query) for one in _listed(text))


def _listed(text: str) -> list[str]:
    return read_json(text, list[str])
