"""The table of streets by postcode: step 0028."""

from sqlalchemy import Column, Integer, String, Table

from sync.hub.storage.schema import metadata

streets = Table(
    "streets", metadata,
    # kiosk.domain.streets.Street
    Column("tenant", String, primary_key=True),
    Column("country", String, primary_key=True),
    Column("postcode", String, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("side", String, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("street", String, nullable=False),
    Column("city", String, nullable=False),
)  # fmt: skip
