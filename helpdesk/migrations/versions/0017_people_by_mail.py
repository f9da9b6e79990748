"""what people who are not on a ticket wrote there, and what a mail asks and names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TEXTS = (
    ("ticket", "someone_else_said"),
    ("ticket", "claimed_name"),
    ("comment", "claimed_name"),
)
_LISTS = (("ticket", "asked_addresses"), ("mailbox", "forms"), ("comment", "copied"))


def upgrade() -> None:
    # Added in place (no batch, which would copy the tables).
    for table, name in _TEXTS:
        op.add_column(table, sa.Column(name, sa.Text(), server_default="", nullable=False))
    for table, name in _LISTS:
        op.add_column(table, sa.Column(name, sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    for table, name in (*_LISTS, *_TEXTS):
        op.drop_column(table, name)
