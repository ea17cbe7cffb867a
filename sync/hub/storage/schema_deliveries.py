"""Tables of what is to come to stores and of what came: step 0019."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from sync.hub.storage.schema import metadata

notices = Table(
    "notices", metadata,
    Column("tenant", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("store", String, nullable=False),
    Column("supplier", String, nullable=False),
    # kiosk.domain.delivery.Notice as JSON
    Column("payload", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # When it was received first; 0: it is still to come.
    Column("done_ms", BigInteger, nullable=False),
)  # fmt: skip

deliveries = Table(
    "deliveries", metadata,
    # One `delivery.received` each; two with one notice are a task.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    # Empty: blind.
    Column("notice", String, nullable=False),
    Column("supplier", String, nullable=False),
    Column("day", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("terminal", String, nullable=False),
    Column("employee", String, nullable=False),
    # Lines that were short, over, had broken goods, and codes that nobody knew.
    Column("short", Integer, nullable=False),
    Column("over", Integer, nullable=False),
    Column("damaged", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    # The body's lines and unknown goods as JSON, for a transfer that is told of after it arrived: step 0021.
    Column("payload", Text, nullable=False, server_default='{"lines":[],"unknown":[]}'),
)  # fmt: skip

Index("deliveries_by_notice", deliveries.c.tenant, deliveries.c.notice)
Index("deliveries_by_day", deliveries.c.tenant, deliveries.c.store, deliveries.c.day)
