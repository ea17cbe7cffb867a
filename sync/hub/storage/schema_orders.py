"""Tables of orders: what was ordered, all that was told of it, whom it concerns, and where it goes (step 0014, 0029)."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, text

from sync.hub.storage.schema import metadata

orders = Table(
    "orders", metadata,
    # An order once it was placed; what came before it waits in the next two tables.
    Column("tenant", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False),
    # What a customer says to collect it; empty where nothing is collected.
    Column("code", String, nullable=False),
    Column("brand", String, nullable=False),
    Column("channel", String, nullable=False),
    # Where it was placed, empty on the web; a number, empty for a guest.
    Column("store", String, nullable=False),
    Column("customer", String, nullable=False),
    Column("placed_ms", BigInteger, nullable=False),
    Column("is_open", Boolean, nullable=False),
    # The most advanced state that a part of it is in.
    Column("shown", String, nullable=False),
    # When it was over (0: it is not), and when the hub has to look at it by itself (0: never).
    Column("closed_ms", BigInteger, nullable=False),
    Column("look_ms", BigInteger, nullable=False),
    # A search found nobody who has what is still wanted.
    Column("stuck", Boolean, nullable=False),
    # The body of `order.placed`, and (dev, inc, seq) of the fact: JSON.
    Column("body", Text, nullable=False),
    Column("placed_by", Text, nullable=False),
    # The last plan of who sends what, with its reasons: JSON, empty before the first.
    Column("plan", Text, nullable=False),
)  # fmt: skip

order_events = Table(
    "order_events", metadata,
    Column("tenant", String, primary_key=True),
    Column("order_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    # kiosk.domain.orderevents.OrderEvent, as JSON.
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

order_payments = Table(
    "order_payments", metadata,
    Column("tenant", String, primary_key=True),
    Column("order_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    # kiosk.domain.ordermoney.OrderPayment, as JSON.
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

order_stores = Table(
    "order_stores", metadata,
    # Who has been told of it by a row of the feed.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("order_id", String, primary_key=True),
    sqlite_with_rowid=False,
)  # fmt: skip

order_goods = Table(
    "order_goods", metadata,
    # What left a place for one allocation of a line (thousandths): so much less is held back there.
    Column("tenant", String, primary_key=True),
    Column("order_id", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("line", BigInteger, primary_key=True),
    Column("fence", BigInteger, primary_key=True),
    Column("moved_milli", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

order_addresses = Table(
    "order_addresses", metadata,
    # The only place with names and addresses; deleted some days after the order is over.
    Column("tenant", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("name_folded", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)  # fmt: skip

order_said = Table(
    "order_said", metadata,
    # What people in stores said of it last (step 0029): where it lies, the carrier's number, how it was signed for.
    Column("tenant", String, primary_key=True),
    Column("order_id", String, primary_key=True),
    Column("what", String, primary_key=True),
    # kiosk.domain.orderfacts.Said, as JSON.
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

order_swaps = Table(
    "order_swaps", metadata,
    # What a customer took in place of what was ordered (step 0029).
    Column("tenant", String, primary_key=True),
    Column("order_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    # kiosk.domain.orderswap.Swap, as JSON.
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

order_signatures = Table(
    "order_signatures", metadata,
    # How a customer signed for goods, under the mark that the fact of the hand-over says (step 0029); goes with the address.
    Column("tenant", String, primary_key=True),
    Column("order_id", String, primary_key=True),
    Column("mark", String, primary_key=True),
    # kiosk.domain.handwriting.Handwriting.text
    Column("strokes", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)  # fmt: skip

_KNOWN = text("customer <> ''")
Index("orders_by_customer", orders.c.tenant, orders.c.customer, postgresql_where=_KNOWN, sqlite_where=_KNOWN)
Index("orders_by_number", orders.c.tenant, orders.c.number)
Index("orders_by_code", orders.c.tenant, orders.c.code)
Index("orders_by_look", orders.c.tenant, orders.c.look_ms)
Index("orders_by_time", orders.c.tenant, orders.c.is_open, orders.c.placed_ms)
Index("order_stores_by_order", order_stores.c.tenant, order_stores.c.order_id)
Index("order_addresses_by_order", order_addresses.c.tenant, order_addresses.c.order_id)
Index("order_addresses_by_name", order_addresses.c.tenant, order_addresses.c.name_folded)
