"""Budgets of promotions. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; before this step no sale was priced under a budget."""
    op.create_table(
        "budgets",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("promotion", sa.String(), primary_key=True, nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "budget_parts",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("promotion", sa.String(), primary_key=True, nullable=False),
        sa.Column("store", sa.String(), primary_key=True, nullable=False),
        sa.Column("dev", sa.String(), primary_key=True, nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
    )
    op.create_index("budget_parts_waiting", "budget_parts", ["tenant", "promotion", "waiting"])
