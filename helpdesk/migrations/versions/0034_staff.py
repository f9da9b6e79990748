"""find the few staff among many customers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_STAFF = sa.text("role IN ('agent', 'admin')")


def upgrade() -> None:
    op.create_index(
        "ix_person_staff", "person", ["id"], sqlite_where=_STAFF, postgresql_where=_STAFF
    )


def downgrade() -> None:
    op.drop_index("ix_person_staff", "person")
