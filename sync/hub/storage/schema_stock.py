"""Tables of stock that is counted, granted, promised and reserved: step 0003. `store` is the store whose goods they are."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from sync.hub.storage.schema import metadata

counts = Table(
    "counts", metadata,
    # One counted article of one `stock.counted` fact; the one with the latest `to_ms` rules.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("quantity_milli", BigInteger, nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("to_ms", BigInteger, nullable=False),
    # dev/inc -> seq, as JSON
    Column("frontier", Text, nullable=False),
    # The counting terminal's number when it last touched the article; 0: when the count was sealed. Step 0015.
    Column("last_seq", BigInteger, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)  # fmt: skip

stock_losses = Table(
    "stock_losses", metadata,
    # Stock that changed without a sale by a person's word: written off, or counted otherwise than known. Step 0015.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    # written_off or counted; one of kiosk.domain.stockwork.WHY, empty for a count
    Column("reason", String, nullable=False),
    Column("why", String, nullable=False),
    Column("day", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("employee", String, nullable=False),
    Column("approved_by", String, nullable=False),
    Column("note", String, nullable=False),
    Column("lines", Integer, nullable=False),
    # at selling prices of that day, as the terminal knew them
    Column("value_minor", BigInteger, nullable=False),
)  # fmt: skip

unclear_movements = Table(
    "unclear_movements", metadata,
    # Movements of which clocks cannot tell whether the ruling count saw them; a person says before or after.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("inc", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("n", Integer, primary_key=True),
    # dev/inc/seq of the count it is unclear for
    Column("counted", String, nullable=False),
    Column("decided", String, nullable=False),
    Column("who", String, nullable=False),
    Column("task", String, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

rights = Table(
    "rights", metadata,
    # What one terminal may promise of one article: `level_milli` is what the hub sent it, the rest is what its facts did.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("level_milli", BigInteger, nullable=False),
    Column("used_milli", BigInteger, nullable=False),
    Column("returned_milli", BigInteger, nullable=False),
    Column("transferred_milli", BigInteger, nullable=False),
    Column("received_milli", BigInteger, nullable=False),
    # The number of its last grant; the serial rights it was granted, those that are gone, and those that came from others.
    Column("grant_no", BigInteger, nullable=False),
    Column("serials", Text, nullable=False),
    Column("gone", Text, nullable=False),
    Column("got", Text, nullable=False),
    # What the hub asked to be left with, -1 when it does not ask.
    Column("keep_milli", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

rights_devices = Table(
    "rights_devices", metadata,
    Column("tenant", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("grant_no", BigInteger, nullable=False),
    # The lease it has (0: none), until when the hub honours it with its margin, and up to which number leases are over.
    Column("lease_no", BigInteger, nullable=False),
    Column("lease_until_ms", BigInteger, nullable=False),
    Column("leases_over", BigInteger, nullable=False),
    Column("lost_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

promises = Table(
    "promises", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("article", String, nullable=False),
    Column("quantity_milli", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("serials", Text, nullable=False),
    # Empty until the fact that made it is here: another terminal's hand-over may arrive first.
    Column("dev", String, nullable=False),
    Column("over_right", Boolean, nullable=False),
    Column("lease", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

transfers = Table(
    "transfers", metadata,
    # Rights on their way from one terminal to another; the two facts come in any order.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("article", String, nullable=False),
    Column("quantity_milli", BigInteger, nullable=False),
    Column("from_dev", String, nullable=False),
    Column("to_dev", String, nullable=False),
    Column("sent", Boolean, nullable=False),
    Column("received", Boolean, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

reservations = Table(
    "reservations", metadata,
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("article", String, nullable=False),
    Column("quantity_milli", BigInteger, nullable=False),
    # held, claimed, released, expired; who asked: a connector's name or a dev
    Column("state", String, nullable=False),
    Column("who", String, nullable=False),
    Column("serials", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

put_back = Table(
    "put_back", metadata,
    # Reservations that were taken again after a restore and were not looked at yet: step 0007.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("article", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)  # fmt: skip

stock_serials = Table(
    "stock_serials", metadata,
    # One piece with a serial number: the sum of its movements, and who holds the right to it ("" nobody).
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("serial", String, primary_key=True),
    Column("on_hand", Integer, nullable=False),
    Column("holder", String, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

stock_demand = Table(
    "stock_demand", metadata,
    # What was promised or asked for in vain, by whom and day: from it follows how many rights a terminal gets.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("quantity_milli", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

stock_refusals = Table(
    "stock_refusals", metadata,
    # How often goods were refused, and how often although enough was free elsewhere: the price of granting ahead.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("refused", Integer, nullable=False),
    Column("free_elsewhere", Integer, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

stock_classes = Table(
    "stock_classes", metadata,
    # The articles that are not `open`, by what their row of the catalogue says: to be found without reading all of them.
    Column("tenant", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("stock_class", String, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

stock_to_share = Table(
    "stock_to_share", metadata,
    # Articles whose rights are to be looked at again; an empty article is all of the store.
    Column("tenant", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("article", String, primary_key=True),
    sqlite_with_rowid=False,
)  # fmt: skip

connector_keys = Table(
    "connector_keys", metadata,
    Column("tenant", String, primary_key=True),
    Column("name", String, primary_key=True),
    # SHA-256 of the key: who reads the database cannot reserve with it.
    Column("key_hash", LargeBinary, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger, nullable=False),
)  # fmt: skip

Index("stock_losses_by_day", stock_losses.c.tenant, stock_losses.c.store, stock_losses.c.day)
Index("connector_keys_by_hash", connector_keys.c.key_hash)
Index("rights_by_dev", rights.c.tenant, rights.c.dev)
Index("promises_by_article", promises.c.tenant, promises.c.store, promises.c.article, promises.c.state)
Index("reservations_by_article", reservations.c.tenant, reservations.c.store, reservations.c.article, reservations.c.state)
Index("reservations_by_id", reservations.c.tenant, reservations.c.id)
Index("reservations_by_end", reservations.c.tenant, reservations.c.state, reservations.c.expires_ms)
