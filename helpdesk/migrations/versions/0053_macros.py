"""What a canned reply does besides answering; those that are there do no more than before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tags = sa.Column("tags", sa.JSON(), nullable=False, server_default="[]")
    hours = sa.Column("snooze_hours", sa.Integer(), nullable=False, server_default="0")
    note = sa.Column("note", sa.Text(), nullable=False, server_default="")
    for column in (tags, hours, note):
        op.add_column("canned_reply", column)


def downgrade() -> None:
    # A macro has no text: to those who answer with canned replies it is none.
    op.execute("DELETE FROM canned_reply WHERE text = ''")
    for name in ("note", "snooze_hours", "tags"):
        op.drop_column("canned_reply", name)
