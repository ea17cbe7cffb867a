"""What a single-purpose voucher is good for. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was an account before this step is good for everything."""
    op.add_column("voucher_accounts", sa.Column("good_for", sa.String(), nullable=False, server_default=""))
