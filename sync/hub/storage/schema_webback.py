"""Tables of what comes back of web orders and by web labels: step 0023."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from sync.hub.storage.schema import metadata

web_refunds = Table(
    "web_refunds", metadata,
    # Money that a till gave back to a payment of a web shop: whoever owns that payment is asked to move it.
    Column("tenant", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("number", String, nullable=False),
    Column("brand", String, nullable=False),
    Column("country", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    # The payment's own kind and name, as the shop told them.
    Column("kind", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    # asked, done or failed.
    Column("state", String, nullable=False),
    Column("settled_ms", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    # Whether the shop's events have it.
    Column("told", Boolean, nullable=False),
)  # fmt: skip

announced_returns = Table(
    "announced_returns", metadata,
    # What a customer said comes back, of an order or of a receipt; the number is on its label.
    Column("tenant", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("brand", String, nullable=False),
    Column("country", String, nullable=False),
    Column("order_id", String, nullable=False),
    Column("receipt", String, nullable=False),
    # sync.hub.announced.Announced as JSON.
    Column("body", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("task", String, nullable=False),
    # 0: not yet; the receipt of the sale that took it in.
    Column("received_ms", BigInteger, nullable=False),
    Column("received_at", String, nullable=False),
    Column("told", Boolean, nullable=False),
)  # fmt: skip

Index("web_refunds_by_state", web_refunds.c.tenant, web_refunds.c.brand, web_refunds.c.state, web_refunds.c.asked_ms)
Index("web_refunds_untold", web_refunds.c.tenant, web_refunds.c.told)
Index("announced_returns_untold", announced_returns.c.tenant, announced_returns.c.told)
