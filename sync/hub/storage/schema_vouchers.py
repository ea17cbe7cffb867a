"""Tables of gift cards, store credit and single-purpose vouchers, the whole account and each device's part: steps 0012, 0024."""

from sqlalchemy import BigInteger, Column, String, Table

from sync.hub.storage.schema import metadata

voucher_accounts = Table(
    "voucher_accounts", metadata,
    Column("tenant", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("code", String, primary_key=True),
    # Of who loaded it; empty while only payments were heard of.
    Column("brand", String, nullable=False),
    Column("currency", String, nullable=False),
    # Wall ms; 0: it does not end; empty while nobody who loaded it was heard of.
    Column("until_ms", BigInteger, nullable=True),
    # Minor units, over all devices, and how many entries made them.
    Column("loaded_minor", BigInteger, nullable=False),
    Column("spent_minor", BigInteger, nullable=False),
    Column("turn", BigInteger, nullable=False),
    # The open task for what was taken beyond it; empty where there is none.
    Column("task", String, nullable=False),
    # What a single-purpose voucher is good for (kiosk.domain.redeeming.good_for); empty: everything.
    Column("good_for", String, nullable=False, server_default=""),
)  # fmt: skip

voucher_parts = Table(
    "voucher_parts", metadata,
    Column("tenant", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("dev", String, primary_key=True),
    Column("store", String, primary_key=True),
    Column("loaded_minor", BigInteger, nullable=False),
    Column("spent_minor", BigInteger, nullable=False),
)  # fmt: skip
