"""What is to come to stores, and what came. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TEXTS = ("notice", "supplier", "day", "terminal", "employee")
_COUNTS = ("short", "over", "damaged", "unknown")


def upgrade() -> None:
    """Make the tables; before this step nobody said what was to come."""
    op.create_table(
        "notices",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("number", sa.String(), primary_key=True, nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "deliveries",
        *(sa.Column(name, sa.String(), primary_key=True, nullable=False) for name in ("tenant", "store", "dev")),
        sa.Column("inc", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), primary_key=True, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXTS),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
    )
    op.create_index("deliveries_by_notice", "deliveries", ["tenant", "notice"])
    op.create_index("deliveries_by_day", "deliveries", ["tenant", "store", "day"])
