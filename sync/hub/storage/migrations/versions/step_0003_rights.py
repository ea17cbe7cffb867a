"""Stock classes, counts, grants and reservations. Frozen: a later change of the schema is a step of its own."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
