"""The tables of the store, and the layouts that this backplan knows.

A client is a row with an id; all else about a client is a numbered version that nothing ever
changes. `name` and `answered_on` are copied out of an intake, so that a list needs no body.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

LAYOUT_TABLE = "backplan_layout"
LAYOUTS = ("0001",)
"""The migrations, oldest first."""

metadata = MetaData()

client = Table(
    "client",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
)

version = Table(
    "version",
    metadata,
    Column("client", Integer, ForeignKey("client.key", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", String(20), nullable=False),
    Column("undoes", Integer),
    Column("name", String(200)),
    Column("answered_on", String(10)),
    Column("body", Text),  # last: a row is then read without the pages of its body
    CheckConstraint("number >= 1", name="version_number"),
    CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="version_undoes"),
    CheckConstraint("(kind = 'undo') = (body IS NULL)", name="version_body"),
)
Index("version_of_kind", version.c.kind, version.c.client, version.c.number)
Index("version_undone", version.c.client, version.c.undoes)
