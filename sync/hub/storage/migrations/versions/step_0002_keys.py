"""Keys led by tenant and store, and what several processes on one database share. Frozen: a later change is a step of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "text": sa.String,
    "long": sa.Text,
    "int": sa.Integer,
    "big": sa.BigInteger,
    "flag": sa.Boolean,
    "blob": sa.LargeBinary,
}


def upgrade() -> None:
    """Give seven tables their new keys with every row kept, and make three that are new."""
    for index in ("terminals_by_place", "facts_by_day", "held_by_day"):
        op.drop_index(index)
    _terminals()
    _facts()
    _others()
    _make("blobs", "kind:text sha256:text", "at_ms:big data:blob")
    _make("projections", "tenant:text store:text dev:text inc:int", "next_seq:big")
    # Until now every fact was interpreted in the transaction that stored it.
    op.execute(
        "INSERT INTO projections (tenant, store, dev, inc, next_seq) SELECT tenant, store, dev, inc, next_seq FROM terminals"
    )


def _terminals() -> None:
    _rekey(
        "terminals",
        "tenant:text store:text dev:text inc:int",
        "terminal:text kind:text series:int public_key:blob certificate:blob signature:blob enrolled_ms:big revoked_ms:big "
        "next_seq:big head:blob durable_seq:big forked:flag last_seen_ms:big",
    )
    # Not named again: PostgreSQL gives the old table's constraint away only with the table.
    with op.batch_alter_table("terminals") as batch:
        batch.create_unique_constraint("a_receipt_series_is_never_reused", ["tenant", "store", "terminal", "series"])
    op.create_index("terminals_by_place", "terminals", ["tenant", "store", "terminal"])
    op.create_index("terminals_by_dev", "terminals", ["dev"])


def _facts() -> None:
    _rekey(
        "facts",
        "tenant:text store:text dev:text inc:int seq:big",
        "hash:blob data:blob signature:blob received_ms:big day:text kind:text",
    )
    op.create_index("facts_by_day", "facts", ["tenant", "store", "day"])
    _rekey("held", "tenant:text store:text dev:text inc:int seq:big", "reason:text since_ms:big day:text")
    op.create_index("held_by_day", "held", ["tenant", "store", "day"])
    _rekey(
        "forks",
        "tenant:text store:text dev:text inc:int seq:big hash:blob",
        "data:blob signature:blob received_ms:big",
        # A fork did not say whose it was; its terminal does.
        "SELECT terminals.tenant, terminals.store, forks.dev, forks.inc, forks.seq, forks.hash, forks.data, forks.signature, "
        "forks.received_ms FROM forks JOIN terminals ON terminals.dev = forks.dev AND terminals.inc = forks.inc",
    )


def _others() -> None:
    _rekey(
        "stock_movements",
        "tenant:text store:text dev:text inc:int seq:big n:int",
        "article:text quantity_milli:big reason:text at_ms:big",
        clustered=True,
    )
    _rekey("tasks", "tenant:text store:text id:text", "kind:text detail:long at_ms:big done_ms:big")
    _rekey("audit", "tenant:text id:text", "at_ms:big who:text what:text detail:long")


def _rekey(name: str, keys: str, others: str, rows: str = "", clustered: bool = False) -> None:
    """Make a table anew under other keys and bring its rows over; the old one goes only when all are there."""
    _make(f"{name}_new", keys, others, clustered)
    columns = ", ".join(word.partition(":")[0] for word in [*keys.split(), *others.split()])
    op.execute(f"INSERT INTO {name}_new ({columns}) {rows or f'SELECT {columns} FROM {name}'}")
    op.drop_table(name)
    op.rename_table(f"{name}_new", name)


def _make(name: str, keys: str, others: str, clustered: bool = False) -> None:
    """Make a table from `column:type` words; a clustered one is kept in the order of its key."""
    key = [_column(word, primary_key=True) for word in keys.split()]
    op.create_table(name, *key, *(_column(word) for word in others.split()), sqlite_with_rowid=not clustered)


def _column(word: str, primary_key: bool = False) -> sa.Column[Any]:
    name, _, kind = word.partition(":")
    return sa.Column(name, _TYPES[kind](), primary_key=primary_key, nullable=False)
