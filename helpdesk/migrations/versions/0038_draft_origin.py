"""the ticket that a draft was brought from by a merge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("draft", sa.Column("came_from_id", _ID, nullable=True))


def downgrade() -> None:
    op.drop_column("draft", "came_from_id")
