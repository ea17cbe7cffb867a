"""What is also kept off this machine: a backup that was verified, or a standby that confirms, lets terminals prune below it."""

from sqlalchemy import Connection, select, update

from sync.hub.storage.schema import terminals

Positions = dict[tuple[str, str, str, int], int]
"""The next number of every terminal, by (tenant, store, dev, inc)."""


def positions(connection: Connection) -> Positions:
    """How far every terminal's facts are stored; taken in the transaction that the backup is a copy of, or before it."""
    mine = terminals.c
    query = select(mine.tenant, mine.store, mine.dev, mine.inc, mine.next_seq)
    return {(row.tenant, row.store, row.dev, row.inc): row.next_seq for row in connection.execute(query)}


def mark(connection: Connection, kept: Positions) -> None:
    """Say that all facts up to these positions are kept elsewhere too. A mark only moves forward."""
    mine = terminals.c
    for (tenant, store, dev, inc), next_seq in sorted(kept.items()):
        connection.execute(
            update(terminals)
            .where(mine.tenant == tenant, mine.store == store, mine.dev == dev, mine.inc == inc, mine.durable_seq < next_seq - 1)
            .values(durable_seq=next_seq - 1)
        )
