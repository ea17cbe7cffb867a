"""Users of the office pages belong to a tenant. Frozen: a later change of the schema is a step of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bind who is there to the only tenant. Of several nobody knows which: such users are disabled until they are added again."""
    # The default lets a process of the version before add a user while the others are updated; such a one sees nothing.
    op.add_column("office_users", sa.Column("tenant", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    tenants = connection.execute(sa.text("SELECT tenant FROM tenants ORDER BY tenant LIMIT 2")).scalars().all()
    if len(tenants) == 1:
        connection.execute(sa.text("UPDATE office_users SET tenant = :tenant"), {"tenant": tenants[0]})
        return
    users = sa.table("office_users", sa.column("active", sa.Boolean))
    connection.execute(sa.update(users).values(active=False))
    connection.execute(sa.text("DELETE FROM office_sessions"))
