"""Roles and the second factor of the office's users. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. Whoever is signed in does so again, with a second factor."""
    op.create_table(
        "office_roles", sa.Column("name", sa.String(), primary_key=True, nullable=False),
        sa.Column("role", sa.String(), nullable=False), sa.Column("stores", sa.Text(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "office_factors", sa.Column("name", sa.String(), primary_key=True, nullable=False),
        sa.Column("salt", sa.String(), nullable=False), sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("used_step", sa.BigInteger(), nullable=False), sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "office_recovery", sa.Column("name", sa.String(), primary_key=True, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), primary_key=True, nullable=False),
    )  # fmt: skip
    op.create_table(
        "office_halves", sa.Column("token_hash", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False), sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False), sa.Column("until_ms", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_index("office_halves_by_end", "office_halves", ["until_ms"])
    op.execute("DELETE FROM office_sessions")
