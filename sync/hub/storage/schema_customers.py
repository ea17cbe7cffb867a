"""The table of customers by number and telephone, and of which stores they are: step 0013. Their rows lie in the feed alone."""

from sqlalchemy import Column, Index, String, Table, Text

from sync.hub.storage.schema import metadata

customers = Table(
    "customers", metadata,
    Column("tenant", String, primary_key=True),
    Column("number", String, primary_key=True),
    # E.164; empty where none is known.
    Column("phone", String, nullable=False),
    # The home stores as a JSON list: the tills of these are told.
    Column("stores", Text, nullable=False),
)  # fmt: skip

Index("customers_by_phone", customers.c.tenant, customers.c.phone)
