"""Counts whose lines say themselves when they were counted; losses by reason. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TEXTS = ("reason", "why", "day", "employee", "approved_by", "note")


def upgrade() -> None:
    """Add the column and make the table; before this step a count was one window of time, and nobody said why goods went."""
    op.add_column("counts", sa.Column("last_seq", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "stock_losses",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("store", sa.String(), primary_key=True, nullable=False),
        sa.Column("dev", sa.String(), primary_key=True, nullable=False),
        sa.Column("inc", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), primary_key=True, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXTS),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
    )
    op.create_index("stock_losses_by_day", "stock_losses", ["tenant", "store", "day"])
