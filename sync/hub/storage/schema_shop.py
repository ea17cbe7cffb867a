"""Tables of the shop API: step 0018. Keys of web shops, what they may find, baskets, content, events and who is told of them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from sync.hub.storage.schema import metadata

shop_keys = Table(
    "shop_keys", metadata,
    # Asked before anybody knows the tenant: by the part of a key that is no secret.
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("brand", String, nullable=False),
    Column("country", String, nullable=False),
    # A JSON list of sync.hub.shop.scopes.
    Column("scopes", Text, nullable=False),
    # SHA-256 of the secret part, which has 256 bits of chance.
    Column("key_hash", LargeBinary, nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    # 0: never.
    Column("expires_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger, nullable=False),
)  # fmt: skip

shop_styles = Table(
    "shop_styles", metadata,
    # A product is a style with its articles; `rev` is the revision of the catalogue that changed one of them last.
    Column("tenant", String, primary_key=True),
    Column("style", String, primary_key=True),
    Column("category", String, nullable=False),
    # Whether none of its articles is offered any more.
    Column("gone", Boolean, nullable=False),
    Column("rev", BigInteger, nullable=False),
)  # fmt: skip

shop_articles = Table(
    "shop_articles", metadata,
    Column("tenant", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("style", String, nullable=False),
    Column("category", String, nullable=False),
    # Its barcodes as a JSON list, as they are in shop_barcodes.
    Column("barcodes", Text, nullable=False),
)  # fmt: skip

shop_barcodes = Table(
    "shop_barcodes", metadata,
    Column("tenant", String, primary_key=True),
    Column("barcode", String, primary_key=True),
    Column("article", String, primary_key=True),
)  # fmt: skip

shop_content = Table(
    "shop_content", metadata,
    # A brand's own texts, about a product, a category or as a page, by language.
    Column("tenant", String, primary_key=True),
    Column("brand", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)  # fmt: skip

shop_baskets = Table(
    "shop_baskets", metadata,
    Column("tenant", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("brand", String, nullable=False),
    Column("country", String, nullable=False),
    # Counts its changes, so that two that change it at once notice.
    Column("version", Integer, nullable=False),
    # What is in it, as JSON: sync.hub.shop.values.BasketContent. Never a price.
    Column("content", LargeBinary, nullable=False),
    # The order that it became; empty as long as it is a basket.
    Column("order_id", String, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)  # fmt: skip

shop_heads = Table(
    "shop_heads", metadata,
    Column("tenant", String, primary_key=True),
    # The newest event, up to which one they were pruned, and how far the feed's log was gathered into events.
    Column("seq", BigInteger, nullable=False),
    Column("floor", BigInteger, nullable=False),
    Column("rev", BigInteger, nullable=False),
)  # fmt: skip

shop_events = Table(
    "shop_events", metadata,
    Column("tenant", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    # Whose event it is: empty for every brand of the tenant.
    Column("brand", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    # JSON
    Column("data", Text, nullable=False),
)  # fmt: skip

shop_hooks = Table(
    "shop_hooks", metadata,
    Column("tenant", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("key_id", String, nullable=False),
    Column("brand", String, nullable=False),
    Column("url", Text, nullable=False),
    # A JSON list of kinds of events.
    Column("kinds", Text, nullable=False),
    # With which each message is signed; it has to be there in the clear for that.
    Column("secret", String, nullable=False),
    # active, stopped (by itself, after the time that it may fail)
    Column("state", String, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    # Up to which event it was told, or has it waiting in shop_deliveries.
    Column("seq", BigInteger, nullable=False),
    # So many times in a row its target failed, since when, and until when it is left alone.
    Column("failures", Integer, nullable=False),
    Column("failing_ms", BigInteger, nullable=False),
    Column("rest_ms", BigInteger, nullable=False),
    # Until when one process works on it.
    Column("held_ms", BigInteger, nullable=False),
)  # fmt: skip

shop_deliveries = Table(
    "shop_deliveries", metadata,
    # Events that a target refused, and those of the same subject that wait behind them.
    Column("tenant", String, primary_key=True),
    Column("hook", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("subject", String, nullable=False),
    # waiting, dead
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("next_ms", BigInteger, nullable=False),
    Column("answer", Text, nullable=False),
)  # fmt: skip

Index("shop_keys_by_tenant", shop_keys.c.tenant)
Index("shop_styles_by_rev", shop_styles.c.tenant, shop_styles.c.rev, shop_styles.c.style)
Index("shop_styles_by_category", shop_styles.c.tenant, shop_styles.c.category, shop_styles.c.style)
Index("shop_articles_by_style", shop_articles.c.tenant, shop_articles.c.style)
Index("shop_baskets_by_end", shop_baskets.c.tenant, shop_baskets.c.expires_ms)
