"""keep side conversations: tickets have none, to begin with, and drafts stand in none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IN_SIDE = sa.text("side_conversation_id IS NOT NULL")
_ON_TICKET = sa.text("ticket_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "side_conversation",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("started_by_id", _ID, nullable=False),
        sa.Column("link_generation", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_side_conversation_ticket_id")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["person.id"], name=op.f("fk_side_conversation_started_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_side_conversation")),
    )
    op.create_index("ix_side_conversation_ticket_id", "side_conversation", ["ticket_id"])
    op.create_table(
        "side_person",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("side_conversation_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["side_conversation_id"],
            ["side_conversation.id"],
            name=op.f("fk_side_person_side_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_side_person_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_side_person")),
        sa.UniqueConstraint(
            "side_conversation_id",
            "person_id",
            name=op.f("uq_side_person_side_conversation_id_person_id"),
        ),
    )
    op.create_index("ix_side_person_person_id", "side_person", ["person_id"])
    op.add_column("comment", sa.Column("side_conversation_id", _ID, nullable=True))
    op.add_column("thread_id", sa.Column("side_conversation_id", _ID, nullable=True))
    op.create_index(
        "ix_thread_id_side",
        "thread_id",
        ["side_conversation_id"],
        sqlite_where=_IN_SIDE,
        postgresql_where=_IN_SIDE,
    )
    op.add_column("draft", sa.Column("side_id", _ID, nullable=False, server_default="0"))
    _index_drafts(["ticket_id", "person_id", "kind", "side_id"])


def downgrade() -> None:
    op.execute("DELETE FROM draft WHERE kind = 'side'")
    _index_drafts(["ticket_id", "person_id", "kind"])
    op.drop_column("draft", "side_id")
    op.drop_index("ix_thread_id_side", table_name="thread_id")
    op.drop_column("thread_id", "side_conversation_id")
    op.drop_column("comment", "side_conversation_id")
    op.drop_table("side_person")
    op.drop_table("side_conversation")


def _index_drafts(columns: list[str]) -> None:
    op.drop_index("ix_draft_on_ticket", table_name="draft")
    op.create_index(
        "ix_draft_on_ticket",
        "draft",
        columns,
        unique=True,
        sqlite_where=_ON_TICKET,
        postgresql_where=_ON_TICKET,
    )
