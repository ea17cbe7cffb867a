"""What came back of each receipt. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; before this step nothing could come back."""
    op.create_table(
        "returned_lines",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("receipt", sa.String(), primary_key=True, nullable=False),
        sa.Column("line", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("dev", sa.String(), primary_key=True, nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("sold_milli", sa.BigInteger(), nullable=False),
    )
