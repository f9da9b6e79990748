"""Erasures of people: what goes on, and the tombstones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcDateTime

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", _Id, primary_key=True, autoincrement=True),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", _Id, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True)),
        sa.Column("work", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address_hashes", sa.JSON(), nullable=False),
        sa.Column("ticket_hashes", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("erasure")
