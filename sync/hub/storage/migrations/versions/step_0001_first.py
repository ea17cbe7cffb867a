"""The first tables. Frozen: a later change of the schema is a step of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
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
    """Make every table."""
    _places()
    _facts()
    _feed()
    _projections()
    _others()


def _places() -> None:
    """Who there is: tenants, stores, codes and terminals."""
    _table(
        "meta",
        "name:text",
        "value:long",
    )
    _table(
        "tenants",
        "tenant:text",
        "rev:big floor:big",
    )
    _table(
        "stores",
        "tenant:text store:text",
        "place:long",
    )
    _table(
        "enrol_codes",
        "code_hash:blob",
        "tenant:text store:text terminal:text kind:text expires_ms:big used_ms:big dev:text",
    )
    _table(
        "terminals",
        "dev:text inc:int",
        "tenant:text store:text terminal:text kind:text series:int public_key:blob "
        "certificate:blob signature:blob enrolled_ms:big revoked_ms:big next_seq:big "
        "head:blob durable_seq:big forked:flag last_seen_ms:big",
        sa.UniqueConstraint(
            "tenant", "store", "terminal", "series", name="a_receipt_series_is_never_reused"
        ),
    )
    op.create_index("terminals_by_place", "terminals", ["tenant", "store", "terminal"])


def _facts() -> None:
    """What happened, as it came."""
    _table(
        "facts",
        "dev:text inc:int seq:big",
        "hash:blob data:blob signature:blob received_ms:big tenant:text store:text day:text "
        "kind:text",
    )
    op.create_index("facts_by_day", "facts", ["tenant", "store", "day"])
    _table(
        "forks",
        "dev:text inc:int seq:big hash:blob",
        "data:blob signature:blob received_ms:big",
    )
    _table(
        "held",
        "dev:text inc:int seq:big",
        "reason:text since_ms:big tenant:text store:text day:text",
    )
    op.create_index("held_by_day", "held", ["tenant", "store", "day"])


def _feed() -> None:
    """What is offered, as log and as it stands now."""
    _table(
        "feed_log",
        "tenant:text scope:text rev:big n:int",
        "audience:text entity:text key:text payload:blob",
        clustered=True,
    )
    _table(
        "feed_now",
        "tenant:text scope:text audience:text entity:text key:text",
        "payload:blob rev:big",
        clustered=True,
    )
    _table(
        "feed_digest",
        "tenant:text scope:text audience:text rev:big",
        "digest:blob",
    )
    _table(
        "snapshots",
        "tenant:text scope:text",
        "rev:big made_ms:big parts:long",
    )


def _projections() -> None:
    """What follows from the facts."""
    _table(
        "stock_movements",
        "tenant:text dev:text inc:int seq:big n:int",
        "store:text article:text quantity_milli:big reason:text at_ms:big",
        clustered=True,
    )
    _table(
        "stock",
        "tenant:text store:text article:text",
        "on_hand_milli:big as_of_ms:big",
        clustered=True,
    )
    _table(
        "day_totals",
        "tenant:text store:text day:text terminal:text",
        "state:long",
    )
    _table(
        "ticket_uses",
        "tenant:text store:text ticket:text",
        "dev:text inc:int seq:big receipt:text",
    )
    _table(
        "tasks",
        "id:text",
        "tenant:text store:text kind:text detail:long at_ms:big done_ms:big",
    )


def _others() -> None:
    """What was done at the hub, answered once, and asked for help."""
    _table(
        "audit",
        "id:text",
        "tenant:text at_ms:big who:text what:text detail:long",
    )
    _table(
        "idempotency",
        "route:text key:text",
        "fingerprint:blob reply:blob at_ms:big",
    )
    _table(
        "help_calls",
        "tenant:text store:text id:text",
        "dev:text at_ms:big call:blob",
    )


def _table(name: str, keys: str, others: str, *more: sa.Constraint, clustered: bool = False) -> None:
    """Make a table from `column:type` words; a clustered one is kept in the order of its key."""
    key = [_column(word, primary_key=True) for word in keys.split()]
    rest = [_column(word) for word in others.split()]
    op.create_table(name, *key, *rest, *more, sqlite_with_rowid=not clustered)


def _column(word: str, primary_key: bool = False) -> sa.Column[Any]:
    name, _, kind = word.partition(":")
    return sa.Column(name, _TYPES[kind](), primary_key=primary_key, nullable=False)
