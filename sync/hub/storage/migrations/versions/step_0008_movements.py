"""Movements in the order of their articles, in one tree instead of two. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = "tenant, store, article, at_ms, dev, inc, seq, n, quantity_milli, reason"


def upgrade() -> None:
    """Bring every row over to a table with the new key; the old one goes with its index when all are there."""
    op.create_table(
        "stock_movements_new",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("store", sa.String(), primary_key=True, nullable=False),
        sa.Column("article", sa.String(), primary_key=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), primary_key=True, nullable=False),
        sa.Column("dev", sa.String(), primary_key=True, nullable=False),
        sa.Column("inc", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), primary_key=True, nullable=False),
        sa.Column("n", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )
    key = "tenant, store, article, at_ms, dev, inc, seq, n"
    op.execute(f"INSERT INTO stock_movements_new ({_COLUMNS}) SELECT {_COLUMNS} FROM stock_movements ORDER BY {key}")
    op.drop_table("stock_movements")
    op.rename_table("stock_movements_new", "stock_movements")
    own = sa.text("dev = ''")
    op.create_index("stock_movements_of_hub", "stock_movements", ["tenant", "store", "seq"], sqlite_where=own, postgresql_where=own)
