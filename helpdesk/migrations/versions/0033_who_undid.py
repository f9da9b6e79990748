"""who had a change of many tickets undone: the tickets' histories name them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # No foreign key: on SQLite the table would be made anew for it.
    op.add_column("bulk_change", sa.Column("undone_by_id", _ID, nullable=True))


def downgrade() -> None:
    op.drop_column("bulk_change", "undone_by_id")
