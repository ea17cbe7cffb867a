"""Held facts, what is done about them, and how ready each terminal is. Frozen: a later change of the schema is a step of its own."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
