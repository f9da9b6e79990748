"""what an API token may be used for, what it is for, and when it was used last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("label", sa.Text(), server_default="", nullable=False))
        # The tokens there are go on as they did: for everything that their person may do.
        batch_op.add_column(
            sa.Column(
                "scopes",
                sa.JSON(),
                server_default='["read", "write", "orders"]',
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("last_used_at", UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        for name in ("label", "scopes"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_column("last_used_at")
        batch_op.drop_column("scopes")
        batch_op.drop_column("label")
