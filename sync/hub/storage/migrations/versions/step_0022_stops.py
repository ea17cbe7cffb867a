"""Sales stops, what they keep from being promised, and what stores answered. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; before this step nothing was stopped."""
    op.create_table(
        "sales_stops",
        *(sa.Column(name, sa.String(), primary_key=True, nullable=False) for name in ("tenant", "id")),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at_ms", "rev", "lifted_ms")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("lifted_by", "note")),
    )
    op.create_index("sales_stops_in_force", "sales_stops", ["tenant", "lifted_ms"])
    op.create_table(
        "stopped_goods",
        *(sa.Column(name, sa.String(), primary_key=True, nullable=False) for name in ("tenant", "article", "store", "stop")),
    )
    op.create_table(
        "stop_answers",
        *(sa.Column(name, sa.String(), primary_key=True, nullable=False) for name in ("tenant", "stop", "store", "dev")),
        sa.Column("inc", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), primary_key=True, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("answer", "day")),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("terminal", "employee")),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
    )
