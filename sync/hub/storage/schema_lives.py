"""Tables of the lives of hubs and terminals: restores, reports, losses, moves, keys for backups. Step 0004."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from sync.hub.storage.schema import metadata

hub_states = Table(
    "hub_states", metadata,
    # One row per tenant once its database was restored, or found to be older than what terminals saw.
    Column("tenant", String, primary_key=True),
    # recovering or open
    Column("state", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    # What proves that the database was put back by hand; empty when nothing does.
    Column("doubt", Text, nullable=False),
    Column("doubted_ms", BigInteger, nullable=False),
)  # fmt: skip

lives = Table(
    "lives", metadata,
    # What else the hub knows of a terminal, beside its row in `terminals`; a terminal without a row had a quiet life.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    # lost, decommissioned, recovered (a later incarnation took over), or empty.
    Column("ended", String, nullable=False),
    Column("ended_ms", BigInteger, nullable=False),
    # `dev/inc` of the terminal that it took the place of, or empty.
    Column("supersedes", String, nullable=False),
    # When a restored hub took it in again that had forgotten it, 0 for never.
    Column("readmitted_ms", BigInteger, nullable=False),
    # The epoch in which its report was taken, 0 for never; the report itself as JSON.
    Column("reported_epoch", BigInteger, nullable=False),
    Column("report", LargeBinary, nullable=False),
)  # fmt: skip

backup_keys = Table(
    "backup_keys", metadata,
    # The X25519 key to which a store's terminals seal their backups; the private half is wrapped by the hub's own key.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
)  # fmt: skip
