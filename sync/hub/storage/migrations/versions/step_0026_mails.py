"""Mails about orders that wait to be sent. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; of what happened before this step nobody is written to."""
    op.create_table(
        "mails", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False), sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False), sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False), sa.Column("next_ms", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False), sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )  # fmt: skip
    op.create_index("mails_by_turn", "mails", ["tenant", "state", "next_ms"])
