"""what staff began to write and have not sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ticket_id", _ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_draft_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    on_ticket, of_new = sa.text("ticket_id IS NOT NULL"), sa.text("ticket_id IS NULL")
    op.create_index(
        "ix_draft_on_ticket",
        "draft",
        ["ticket_id", "person_id", "kind"],
        unique=True,
        sqlite_where=on_ticket,
        postgresql_where=on_ticket,
    )
    op.create_index(
        "ix_draft_of_new",
        "draft",
        ["person_id"],
        unique=True,
        sqlite_where=of_new,
        postgresql_where=of_new,
    )
    op.create_index("ix_draft_age", "draft", ["updated_at"])


def downgrade() -> None:
    op.drop_table("draft")
