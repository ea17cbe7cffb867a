"""Business days that were consolidated, and what came after. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _name(*columns: str) -> list["sa.Column[str]"]:
    return [sa.Column(column, sa.String(), primary_key=True, nullable=False) for column in columns]


def upgrade() -> None:
    """Make the tables; no day was consolidated before there was such a thing."""
    op.create_table(
        "consolidated_days", *_name("tenant", "store", "day"),
        sa.Column("at_ms", sa.BigInteger(), nullable=False), sa.Column("who", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "day_supplements", *_name("tenant", "store", "day"), sa.Column("n", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False), sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False), sa.Column("state", sa.Text(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
    )  # fmt: skip
