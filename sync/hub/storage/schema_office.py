"""Tables of what the office's users may do and by what else than a password they are known: step 0020."""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, String, Table, Text

from sync.hub.storage.schema import metadata

office_roles = Table(
    "office_roles", metadata,
    # Whoever has no row here is `it`, as everybody was before.
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    # The stores that somebody is bound to, as a JSON list; an empty one: all.
    Column("stores", Text, nullable=False),
)  # fmt: skip

office_factors = Table(
    "office_factors", metadata,
    # The second factor: its secret follows from the hub's key and the salt, and lies nowhere.
    Column("name", String, primary_key=True),
    Column("salt", String, nullable=False),
    Column("proven", Boolean, nullable=False),
    # The last time step whose code was used: none is good twice.
    Column("used_step", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)  # fmt: skip

office_recovery = Table(
    "office_recovery", metadata,
    # The SHA-256 of each recovery code that was not used yet.
    Column("name", String, primary_key=True),
    Column("code_hash", LargeBinary, primary_key=True),
)  # fmt: skip

office_halves = Table(
    "office_halves", metadata,
    # Whose password was right and whose second factor is awaited: no session, and opens no page but one.
    Column("token_hash", LargeBinary, primary_key=True),
    Column("name", String, nullable=False),
    Column("csrf", String, nullable=False),
    Column("language", String, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)  # fmt: skip

Index("office_halves_by_end", office_halves.c.until_ms)
