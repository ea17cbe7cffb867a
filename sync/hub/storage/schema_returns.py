"""The table of what came back of each receipt, by the device that took it: step 0011."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from sync.hub.storage.schema import metadata

returned_lines = Table(
    "returned_lines", metadata,
    Column("tenant", String, primary_key=True),
    Column("receipt", String, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("dev", String, primary_key=True),
    # Thousandths, of how many were sold on that line.
    Column("quantity_milli", BigInteger, nullable=False),
    Column("sold_milli", BigInteger, nullable=False),
)  # fmt: skip
