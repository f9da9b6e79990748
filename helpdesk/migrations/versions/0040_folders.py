"""keep spam, trash and snoozed tickets out of the queue: all tickets begin in the inbox, awake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_INBOX = "folder = 'inbox'"
_AWAKE = f"{_INBOX} AND snoozed_until IS NULL"
_URGENCY = ["priority", "waiting_since", "id"]
_OPEN = "status IN ('open', 'in_progress')"
_UNFINISHED = "status IN ('open', 'in_progress', 'waiting')"
_VIEWS = {
    "open": (_URGENCY, _OPEN),
    "unassigned": (_URGENCY, f"assignee_id IS NULL AND {_UNFINISHED}"),
    "mine": (["assignee_id", *_URGENCY], _UNFINISHED),
    "waiting": (_URGENCY, "status = 'waiting'"),
    "all": (["updated_at", "id"], ""),
    "status": (["status", "updated_at", "id"], ""),
}
"""The columns of each view's index, and what its tickets' statuses are."""


def _index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, "ticket", columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    op.add_column("ticket", sa.Column("folder", sa.Text(), nullable=False, server_default="inbox"))
    op.add_column("ticket", sa.Column("put_away_at", UtcDateTime(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("snoozed_until", UtcDateTime(timezone=True), nullable=True))
    for name, (columns, status) in _VIEWS.items():
        op.drop_index(f"ix_ticket_view_{name}", "ticket")
        _index(f"ix_ticket_view_{name}", columns, f"{_AWAKE} AND {status}" if status else _INBOX)
    snoozed = f"{_INBOX} AND snoozed_until IS NOT NULL"
    _index("ix_ticket_view_snoozed", ["snoozed_until", "id"], snoozed)
    put_away = "put_away_at IS NOT NULL"
    _index("ix_ticket_put_away", ["folder", "put_away_at", "id"], put_away)
    _index("ix_ticket_updated_at", ["updated_at"], "")


def downgrade() -> None:
    for name in ("view_snoozed", "put_away", "updated_at"):
        op.drop_index(f"ix_ticket_{name}", "ticket")
    for name, (columns, status) in _VIEWS.items():
        op.drop_index(f"ix_ticket_view_{name}", "ticket")
        _index(f"ix_ticket_view_{name}", columns, status)
    for column in ("snoozed_until", "put_away_at", "folder"):
        op.drop_column("ticket", column)
