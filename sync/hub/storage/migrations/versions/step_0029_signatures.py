"""What was signed for, taken in place of goods, and said of orders. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. Nobody signed on a screen before; what was said of orders was told to the tills and not kept."""
    op.create_table(
        "order_signatures", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("order_id", sa.String(), primary_key=True, nullable=False),
        sa.Column("mark", sa.String(), primary_key=True, nullable=False),
        sa.Column("strokes", sa.Text(), nullable=False), sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "order_swaps", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("order_id", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False), sa.Column("body", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "order_said", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("order_id", sa.String(), primary_key=True, nullable=False),
        sa.Column("what", sa.String(), primary_key=True, nullable=False), sa.Column("body", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )  # fmt: skip
