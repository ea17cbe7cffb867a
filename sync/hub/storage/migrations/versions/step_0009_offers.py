"""What was offered at each revision, and sales that are computed again. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _name(*columns: str) -> list["sa.Column[str]"]:
    return [sa.Column(column, sa.String(), primary_key=True, nullable=False) for column in columns]


def upgrade() -> None:
    """Make the tables. The log begins with the prices that stand; sales that are there already are not computed again."""
    op.create_table(
        "offer_log", *_name("tenant", "entity", "key"),
        sa.Column("rev", sa.BigInteger(), primary_key=True, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False), sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("offer_log_by_rev", "offer_log", ["tenant", "rev"])
    op.create_table(
        "price_checks", *_name("tenant", "store", "dev"), sa.Column("inc", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "price_days", *_name("tenant", "store", "day"),
        *(sa.Column(column, sa.BigInteger(), nullable=False) for column in ("sales", "unknown", "differing")),
    )  # fmt: skip
    op.create_table(
        "price_differences", *_name("tenant", "store", "dev"), sa.Column("inc", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), primary_key=True, nullable=False),
        *(sa.Column(column, sa.String(), nullable=False) for column in ("day", "receipt", "terminal")),
        *(sa.Column(column, sa.BigInteger(), nullable=False) for column in ("said_minor", "found_minor")),
        sa.Column("detail", sa.Text(), nullable=False), sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.execute(
        "INSERT INTO offer_log (tenant, entity, key, rev, payload)"
        " SELECT tenant, entity, key, rev, payload FROM feed_now WHERE scope = 'catalog' AND entity = 'price'"
    )
    op.execute(
        "INSERT INTO price_checks (tenant, store, dev, inc, next_seq) SELECT tenant, store, dev, inc, next_seq FROM terminals"
    )
