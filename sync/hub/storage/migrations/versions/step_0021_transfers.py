"""What came of a delivery, line by line. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of deliveries before this step nothing is left to be compared, for there were no transfers."""
    empty = '{"lines":[],"unknown":[]}'
    op.add_column("deliveries", sa.Column("payload", sa.Text(), nullable=False, server_default=empty))
