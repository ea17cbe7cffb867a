"""Tables of business days that went to the books, and of what came after: step 0010."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from sync.hub.storage.schema import metadata

consolidated_days = Table(
    "consolidated_days", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    # What was posted: kiosk.domain.projections.DayTotals of the whole store, as JSON.
    Column("state", Text, nullable=False),
)  # fmt: skip

day_supplements = Table(
    "day_supplements", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("since_ms", BigInteger, nullable=False),
    # 0: not posted yet, and still growing; its state is what is there less what was posted.
    Column("at_ms", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("state", Text, nullable=False),
    # The task that tells the manager; it ends when the supplement is posted.
    Column("task", String, nullable=False),
)  # fmt: skip
