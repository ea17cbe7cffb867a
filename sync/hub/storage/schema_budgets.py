"""Tables of promotions' budgets, what all took and each device's part of it: step 0017."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from sync.hub.storage.schema import metadata

budgets = Table(
    "budgets", metadata,
    Column("tenant", String, primary_key=True),
    Column("promotion", String, primary_key=True),
    # Minor units, and sales that took something, over all devices.
    Column("minor", BigInteger, nullable=False),
    Column("uses", BigInteger, nullable=False),
    # When tills were told last (ms), and 1 while there is something that they were not told.
    Column("told_ms", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),
)  # fmt: skip

budget_parts = Table(
    "budget_parts", metadata,
    Column("tenant", String, primary_key=True),
    Column("promotion", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("minor", BigInteger, nullable=False),
    Column("uses", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),
    Index("budget_parts_waiting", "tenant", "promotion", "waiting"),
)  # fmt: skip
