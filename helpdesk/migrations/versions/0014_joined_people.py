"""who a person turned out to be, so that the links mailed to them go on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Added in place (no batch, which would copy the table).
    op.add_column("person", sa.Column("joined_into_id", _ID, nullable=True))


def downgrade() -> None:
    op.drop_column("person", "joined_into_id")
