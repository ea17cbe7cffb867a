"""Streets by postcode. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "streets", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("country", sa.String(), primary_key=True, nullable=False),
        sa.Column("postcode", sa.String(), primary_key=True, nullable=False),
        sa.Column("first", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("side", sa.String(), primary_key=True, nullable=False), sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(), nullable=False), sa.Column("city", sa.String(), nullable=False),
    )  # fmt: skip
