"""Reservations that were put back after a restore and wait to be looked at. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nothing is in it until a hub was restored."""
    op.create_table(
        "put_back",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("store", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
