"""What Alembic runs for each migration; ``db.migrate`` hands it a connection in a transaction.

SQLite changes a table by rebuilding it ("batch mode"). The rebuilt table is what SQLite
reports of the old one, and that leaves out CHECK constraints and AUTOINCREMENT: a batch
migration gives them again with ``table_args`` and ``table_kwargs``. A test compares the result
with ``db.tables``.
"""

from alembic import context

from db.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
