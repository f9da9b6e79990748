"""when a mail was first written to be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "outbound_mail", sa.Column("rendered_at", UtcDateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("outbound_mail", "rendered_at")
