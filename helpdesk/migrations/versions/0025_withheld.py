"""why a ticket's requester was sent no acknowledgement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket", sa.Column("not_acknowledged", sa.Text(), nullable=True))
    is_withheld = sa.text("not_acknowledged = 'rate_limit'")
    op.create_index(
        "ix_ticket_withheld",
        "ticket",
        ["created_at", "id"],
        sqlite_where=is_withheld,
        postgresql_where=is_withheld,
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_withheld", "ticket")
    op.drop_column("ticket", "not_acknowledged")
