"""The shop API: keys, found products, content, baskets, events and webhooks. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; before this step the hub spoke to terminals only."""
    _finding()
    _telling()


def _finding() -> None:
    op.create_table(
        "shop_keys",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "shop_styles",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("style", sa.String(), primary_key=True, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "shop_articles",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("article", sa.String(), primary_key=True, nullable=False),
        sa.Column("style", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("barcodes", sa.Text(), nullable=False),
    )
    op.create_table(
        "shop_barcodes",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("barcode", sa.String(), primary_key=True, nullable=False),
        sa.Column("article", sa.String(), primary_key=True, nullable=False),
    )
    op.create_table(
        "shop_content",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("brand", sa.String(), primary_key=True, nullable=False),
        sa.Column("subject", sa.String(), primary_key=True, nullable=False),
        sa.Column("language", sa.String(), primary_key=True, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "shop_baskets",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("shop_keys_by_tenant", "shop_keys", ["tenant"])
    op.create_index("shop_styles_by_rev", "shop_styles", ["tenant", "rev", "style"])
    op.create_index("shop_styles_by_category", "shop_styles", ["tenant", "category", "style"])
    op.create_index("shop_articles_by_style", "shop_articles", ["tenant", "style"])
    op.create_index("shop_baskets_by_end", "shop_baskets", ["tenant", "expires_ms"])


def _telling() -> None:
    op.create_table(
        "shop_heads",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "shop_events",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), primary_key=True, nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
    )
    op.create_table(
        "shop_hooks",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_ms", sa.BigInteger(), nullable=False),
        sa.Column("rest_ms", sa.BigInteger(), nullable=False),
        sa.Column("held_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "shop_deliveries",
        sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("hook", sa.String(), primary_key=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), primary_key=True, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
    )
