"""let a mail that only thanks leave a finished ticket as it is: so it does, to begin with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "desk_settings",
        sa.Column("thanks_keep_finished", sa.Boolean(), nullable=False, server_default=sa.true()),
    )


def downgrade() -> None:
    op.drop_column("desk_settings", "thanks_keep_finished")
