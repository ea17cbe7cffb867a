"""Lost sales, added up. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; before this step nobody wrote down what was not sold."""
    keys = ("tenant", "store", "day", "article", "reason", "wanted", "currency")
    sums = ("times", "quantity_milli", "worth_minor")
    op.create_table(
        "lost_sales",
        *(sa.Column(name, sa.String(), primary_key=True, nullable=False) for name in keys),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in sums),
    )
