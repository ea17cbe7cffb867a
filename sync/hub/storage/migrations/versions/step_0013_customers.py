"""Customers by number and telephone. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; before this step no customer had more than a card's number."""
    op.create_table(
        "customers",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("number", sa.String(), primary_key=True, nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("stores", sa.Text(), nullable=False),
    )
    op.create_index("customers_by_phone", "customers", ["tenant", "phone"])
