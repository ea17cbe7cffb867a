"""The table of lost sales, added up by day, article, reason and wish: step 0016."""

from sqlalchemy import BigInteger, Column, String, Table

from sync.hub.storage.schema import metadata

lost_sales = Table(
    "lost_sales", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("reason", String, primary_key=True),
    # The size or colour that the range does not have; most often empty.
    Column("wanted", String, primary_key=True),
    Column("currency", String, primary_key=True),
    Column("times", BigInteger, nullable=False),
    # Thousandths.
    Column("quantity_milli", BigInteger, nullable=False),
    # Minor units, as far as prices were known.
    Column("worth_minor", BigInteger, nullable=False),
)  # fmt: skip
