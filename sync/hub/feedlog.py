"""What is offered, in revisions: publish rows, read the log from a cursor, and know the digest at every revision.

A row has an audience: "" is every terminal of the tenant, "*till" its tills, "*till:..." a store's, "*dev:..." one terminal, else
one store.
Because digests add up, the digest of what a terminal sees is the sum of its audiences' digests.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Integer, Select, bindparam, delete, func, select, update

from kiosk.domain.feed import EMPTY_DIGEST, Row, Transaction, moved, row_number
from sync.hub import offerlog
from sync.hub.storage.bulk import insert_many, upsert_many
from sync.hub.storage.database import GIVING, PEERS, TOUCHED
from sync.hub.storage.marks import Giving
from sync.hub.storage.schema import feed_digest, feed_log, feed_now, tenants

# What every poll and push asks is built once: to build such a statement costs more than to run it.
_HEAD = select(tenants.c.rev).where(tenants.c.tenant == bindparam("tenant"))
_FLOOR = select(tenants.c.floor).where(tenants.c.tenant == bindparam("tenant"))
_SPAN = select(tenants.c.floor, tenants.c.rev).where(tenants.c.tenant == bindparam("tenant"))
_SEQUENCER = _HEAD.with_for_update()
_PUBLISHED = update(tenants).where(tenants.c.tenant == bindparam("its_tenant")).values(rev=bindparam("new_rev"))
_ENTITY_NOW = select(feed_now.c.key, feed_now.c.payload).where(
    *(feed_now.c[name] == bindparam(name) for name in ("tenant", "scope", "audience", "entity"))
)
_KEYS_NOW = _ENTITY_NOW.where(feed_now.c.key.in_(bindparam("keys", expanding=True)))
_AFTER = (
    select(feed_log.c.rev, feed_log.c.entity, feed_log.c.key, feed_log.c.payload)
    .where(
        feed_log.c.tenant == bindparam("tenant"), feed_log.c.scope == bindparam("scope"),
        feed_log.c.audience.in_(bindparam("seen", expanding=True)), feed_log.c.rev > bindparam("after"),
    )
    .order_by(feed_log.c.rev, feed_log.c.n)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip


@cache
def _digests(count: int) -> Select[Any]:
    """The digests of so many audiences in one row, each found at once by the end of its own part of the key."""
    at = feed_digest.c
    mine = (at.tenant == bindparam("tenant"), at.scope == bindparam("scope"), at.rev <= bindparam("rev"))
    newest = select(at.digest).where(*mine).order_by(at.rev.desc()).limit(1)
    return select(*(newest.where(at.audience == bindparam(f"audience_{n}")).scalar_subquery() for n in range(count)))


LOG_ROWS_MAX = 20_000
"""A larger change is not logged: a terminal is sooner done with a snapshot than with a log of this size."""

KEYS_PER_QUERY = 400
EVERYWHERE = ""
GIVEN = frozenset({"grant", "peer"})
"""Rows by which the hub gives something out that it must not give twice: rights, and a place with its receipt series."""

TILLS = "*till"  # no store is called that: store ids begin with a letter or digit


class Change(NamedTuple):
    """One row to publish; an empty payload takes it away."""

    scope: str
    audience: str
    entity: str
    key: str
    payload: bytes


def change(scope: str, audience: str, entity: str, key: str, value: object) -> Change:
    """A change that carries one of the domain's values, spelled as JSON once and for all."""
    return Change(scope, audience, entity, key, msgspec.json.encode(value))


def gone(scope: str, audience: str, entity: str, key: str) -> Change:
    """A change that takes a row away."""
    return Change(scope, audience, entity, key, b"")


def audiences(store: str, kind: str, dev: str = "") -> tuple[str, ...]:
    """What a terminal of a store sees. Nobody signs in at a kiosk, so it never gets staff, their PIN hashes, or customers."""
    seen = (EVERYWHERE, store, TILLS, tills_of(store)) if kind == "till" else (EVERYWHERE, store)
    return (*seen, own(dev)) if dev else seen


def tills_of(store: str) -> str:
    """The audience of one store's tills."""
    return f"{TILLS}:{store}"


def own(dev: str) -> str:
    """The audience of one terminal alone."""
    return f"*dev:{dev}"


def hold(connection: Connection, tenant: str) -> int:
    """Let nobody else publish for a tenant until this transaction ends; gives the newest revision.

    The tenant's row is the sequencer: whoever holds it reads what is published, publishes and commits, and only then comes the
    next, on whichever process. Revisions are therefore committed in their order, and a reader that saw one saw all before it.
    """
    return int(connection.scalar(_SEQUENCER, {"tenant": tenant}) or 0)


def next_rev(connection: Connection, tenant: str) -> int:
    """The revision that the next `publish` in this transaction will take; nobody else can take it."""
    return hold(connection, tenant) + 1


def head(connection: Connection, tenant: str) -> int:
    """The tenant's newest revision."""
    return int(connection.scalar(_HEAD, {"tenant": tenant}) or 0)


def floor(connection: Connection, tenant: str) -> int:
    """The revision up to which the log is no longer kept."""
    return int(connection.scalar(_FLOOR, {"tenant": tenant}) or 0)


def span(connection: Connection, tenant: str) -> tuple[int, int]:
    """From which revision on the log is kept, and the newest, both of one instant: where a cursor has to lie."""
    found = connection.execute(_SPAN, {"tenant": tenant}).first()
    return (int(found.floor), int(found.rev)) if found else (0, 0)


def publish(connection: Connection, tenant: str, changes: Iterable[Change]) -> int:
    """Publish what really changes under one new revision; gives the newest revision, the old one when nothing changed."""
    wanted = {item[:4]: item for item in changes}
    if not wanted:
        return head(connection, tenant)
    rev = hold(connection, tenant)
    present = _present(connection, tenant, wanted.keys())
    real = [item for key, item in wanted.items() if item.payload != present.get(key, b"")]
    if not real:
        return rev
    rev += 1
    real.sort()
    _write_now(connection, tenant, rev, real)
    _move_digests(connection, tenant, rev, real, present)
    if len(real) <= LOG_ROWS_MAX:
        rows = [(tenant, item.scope, rev, n, *item[1:]) for n, item in enumerate(real)]
        insert_many(connection, feed_log, _LOG, rows)
        connection.execute(_PUBLISHED, {"its_tenant": tenant, "new_rev": rev})
    else:
        _forget_log(connection, tenant, rev)
    offered = [(item.entity, item.key, item.payload) for item in real if item.entity in offerlog.ENTITIES]
    if offered:
        offerlog.note(connection, tenant, rev, offered)
    touched: set[tuple[str, str, str]] = connection.info[TOUCHED]
    touched.update((tenant, item.scope, item.audience) for item in real)
    if any(item.entity == "peer" for item in real):
        touched.add((tenant, PEERS, EVERYWHERE))
    if any(item.entity in GIVEN for item in real):
        _leaves(connection, tenant, rev)
    return rev


def give_out(connection: Connection, tenant: str) -> None:
    """Count a revision of its own for what leaves the hub without a row: a reservation, a lease. The last thing in a transaction.

    So it is noted outside of the database too, and the cursor of any terminal that polls later testifies to it. Raises
    HubProblem `hub.doubtful` when the database is behind what this process saw of it.
    """
    rev = hold(connection, tenant)
    giving: Giving = connection.info[GIVING]
    giving.require_ahead(tenant, rev)
    connection.execute(_PUBLISHED, {"its_tenant": tenant, "new_rev": rev + 1})
    _leaves(connection, tenant, rev + 1)


def _leaves(connection: Connection, tenant: str, rev: int) -> None:
    giving: Giving = connection.info[GIVING]
    giving.out[tenant] = rev


def read_log(
    connection: Connection, tenant: str, scope: str, seen: Sequence[str], after: int, limit: int
) -> tuple[list[Transaction], bool]:
    """Whole transactions after a revision, about `limit` rows of them (at least one), and whether there are more."""
    asked = {"tenant": tenant, "scope": scope, "seen": list(seen), "after": after, "most": limit + 1}
    found = connection.execute(_AFTER, asked).all()
    if len(found) <= limit:
        return _transactions(found), False
    last, log = found[-1].rev, feed_log.c
    if found[0].rev != last:  # the last one may be cut: leave it for the next reply
        return _transactions([row for row in found if row.rev != last]), True
    mine = (log.tenant == tenant) & (log.scope == scope) & log.audience.in_(seen)
    whole = connection.execute(
        select(log.rev, log.entity, log.key, log.payload).where(mine, log.rev == last).order_by(log.n)
    ).all()
    return _transactions(whole), last < _last_rev(connection, tenant, scope, seen)


def digest_at(connection: Connection, tenant: str, scope: str, seen: Sequence[str], rev: int) -> bytes:
    """The digest, as of a revision, of all rows that a terminal with these audiences sees."""
    asked = {f"audience_{n}": audience for n, audience in enumerate(seen)}
    parts = connection.execute(_digests(len(seen)), {"tenant": tenant, "scope": scope, "rev": rev, **asked}).one()
    total = EMPTY_DIGEST
    for part in parts:
        total = moved(total, int.from_bytes(part or EMPTY_DIGEST))
    return total


def part_digest(connection: Connection, tenant: str, scope: str, audience: str, rev: int) -> bytes:
    """The digest of one audience's rows as of a revision."""
    return digest_at(connection, tenant, scope, (audience,), rev)


def row_now(connection: Connection, tenant: str, scope: str, audience: str, entity: str, key: str) -> bytes:
    """A row's payload as it stands; empty when it is not there."""
    return _present(connection, tenant, [(scope, audience, entity, key)]).get((scope, audience, entity, key), b"")


def payloads_now(connection: Connection, tenant: str, changes: Iterable[Change]) -> dict[tuple[str, str, str, str], bytes]:
    """What stands now where these changes would go, by scope, audience, entity and key; nothing where nothing stands."""
    return _present(connection, tenant, [change[:4] for change in changes])


def rows_now(
    connection: Connection, tenant: str, scope: str, entity: str, of: str = ""
) -> list[tuple[str, str, bytes]]:
    """All rows of an entity as they stand, or those whose key is `of|...`: (audience, key, payload)."""
    now = feed_now.c
    query = select(now.audience, now.key, now.payload).where(
        now.tenant == tenant, now.scope == scope, now.entity == entity
    )
    if of:  # the sign after | ends the range of keys that begin so; the audience keeps the index in use
        query = query.where(now.audience == EVERYWHERE, now.key > f"{of}|", now.key < f"{of}}}")
    return [(audience, key, payload) for audience, key, payload in connection.execute(query)]


def scrub(connection: Connection, tenant: str, scope: str, entity: str, keys: Collection[tuple[str, str]]) -> None:
    """Take what rows, by (audience, key), once said out of the log; who has them already is told by their last row that they go.

    The digests in between are those of a log in which the rows never stood: so whoever catches up from before agrees with them,
    and whoever has a row loses its number with it. Only after the rows themselves were published as gone.
    """
    log, revs = feed_log.c, dict[tuple[str, str], list[tuple[int, bytes]]]()
    mine = (log.tenant == tenant) & (log.scope == scope) & (log.entity == entity)
    query = select(log.audience, log.key, log.rev, log.payload).where(mine, log.audience.in_(sorted({one for one, _ in keys})))
    for audience, key, rev, payload in connection.execute(query.order_by(log.rev)):
        if (audience, key) in keys:
            revs.setdefault((audience, key), []).append((rev, bytes(payload)))
    for (audience, key), said in revs.items():
        of = mine & (log.audience == audience) & (log.key == key)
        connection.execute(update(feed_log).where(of).values(payload=b""))
        for (rev, payload), (until, _) in pairwise(said):
            if payload:
                _lower_digests(connection, (tenant, scope, audience), range(rev, until), row_number(Row(entity, key, payload)))


def _lower_digests(connection: Connection, part: tuple[str, str, str], revs: range, number: int) -> None:
    """Take a row's number out of the digests that held in these revisions."""
    at = feed_digest.c
    mine = (at.tenant == part[0]) & (at.scope == part[1]) & (at.audience == part[2])
    within = connection.execute(select(at.rev, at.digest).where(mine, at.rev >= revs.start, at.rev < revs.stop)).all()
    for rev, digest in within:
        connection.execute(update(feed_digest).where(mine, at.rev == rev).values(digest=moved(bytes(digest), 0, number)))


def _last_rev(connection: Connection, tenant: str, scope: str, seen: Sequence[str]) -> int:
    log = feed_log.c
    mine = (log.tenant == tenant) & (log.scope == scope) & log.audience.in_(seen)
    return int(connection.scalar(select(func.max(log.rev)).where(mine)) or 0)


def _transactions(found: Sequence[Any]) -> list[Transaction]:
    grouped: list[Transaction] = []
    for rev, entity, key, payload in found:
        if not grouped or grouped[-1].rev != rev:
            grouped.append(Transaction(rev, []))
        grouped[-1].rows.append(Row(entity, key, payload))
    return grouped


_Key = tuple[str, str, str, str]


def _present(connection: Connection, tenant: str, keys: Iterable[_Key]) -> dict[_Key, bytes]:
    """The payloads that stand under these keys; by whole entities where there are many, else key by key."""
    by_entity: dict[tuple[str, str, str], list[str]] = {}
    for scope, audience, entity, key in keys:
        by_entity.setdefault((scope, audience, entity), []).append(key)
    present: dict[_Key, bytes] = {}
    for (scope, audience, entity), wanted in by_entity.items():
        of = {"tenant": tenant, "scope": scope, "audience": audience, "entity": entity}
        if len(wanted) > 10 * KEYS_PER_QUERY:
            found = list(connection.execute(_ENTITY_NOW, of))
        else:
            parts = (wanted[start : start + KEYS_PER_QUERY] for start in range(0, len(wanted), KEYS_PER_QUERY))
            found = [row for part in parts for row in connection.execute(_KEYS_NOW, {**of, "keys": part})]
        present.update(((scope, audience, entity, key), payload) for key, payload in found)
    return present


_NOW = ("tenant", "scope", "audience", "entity", "key", "payload", "rev")
_LOG = ("tenant", "scope", "rev", "n", "audience", "entity", "key", "payload")
_DIGEST = ("tenant", "scope", "audience", "rev", "digest")


def _write_now(connection: Connection, tenant: str, rev: int, real: Sequence[Change]) -> None:
    upsert_many(connection, feed_now, _NOW, [(tenant, *item, rev) for item in real if item.payload])
    now = feed_now.c
    for item in real:
        if not item.payload:
            connection.execute(
                delete(feed_now).where(
                    now.tenant == tenant, now.scope == item.scope, now.audience == item.audience,
                    now.entity == item.entity, now.key == item.key,
                )
            )  # fmt: skip


def _move_digests(
    connection: Connection, tenant: str, rev: int, real: Sequence[Change], present: dict[_Key, bytes]
) -> None:
    sums: dict[tuple[str, str], int] = {}
    for scope, audience, entity, key, payload in real:
        difference = row_number(Row(entity, key, payload))
        before = present.get((scope, audience, entity, key))
        if before:
            difference -= row_number(Row(entity, key, before))
        sums[scope, audience] = sums.get((scope, audience), 0) + difference
    rows = [
        (tenant, scope, audience, rev, moved(part_digest(connection, tenant, scope, audience, rev - 1), difference))
        for (scope, audience), difference in sums.items()
    ]
    insert_many(connection, feed_digest, _DIGEST, rows)


def _forget_log(connection: Connection, tenant: str, rev: int) -> None:
    connection.execute(delete(feed_log).where(feed_log.c.tenant == tenant))
    connection.execute(update(tenants).where(tenants.c.tenant == tenant).values(rev=rev, floor=rev))
