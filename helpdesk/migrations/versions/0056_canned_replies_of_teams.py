"""Canned replies that are offered on the tickets of one team; those that are there, on all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("canned_reply", sa.Column("team_id", column, nullable=True))


def downgrade() -> None:
    op.drop_column("canned_reply", "team_id")
