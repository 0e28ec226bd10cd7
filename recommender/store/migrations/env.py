"""Runs the migrations on the connection that `opening` hands over, in its transaction."""

from alembic import context

from recommender.store.tables import LAYOUT_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=LAYOUT_TABLE,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
