"""the list of what concerns each of the staff; it begins empty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNSEEN = sa.text("seen_at IS NULL")


def _refers_to(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_concern_{column}"))


def upgrade() -> None:
    op.create_table(
        "concern",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("comment_id", _ID, nullable=True),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        _refers_to("person", "person_id"),
        _refers_to("ticket", "ticket_id"),
        _refers_to("comment", "comment_id"),
        _refers_to("person", "by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    op.create_index("ix_concern_person", "concern", ["person_id", "id"])
    op.create_index("ix_concern_changed_at", "concern", ["changed_at"])
    op.create_index(
        "ix_concern_unseen",
        "concern",
        ["person_id", "ticket_id"],
        sqlite_where=_UNSEEN,
        postgresql_where=_UNSEEN,
    )


def downgrade() -> None:
    op.drop_table("concern")
