"""Tables of what was offered when, and of sales that were computed again with it."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from sync.hub.storage.schema import metadata

offer_log = Table(
    "offer_log", metadata,
    # Every row of a price, list or promotion as it was published, for ever: what a sale of back then has to be computed with.
    Column("tenant", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("rev", BigInteger, primary_key=True),
    # Empty: from this revision on it was gone.
    Column("payload", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

Index("offer_log_by_rev", offer_log.c.tenant, offer_log.c.rev)

price_checks = Table(
    "price_checks", metadata,
    # How far a terminal's sales have been computed again: those of facts below `next_seq`.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("next_seq", BigInteger, nullable=False),
)  # fmt: skip

price_days = Table(
    "price_days", metadata,
    # How many sales of a business day were computed again, how many could not be, and how many differ.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("sales", BigInteger, nullable=False),
    Column("unknown", BigInteger, nullable=False),
    Column("differing", BigInteger, nullable=False),
)  # fmt: skip

price_differences = Table(
    "price_differences", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("day", String, nullable=False),
    Column("receipt", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("said_minor", BigInteger, nullable=False),
    Column("found_minor", BigInteger, nullable=False),
    # The lines and parts that differ, as JSON (kiosk.domain.recompute.Difference).
    Column("detail", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)  # fmt: skip
