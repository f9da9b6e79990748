"""the language of a mailbox, the language and time zone of a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ADDED = (("mailbox", "language", "en"), ("person", "language", ""), ("person", "time_zone", ""))


def upgrade() -> None:
    # The defaults stay: taking them away would have SQLite copy the table, and drop one that other
    # tables refer to.
    for table, name, usual in _ADDED:
        op.add_column(table, sa.Column(name, sa.Text(), server_default=usual, nullable=False))


def downgrade() -> None:
    for table, name, _ in reversed(_ADDED):
        op.drop_column(table, name)
