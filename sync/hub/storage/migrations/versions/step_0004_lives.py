"""The lives of terminals and hubs: copies, restores, losses, moves. Frozen: a later change of the schema is a step of its own."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
