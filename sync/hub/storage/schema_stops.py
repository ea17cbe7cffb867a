"""Tables of sales stops, of the goods that nobody may be promised for them, and of what stores answered: step 0022."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from sync.hub.storage.schema import metadata

sales_stops = Table(
    "sales_stops", metadata,
    Column("tenant", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("article", String, nullable=False),
    # kiosk.domain.salesstop.SalesStop as JSON
    Column("payload", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # The revision by which terminals were told of it.
    Column("rev", BigInteger, nullable=False),
    # When it was lifted or came to its end; 0: it is neither. Empty `lifted_by`: its end came.
    Column("lifted_ms", BigInteger, nullable=False),
    Column("lifted_by", String, nullable=False),
    Column("note", String, nullable=False),
)  # fmt: skip

stopped_goods = Table(
    "stopped_goods", metadata,
    # What is stopped whole now, in a store or (empty) in all of them: the pool has none of it to promise.
    Column("tenant", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("stop", String, primary_key=True),
)  # fmt: skip

stop_answers = Table(
    "stop_answers", metadata,
    # One `stop.cleared` or `stop.looked` each.
    Column("tenant", String, primary_key=True),
    Column("stop", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    # cleared, or what somebody saw who looked: other, listed
    Column("answer", String, nullable=False),
    Column("day", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("terminal", String, nullable=False),
    Column("employee", String, nullable=False),
    Column("quantity_milli", BigInteger, nullable=False),
)  # fmt: skip

Index("sales_stops_in_force", sales_stops.c.tenant, sales_stops.c.lifted_ms)
