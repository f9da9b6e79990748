"""Checklists of tickets, and what of them a merge brought along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "checklist_item",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_removed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_checklist_item_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checklist_item_ticket_id", "checklist_item", ["ticket_id"])
    for name in ("checklist_total", "checklist_done"):
        op.add_column("ticket", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    ids = sa.Column("checklist_ids", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("ticket_merge", ids)


def downgrade() -> None:
    # What is not known before would not be read.
    op.execute("DELETE FROM ticket_link WHERE kind IN ('split', 'related', 'child')")
    op.execute("DELETE FROM concern WHERE kind = 'children_done'")
    op.execute(
        "DELETE FROM change WHERE field IN ('split', 'split_from', 'link', 'parent', 'child', "
        "'children_done', 'checklist')"
    )
    op.drop_column("ticket_merge", "checklist_ids")
    op.drop_column("ticket", "checklist_done")
    op.drop_column("ticket", "checklist_total")
    op.drop_table("checklist_item")
