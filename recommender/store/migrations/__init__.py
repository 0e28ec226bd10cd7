"""The layouts of the store, one file each under `versions/`, run by Alembic when it is opened."""
