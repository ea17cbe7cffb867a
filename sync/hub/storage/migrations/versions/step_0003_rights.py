"""Stock classes, counts, grants and reservations. Frozen: a later change of the schema is a step of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "text": sa.String,
    "long": sa.Text,
    "int": sa.Integer,
    "big": sa.BigInteger,
    "flag": sa.Boolean,
    "blob": sa.LargeBinary,
}


def upgrade() -> None:
    """Make the tables of counted, granted, promised and reserved goods; movements are found by their article from now on."""
    article = "tenant:text store:text article:text"
    named = "dev:text inc:int seq:big"
    _table("counts", f"{article} {named}", "n:int quantity_milli:big from_ms:big to_ms:big frontier:long")
    _table("unclear_movements", f"{article} {named} n:int", "counted:text decided:text who:text task:text")
    _table(
        "rights",
        f"{article} dev:text",
        "level_milli:big used_milli:big returned_milli:big transferred_milli:big received_milli:big grant_no:big "
        "serials:long gone:long got:long keep_milli:big",
    )
    _table(
        "rights_devices",
        "tenant:text dev:text",
        "grant_no:big lease_no:big lease_until_ms:big leases_over:big lost_ms:big",
    )
    _table(
        "promises",
        "tenant:text store:text id:text",
        "article:text quantity_milli:big reason:text serials:long dev:text over_right:flag lease:big state:text at_ms:big",
    )
    _table(
        "transfers",
        "tenant:text store:text id:text",
        "article:text quantity_milli:big from_dev:text to_dev:text sent:flag received:flag",
    )
    _table(
        "reservations",
        "tenant:text store:text id:text",
        "article:text quantity_milli:big state:text who:text serials:long at_ms:big expires_ms:big",
    )
    _table("stock_serials", f"{article} serial:text", "on_hand:int holder:text")
    _table("stock_demand", f"{article} dev:text day:text", "quantity_milli:big")
    _table("stock_refusals", "tenant:text store:text day:text", "refused:int free_elsewhere:int")
    _table("stock_classes", "tenant:text article:text", "stock_class:text")
    _table("stock_to_share", "tenant:text store:text article:text", "")
    _table("connector_keys", "tenant:text name:text", "key_hash:blob made_ms:big revoked_ms:big", clustered=False)
    op.create_index("stock_movements_by_article", "stock_movements", ["tenant", "store", "article", "at_ms"])
    op.create_index("connector_keys_by_hash", "connector_keys", ["key_hash"])
    op.create_index("rights_by_dev", "rights", ["tenant", "dev"])
    op.create_index("promises_by_article", "promises", ["tenant", "store", "article", "state"])
    op.create_index("reservations_by_article", "reservations", ["tenant", "store", "article", "state"])
    op.create_index("reservations_by_id", "reservations", ["tenant", "id"])
    op.create_index("reservations_by_end", "reservations", ["tenant", "state", "expires_ms"])


def _table(name: str, keys: str, others: str, clustered: bool = True) -> None:
    key = [_column(word, primary_key=True) for word in keys.split()]
    op.create_table(name, *key, *(_column(word) for word in others.split()), sqlite_with_rowid=not clustered)


def _column(word: str, primary_key: bool = False) -> sa.Column[Any]:
    name, _, kind = word.partition(":")
    return sa.Column(name, _TYPES[kind](), primary_key=primary_key, nullable=False)
