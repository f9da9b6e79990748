"""indexes for the orders that somebody may choose for a view."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_INBOX = "folder = 'inbox'"
_UNFINISHED = f"{_INBOX} AND snoozed_until IS NULL AND status IN ('open', 'in_progress', 'waiting')"
_INDEXES = {
    "ix_ticket_unfinished_waiting": (["waiting_since", "id"], _UNFINISHED),
    "ix_ticket_unfinished_created": (["id"], _UNFINISHED),
    "ix_ticket_unfinished_updated": (["updated_at", "id"], _UNFINISHED),
    "ix_ticket_status_created": (["status", "id"], _INBOX),
}


def upgrade() -> None:
    for name, (columns, where) in _INDEXES.items():
        condition = sa.text(where)
        op.create_index(name, "ticket", columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "ticket")
