"""The table of mails that wait to be sent: step 0026."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from sync.hub.storage.schema import metadata

mails = Table(
    "mails", metadata,
    # No name, no address and no text: they are read when it is sent.
    Column("tenant", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("kind", String, nullable=False),
    # sync.hub.mail.outbox.Said as JSON.
    Column("body", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("next_ms", BigInteger, nullable=False),
    Column("tries", BigInteger, nullable=False),
    # waiting, sent, dropped or dead.
    Column("state", String, nullable=False),
    Column("note", Text, nullable=False),
)  # fmt: skip

Index("mails_by_turn", mails.c.tenant, mails.c.state, mails.c.next_ms)
