"""let an agent have some mailboxes only; those who are there have all, as before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("mailbox_rights", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "mailbox_rights")
