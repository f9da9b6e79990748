"""An index of the answers that have not left, for the rows of the queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waits = sa.text("leaves_at IS NOT NULL")
    op.create_index(
        "ix_comment_leaves",
        "comment",
        ["ticket_id", "leaves_at"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    op.drop_index("ix_comment_leaves", "comment")
