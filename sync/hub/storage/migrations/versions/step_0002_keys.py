"""Keys led by tenant and store, and what several processes on one database need. Frozen: a later change of the schema is a step of its own."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
