"""What Alembic runs: our steps, on the connection that the storage hands over."""

from alembic import context

from sync.hub.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
