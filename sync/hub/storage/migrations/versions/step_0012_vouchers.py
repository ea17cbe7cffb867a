"""Gift cards and store credit as accounts. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _name(*columns: str) -> list["sa.Column[str]"]:
    return [sa.Column(column, sa.String(), primary_key=True, nullable=False) for column in columns]


def _text(column: str) -> "sa.Column[str]":
    return sa.Column(column, sa.String(), nullable=False)


def _count(column: str) -> "sa.Column[int]":
    return sa.Column(column, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    """Make the tables; before this step no card was sold with its number, and no credit had one of ours."""
    op.create_table(
        "voucher_accounts", *_name("tenant", "kind", "code"), _text("brand"), _text("currency"),
        sa.Column("until_ms", sa.BigInteger(), nullable=True), *map(_count, ("loaded_minor", "spent_minor", "turn")),
        _text("task"),
    )  # fmt: skip
    op.create_table(
        "voucher_parts", *_name("tenant", "kind", "code", "dev", "store"), *map(_count, ("loaded_minor", "spent_minor")),
    )  # fmt: skip
