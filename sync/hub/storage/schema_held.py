"""Tables of what is held, what people did about it, how ready each terminal is, and who may look: step 0005."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from sync.hub.storage.schema import metadata

held_keys = Table(
    "held_keys", metadata,
    # What a held fact holds back (kiosk.domain.holding): later facts of this key wait behind it.
    Column("tenant", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
)  # fmt: skip

overrides = Table(
    "overrides", metadata,
    # How the hub projects one fact, by a person's word; the fact itself stays as it was signed.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("accepted", Boolean, nullable=False),
    # A JSON merge patch (RFC 7396) over the fact's body.
    Column("patch", Text, nullable=False),
    Column("who", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)  # fmt: skip

written_off = Table(
    "written_off", metadata,
    # What a person closed: a held fact, fork, dead letter or task, and what it was, so that it can be opened again.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("day", String, nullable=False),
    Column("who", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)  # fmt: skip

dead_letters = Table(
    "dead_letters", metadata,
    # Bytes that a terminal sent and did not sign; the bytes themselves lie in the file of that name.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("sha256", LargeBinary, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)  # fmt: skip

terminal_states = Table(
    "terminal_states", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    # When the hub heard it, by the hub's clock.
    Column("heard_ms", BigInteger, nullable=False),
    # kiosk.domain.readiness.TerminalState as JSON.
    Column("state", LargeBinary, nullable=False),
)  # fmt: skip

office_users = Table(
    "office_users", metadata,
    Column("name", String, primary_key=True),
    # Whose terminals and queue somebody sees; of an empty one nothing. Step 0006.
    Column("tenant", String, nullable=False, server_default=""),
    Column("password_hash", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
)  # fmt: skip

office_sessions = Table(
    "office_sessions", metadata,
    # The SHA-256 of the cookie: who reads the database cannot sign in with it.
    Column("token_hash", LargeBinary, primary_key=True),
    Column("name", String, nullable=False),
    Column("csrf", String, nullable=False),
    Column("language", String, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)  # fmt: skip

Index("held_keys_by_fact", held_keys.c.tenant, held_keys.c.dev, held_keys.c.inc, held_keys.c.seq)
