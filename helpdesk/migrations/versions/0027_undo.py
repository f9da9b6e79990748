"""what a change can be undone by; which mailboxes ask why something is changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("change", sa.Column("old_id", _ID, nullable=True))
    op.add_column(
        "mailbox",
        sa.Column("asks_reason", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("mailbox", "asks_reason")
    op.drop_column("change", "old_id")
