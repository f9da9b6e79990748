"""mailboxes that are paused, removed, kept off the public page, or had another address before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "mailbox", sa.Column("former_addresses", sa.JSON(), server_default="[]", nullable=False)
    )
    op.add_column(
        "mailbox", sa.Column("public", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column(
        "mailbox", sa.Column("has_form", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column(
        "mailbox", sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("mailbox", sa.Column("removed_at", UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("removed_at", "paused", "has_form", "public", "former_addresses"):
        op.drop_column("mailbox", name)
