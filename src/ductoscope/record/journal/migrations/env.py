"""Run the steps on the connection that `migrate` holds; there is no other way to run them."""

from alembic import context

from ductoscope.record.journal.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
