"""Money that web shops are asked to give back, and announced returns. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; before this step no till gave money back to a payment of a web shop."""
    op.create_table(
        "web_refunds", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False), sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False), sa.Column("brand", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False), sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False), sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False), sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False), sa.Column("settled_ms", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False), sa.Column("told", sa.Boolean(), nullable=False),
    )  # fmt: skip
    op.create_index("web_refunds_by_state", "web_refunds", ["tenant", "brand", "state", "asked_ms"])
    op.create_index("web_refunds_untold", "web_refunds", ["tenant", "told"])
    op.create_table(
        "announced_returns", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("number", sa.String(), primary_key=True, nullable=False), sa.Column("brand", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False), sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False), sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False), sa.Column("task", sa.String(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False), sa.Column("received_at", sa.String(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
    )  # fmt: skip
    op.create_index("announced_returns_untold", "announced_returns", ["tenant", "told"])
