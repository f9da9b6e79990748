"""Indexes of what a list of a few among many is walked by: mailbox, team, category and others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_UNFINISHED = (
    "folder = 'inbox' AND snoozed_until IS NULL AND status IN ('open', 'in_progress', 'waiting')"
)
_URGENCY = ["priority", "waiting_since", "id", "status"]
_INDEXES = {
    "ix_ticket_mailbox_unfinished": (["mailbox_id", *_URGENCY], _UNFINISHED),
    "ix_ticket_team_unfinished": (
        ["team_id", *_URGENCY],
        f"{_UNFINISHED} AND team_id IS NOT NULL",
    ),
    "ix_ticket_mailbox_all": (["mailbox_id", "updated_at", "id"], "folder = 'inbox'"),
    "ix_ticket_category": (["category", "updated_at", "id"], "folder = 'inbox'"),
    "ix_ticket_language": (
        ["language", "updated_at", "id"],
        "folder = 'inbox' AND language <> ''",
    ),
    "ix_ticket_has_order": (["updated_at", "id"], "folder = 'inbox' AND order_id IS NOT NULL"),
}


def upgrade() -> None:
    for name, (columns, condition) in _INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "ticket", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "ticket")
