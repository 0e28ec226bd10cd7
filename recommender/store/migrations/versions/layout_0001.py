"""Clients and their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "client",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
    )
    op.create_table(
        "version",
        sa.Column(
            "client", sa.Integer, sa.ForeignKey("client.key", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("undoes", sa.Integer),
        sa.Column("name", sa.String(200)),
        sa.Column("answered_on", sa.String(10)),
        sa.Column("body", sa.Text),
        sa.CheckConstraint("number >= 1", name="version_number"),
        sa.CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="version_undoes"),
        sa.CheckConstraint("(kind = 'undo') = (body IS NULL)", name="version_body"),
    )
    op.create_index("version_of_kind", "version", ["kind", "client", "number"])
    op.create_index("version_undone", "version", ["client", "undoes"])
