"""Alembic's entry: it migrates on the connection that it is given (bot.storage.migrations), never on one of its own."""

from alembic import context

from bot.storage.tables import metadata

connection = context.config.attributes["connection"]
# render_as_batch: SQLite can't alter columns, Alembic then copies the table.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
