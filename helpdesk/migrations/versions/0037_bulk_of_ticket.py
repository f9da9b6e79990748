"""a ticket's history names the changes of many tickets that changed it."""

from __future__ import annotations

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_bulk_ticket_ticket", "bulk_ticket", ["ticket_id"])


def downgrade() -> None:
    op.drop_index("ix_bulk_ticket_ticket", "bulk_ticket")
