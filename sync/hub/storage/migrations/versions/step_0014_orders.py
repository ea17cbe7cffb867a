"""Orders at the hub. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _name(*columns: str) -> list["sa.Column[str]"]:
    return [sa.Column(column, sa.String(), primary_key=True, nullable=False) for column in columns]


def _texts(*columns: str) -> list["sa.Column[str]"]:
    return [sa.Column(column, sa.String(), nullable=False) for column in columns]


def _long(*columns: str) -> list["sa.Column[str]"]:
    return [sa.Column(column, sa.Text(), nullable=False) for column in columns]


def _count(column: str, key: bool = False) -> "sa.Column[int]":
    return sa.Column(column, sa.BigInteger(), primary_key=key, nullable=False)


def _flag(column: str) -> "sa.Column[bool]":
    return sa.Column(column, sa.Boolean(), nullable=False)


def upgrade() -> None:
    """Make the tables. Facts about orders that came before this step were held, and are tried again at the start."""
    op.create_table(
        "orders", *_name("tenant", "id"), *_texts("number", "code", "brand", "channel", "store", "customer"),
        _count("placed_ms"), _flag("is_open"), *_texts("shown"), _count("closed_ms"), _count("look_ms"), _flag("stuck"),
        *_long("body", "placed_by", "plan"),
    )  # fmt: skip
    for table in ("order_events", "order_payments"):
        op.create_table(table, *_name("tenant", "order_id", "id"), *_long("body"), sqlite_with_rowid=False)
    op.create_table("order_stores", *_name("tenant", "store", "order_id"), sqlite_with_rowid=False)
    op.create_table(
        "order_goods", *_name("tenant", "order_id", "store"), _count("line", key=True), _count("fence", key=True),
        _count("moved_milli"), sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "order_addresses", *_name("tenant", "key"), *_texts("order_id"), *_long("body"), *_texts("name_folded"), _count("at_ms"),
    )  # fmt: skip
    op.create_index("orders_by_number", "orders", ["tenant", "number"])
    op.create_index("orders_by_code", "orders", ["tenant", "code"])
    op.create_index("orders_by_look", "orders", ["tenant", "look_ms"])
    op.create_index("orders_by_time", "orders", ["tenant", "is_open", "placed_ms"])
    op.create_index("order_stores_by_order", "order_stores", ["tenant", "order_id"])
    op.create_index("order_addresses_by_order", "order_addresses", ["tenant", "order_id"])
    op.create_index("order_addresses_by_name", "order_addresses", ["tenant", "name_folded"])
