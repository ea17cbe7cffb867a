"""Held facts, what is done about them, how ready each terminal is. Frozen: a later change of the schema is a step of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
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
    """Make the tables of what is held and of who looks after it."""
    _table("held_keys", "tenant:text key:text dev:text inc:int seq:big", "")
    _table(
        "overrides", "tenant:text store:text dev:text inc:int seq:big",
        "accepted:flag patch:long who:text note:long at_ms:big",
    )  # fmt: skip
    _table(
        "written_off", "tenant:text store:text subject:text",
        "reason:text since_ms:big day:text who:text note:long at_ms:big",
    )  # fmt: skip
    _table("dead_letters", "tenant:text store:text dev:text sha256:blob", "terminal:text seq:big size:big at_ms:big")
    _table("terminal_states", "tenant:text store:text dev:text inc:int", "heard_ms:big state:blob")
    _table("office_users", "name:text", "password_hash:text active:flag added_ms:big")
    _table("office_sessions", "token_hash:blob", "name:text csrf:text language:text seen_ms:big until_ms:big")
    op.create_index("held_keys_by_fact", "held_keys", ["tenant", "dev", "inc", "seq"])


def _table(name: str, key: str, columns: str) -> None:
    """Make a table from `name:type` lists; nothing may be missing in it."""
    parts = [_column(text, key=True) for text in key.split()]
    parts += [_column(text, key=False) for text in columns.split()]
    op.create_table(name, *parts)


def _column(text: str, key: bool) -> sa.Column[Any]:
    name, _, kind = text.partition(":")
    return sa.Column(name, _TYPES[kind](), primary_key=key, nullable=False)
