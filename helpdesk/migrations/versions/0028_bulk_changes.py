"""changes of many tickets at once, ticket by ticket, so that they can go on and be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bulk_change",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("made_by_id", _ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_bulk_change_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    op.create_index("ix_bulk_change_age", "bulk_change", ["created_at"])
    op.create_table(
        "bulk_ticket",
        sa.Column("bulk_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("change_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_change.id"], name=op.f("fk_bulk_ticket_bulk_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_bulk_ticket_ticket_id")
        ),
        sa.PrimaryKeyConstraint("bulk_id", "ticket_id", name=op.f("pk_bulk_ticket")),
    )
    op.create_index("ix_bulk_ticket_state", "bulk_ticket", ["bulk_id", "state", "ticket_id"])


def downgrade() -> None:
    op.drop_table("bulk_ticket")
    op.drop_table("bulk_change")
