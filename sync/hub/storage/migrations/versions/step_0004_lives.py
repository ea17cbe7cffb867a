"""The lives of terminals and hubs: copies, restores, losses, moves. Frozen: a later change of the schema is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables; what is there already had quiet lives and needs no rows."""
    op.create_table(
        "hub_states",
        sa.Column("tenant", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("opened_ms", sa.BigInteger, nullable=False),
        sa.Column("doubt", sa.Text, nullable=False),
        sa.Column("doubted_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "lives",
        sa.Column("tenant", sa.String, primary_key=True),
        sa.Column("store", sa.String, primary_key=True),
        sa.Column("dev", sa.String, primary_key=True),
        sa.Column("inc", sa.Integer, primary_key=True),
        sa.Column("ended", sa.String, nullable=False),
        sa.Column("ended_ms", sa.BigInteger, nullable=False),
        sa.Column("supersedes", sa.String, nullable=False),
        sa.Column("readmitted_ms", sa.BigInteger, nullable=False),
        sa.Column("reported_epoch", sa.BigInteger, nullable=False),
        sa.Column("report", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "backup_keys",
        sa.Column("tenant", sa.String, primary_key=True),
        sa.Column("store", sa.String, primary_key=True),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
    )
