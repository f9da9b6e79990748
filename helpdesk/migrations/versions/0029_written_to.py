"""to whom each message was written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("written_to", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("comment", "written_to")
