"""Consents, contact moments and service requests. Frozen: a later change is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. What customers agreed to before this step stands in their own rows, which are read with these."""
    op.create_table(
        "consents", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("customer", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False), sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False), sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(), nullable=False), sa.Column("source", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False), sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("heard_by", sa.String(), nullable=False), sa.Column("known_ms", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "contacts", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False), sa.Column("customer", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False), sa.Column("country", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False), sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False), sa.Column("words", sa.Text(), nullable=False),
        sa.Column("about", sa.String(), nullable=False), sa.Column("about_id", sa.String(), nullable=False),
        sa.Column("heard_by", sa.String(), nullable=False), sa.Column("known_ms", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "service_requests", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False), sa.Column("brand", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False), sa.Column("body", sa.Text(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False), sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False), sa.Column("store", sa.String(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False), sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("late_ms", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "service_events", sa.Column("tenant", sa.String(), primary_key=True, nullable=False),
        sa.Column("request", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False), sa.Column("body", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )  # fmt: skip
    op.create_index("contacts_by_customer", "contacts", ["tenant", "customer", "at_ms", "id"])
    op.create_index("service_by_customer", "service_requests", ["tenant", "customer"])
    op.create_index("service_by_age", "service_requests", ["tenant", "opened_ms", "id"])
    op.create_index("service_by_due", "service_requests", ["tenant", "due_ms"])
    known = sa.text("customer <> ''")
    op.create_index(
        "orders_by_customer", "orders", ["tenant", "customer"], postgresql_where=known, sqlite_where=known, if_not_exists=True
    )
