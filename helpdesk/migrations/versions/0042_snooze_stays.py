"""let a snoozed ticket sleep on when its customer answers; none does, to begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "ticket",
        sa.Column("snooze_stays", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("ticket", "snooze_stays")
