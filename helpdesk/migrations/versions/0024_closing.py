"""settings of the desk: after how many days resolved tickets are closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "desk_settings",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("close_days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_settings")),
    )
    is_resolved = sa.text("resolved_at IS NOT NULL AND closed_at IS NULL")
    op.create_index(
        "ix_ticket_resolved",
        "ticket",
        ["resolved_at", "id"],
        sqlite_where=is_resolved,
        postgresql_where=is_resolved,
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_resolved", "ticket")
    op.drop_table("desk_settings")
