"""The hub's tables; times are ms since 1970 (UTC), money minor units, quantities thousandths.

What grows with the chain has keys led by tenant and, where a row belongs to one, by store: such tables can be distributed, and
what a request touches lies together. Small tables that are asked before anybody knows the tenant (`meta`, `enrol_codes`,
`idempotency`, `blobs`) are the same everywhere.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

metadata = MetaData()

meta = Table(
    "meta", metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip

tenants = Table(
    "tenants", metadata,
    Column("tenant", String, primary_key=True),
    Column("rev", BigInteger, nullable=False),
    # Revisions up to the floor are no longer in the log (too large for it, or pruned).
    Column("floor", BigInteger, nullable=False),
)  # fmt: skip

stores = Table(
    "stores", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    # entity, brand, country, currency, language, zone: what a terminal's certificate repeats
    Column("place", Text, nullable=False),
)  # fmt: skip

enrol_codes = Table(
    "enrol_codes", metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("store", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
    Column("dev", String, nullable=False),
)  # fmt: skip

terminals = Table(
    "terminals", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("series", Integer, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("enrolled_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger, nullable=False),
    Column("next_seq", BigInteger, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("durable_seq", BigInteger, nullable=False),
    Column("forked", Boolean, nullable=False),
    Column("last_seen_ms", BigInteger, nullable=False),
    UniqueConstraint("tenant", "store", "terminal", "series", name="a_receipt_series_is_never_reused"),
)  # fmt: skip

facts = Table(
    "facts", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("day", String, nullable=False),
    Column("kind", String, nullable=False),
)  # fmt: skip

forks = Table(
    "forks", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
)  # fmt: skip

held = Table(
    "held", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("reason", String, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("day", String, nullable=False),
)  # fmt: skip

feed_log = Table(
    "feed_log", metadata,
    Column("tenant", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("rev", BigInteger, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("audience", String, nullable=False),
    Column("entity", String, nullable=False),
    Column("key", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

feed_now = Table(
    "feed_now", metadata,
    Column("tenant", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("audience", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("payload", LargeBinary, nullable=False),
    Column("rev", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

feed_digest = Table(
    "feed_digest", metadata,
    Column("tenant", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("audience", String, primary_key=True),
    # The digest from this revision on, so that a reply in the middle of the log can state the digest there.
    Column("rev", BigInteger, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
)  # fmt: skip

snapshots = Table(
    "snapshots", metadata,
    Column("tenant", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    # audience -> {digest, chunks}
    Column("parts", Text, nullable=False),
)  # fmt: skip

stock_movements = Table(
    "stock_movements", metadata,
    # In the order of the articles, because that is how they are asked for; an index beside the key would cost as much again as
    # all the rest of a sale.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    # A terminal's movements are named by their fact; the hub's own have an empty dev and their own count.
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("quantity_milli", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

HUBS_OWN = stock_movements.c.dev == literal_column("''")
"""The movements that the hub made itself. Spelled out, because an index that has only these serves no parameter."""

stock = Table(
    "stock", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("on_hand_milli", BigInteger, nullable=False),
    Column("as_of_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

day_totals = Table(
    "day_totals", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("terminal", String, primary_key=True),
    # The state of kiosk.domain.projections.apply_day, as JSON.
    Column("state", Text, nullable=False),
)  # fmt: skip

ticket_uses = Table(
    "ticket_uses", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("ticket", String, primary_key=True),
    Column("dev", String, nullable=False),
    Column("inc", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("receipt", String, nullable=False),
)  # fmt: skip

tasks = Table(
    "tasks", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("done_ms", BigInteger, nullable=False),
)  # fmt: skip

audit = Table(
    "audit", metadata,
    Column("tenant", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("detail", Text, nullable=False),
)  # fmt: skip

idempotency = Table(
    "idempotency", metadata,
    Column("route", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("reply", LargeBinary, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)  # fmt: skip

blobs = Table(
    "blobs", metadata,
    # What processes without a common folder share, named by the SHA-256 of its bytes: chunks and pictures. Empty on SQLite.
    Column("kind", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)  # fmt: skip

projections = Table(
    "projections", metadata,
    # How far a terminal's facts have been interpreted: those below `next_seq`. Its own row in `terminals` says what is stored.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("next_seq", BigInteger, nullable=False),
)  # fmt: skip

help_calls = Table(
    "help_calls", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("dev", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # The call as kiosk.domain.feed.HelpCall, as JSON.
    Column("call", LargeBinary, nullable=False),
)  # fmt: skip

Index("held_by_day", held.c.tenant, held.c.store, held.c.day)
Index("terminals_by_dev", terminals.c.dev)
Index("terminals_by_place", terminals.c.tenant, terminals.c.store, terminals.c.terminal)
Index("facts_by_day", facts.c.tenant, facts.c.store, facts.c.day)
Index(
    "stock_movements_of_hub",
    stock_movements.c.tenant, stock_movements.c.store, stock_movements.c.seq, sqlite_where=HUBS_OWN, postgresql_where=HUBS_OWN,
)  # fmt: skip
